"""The description of the HTTP face: the OpenAPI document and a page to read and try it, offline."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import fastapi_offline
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response

from api.access import ANYBODY, needs
from workspace import Role

ABOUT = (
    "产业链招商的三个问题：有什么、缺什么、找谁。分值均为 0–1；未知为 null，不是 0。"
    "每个答案都写明所依据的数据版本（data_version），ETag 随数据版本变化。"
    "除本机演示外，请求须带接口密钥：`Authorization: Bearer cs_…`。"
    "出错时返回 application/problem+json（RFC 9457），code 供程序判断，title、detail 供人阅读。"
)
TAGS = [
    {"name": "现状", "description": "有什么：产业链、环节、地区、企业"},
    {"name": "分析", "description": "缺什么、找谁、为什么、怎么对接"},
    {"name": "文本", "description": "名称对到企业、产品文字归到环节、报道中取出项目"},
    {"name": "数据", "description": "上传、导入、退回的行"},
    {"name": "清单", "description": "目标企业清单"},
    {"name": "项目", "description": "招商项目"},
    {"name": "系统", "description": "版本、概况、状态"},
]
_ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>程序接口 · chainscout</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><main id="swagger-ui"></main>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script>
</body></html>"""
_START = """"use strict";
SwaggerUIBundle({ url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true,
  validatorUrl: null, tryItOutEnabled: true, docExpansion: "list" });
"""
_HEADERS = {
    # The page styles itself; scripts and data come from this server alone.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
}

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json", dependencies=[needs(ANYBODY)])
def document(request: Request) -> JSONResponse:
    """The OpenAPI document; it says nothing about the data."""
    return JSONResponse(request.app.openapi())


@router.get("/docs", dependencies=[needs(Role.viewer)])
def page() -> HTMLResponse:
    """The document as a page."""
    return HTMLResponse(_PAGE, headers=_HEADERS)


@router.get("/docs/start.js", dependencies=[needs(ANYBODY)])
def start() -> Response:
    """What starts the page."""
    return Response(_START, media_type="text/javascript", headers=_HEADERS)


@router.get("/docs/{name}", dependencies=[needs(ANYBODY)])
def asset(name: str) -> FileResponse:
    """A file of the page, as the package fastapi-offline brings it."""
    if name not in _ASSETS:
        raise HTTPException(404)
    path = Path(str(resources.files(fastapi_offline))) / "static" / name
    return FileResponse(path, media_type=_ASSETS[name], headers=_HEADERS)


__all__ = ["ABOUT", "TAGS", "router"]
