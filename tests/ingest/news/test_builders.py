"""Who builds a project, by what stands between the firm and the name."""

from __future__ import annotations

import pytest

from ingest.news import extract_text
from ingest.news.builders import builder, plausible, visitor


@pytest.mark.parametrize(
    ("text", "name", "firm"),
    [
        ("海澜电驱在丰县投资的永磁电机产线项目开工。", "永磁电机产线", "海澜电驱"),
        ("宏远同创科技集团就在重庆投资建设智能制造基地。", "智能制造基地", "宏远同创科技集团"),
        ("固态电池项目由宏远新能投资建设，总投资3亿元。", "固态电池", "宏远新能"),
        ("由浙江向日葵叶片股份有限公司投资17亿元建设的风电叶片项目开工。", "风电叶片",
         "浙江向日葵叶片股份有限公司"),
        ("华远宝利总投资100亿元的第六代动力电池项目全面动工。", "第六代动力电池", "华远宝利"),
        ("广西森远集团与钦州市钦南区政府签订木材产业园项目，总投资80亿元。", "木材产业园",
         "广西森远集团"),
        ("宏远科技股份有限公司董事长张某带队到陕州区考察，洽谈有机硅材料项目。", "有机硅材料",
         "宏远科技股份有限公司"),
        ("上游配套项目有北京腾远零部件有限公司在大厂县建设加热器研发中心项目。", "加热器研发中心",
         "北京腾远零部件有限公司"),
    ],
)  # fmt: skip
def test_the_firm_before_a_name_builds_it(text: str, name: str, firm: str) -> None:
    found = {p.name: p.firm for p in extract_text(text).projects}
    assert found[name] == firm


def test_each_project_of_an_enumeration_has_its_own() -> None:
    text = "签约的还有：甲远通讯在徐州投资的芯片基地项目、乙源激光在邳州市投资的光源产线项目等。"
    found = {p.name: p.firm for p in extract_text(text).projects}
    assert found == {"芯片基地": "甲远通讯", "光源产线": "乙源激光"}


@pytest.mark.parametrize(
    "before",
    [
        "我县在园区投资建设",
        "县政府在城东投资3亿元建设",
        "今年在城东新建",
        "全市重点在临港布局",
        "丰县在城东新建",
    ],
)
def test_places_offices_and_times_build_nothing(before: str) -> None:
    assert builder(before, "项目开工") is None


def test_what_a_firm_may_be_called() -> None:
    assert plausible("城市建设投资集团有限公司")
    assert plausible("明阳智能")
    assert not any(map(plausible, ("协议约定公司", "市政府三楼会议室", "重点项目", "公司", "县")))


def test_of_two_visitors_neither_is_taken() -> None:
    one = "甲远集团董事长李某一行到访"
    assert visitor(one) == "甲远集团"
    assert visitor(f"{one}，乙源股份有限公司总裁王某一行到访") is None
