"""Files in: upload, progress, summary, rejected rows."""

from __future__ import annotations

import shutil
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response
from starlette.concurrency import run_in_threadpool

from api import workschemas as shapes
from api.access import needs
from api.deps import DeskDep, JobsDep, desk
from api.jobs import Job, Jobs, JobUnknown
from api.paging import AllOrLimit, Cursor, page_behind
from api.rejected import rejects_file
from api.uploads import UploadRefused, keep_mapping, keep_uploads
from graph.lookup import region_code
from graph.regions import Divisions
from ingest.mapping import shipped
from workspace import Role
from workspace.errors import NotAllowed

router = APIRouter(tags=["数据"])
_UPLOAD: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
                    "mapping": {"type": "string", "description": "自带映射的名称"},
                    "mapping_file": {
                        "type": "string",
                        "format": "binary",
                        "description": "自己的映射文件（YAML），优先于 mapping",
                    },
                    "region": {
                        "type": "string",
                        "description": "没有写所在地的企业都在哪个地区（代码或名称）",
                    },
                    "strict": {"type": "string", "enum": ["true", "false"]},
                },
            }
        }
    },
}


@router.post(
    "/ingest",
    response_model=shapes.JobRow,
    status_code=202,
    summary="上传并导入",
    dependencies=[needs(Role.editor)],
    openapi_extra={"requestBody": _UPLOAD},
)
async def ingest(request: Request) -> Any:
    """Load files (CSV, Excel, Parquet, JSON lines); the answer is a job to be asked about.

    Facts belong to all regions: who is confined to some may not load.
    """
    return (await take_files(request)).to_dict()


async def take_files(request: Request) -> Job:
    """The files of a form, loaded in a job of their own.

    Raises:
        UploadRefused: no file, or one of a kind that cannot be read.
        NotAllowed: the caller is confined to some regions.
        Unknown, Ambiguous: the region given is none, or several.
    """
    here, jobs = await run_in_threadpool(desk, request), request.app.state.jobs
    assert isinstance(jobs, Jobs)
    if here.actor.regions:
        raise NotAllowed("导入会改动全部地区的数据，您的权限限于部分地区；请联系管理员")
    form = await request.form(max_files=50, max_fields=20)
    mapping = _shipped(str(form.get("mapping") or "").strip() or None)
    region = str(form.get("region") or "").strip()
    code = region_code(Divisions.national(), region) if region else None
    folder = await run_in_threadpool(jobs.new_folder)
    try:
        names = await keep_uploads(form.getlist("file"), folder / "files")
        mapping = await keep_mapping(form.get("mapping_file"), folder) or mapping
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    strict = str(form.get("strict") or "") in {"true", "on", "1"}
    job = await run_in_threadpool(
        lambda: jobs.start(folder, here.actor.name, mapping=mapping, strict=strict, region=code)
    )
    await run_in_threadpool(here.did, "ingest", "job", job.id, files=names)
    return job


def _shipped(mapping: str | None) -> str | None:
    """The name of a mapping that comes with the product; a file of the server is none."""
    if mapping is not None and mapping not in shipped():
        raise UploadRefused(f"没有自带映射「{mapping[:60]}」；可用：{'、'.join(sorted(shipped()))}")
    return mapping


@router.get(
    "/ingest",
    response_model=shapes.JobList,
    summary="导入任务",
    dependencies=[needs(Role.editor)],
)
def all_jobs(jobs: JobsDep, limit: AllOrLimit = None, cursor: Cursor = None) -> Any:
    """Loads, the newest first."""
    found = jobs.all()
    page, following = page_behind(found, lambda job: job.id, limit, cursor)
    return {"jobs": [job.to_dict() for job in page], "total": len(found), "next": following}


@router.get(
    "/ingest/{job}",
    response_model=shapes.JobRow,
    summary="导入进度与结果",
    dependencies=[needs(Role.editor)],
)
def one_job(jobs: JobsDep, job: str) -> Any:
    """Progress of a load; once done, its summary."""
    return jobs.get(job).to_dict()


@router.get(
    "/ingest/{job}/rejects",
    summary="退回的行",
    dependencies=[needs(Role.editor)],
    response_class=FileResponse,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def rejects(
    jobs: JobsDep,
    here: DeskDep,
    job: str,
    kind: Annotated[Literal["xlsx", "csv", "jsonl"], Query(alias="format")] = "xlsx",
) -> Response:
    """The rejected rows of a load with their reasons, as a file to be mended and sent back."""
    kept = jobs.rejects(job)
    if kept is None:
        raise JobUnknown(f"导入任务 {job} 没有退回的行")
    content = rejects_file(kept, kind)
    here.exported("rejects", job, content, f"rejects.{kind}")
    headers = {"Content-Disposition": f'attachment; filename="rejects.{kind}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


__all__ = ["router", "take_files"]
