"""Whether a text can name a project, by what it is made of and by what stands around it."""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.news.lexicon import Sense, is_place, sense
from ingest.news.words import FILLING, GENERIC, MONEY, PROSE

LONGEST = 40
SHORTEST = 3
# What names a kind of project, not one: 一批科技型, 带动力强的, 县级重点.
_KIND = re.compile(
    "^(?:一些|更多)|的|(?:重点|重大|优质|标志性|亿元|产业|领域|环节|板块|突破|企业|人才|机构|客商|团队|类|型|级|性|化|相关|"
    "委员会|管委会|政府|公司|银行|协会|大学|局|厅|会)$"
)
# 高端装备产业化, 炼化一体化, 医药产业化 end in 化 and are names.
_KIND_BUT = re.compile("(?:产业|一体|石|炼|国产|资源|数字|智能|信息|中|金|电气)化$")
_KINDS_NAMED = re.compile(f"{_KIND_BUT.pattern}|产业$")
_EVENT = re.compile("项目|[洽博交]会|推介会|洽谈会|博览会|投洽会|仪式|活动|大会|会议|协议|合同")
_COUNTED = re.compile(
    "[0-9](?:亩|平方米$|㎡)|#|[0-9]+[个家]|个$|亿元|^(?:等|个)|(?:^|[^0-9])[0-9]{1,2}[-—至][0-9]{1,2}月"
)
# No name ends in a preposition, an adverb or a verb that wants an object.
_OPEN_END = re.compile(
    "(?<!转)让$|[对为赴拟将与和及向从以由在于把被使到至等且并而或也还又再上下总约攻抓搞促称各+＋]$|在[\u4e00-\u9fff]{1,3}$|(?:宣布|公告|表示|完成|累计|共计|年度)$|(?:省|市|州)[^省市州县区]{1,6}[县区市]$|(?:(?<!小)镇|乡|街道|村|新区|高新区|经开区|开发区)$"
)
_OPEN_START = re.compile(
    "^(?:公司|企业|每[0-9]|[一二三四五]期[0-9]|[0-9]+[条座家栋台]|我国|全国|全[省市县区]|国内|世界|亚洲|各|双方|面积|以(?!岭)|就(?!业)|共有|[一两三][家座条个]|[前后][0-9]|配套(?:建设|新建)|后(?!海|湖|方)|向(?!阳|上|日)|多[条个座家台]|相关|[份条座家栋个项名对为赴拟将与及从由于把被让使并而或也还又再是]|"
    "整个|和(?!而泰|邦|晶|佳|胜)|有(?!研|色|机)|会(?!稽|东|昌|理|同))"
)
_PLACE = re.compile(
    "^[\u4e00-\u9fff]{2,8}?(?:省|市|县|新区|高新区|经开区|开发区|(?<![厂园矿库港校社小景])区|(?<!小)镇|园区)(?=.{2})"
)
# Worth an amount, even a generic park is a project: 投资200亿元的纺织工业园.
_BUILT = re.compile(
    r"(?:产业园|工业园|科技园|基地|综合体|广场|小镇|总部|中心)(?:\(?[一二三四1-9]期\)?)?$"
)
_PARK = re.compile("(?:区|县|市)[^区县市]{2,}(?:产业园|工业园|科技园|基地|电站)$")
_CAPACITY = re.compile(
    "[0-9.]+[万亿]?(?:吨|台|套|件|只|片|支|颗|头|羽|辆|平方米|立方米|米|千瓦|兆瓦|[GM]Wh?)"
)
_PHASE = re.compile("(?:其中|首|[一二三四五六七八九十]+)期(?:工程|项目|建设)?")
_AND = re.compile("[与和同]")
# Longer stretches of characters that stand in no lexicon are sentences.
UNKNOWN = 9
LONG_PRODUCT = 9
BACKED = 6
WHOLE = 4


class Beside(NamedTuple):
    """What stands around a name.

    `priced`: an amount of investment or land; `owned`: an investor; `listed`: in an enumeration
    with names of their own; `staged`: a word of stage; `each`: 项目 directly behind every name of
    an enumeration; `quoted`: in quotation marks; `example`: 等 and a kind of projects follow;
    `backed`: what follows is said of one project; `valued`: an amount stands before it, 5亿元的.
    """

    priced: bool = False
    owned: bool = False
    listed: bool = False
    staged: bool = False
    each: bool = False
    quoted: bool = False
    example: bool = False
    backed: bool = False
    valued: bool = False


