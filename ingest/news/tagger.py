"""Names of projects by a conditional random field over characters, stacked on the rules.

Every character is outside (O), begins (B), goes on with (I) or ends (E) a name. What it is weighs
its traits (:mod:`ingest.news.traits`), the names by the rules among them; the likeliest way
through the sentence is taken (Lafferty, McCallum, Pereira 2001; Viterbi). The weights in
`tagger.csv` are made by `python -m benchmarks.training.news`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from ingest.news.answer import Span

Floats = npt.NDArray[np.float64]

TAGS = "OBIE"
# A name has two characters or more, and ends before the next begins.
FOLLOWS = ("OO", "OB", "BI", "BE", "II", "IE", "EO", "EB")
_NEVER = -1e4
STARTS = np.array([0.0, 0.0, _NEVER, _NEVER])
ENDS = np.array([0.0, _NEVER, _NEVER, 0.0])
TURN = "then:"


def never() -> Floats:
    """Scores of one tag after another (4 by 4): 0 where it can follow, far below where not."""
    made = np.full((len(TAGS), len(TAGS)), _NEVER)
    for pair in FOLLOWS:
        made[TAGS.index(pair[0]), TAGS.index(pair[1])] = 0.0
    return made


class Tagger:
    """Weights of traits for each tag, and of one tag after another."""

    def __init__(self, weights: Mapping[str, Sequence[float]], turns: Mapping[str, float]) -> None:
        """`weights`: trait → its weights for B, I, E against O; `turns`: two tags → weight."""
        self._row = {trait: i + 1 for i, trait in enumerate(weights)}
        self._weights = np.zeros((len(weights) + 1, len(TAGS)))
        if weights:
            self._weights[1:, 1:] = list(weights.values())
        self._turns = never()
        for pair, weight in turns.items():
            self._turns[TAGS.index(pair[0]), TAGS.index(pair[1])] = weight

    @property
    def turns(self) -> Floats:
        """Scores of one tag after another (4 by 4)."""
        return self._turns

    def spans(self, traits: Sequence[Sequence[str]]) -> list[Span]:
        """The names in a sentence by the traits of its characters, as offsets in it."""
        return named(self.scores(traits), self._turns)

    def why(self, traits: Sequence[str], tag: str, most: int = 5) -> list[tuple[str, float]]:
        """What speaks most for and against a tag at a character: (trait, weight), the most first.

        Against O for B, I and E; O itself has no weights.
        """
        column = TAGS.index(tag)
        known = [(trait, self._row[trait]) for trait in traits if trait in self._row]
        weighed = [(trait, float(self._weights[row, column])) for trait, row in known]
        return sorted(weighed, key=lambda pair: (-abs(pair[1]), pair[0]))[:most]

    def scores(self, traits: Sequence[Sequence[str]]) -> Floats:
        """Scores of O, B, I, E (characters × 4) by the traits of a sentence's characters."""
        row = self._row
        known = [[row[t] for t in of if t in row] for of in traits]
        flat = np.fromiter((i for of in known for i in of), dtype=np.int64)
        at = np.repeat(np.arange(len(known)), [len(of) for of in known])
        weights = self._weights[flat]
        return np.stack(
            [np.bincount(at, weights[:, k], len(known)) for k in range(len(TAGS))], axis=1
        )


def named(scores: Floats, turns: Floats) -> list[Span]:
    """The names in a sentence by scores of its characters' tags and of one tag after another."""
    found, begun = [], 0
    for i, tag in enumerate(_likeliest(scores, turns)):
        if TAGS[tag] == "B":
            begun = i
        elif TAGS[tag] == "E":
            found.append((begun, i + 1))
    return found


def _likeliest(scores: Floats, turns: Floats) -> list[int]:
    """The tags with the highest sum (Viterbi)."""
    best, came = scores[0] + STARTS, []
    for row in scores[1:]:
        ways = best[:, None] + turns
        came.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + row
    tags = [int((best + ENDS).argmax())]
    for back in reversed(came):
        tags.append(int(back[tags[-1]]))
    return tags[::-1]


@lru_cache(maxsize=1)
def shipped() -> Tagger:
    """The tagger with the weights of this package."""
    text = resources.files("ingest.news").joinpath("tagger.csv").read_text(encoding="utf-8")
    return read_tagger(text)


def read_tagger(text: str) -> Tagger:
    """A tagger from its table: trait, B, I, E; rows `then:OB` hold the weight of B after O."""
    rows = list(csv.reader(text.splitlines()))[1:]
    weights = {r[0]: [float(x or 0) for x in r[1:]] for r in rows if not r[0].startswith(TURN)}
    turns = {r[0].removeprefix(TURN): float(r[1]) for r in rows if r[0].startswith(TURN)}
    return Tagger(weights, turns)
