"""Firms by part of a name, initials, code: the index finds what a plain look finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.listing import firms
from api.search import NameIndex, find_firms, initials, prepare
from graph import Snapshot
from tests.factory import firm, region, world

NAMES = ["重庆长安汽车", "厦门钨业", "明阳智能", "ＡＢＣ 科技", "东营 光伏", "𠮷野化工", "A股份"]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    path: Path = tmp_path_factory.mktemp("search")
    return world(
        path,
        regions=[region("330000", "浙江省")],
        firms=[
            firm(name, "330000" if i % 2 else None, firm_id=f"f{i}", stock_code=f"60000{i}",
                 aliases=[f"简称{i}"], uscc="91330000142913043H" if i == 2 else None)
            for i, name in enumerate(NAMES)
        ],
    )  # fmt: skip


def found(snapshot: Snapshot, text: str) -> list[int]:
    rows: list[int] = find_firms(snapshot, text).tolist()
    return rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("长安", [0]), ("cqca", [0]), ("xmwy", [1]), ("MYZN", [2]), ("abc科技", [3]),
        ("abc 科 技", [3]), ("营光", [4]), ("𠮷野", [5]), ("简称6", [6]), ("600003", [3]),
        ("91330000142913043h", [2]), ("f5", [5]), ("没有", []), ("", list(range(7))),
        ("能ａ", []), ("\n", list(range(7))),
    ],
)  # fmt: skip
def test_finds(snapshot: Snapshot, text: str, rows: list[int]) -> None:
    assert found(snapshot, text) == rows


@given(text=st.text(alphabet="".join(NAMES) + "简称0123", min_size=1, max_size=4))
def test_finds_what_a_plain_look_finds(snapshot: Snapshot, text: str) -> None:
    from graph.lookup import name_key

    key = name_key(text)
    plain = {i for i, name in enumerate(NAMES) if key in name_key(name) or key in f"简称{i}"}
    assert plain <= set(found(snapshot, text))
    if not key.isascii():
        assert plain == set(found(snapshot, text))


def test_a_name_ends_where_the_next_begins(snapshot: Snapshot) -> None:
    assert found(snapshot, "能A") == []


def test_pages_follow_one_another(snapshot: Snapshot) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        rows, cursor, total = firms(snapshot, "简称", limit=2, cursor=cursor)
        seen += [row["id"] for row in rows]
        assert total == len(NAMES)
        if cursor is None:
            break
    assert seen == [f"f{i}" for i in range(len(NAMES))]


def test_an_index_is_prepared_before_and_after_it_is_asked(snapshot: Snapshot) -> None:
    prepare(snapshot)
    assert found(snapshot, "600003") == [3]
    prepare(snapshot)
    assert found(snapshot, "长安") == [0]


def test_no_firms_at_all(tmp_path: Path) -> None:
    assert found(world(tmp_path, regions=[region("330000", "浙江省")]), "x") == []


@pytest.mark.parametrize(("name", "letters"), [("明阳智能", "myzn"), ("A股", "ag"), ("", "")])
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_an_index_of_nothing() -> None:
    import pyarrow as pa

    index = NameIndex.of(pa.array([], pa.string()))
    assert index.with_text("甲").tolist() == []
    assert index.with_initials("ab").tolist() == []
