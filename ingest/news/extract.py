"""From a text to its projects: names, then what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from graph.regions import Divisions
from ingest.news.amounts import UNIT_FIRST, Money, amounts
from ingest.news.answer import Extraction, Mention, Project, Span, Total
from ingest.news.areas import land_of, lands
from ingest.news.builders import builder, plausible, visitor
from ingest.news.clauses import Part, evened, sentences
from ingest.news.columns import with_columns
from ingest.news.costs import costs_of, first, of_phase
from ingest.news.firms import KnownFirms, heading, investor, mentions, signer
from ingest.news.lexicon import sense
from ingest.news.naming import Namer, Reasons, left
from ingest.news.owners import with_owners
from ingest.news.places import Places, date_near, year_of
from ingest.news.read import read_text
from ingest.news.spots import Spot, heads, spots
from ingest.news.stages import last_stage, reach, stage_of, stage_sign, stage_word, title_stage
from ingest.news.tables import Row, rows
from ingest.news.tagged import tagged
from ingest.news.totals import totals
from ingest.news.traits import Rules
from ingest.news.words import GENERIC

# Shorter ends than this are shared by different projects.
SHORTEST_END = 5
# A sentence may call a project by so many characters of its name.
SHORTEST = 3
# A name of this length that stands in a later sentence means the project.
NAMED = 5
# 项目总投资…, 该项目由…: a sentence about the project before it.
_GOES_ON = re.compile(
    "(?:[^，,。]{2,40}(?:介绍说?|表示|透露)[，,:：]?(?=该|项目))?(?:[0-9一二三四五六]+[、.)])?(?:(?:根据|按照|按|据)[^，,。]{1,12}[，,:])?"
    "(?:(?:投资|用地|建设|占地)(?:规模|内容|面积|金额|总额):)?(?:作为[^，,。]{2,40}[，,])?(?:该|此|本|这个|其)?(?:规划|协议|合同)*(?:项目|工程|公司|基地|工厂|园区)?(?:[一二三]期)?[，,]?(?:总|估算|概算|计划|预计|拟|一期|由|位于|主要|占地|建成|用地|投资|进展|状态|阶段|业主|建设地点)"
)
# 项目主要包括…: what the project before consists of.
_CONSISTS = re.compile(
    "(?:根据[^，,]{1,8}[，,])?项目(?:拟落户|总投资|计划总投资|位于|选址|占地|用地)|"
    "(?:该|此|本)?项目(?:分[一二三两]期)?(?:主要|拟|计划|将)*(?:包括|包含|建设|新建|兴建|建成后|由)"
)
# 其中一期投资…，建设…: of the project before
_STEP = re.compile(
    "主要(?:建设|新建|生产|从事)|(?:其中|同时)?[，,]?(?:该|此|本)?(?:项目)?第?[一二三四五首]期(?![，,])(?!.{2,12}项目(?:开工|签约))"
)
_COUNTS = re.compile("[0-9]+余?[个家](?:[^，,。]{0,8}(?:项目|企业)(?!之一))")
# 据了解，该项目是…
_THIS = re.compile(
    "(?:此次|本次)(?:签约|开工)的项目[，,]|"
    "(?:据[^，,。]{1,8}[，,:])?[^，,。:该此本]{0,6}(?:该|此|本)(?![次市县区省地年月轮批届季])"
    "[^，,。个]{0,8}?(?:项目|工程|基地|产业园|园区|小镇|铁路|公路|高速|大桥|水库|电站|枢纽|线路)(?!库|办)"
)
# 项目二期总投资…
_PHASED = re.compile(
    "(?:项目|工程)?(?P<phase>[一二三四五]期)(?:工程|项目|建设)*(?:总|计划|拟|预计)*(?:投资|正式|开工)"
)
_COMMA = re.compile("[，,]")


@dataclass(frozen=True)
class _Context:
    """What holds for the whole document."""

    known: KnownFirms
    places: Places
    year: int | None
    titled: str | None = None  # the word of stage in the title of a list
    told: str | None = None  # the word of stage of projects that were counted last
    among: str | None = None  # the same while the sentences name those projects


def extract_file(
    path: str | Path, *, known: KnownFirms | None = None, region: str | None = None
) -> Extraction:
    """:func:`extract_text` of a file. Raises UnreadableFile."""
    found = extract_text(read_text(path), known=known, region=region)
    return replace(found, file=str(path))


def extract_text(
    text: str,
    *,
    known: KnownFirms | None = None,
    region: str | None = None,
    divisions: Divisions | None = None,
    namer: Namer | None = None,
    rules: Rules | None = None,
) -> Extraction:
    """Projects, firms and totals of a text.

    Args:
        text: an article, a work report, minutes; any length.
        known: firms of the store, which are found by short names too.
        region: where the text speaks of, if it does not say so itself.
        divisions: the divisions whose names are looked for; default the national table.
        namer: what decides about names; default the weights of the package and, where it is
            installed, the encoder.
        rules: names by other rules than :func:`by_rules`, when weights are learned or judged.

    Nothing found is certain: it has the status "uncertain" until somebody confirms it.
    """
    even = evened(text)
    places = Places(divisions or Divisions.national(), region)
    places.home = region or places.of_document(even)
    context = _Context(known or KnownFirms(), places, year_of(even))
    table = [_placed(row, context) for row in rows(even)]
    rules = rules or _by_rules(even, table, context)
    names = (namer or Namer.shipped()).names(even, rules)
    told, sums = _told(even, context, lambda part, _: tagged(part, names[part.start]), sure=True)
    found = [*table, *told]
    firms = [mention for x in sentences(even) for mention in mentions(x, context.known)]
    once = with_owners(with_columns(_once(found), even), firms, even)
    written = [_as_written(project, even, text) for project in once]
    return Extraction(tuple(written), _firms_once(firms, text), tuple(sums))


def by_rules(even: str, *, known: KnownFirms | None = None) -> Rules:
    """The names that the rules alone find in a text of one width."""
    places = Places(Divisions.national(), None)
    context = _Context(known or KnownFirms(), places, None)
    return _by_rules(even, [_placed(row, context) for row in rows(even)], context)


def _by_rules(even: str, table: Sequence[Project], context: _Context) -> Rules:
    def found(*, doubted: bool) -> list[Span]:
        told, _ = _told(
            even,
            context,
            lambda part, titled: spots(part, context.known, titled=titled, doubted=doubted),
        )
        return [project.span for project in (*table, *told)]

    return Rules(found(doubted=False), found(doubted=True))


def why(text: str, name: str) -> Reasons:
    """What speaks for (above 0) and against a name's beginning and end where it stands first.

    `{"B": [("encoder", score), (trait, weight) …], "E": …}`, see :mod:`ingest.news.naming` and
    :mod:`ingest.news.traits`; raises ValueError if no sentence of the text holds `name`.
    """
    even = evened(text)
    wanted = evened(name)
    for number, part in left(even):
        at = part.text.find(wanted)
        if at >= 0:
            span = (at, at + len(wanted))
            return Namer.shipped().why(even, by_rules(even), (number, part), span)
    raise ValueError(f"{name}: in no sentence of the text")


def _told(
    even: str,
    context: _Context,
    find: Callable[[Part, bool], list[Spot]],
    *,
    sure: bool = False,
) -> tuple[list[Project], list[Total]]:
    """The projects and totals of sentences; each may go on about the one before it.

    `find` gives the names in a sentence, told whether a title says the stage; `sure`: none of them
    is what a project before is made of.
    """
    projects: list[Project] = []
    sums: list[Total] = []
    summed, headed = False, False
    for _, sentence in left(even):
        money = amounts(sentence)
        counted = totals(sentence, money)
        sums += counted
        context = _followed(context, even, sentence, counted)
        spotted = find(sentence, context.titled is not None)
        found = _projects(sentence, spotted, money, counted, context)
        if not sure and projects and not summed and _describes(sentence):
            found = []
        summed = bool(counted)
        headed = headed and not even[: sentence.start].endswith("\n")
        if not found and (_is_title(even, sentence) or _opens(even, sentence)):
            context = replace(context, titled=title_stage(sentence.text))
        if not found and projects:
            about = len(projects) - 1 if headed else _about(projects, sentence)
            if about is not None:
                projects[about] = _continued(projects[about], sentence, money, context)
        if found:
            headed = len(found) == 1 and heads(sentence, spotted[0])
        projects += found
    return projects, sums


def _describes(sentence: Part) -> bool:
    """Whether a sentence tells what the project before it consists of, or its phases."""
    return any(p.match(sentence.text) is not None for p in (_CONSISTS, _THIS, _STEP))


def _about(projects: Sequence[Project], sentence: Part) -> int | None:
    """The project a sentence without one goes on about: it names it again, or follows it."""
    phase = _PHASED.search(sentence.text)
    phased = [i for i, p in enumerate(projects) if phase and phase["phase"] in p.name]
    if phased:
        return phased[-1]
    said = sentence.text.lstrip(" \t")
    named = [
        i
        for i, p in enumerate(projects)
        if (len(p.name) >= NAMED and p.name in said)
        or (len(p.name) >= SHORTEST and said.startswith(p.name) and not GENERIC.fullmatch(p.name))
    ]
    if named:
        return named[-1] if len(named) == 1 else None
    if (short := _by_short_name(projects, sentence)) is not None:
        return short
    several = len(projects) > 1 and projects[-1].evidence == projects[-2].evidence
    # 甲、乙等项目进展顺利。投资5000万元打造路网…: of something else
    if several and _SPENT.match(sentence.text):
        return None
    goes_on = (
        _GOES_ON.match(sentence.text.lstrip(" \t●•·*-—>"))
        or _THIS.match(sentence.text)
        or UNIT_FIRST.search(sentence.text)
    )
    return len(projects) - 1 if goes_on else None


_SPENT = re.compile("总?投资")
_SHORT_NAME = re.compile(r'[“"]?(?P<name>[^，,。:、\s“”"]{2,16}?)[”"]?(?:项目|是)')


def _by_short_name(projects: Sequence[Project], sentence: Part) -> int | None:
    """The project that a sentence calls by a part of its name: 京泉华项目总投资10亿元."""
    said = _SHORT_NAME.match(sentence.text)
    if said is None:
        return None
    short = said["name"]
    if len(short) < SHORTEST or GENERIC.fullmatch(short):
        return None
    like = [i for i, p in enumerate(projects) if _shortened(short, p.name)]
    return like[0] if len(like) == 1 else None


def _shortened(short: str, name: str) -> bool:
    """Whether a name is another with some of its characters left out, two in a row at least."""
    rest = iter(name)
    return short[:2] in name and all(char in rest for char in short)


_COUNTING = re.compile("^[^:]{0,16}?[0-9一二三四五六七八九十]+[个项]:")


def _followed(context: _Context, text: str, sentence: Part, counted: Sequence[Total]) -> _Context:
    """The stage of counted projects holds for those named behind: 已投产项目2个：…；其中，…."""
    if sentence.text.startswith("其中"):
        context = replace(context, among=context.told)
    elif text[: sentence.start].endswith("\n"):
        context = replace(context, among=None)
    if not counted:
        return context
    first_counted = counted[0].span[0] - sentence.start
    word = last_stage(sentence.text[: first_counted + 14])
    among = word if _COUNTING.match(sentence.text) else context.among
    return replace(context, among=among, told=word)


def _is_title(text: str, sentence: Part) -> bool:
    """A line of its own that is no sentence."""
    alone = text[: sentence.start].endswith("\n") or sentence.start == 0
    return (
        alone and text[sentence.end : sentence.end + 1] in ("", "\n") and len(sentence.text) <= 40
    )


def _opens(text: str, sentence: Part) -> bool:
    """签约的项目有: and the end of the line."""
    return sentence.text.endswith(":") and text.startswith("\n", sentence.end)


def _placed(row: Row, context: _Context) -> Project:
    """The project of a row of a table with its region."""
    name, code = context.places.near(row.place)
    date = str(context.year) if context.year else None
    return replace(row.project, region=name, region_code=code, date=date)


# ── one sentence ────────────────────────────────────────────────────────────────────────────────


def _projects(
    sentence: Part,
    found: list[Spot],
    money: Sequence[Money],
    counted: Sequence[Total],
    context: _Context,
) -> list[Project]:
    summed = [total.span for total in counted if total.amount_yi is not None]
    free = [m for m in money if not any(a <= m.start < b for a, b in summed)]
    costs = costs_of(sentence, found, free)
    areas = lands(sentence)
    made = []
    for i, spot in enumerate(found):
        until = found[i + 1].raw[0] if i + 1 < len(found) else sentence.end
        since = spot.raw[0] if i else sentence.start
        near = reach(sentence, found, i)
        said = stage_word(sentence, spot, near) or context.titled or context.among
        word = said or stage_sign(sentence, spot, near)
        before = sentence.text[: spot.span[0] - sentence.start]
        after = sentence.text[spot.span[1] - sentence.start : until - sentence.start]
        name, code = context.places.near(_clause(sentence, spot))
        cost = costs[i]
        made.append(
            Project(
                name=spot.name,
                span=spot.span,
                evidence=(sentence.start, sentence.end),
                firm=_firm(before, after, spot, context) or builder(before, after),
                amount=cost.yi * 10_000 if cost else None,
                currency=cost.currency if cost else None,
                amount_yi=cost.yi if cost else None,
                land_mu=land_of(areas, since, until) if spot.size == 1 else None,
                stage=stage_of(word),
                stage_word=word,
                region=name,
                region_code=code,
                date=date_near(before, context.year),
            )
        )
    return made


def _clause(sentence: Part, spot: Spot) -> str:
    """What may say where a project is: its sentence to the end of its clause, without its name."""
    text, at = sentence.text, sentence.start
    end = _COMMA.search(text, spot.end - at)
    return (
        text[: spot.span[0] - at]
        + "|"
        + text[spot.span[1] - at : end.start() if end else len(text)]
    )


def _firm(before: str, after: str, spot: Spot, context: _Context) -> str | None:
    if spot.size > 1:
        return None
    inside = [name for _, name in context.known.within(spot.name)]
    near = re.split("[，,、]", before)[-2:]
    told = (
        investor("，".join(near), context.known),
        investor(after, context.known),
        heading(spot.name),
        inside[0] if inside else None,
        None if "项目" in before else signer(before, context.known),
        None if "项目" in before else visitor(before),
    )
    return next((name for name in told if name and plausible(name)), None)


# ── across sentences ────────────────────────────────────────────────────────────────────────────


def _continued(
    project: Project, sentence: Part, money: Sequence[Money], context: _Context
) -> Project:
    """A project with what the next sentence adds to it."""
    free = [m for m in money if m.invested and not _is_counted(sentence, m)]
    cost = first(sentence, of_phase(free, project.name))
    if project.amount_yi is None and cost is not None:
        project = replace(
            project, amount=cost.yi * 10_000, amount_yi=cost.yi, currency=cost.currency
        )
    if project.land_mu is None:
        land = land_of(lands(sentence), sentence.start, sentence.end)
        project = replace(project, land_mu=land)
    if project.firm is None:
        project = replace(project, firm=investor(sentence.text, context.known))
    if project.stage is None and (word := last_stage(sentence.text)) is not None:
        project = replace(project, stage=stage_of(word), stage_word=word)
    evidence = (project.evidence[0], sentence.end)
    return replace(project, evidence=evidence)


def _is_counted(sentence: Part, money: Money) -> bool:
    """Whether an amount is of projects or firms that were counted before it."""
    return _COUNTS.search(sentence.text, 0, money.start - sentence.start) is not None


def _as_written(project: Project, even: str, text: str) -> Project:
    """The names of a project in the characters of the text, brackets in their own width."""
    firm = project.firm
    if firm is not None and (at := even.find(firm)) >= 0:
        firm = text[at : at + len(firm)]
    return replace(project, name=text[slice(*project.span)], firm=firm)


def _once(projects: Iterable[Project]) -> tuple[Project, ...]:
    """One entry a name: the first, filled up with what later ones say."""
    kept: dict[str, Project] = {}
    for project in projects:
        key = re.sub(r"[\s“”\"()（）·]", "", project.name)
        known = next((k for k in kept if _same(k, key)), None)
        kept[known or key] = _filled(kept[known], project) if known else project
    return tuple(kept.values())


_ORGANISATION = re.compile("股份|集团|公司|有限|责任|控股|科技|投资")
_AND_MORE = ("及", "和", "与")


_LATER = re.compile("(?:项目)?[二三四五六七八九十]+期")
_QUANTITY = re.compile(r"(?:年产)?[0-9.]+[万亿]?(?:吨|辆|套|台|只|件|片|千瓦|GWh?|MW)(?:/年)?")


@lru_cache(maxsize=4096)
def _forms(name: str) -> tuple[str, str]:
    """A name without words of organisations, and without what it makes a year."""
    return _ORGANISATION.sub("", name), _QUANTITY.sub("", name)


def _same(one: str, other: str) -> bool:
    """Whether two names are of one project.

    惠科显示模组 and 惠科股份显示模组 are; so are a name and its end (硅片 of 高照硅片), or its
    beginning before 及; 亿纬储能电池 and 亿纬林洋储能电池 are two.
    """
    (own, bare), (others, other_bare) = _forms(one), _forms(other)
    if own == others:
        return True
    whole = sorted((one, other), key=len)
    if len(whole[0]) >= SHORTEST_END and whole[1].endswith(whole[0]):
        return True
    short, long = sorted((bare, other_bare), key=len)
    if long.startswith(short) and len(short) >= 3 and not sense(short).structure:
        return _LATER.match(long, len(short)) is None and not sense(short).product
    if len(short) < SHORTEST_END:
        return False
    if long.removesuffix("一期") == short:
        return True
    more = long.startswith(short) and long.startswith(_AND_MORE, len(short))
    return more or long.endswith(short) or _inserted(short, long)


def _inserted(short: str, long: str) -> bool:
    """Whether one name is the other with something in its middle: 甲县风电, 甲县南部风力发电."""
    if short[:2] != long[:2] or short[-1] != long[-1]:
        return False
    head = next((i for i, c in enumerate(short) if c != long[i]), len(short))
    tail = next((i for i, c in enumerate(short[::-1]) if c != long[::-1][i]), len(short))
    middle = long[head : len(long) - len(short) + head]
    ends = head >= SHORTEST_END - 1 or (head >= 2 and tail >= SHORTEST_END)
    return ends and tail > 0 and head + tail >= len(short) and "期" not in middle


def _filled(first: Project, other: Project) -> Project:
    more: dict[str, object] = {}
    owner = heading(other.name)
    if owner is not None and other.name.endswith(first.name):
        more["firm"] = first.firm or owner
    elif len(other.name) > len(first.name) and (first.name in other.name or "年产" in other.name):
        more |= {"name": other.name, "span": other.span, "evidence": other.evidence}
    if first.amount_yi is None:
        more |= {"amount": other.amount, "currency": other.currency, "amount_yi": other.amount_yi}
    if first.stage is None:
        more |= {"stage": other.stage, "stage_word": other.stage_word}
    if first.firm is None:
        more["firm"] = other.firm
    if first.land_mu is None:
        more["land_mu"] = other.land_mu
    return replace(first, **more)  # type: ignore[arg-type]


def _firms_once(firms: Iterable[Mention], text: str) -> tuple[Mention, ...]:
    kept: dict[str, Mention] = {}
    for firm in firms:
        name: str = text[slice(*firm.span)]
        kept.setdefault(name, replace(firm, name=name))
    return tuple(kept.values())
