"""Texts cut into phrases; keywords and industry codes found in them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.classify.codes import LinkCodes, class_names
from ingest.classify.keywords import Keywords
from ingest.classify.texts import FirmText, bare_name, phrases


def test_a_scope_loses_its_boilerplate() -> None:
    scope = (
        "许可项目：危险化学品生产（依法须经批准的项目，经相关部门批准后方可开展经营活动）。"
        "一般项目：合成材料销售；風電葉片製造、塔筒"
    )
    assert phrases(scope) == ["危险化学品生产", "合成材料销售", "风电叶片制造", "塔筒"]


def test_a_main_product_weighs_more_and_none_weighs_nothing() -> None:
    text = FirmText.of_products([("隔膜", 0.81), ("废料", None), ("利息", -0.3)], "星源材质股份")
    assert dict(text.phrases)["隔膜"] == pytest.approx(0.9)
    assert dict(text.phrases)["废料"] == dict(text.phrases)["利息"] > 0
    assert text.name == "星源材质"


def test_a_row_gives_products_scope_and_class() -> None:
    text = FirmText.of_row(
        {"name": "甲", "products": ["叶片"], "scope": "塔筒", "industry": "C3415"}
    )
    assert dict(text.phrases) == {"叶片": 2.0, "塔筒": 1.0}
    assert text.codes == ("3415",)
    assert FirmText.of_row({"name": "甲", "products": None, "scope": None}).empty


@given(st.text())
@example("0\x0c:")
@example(")¨")  # in half width a bracket, a space and a mark over nothing
def test_any_text_can_be_cut(text: str) -> None:
    assert all(phrase and phrase == phrase.strip() for phrase in phrases(text))
    assert bare_name(text) == bare_name(bare_name(text))


def test_the_longest_keyword_wins() -> None:
    found = Keywords([["叶片"], ["叶片模具"]])
    assert [(hit.link, hit.keyword) for hit in found.hits("风电叶片模具的制造")] == [
        (1, "叶片模具")
    ]


def test_a_keyword_at_the_end_tells_more_than_one_before_another_noun() -> None:
    found = Keywords([["叶片"]])
    at_end, before = (next(found.hits(text)).share for text in ("风电叶片", "叶片涂料"))
    assert at_end == pytest.approx(0.5)
    assert before == pytest.approx(0.25)


@pytest.mark.parametrize(
    "word", ["加工中心", "水产品", "芯片制造", "制造执行系统", "再制造", "船舶设计", "产品设计"]
)
def test_words_of_doing_may_be_part_of_a_keyword(word: str) -> None:
    (hit,) = Keywords([[word], ["塔筒"]]).hits(word)
    assert (hit.link, hit.share) == (0, 1.0)


def test_words_of_doing_around_a_keyword_do_not_count() -> None:
    found = Keywords([["加工中心"]])
    for text in ("加工中心的研发、生产", "生产加工中心", "加工中心制造"):
        assert next(found.hits(phrases(text)[0])).share == 1.0, text
    assert next(found.hits("五轴加工中心设计")).share == pytest.approx(4 / 6)


def test_a_stroke_in_a_term_of_latin_letters_is_no_mark() -> None:
    assert phrases("PET/CT；DC/DC变换器，叶片/塔筒") == ["pet/ct", "dc/dc变换器", "叶片", "塔筒"]
    assert phrases("年产5万吨/年") == ["年产5万吨", "年"]


def test_letters_inside_a_longer_word_are_no_keyword() -> None:
    found = Keywords([["vc"]])
    assert list(found.hits("pvc管材")) == []
    assert [hit.keyword for hit in found.hits("vc添加剂")] == ["vc"]


def test_a_keyword_of_two_links_counts_for_both_in_part() -> None:
    hits = list(Keywords([["海缆"], ["海缆"]]).hits("海缆"))
    assert [hit.link for hit in hits] == [0, 1]
    assert hits[0].share == pytest.approx(0.5**0.5)


def test_a_class_speaks_for_the_links_that_name_it() -> None:
    codes = LinkCodes([["3415"], ["3415", "3841"], ["384"]])
    assert codes.evidence(FirmText.of("技术咨询", codes=["3415"])) == {0: 0.5, 1: 0.5}
    assert codes.evidence(FirmText.of("技术咨询", codes=["3842"])) == {2: 1.0}
    assert class_names()["3841"] in "锂离子电池制造"
    assert codes.evidence(FirmText.of("锂离子电池制造")) == {1: 1.0}
    assert codes.evidence(FirmText.of("餐饮")) == {}
