"""Mapping files over small literal sources: what each word of the language does."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph.store import Store, connect
from ingest.errors import MappingInvalid
from ingest.load import load
from ingest.mapping import shipped


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return connect(tmp_path / "world.duckdb")


def mapped(folder: Path, tables: list[dict[str, Any]], text: str) -> tuple[Path, Path]:
    """A source file with the headings of `text`, and a mapping for it."""
    source, mapping = folder / "source.csv", folder / "mapping.yaml"
    source.write_text(text, "utf8")
    columns = text.splitlines()[0].split(",")
    spec = {"name": "own", "sources": [{"columns": columns, "tables": tables}]}
    mapping.write_text(yaml.safe_dump(spec, allow_unicode=True), "utf8")
    return source, mapping


def firms(store: Store) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in store.read("firms").to_pylist()}


def test_the_first_of_a_list_that_is_not_empty(tmp_path: Path, store: Store) -> None:
    columns = {"name": ["full", "short", "code"], "region": ["{province}{city}", "area"]}
    source, mapping = mapped(
        tmp_path,
        [{"table": "firms", "columns": columns}],
        "full,short,code,province,city,area\n"
        "甲材料有限公司,甲,000001.SZ,浙江,宁波市,浙江\n"
        ",乙材料,000002.SZ,,,山东\n"
        ",,000003.SZ,,,\n",
    )
    load(store, [source], mapping=mapping)
    found = {name: row["region_code"] for name, row in firms(store).items()}
    assert found == {"甲材料有限公司": "330200", "乙材料": "370000", "000003.SZ": None}


def test_when_takes_only_the_rows_whose_cells_match(tmp_path: Path, store: Store) -> None:
    tables = [
        {
            "table": "firms",
            "when": {"code": "^6"},
            "columns": {"name": "firm", "stock_code": "code"},
        },
        {"table": "firms", "when": {"code": "^0", "kind": "A"}, "columns": {"name": "firm"}},
    ]
    source, mapping = mapped(
        tmp_path,
        tables,
        "firm,code,kind\n甲公司,600001,\n乙公司,000002,A\n丙公司,000003,B\n丁公司,,A\n",
    )
    report = load(store, [source], mapping=mapping)
    assert {n: r["stock_code"] for n, r in firms(store).items()} == {
        "甲公司": "600001",
        "乙公司": None,
    }
    assert report.tables["firms"].read == 2


def test_distinct_keeps_the_first_row_and_collect_joins_the_rest(
    tmp_path: Path, store: Store
) -> None:
    tables = [
        {
            "table": "firms",
            "distinct": ["firm_id"],
            "collect": ["products", "aliases"],
            "columns": {
                "firm_id": "code",
                "name": "firm",
                "products": "product",
                "aliases": "former",
            },
        }
    ]
    source, mapping = mapped(
        tmp_path,
        tables,
        "code,firm,product,former\nc1,新名公司,叶片,\nc2,乙公司,轴承,\nc1,旧名公司,塔筒,甲\nc1,新名公司,叶片,\n",
    )
    report = load(store, [source], mapping=mapping)
    found = firms(store)
    assert report.tables["firms"].read == 2
    assert found["新名公司"]["products"] == ["叶片", "塔筒"]
    assert found["新名公司"]["aliases"] == ["甲"]
    assert (found["乙公司"]["products"], found["乙公司"]["aliases"]) == (["轴承"], None)


def test_to_rewrites_what_a_pattern_found(tmp_path: Path, store: Store) -> None:
    code = {"from": "code", "pattern": "^.*([0-9]{6})(SH|SZ).*$", "to": r"\1.\2"}
    source, mapping = mapped(
        tmp_path,
        [{"table": "firms", "columns": {"name": "firm", "stock_code": code}}],
        "firm,code\n甲公司,x600001SHy\n乙公司,600002\n",
    )
    load(store, [source], mapping=mapping)
    assert {n: r["stock_code"] for n, r in firms(store).items()} == {
        "甲公司": "600001.SH",
        "乙公司": None,
    }


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"table": "firms", "columns": {"name": ["firm", "missing"]}}, "missing"),
        ({"table": "firms", "columns": {"name": []}}, "firms.name"),
        ({"table": "firms", "columns": {"name": "firm"}, "when": {"missing": "x"}}, "missing"),
        ({"table": "firms", "columns": {"name": "firm"}, "when": {"firm": "["}}, "when"),
        ({"table": "firms", "columns": {"name": "firm"}, "collect": ["made_up"]}, "made_up"),
        ({"table": "firms", "columns": {"name": "firm"}, "distinct": ["made_up"]}, "made_up"),
    ],
)
def test_a_wrong_mapping_says_where(
    tmp_path: Path, store: Store, table: dict[str, Any], said: str
) -> None:
    source, mapping = mapped(tmp_path, [table], "firm\n甲公司\n")
    with pytest.raises(MappingInvalid, match=said):
        load(store, [source], mapping=mapping)


ASHARE = """\
ts_code,symbol,name,area,industry,market,exchange,list_date,reg_capital,setup_date,province,city,employees
600001.SH,600001,甲钢A,山东,普钢,主板,SSE,19990101,12000.5,19980403,山东,日照市,94.0
000003.SZ,,,,,,SZSE,,,,,,
"""


def test_ashare_keeps_a_firm_without_a_name_under_its_code(tmp_path: Path, store: Store) -> None:
    source = tmp_path / "listed.csv"
    source.write_text(ASHARE, "utf8")
    report = load(store, [source])  # the headings alone are enough
    found = firms(store)
    assert report.rejected == 0
    assert found["000003.SZ"]["stock_code"] == "000003.SZ"
    steel = found["甲钢A"]
    assert (steel["region_code"], steel["founded"], steel["employees"]) == (
        "371100",
        "1998-04-03",
        94,
    )
    assert steel["registered_capital"] == 12000.5
    assert [(p["firm_id"], p["link_id"]) for p in store.read("positions").to_pylist()] == [
        ("600001.SH", "ashare.普钢")
    ]


COMPANIES = [
    ("甲智家", "甲智家股份有限公司", "600001.SH"),
    ("甲电器", "青岛甲电器股份有限公司", "600001.SH"),
    ("乙矿机", "丙石油股份有限公司", "300818"),
    ("乙矿机", "丁能源股份有限公司", "300818"),
]


def chainkg(folder: Path) -> list[Path]:
    lines = [
        {"name": n, "fullname": f, "code": c, "location": "", "time": ""} for n, f, c in COMPANIES
    ]
    industry = [
        {
            "company_code": c,
            "industry_code": i,
            "industry_name": n,
            "company_name": "",
            "rel": "所属行业",
        }
        for c, i, n in [("600001.SH", "330101", "空调"), ("300818.SZ", "640201", "专用设备")]
    ]
    files = [folder / "company.json", folder / "company_industry.json", folder / "product.csv"]
    for file, rows in zip(files[:2], (lines, industry), strict=True):
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        file.write_text(text, "utf8")
    files[2].write_text(
        "code,product,rel,weight\n600001SH,空调,主营产品,0.7\n600001SH,冰箱,主营产品,0.2\n", "utf8"
    )
    return files


def test_chainkg_joins_names_of_one_code_and_never_the_victims_of_a_broken_one(
    tmp_path: Path, store: Store
) -> None:
    report = load(store, chainkg(tmp_path))
    found = firms(store)
    assert report.rejected == 0
    assert set(found) == {
        "甲智家股份有限公司",
        "丙石油股份有限公司",
        "丁能源股份有限公司",
        "乙矿机",
    }
    assert set(found["甲智家股份有限公司"]["aliases"]) == {
        "甲智家",
        "甲电器",
        "青岛甲电器股份有限公司",
    }
    assert found["甲智家股份有限公司"]["products"] == ["空调", "冰箱"]
    assert found["丙石油股份有限公司"]["stock_code"] is None
    assert found["乙矿机"]["stock_code"] == "300818.SZ"
    links = {row["link_id"]: row["chain_id"] for row in store.read("links").to_pylist()}
    assert links == {"sw330101": "sw33", "sw640201": "sw64"}
    at = {(p["firm_id"], p["link_id"]) for p in store.read("positions").to_pylist()}
    assert at == {("600001.SH", "sw330101"), ("300818.SZ", "sw640201")}


EVENTS = """\
event_id,firm_name,firm_full_name,stock_code,firm_home_province,firm_home_city,region_province,region_city,region_district,chain,link,date,amount_yi,stage,source_url,confidence
E1,甲电池(甲上汽),甲上汽动力电池有限公司,300750,福建,宁德,江苏,常州,溧阳市,锂电池,电芯,2021-02,105,公告,,high
E2,乙化工,,600002,山东,,山东,东营,,石化,PTA,2019,,签约,,medium
E3,乙化工,,600002,山东,,浙江,宁波,,石化,PTA,2020,10,签约,,high
"""


def test_events_make_the_firms_they_need(tmp_path: Path, store: Store) -> None:
    source = tmp_path / "investments.csv"
    source.write_text(EVENTS, "utf8")
    report = load(store, [source])
    assert report.rejected == 0
    found = firms(store)
    assert {n: (r["stock_code"], r["region_code"]) for n, r in found.items()} == {
        "甲上汽动力电池有限公司": (None, "350900"),  # the code in the row is its parent's
        "乙化工": ("600002", "370000"),
    }
    events = {row["event_id"]: row for row in store.read("events").to_pylist()}
    assert (events["E1"]["region_code"], events["E1"]["amount"]) == ("320481", 105)
    assert events["E2"]["firm_id"] == events["E3"]["firm_id"] == found["乙化工"]["firm_id"]
    assert (events["E2"]["date"], events["E2"]["source"]) == ("2019", "公开报道（medium）")


def test_every_shipped_mapping_has_sources_of_its_own() -> None:
    headings = [
        frozenset(source["columns"]) for mapping in shipped().values() for source in mapping.sources
    ]
    assert {"tw_chains", "ashare", "chainkg", "events"} <= set(shipped())
    assert len(headings) == len(set(headings))


def test_industries_of_listed_firms_have_codes_that_exist() -> None:
    with (resources.files("ingest.reference") / "codes" / "gbt4754.csv").open("rb") as file:
        valid = {line.split(b",")[0].decode() for line in file}
    tables = shipped()["ashare"].sources[0]["tables"]
    codes = next(t for t in tables if t["table"] == "links")["columns"]["industry_codes"]["map"]
    assert len(codes) == 109
    assert {code for text in codes.values() for code in text.split(";")} <= valid
