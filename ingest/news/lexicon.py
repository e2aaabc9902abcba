"""What the characters of a name are: products, firms, places, structures, prose, or unknown.

The proper part of a project's name (恩捷 in 恩捷隔膜) stands in no lexicon; the rest does. So the
bundled chains, products, industry classes and firms tell names from trades: 冷链物流 is all
product, 宝盛高端度假酒店 begins with something unknown.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import NamedTuple

import yaml

from graph.regions import Divisions
from ingest.classify.codes import class_names
from ingest.news.words import CLAUSE, GROUPS, STRUCTURES

_HAN = re.compile("[\u4e00-\u9fff]")
_FIRM_TAIL = re.compile("(?:股份|控股|科技|集团|技术|公司|有限|责任)+$")
_STRUCTURE = re.compile(STRUCTURES)
_MEASURED = re.compile(r"[0-9A-Za-z.+\-/%α-ω]+|[十百千万]+[吨米亩瓦兆]*级")
_LEGAL = re.compile("[\u4e00-\u9fff]{2,12}?(?:有限公司|公司|集团)")
_FORM = re.compile("(?:股份|有限|责任)+公司|集团公司|公司|集团")
SHORTEST_FIRM = 2


class Sense(NamedTuple):
    """What a text is made of; counts are characters.

    `unknown` is in no lexicon, `run` the longest unknown stretch; `product` and `structure` (基地,
    产业园, 二期) make it concrete; `firm` or `place` say whose or where; `clause` words are of
    sentences, never of names.
    """

    unknown: int
    run: int
    product: int
    structure: int
    firm: bool
    place: bool
    clause: bool
    measured: bool

    @property
    def proper(self) -> bool:
        """Whether it names something of its own."""
        return self.firm or self.place or 1 <= self.run <= 8

    @property
    def stands_out(self) -> bool:
        """Whether its proper part is more than one unknown character (配套 has none)."""
        return self.firm or self.place or 2 <= self.run <= 8

    @property
    def concrete(self) -> bool:
        """Whether it says what is built."""
        return bool(self.product or self.structure)


def sense(text: str) -> Sense:
    """What a text is made of."""
    made, firm, place = _laid(text)
    runs = [len(run) for run in re.findall("U+", made)]
    return Sense(
        sum(runs),
        max(runs, default=0),
        made.count("P"),
        made.count("S"),
        firm or _LEGAL.search(text) is not None,
        place,
        any(made[m.start()] in "US" or m.end() == len(text) for m in CLAUSE.finditer(text)),
        "M" in made,
    )


def kinds(text: str) -> str:
    """The kind of each character of a text.

    M measures and Latin words, S structures, P products, F firms, G their legal forms, L places,
    U unknown.
    """
    return _laid(text)[0]


def _laid(text: str) -> tuple[str, bool, bool]:
    """The kinds of the characters, whether a firm is named, whether a place is."""
    made = ["U"] * len(text)
    firm = place = False
    for pattern, kind in ((_MEASURED, "M"), (_STRUCTURE, "S")):
        for match in pattern.finditer(text):
            made[match.start() : match.end()] = kind * len(match.group())
    pairs = product_pairs()
    for at in range(len(text) - 1):
        if text[at : at + 2] in pairs:
            made[at : at + 2] = "PP"
    for start, name in _firms(text):
        firm, made[start : start + len(name)] = True, "F" * len(name)
    for match in _FORM.finditer(text):
        made[match.start() : match.end()] = "G" * len(match.group())
    for start, name in _places(text):
        place, made[start : start + len(name)] = True, "L" * len(name)
    return "".join(made), firm, place


def is_place(text: str) -> bool:
    """Whether a text is the name of a division, or of one and another in it, and nothing more."""
    if text in _divisions().get(text[:2], ()):
        return True
    heads = (name for name in _divisions().get(text[:2], ()) if text.startswith(name))
    return any(text[len(name) :] in _divisions().get(text[len(name) :][:2], ()) for name in heads)


# ── lexicons, read once ─────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=1)
def product_pairs() -> frozenset[str]:
    """Pairs of neighbouring characters in the bundled products, links and industry classes."""
    pairs = (word[i : i + 2] for word in _product_words() for i in range(len(word) - 1))
    return frozenset(pair for pair in pairs if len(_HAN.findall(pair)) == 2)


def _product_words() -> Iterator[str]:
    for path in _files("chains"):
        read = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for link in read["links"]:
            yield from (link["name"], *link.get("keywords", ()))
    for row in _firm_rows():
        yield from (row["products"] or "").split(";")
    yield from class_names().values()


def _files(folder: str) -> list[Traversable]:
    """The bundled files of a folder, by name."""
    # opened as resources: the package itself loads stores, which is far more than is needed here
    found = resources.files("ingest").joinpath("reference", folder).iterdir()
    return sorted(found, key=lambda path: path.name)


def _firm_rows() -> Iterator[dict[str, str]]:
    for path in _files("firms"):
        yield from csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())


@lru_cache(maxsize=1)
def firm_cores() -> dict[str, tuple[str, ...]]:
    """Short names of the bundled firms by their first two characters, the longest first."""
    cores = {
        _FIRM_TAIL.sub("", alias) for row in _firm_rows() for alias in row["aliases"].split(";")
    }
    kept = GROUPS | {c for c in cores if SHORTEST_FIRM <= len(c) <= 6 and _is_own(c)}
    heads: dict[str, list[str]] = {}
    for core in sorted(kept, key=lambda c: (-len(c), c)):
        heads.setdefault(core[:2], []).append(core)
    return {head: tuple(of) for head, of in heads.items()}


def _is_own(core: str) -> bool:
    """Not a product itself (光电, 新材料)."""
    pairs = product_pairs()
    return any(core[i : i + 2] not in pairs for i in range(len(core) - 1))


def _firms(text: str) -> Iterator[tuple[int, str]]:
    heads = firm_cores()
    for at in range(len(text) - 1):
        for core in heads.get(text[at : at + 2], ()):
            if text.startswith(core, at):
                yield at, core
                break


@lru_cache(maxsize=1)
def _divisions() -> dict[str, tuple[str, ...]]:
    """Names of divisions, whole and bare, by their first two characters."""
    names: set[str] = set()
    for division in Divisions.national():
        names.add(division.name)
        bare = re.sub("(?:省|市|自治区|自治州|自治县|新区|地区|盟|县|区|旗)$", "", division.name)
        if len(bare) >= 2:
            names.add(bare)
    heads: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda n: (-len(n), n)):
        heads.setdefault(name[:2], []).append(name)
    return {head: tuple(of) for head, of in heads.items()}


def _places(text: str) -> Iterator[tuple[int, str]]:
    heads = _divisions()
    for at in range(len(text) - 1):
        for name in heads.get(text[at : at + 2], ()):
            if text.startswith(name, at):
                yield at, name
                break
