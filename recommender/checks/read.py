"""Check lists from YAML files."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from graph.complaints import complaint, place
from recommender.checks.model import CheckList, CheckListInvalid

EXAMPLE = "example"
"""The name under which the bundled example list is asked for."""


def read_checks(source: str | Path) -> CheckList:
    """The list in a YAML file, or the bundled one by its name :data:`EXAMPLE`.

    Raises:
        CheckListInvalid: the file cannot be read or says something a list cannot be.
    """
    try:
        if str(source) == EXAMPLE:
            text = resources.files(__package__).joinpath("example.yaml").read_text("utf-8")
        else:
            text = Path(source).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CheckListInvalid(f"{source}：准入清单读不了（{error}）") from error
    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise CheckListInvalid(f"{source}：不是合格的 YAML（{error}）") from error
    if not isinstance(given, dict):
        raise CheckListInvalid(f"{source}：应有 name 和 checks 两项，见自带示例（{EXAMPLE}）")
    return _checked(source, given)


def _checked(source: str | Path, given: dict[str, Any]) -> CheckList:
    try:
        return CheckList.model_validate({"name": Path(source).stem, **given})
    except ValidationError as error:
        first = error.errors()[0]
        items = given.get("checks") or []
        where = place(first["loc"])
        if len(first["loc"]) > 1 and isinstance(first["loc"][1], int):
            line = items[first["loc"][1]]
            name = line.get("item") if isinstance(line, dict) else None
            inside = place(first["loc"][2:])
            where = f"第 {first['loc'][1] + 1} 项「{name or '（未命名）'}」{inside}"
        raise CheckListInvalid(f"{source}：{where}：{complaint(first)}") from error
