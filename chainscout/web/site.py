"""The start page: a region and a chain in, 有什么 / 缺什么 / 找谁 out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, FastAPI, Query
from fastapi.responses import HTMLResponse, Response

from api import listing
from api.app import create_app
from api.deps import HolderDep
from api.problems import kind_of
from chainscout import answers
from chainscout.output import Document, render
from chainscout.output.page import environment
from graph import Snapshot
from graph.lookup import LookupProblem

_OFFICE = "application/vnd.openxmlformats-officedocument"
_TYPES = {
    "xlsx": ("Excel 工作簿", f"{_OFFICE}.spreadsheetml.sheet"),
    "docx": ("Word 文档", f"{_OFFICE}.wordprocessingml.document"),
    "html": ("网页（可打印）", "text/html; charset=utf-8"),
    "csv": ("CSV", "text/csv; charset=utf-8"),
    "json": ("JSON", "application/json"),
}
# Pages run no script and load nothing; a cell from the data can therefore do nothing either.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Query(max_length=100)]
Count = Annotated[int, Query(ge=1, le=200)]


def create_site(store_uri: str, *, reload_seconds: float = 1.0) -> FastAPI:
    """The HTTP face with the pages. Raises StoreError when the store cannot be read."""
    app = create_app(store_uri, reload_seconds=reload_seconds)
    app.include_router(router)
    return app


@dataclass(frozen=True)
class _Asked:
    region: str
    chain: str
    top: int

    def answer(self, snapshot: Snapshot) -> Document:
        query = answers.Query(region=self.region, chain=self.chain, top=self.top)
        return answers.targets(snapshot, query, whole=True)

    @property
    def query(self) -> str:
        return urlencode({"region": self.region, "chain": self.chain, "top": self.top})


@router.get("/", response_class=HTMLResponse)
def start(holder: HolderDep, region: Text = "", chain: Text = "", top: Count = 20) -> HTMLResponse:
    """The form, and under it the answer where something was asked."""
    snapshot, asked = holder.snapshot, _Asked(region.strip(), chain.strip(), top)
    document, problem, status = None, None, 200
    if asked.region and asked.chain:
        try:
            document = asked.answer(snapshot)
        except LookupProblem as error:
            kind = kind_of(error)
            problem, status = str(error), kind.status if kind else 404
    elif asked.region or asked.chain:
        problem, status = "请同时给出地区和产业链", 422
    page = environment().get_template("start.html")
    return HTMLResponse(page.render(_view(snapshot, asked, document, problem)), status, _HEADERS)


def _view(
    snapshot: Snapshot, asked: _Asked, document: Document | None, problem: str | None
) -> dict[str, Any]:
    return {
        "region": asked.region,
        "chain": asked.chain,
        "top": asked.top,
        "query": asked.query,
        "document": document,
        "problem": problem,
        "chains": snapshot.once("web.chains", listing.chains),
        "firms": f"{len(snapshot.firms):,}",
        "data_version": snapshot.data_version,
        "created": snapshot.version.created,
        "downloads": [(name, label) for name, (label, _) in _TYPES.items()],
    }


@router.get("/download")
def download(
    holder: HolderDep,
    region: Text,
    chain: Text,
    kind: Annotated[str, Query(alias="format", pattern="^(xlsx|docx|html|csv|json)$")],
    top: Count = 20,
) -> Response:
    """The same answer as a file."""
    document = _Asked(region, chain, top).answer(holder.snapshot)
    name = quote(f"{document.title.replace(' ', '_')}.{kind}")
    headers = {**_HEADERS, "Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(render(document, f".{kind}"), media_type=_TYPES[kind][1], headers=headers)


__all__ = ["create_site"]
