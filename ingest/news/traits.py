"""What stands at and around each character of a sentence: the traits the tagger weighs.

A trait is a short text: `char-1:约` (the character before), `kind:LUUP` (place, two unknown,
product), `ruled:B` (the rules begin a name here), `project:3` (项目 follows within six characters).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ingest.news.answer import Span
from ingest.news.clauses import Part
from ingest.news.lexicon import kinds
from ingest.news.words import BEFORE, CLAUSE, MONEY, PROSE, STAGE, STRUCTURES

_PROJECT = re.compile("项目")
_HARD = re.compile("[，,。:：;；!?！？\n]")
_BARRED = re.compile("[，,。:：;；!?！？\n、]")
_JOIN = re.compile("[、和及与等]")
_LISTS = {
    "stage": STAGE,
    "money": MONEY,
    "verb": BEFORE,
    "clause": CLAUSE,
    "prose": PROSE,
    "built": re.compile(STRUCTURES),
    "count": re.compile("[0-9一二三四五六七八九十两]+余?[个项家]"),
}
# What kind of sentence it is.
_SAYS = tuple(
    "签约 开工 考察 调研 项目 投产 包括 分别 总投资 其中 集中 建成 占地 产值 公司 涉及 洽谈 领域 "
    "生产 年产".split()
)
SIZE = 4
_AHEAD, _BEHIND = 5, 6
_STEPS = (0, 1, 2, 3, 6, 12, 25)


class Rules(NamedTuple):
    """Names by the rules, as offsets in a text: `ruled` are believed, `offered` the others too."""

    ruled: Sequence[Span]
    offered: Sequence[Span]


class Repeats(NamedTuple):
    """Pieces of four characters: how `often` a text has each, and those `named` before 项目."""

    often: Counter[str]
    named: frozenset[str]


def repeats(text: str) -> Repeats:
    """The pieces of a text that hold no mark."""
    pieces = (text[i : i + SIZE] for i in range(len(text) - SIZE + 1))
    named = frozenset(text[m.start() - SIZE : m.start()] for m in _PROJECT.finditer(text, SIZE))
    return Repeats(Counter(piece for piece in pieces if not _BARRED.search(piece)), named)


def marks(size: int, spans: Iterable[Span]) -> str:
    """B, I … I, E over each span of two or more characters, O elsewhere."""
    made = ["O"] * size
    for start, end in spans:
        if end - start > 1:
            made[start:end] = ["B", *"I" * (end - start - 2), "E"]
    return "".join(made)


def inside(spans: Iterable[Span], sentence: Part) -> list[Span]:
    """The spans within a sentence, as offsets in it."""
    at, end = sentence.start, sentence.end
    return [(a - at, b - at) for a, b in spans if at <= a and b <= end]


def traits(again: Repeats, sentence: Part, number: int, rules: Rules) -> list[list[str]]:
    """The traits of each character of a sentence, the `number`-th of a text."""
    said = sentence.text
    spelled = "".join(map(_spelled, said))
    kind = lexical(said)
    columns = [
        _shapes(spelled, kind),
        _listed(said, kind, sentence, rules),
        _placed(said),
        _repeated(said, again),
    ]
    whole = [f"says:{word}" for word in _SAYS if word in said] + [f"line:{min(number, 3)}"]
    of_kind = {one: [*(f"{word}{one}" for word in whole), "any"] for one in set(kind)}
    rows = zip(kind, *columns, strict=True)
    return [
        [*shape, *listed, *place, *said_, *of_kind[one]]
        for one, shape, listed, place, said_ in rows
    ]


def lexical(said: str) -> str:
    """The kind of each character (see :func:`ingest.news.lexicon.kinds`), marks as themselves."""
    made = list(kinds(said))
    for i, char in enumerate(said):
        if char in "、,:()“”《》":
            made[i] = char
        elif char in '，。：；;！!？?（）" \t\n':
            made[i] = "."
    return "".join(made)


def _spelled(char: str) -> str:
    if char.isdigit():
        return "0"
    return "A" if char.isascii() and char.isalpha() else char


def _shapes(spelled: str, kind: str) -> Iterator[list[str]]:
    """Characters and their kinds, alone and together."""
    chars = "^" * _AHEAD + spelled + "$" * _BEHIND
    kinds_ = "^" * _AHEAD + kind + "$" * _BEHIND
    for i in range(_AHEAD, len(spelled) + _AHEAD):
        row = [f"char{d}:{chars[i + d]}" for d in range(-4, 5)]
        row += [f"pair{d}:{chars[i + d : i + d + 2]}" for d in range(-4, 4)]
        row += [f"three{d}:{chars[i + d : i + d + 3]}" for d in range(-3, 2)]
        row += [f"four{d}:{chars[i + d : i + d + 4]}" for d in (-4, -1, 0, 1)]
        row += [f"kind{d}:{kinds_[i + d]}" for d in range(-2, 3)]
        row += [f"kinds{d}:{kinds_[i + d : i + d + 2]}" for d in range(-2, 2)]
        row.append(f"around:{kinds_[i - 1 : i + 2]}")
        row.append(f"ahead:{kinds_[i - 4 : i + 1]}")
        row.append(f"behind:{kinds_[i : i + 5]}")
        row.append(f"turn:{kinds_[i - 1 : i + 1]}{chars[i]}")
        yield row


def _listed(said: str, kind: str, sentence: Part, rules: Rules) -> Iterator[list[str]]:
    """Words of the lists, and the names by the rules, over each character."""
    size = len(said)
    found = {
        name: _edged(marks(size, (m.span() for m in pattern.finditer(said))))
        for name, pattern in _LISTS.items()
    }
    ruled = _edged(marks(size, inside(rules.ruled, sentence)))
    offered = _edged(marks(size, inside(rules.offered, sentence)))
    for i in range(size):
        row = [f"{name}:{of[i : i + 3]}" for name, of in found.items() if of[i : i + 3] != "OOO"]
        row.append(f"ruled:{ruled[i : i + 3]}")
        row.append(f"offered:{offered[i : i + 3]}")
        row.append(f"both:{ruled[i + 1]}{offered[i + 1]}{kind[i]}")
        yield row


def _edged(made: str) -> str:
    return f"^{made}$"


def _placed(said: str) -> Iterator[list[str]]:
    """Where a character stands in its clause, and what its clause and the next say."""
    size = len(said)
    projects = [m.start() for m in _PROJECT.finditer(said)]
    hard = [m.start() for m in _HARD.finditer(said)]
    for i in range(size):
        h = bisect_left(hard, i)
        start, end = hard[h - 1] + 1 if h else 0, hard[h] if h < len(hard) else size
        j = bisect_left(projects, i)
        row = ["project:none"]
        if j < len(projects) and projects[j] <= end:
            row = _to_project(said, i, projects[j])
        clause, after = said[start:end], said[end : end + 14]
        row += [f"since:{_step(i - start)}", f"until:{_step(end - i)}"]
        row += [f"opens:{said[max(0, start - 3) : start]}", f"closes:{said[end : end + 3]}"]
        row.append("clause:" + _which(clause, ("、", "项目", "等", "投资", "年")))
        row.append("next:" + _which(after, ("投资", "占地", "项目", "建")))
        yield row


def _to_project(said: str, i: int, project: int) -> list[str]:
    """How far 项目 is, what stands before it and what behind."""
    between, rest = said[i:project], said[project + 2 : project + 4]
    far, listed = _step(project - i), between.count("、")
    row = [
        f"project:{far}",
        f"between:{min(listed, 3)}" + _which(between, ("等", "的")),
        f"rest:{rest}",
        f"project:{far}{rest[:1]}",
    ]
    if "等" in between:
        row.append(f"more:{min(project - i - between.index('等'), 9)}")
    join = _JOIN.search(between)
    row.append(f"joined:{_step(join.start()) if join else '-'}{min(listed, 2)}")
    return row


def _repeated(said: str, again: Repeats) -> Iterator[list[str]]:
    """Whether four characters from here, and to here, are said again, and before 项目."""
    for i in range(len(said)):
        row = []
        for name, piece in (("from", said[i : i + 4]), ("to", said[max(i - 3, 0) : i + 1])):
            often = min(again.often[piece], 3)
            if often:
                row.append(f"again-{name}:{often}{'项目' if piece in again.named else ''}")
        yield row


def _step(far: int) -> int:
    return max(step for step in _STEPS if step <= far)


def _which(said: str, words: Sequence[str]) -> str:
    return "+".join(word for word in words if word in said)
