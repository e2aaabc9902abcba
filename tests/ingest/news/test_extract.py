"""Projects, firms and totals in texts."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.quality import news
from ingest.news import Extraction, Project, extract_text
from ingest.news.firms import KnownFirms

HERE = Path(__file__).parent


def project(text: str, name: str, **more: str) -> Project:
    found = extract_text(text, **more)  # type: ignore[arg-type]
    return next(p for p in found.projects if p.name == name)


def names(text: str) -> list[str]:
    return [found.name for found in extract_text(text).projects]


def test_on_the_texts_the_rules_were_written_with() -> None:
    found = news.evaluate(argparse.Namespace(truth=[HERE], wrong=False))
    metrics = found["models"]["chainscout"]
    assert found["n"] == 145
    assert metrics["precision"]["value"] >= 0.9
    assert metrics["recall"]["value"] >= 0.85
    assert metrics["amount_accuracy"]["value"] >= 0.95
    assert metrics["land_accuracy"]["value"] >= 0.95
    assert metrics["stage_accuracy"]["value"] >= 0.95
    assert metrics["firm_accuracy"]["value"] >= 0.9


def test_an_enumeration_is_taken_apart_and_a_total_kept_apart() -> None:
    text = "全年签约项目122个、574.91亿元。甲乙先进材料、丙丁碳纤维等一批重大项目成功落地。"
    found = extract_text(text)
    assert [(p.name, p.stage, p.amount_yi) for p in found.projects] == [
        ("甲乙先进材料", "落地", None),
        ("丙丁碳纤维", "落地", None),
    ]
    assert [(t.count, t.amount_yi, t.stage) for t in found.totals] == [(122, 574.91, "签约")]


@pytest.mark.parametrize(
    ("written", "yi", "currency"),
    [
        ("投资金额10亿元", 10, "CNY"),
        ("总投资约35亿元", 35, "CNY"),
        ("计划投资3亿美元", 3, "USD"),
        ("总投资8,500万元", 0.85, "CNY"),
    ],
)
def test_amounts_keep_their_currency(written: str, yi: float, currency: str) -> None:
    found = project(f"宏远钛合金项目{written}，已于3月动建。", "宏远钛合金")
    assert found.amount_yi == pytest.approx(yi)
    assert (found.currency, found.stage) == (currency, "开工")
    assert found.stage_word == "动建"
    assert found.amount == pytest.approx(yi * 10_000)


def test_output_is_no_investment() -> None:
    found = project("宏远钛合金项目建成投产后，年产值可达20亿元、税收1亿元。", "宏远钛合金")
    assert found.amount_yi is None


def test_amounts_given_in_turn_and_for_all() -> None:
    each = extract_text("宏远钛合金、东尚光学膜两个项目签约，总投资分别为3亿元、5亿元。")
    assert [(p.name, p.amount_yi) for p in each.projects] == [("宏远钛合金", 3), ("东尚光学膜", 5)]
    both = extract_text("宏远钛合金、东尚光学膜等项目投资均为6亿元。")
    assert [p.amount_yi for p in both.projects] == [6, 6]


def test_the_next_sentence_may_bring_amount_and_investor() -> None:
    text = "宏远钛合金项目开工。项目总投资6亿元，由宁波宏远新材料有限公司投资。"
    found = project(text, "宏远钛合金")
    assert (found.amount_yi, found.firm) == (6, "宁波宏远新材料有限公司")
    assert text[slice(*found.evidence)] == text


def test_region_and_date() -> None:
    text = "2023年，舟山市招商成效明显。5月，宏远钛合金项目落户定海区。东尚光学膜项目签约。"
    first, second = extract_text(text).projects
    assert (first.region, first.region_code, first.date) == ("定海区", "330902", "2023-05")
    assert (second.region, second.region_code, second.date) == ("舟山市", "330900", "2023")
    given = project("东尚光学膜项目签约。", "东尚光学膜", region="绍兴市")
    assert given.region_code == "330600"


@pytest.mark.parametrize(
    "text",
    [
        "力争全年新签约亿元以上项目40个，10亿元以上项目10个。",
        "围绕新材料、高端装备等重点产业，招引补链强链项目。",
        "完善项目全生命周期管理，对投资强度大、税收高、带动力强的项目优先保障。",
        "走访中船海装、日新铸业等企业，获取有效项目信息30条。",
        "推动项目早签约、早落地、早开工。",
        "《招商引资项目准入评审办法》印发实施。",
    ],
)
def test_talk_of_projects_is_no_project(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("招引宏远钛合金、东尚光学膜，力促发展新材料产业。", ["宏远钛合金", "东尚光学膜"]),
        ("力争海瑞轴承、瑞丰纸业搬迁年内竣工投产。", ["海瑞轴承", "瑞丰纸业搬迁"]),
        ("“拓斯达智能工厂”“绿源锂电回收”等项目加快推进。", ["拓斯达智能工厂", "绿源锂电回收"]),
        ("加快天和磁材三期和英思特磁组件等项目建设。", ["天和磁材三期", "英思特磁组件"]),
        ("引进港航公司投资13.6亿元兴建金溪航电枢纽工程。", ["金溪航电枢纽工程"]),
        ("3．5G智能终端项目（总投资2亿元）", ["5G智能终端"]),
    ],
)
def test_ways_to_name_projects(text: str, found: list[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "积极引进一批海洋生物科技、冷链物流、玻璃新材料产业等项目。",
        "市领导陈明、张德军、李建华等四套班子领导出席项目开工仪式。",
        "甲公司将通过在华安设立全新子公司来实施该项目。",
        "集聚一切力量、一切资源攻项目、抓招引。",
        "对停建缓建项目，分类处置。",
        "签署《项目投资合同》，约定年产10万吨、投资5亿元。",
    ],
)
def test_prose_around_the_word_project_is_no_name(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("滨江档案与数据中心项目位于高新区，总投资6亿元。", ["滨江档案与数据中心"]),
        ("绿野新兴园综合开发（一期）项目举行开工庆典。", ["绿野新兴园综合开发（一期）"]),
        ("宏远科创产业园工程项目（东湖智造平台项目）总投资6亿元。", ["宏远科创产业园工程"]),
        ("海蓝水上乐园是宏远文旅有限公司投资5亿元建设的水上公园项目。", ["海蓝水上乐园"]),
        ("宏远钛合金项目开工。项目主要包括熔炼工程及配套项目。", ["宏远钛合金"]),
        ("民营企业500强宏远钛合金项目正式签约。", ["宏远钛合金"]),
    ],
)
def test_what_is_said_of_one_project(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_a_name_said_again_brings_the_amount() -> None:
    text = "宏远塔筒生产基地项目签约。公司投资建设宏远塔筒生产基地，总投资约5亿元。"
    assert [(p.name, p.amount_yi) for p in extract_text(text).projects] == [("宏远塔筒生产基地", 5)]


def test_capacities_are_no_amounts_and_belong_to_the_name() -> None:
    found = project("东尚年产10万吨光学膜项目总投资6亿元。", "东尚年产10万吨光学膜")
    assert found.amount_yi == 6


@pytest.mark.parametrize(
    ("written", "mu"),
    [
        ("占地150亩", 150),
        ("用地面积约12公顷", 180),
        ("占地2平方公里", 3000),
        ("建筑面积3万平方米", None),
    ],
)
def test_land_is_given_in_mu(written: str, mu: float | None) -> None:
    assert project(f"宏远钛合金项目总投资6亿元，{written}。", "宏远钛合金").land_mu == mu


def test_the_rows_of_a_table_are_projects() -> None:
    text = (
        "定海区重点项目表\n"
        "序号\t项目名称\t投资方\t地点\t投资额（万元）\t用地（亩）\t进展\n"
        "1\t宏远钛合金项目\t宁波宏远新材料有限公司\t岱山县\t35000\t120\t已签约\n"
        "合计\t1个\t\t\t35000\t120\t\n"
    )
    found = extract_text(text)
    (one,) = found.projects
    assert (one.name, one.firm, one.amount_yi, one.land_mu, one.stage, one.region_code) == (
        "宏远钛合金",
        "宁波宏远新材料有限公司",
        3.5,
        120,
        "签约",
        "330921",
    )
    assert text[slice(*one.span)] == "宏远钛合金"
    barred = text.replace("\t", " | ")
    assert [p.name for p in extract_text(barred).projects] == ["宏远钛合金"]


def test_the_stage_of_a_count_holds_for_those_named_behind_it() -> None:
    text = (
        "11个项目现场签约，总投资302亿元。其中，宏远钛合金项目投资6亿元。东尚光学膜项目投资9亿元。"
    )
    assert [p.stage for p in extract_text(text).projects] == ["签约", "签约"]


def test_firms_by_form_by_list_and_known() -> None:
    known = KnownFirms({"三安光电": "f1", "三安": "f2"})
    text = "三安光电项目签约。我们与博雅聚力新材料科技有限公司对接，走访中船海装、日新铸业等企业。"
    found = extract_text(text, known=known)
    assert [(firm.name, firm.firm_id) for firm in found.firms] == [
        ("三安光电", "f1"),
        ("博雅聚力新材料科技有限公司", None),
        ("中船海装", None),
        ("日新铸业", None),
    ]


def test_a_project_named_twice_is_one() -> None:
    found = extract_text("惠科显示模组项目签约。惠科股份显示模组项目总投资50亿元。")
    assert [(p.name, p.stage, p.amount_yi) for p in found.projects] == [
        ("惠科显示模组", "签约", 50)
    ]
    assert names("亿纬储能电池、亿纬林洋储能电池等项目签约。") == [
        "亿纬储能电池",
        "亿纬林洋储能电池",
    ]


def test_a_line_that_ends_in_a_comma_goes_on() -> None:
    text = "宏远钛合金、\n东尚光学膜等项目签约"
    assert names(text) == ["宏远钛合金", "东尚光学膜"]


def test_json_is_that_of_the_contract() -> None:
    answer = extract_text("宏远钛合金项目签约。").to_dict()
    keys = "name firm amount currency amount_yi stage region date evidence".split()
    assert set(keys) <= set(answer["projects"][0])
    assert answer["projects"][0]["status"] == "uncertain"
    assert answer["projects"][0]["evidence"] == [0, 10]
    assert answer["file"] is None


WORDS = st.sampled_from(
    "项目 、 等 ， 。 （ ） “ ” 总投资 10亿元 3亿美元 签约 落地 推动 引进".split()
    + "宏远钛合金 有限公司 由 的 和 与 2023年 舟山市 1. 个 5 分别".split()
    + ["\n"]
)


def spans_hold(text: str, found: Extraction) -> None:
    for one in found.projects:
        assert text[slice(*one.span)] == one.name
        assert 0 <= one.evidence[0] <= one.span[0] < one.span[1] <= one.evidence[1] <= len(text)
    for firm in found.firms:
        assert text[slice(*firm.span)] == firm.name
    for total in found.totals:
        assert 0 <= total.span[0] < total.span[1] <= len(text)


@settings(max_examples=60)
@given(st.lists(WORDS, max_size=30).map("".join) | st.text(max_size=60))
@example("１０个项目，总投资９亿元（约）")
def test_spans_point_into_any_text(text: str) -> None:
    spans_hold(text, extract_text(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("甲乙合金材料有限公司“宏远高温合金产业项目”开工。", ["宏远高温合金产业"]),
        ("公司与某县签订了《宏远制药园（二期）项目投资协议》。", ["宏远制药园（二期）"]),
        ("公司计划在某区建设宏远疫苗生产基地，总投资计划为51亿元。", ["宏远疫苗生产基地"]),
        ("宏远换热器：总投资1.2亿元，占地100亩，已投产。", ["宏远换热器"]),
        ("宏远保健酒易地扩建、技改工程项目占地约200亩。", ["宏远保健酒易地扩建、技改工程"]),
        ("签约的重点项目，包括宏远光电园、远宏芯片基地等。", ["宏远光电园", "远宏芯片基地"]),
        ("某省集中开工265个重大基础设施、产业发展、社会事业项目。", []),
        ("见证哈洽会签约项目。", []),
        ("推动基金、股权项目，配套建设3×50兆瓦余热发电机组项目。", []),
    ],
)  # fmt: skip
def test_marks_and_verbs_that_bound_a_name(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_one_sum_of_counted_projects_is_of_none_of_them() -> None:
    found = extract_text("总投资6亿元的宏远电机、远宏电子、宏达轴承三个项目集中开工。").projects
    assert [(p.name, p.amount_yi) for p in found] == [
        ("宏远电机", None),
        ("远宏电子", None),
        ("宏达轴承", None),
    ]


def test_strength_of_investment_and_daily_output_are_no_amounts() -> None:
    text = "宏远板材项目投资强度不低于200万元每亩，投资总额约6亿元，日产150万元。"
    assert project(text, "宏远板材").amount_yi == 6