def can_be(name: str, *, short: bool, backed: bool = False) -> bool:
    """Whether a text has the form of a name; two characters only where an amount is with it.

    A generic one (档案中心, 滨海新区城市更新) needs an amount, or what is said of one project.
    """
    return (
        (2 if short else SHORTEST) <= len(name) <= LONGEST
        and not (_is_generic(name) and not _is_built(name, short=short, backed=backed))
        and name.count("“") == name.count("”")
        and name.count("《") == name.count("》")
        and name.count("(") == name.count(")")
        and _EVENT.search(name) is None
        and not _is_kind(name, short=short or backed)
        and re.search("[\u4e00-\u9fff]", name) is not None
        and MONEY.search(name) is None
        and _COUNTED.search(name) is None
        and _OPEN_END.search(name) is None
        and _OPEN_START.search(name) is None
        and not _are_parties(name)
        and _PHASE.fullmatch(name) is None
    )


def _are_parties(name: str) -> bool:
    """甲公司与乙市: who signs, not what."""
    return any(is_place(name[m.end() :]) for m in _AND.finditer(name))


def _is_built(name: str, *, short: bool, backed: bool) -> bool:
    """Whether a generic name is one all the same: a park worth an amount, a place's works."""
    if (short or backed) and _BUILT.search(name):
        return True
    made = sense(name)
    in_place = made.place or _PLACE.match(name) is not None
    return backed and made.product >= SHORTEST and (in_place or made.structure > 1)


def _is_kind(name: str, *, short: bool) -> bool:
    but = _KINDS_NAMED if short or sense(name).firm else _KIND_BUT
    return _KIND.search(name) is not None and but.search(name) is None


def is_name(name: str, beside: Beside) -> bool:
    """Whether a text of the right form names a project.

    With a proper part and something built it does. A proper part alone, or a product alone,
    needs more: an amount, an investor, a stage, an enumeration.
    """
    made = sense(name)
    # 甲公司优质薯类加工, 3亿元; 总投资2亿元的第一家甲中心
    said = beside.quoted or (made.firm and beside.priced) or (beside.valued and made.product > 1)
    said = said or (
        made.firm and _CAPACITY.search(name) is not None
    )  # 甲茶业有限公司新增1000吨红茶
    if (
        (made.clause and not said)
        or (made.run > UNKNOWN and not (beside.each or beside.priced))
        or is_place(name.removesuffix("生产"))
    ):
        return False
    if made.proper and (made.concrete or _CAPACITY.search(name) is not None):
        return True
    if made.proper:
        staged = beside.staged and (beside.backed or beside.listed or beside.example)
        own = beside.backed and made.place and made.stands_out and made.run > 1
        return beside.priced or beside.listed or staged or beside.quoted or beside.owned or own
    return _is_said(made, len(name), beside)


def _is_said(made: Sense, size: int, beside: Beside) -> bool:
    """A product or a building without a name of its own: 海缆 by an investor, 永磁电机项目."""
    return (
        (beside.priced and (size >= SHORTEST or made.product > 1))
        or beside.owned
        or beside.listed
        or beside.each
        or made.measured
        or size >= LONG_PRODUCT
        or (beside.example and made.structure > 1)
        or (
            beside.backed
            and (
                made.structure > 0
                or size >= BACKED
                or made.product >= WHOLE
                or made.product == size
            )
        )
    )


def is_own(name: str) -> bool:
    """Whether a text has a proper part and no word of sentences: 恩捷隔膜, but not 冷链物流."""
    made = sense(name)
    return made.proper and not made.clause and made.run <= UNKNOWN


def is_sure(name: str) -> bool:
    """Whether a text has more than one character of its own and says what is built."""
    made = sense(name)
    return made.stands_out and made.concrete and not made.clause and made.run <= UNKNOWN


def _is_generic(name: str) -> bool:
    """Whether nothing is left without places and the words of prose: 寻求重大, 亿元以上产业."""
    if _PARK.search(name) is not None or sense(name).firm:
        return False
    bare = _PLACE.sub("", name)
    left = PROSE.sub("", bare)
    generic = GENERIC.fullmatch(name) is not None or GENERIC.fullmatch(bare or "新") is not None
    return generic or len(left) < 2 or FILLING.fullmatch(left) is not None
