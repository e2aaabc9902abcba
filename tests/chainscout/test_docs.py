"""The reference pages are what the program says, and nothing is missing from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from chainscout.cli.app import COMMANDS, GROUPS, commands_of
from chainscout.docs import PAGES
from chainscout.settings import SETTINGS
from graph.schema import TABLES


@pytest.mark.parametrize("page", PAGES)
def test_committed_pages_are_the_generated_ones(page: str, root: Path) -> None:
    committed = (root / "docs" / "reference" / page).read_text("utf8")
    assert committed == PAGES[page](), "run: python -m chainscout.docs"


def test_every_command_table_column_and_setting_is_documented() -> None:
    text = {page: make() for page, make in PAGES.items()}
    for name, _, _ in COMMANDS:
        assert f"\n## {name}\n" in text["commands.md"]
    for group, _ in GROUPS:
        assert f"\n## {group}\n" in text["commands.md"]
        for name, _, _ in commands_of(group):
            assert f"\n### {group} {name}\n" in text["commands.md"]
    for option in ("--store", "--queries", "--strict", "--mapping", "--rejects", "--format"):
        assert f"`{option}`" in text["commands.md"]
    for table in TABLES.values():
        part = text["tables.md"].split(f"\n## {table.name} ")[1].split("\n## ")[0]
        for column in table.inputs:
            assert f"| `{column.name}`" in part, f"{table.name}.{column.name}"
    for setting in SETTINGS:
        assert f"`{setting.variable}`" in text["settings.md"]
