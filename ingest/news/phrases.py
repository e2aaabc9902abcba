"""The phrases of a sentence that may hold names of projects, by the marks and verbs around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.news.clauses import Part
from ingest.news.words import (
    FIRMS_AHEAD,
    MONEY,
    STAGE,
    STRUCTURE_WORDS,
    TRADES_AHEAD,
    any_of,
    number,
)

_PROJECT = re.compile("项目(?!部|化|库|经理|组(?!团)|制(?!造)|书|单位|法人|业主)")
# After one name these say that it was none (重点项目招引), after an enumeration what is done to it.
_WORK = re.compile(
    "(?:落户|有关|相关|合作)?事宜|意识|占比|工程|跟踪|无偿|流失|方面|追踪|落地率|开工率|[^，。]{0,3}[0-9]+余?个|同比|共|数|[0-9]+余?[个项家%]|招引|推进|"
    "攻坚|建设年|谋划|储备|要素|为王|质量|质态|数量|进展(?:表|情况)|名单|情况|全生命|全周期|清单|服务|审批|策划|洽谈会|"
    "推介|路演|招商|信息|准入|评审|管理|难|早|快|齐抓|引得|报备|协调|精准|等地|线索|导入|集中(?!签约|开工|动工|竣工|投产|落户|落地)|生产(?!线)|所在地|闭环|优先|资金|贷款"
)
_SIGNS = "(?:总?投资额?|总金额|金额|概算|概算投资|固投)"
_ABOUT = "(?:约|近|超过|超|达到|达|为|额为|额达|不低于|不超过|(?:预计|计划)为?|共计)*"
# Buildings that rise; a new town or a park as a place recruits instead.
_TOWNS = frozenset("新城 园区 小镇 建设 开发 平台 中心 市场 园 站 线 楼 港 社区 小区".split())
_BUILDINGS = any_of(STRUCTURE_WORDS - _TOWNS) + "|[一二三四五六七八九十]+期(?:工程)?"
_HOPE = "(?:计划|预计|协议|拟|概算|合同|规划)?"
# 推动甲、乙、丙签约: an enumeration with a verb before it and a stage behind it, without 项目.
_DRIVEN = re.compile(
    f"(?:推动|推进|促成|促进|确保|力争|争取|加快|实现|力促|引进|招引|签约|促使|助推)(?P<list>[^，,。:：、等]{{2,24}}(?:、[^，,。:：、等]{{2,24}})+?)"
    f"(?P<rest>等?[^，,。:：、]{{0,6}}?)(?P<stage>{STAGE.pattern}|建设)"
)
# 甲公司投资3亿元兴建乙工程, 丙投资金额10亿元: names without 项目.
_BUILT = re.compile(
    f"投资(?:总额|金额)?{_ABOUT}{MONEY.pattern}(?:的)?[，,]?(?:用于|在[^，,]{{1,12}})?(?:兴建|建设|开发|新建|打造|实施|设立|建(?!成|筑|立))"
    "(?P<name>(?!的)(?:(?!项目)[^，,。:：、(]){3,24})(?=[，,。;；(]|$)"
)
_PRICED = re.compile(
    r"(?:^|[，,。:：、\s(])(?P<name>(?:(?!项目)[^，,。:：、\s()]){3,36}?)"
    rf"\(?{_HOPE}{_SIGNS}{_ABOUT}{MONEY.pattern}"
)
# 甲基地，拟投资10亿元: behind a comma only what has a name of its own.
_PRICED_APART = re.compile(
    r"(?:^|[，,。:：\s;；>*•])(?P<name>(?:(?!项目)[^，,。:：、\s;；>*•]){4,30}?)"
    rf"[，,]\s*{_HOPE}{_SIGNS}{_ABOUT}{MONEY.pattern}(?![元美欧人]*的)"
)
# 总投资326亿元的甲基地实现…: the amount comes first.
_THEN = (
    "(?P<name>(?:(?!项目)(?:\\([^()]{1,12}\\)|[^，,。:：、;；(])){3,30}?)"
    "(?=主体|实现|已经?|正在?|在|于|顺利|成功|如期|有序|先后|将|也|进入|完成|"
    f"{STAGE.pattern}|[，,。、;；(]|$)"
)
_COSTLY = re.compile(f"(?<![年计成]){_SIGNS}{_ABOUT}{MONEY.pattern}(?![元美欧人])的?{_THEN}")
# 投资3亿元新建的甲生产线
_PAID = re.compile(
    f"投资{_ABOUT}{MONEY.pattern}(?:投资|在[^，,]{{1,12}})?(?:建设|新建|新上|兴建|打造)的{_THEN}"
)
# 甲产业园、乙二期完成主体结顶: buildings of their own and what happened to them.
_RISEN = re.compile(
    r"(?:^|[，,。:：\s;；>*•])(?P<name>(?:(?!项目)[^，,。:：\s;；>*•]){2,60}?"
    f"(?:{_BUILDINGS}|园(?!区)))(?:\\([一二三四1-9]期\\))?(?=(?:(?:[0-9]{{1,2}}月)?(?:[0-9]{{1,2}}日)?)(?:累计完成|完成|主体|封顶|结顶|正在|也正|有序推进|即将|前期工作|"
    "首期|首批|试车|打桩|已(?:开展|完成|进入)|(?:已|先后|相继|陆续)?(?:全面|顺利|正式|如期|实现)*(?:竣工|投产|开工|动工|奠基|建成|点亮|试生产|投用|投运|下线)|将?(?:正式|成功)?落户))"
)
# 集中开工5个工业项目，总投资23.6亿元，分别是：甲、乙、丙。
_NUMBER = "[0-9一二三四五六七八九十两]+余?"
_TOLD = re.compile(
    f"(?:(?:{_NUMBER}[个项][^。；;:]{{0,12}}项目|项目{_NUMBER}[个项])[^。；;:]{{0,24}}?(?:分别是|分别为|包括|主要有|[:：])|"
    "项目[，,]?(?:分别是|分别为|包括|主要有|涵盖|有(?=[:：]))|(?:{STAGE.pattern})的[^，,。]{{0,8}}项目[，,]?(?:包括|包含))[:：]?"
    r"(?P<list>[^。；;\n]+?)(?=[。；;\n]|$)"
)
# 项目名称暂定为“甲工业园”
_CALLED = re.compile("项目(?:名称)?(?:暂定名?|名称|命名|名)为?[:：]?“(?P<name>[^“”]{3,40})”")
# 已投产项目2个：甲（10.5GWh），4月下线
_FIRST = re.compile(r"项目[0-9]+[个项][:：](?P<name>[^，,。；;:、\n]{3,40})(?=[，,。；;]|$)")
# 新增入库项目3个(甲、乙、丙)
_NAMED_COUNT = re.compile(r"项目(?P<n>[0-9]+|[两二三四五六七八九十])[个项]\((?P<list>[^()]+)\)")
# 甲公司：总投资1.2亿元, at the beginning of a line
_HEADED = re.compile(
    r"^[\s0-9一二三四五六七八九十.、()①-⑳*•-]*(?P<name>(?:(?!项目)[^，,。:：;；\s]){3,30})[:：]"
    rf"\s*{_HOPE}{_SIGNS}{_ABOUT}{MONEY.pattern}"
)
# 招引甲、乙，: what is recruited, without 项目.
_SOUGHT = re.compile(
    f"(?:招引|引进|引入|签下|引来)了?(?P<name>(?:(?!{STAGE.pattern}|项目|企业|公司|人才|技术|资金|外资|内资|机构|团队|[的等亿个])[^，,。:：;；(]){{3,40}})"
    "(?=[，,。;；]|$)"
)
_INVESTOR = re.compile("(?:公司|集团|股份|企业|机构|客商|[0-9]+[个家项])$")
# 在甲园区，投资…: a place
_WHERE = re.compile("(?:征地|租赁|购地|在|位于|走进|来到|据|拟?入驻|占地|用地|总|计划)")
# 甲公司拟投资3亿元，在乙建设…: who builds
_BUILDS = re.compile("元?[，,][^，,。;；]{0,14}(?:建设|兴建|新建|新上|打造|设立)")
# 《甲项目合作协议》: the title of a paper
_PAPER = re.compile("[^《》]{0,12}(?:协议|合同|公告|办法|方案|意见|报告|备忘录|细则)[^《》]{0,6}》")
_LIST = re.compile("等(?P<rest>(?:(?!项目)[^，,。:：、]){0,20})$")
# 甲项目总投资…, 乙项目位于…: what only one project has or does.
_PREDICATE = re.compile(
    r"(?:\([^()]*\))?(?:[，,]项目(?!部))?[，,]?(?:将|建成|终端|也|已经?|还|成功|全面|如期|昨[天日]|今[天日]|当[天日]|近日|日前|现场|正式|顺利|计划|预计|协议|拟|于[^，,。]{2,8}?|在[^，,。]{2,14}?)*"
    "(?:总投资|投资|占地|用地|位于|选址|坐落|举行|具体如下|主要建设|建设内容|产品为|年产|拟建|规划|引入|[一二三]期建设|(?:战略|框架|投资|合作)*协议签约|由[^，,。]{2,30}(?:投资|建设)|"
    "开工|动工|奠基|签约|落户|投产|竣工|牵手|花落|破土|取得|完工|推进顺利|顺利推进|进展顺利|设立|试车|试产|试生产|投用|"
    "(?:引进|引入|打造|采用|围绕|规划建设)(?=.{4}))"
)
_ANOTHER = re.compile("项目(?:、|和|及|以及|与)(?:(?!项目).)+$")
# 甲乐园是乙公司投资5亿元建设的水上公园项目: the name comes before what it is.
_IS = re.compile(
    f"(?:^|[，,:：])(?P<name>(?:(?!项目)[^，,。:：、是的]){{2,20}}?(?:{_BUILDINGS}|[园城馆]))是[^，,。:：;；]{{4,50}}的[^，,。的]{{0,16}}项目"
    "|(?:^|[，,:：])(?P<firm>(?:(?!项目)[^，,。:：、是的]){2,12}?)是[^，,。:：;；]{0,24}(?:引进|招引|投资|落户|签约)[^，,。:：;；]{0,16}项目"
)
# 甲项目、乙产业园等: the last of them without 项目
_CLOSING = re.compile(
    f"项目、(?P<name>(?:(?!项目)[^，,。:：、;；]){{3,30}}?(?:{_BUILDINGS}|园))(?=等?[，,。;；]|$)"
)
# 开工甲产业园
_OPENED = re.compile(
    f"(?:开工建设|开工|动工|奠基|签约|新建)了?(?P<name>(?:(?!{STAGE.pattern}|项目)[^，,。:：;；的]){{3,30}}?(?:{_BUILDINGS}|园))(?=[，,。;；]|$)"
)
# 拟在甲区建设乙基地，总投资…
_PLANNED = re.compile(
    "(?:拟|计划|将|决定)(?:于[^，,。]{2,10})?(?:在[^，,。]{2,24}?)?(?:投资|投入)?(?:建设|新建|兴建|投建|打造|设立)"
    f"(?P<name>(?:(?!项目)[^，,。:：;；的]){{3,30}}?(?:{_BUILDINGS}|园))(?=[，,。;；]|$)"
)
# 签订10GW光伏组件投资协议
_AGREED = re.compile(
    "(?:签订|签署|签下)了?(?!战略|框架|项目|合作|投资|正式|相关)(?P<name>(?:(?!项目)[^，,。:：;；《》的]){4,40}?)"
    "(?:战略|框架|投资|合作|入园|入驻){1,4}(?:协议|合同)"
)
# 签订了预计总投资21.8亿元的甲小镇的合作框架协议
_AGREED_OF = re.compile(
    f"(?:签订|签署|签下)了?(?:(?:(?!协议|合同)[^。；;《》])*?{MONEY.pattern}的|[^，,。；;的]*的)?"
    "(?P<name>(?:(?!项目)[^，,。:：、;；《》的]){4,30}?)的(?:战略|框架|投资|合作|入园|入驻){1,4}(?:协议|合同)"
)
# “甲项目”; 签订了《乙项目投资协议》: the marks say where the name begins
_MARKED = re.compile(
    "“(?P<quoted>(?:(?!项目)[^“”]){4,40})项目”"
    f"|(?:建设|新建|兴建|打造)“(?P<built>(?:(?!项目)[^“”]){{4,30}}(?:{_BUILDINGS}|园))”"
    "|(?:签订|签署|签下)了?《(?:关于)?(?:投资)?(?:建设|新建)?(?P<signed>(?:(?!项目)[^《》]){4,40})(?<!投资合作)项目[^《》]{0,16}(?:协议|合同)[^《》]{0,6}》"
)
# 甲项目(乙项目): the second name of one
_ALIAS = re.compile(r"项目\([^()]*$")
_HARD = re.compile(
    r"等[^、，,。]{0,10}?(?:客商|企业|公司|部门|单位|机构)[^、，,。]{0,4}?(?:洽谈|签订|签署|签下|对接|推动|促成)了?|[，,。:：!?！？《》\]【】\n\t|]|——|(?<=[会式动场工约产])暨"
)
_ROUND = re.compile(r"\([^()]*\)")
# 项目涵盖食品加工、冷链物流等产业领域
_FIELDS = re.compile("等[^，,、]{0,6}(?:领域|行业|业态|方面|门类|板块|产业)")
_MORE = re.compile("(?:总投资|投资|占地|涉及|涵盖)")


# 等老企业技改项目: the projects of firms are projects.
_OF_FIRMS = ("的", "投资", "技改", "扩产", "改造", "扩建")
# 9个签约项目涉及特种车、改装车制造项目: kinds
_KINDS_OF = re.compile(
    "[个项][^，。]{0,6}项目涉及(?!.*等)|^(?:这些|上述)?项目(?:主要)?(?:涉及|涵盖|集中在)(?:(?!项目).)*$|项目主要(?:是|为|涉及|涵盖)"
)
# 甲和乙项目均已开工
_BOTH = re.compile("(?:均|都|双双|分别)")
# 宏远轴承项目推进顺利, but 重点项目推进
_MAYBE_WORK = re.compile("推进|集中|服务|共|等地|快|早|进展")
# 甲和乙两大项目
_SEVERAL = re.compile("(?:[2-9两二三四五六七八九]|[0-9]{2})(?:大|个)[^、，,]{0,6}$")
_TAIL = re.compile("项目(?:、|和|以及|及)(?P<tail>(?:(?!项目).)+)$")


# 泰邦生物科技园。…: a line that begins with a name of its own
_LINE = re.compile(
    r"^[\s0-9一二三四五六七八九十.、()①-⑳*•-]*"
    f"(?P<name>(?:(?!项目)[^，,。:：;；\\s]){{3,24}}?(?:{_BUILDINGS}|(?<!工业)园))(?<!工业园)[。:]$"
)
_PATTERNS = (
    _AGREED_OF,
    _CALLED,
    _BUILT,
    _PRICED,
    _PAID,
    _COSTLY,
    _RISEN,
    _PRICED_APART,
    _FIRST,
    _HEADED,
    _LINE,
    _CLOSING,
    _OPENED,
    _PLANNED,
    _AGREED,
    _SOUGHT,
)


class Phrase(NamedTuple):
    """Names from `start` to `end`, the phrase to `stop`; offsets in the text.

    `listed`: an enumeration that 等 or a verb closes; `own`: only names with a proper part count;
    `backed`: what follows is said of one project (总投资…, 位于…), or it is one more (甲项目和…);
    `one`: the former, so that 、 may stand inside the name; `worked`: a word of work on projects
    follows (重点项目推进), so that only what is surely a name is one; `given`: the text counts as
    many projects as it names here.
    """

    start: int
    end: int
    stop: int
    listed: bool = False
    own: bool = False
    backed: bool = False
    one: bool = False
    worked: bool = False
    given: bool = False


def phrases(sentence: Part) -> list[Phrase]:
    """The phrases of a sentence in the order in which they end."""
    described = [*_described(sentence), *_marked(sentence), *_given(sentence)]
    found = [
        phrase
        for phrase in (*_before_project(sentence), *_driven(sentence))
        if not any(a.start < phrase.end <= a.stop for a in described)
    ]
    for more in (described, _told(sentence), _without_project(sentence)):
        for phrase in more:
            if not any(a.start < phrase.end and phrase.start < a.stop for a in found):
                found.append(phrase)
    return sorted(found, key=lambda phrase: (phrase.stop, phrase.start))


def _before_project(sentence: Part) -> Iterator[Phrase]:
    text, at = sentence.text, sentence.start
    for match in _PROJECT.finditer(text):
        end = _names_end(text, match.start())
        kinds = _KINDS_OF.search(text[_left(text, match.start()) : match.start()])
        more = (
            text.startswith("、", match.end()) and "涉及" not in kinds.group() if kinds else False
        )
        if kinds is not None and not more:
            continue
        if text.startswith(("该", "此", "本", "各", "些"), max(match.start() - 1, 0)):
            continue
        if _PAPER.match(text, match.end()) or _ALIAS.search(text, 0, match.start()):
            continue
        if end is not None:
            start = _left(text, end)
            worked = (
                end == match.start()
                and _WORK.match(text, match.end()) is not None
                and MONEY.search(text, start, end) is None
            )
            if worked and _MAYBE_WORK.match(text, match.end()) is None:
                continue
            listed = text.startswith("等", end)
            listed = listed or _SEVERAL.search(text, _left(text, end), end) is not None
            listed = listed or _BOTH.match(text, match.end()) is not None
            own = listed and text[end : match.start()].endswith("产业")
            one = end == match.start() and _PREDICATE.match(text, match.end()) is not None
            backed = one or (end == match.start() and _ANOTHER.search(text, start, end) is not None)
            yield Phrase(at + start, at + end, at + match.end(), listed, own, backed, one, worked)


def _described(sentence: Part) -> Iterator[Phrase]:
    at = sentence.start
    for match in _IS.finditer(sentence.text):
        start, end = match.span("name" if match["name"] else "firm")
        yield Phrase(at + start, at + end, at + match.end(), own=True, backed=True)


def _marked(sentence: Part) -> Iterator[Phrase]:
    at = sentence.start
    for match in _MARKED.finditer(sentence.text):
        start, end = match.span(match.lastgroup or 0)
        yield Phrase(at + start, at + end, at + match.end(), backed=True)


def _driven(sentence: Part) -> Iterator[Phrase]:
    at = sentence.start
    for match in _DRIVEN.finditer(sentence.text):
        rest = match["rest"]
        kinds = "产业" in rest or TRADES_AHEAD.search(rest) or FIRMS_AHEAD.search(rest)
        if not kinds and "项目" not in match["list"]:
            start, end = match.span("list")
            yield Phrase(at + start, at + end, at + match.end(), listed=True)


def _given(sentence: Part) -> Iterator[Phrase]:
    at = sentence.start
    for match in _NAMED_COUNT.finditer(sentence.text):
        start, end = match.span("list")
        if number(match["n"]) == len(match["list"].split("、")) > 1:
            yield Phrase(at + start, at + end, at + end, listed=True, given=True)


def _told(sentence: Part) -> Iterator[Phrase]:
    at = sentence.start
    for match in _TOLD.finditer(sentence.text):
        if _MORE.match(match["list"]) is not None or _FIELDS.search(match["list"]) is not None:
            continue
        start, end = match.span("list")
        end = _to_comma(sentence.text, start, end)
        tail = _TAIL.search(sentence.text, start, end)
        if tail is not None:
            yield Phrase(at + tail.start("tail"), at + end, at + end, listed=True)
        elif "项目" not in match["list"]:
            own = "、" not in match["list"] or "涵盖" in match.group()
            yield Phrase(at + start, at + end, at + end, listed=True, own=own)


def _to_comma(text: str, start: int, end: int) -> int:
    """The end of an enumeration: its first comma."""
    comma = re.search("[，,]", text[start:end])
    return start + comma.start() if comma else end


def _without_project(sentence: Part) -> Iterator[Phrase]:
    text, at = sentence.text, sentence.start
    own = (_PRICED_APART, _COSTLY, _RISEN, _CALLED, _CLOSING, _OPENED, _LINE)
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if pattern is not _SOUGHT and _INVESTOR.search(match["name"]):
                continue
            if pattern is _PRICED_APART and _WHERE.match(match["name"]):
                continue
            paid = pattern is not _OPENED and "总投资" not in match.group()
            if paid and _BUILDS.match(text, match.end()):
                continue
            start, end = match.span("name")
            if pattern in (_COSTLY, _PAID):
                start = match.start()
            listed = pattern is _RISEN and "、" in match["name"]
            yield Phrase(at + start, at + end, at + end, listed, own=pattern in own)


def _names_end(text: str, project: int) -> int | None:
    """Where the names before 项目 end; None where what stands there are trades or firms."""
    segment = text[_left(text, project) : project]
    match = _LIST.search(segment)
    if match is None:
        return None if segment.endswith("的") else project
    rest = match["rest"]
    trades = TRADES_AHEAD.search(rest) is not None and not rest.endswith("产业")
    if trades or (FIRMS_AHEAD.search(rest) is not None and not rest.endswith(_OF_FIRMS)):
        return None
    return project - len(segment) + match.start()


def _left(text: str, end: int) -> int:
    """The start of the clause before `end`; marks inside brackets do not count."""
    plain = _ROUND.sub(lambda m: "x" * len(m.group()), text[:end])
    return max((match.end() for match in _HARD.finditer(plain)), default=0)
