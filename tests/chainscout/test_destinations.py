"""这家企业下一步可能去哪: the command with its tables, and the block on the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from chainscout.output.destinations import why
from chainscout.web import create_site
from tests.chainscout.conftest import Cli

ASKED = ("destinations", "乙叶", "--chain", "风电")


@pytest.fixture(scope="module")
def client(world: Path) -> Iterator[TestClient]:
    with TestClient(create_site(str(world)), headers={"Accept": "text/html"}) as made:
        yield made


def test_regions_are_ranked_and_said_why(cli: Cli) -> None:
    told = cli(*ASKED, "--link", "blade").out
    assert "乙叶片厂下一步可能去哪：谁在和我们竞争（风电·blade）" in told
    assert "同领域企业来得多" in told
    answer = json.loads(cli(*ASKED, "--format", "json", "--top", "1").out)
    assert answer["query"]["firm"] == {"id": "乙叶片厂", "name": "乙叶片厂"}
    assert answer["query"]["link"] is None
    (first,) = answer["regions"]
    assert first["region"] == {"code": "330100", "name": "浙江省甲市"}
    parts = first["components"].values()
    assert sum(part["contribution"] for part in parts) == pytest.approx(first["score"])
    for part in parts:
        assert part["value"] * part["weight"] == pytest.approx(part["contribution"])
    assert sum(part["weight"] for part in parts) == pytest.approx(1)
    province = json.loads(cli(*ASKED, "--level", "province", "--format", "json").out)
    assert [row["region"]["name"] for row in province["regions"]] == ["浙江省"]


def test_firms_of_the_group_are_named_as_a_reason() -> None:
    parts = {
        "link": {"label": "同环节投资多", "contribution": 0.2},
        "group": {"label": "集团在此已有企业", "contribution": 0.3},
    }
    one = {"components": parts, "group": [{"id": "1", "name": "甲北厂"}]}
    assert why(one) == "集团在此已有甲北厂 0.30；同环节投资多 0.20"
    two = one | {"group": [*one["group"], {"id": "2", "name": "乙厂"}]}
    assert why(two).startswith("集团在此已有甲北厂等 2 家 0.30；")


def test_what_regions_have_is_read_from_two_tables(cli: Cli, tmp_path: Path) -> None:
    amounts, needs = tmp_path / "有什么.csv", tmp_path / "看重什么.csv"
    amounts.write_text("region,港口\n330200,8\n", encoding="utf-8")
    needs.write_text("id,港口\nwind,1\n", encoding="utf-8")
    tables = ("--endowments", amounts, "--needs", needs)
    rows = json.loads(cli(*ASKED, *tables, "--format", "json").out)["regions"]
    has = {row["region"]["code"]: row["components"]["endowed"]["contribution"] for row in rows}
    assert has["330200"] > 0
    assert has["330100"] == 0

    alone = cli(*ASKED, "--needs", needs)
    assert alone.code == 2
    assert "要一起给出" in alone.err.replace("\n", "")
    needs.write_text("id,港口\n没有的链,1\n", encoding="utf-8")
    assert "数据中没有 没有的链（共 1 个）" in cli(*ASKED, *tables).err.replace("\n", "")
    needs.write_text("id,港口\nwind,很多\n", encoding="utf-8")
    assert "应为不小于 0 的数，现为 '很多'" in cli(*ASKED, *tables).err.replace("\n", "")


def test_the_page_says_whom_we_compete_with_and_where_we_stand(client: TestClient) -> None:
    asked = {"firm": "乙叶片厂", "region": "330200", "chain": "wind"}
    page = client.get("/explain", params=asked).text
    assert "这家企业下一步可能去哪：谁在和我们竞争" in page
    assert "浙江省乙市（我们）" in page
    assert "浙江省甲市" in page
    assert "投资事件不足，各项同等看待" in page
    whole = client.get("/explain", params={**asked, "region": "330000"}).text
    assert "<b>浙江省（我们）</b>" in whole
