"""Names → firms: match, review, none; why; what must not be merged."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.names import name_key
from ingest.resolve import Registry, RegistryInvalid, Resolution, Resolver
from ingest.resolve.blocking import Blocks
from ingest.resolve.compete import compete
from ingest.resolve.registry import block_column, body_column, key_column
from tests.factory import firm, region, world

JUTAI = "91610000MA6TG4C31N"
CATL = "宁德时代新能源科技股份有限公司"
FIRMS: list[dict[str, Any]] = [
    {"id": "jutai", "name": "陕西聚泰新材料科技有限公司", "region": "610000", "uscc": JUTAI},
    {"id": "sanwei-z", "name": "浙江三维橡胶制品股份有限公司", "region": "331000"},
    {"id": "sanwei-t", "name": "三维通信股份有限公司", "region": "330100"},
    {"id": "catl", "name": CATL, "region": "350900", "aliases": ["CATL"]},
    {"id": "sewind", "name": "上海电气风电集团股份有限公司", "region": "310000"},
    {"id": "se", "name": "上海电气集团股份有限公司", "region": "310000", "aliases": ["上海电气"]},
    {"id": "gdhw", "name": "广东省高速公路发展股份有限公司", "region": "440000"},
    {"id": "gear", "name": "杭州前进齿轮箱集团股份有限公司", "region": "330100"},
    {"id": "xy-h", "name": "鑫源机械有限公司", "region": "330100"},
    {"id": "xy-n", "name": "鑫源机械有限公司", "region": "330200"},
]  # fmt: skip


def registry(rows: list[dict[str, Any]]) -> Registry:
    return Registry.of_names(
        [row["name"] for row in rows],
        ids=[row["id"] for row in rows],
        uscc=[row.get("uscc") for row in rows],
        regions=[row.get("region") for row in rows],
        aliases=[row.get("aliases", []) for row in rows],
    )


RESOLVER = Resolver(registry(FIRMS))


def ask(text: str, **context: str) -> Resolution:
    lists: dict[str, Any] = {key: [value] for key, value in context.items()}
    return RESOLVER.resolve([text], **lists)[0]


def matched(text: str, **context: str) -> str | None:
    found = ask(text, **context).firm
    return found.id if found else None


@pytest.mark.parametrize(
    ("text", "firm_id"),
    [
        ("宁德时代", "catl"),
        ("catl", "catl"),
        ("上海电气", "se"),
        ("上海电气风电", "sewind"),
        ("粤高速A", "gdhw"),
        ("陕西聚泰新材料科技有限责任公司", "jutai"),
        ("陝西聚泰新材料科技有限公司", "jutai"),
        ("陕西聚太新材料科技有限公司", "jutai"),
        ("宁德时代新能源科技（股份）有限公司", "catl"),
    ],
)
def test_matched(text: str, firm_id: str) -> None:
    assert matched(text) == firm_id


@pytest.mark.parametrize(
    "text",
    [
        "浙江聚泰新能源材料有限公司",  # a local subsidiary or a namesake: another firm
        "浙江聚泰新材料科技有限公司",
        "宁德时代（上海）智能科技有限公司",
        "上海电气风电集团股份有限公司舟山分公司",  # a branch is no legal person
        "上海电气风电集团（汕头）有限公司",
        "紫晶存储",
        "",
        "（）",
    ],
)
def test_not_matched(text: str) -> None:
    assert matched(text) is None


def test_characters_in_another_order_are_not_enough_but_shown() -> None:
    assert ask("杭齿前进").candidates[0].id == "gear"
    assert matched("杭齿前进") is None


def test_an_ambiguous_short_name_is_for_a_person() -> None:
    answer = ask("三维股份")
    assert answer.decision == "review"
    assert {c.id for c in answer.candidates[:2]} == {"sanwei-z", "sanwei-t"}
    assert answer.score < 0.8


def test_a_region_decides_between_namesakes() -> None:
    assert ask("鑫源机械有限公司").decision == "review"
    assert matched("鑫源机械有限公司", regions="宁波市") == "xy-n"
    assert matched("鑫源机械有限公司", regions="330100") == "xy-h"


def test_a_region_that_does_not_fit_sends_an_equal_name_to_review() -> None:
    answer = ask("三维通信股份有限公司", regions="广东")
    assert answer.decision == "review"
    assert "所在地不符" in answer.why


def test_a_code_beats_the_name_and_another_code_forbids_it() -> None:
    assert matched("随便什么名称", uscc="91610000MA6TG4C31N") == "jutai"
    assert matched("91610000ma6tg4c31n") == "jutai"
    assert matched("陕西聚泰新材料科技有限公司", uscc="91610000MA6TAAAA1B") is None


def test_why_names_the_parts() -> None:
    answer = ask("浙江聚泰新材料科技有限公司")
    (why,) = (c.why for c in answer.candidates if c.id == "jutai")
    assert "字号“聚泰”相同" in why
    assert "地区不同（浙江与陕西）" in why


def test_the_answer_as_json() -> None:
    answer = ask("宁德时代").to_dict()
    assert answer["row"] == 0
    assert answer["query"] == "宁德时代"
    assert answer["decision"] == "match"
    assert answer["firm"] == {"id": "catl", "name": "宁德时代新能源科技股份有限公司"}
    assert 0.8 <= answer["score"] <= 1.0
    assert set(answer["candidates"][0]) == {"id", "name", "score", "why", "relation"}
    assert ask("没有这家").to_dict()["firm"] is None


def test_answers_come_in_the_order_asked() -> None:
    texts = ["三维股份", "宁德时代", "", "上海电气"]
    answers = RESOLVER.resolve(texts)
    assert [(a.row, a.query) for a in answers] == list(enumerate(texts))
    assert RESOLVER.resolve([]) == []


def test_of_nobody_the_firm_it_belongs_to_comes_first() -> None:
    names = ["宁德新能源科技有限公司", CATL, "四川时代新能源科技有限公司"]
    aliases = [["新能源科技"], ["宁德时代"], []]
    resolver = Resolver(Registry.of_names(names, aliases=aliases))
    answer = resolver.resolve(["宁德时代（贵州）新能源科技有限公司"])[0]
    assert answer.decision == "none"
    assert (answer.candidates[0].name, answer.candidates[0].relation) == (CATL, "subsidiary")
    assert answer.why == f"名录中没有这家企业本身；它看来是{CATL}的下属企业"


def test_kinship_is_read_from_the_legal_name_beside_a_short_one() -> None:
    known = Registry.of_names(["比亚迪股份有限公司"], aliases=[["比亚迪"]])
    answer = Resolver(known).resolve(["比亚迪汽车工业有限公司"])[0]
    assert (answer.decision, answer.candidates[0].relation) == ("none", "subsidiary")
    assert "“比亚迪”比对" in answer.candidates[0].why


def test_a_branch_is_said_to_be_one_once() -> None:
    answer = Resolver([CATL]).resolve([f"{CATL}霞浦分公司"])[0]
    assert (
        answer.why
        == f"名录中没有这家企业本身；它与{CATL}同属一个企业（总部与分支机构，或两个分支机构）"
    )
    assert answer.candidates[0].why.count("法人") == 1
    assert "组织形式" not in answer.candidates[0].why


def test_one_character_apart_is_said() -> None:
    answer = Resolver(["三一重能股份有限公司"]).resolve(["三一重工股份有限公司"])[0]
    assert answer.candidates[0].why.startswith("名称只差一字（工与能）")


def test_initials_are_rather_those_of_a_whole_core() -> None:
    names = ["广州白云电器设备股份有限公司", "比亚迪股份有限公司", "北京倍亿达设备有限公司"]
    answer = Resolver(names).resolve(["BYD"])[0]
    assert (answer.decision, answer.candidates[0].name) == ("review", names[1])


def test_an_empty_registry_finds_nothing() -> None:
    answer = Resolver([]).resolve(["宁德时代"])[0]
    assert (answer.decision, answer.candidates) == ("none", ())


def test_columns_and_context_must_fit() -> None:
    with pytest.raises(RegistryInvalid, match="长短不一"):
        Registry.of_names(["一家公司"], ids=["a", "b"])
    with pytest.raises(ValueError, match="应一一对应"):
        RESOLVER.resolve(["宁德时代"], regions=["宁德", "福州"])


def test_the_firms_of_a_snapshot(tmp_path: Path) -> None:
    snapshot = world(
        tmp_path,
        regions=[region("350000", "福建省"), region("350900", "宁德市", "350000")],
        firms=[
            firm(CATL, "350900", aliases=["CATL"], products=["动力电池"]),
            firm("宁波时代铝箔科技股份有限公司", None),
        ],
    )
    resolver = Resolver(snapshot)
    lean = Resolver(Registry.of_store(snapshot.store))
    for each in (resolver, lean):
        answers = each.resolve(["CATL", "时代新能源"], products=[None, "动力电池"])
        assert [a.candidates[0].id for a in answers] == [CATL] * 2
    assert lean.registry.version == resolver.registry.version
    assert lean.registry.products([0, 1]) == resolver.registry.products([0, 1])
    names, regions = resolver.registry.names.to_pylist(), resolver.registry.region.to_pylist()
    assert dict(zip(names, regions, strict=True))[CATL] == "350900"


@settings(max_examples=25)
@given(
    st.permutations(FIRMS),
    st.permutations(["三维股份", "宁德时代", "浙江聚泰", "鑫源机械有限公司"]),
)
def test_order_does_not_matter(firms: list[dict[str, Any]], texts: list[str]) -> None:
    def answers(resolver: Resolver) -> dict[str, Any]:
        return {
            a.query: (a.decision, sorted((c.id, round(c.score, 9)) for c in a.candidates))
            for a in resolver.resolve(texts)
        }

    assert answers(Resolver(registry(firms))) == answers(RESOLVER)


@given(st.text(max_size=20))
def test_any_text_is_answered(text: str) -> None:
    answer = ask(text)
    assert answer.decision in ("match", "review", "none")
    assert all(0.0 <= c.score <= 1.0 for c in answer.candidates)


# ── parts ───────────────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.text(alphabet="甲乙丙丁（）有限公司責任股份 aA", max_size=12), max_size=6))
def test_the_key_of_a_column_is_the_key_of_each(names: list[str]) -> None:
    assert key_column(pa.array(names, pa.string())).to_pylist() == [name_key(n) for n in names]


def test_bodies_keep_a_name_that_is_nothing_but_form() -> None:
    keys = pa.array(["三维通信股份有限公司", "有限公司", "东方集团股份有限公司"])
    assert body_column(keys).to_pylist() == ["三维通信", "有限公司", "东方集团"]


def test_a_last_stock_says_nothing_of_who_is_meant() -> None:
    keys = pa.array(["三维股份", "股份", "三维通信股份有限公司"])
    assert block_column(keys).to_pylist() == ["三维", "股份", "三维通信"]


def test_short_names_that_end_alike_do_not_crowd_out_the_full_name() -> None:
    others = [f"华{c}{d}" for c in "光宝瑞威信利荣昌" for d in "电器锅炉香精纸业"[::2]]
    names = ["山东华泰纸业股份有限公司", *(f"{name}股份有限公司" for name in others)]
    aliases = [[], *([f"{name[:2]}股份"] for name in others)]
    answer = Resolver(Registry.of_names(names, aliases=aliases)).resolve(["华泰股份"])[0]
    assert answer.candidates[0].name == names[0]


def test_a_place_written_out_is_no_letter_of_another_place() -> None:
    """莞 stands for 东莞, which is in 广东; but 东莞控股 says 东莞, and 广东东鹏 does not."""
    names = ["广东东鹏控股股份有限公司", "东莞发展控股股份有限公司"]
    (found,) = Resolver(Registry.of_names(names)).resolve(["东莞控股"])
    assert found.decision == "match"
    assert found.candidates[0].name == names[1]


def test_blocks_find_who_shares_most() -> None:
    texts = ["杭州前进齿轮箱", "杭州前线", "前进", "海南海汽运输"]
    blocks = Blocks(texts, np.zeros(len(texts), dtype=np.float32))
    first, second, nothing = blocks.candidates(["杭齿前进", "海汽", "某某"], [False] * 3, 2)
    assert first.tolist()[0] == 0
    assert len(first) == 2
    assert second.tolist()[0] == 3
    assert nothing.tolist() == []


def test_a_prior_counts_for_well_known_names_only() -> None:
    blocks = Blocks(["三维甲", "三维乙"], np.array([0.0, 3.0], dtype=np.float32))
    plain, known = blocks.candidates(["三维", "三维"], [False, True], 2)
    assert plain.tolist() == [0, 1]
    assert known.tolist() == [1, 0]


def test_names_of_a_list_push_each_other_apart() -> None:
    firms = [np.array([0, 1]), np.array([0])]
    alone = [np.array([0.5, 0.4]), np.array([0.95])]
    first, second = compete(firms, alone, 2)
    assert first[1] > first[0]
    assert second[0] > 0.9


def test_a_firm_with_a_known_short_name_is_rather_not_meant_by_another() -> None:
    firms, chances = [np.array([0, 1])], [np.array([0.5, 0.4])]
    (moved,) = compete(firms, chances, 2, np.array([True, False]))
    assert moved[1] > moved[0]
    assert moved.sum() == pytest.approx(0.9)
    (alone,) = compete([np.array([0])], [np.array([0.5])], 1, np.array([True]))
    assert alone.tolist() == pytest.approx([0.5])


def test_a_known_short_name_settles_whom_a_like_one_means() -> None:
    names = ["浙江三维橡胶制品股份有限公司", "三维通信股份有限公司"]
    known = Registry.of_names(names, aliases=[[], ["三维通信"]])
    assert Resolver(names).resolve(["三维股份"])[0].decision == "review"
    answer = Resolver(known).resolve(["三维股份"])[0]
    assert answer.candidates[0].name == names[0]
    assert answer.candidates[0].score > 0.8


@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(0, 4), st.floats(0, 0.2)), max_size=5, unique_by=lambda t: t[0]
        ),
        max_size=6,
    )
)
def test_competition_keeps_how_likely_any_firm_is(given_: list[list[tuple[int, float]]]) -> None:
    firms = [np.array([f for f, _ in some], dtype=np.int64) for some in given_]
    chances = [np.array([p for _, p in some], dtype=np.float64) for some in given_]
    for before, after in zip(chances, compete(firms, chances, 5), strict=True):
        assert after.sum() == pytest.approx(before.sum(), abs=1e-12)
        assert (after >= 0).all()


# ── real names ──────────────────────────────────────────────────────────────────────────────────


def test_short_names_of_listed_firms(shared_data: Path) -> None:
    with (shared_data / "er_names" / "short_full_open.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    resolver = Resolver(sorted({row["fullname"] for row in rows}))
    some = rows[::6]
    answers = resolver.resolve([row["name"] for row in some])
    right = [
        bool(a.candidates) and a.candidates[0].name == row["fullname"]
        for a, row in zip(answers, some, strict=True)
    ]
    automatic = [r for r, a in zip(right, answers, strict=True) if a.decision == "match"]
    assert np.mean(right) >= 0.96
    assert np.mean(automatic) >= 0.99
    assert len(automatic) >= 0.8 * len(some)
