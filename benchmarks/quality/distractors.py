"""Names of firms that do not exist, made like those that do: the haystack of the benchmark.

From the names of a registry come the shares of written places, the characters at each position of
a core, the phrases of trade. A share NAMESAKES of the made-up firms takes the core of a real one,
as small firms do; the rest get cores drawn character by character. Nine in ten are 有限公司, one in
fifty a 股份有限公司 (about one in a hundred of the firms registered in China).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from random import Random

from graph.regions import Divisions
from ingest.namemodel import NameParts, parse

NAMESAKES = 0.10
_FORMS = ("有限公司", "有限责任公司", "股份有限公司", "集团有限公司", "（集团）有限公司")
_FORM_SHARES = tuple(accumulate((0.90, 0.05, 0.02, 0.02, 0.01)))
_LEVEL_SHARES = {"province": 0.22, "prefecture": 0.50, "county": 0.28}
_FULL_PLACE = 0.35
# A name without its place needs leave of the national registry (企业名称登记管理规定): rare.
_NO_PLACE = 0.01
_INNER_PLACE = 0.04


def distractors(names: Sequence[str], n: int, seed: int = 7) -> list[str]:
    """`n` different made-up names, none of them in `names`; the same for the same seed."""
    draw = Random(seed)
    parts = [p for p in map(parse, dict.fromkeys(names)) if p.core]
    maker = _Maker(parts, draw)
    taken, made = set(names), list[str]()
    while len(made) < n:
        name = maker.name()
        if name not in taken:
            taken.add(name)
            made.append(name)
    return made


class _Maker:
    """Draws one name after the other."""

    def __init__(self, parts: Sequence[NameParts], draw: Random) -> None:
        self._draw = draw
        self._cores = [p.core for p in parts if 2 <= len(p.core) <= 4]
        self._phrases = [p.words for p in parts if p.words]
        national = Divisions.national()
        self._places: dict[str, list[tuple[str, str]]] = {}
        for d in national:
            # A district hardly stands in a firm's name; a county or county town does.
            if d.level != "county" or d.name.endswith(("县", "市")):
                names = (national.short_name(d.code), d.name)
                self._places.setdefault(d.level, []).append(names)

    def name(self) -> str:
        draw, form = self._draw, self._pick_form()
        core, place = self._core(), self._place()
        words = [w for w in draw.choice(self._phrases) if w not in ("集团", "控股", "股份")]
        trade = "".join(words) or "科技"
        if draw.random() < _INNER_PLACE and place:
            return f"{core}（{place}）{trade}{form}"
        return f"{place}{core}{trade}{form}"

    def _pick_form(self) -> str:
        at = self._draw.random()
        return next(f for f, share in zip(_FORMS, _FORM_SHARES, strict=True) if at <= share)

    def _place(self) -> str:
        draw = self._draw
        if draw.random() < _NO_PLACE:
            return ""
        levels = list(_LEVEL_SHARES)
        level = draw.choices(levels, [_LEVEL_SHARES[i] for i in levels])[0]
        short, full = draw.choice(self._places[level])
        return full if draw.random() < _FULL_PLACE else short

    def _core(self) -> str:
        draw = self._draw
        if draw.random() < NAMESAKES:
            return draw.choice(self._cores)
        like = draw.choice(self._cores)
        donors = [draw.choice(self._cores) for _ in like]
        return "".join(d[min(i, len(d) - 1)] for i, d in enumerate(donors))
