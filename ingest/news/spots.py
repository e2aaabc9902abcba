"""Where names of projects stand in a sentence: single ones, and enumerations before 等…项目."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.news.answer import Span
from ingest.news.clauses import Part
from ingest.news.words import (
    BEFORE,
    FILLING,
    FIRMS_AHEAD,
    GENERIC,
    LEADING,
    MONEY,
    PROSE,
    PROSE_START,
    STAGE,
    TRADES_AHEAD,
)

_PROJECT = re.compile("项目(?!部|化|库|经理|组(?!团)|制(?!造)|书|负责)")
# After one name these say that it was none (重点项目招引), after an enumeration what is done to it.
_WORK = re.compile(
    "意识|占比|工程|跟踪|无偿|流失|方面|落地率|开工率|[^，。]{0,3}[0-9]+余?个|同比|共|数|[0-9]+余?[个项家%]|招引|推进|"
    "攻坚|建设年|谋划|储备|要素|为王|质量|质态|数量|进展(?:表|情况)|名单|情况|全生命|全周期|清单|服务|审批|策划|洽谈会|"
    "推介|路演|招商|信息|准入|评审|管理|难|早|快|齐抓|引得|报备|协调|精准|等地"
)
# 推动甲、乙、丙签约: an enumeration with a verb before it and a stage behind it, without 项目.
_DRIVEN = re.compile(
    f"(?:推动|推进|促成|促进|确保|力争|争取|加快|实现|力促|引进|招引|签约|促使|助推)(?P<list>[^，,。:：、等]{{2,24}}(?:、[^，,。:：、等]{{2,24}})+?)"
    f"(?P<rest>等?[^，,。:：、]{{0,6}}?)(?P<stage>{STAGE.pattern}|建设)"
)
# 甲公司投资3亿元兴建乙工程, 丙投资金额10亿元: names without 项目.
_BUILT = re.compile(
    f"投资(?:总额|金额)?(?:约|近|超|达)?{MONEY.pattern}(?:的)?[，,]?(?:用于)?(?:兴建|建设|开发|新建|打造|实施|建)"
    "(?P<name>(?:(?!项目)[^，,。:：、(]){3,24})(?=[，,。;；(]|$)"
)
_PRICED = re.compile(
    r"(?:^|[，,。:：、\s(])(?P<name>(?:(?!项目)[^，,。:：、\s()]){3,20})\(?(?:计划|预计|协议)?总?投资(?:金额|总额|额)?(?:约|为|达|近|超)?"
    f"{MONEY.pattern}"
)
# 招引甲、乙，: what is recruited, without 项目.
_SOUGHT = re.compile(
    f"(?:招引|引进|引入|签下|引来)了?(?P<name>(?:(?!{STAGE.pattern}|项目|企业|公司|人才|技术|资金|外资|内资|机构|团队|[的等亿个])[^，,。:：;；(]){{3,40}})"
    "(?=[，,。;；]|$)"
)
_INVESTOR = re.compile("(?:公司|集团|股份|企业)$")
# What names a kind of project, not one: 一批科技型, 带动力强的, 县级重点.
_KIND = re.compile(
    "^(?:一批|一些|若干|多个|各类|更多)|的|(?:重点|重大|优质|标志性|亿元|产业|领域|环节|突破|企业|人才|机构|客商|团队)$"
)
_EVENT = re.compile("项目|推介会|洽谈会|博览会|仪式|活动|大会|会议")
_LIST = re.compile("等(?P<rest>[^，,。:：、]{0,16})$")
_HARD = re.compile("[，,。:：!?！？\n\t|]|——")
_INNER = re.compile(
    f"{MONEY.pattern}(?:的|投?建设?|新建|兴建|打造|实施|用于)?|(?:拟|计划|将|投资)(?:在[^，、]{{2,10}})?(?:建设|新建|兴建|打造|实施)"
)
_MARKS = re.compile("、|以及|(?<=”)(?=“)|[和及与](?=[^、]{3,}$)")
_BEHIND = re.compile(
    f"(?:{STAGE.pattern}|等?(?:[0-9]+|[两二三四五六七八九十]+)(?:个|大)[^、]{{0,8}}|等|尽快|早日|顺利|加快|如期|年内|正式|相继|全面|先后|"
    "即将|全部|也|均|都|建设用地|集中|已|将|成功)+$"
)
# 长沙市重大产业: a place before nothing but generic words is no name.
_PLACE = re.compile("^[\u4e00-\u9fff]{2,8}?(?:省|市|县|新区|高新区|经开区|开发区|区|镇|园区)")
_EDGES = " \t\"“”‘’'「」『』《》()[]*_·•-—–、,，.。0123456789" + "①②③④⑤⑥⑦⑧⑨⑩"
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
LONGEST = 36
SHORTEST = 3


@dataclass(frozen=True)
class Spot:
    """A name and where it stands; `raw` spans what was written with it (amount, investor).

    `group` numbers the enumerations of a sentence, `size` is the length of this one; `end` is where
    the phrase with 项目 ends.
    """

    name: str
    span: Span
    raw: Span
    group: int
    size: int
    end: int


def spots(sentence: Part) -> list[Spot]:
    """The names of projects in a sentence, in order, none twice."""
    found: list[Spot] = []
    taken = sentence.start
    for group, (start, end, stop) in enumerate(_phrases(sentence)):
        begin = max(start, taken)
        if begin < end:
            names = Part(sentence.text[begin - sentence.start : end - sentence.start], begin)
            items = _items(names, listed=sentence.text[end - sentence.start :].startswith("等"))
            found += [Spot(n, s, raw, group, len(items), stop) for n, s, raw in items]
            taken = stop if items else taken
    return _joined(sentence, found)


def _joined(sentence: Part, found: list[Spot]) -> list[Spot]:
    """甲项目、乙项目和丙项目 is one enumeration too."""
    groups: list[list[Spot]] = []
    for spot in found:
        last = groups[-1][-1] if groups else None
        same = last is not None and last.group == spot.group
        if last is not None and (same or _links(sentence, last.end, spot.raw[0])):
            groups[-1].append(spot)
        else:
            groups.append([spot])
    return [
        replace(spot, group=i, size=len(group)) for i, group in enumerate(groups) for spot in group
    ]


def _links(sentence: Part, start: int, end: int) -> bool:
    """Whether nothing but a mark of enumeration stands between two names."""
    between = sentence.text[start - sentence.start : max(end, start) - sentence.start]
    following = sentence.text[max(end, start) - sentence.start :]
    marked = between in ("、", "和", "以及", "及", "与", "、以及")
    return marked or (not between and following.startswith(("、", "和", "以及", "及", "与")))


def _phrases(sentence: Part) -> list[tuple[int, int, int]]:
    """(start, end of the names, end of the phrase) of what may be names, offsets in the text."""
    text, at = sentence.text, sentence.start
    found = []
    for match in _PROJECT.finditer(text):
        end = _names_end(text, match.start())
        if end is not None and (end < match.start() or _WORK.match(text, match.end()) is None):
            found.append((at + _left(text, end), at + end, at + match.end()))
    for match in _DRIVEN.finditer(text):
        rest = match["rest"]
        kinds = "产业" in rest or TRADES_AHEAD.search(rest) or FIRMS_AHEAD.search(rest)
        if not kinds and "项目" not in match["list"]:
            found.append((at + match.start("list"), at + match.end("list"), at + match.end()))
    for pattern in (_BUILT, _PRICED, _SOUGHT):
        for match in pattern.finditer(text):
            if pattern is _PRICED and _INVESTOR.search(match["name"]):
                continue
            span = (at + match.start("name"), at + match.end("name"))
            if not any(a < span[1] and span[0] < c for a, _, c in found):
                found.append((*span, span[1]))
    return sorted(found, key=lambda span: (span[2], span[0]))


def _names_end(text: str, project: int) -> int | None:
    """Where the names before 项目 end; None where what stands there are trades or firms."""
    segment = text[_left(text, project) : project]
    match = _LIST.search(segment)
    if match is None:
        return None if segment.endswith("的") else project
    rest = match["rest"]
    if TRADES_AHEAD.search(rest) or (
        FIRMS_AHEAD.search(rest) and not rest.endswith(("的", "投资"))
    ):
        return None
    return project - len(segment) + match.start()


def _left(text: str, end: int) -> int:
    """The start of the clause before `end`; marks inside brackets do not count."""
    plain = _BRACKETED.sub(lambda m: "x" * len(m.group()), text[:end])
    return max((match.end() for match in _HARD.finditer(plain)), default=0)


def _items(phrase: Part, *, listed: bool) -> list[tuple[str, Span, Span]]:
    """(name, its span, the span of all that was written for it) of each item."""
    parts = list(_split(phrase, listed=listed or "、" in phrase.text))
    found = []
    for part in parts:
        start, end = _trimmed(part.text)
        name = part.text[start:end]
        priced = MONEY.search(part.text) is not None
        if _is_name(name, short=priced) and (
            priced or len(parts) > 1 or not PROSE_START.match(name)
        ):
            span = (part.start + start, part.start + end)
            found.append((name, span, (part.start, part.end)))
    # 带动强、税收高的项目; 找企业、对接项目: what stands at 项目 itself is no name, nor is the rest
    whole = listed or (found and found[-1][2][1] == phrase.end)
    return found if whole else []


def _split(phrase: Part, *, listed: bool) -> Iterator[Part]:
    plain = _BRACKETED.sub(lambda m: "x" * len(m.group()), phrase.text)
    at = 0
    for match in _MARKS.finditer(plain):
        joins = match.group() in ("和", "及", "与")
        # 甲、乙和丙: the last mark may be a word; 天和磁材, 制造和维修 are names
        if joins and (not listed or len(BEFORE.sub("", plain[at : match.start()])) < SHORTEST):
            continue
        yield Part(phrase.text[at : match.start()], phrase.start + at)
        at = match.end()
    yield Part(phrase.text[at:], phrase.start + at)


def _trimmed(text: str) -> Span:
    """The span of the name in an item: without verbs, amounts, brackets and marks around it."""
    end = len(text)
    while (match := re.search(r"(?:\([^()]*\)|\[[^\[\]]*\])$", text[:end])) is not None:
        end = match.start()
    behind = _BEHIND.search(text[:end])
    end = behind.start() if behind else end
    while end and text[end - 1] in _EDGES.replace("0123456789", ""):
        end -= 1
    while (end > 2) and text[:end].endswith("项目"):
        end -= 2
    start = 0
    for pattern in (_INNER, BEFORE):
        cuts = [m.end() for m in pattern.finditer(text, start, end) if end - m.end() >= 2]
        start = max([start, *cuts])
    while True:
        kept = start
        while start < end and text[start] in _EDGES and not _belongs(text, start, end):
            start += 1
        match = LEADING.match(text[start:end])
        if match is not None and end - start - match.end() >= 2:
            start += match.end()
        if start == kept:
            return start, end


def _belongs(text: str, start: int, end: int) -> bool:
    """A name may begin with digits (5G, 1200米) or quotes, but not with the number of a list."""
    if text[start] == "“":
        return text.find("”", start, end) > start
    digits = re.match("[0-9]+", text[start:end])
    if digits is None:
        return False
    rest = text[start + digits.end() : end]
    return re.match(r"[.、)] *[^0-9]|\s|$", rest) is None


def _is_name(name: str, *, short: bool) -> bool:
    """Whether a text can name a project; two characters only where an amount stands with them."""
    return (
        (2 if short else SHORTEST) <= len(name) <= LONGEST
        and GENERIC.fullmatch(name) is None
        and GENERIC.fullmatch(_PLACE.sub("", name) or "新") is None
        and name.count("“") == name.count("”")
        and name.count("《") == name.count("》")
        and _distinct(name)
        and _EVENT.search(name) is None
        and _KIND.search(name) is None
        and re.search("[\u4e00-\u9fff]", name) is not None
        and MONEY.search(name) is None
        and re.search("[0-9]+个|个$|亿元|^(?:等|个)", name) is None
    )


def _distinct(name: str) -> bool:
    """Whether something is left of a name without the words of prose: 金沐阳, not 寻求重大."""
    left = PROSE.sub("", _PLACE.sub("", name))
    return len(left) >= 2 and FILLING.fullmatch(left) is None
