"""Parameters and bodies that are not as the document says: which, what was found, what is allowed.

A parameter that a route does not know is refused as well. One that is passed over in silence lets
the caller believe that it did something.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel

from graph.complaints import complaint, place

_WHERE = {
    "query": "查询参数", "path": "地址中的", "body": "请求体",
    "header": "请求头", "cookie": "Cookie",
}  # fmt: skip


def explained_errors(request: Request, error: Exception) -> list[dict[str, Any]]:
    """One row for each thing that is wrong with `request`.

    Returns:
        ``where`` (a path with dots), ``loc`` (the same in parts), ``code`` (pydantic's type),
        ``message`` in Chinese, ``english`` as pydantic has it.
    """
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    route = request.scope.get("route")
    return [_row(route if isinstance(route, APIRoute) else None, one) for one in found]


def _row(route: APIRoute | None, one: dict[str, Any]) -> dict[str, Any]:
    loc = list(one["loc"])
    choices = _choices(route, loc) if route and one["type"] == "extra_forbidden" else ()
    return {
        "where": ".".join(str(part) for part in loc),
        "loc": loc,
        "code": one["type"],
        "message": f"{_named(one, loc)}：{complaint(one, choices)}",
        "english": one["msg"],
    }


def _named(one: dict[str, Any], loc: Sequence[str | int]) -> str:
    source = _WHERE.get(str(loc[0]), "") if loc else ""
    if one["type"] == "json_invalid":
        return f"{source}第 {int(loc[-1]) + 1} 个字符处"
    rest = place(loc[1:] if source else loc)
    return f"{source} {rest}".strip()


def _choices(route: APIRoute, loc: Sequence[str | int]) -> Sequence[str]:
    """The names that could have stood where an unknown one stands."""
    if loc[0] == "query":
        return parameters(route.dependant)
    model: Any = route.body_field.field_info.annotation if route.body_field else None
    for part in loc[1:-1]:
        model = _model(model)
        if model is not None and isinstance(part, str):
            field = model.model_fields.get(part)
            model = field.annotation if field else None
    model = _model(model)
    return list(model.model_fields) if model else ()


def _model(annotation: Any) -> type[BaseModel] | None:
    """The model in an annotation: ``X``, ``X | None``, ``list[X]``, ``tuple[X, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model(arg))), None)


def parameters(dependant: Dependant) -> tuple[str, ...]:
    """Names of the query parameters of a route, in the order of the document."""
    return tuple(dict.fromkeys(_parameters(dependant)))


def _has_model(dependant: Dependant) -> bool:
    """Whether a model takes the parameters, which says itself what it does not know."""
    return any(_model(field.field_info.annotation) for field in dependant.query_params)


def _parameters(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        model = _model(field.field_info.annotation)
        if model is None:
            yield field.alias
        else:
            yield from (inner.alias or name for name, inner in model.model_fields.items())
    for part in dependant.dependencies:
        yield from _parameters(part)


class OnlyKnown:
    """The dependency that refuses query parameters which a route does not know."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], frozenset[str]] = {}

    async def __call__(self, request: Request) -> None:
        """Raises RequestValidationError."""
        route: APIRoute = request.scope["route"]
        if not request.query_params or _has_model(route.dependant):
            return
        key = (request.method, route.path)
        if key not in self._known:
            self._known[key] = frozenset(parameters(route.dependant))
        errors = [
            {"type": "extra_forbidden", "loc": ("query", name), "input": value,
             "msg": "Extra inputs are not permitted"}
            for name, value in request.query_params.items() if name not in self._known[key]
        ]  # fmt: skip
        if errors:
            raise RequestValidationError(errors)


__all__ = ["OnlyKnown", "explained_errors", "parameters"]
