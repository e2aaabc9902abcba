"""Settings: defaults, what a variable may hold, where a value comes from."""

from __future__ import annotations

import pytest

from chainscout.settings import SETTINGS, SettingInvalid, table, value


def test_every_default_is_what_its_own_setting_accepts() -> None:
    for setting in SETTINGS:
        assert setting.parse(str(setting.default)) == setting.default, setting.name
        assert setting.help, setting.name


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [("top", "5", 5), ("top", "", 20), ("format", "csv", "csv"), ("debug", "1", True),
     ("reload_seconds", "0.5", 0.5)],
)  # fmt: skip
def test_values(name: str, text: str, expected: object) -> None:
    assert value(name, {f"CHAINSCOUT_{name.upper()}": text}) == expected


@pytest.mark.parametrize(
    ("name", "text"), [("top", "0"), ("top", "x"), ("format", "pdf"), ("debug", "perhaps")]
)
def test_what_a_setting_cannot_be(name: str, text: str) -> None:
    with pytest.raises(SettingInvalid, match=f"CHAINSCOUT_{name.upper()}"):
        value(name, {f"CHAINSCOUT_{name.upper()}": text})


def test_the_table_says_where_a_value_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINSCOUT_TOP", "7")
    rows = {row["name"]: row for row in table()}
    assert (rows["top"]["value"], rows["top"]["origin"]) == (7, "环境变量")
    assert rows["port"]["origin"] == "默认"


def test_a_password_is_used_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINSCOUT_NEO4J_PASSWORD", "geheim-123")
    assert value("neo4j_password") == "geheim-123"
    (row,) = (row for row in table() if row["name"] == "neo4j_password")
    assert (row["value"], row["origin"]) == ("已设置", "环境变量")
    assert "geheim-123" not in str(table())
