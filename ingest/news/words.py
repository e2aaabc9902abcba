"""The words that reports on recruiting projects are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import resources

import yaml

_LISTS: dict[str, str] = yaml.safe_load(
    resources.files("ingest.news").joinpath("words.yaml").read_text(encoding="utf-8")
)


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(sorted(map(re.escape, set(words)), key=lambda word: (-len(word), word)))


# Stage → words for it; places differ (动建 in one, 动工 in the next).
STAGES: dict[str, tuple[str, ...]] = {
    "投产": (
        "竣工投产",
        "建成投产",
        "投产",
        "竣工",
        "达产",
        "试生产",
        "投运",
        "投入运营",
        "投入使用",
        "建成投用",
        "建成",
        "点亮",
        "下线",
        "试车",
    ),
    "到位": ("资金到位", "到位资金", "外资到位"),
    "在建": (
        "在建",
        "加快建设",
        "推进建设",
        "进入建设",
        "正在建设",
        "主体施工",
        "续建",
        "项目建设",
    ),
    "开工": ("开工", "动工", "动建", "奠基", "破土", "开建", "启动建设"),
    "落地": ("落地", "落户", "入驻", "落子", "花落", "招引", "引进", "摘牌", "供地"),
    "签约": ("签约", "签订", "签署", "签下", "正式牵手", "成功牵手", "牵手"),
    "在谈": ("在谈", "洽谈", "对接", "跟踪", "接洽", "跟进", "意向", "谋划", "储备"),
}
# Said of works under way or done, and asked only where none of the words above is: not words of
# the reader's lists, as names stand beside them without being projects.
SIGNS: dict[str, tuple[str, ...]] = {
    "投产": tuple(
        "通车 试营业 营业 开业 开门纳客 开门迎客 开馆 开园 试产 投料 开车成功 完工 达产见效 投用 "
        "通水 并网 交付使用 启用 收官 迎客 启幕 通过验收 联合验收 竣工验收 顺利完成".split()
    ),
    "在建": tuple(
        "封顶 结顶 主体完工 主体竣工 土建 吊装 桩基 打桩 浇筑 施工 设备安装 安装调试 设备调试 "
        "内部装修 铺轨 路基 进场 建设中 加快推进 有序推进 顺利推进 全力推进 加速推进 稳步推进 "
        "持续推进 继续推进 抓紧推进 按计划推进 按期推进 序时推进 加快实施 抓紧实施 大力推进 "
        "全面推进 深入推进".split()
    ),
    "开工": ("启动实施", "全面启动", "同步启动", "启动土建"),
    "在谈": ("磋商", "会见", "交换意见", "初步共识", "初步达成"),
}
SIGN_OF = {word: stage for stage, words in SIGNS.items() for word in words}
SIGN = re.compile(any_of(SIGN_OF))
STAGE_OF = {word: stage for stage, words in STAGES.items() for word in words}
STAGE = re.compile(any_of(STAGE_OF))

_BEFORE = _LISTS["before"].split()
# 33个重点工程中东海大道: what is counted is no part of the name; 中国, 中心 and firms' names are.
_COUNTED_AMONG = (
    "[0-9一二三四五六七八九十百]+(?:个|件|项|家)[^、，,]{0,14}?"
    "中(?![国心科化车船铁建石能粮海核铝电材微芯航天远])"
)
# 甲公司新上乙 is one name
BEFORE = re.compile(
    _COUNTED_AMONG + "|" + any_of(_BEFORE).replace("|新上|", "|(?<!公司)(?<!集团)新上|")
)
# Verbs that may also stand inside a name (污水处理建设项目): only a beginning is cut off.
LEADING = re.compile(
    "^(?:上马|就(?!业|地|近)|新(?:签约|开工|落户|落地|投产|引进|招引)|(?:世界|中国|全国|民营企业?)*500强(?:企业)?|建设|形成(?!年产)|服务|协助|帮助|协调|保障|支持|突破|组织|到|新建|投资|打造|兴建|有|如|和|与|及|把|将|对|为|是|在|由|使|让|等|我[省市县区们]|全[省市县区]|今年|去年|明年|"
    "上半年|下半年|[一二三四]季度|截至|以来|期间|随着|当天|当日|目前|近日|日前|此外|另外|同时|还|也|又|已|正|"
    "(?:[0-9]{4}年)?(?:[0-9]{1,2}月)?(?:[0-9]{1,2}[日号])?(?<=[年月日号])|[0-9一二三四五六七八九十]+[.、)](?![0-9]+(?:GW|MW|万|亿|吨|千瓦))|[—–\\-*•·#\\s]+|一个|首个|首批|[一二三四五六七八九十]是要?|要|抓牢?|抓好|第[一二三四五六]|(?:全国|全省|全市|国内|世界|亚洲)?(?:首个|首家|首座|首条|最大)的?|其[一二三四五](?!期))+"
)

# A name made only of these is none: 亿元以上重大产业项目.
_GENERIC = (
    "(?:重大|重点|重要|优质|产业链?|产业化|招商|引资|招引|引进|签约|落地|开工|在建|在谈|储备|续建|投产|新|老|亿元?|万元?|美元|以上|以下|工业|制造业?|"
    "服务业?|外资|内资|外商|省|市|县|区|镇|国家|级|类|型|个|一批|多个|若干|部分|所有|全部|各|每|其他|其它|该|此|本|上述|这些|那些|这|那|"
    "相关|有关|主要|合作|建设|投资|开发|实体|大|好|高|强|央企|国企|民企|民营|世界|中国|500强|企业|经济|社会|民生|政府|专项|单体|固定资产|基础设施|"
    "新型|高质量|高端|高新|科技|技术|创新|数字|绿色|低碳|前期|后备|拟|计划|谋划|推进|推动|落户|履约|补链|延链|强链|建链|链主|龙头|标志性|"
    "[0-9.,]+|[一二三四五六七八九十百千两数几]|余|多|条|项|的|等|和|与|及|、|平台|园区|示范|试点|试验|配套|延伸|扩建|改造|技改|增资|扩产|续|洽谈|意向|"
    "专精特新|增资扩产|现场|上下|聚力|全[省市区县]|冲刺|带动|成果|入库|纳统|线索|信息|谋|源|生产|制造|农业|旅游|文旅|康养|商贸|物流|现代|先进|未来|战略性|新兴|前沿|未来|海洋|临港|特色|优势|主导|支柱|传统|"
    "新材料|新能源|装备|高端装备|清洁能源|电子信息|生物医药|石化|汽车|船舶|水产|食品|化工|纺织|节能环保|人工智能|机器人|半导体|集成电路|光伏|风电|氢能|储能|"
    "大宗商品|油气|精细|基金|招大引强|头部|上市公司|总部|来自|首|批|次|期|年度?|全年|上半年|季度|月|日|超|近|约|逾|达|共|均|"
    "引擎|攻坚|服务|管理|机制|清单|对象|要素|审批|用地|落实|考核|工作|行动|活动|大会|仪式|集中|百日|双招双引|云|上|中|下|内|外|前|后|我|他|她|"
    "有|是|为|在|从|以|对|将|已|可|能|要|让|把|被|向|到|由|并|而|但|或|如|若|则|即|使|其|之|于|不|无|未)"
)
GENERIC = re.compile(_GENERIC + "+")
_LONGER_GENERIC = [
    word for word in re.findall("[^|()?:+]+", _GENERIC) if len(word) > 1 and "[" not in word
]
# Between 等 and 项目 these say that the list was of trades, not of projects.
TRADES_AHEAD = re.compile(
    "要素|资源|手续|工作|制度|机制|指标|信息|渠道|平台|领域|行业|类|方面|方向|赛道|板块|(?<!农)产品|环节|技术|产业链$|产业(?!链|园|化)(?!.*(?:项目|重[大点]|投资))$|产业集群"
)
FIRMS_AHEAD = re.compile(
    "企业|公司|集团|商会|协会|机构|客商|厂商|央企|国企|巨头|知名|领导|班子|同志|负责人|代表|嘉宾|单位|部门"
)

# What a number counts besides money: 年产10万吨, 300万只, 5GW.
_UNITS = (
    "余?(?:吨|千瓦|兆瓦|千伏|平方|立方|平米|方|台|套|件|只|片|支|辆|米|头|羽|亩|人|户|个|瓶|块|张|根|颗|樘|升|公里|条|份|"
    "标|纱锭|棒|箱|袋|粒|枚|副|双|册|床|株|尾|锭|芯|组|千升|[A-Za-z])"
)
MONEY = re.compile(
    r"(?:(?:人民币|RMB|US\$|HK\$|[¥$€£])\s*)?"
    # 1 130亿元
    r"(?:(?<![0-9.])[0-9]{1,3}(?: [0-9]{3})+(?![0-9])|"
    r"[0-9][0-9,，]*(?:\.[0-9]+)?|[一二三四五六七八九十百千两]+)\s*(?:[多余来])?\s*"
    r"(?:万亿|百亿|千万|百万|亿|万)\s*(?:人民币|美元|美金|欧元|港元|港币|日元|英镑|新台币|韩元|新元|元)?(?:人民币|港币|美金)?"
    # 10万吨, 1100万片 and 8亿只 are capacities
    rf"(?!\s*(?:{_UNITS}|[/每]))"
)
# What is not the cost of a project.
NOT_INVESTED = re.compile(
    "产值|产出|营收|营业收入|销售|收入|税收|税|利润|贷款|融资|授信|基金规模|进出口|增加值|奖励|补助|补贴|债券|成交|交易|财政|市值|估值|"
    "强度|日产|月产|年度(?:计划)?投资|(?:今年|年内|当年)(?:计划|预计|拟|将)?投资|累计(?:完成)?投[资入]|完成投资|完成投入|已(?:完成)?投资|追加(?:投资)?|已投|投入资金|到位|增资|注册资本|贸易"
)
INVESTED = re.compile("投资|出资|金额|投入|耗资|斥资|规模")
COUNTED = re.compile("(?P<n>[0-9]+|[一二三四五六七八九十百两]+)余?(?:多)?(?:个|项|宗)")

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2}


def number(text: str) -> int | None:
    """A count in digits or one character; None for longer words."""
    return int(text) if text.isdigit() else _DIGITS.get(text)


# Prose that reports are full of: a name in which nothing else stands is none.
_PROSE = _LISTS["prose"].split()
PROSE = re.compile(any_of((*_PROSE, *_BEFORE, *_LONGER_GENERIC, *STAGE_OF)))
PROSE_START = re.compile(any_of(word for word in (*_PROSE, *_BEFORE) if len(word) > 1))
FILLING = re.compile(
    '[的了是在有为不把对让使被和与及或将已可能要会也还都很更最再又并而但若则即其之于从以到向由等个各每某本该此上下中内外前后大小多少高低强弱新老旧好快早久签落建引谋投人年月日号季度期次批第届余近约逾超共均“”"0-9.%+—-]*'
)

# Words of sentences: a name with one of them that is no part of a product is a piece of prose.
_ORDINAL = (
    "|第[一二三](?!条|小学|中学|实验|人民|水厂|污水|医院|幼儿园)"
    "|优质(?![鸡猪牛羊稻米粮果菜茶薯钢煤奶烟种棉])"
)
CLAUSE = re.compile(any_of(_LISTS["clause"].split()).replace("|被|", "|被(?!服|褥)|") + _ORDINAL)
# What is built, whatever is made there; beside a proper name it makes a project.
STRUCTURE_WORDS = frozenset(_LISTS["structures"].split())
STRUCTURES = any_of(STRUCTURE_WORDS) + "|[一二三四五六七八九十]+期(?:工程)?"
GROUPS = frozenset(_LISTS["groups"].split())
