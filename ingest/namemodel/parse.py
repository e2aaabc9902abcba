"""The parts of a firm's name: place · core (字号) · trade · legal form.

A small generative model of names (:class:`ingest.namemodel.words.Words`) scores every way to cut
the text after the legal form has been taken off: a place or none, a core of characters, words of
trade. The likeliest cut wins, so 东方电气 has the core 东方 (a county's name too), 昆山沪光汽车电器
the place 昆山.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from ingest.namemodel.forms import (
    Kind,
    mend_form,
    split_branch,
    split_form,
    split_informal,
    split_marks,
)
from ingest.namemodel.places import Place, whole_place
from ingest.namemodel.words import Words
from ingest.names import simplified

_OPEN, _CLOSE = "([{【〔《<（「『", ")]}】〕》>）」』"
_BRACKETS = str.maketrans(_OPEN + _CLOSE, "(" * len(_OPEN) + ")" * len(_CLOSE))
_NOISE = re.compile(r"[\s\"'“”‘’·•・.,，。、:：;；_\-－—]+")
# A blank beside a Chinese character says nothing; between Latin words it does (Co. Ltd.).
_BLANK = re.compile(r"\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s+")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_LOOSE = re.compile(r"[()]")
# Words of organisation: they say what a firm is in its group, not what it does.
_ORGANISATION = re.compile("集团|控股|股份")


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name taken apart. All texts are normalised: simplified, half width, lower case.

    `text` is the name without marks and brackets; `roles` has one letter for each of its
    characters: p place, c core, t trade, g organisation (集团, 控股), f legal form, b branch.
    `words` are those of trade and organisation.
    `place_codes` are the divisions that the place can mean, empty where the name says none.
    `marks` are those of the stock market (*ST, A), or a mere 公司; `branch` is what follows the
    head of a branch.
    `body` is the name without form and branch, `trade` the words written together.
    """

    text: str
    roles: str
    place: str
    place_codes: tuple[str, ...]
    core: str
    words: tuple[str, ...]
    form: str
    kind: Kind
    group: bool
    branch: str = ""
    marks: str = ""
    body: str = field(init=False, compare=False)
    trade: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        size = len(self.text) - len(self.form) - len(self.branch)
        object.__setattr__(self, "body", self.text[:size])
        object.__setattr__(self, "trade", "".join(self.words))


def clean(text: str) -> str:
    """The text in the spelling that is taken apart; brackets stay, other marks go."""
    folded = unicodedata.normalize("NFKC", text.translate(_BRACKETS))
    return _BLANK.sub("", simplified(folded)).lower().strip()


def parse(text: str) -> NameParts:
    """The parts of a name in any spelling; of an empty text all parts are empty."""
    return _parse(clean(text))


@lru_cache(maxsize=200_000)
def _parse(text: str) -> NameParts:
    head, branch = split_branch(text)
    marks = ""
    head, informal = split_informal(head)
    body, form, kind = split_form(head if branch else mend_form(head))
    group = "集团" in head
    if kind is Kind.SHORT and not branch:
        body, marks = split_marks(body)
        marks = marks or informal
    body = _NOISE.sub("", body)
    characters, inner = _take_brackets(body)
    place, core, trades = _cut("".join(characters[i] for i in inner.rest))
    form = _bare(form)
    branch = _bare(branch)
    roles = _roles(characters, inner, place, core)
    name = "".join(characters)
    found = inner.place or place
    return NameParts(
        text=name + form + branch,
        roles=roles + "f" * len(form) + "b" * len(branch),
        place=found.text if found else "",
        place_codes=found.codes if found else (),
        core=core,
        words=trades,
        form=form,
        kind=Kind.BRANCH if branch else kind,
        group=group,
        branch=branch,
        marks=marks,
    )


def _bare(text: str) -> str:
    return _LOOSE.sub("", _NOISE.sub("", text))


@dataclass(frozen=True, slots=True)
class _Inner:
    """What brackets held: the place in them, and the positions that are left to be cut."""

    place: Place | None
    bracketed: frozenset[int]
    rest: tuple[int, ...]


def _take_brackets(body: str) -> tuple[str, _Inner]:
    """The body without bracket characters, and which of its positions a bracketed place takes."""
    place: Place | None = None
    span: range = range(0)
    for match in _BRACKETED.finditer(body):
        whole = whole_place(match[1])
        if whole is not None:
            before = len(_LOOSE.sub("", body[: match.start()]))
            place, span = whole, range(before, before + len(whole.text))
    flat = _LOOSE.sub("", body)
    rest = tuple(i for i in range(len(flat)) if i not in span)
    return flat, _Inner(place, frozenset(span), rest)


def _cut(text: str) -> tuple[Place | None, str, tuple[str, ...]]:
    """The likeliest (place, core, words of trade) of a text."""
    return Words.shipped().cut_name(text)[1:]


def _roles(characters: str, inner: _Inner, place: Place | None, core: str) -> str:
    roles = ["t"] * len(characters)
    for i in inner.bracketed:
        roles[i] = "p"
    start = len(place.text) if place else 0
    for at, i in enumerate(inner.rest):
        if at < start:
            roles[i] = "p"
        elif at < start + len(core):
            roles[i] = "c"
    for match in _ORGANISATION.finditer(characters):
        for i in range(*match.span()):
            if roles[i] == "t":
                roles[i] = "g"
    return "".join(roles)
