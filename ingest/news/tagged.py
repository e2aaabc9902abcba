"""The names the tagger found as spots, with what was written for each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.news.answer import Span
from ingest.news.clauses import Part
from ingest.news.names import can_be
from ingest.news.spots import Spot, joined, trimmed

# A blank may stand between a number and its unit.
_MARK = re.compile(r"[，,。:：、;；]|\s(?!\s*[亿万])")
_ROUND = re.compile(r"\([^()]*\)")
_JOIN = re.compile('[”"]?(?:项目)?(?:和|及|与|以及|、)')
_CLOSED = re.compile(r"[”\"]?(?:\([^()]*\))?(?P<project>项目)?")
_BETWEEN = re.compile("(?:项目)?(?:、|和|及|与|以及)")
_MORE = re.compile('[”"]?等[^，,。:：、;；]{0,20}?项目')

_ITEMS = re.compile("[^，,。:：;；()\n、]{2,40}(?:、[^，,。:：;；()\n、]{2,40})+")
_ITEM_END = re.compile("(?:项目)?(?:等.*|[0-9两二三四五六七八九十]+个?(?:大)?项目.*)?$")
# Who talks about a project is no part of its name: 县委书记王某与甲公司董事长就乙项目 means 乙.
_WHO = re.compile(
    "^.{0,40}?(?:书记|[县市区镇局省]长|主任|董事长|总经理|总裁|负责人|一行|公司|集团)[^就]{0,10}就(?=.{3,})"
)
# Of the items of an enumeration, the share that must be names for the rest to be.
MOST = 0.5
CLOSE = 2


def parted(sentence: Part, spans: Sequence[Span], ruled: Sequence[Span]) -> list[Span]:
    """The spans, those that hold two names by the rules and a word between them taken apart."""
    made: list[Span] = []
    for start, end in spans:
        inner = [span for span in ruled if start <= span[0] and span[1] <= end]
        apart = all(_BETWEEN.fullmatch(sentence.text, a[1], b[0]) for a, b in pairwise(inner))
        whole = inner and (inner[0][0], inner[-1][1]) == (start, end)
        made += inner if whole and len(inner) > 1 and apart else [(start, end)]
    return made


def balanced(sentence: Part, spans: Sequence[Span]) -> list[Span]:
    """The spans, cut before a bracket that they do not close, or closed without having opened it.

    甲大桥(乙段 is 甲大桥.
    """
    cut = [_cut(sentence.text, start, end) for start, end in spans]
    return [(start, end) for start, end in cut if end - start > 1]


def _cut(text: str, start: int, end: int) -> Span:
    opened: list[int] = []
    for at in range(start, end):
        if text[at] == "(":
            opened.append(at)
        elif text[at] == ")":
            if not opened:
                return start, at
            opened.pop()
    return start, opened[0] if opened else end


def completed(sentence: Part, spans: Sequence[Span]) -> list[Span]:
    """The spans, with the other items of enumerations of which most are names."""
    made = list(spans)
    for match in _ITEMS.finditer(sentence.text):
        items = list(_items(match.group(), match.start()))
        named = [item for item in items if any(_same(item, span) for span in spans)]
        if len(named) < 2 or len(named) < MOST * len(items):
            continue
        made += [
            (a, b)
            for a, b in items
            if not any(start < b and a < end for start, end in made)
            and can_be(sentence.text[a:b], short=True, backed=True)
        ]
    return sorted(made)


def _items(text: str, at: int) -> Iterator[Span]:
    for piece in text.split("、"):
        end = _ITEM_END.search(piece)
        start, stop = trimmed(piece[: end.start()] if end else piece)
        yield at + start, at + stop
        at += len(piece) + 1


def _same(item: Span, span: Span) -> bool:
    """Whether a span is an item, or all but its first words."""
    return item[1] == span[1] and abs(item[0] - span[0]) <= CLOSE


def tagged(sentence: Part, spans: Sequence[Span]) -> list[Spot]:
    """Spots of the names at `spans` (offsets in the sentence, in order)."""
    text, at = sentence.text, sentence.start
    plain = _ROUND.sub(lambda m: "x" * len(m.group()), text)
    found: list[Spot] = []
    closed = 0
    for number, (first, end) in enumerate(spans):
        who = _WHO.match(text[first:end])
        start = first + who.end() if who else first
        since = _since(plain, closed, start)
        behind = _CLOSED.match(text, end)
        until = closed = behind.end() if behind else end
        more = _MORE.match(text, end)
        closed = more.end() if more else closed
        written = until - len(behind["project"] or "") if behind else end
        raw = (at + since, at + written)
        span = (at + start, at + end)
        found.append(Spot(text[start:end], span, raw, number, 1, at + closed))
    return joined(sentence, found)


def _since(plain: str, closed: int, start: int) -> int:
    """Where what was written for a name begins: at a mark, or behind the name joined before it.

    总投资3亿元的甲项目和投资2亿元的乙项目.
    """
    mark = max((m.end() for m in _MARK.finditer(plain, closed, start)), default=None)
    if mark is not None:
        return mark
    own = closed == 0 or _JOIN.match(plain, closed) is not None
    return closed if own else start
