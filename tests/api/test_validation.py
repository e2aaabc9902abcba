"""What is wrong with a request is said in Chinese, with the words of programs beside it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from pydantic import BaseModel, ValidationError
from pydantic_core._pydantic_core import list_all_errors

from api.validation import parameters
from graph.complaints import ALLOWED, complaint, found_text, place

V1 = "/api/v1"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Errors that only Python objects, not JSON or addresses, can have.
PYTHON_ONLY = re.compile(
    r"no_such|needs_python|frozen_instance|get_attribute|exact|named_tuple|default_factory|depth|"
    r"frozen_dict|ordered_dict|counter|value_error|assertion|sentinel|ellipsis|is_instance|"
    r"is_subclass|callable|arguments|argument|fraction|complex"
)

CASES: list[tuple[str, str, dict[str, Any], str, str, str]] = [
    ("get", "/gaps", {}, "query.region", "missing", "查询参数 region：必填，没有给出"),
    ("get", "/recommend?chain=wind&top=0", {}, "query.top", "greater_than_equal",
     "查询参数 top：不能小于 1，收到「0」"),
    ("get", "/recommend?chain=wind&top=十", {}, "query.top", "int_parsing",
     "查询参数 top：应为整数，收到「十」"),
    ("get", "/recommend?chain=wind&known=all", {}, "query.known", "literal_error",
     "查询参数 known：只能是 without、only，收到「all」"),
    ("get", "/recommend?chain=wind&stability=maybe", {}, "query.stability", "bool_parsing",
     "查询参数 stability：应为是或否（true、false），收到「maybe」"),
    ("get", "/regions?level=city", {}, "query.level", "literal_error",
     "查询参数 level：只能是 province、prefecture、county，收到「city」"),
    ("get", f"/firms?q={'甲' * 101}", {}, "query.q", "string_too_long",
     "查询参数 q：至多 100 个字，收到「" + "甲" * 40 + "…」（共 101 个字）"),
    ("get", "/contacts?since=昨天", {}, "query.since", "date_from_datetime_parsing",
     "查询参数 since：应为日期，写作 2026-03-05，收到「昨天」"),
    ("get", "/lists/一", {}, "path.ident", "int_parsing", "地址中的 ident：应为整数，收到「一」"),
    ("post", "/recommend", {"json": {"tops": 1}}, "body.tops", "extra_forbidden",
     "请求体 tops：没有这一项，可用：region、chain、link、top、known、product、model、park、"
     "max_per_group、max_per_link、stability、weights、checks"),
    ("post", "/recommend", {"json": {"weights": {"fit": "多"}}}, "body.weights.fit",
     "float_parsing", "请求体 weights.fit：应为数字，收到「多」"),
    ("post", "/recommend", {"json": {"chain": "wind", "weights": {"zz": 1}}}, "body.weights",
     "value_error", "请求体 weights：没有名为 zz 的信号；可设：fit、"),
    ("post", "/recommend", {"json": {"checks": {"name": "a", "checks": [{"item": "x"}]}}},
     "body.checks.checks.0.of", "missing", "请求体 checks.checks[0].of：必填，没有给出"),
    ("post", "/recommend", {"json": {"checks": {"checks": [{"of": ["revenue"], "itme": "x"}]}}},
     "body.checks.checks.0.itme", "extra_forbidden",
     "请求体 checks.checks[0].itme：没有这一项，可用：item、of、group、"),
    ("post", "/recommend", {"json": [1]}, "body", "model_attributes_type",
     "请求体：应为含有字段的对象，收到 列表（1 项）"),
    ("post", "/recommend", {"content": "{a", "headers": {"content-type": "application/json"}},
     "body.1", "json_invalid", "请求体第 2 个字符处：不是合格的 JSON"),
    ("post", "/resolve", {"json": {"names": []}}, "body.names", "too_short",
     "请求体 names：至少要有 1 项，现有 0 项"),
    ("post", "/resolve", {"json": {"names": [{"name": 3}]}}, "body.names.0.name", "string_type",
     "请求体 names[0].name：应为文字，收到 3"),
    ("post", "/resolve", {"json": {"names": "甲"}}, "body.names", "list_type",
     "请求体 names：应为一组值（列表），收到「甲」"),
    ("post", "/projects", {"json": {"name": "  "}}, "body.name", "string_too_short",
     "请求体 name：至少 1 个字，收到「  」"),
    ("post", "/projects", {"json": {"name": "甲", "due": "明天"}}, "body.due",
     "value_error", "请求体 due：日期应写作 2026、2026-03 或 2026-03-05，收到「明天」"),
    ("post", "/projects", {"json": {"name": "甲", "amount": -1}}, "body.amount",
     "greater_than_equal", "请求体 amount：不能小于 0，收到 -1"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "sent", "where", "code", "message"), CASES)
def test_what_is_wrong_is_said_in_chinese(
    client: TestClient, method: str, path: str, sent: dict[str, Any], where: str, code: str,
    message: str,
) -> None:  # fmt: skip
    answer = client.request(method, V1 + path, **sent)
    assert answer.status_code == 422
    body = answer.json()
    (found,) = [row for row in body["errors"] if row["where"] == where]
    assert found["code"] == code
    assert found["message"].startswith(message)
    assert found["message"] in body["detail"]
    assert ".".join(map(str, found["loc"])) == where
    assert found["english"]


def test_many_faults_are_counted(client: TestClient) -> None:
    body = client.post(f"{V1}/recommend", json=dict.fromkeys("abcde", 1)).json()
    assert len(body["errors"]) == 5
    assert body["detail"].endswith("；另有 2 处")


@pytest.mark.parametrize("kind", [one["type"] for one in list_all_errors()])
def test_every_usual_error_of_pydantic_has_chinese_words(kind: str) -> None:
    if kind in ALLOWED:
        assert CHINESE.search(ALLOWED[kind])
    else:
        assert PYTHON_ONLY.search(kind), kind


def test_words_take_what_the_error_knows() -> None:
    class Limits(BaseModel):
        """Two fields."""

        share: float
        days: tuple[int, ...] = ()

    with pytest.raises(ValidationError) as raised:
        Limits.model_validate({"share": "x", "days": [1, "y"]})
    assert [(place(e["loc"]), complaint(e)) for e in raised.value.errors()] == [
        ("share", "应为数字，收到「x」"),
        ("days[1]", "应为整数，收到「y」"),
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "空值"), (True, "true"), (1.5, "1.5"), ("", "「」"),
     ([1], "列表（1 项）"), ({}, "对象"), (object(), "")],
)  # fmt: skip
def test_what_was_found_is_shown_short(value: object, shown: str) -> None:
    assert found_text(value) == shown


def test_no_route_passes_over_a_parameter_it_does_not_know(client: TestClient) -> None:
    tried = 0
    for context in iter_route_contexts(client.app.routes):  # type: ignore[attr-defined]
        path = str(getattr(context, "path", ""))
        if not path.startswith(V1) or "GET" not in (getattr(context, "methods", None) or ()):
            continue
        filled = re.sub(r"\{[^}]*\}", "1", path)
        answer = client.get(filled, params={"nonsense": "1"})
        assert answer.status_code == 422, path
        found = [row for row in answer.json()["errors"] if row["where"] == "query.nonsense"]
        assert found, path
        route = getattr(context, "route", None) or getattr(context, "original_route", None)
        if isinstance(route, APIRoute) and parameters(route.dependant):
            assert parameters(route.dependant)[0] in found[0]["message"]
        tried += 1
    assert tried > 20
