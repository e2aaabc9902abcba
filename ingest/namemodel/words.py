"""How likely a text is a core and words of trade: the model that cuts names.

A name proper is a core (characters drawn one by one) followed by words of trade (drawn from a
lexicon). The likelihoods were learned from public firm names by hard expectation maximisation,
which finds the words that follow many different cores; `benchmarks.training.words` does it and
says how. The result is `words.json` beside this file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from math import log

from ingest.namemodel.places import COUNTY, Place, places_at

LONGEST_WORD = 6
LONGEST_CORE = 8
_FLOOR = 1e-12


class Words:
    """Log-likelihoods (natural) of cores, words of trade and places.

    Args:
        trades: word → share among words of trade.
        characters: character → share among characters of cores.
        lengths: length of a core → share.
        places: level of a place, or "none" → share of names that have it; "suffix" the share of
            places that are written with 市, 县 and their like.
    """

    def __init__(
        self,
        trades: Mapping[str, float],
        characters: Mapping[str, float],
        lengths: Mapping[int, float],
        places: Mapping[str, float],
    ) -> None:
        self.trades = {word: log(share) for word, share in trades.items()}
        self.characters = {char: log(share) for char, share in characters.items()}
        self.unseen = min(self.characters.values(), default=log(1e-4)) - 0.7
        # 钨业, 锗业: any character can make a trade with 业, the rarer words of the lexicon
        self.industry = min(self.trades.values(), default=log(1e-4)) - 1.0
        self.lengths = {n: log(max(lengths.get(n, 0), 1e-4)) for n in range(LONGEST_CORE + 1)}
        self.places = {level: log(max(share, _FLOOR)) for level, share in places.items()}

    @staticmethod
    @lru_cache(maxsize=1)
    def shipped() -> Words:
        """The model that comes with the product."""
        source = resources.files("ingest.namemodel").joinpath("words.json")
        given = json.loads(source.read_text(encoding="utf-8"))
        lengths = {int(n): share for n, share in given["lengths"].items()}
        return Words(given["trades"], given["characters"], lengths, given["places"])

    def place_cost(self, place: Place | None) -> float:
        """Log-likelihood that a name begins with this place, or with none."""
        if place is None:
            return self.places.get("none", log(0.3))
        return self.places.get(f"{place.level}{'+' if place.full else '-'}", log(_FLOOR))

    def core_cost(self, core: str) -> float:
        """Log-likelihood of a text as a core."""
        length = self.lengths.get(len(core), log(_FLOOR) - len(core))
        return length + sum(self.characters.get(char, self.unseen) for char in core)

    def cut_name(self, text: str) -> tuple[float, Place | None, str, tuple[str, ...]]:
        """(log-likelihood, place, core, words of trade) of a name proper without brackets.

        A country, a province, a city or a county with its suffix is a place wherever a core can
        follow; the bare name of a county may be a core (东方, 华安) and is left to likelihood.
        """
        places = [place for place in places_at(text) if len(text) - len(place.text) >= 2]
        sure = [place for place in places if place.level != COUNTY or place.full]
        options = []
        for place in sure[:1] or (None, *places):
            cost, core, words = self.cut(text[len(place.text) if place else 0 :])
            options.append((cost + self.place_cost(place), place, core, words))
        return max(options, key=lambda option: option[0])

    def cut(self, text: str) -> tuple[float, str, tuple[str, ...]]:
        """(log-likelihood, core, words of trade) of the likeliest cut of a text.

        The core takes at least two characters where there are two, even of a text that is nothing
        but words of trade (通用机械).
        """
        tails = self._tails(text)
        best, core_end = float("-inf"), len(text)
        cost = 0.0
        for end in range(1, len(text) + 1):
            cost += self.characters.get(text[end - 1], self.unseen)
            if end < len(text) and (end > LONGEST_CORE or end == 1):
                continue
            length = self.lengths.get(end, self.lengths[LONGEST_CORE])
            score = cost + length + tails[end][0]
            if score > best:
                best, core_end = score, end
        words = []
        at = core_end
        while at < len(text):
            following = tails[at][1]
            words.append(text[at:following])
            at = following
        return best, text[:core_end], tuple(words)

    def _tails(self, text: str) -> list[tuple[float, int]]:
        """For each position: log-likelihood of the rest as words, and where its first word ends."""
        size, trades = len(text), self.trades
        tails: list[tuple[float, int]] = [(0.0, size)] * (size + 1)
        stray = self.unseen - 6.0  # a character between words that is no word itself
        for at in range(size - 1, 0, -1):
            best, end = tails[at + 1][0] + stray, at + 1
            for stop in range(at + 2, min(size, at + LONGEST_WORD) + 1):
                cost = trades.get(text[at:stop])
                if cost is None and stop == at + 2 and text[at + 1] == "业":
                    cost = self.industry
                if cost is not None and cost + tails[stop][0] > best:
                    best, end = cost + tails[stop][0], stop
            tails[at] = (best, end)
        return tails
