"""Plain sentences as an office pastes them, and what each clause of a report does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.news import Project, extract_text

PLAIN = [
    json.loads(line)
    for line in (Path(__file__).parent / "plain_sentences.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


def projects(text: str) -> dict[str, Project]:
    return {p.name: p for p in extract_text(text).projects}


@pytest.mark.parametrize("plain", PLAIN, ids=[str(i) for i in range(len(PLAIN))])
def test_plain_sentences_of_signing_building_and_production(plain: dict[str, Any]) -> None:
    found = extract_text(plain["text"]).projects
    assert [[p.name, p.firm, p.amount_yi, p.stage] for p in found] == plain["projects"]


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("1.宏远储能项目。企业已来考察，拟投资15亿元。", {"宏远储能": 15}),
        ("（二）宏远碳纤维。拟投资3.5亿元，企业来我县考察。", {"宏远碳纤维": 3.5}),
        ("宏远糖厂项目：引进投资方为某糖业，投资2000万元兴建蔗糖加工厂。", {"宏远糖厂": 0.2}),
        ("宏远隔膜项目签约。该协议规划项目总投资8亿元。", {"宏远隔膜": 8}),
        ("宏远隔膜项目签约。据了解，该项目是最大的单体项目，总投资8亿元。", {"宏远隔膜": 8}),
        ("宏远隔膜项目签约。根据协议，项目拟落户经开区，总投资4亿元。", {"宏远隔膜": 4}),
        ("宏远隔膜项目分两期建设，其中一期投资4亿元。", {"宏远隔膜": None}),
        (
            "投资3亿元、年产1.6亿个包装箱的宏远包装项目，投资3.3亿元、年产羊绒衫的嘉禾服饰项目开工。",
            {"宏远包装": 3, "嘉禾服饰": 3.3},
        ),
        (
            "总投资10 亿元的宏远压缩机成套设备项目、5 亿元的嘉禾引线框架项目签约。",
            {"宏远压缩机成套设备": 10, "嘉禾引线框架": 5},
        ),
        (
            "外地来的9项206亿元，大的有客商的宏远电路板项目10亿元、客商的嘉禾农业园项目9.8亿元。",
            {"宏远电路板": 10, "嘉禾农业园": 9.8},
        ),
        (
            "上10亿元的两个——宏远储能项目18.5亿元，嘉禾智造基地项目约11亿元。",
            {"宏远储能": 18.5, "嘉禾智造基地": 11},
        ),
        ("3个项目总投资31亿元（其中宏远科技城项目协议投资额 25 亿元）。", {"宏远科技城": 25}),
        ("宏远隔膜项目、嘉禾电子项目总投资20亿元，已签约。", {"宏远隔膜": None, "嘉禾电子": None}),
        ("宏远产业新城项目已签约，计划投资2000亿元以上。", {"宏远产业新城": 2000}),
        ("签约宏远隔膜等总投资5亿元以上项目共5个。", {"宏远隔膜": None}),
        ("宏远产业园项目是规划的两个产业园之一，项目总投资达10亿元。", {"宏远产业园": 10}),
        ("宏远铁路全线开工。该铁路全长508公里，项目总投资505亿元。", {"宏远铁路": 505}),
        ("宏远水利枢纽开工。主坝高108米。工程总工期66个月，总投资29亿元。", {"宏远水利枢纽": 29}),
        ("宏远新城项目进展顺利，一期已投资67亿元。", {"宏远新城": None}),
        ("总投资1 130亿元的宏远硅基材料项目签约。", {"宏远硅基材料": 1130}),
        ("宏远隔膜项目今年计划投资9亿元，已开工。", {"宏远隔膜": None}),
        ("宏远隔膜项目累计完成投资9亿元，即将投产。", {"宏远隔膜": None}),
        ("京泉宏电子元器件项目举行开工仪式。京泉宏项目总投资10亿元。", {"京泉宏电子元器件": 10}),
        ("宏远隔膜项目开工。\n项目总投资(万元)：63300.00", {"宏远隔膜": 6.33}),
        ("宏远隔膜项目开工。\n项目总投资(万元)：1,,2", {"宏远隔膜": None}),
        # 产业项目 is no short name of a project.
        ("宏远产业园项目开工。产业项目总投资50亿元。", {"宏远产业园": None}),
        (
            "宏远隔膜、嘉禾泵业等项目进展顺利。投资5000万元打造路网新格局。",
            {"宏远隔膜": None, "嘉禾泵业": None},
        ),
        ("宏远隔膜二期项目总投资15亿元。", {"宏远隔膜二期": 15}),
        ("宏远隔膜项目总投资9亿元，年度投资2亿元。", {"宏远隔膜": 9}),
        ("企业追加投资2亿元建设宏远晶振扩产项目。", {"宏远晶振扩产": 2}),
        ("宏远隔膜项目已完成投入2500万元。", {"宏远隔膜": None}),
        ("宏远隔膜（3亿元）、东尚铝箔（2亿元）等项目签约。", {"宏远隔膜": 3, "东尚铝箔": 2}),
        (
            "集中开工项目2个，包括宏远隔膜、东尚铝箔，均为电池企业，总投资44亿元。",
            {"宏远隔膜": None, "东尚铝箔": None},
        ),
    ],
)
def test_what_an_amount_is_of(text: str, amounts: dict[str, float | None]) -> None:
    assert {name: p.amount_yi for name, p in projects(text).items()} == amounts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # what the project before consists of, or is
        ("宏远化工基地项目签约。该基地建设60万吨环氧丙烷、20万吨尼龙等项目。", ["宏远化工基地"]),
        ("宏远隔膜项目开工。其中一期投资5亿元，建设电池铝箔生产线。", ["宏远隔膜"]),
        ("宏远幕墙项目总投资5亿元，是矿山装备智能化示范项目。", ["宏远幕墙"]),
        ("宏远隔膜项目签约。主要新建合成氨、复合肥等化工项目。", ["宏远隔膜"]),
        # kinds
        ("签约的项目主要是泵阀机械、农副产品加工等产业链项目。", []),
        ("项目涵盖院地合作、都市农业、食品加工等产业领域。", []),
        # lists
        ("新增入库项目3个（凌家塘、集电、宏巨）。", ["凌家塘", "集电", "宏巨"]),
        ("商务局、供销社等5个部门推动宏远光伏项目、东尚铝箔项目签约。", ["宏远光伏", "东尚铝箔"]),
        ("来到宏远正极材料项目、东尚铝箔项目，江城烟厂易地技改项目等现场。",
         ["宏远正极材料", "东尚铝箔", "江城烟厂易地技改"]),
        # marks and words around a name
        ("与某公司签订了总投资21亿元的宏远特色小镇的合作框架协议。", ["宏远特色小镇"]),
        ("公司在绵阳投资建设“宏远工业园”。", ["宏远工业园"]),
        ("某化工股份有限公司“年产20万吨磷酸一铵及配套装置”项目签约。",
         ["年产20万吨磷酸一铵及配套装置"]),
        ("集中开工暨宏远船艇项目开工仪式举行。", ["宏远船艇"]),
        ("县领导先后深入到宏远机械、东尚新材料等项目现场。", ["宏远机械", "东尚新材料"]),
        ("宏远智造园开工，首批企业入驻。", ["宏远智造园"]),
        ("城南停车楼、永安第二小学两个民生项目开工。", ["城南停车楼", "永安第二小学"]),
        # one project by two names
        ("签署《东河县南部风电项目投资协议》。东河县南部风力发电项目位于三镇。",
         ["东河县南部风电"]),
        ("年产480万片硅片项目落户。某某半导体有限公司年产480万片硅片项目拿地。",
         ["年产480万片硅片"]),
        # no names
        ("已租地1600亩，计划投资3亿元。", []),
        ("公司应按项目规划总投资60亿元完成任务。", []),
        ("2#、3#车间已完成主体建设，总投资3亿元。", []),
        ("相关负责人检查指导各项目的准备情况。", []),
    ],
)  # fmt: skip
def test_what_is_a_project_and_what_is_told_of_one(text: str, found: list[str]) -> None:
    assert list(projects(text)) == found


def test_the_firm_that_signs_talks_or_stands_at_the_head_of_the_name() -> None:
    firm = "安徽绿能电池有限公司"
    for text in (
        f"与{firm}洽谈的储能电芯生产基地项目，计划投资3亿元。",
        f"高新区与{firm}就储能电芯生产基地项目成功牵手。",
        f"{firm}储能电芯生产基地项目开工。",
    ):
        (found,) = extract_text(text).projects
        assert found.firm == firm


def test_a_heading_gives_its_stage_to_the_list_below() -> None:
    text = "签署战略合作协议。签约的项目有：\n①宏远隔膜项目，总投资5亿元；\n②东尚铝箔项目。"
    assert [p.stage for p in extract_text(text).projects] == ["签约", "签约"]


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        ("宏远隔膜项目主体封顶，正在吊装设备。", {"宏远隔膜": "在建"}),
        ("宏远大桥项目顺利通车。", {"宏远大桥": "投产"}),
        ("有序推进宏远隔膜、嘉禾泵业等项目。", {"宏远隔膜": "在建", "嘉禾泵业": "在建"}),
        # The clause of the name is nearer than a word of stage in another.
        ("宏远隔膜项目投产，嘉禾电子项目主体封顶。", {"宏远隔膜": "投产", "嘉禾电子": "在建"}),
        # A word of stage says more than a sign of work.
        ("宏远隔膜项目签约，有序推进。", {"宏远隔膜": "签约"}),
    ],
)
def test_signs_of_work_tell_the_stage_where_no_word_does(text: str, stages: dict[str, str]) -> None:
    assert {name: p.stage for name, p in projects(text).items()} == stages


@pytest.mark.parametrize(
    ("text", "firms"),
    [
        (
            "宏远隔膜项目开工。据介绍，江苏宏远新材料股份有限公司是行业龙头。",
            {"宏远隔膜": "江苏宏远新材料股份有限公司"},
        ),
        ("与浙江宏旺户外签约露营车组装项目。", {"露营车组装": "浙江宏旺户外"}),
        ("宏远医疗投资6.5亿元建设介入导管生产基地项目。", {"介入导管生产基地": "宏远医疗"}),
        # Two firms of one core: it is not said which.
        (
            "宏远隔膜项目开工。江苏宏远新材料有限公司、浙江宏远科技有限公司参加。",
            {"宏远隔膜": None},
        ),
        (
            "宏远科技(600000.SH)公告，公司拟在丰县投资建设年产3万吨隔膜项目。",
            {"年产3万吨隔膜": "宏远科技"},
        ),
        (
            "其中：宏远木业有限公司，投资900万元，新上木托板生产线项目。",
            {"木托板生产线": "宏远木业有限公司"},
        ),
        (
            "深圳同宏科技有限公司投资建设的隔膜生产基地项目开工。",
            {"隔膜生产基地": "深圳同宏科技有限公司"},
        ),
    ],
)
def test_who_invests_is_told_elsewhere_in_the_text(text: str, firms: dict[str, str | None]) -> None:
    assert {name: p.firm for name, p in projects(text).items()} == firms


def test_a_heading_says_the_unit_of_the_numbers_below_it() -> None:
    text = (
        "重点项目推进情况\n序号 项目名称 占地(亩) 总投资(万元) 形象进度\n"
        "1 宏远光伏组件项目 86 158000 主体封顶\n2 嘉禾滤料二期项目 20 32,000.5 设备调试\n\n"
        "3 天泓隔膜项目 开工 500"
    )
    found = {name: p.amount_yi for name, p in projects(text).items()}
    assert found == {"宏远光伏组件": 15.8, "嘉禾滤料二期": 3.20005, "天泓隔膜": None}
