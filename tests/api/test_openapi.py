"""Odd input for every operation of the OpenAPI document: no fault, no answer it does not name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.access import check_rules
from api.config import Config
from chainscout.web import create_site
from tests.api.people import with_users
from tests.factory import chain, feed, firm, link, position, region, store, tie

EXAMPLES = 12
Operation = schemathesis.APIOperation[Any, Any, Any, Any]


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> schemathesis.BaseSchema:
    """The document of a site whose caller is an editor."""
    path: Path = tmp_path_factory.mktemp("openapi")
    store(
        path,
        regions=[region("370000", "山东省"), region("370500", "东营市", "370000"),
                 region("370200", "青岛市", "370000")],
        chains=[chain("wind", "海上风电装备")],
        links=[link("wind.钢", "upstream"), link("wind.叶片", "downstream")],
        feeds=[feed("wind.钢", "wind.叶片")],
        firms=[firm("甲钢", "370500"), firm("明阳智能", "370200", products=["叶片"])],
        positions=[position("甲钢", "wind.钢"), position("明阳智能", "wind.叶片")],
        ties=[tie("甲钢", "supplies", "明阳智能")],
    )  # fmt: skip
    place = path / "world.duckdb"
    keys = with_users(f"{place}.workspace.db")
    app = create_site(Config(str(place), login=True))
    check_rules(app)
    made = schemathesis.openapi.from_asgi("/openapi.json", app)
    made.config.headers = {"Authorization": f"Bearer {keys['editor']}"}
    return made


RUN = settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]


def operations(schema: schemathesis.BaseSchema) -> list[Operation]:
    """All operations of the document, which has to be a right one."""
    found = []
    for one in schema.get_all_operations():
        assert isinstance(one, Ok), one
        found.append(one.ok())
    return found


def try_out(operation: Operation) -> set[int]:
    """Send odd input to one operation; the statuses it answered."""
    seen: set[int] = set()

    @RUN
    @given(case=operation.as_strategy())
    def odd(case: Any) -> None:
        answer = case.call()
        assert answer.status_code < 500, answer.text
        case.validate_response(answer, checks=CHECKS)
        seen.add(answer.status_code)

    odd()
    return seen


def test_no_fault_and_no_answer_that_is_not_named(schema: schemathesis.BaseSchema) -> None:
    seen: dict[str, set[int]] = {}
    wrong: dict[str, str] = {}
    for operation in operations(schema):
        try:
            seen[operation.label] = try_out(operation)
        except (AssertionError, FailureGroup, Failure) as error:
            wrong[operation.label] = str(error)[:2000]
    assert not wrong, "\n\n".join(f"{k}: {v}" for k, v in wrong.items())
    assert len(seen) > 30


def test_every_operation_is_explained(schema: schemathesis.BaseSchema) -> None:
    for operation in operations(schema):
        raw = operation.definition.raw
        assert raw.get("summary"), operation.label
        assert raw.get("tags"), operation.label


def test_the_examples_of_the_document_are_answered(schema: schemathesis.BaseSchema) -> None:
    answered = 0
    for operation in operations(schema):
        raw = operation.definition.raw
        asked = [p for p in raw.get("parameters", []) if p["in"] == "query" and p["required"]]
        if operation.method != "get" or "{" in operation.path or not asked:
            continue
        query = {p["name"]: p["schema"]["examples"][0] for p in asked}
        answer = operation.Case(query=query).call(headers=schema.config.headers)
        assert answer.status_code == 200, (operation.label, answer.text)
        answered += 1
    assert answered >= 4
