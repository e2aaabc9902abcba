"""How far a project is, by the words beside its name; what is reached before what is hoped for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ingest.news.clauses import Part
from ingest.news.spots import Spot
from ingest.news.words import SIGN, SIGN_OF, STAGE, STAGE_OF

# 力促早日落地 is no 落地 yet; 未落地 is none.
_HOPED = re.compile(
    "(?:力争|力促|争取|早日|尽快|推动|推进|促|确保|预计|计划|拟|将|有望|加快|目标)[^，,。;；]{0,8}$"
)
_NOT = re.compile("(?:未|没有|尚无|不|待)$")
_COMMA = re.compile("[，,]")
_TITLE = 40
# 签约率 is a share; 投产后, 建成后 tell what will be.
_AFTER = ("率", "后", "达产后", "产值")


class Reach(NamedTuple):
    """What of a sentence is about a spot, as offsets in the text.

    From `since` (the end of the projects before) to `until` (the start of those after); the names
    of its enumeration stand from `first` to `last`; `next` is the start of its neighbour.
    """

    since: int
    first: int
    next: int
    last: int
    until: int


def reach(sentence: Part, found: list[Spot], i: int) -> Reach:
    """The part of a sentence that speaks of the spot `found[i]`."""
    spot = found[i]
    own = [other for other in found if other.group == spot.group]
    before = [other.end for other in found if other.group < spot.group]
    after = [other.raw[0] for other in found if other.group > spot.group]
    neighbour = found[i + 1].raw[0] if i + 1 < len(found) else sentence.end
    return Reach(
        max(before, default=sentence.start),
        own[0].span[0],
        max(neighbour, spot.span[1]),
        own[-1].span[1],
        max(min(after, default=sentence.end), own[-1].span[1]),
    )


def stage_word(sentence: Part, spot: Spot, near: Reach) -> str | None:
    """The word of stage nearest to a project, one reached before one hoped for.

    What is done there (主体封顶), said in the clause of its name, is nearer than a word of stage in
    another: 甲投产，乙主体封顶.
    """
    own = _nearest(_of_clause(sentence, spot, near)) or next(
        (word for word, _ in _of_clause(sentence, spot, near, SIGN)), None
    )
    return own or _nearest(_behind(sentence, spot, near)) or _nearest(_earlier(sentence, near))


def stage_sign(sentence: Part, spot: Spot, near: Reach) -> str | None:
    """As :func:`stage_word`, by what is done there: 主体封顶, 正在吊装, 加快推进."""
    behind, before = _behind(sentence, spot, near, SIGN), _earlier(sentence, near, SIGN)
    return next((word for words in (behind, before) for word, _ in words), None)


def last_stage(text: str) -> str | None:
    """The last word of stage in a text, one reached before one hoped for."""
    found = list(_within(text, 0, len(text)))
    reached = [word for word, is_hoped in found if not is_hoped]
    words = reached or [word for word, _ in found]
    return words[-1] if words else None


def title_stage(line: str) -> str | None:
    """The stage that a title gives to the list below it: 一季度集中开工项目名单."""
    if len(line) > _TITLE or line.rstrip().endswith(("。", "；", ";", "，")):
        return None
    return last_stage(line)


def _nearest(words: Iterable[tuple[str, bool]]) -> str | None:
    hoped = None
    for word, is_hoped in words:
        if not is_hoped:
            return word
        hoped = hoped or word
    return hoped


def _of_clause(
    sentence: Part, spot: Spot, near: Reach, words: re.Pattern[str] = STAGE
) -> Iterator[tuple[str, bool]]:
    """Words in the clause of the name, those behind it first, the nearest first."""
    text, at, end = sentence.text, sentence.start, _clause_end(sentence, near)
    yield from _within(text, spot.span[1] - at, min(near.next - at, end), words)
    yield from _within(text, near.last - at, end, words)
    before = _within(text, _clause_start(sentence, near), spot.span[0] - at, words)
    yield from reversed(list(before))


def _behind(
    sentence: Part, spot: Spot, near: Reach, words: re.Pattern[str] = STAGE
) -> Iterator[tuple[str, bool]]:
    """Words in the clause of the name and behind it, the nearest first."""
    yield from _of_clause(sentence, spot, near, words)
    end = _clause_end(sentence, near)
    yield from _within(sentence.text, end, near.until - sentence.start, words)


def _earlier(
    sentence: Part, near: Reach, words: re.Pattern[str] = STAGE
) -> Iterator[tuple[str, bool]]:
    """Words in the clauses before that of the name, the nearest first."""
    start = near.since - sentence.start
    yield from reversed(list(_within(sentence.text, start, _clause_start(sentence, near), words)))


def _clause_end(sentence: Part, near: Reach) -> int:
    last, until = near.last - sentence.start, near.until - sentence.start
    comma = _COMMA.search(sentence.text, last, until)
    return comma.start() if comma else until


def _clause_start(sentence: Part, near: Reach) -> int:
    start, first = near.since - sentence.start, near.first - sentence.start
    return max((m.end() for m in _COMMA.finditer(sentence.text, start, first)), default=start)


def _within(
    text: str, start: int, end: int, words: re.Pattern[str] = STAGE
) -> Iterator[tuple[str, bool]]:
    for match in words.finditer(text, start, max(start, end)):
        before = text[max(0, match.start() - 12) : match.start()]
        if _NOT.search(before) is None and not text.startswith(_AFTER, match.end()):
            yield match.group(), _HOPED.search(before) is not None


def stage_of(word: str | None) -> str | None:
    """The stage a word means."""
    return (STAGE_OF.get(word) or SIGN_OF[word]) if word else None
