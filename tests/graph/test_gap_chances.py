"""The component `likelihood`: from rates of prefectures to areas of any kind."""

from __future__ import annotations

import numpy as np
import pytest

from graph import GapSettings, Snapshot, find_gaps
from graph.gaps import GapWeights, LinkGap, gap_table
from graph.likelihood import likelihood
from tests.factory import chain, firm, link, position, region
from tests.graph.gap_worlds import memory

CITIES = 12
LINKS = [f"w.{i:02}" for i in range(20)]


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """Thirty years of firms in twelve prefectures of two provinces; 110100 is the largest."""
    random = np.random.default_rng(4)
    share = 1.0 / np.arange(1, CITIES + 1)
    codes = [f"{11 + i % 2}{i // 2 + 1:02}00" for i in range(CITIES)]
    firms, positions = [], []
    for i in range(260):
        code = codes[random.choice(CITIES, p=share / share.sum())]
        at = LINKS[int(20 * random.random() ** 2)]
        firms.append(firm(f"厂{i}", code))
        date = f"{random.integers(1990, 2020)}-06"
        positions.append(position(f"厂{i}", at, date=date))
    return memory(
        regions=[
            region("110000", "甲省"),
            region("120000", "乙省"),
            *(region(code, f"第{code[:4]}市", f"{code[:2]}0000") for code in codes),
            region("110101", "县一", "110100"),
        ],
        chains=[chain("w")],
        links=[link(name) for name in LINKS],
        firms=firms,
        positions=positions,
    )


def gaps_of(
    snapshot: Snapshot, *regions: str, settings: GapSettings | None = None
) -> list[LinkGap]:
    return list(find_gaps(snapshot, region=regions, settings=settings).chains[0].links)


def test_the_component_is_the_rate_over_the_usual_one(snapshot: Snapshot) -> None:
    learned = likelihood(snapshot)
    assert learned is not None
    city = learned.areas.codes.index("120200")
    seen = 0
    for found in gaps_of(snapshot, "120200"):
        value = found.components["likelihood"].value
        rate = learned.rate[city, snapshot.links.row[found.id]]
        if found.status == "missing" and np.isfinite(rate):
            assert value == pytest.approx(rate / (rate + learned.usual))
            assert any("落地规律" in text for text in found.reasons)
            seen += 1
        else:
            assert value is None
    assert seen


def test_a_group_of_regions_has_the_mean_of_its_own(snapshot: Snapshot) -> None:
    learned = likelihood(snapshot)
    assert learned is not None
    rows = [learned.areas.codes.index(code) for code in ("120200", "120500")]
    found = [link for link in gaps_of(snapshot, "120200", "120500") if link.status == "missing"]
    assert found
    for gap in found:
        rate = learned.rate[rows, snapshot.links.row[gap.id]].mean() / learned.usual
        assert gap.components["likelihood"].value == pytest.approx(rate / (1 + rate))


def test_a_county_has_no_rate_of_its_own(snapshot: Snapshot) -> None:
    assert {g.components["likelihood"].value for g in gaps_of(snapshot, "110101")} == {None}


def test_weight_zero_leaves_it_out(snapshot: Snapshot) -> None:
    weights = GapSettings(weights=GapWeights(likelihood=0.0))
    found = gaps_of(snapshot, "120200", settings=weights)
    assert {gap.components["likelihood"].value for gap in found} == {None}
    assert all(gap.components["likelihood"].weight == 0.0 for gap in found)


def test_the_table_and_one_region_agree(snapshot: Snapshot) -> None:
    table = gap_table(snapshot).set_index(["region", "link"])["priority"]
    for gap in gaps_of(snapshot, "120200"):
        if gap.priority is not None:
            assert table["120200", gap.id] == pytest.approx(gap.priority)
