"""A small world with an evil name in it, and the command line as a function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from chainscout.cli import run
from chainscout.cli.common import State
from graph import Snapshot
from tests.factory import chain, event, feed, firm, link, position, region, store, tie

EVIL = '=HYPERLINK("http://x")公司'


_snapshots: dict[str, Snapshot] = {}


def _kept(state: State) -> Snapshot:
    if state.store_uri not in _snapshots:
        _snapshots[state.store_uri] = state.store().snapshot()
    return _snapshots[state.store_uri]


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


Cli = Callable[..., Outcome]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """steel → blade → turbine; 甲市 makes turbines, the others could come."""
    path = tmp_path_factory.mktemp("world")
    store(
        path,
        regions=[
            region("330000", "浙江省"),
            region("330100", "甲市", "330000", lon=120.0, lat=30.0),
            region("330200", "乙市", "330000", lon=121.0, lat=30.0),
        ],
        chains=[chain("wind", "风电", sector="新能源"), chain("sun", "光伏")],
        links=[
            link("wind.steel", "upstream", keywords=["钢板"]),
            link("wind.blade"),
            link("wind.turbine", "downstream"),
            link("sun.cell"),
        ],
        feeds=[feed("wind.steel", "wind.blade"), feed("wind.blade", "wind.turbine")],
        firms=[
            firm("甲整机厂", "330100", tags=["链主"]),
            firm("乙叶片厂", "330200", aliases=["乙叶"], uscc="91330000142913043H"),
            firm(EVIL, "330200", products=["叶片"]),
            firm("@丙钢厂", "330200", stock_code="600001", employees=500),
        ],
        positions=[
            position("甲整机厂", "wind.turbine", role="leader"),
            position("乙叶片厂", "wind.blade", 0.9, evidence="[red]主营[/red]叶片"),
            position(EVIL, "wind.blade", 0.4),
            position("@丙钢厂", "wind.steel"),
        ],
        ties=[tie("甲整机厂", "customer_of", "乙叶片厂", weight=0.8)],
        events=[event("乙叶片厂", "330100", "wind.blade", "2021-03", amount=3.0)],
    )
    return path / "world.duckdb"


@pytest.fixture
def cli(world: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """``cli("gaps", "--region", "甲市")`` → exit code, standard output, standard error."""
    monkeypatch.setenv("CHAINSCOUT_STORE", str(world))
    # The world never changes: reading it once instead of for each of some hundred commands.
    monkeypatch.setattr(State, "snapshot", _kept)

    def call(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return call
