"""Where names of projects stand in a sentence: single ones, and enumerations before 等…项目."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.news.answer import Span
from ingest.news.clauses import Part
from ingest.news.firms import KnownFirms, investor
from ingest.news.lexicon import sense
from ingest.news.names import SHORTEST, Beside, can_be, is_name, is_own, is_sure
from ingest.news.phrases import Phrase, phrases
from ingest.news.words import BEFORE, LEADING, MONEY, PROSE_START, STAGE, number

_INNER = re.compile(
    f"(?:引进|招引|引入)[^，、]{{2,24}}?(?:公司|集团)(?:投资)?建设|(?:公司|集团|企业|政府|双方|^[\u4e00-\u9fff]{{2,4}})就(?![业地近])|{MONEY.pattern}(?:的|投?建设?|新建|新上|兴建|打造|实施|用于)?|(?:拟|计划|将|投资|在[^，、在]{{2,12}})(?:在[^，、]{{2,20}})?(?:投资)?(?:建设|新建|兴建|打造|实施|投建|设立)"
)
_MARKS = re.compile("、|以及|(?<=”)(?=“)|[和及与](?![0-9])(?=[^、]{3,}$)")
_BEHIND = re.compile(
    f"(?:{STAGE.pattern}|等?(?:[0-9]+|[两二三四五六七八九十]+)(?:个|大|宗)[^、]{{0,8}}|等|尽快|早日|顺利|加快|如期|年内|正式|相继|全面|先后|"
    "即将|全部|也|均|都|建设用地|集中|已|将|成功)+$"
)
_EDGES = " \t\"“”‘’'「」『』《》()[]*_·•-—–>、,，.。0123456789" + "①②③④⑤⑥⑦⑧⑨⑩"
# (一期) belongs to the name
_BRACKETS_BEHIND = re.compile(
    r"(?:\((?![一二三四五六七八九十1-9]期(?:工程)?\))[^()]*\)|\[[^\[\]]*\])$"
)
_COST = re.compile(
    rf"(?:\([^()]{{0,12}}|[，,]?(?:计划|预计|拟)?(?:总投资|投资)[^，,。;；]{{0,6}}?){MONEY.pattern}"
)
_ROUND = re.compile(r"\([^()]*\)[、和及与]?")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_IN_PARK = re.compile(
    "[\u4e00-\u9fff]{2,14}?(?:集聚区|开发区|高新区|经开区|示范区|工业园区|试验区)"
)
_TWO_PLACES = re.compile("[\u4e00-\u9fff]{2,3}省[\u4e00-\u9fff]{2,4}[市县]")
# 甲项目…，是乙示范项目: what it is
_IS_ONE = re.compile("项目.*[，,](?:也|还|均|都)?是(?!继)[^，,]*$")
# 第一期投资25亿元，建设乙项目
_OF_PHASE = re.compile(
    "[一二三四首]期(?:工程|项目)?[^、。；;]{0,6}投资[^、。；;]{0,16}(?:建设|新建)$"
)
_KINDS = re.compile("[”]?等(?:[^0-9个项]{2,8})项目")
# what a park builds itself
_WORKS = re.compile("(?:(?<!期)工程|道路|水系|管网|设施|配套|扩建|改造)$")
_DEICTIC = re.compile("[该此本](?![次市县区省地年月轮批届季])(?=.{4})")
_FIRM_QUOTES = re.compile("[^“”]{4,30}公司“(?=[^“”]+$)")
_SIGNING = re.compile(
    "等[^、，,]{0,10}?(?:部门|单位|企业|公司|专班)(?:推动|促成|引进|招引|引入|争取|对接|洽谈)(?=.{4})|(?:签下|签订|签署|签约)了?(?=.{4})"
)
# 甲项目投资12亿元，兴建…: what the project before is
_BUILDING = re.compile(
    "(?:(?!公司)[^。;；])*[，,](?:主要|拟|计划|将|规划|重点)*(?:兴建|建设|新建|打造)$"
)
_PART = re.compile(
    "[，,](?:将|主要|计划|拟|一期|二期)+(?:新建|建设|兴建)$|[，,:](?:即|(?:即|主要|具体|建设内容)(?:包括|建设|新建|生产|有|为))$"
)
_STAGED = re.compile(f"(?:{STAGE.pattern})了?$")
_QUOTED = re.compile("“[^“”]+(?:”|项目”)|《[^《》]+项目")
# 265个重大基础设施、产业发展项目: kinds that were counted
_KINDS_COUNTED = re.compile("[0-9]+余?[个项](?:重大|重点|亿元|优质|产业|工业)[^、中]{0,8}$")
# 公司拟投资新建光伏组件项目
_TO_BUILD = re.compile("(?:投资|拟|计划|将)(?:建设|新建|兴建|投建|设立)$")
_PRICE_BEHIND = re.compile(
    f"[^。；;]{{0,24}}?(?:投资|投入|金额|出资)[^。；;]{{0,8}}?{MONEY.pattern}"
)
_LAND_BEHIND = re.compile("[^。；;]{0,16}?(?:占地|用地)[^。；;]{0,8}?[0-9.]+(?:亩|公顷)")
_PRICE_BEFORE = re.compile(
    f"{MONEY.pattern}(?:的|[，,]?(?:用于|在[^，,]{{2,12}})?(?:投资)?(?:投?建设?|兴建|打造|实施|新建|新上|设立)?)$"
)
_VALUED = re.compile(f"{MONEY.pattern}的$")
_ALL = re.compile("(?:投资|总投资)?(?:分别|均|都已)")
_NUMBERING = re.compile(r"[\s0-9一二三四五六七八九十.、()①-⑳*•-]*")
_HEAD = re.compile(r"(?:\([^()]*\))?(?:[:]|[。]$)")
_COUNT = re.compile(r"[\"”]?等?(?P<n>[0-9]+|[两二三四五六七八九十])(?:个|大|项)")
NEAR = 30
# A second name after 和 is at least this long, if it has no part of its own.
LONG = 7


@dataclass(frozen=True)
class Spot:
    """A name and where it stands; `raw` spans what was written with it (amount, investor).

    `group` numbers the enumerations of a sentence, `size` is the length of this one; `end` is where
    the phrase with 项目 ends; `backed` see :class:`ingest.news.phrases.Phrase`.
    """

    name: str
    span: Span
    raw: Span
    group: int
    size: int
    end: int
    backed: bool = False
    given: bool = False


def spots(
    sentence: Part,
    known: KnownFirms | None = None,
    *,
    titled: bool = False,
    doubted: bool = False,
) -> list[Spot]:
    """The names of projects in a sentence by the rules, in order, none twice.

    `known`: firms that make an investor; `titled`: the title above says what stage it speaks of;
    `doubted`: those too that have the form of a name but are not believed.
    """
    found: list[Spot] = []
    taken = sentence.start
    for group, phrase in enumerate(phrases(sentence)):
        begin = _past_bracket(sentence, max(phrase.start, taken), taken)
        if begin < phrase.end:
            names = Part(sentence.text[begin - sentence.start : phrase.end - sentence.start], begin)
            cost = _COST.match(sentence.text, phrase.stop - sentence.start) is not None
            items = _items(names, phrase, cost=cost)
            backed = phrase.backed and len(items) == 1
            of = (group, len(items), phrase.stop, backed, phrase.given)
            spots_ = [Spot(name, span, raw, *of) for name, span, raw in items]
            kept = [spot for spot in spots_ if not phrase.own or is_own(spot.name)]
            if phrase.worked and not all(is_sure(spot.name) for spot in kept):
                continue
            found += kept
            taken = phrase.stop if items else taken
    group_of = joined(sentence, found)
    sure = _believed(sentence, group_of, known or KnownFirms(), titled, doubted)
    return joined(
        sentence, sure[:1] if sure and sure[0].size == 1 and heads(sentence, sure[0]) else sure
    )


def heads(sentence: Part, spot: Spot) -> bool:
    """Whether a name begins a line that is about it: 1.甲项目：总投资…, 甲项目。企业已…."""
    before = _cut(sentence, sentence.start, spot.raw[0])
    behind = _cut(sentence, spot.end, sentence.end)
    return _NUMBERING.fullmatch(before) is not None and _HEAD.match(behind) is not None


def _past_bracket(sentence: Part, begin: int, taken: int) -> int:
    """Behind a bracket that says more of the project before: 甲项目(总投资3亿元)、乙项目."""
    more = _ROUND.match(sentence.text, begin - sentence.start) if begin == taken else None
    return sentence.start + more.end() if more else begin


def _believed(
    sentence: Part, found: list[Spot], known: KnownFirms, titled: bool, doubted: bool
) -> list[Spot]:
    """Those spots whose names are believed, by their groups and what stands around them."""
    kept: list[Spot] = []
    for i, spot in enumerate(found):
        group = [other for other in found if other.group == spot.group]
        since = found[i - 1].end if i else sentence.start
        until = found[i + 1].raw[0] if i + 1 < len(found) else sentence.end
        if _are_kinds(sentence, group):
            continue
        beside = Beside(
            priced=_priced(sentence, spot, since, until),
            valued=_VALUED.search(_cut(sentence, since, spot.span[0])) is not None,
            owned=_is_owned(_cut(sentence, since, spot.span[0]), known),
            listed=len(group) > 1 and any(is_own(other.name) for other in group),
            staged=titled or STAGE.search(_near(sentence, spot, since, until)) is not None,
            each=len(group) > 1
            and (
                all(_is_single(sentence, other) for other in group[:-1])
                or _is_told(sentence, group)
            ),
            quoted=_is_quoted(sentence, spot),
            example=_cut(sentence, spot.raw[1], spot.end).startswith("等"),
            backed=spot.backed
            or (spot.size == 1 and heads(sentence, spot))
            or _STAGED.search(_cut(sentence, since, spot.span[0])) is not None,
        )
        if _is_told_of(_cut(sentence, sentence.start, spot.span[0])):
            continue
        if (doubted or spot.given or is_name(spot.name, beside)) and not (
            kept and _is_part(sentence, kept[-1], spot)
        ):
            kept.append(spot)
    return kept


def _are_kinds(sentence: Part, group: Sequence[Spot]) -> bool:
    """Whether an enumeration is of kinds: 医院、新居工程等公服配套项目."""
    closing = _KINDS.match(_cut(sentence, group[-1].span[1], group[-1].end))
    return closing is not None and not any(is_own(spot.name) for spot in group)


def _is_told_of(before: str) -> bool:
    """Whether what follows says what a project is, or what one of its phases builds."""
    return _IS_ONE.search(before) is not None or _OF_PHASE.search(before) is not None


def _is_owned(before: str, known: KnownFirms) -> bool:
    """Whether somebody is to build what follows."""
    return _TO_BUILD.search(before) is not None or investor(before, known) is not None


def _is_part(sentence: Part, before: Spot, spot: Spot) -> bool:
    """Whether a spot is what the project before it builds: 甲基地项目, 主要建设乙生产线项目."""
    between = _cut(sentence, before.end, spot.span[0])
    if _PART.search(between) is not None:
        return True
    return _BUILDING.match(between) is not None and not is_own(spot.name)


def _is_quoted(sentence: Part, spot: Spot) -> bool:
    around = _cut(sentence, spot.span[0] - 1, spot.span[1] + 3)
    return spot.span[0] > sentence.start and _QUOTED.match(around) is not None


def _is_single(sentence: Part, spot: Spot) -> bool:
    """项目 stands directly behind the name, or behind what was written with it."""
    return spot.end - spot.raw[1] <= 2 and _cut(sentence, spot.raw[1], spot.end) in ("项目", "")


def _is_told(sentence: Part, group: Sequence[Spot]) -> bool:
    """Whether as many projects are counted as were named, or what follows is of each of them."""
    if _ALL.match(_cut(sentence, group[-1].end, sentence.end)) is not None:
        return True
    count = _COUNT.match(_cut(sentence, group[-1].span[1], group[-1].end))
    return count is not None and number(count["n"]) == len(group)


def _priced(sentence: Part, spot: Spot, since: int, until: int) -> bool:
    behind = _cut(sentence, spot.span[1], until)
    return (
        MONEY.search(_cut(sentence, *spot.raw)) is not None
        or _PRICE_BEHIND.match(behind) is not None
        or _LAND_BEHIND.match(behind) is not None
        or _PRICE_BEFORE.search(_cut(sentence, since, spot.span[0])) is not None
    )


def _near(sentence: Part, spot: Spot, since: int, until: int) -> str:
    before = _cut(sentence, max(since, spot.span[0] - NEAR), spot.span[0])
    return before + "|" + _cut(sentence, spot.end, min(until, spot.end + NEAR))


def _cut(sentence: Part, start: int, end: int) -> str:
    """The text between two offsets."""
    return sentence.text[max(start - sentence.start, 0) : max(end - sentence.start, 0)]


def joined(sentence: Part, found: list[Spot]) -> list[Spot]:
    """甲项目、乙项目和丙项目 is one enumeration too."""
    groups: list[list[Spot]] = []
    for spot in found:
        last = groups[-1][-1] if groups else None
        same = last is not None and last.group == spot.group
        bare = spot.raw[0] == spot.span[0] and sense(spot.name).concrete
        if last is not None and (same or _links(sentence, last.end, spot.raw[0], bare=bare)):
            groups[-1].append(spot)
        else:
            groups.append([spot])
    return [
        replace(spot, group=i, size=len(group)) for i, group in enumerate(groups) for spot in group
    ]


def _links(sentence: Part, start: int, end: int, *, bare: bool) -> bool:
    """Whether nothing but a mark of enumeration stands between two names.

    A comma is one if the second name is `bare`, with no verb before it: 甲项目，乙项目等.
    """
    between = _BRACKETED.sub(
        "", sentence.text[start - sentence.start : max(end, start) - sentence.start]
    )
    following = sentence.text[max(end, start) - sentence.start :]
    if bare and between == "," and sentence.text[: start - sentence.start].endswith("项目"):
        return True
    marked = between in ("、", "和", "以及", "及", "与", "、以及")
    return marked or (not between and following.startswith(("、", "和", "以及", "及", "与")))


def _items(phrase: Part, found: Phrase, *, cost: bool) -> list[tuple[str, Span, Span]]:
    """(name, its span, the span of all that was written for it) of each item.

    `cost`: an amount in brackets follows.
    """
    if found.given:
        parts = [Part(p.text.removesuffix("项目"), p.start) for p in _split(phrase, closed=False)]
        return [(part.text, (part.start, part.end), (part.start, part.end)) for part in parts]
    listed, backed = found.listed, found.backed
    one = found.one and not phrase.text.startswith("、")
    signed = [m.end() for m in _SIGNING.finditer(phrase.text) if "、" in phrase.text[: m.start()]]
    if signed:  # 与甲、乙签下丙项目
        phrase = Part(phrase.text[signed[-1] :], phrase.start + signed[-1])
    parts = list(_split(phrase, closed=listed))
    if len(parts) > 1 and _KINDS_COUNTED.search(parts[0].text) is not None:
        return []
    if not listed and (_is_one(parts) or (one and not all(map(_has_owner, parts)))):
        parts = [phrase]
    kept = []
    for part in parts:
        start, end = trimmed(part.text)
        name = part.text[start:end]
        priced = MONEY.search(part.text) is not None
        backed = backed and len(parts) == 1
        if can_be(name, short=priced or cost, backed=backed) and (
            priced or backed or len(parts) > 1 or not PROSE_START.match(name)
        ):
            span = (part.start + start, part.start + end)
            kept.append((name, span, (part.start, part.end)))
    # 带动强、税收高的项目; 找企业、对接项目: what stands at 项目 itself is no name, nor is the rest
    whole = listed or (kept and kept[-1][2][1] == phrase.end)
    return kept if whole else []


def _are_two(before: str, mark: re.Match[str], text: str) -> bool:
    """Whether 和 stands between two names, not inside one (装备和组件, 天和磁材)."""
    whole = len(BEFORE.sub("", _INNER.split(before)[-1])) >= SHORTEST
    rest = _BEHIND.sub("", text[mark.end() :])
    if mark.group() == "及" and not sense(rest).stands_out:
        return False
    if mark.group() == "和":
        return whole and (is_own(rest) or len(rest) > LONG)
    return whole and is_own(rest) and is_own(BEFORE.split(before)[-1])


def _is_one(parts: list[Part]) -> bool:
    """总投资10亿元的甲材料、乙材料及丙材料项目: one project, where none has a name of its own."""
    return (
        len(parts) > 1
        and MONEY.search(parts[0].text) is not None
        and not any(MONEY.search(part.text) for part in parts[1:])
        and not any(is_own(part.text) for part in parts[1:])
        and not is_own(parts[0].text[-6:])
    )


def _has_owner(part: Part) -> bool:
    made = sense(part.text)
    return made.firm or made.place


def _split(phrase: Part, *, closed: bool) -> Iterator[Part]:
    """The items of an enumeration; `closed` by 等 or a verb, it may end in 及 and 与 too."""
    plain = _BRACKETED.sub(lambda m: "x" * len(m.group()), phrase.text)
    at = 0
    for match in _MARKS.finditer(plain):
        joins = match.group() in ("和", "及", "与")
        listed = closed or (match.group() == "和" and "、" in plain)
        # 甲、乙和丙: the last mark may be a word; 天和磁材, 装备及其组件 are names
        if joins and not (listed and _are_two(plain[at : match.start()], match, phrase.text)):
            continue
        yield Part(phrase.text[at : match.start()], phrase.start + at)
        at = match.end()
    yield Part(phrase.text[at:], phrase.start + at)


def trimmed(text: str) -> Span:
    """The span of the name in an item: without verbs, amounts, brackets and marks around it."""
    end = len(text)
    while (match := _BRACKETS_BEHIND.search(text[:end])) is not None:
        end = match.start()
    behind = _BEHIND.search(text[:end])
    end = behind.start() if behind else end
    while (
        end and text[end - 1] in _EDGES.replace("0123456789", "") and text[end - 2 : end] != "期)"
    ):
        end -= 1
    while (end > 2) and text[:end].endswith("项目"):
        end -= 2
    deictic = _DEICTIC.match(text, 0, end)
    start = deictic.end() if deictic else 0
    inner = text.rfind("项目", 0, end)
    if inner >= 0 and end - inner - 2 >= SHORTEST:
        start = inner + 2
    for pattern in (_INNER, BEFORE):
        cuts = [m.end() for m in pattern.finditer(text, start, end) if end - m.end() >= 2]
        start = max([start, *cuts])
    while True:
        kept = start
        bracket = _ROUND.match(text, start, end)
        start = bracket.end() if bracket and end - bracket.end() >= SHORTEST else start
        while start < end and text[start] in _EDGES and not _belongs(text, start, end):
            start += 1
        match = LEADING.match(text[start:end])
        if match is not None and end - start - match.end() >= 2:
            start += match.end()
        if start == kept:
            start = _after_firm(text, _after_park(text, start, end), end)
            opened = text.count("“", start, end) > text.count("”", start, end)
            return start, end + (opened and text.startswith("”", end))


def _after_park(text: str, start: int, end: int) -> int:
    """A name of its own behind a park (甲县开发区乙公司丙二期) begins behind it."""
    twice = _TWO_PLACES.match(text, start, end)
    if twice is not None and end - twice.end() >= SHORTEST + 1:
        start = twice.end()
    park = _IN_PARK.match(text, start, end)
    if park is None or end - park.end() < SHORTEST + 1:
        return start
    rest = text[park.end() : end]
    return park.end() if is_own(rest) and _WORKS.search(rest) is None else start


def _after_firm(text: str, start: int, end: int) -> int:
    """A name in quotation marks behind a firm (甲有限公司“乙”) begins behind them."""
    quoted = _FIRM_QUOTES.match(text, start, end)
    return quoted.end() if quoted else start


def _belongs(text: str, start: int, end: int) -> bool:
    """A name may begin with digits (5G, 1200米) or quotes, but not with the number of a list."""
    if text[start] == "“":
        return text.find("”", start, end) > start
    digits = re.match("[0-9]+", text[start:end])
    if digits is None:
        return False
    rest = text[start + digits.end() : end]
    return re.match(r"[.、)] *[^0-9]|\s|$", rest) is None
