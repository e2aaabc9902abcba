"""What is kept of a version beside the store gives the same snapshot, and is never needed."""

from __future__ import annotations

import logging
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

import graph.snapshot
from graph.kept import Kept
from graph.snapshot import Snapshot
from graph.store import Store
from tests.factory import chain, event, firm, link, position, region, rows, store, tie


@dataclass(frozen=True)
class Numbers:
    """A part of its own."""

    values: npt.NDArray[np.int64]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(graph.snapshot, "WORTH", 1)
    return store(
        tmp_path,
        regions=[region("330000", "浙江省"), region("330900", "舟山市", "330000")],
        chains=[chain("wind")],
        links=[link("wind.blade"), link("wind.tower")],
        firms=[firm("甲", "330900", tags=["上市"], status="存续"), firm("乙", employees=5)],
        positions=[position("甲", "wind.blade", 0.4), position("乙", "wind.tower", None)],
        ties=[tie("甲", "supplies", "乙")],
        events=[event("甲", "330900", "wind.blade", "2021-07")],
    )


def folders(made: Store) -> list[Path]:
    return sorted(Path(made.uri + ".versions").glob("*.kept-*"))


def columns(snapshot: Snapshot, name: str) -> dict[str, Any]:
    part = getattr(snapshot, name)
    found = {f.name: getattr(part, f.name) for f in fields(part) if f.repr}
    return {
        name: value.tolist() if isinstance(value, np.ndarray) else value.to_pylist()
        for name, value in found.items()
    }


def test_a_kept_version_opens_with_the_same_columns(world: Store) -> None:
    built = world.snapshot()
    built.keep()
    mapped = world.snapshot()
    assert isinstance(mapped.firms.ids, pa.Array)
    assert mapped.firms.region.flags.writeable is False
    for name in ("firms", "positions", "ties", "events"):
        assert repr(columns(mapped, name)) == repr(columns(built, name))
    assert mapped.firms.tagged("上市").tolist() == built.firms.tagged("上市").tolist()


def test_what_was_derived_is_taken_from_disk_by_the_next(world: Store) -> None:
    calls: list[int] = []

    def compute(_: Snapshot) -> Numbers:
        calls.append(1)
        return Numbers(np.arange(3))

    first = world.snapshot()
    assert first.lasting("numbers", Numbers, compute) is first.lasting("numbers", Numbers, compute)
    first.keep()
    assert world.snapshot().lasting("numbers", Numbers, compute).values.tolist() == [0, 1, 2]
    assert len(calls) == 1


def test_a_new_version_has_files_of_its_own_and_the_old_ones_go(world: Store) -> None:
    world.snapshot().keep()
    (before,) = folders(world)
    with world.write() as writer:
        writer.put("firms", rows("firms", firm("丙", "330900")))
    snapshot = world.snapshot()
    assert snapshot.firms.ids.to_pylist() == ["丙", "乙", "甲"]
    snapshot.keep()
    (after,) = folders(world)
    assert after.name[:6] == "000002"
    assert after != before
    assert world.snapshot().firms.ids.to_pylist() == ["丙", "乙", "甲"]


@pytest.mark.parametrize("damage", ["cut", "garbage", "list", "gone"])
def test_a_broken_file_is_computed_again(
    world: Store, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    world.snapshot().keep()
    (folder,) = folders(world)
    file = folder / "firms.ids"
    content = file.read_bytes()
    match damage:
        case "cut":
            file.write_bytes(content[:-9])
        case "garbage":
            file.write_bytes(b"x" * len(content))
        case "list":
            (folder / "firms.json").write_text("{", encoding="utf-8")
        case "gone":
            file.unlink()
    with caplog.at_level(logging.WARNING):
        assert world.snapshot().firms.ids.to_pylist() == ["乙", "甲"]
    assert damage == "gone" or "computed again" in caplog.text


def test_a_folder_that_cannot_be_written_is_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        Kept(tmp_path / "file" / "kept").put({"numbers": Numbers(np.arange(3))})
    assert "nothing is kept" in caplog.text


def test_a_small_store_keeps_nothing(tmp_path: Path) -> None:
    made = store(tmp_path, firms=[firm("甲")])
    made.snapshot().keep()
    assert folders(made) == []
