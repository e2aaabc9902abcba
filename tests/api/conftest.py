"""The application over a small store, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from tests.factory import chain, feed, firm, link, position, region, store


@pytest.fixture(scope="session")
def uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """steel → blade; 甲市 has steel, two firms of 乙市 make blades; two regions called 丙."""
    path: Path = tmp_path_factory.mktemp("api")
    store(
        path,
        regions=[
            region("330000", "浙江省"), region("330100", "甲市", "330000"),
            region("330200", "乙市", "330000"), region("330101", "丙区", "330100"),
            region("330201", "丙区", "330200"),
        ],
        chains=[chain("wind", "风电")],
        links=[link("wind.steel", "upstream"), link("wind.blade", "downstream")],
        feeds=[feed("wind.steel", "wind.blade")],
        firms=[firm("甲钢", "330100"), firm("乙叶一厂", "330200", aliases=["乙一"]),
               firm("乙叶二厂", "330200", stock_code="600002")],
        positions=[position("甲钢", "wind.steel"), position("乙叶一厂", "wind.blade"),
                   position("乙叶二厂", "wind.blade", 0.5)],
    )  # fmt: skip
    return str(path / "world.duckdb")


@pytest.fixture(scope="session")
def client(uri: str) -> Iterator[TestClient]:
    with TestClient(create_app(uri), raise_server_exceptions=False) as made:
        yield made
