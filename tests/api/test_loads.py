"""Files in over HTTP: jobs, rejected rows, names that mean harm, sizes."""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.config import Config
from api.jobs import STATE, Job, Jobs, JobUnknown, save
from api.rejected import mend, read_rejects
from api.uploads import safe_name
from tests.factory import chain, link, region, store

V1 = "/api/v1"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    path = tmp_path_factory.mktemp("loads")
    store(path, regions=[region("330000", "浙江省")], chains=[chain("wind", "风电")],
          links=[link("wind.blade")])  # fmt: skip
    place = str(path / "world.duckdb")
    return create_app(Config(place, upload_limit=1 << 20, body_limit=1 << 16, reload_seconds=0.0))


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def loaded(client: TestClient, files: Any, **form: str) -> dict[str, Any]:
    answer = client.post(f"{V1}/ingest", files=files, data=form)
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = {}
    for _ in range(600):
        job = client.get(f"{V1}/ingest/{answer.json()['id']}").json()
        if job["status"] in {"done", "failed"}:
            return job
        time.sleep(0.1)
    raise AssertionError(job)


def test_an_upload_becomes_a_version_and_its_bad_rows_come_back(client: TestClient) -> None:
    table = "企业名称,所在地\n甲公司,浙江省\n,浙江省\n".encode()
    job = loaded(client, {"file": ("企业.csv", table)})
    assert job["status"] == "done"
    assert job["summary"]["tables"]["firms"]["rejected"] == 1
    assert job["summary"]["rejects_file"] == "rejects"
    book = client.get(f"{V1}/ingest/{job['id']}/rejects?format=xlsx")
    assert zipfile.is_zipfile(io.BytesIO(book.content))
    text = client.get(f"{V1}/ingest/{job['id']}/rejects?format=csv").content.decode("utf-8-sig")
    assert "缺少必填的「企业名称」" in text
    for _ in range(100):
        if client.get(f"{V1}/firms?q=甲公司").json()["total"] == 1:
            return
        time.sleep(0.1)
    raise AssertionError("the new version was not taken up")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("某表.csv", b"a,b\n1,2\n", "认不出是哪张标准表"),
        ("企业.xlsx", b"not a workbook", "企业.xlsx"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_and_not_where(
    client: TestClient, app: FastAPI, name: str, content: bytes, said: str
) -> None:
    job = loaded(client, {"file": (name, content)})
    assert job["status"] == "failed"
    assert said in job["problem"]
    assert str(app.state.folder) not in json.dumps(job, ensure_ascii=False)


OWN = """
name: own
sources:
  - columns: [corp, place]
    tables:
      - table: firms
        columns: {name: corp, region: place}
"""


def test_an_own_mapping_comes_with_the_files(client: TestClient, app: FastAPI) -> None:
    table = ("export.csv", "corp,place\n丙公司,浙江省\n".encode())
    job = loaded(client, {"file": table, "mapping_file": ("mine.yaml", OWN.encode())})
    assert (job["status"], job["mapping"]) == ("done", "mine.yaml")
    assert job["summary"]["tables"]["firms"]["accepted"] == 1
    broken = loaded(client, {"file": table, "mapping_file": ("mine.yaml", b"sources: 3")})
    assert broken["status"] == "failed"
    assert "映射文件应有" in broken["problem"]
    assert str(app.state.folder) not in json.dumps(broken, ensure_ascii=False)


def test_a_list_without_places_is_of_the_region_that_is_named(client: TestClient) -> None:
    files = {"file": ("名单.csv", "企业名称,主营产品\n丁公司,叶片\n".encode())}
    job = loaded(client, files, region="长兴")
    assert (job["status"], job["region"]) == ("done", "330522")
    assert any("按浙江省湖州市长兴县计" in notice for notice in job["notices"])
    refused = client.post(f"{V1}/ingest", files=files, data={"region": "朝阳区"})
    assert refused.status_code == 409
    assert "不止一个" in refused.json()["detail"]


def test_a_zip_bomb_is_not_unpacked(client: TestClient) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (400 << 20))
    job = loaded(client, {"file": ("企业.xlsx", packed.getvalue())})
    assert job["status"] == "failed"
    assert "压缩炸弹" in job["problem"]


def test_a_name_leads_nowhere(client: TestClient, app: FastAPI) -> None:
    names = ["../../../etc/cron.csv", "..\\..\\evil.csv", "/abs/企业.csv"]
    table = "企业名称\n乙公司\n".encode()
    job = loaded(client, [("file", (name, table)) for name in names])
    assert job["files"] == ["cron.csv", "evil.csv", "企业.csv"]
    kept = app.state.jobs.path(job["id"]) / "files"
    assert sorted(file.name for file in kept.iterdir()) == job["files"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [("a/b/企业.csv", "企业.csv"), ("企\x00业.csv", "企_业.csv"), ("", "文件"), ("..", "文件"),
     ("长" * 300 + ".xlsx", "长" * 60 + ".xlsx")],
)  # fmt: skip
def test_safe_names(name: str, kept: str) -> None:
    assert safe_name(name) == kept


@pytest.mark.parametrize(
    ("files", "form", "status"),
    [
        ({}, {}, 422),
        ({"file": ("evil.exe", b"x")}, {}, 422),
        ({"file": ("企业.csv", b"x")}, {"mapping": "/etc/passwd"}, 422),
        ({"file": ("企业.csv", b"x"), "mapping_file": ("a.py", b"x")}, {}, 422),
        ({"file": ("企业.csv", b"x"), "mapping_file": ("a.yaml", b"x" * 300_000)}, {}, 422),
    ],
)
def test_what_is_refused_at_the_door(
    client: TestClient, files: Any, form: dict[str, str], status: int
) -> None:
    before = len(client.get(f"{V1}/ingest").json()["jobs"])
    assert client.post(f"{V1}/ingest", files=files or None, data=form).status_code == status
    assert len(client.get(f"{V1}/ingest").json()["jobs"]) == before


@pytest.mark.parametrize("ident", ["..", "nothing", "%2e%2e%2fx", "a-b"])
def test_jobs_that_are_none(client: TestClient, ident: str) -> None:
    assert client.get(f"{V1}/ingest/{ident}").status_code == 404


# ── sizes ───────────────────────────────────────────────────────────────────────────────────────


def test_two_gigabytes_are_refused_before_they_come(client: TestClient) -> None:
    headers = {"Content-Length": str(2 << 30), "Content-Type": "multipart/form-data; boundary=x"}
    began = time.monotonic()
    answer = client.post(f"{V1}/ingest", content=b"", headers=headers)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too-large"
    assert time.monotonic() - began < 5


def test_a_body_without_a_length_is_counted(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(64):
            yield b"x" * 4096

    answer = client.post(
        f"{V1}/recommend", content=endless(), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413


def test_what_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(tmp_path, chains=[chain("wind")])
    slow = create_app(Config(str(tmp_path / "world.duckdb"), seconds=0.3))
    monkeypatch.setattr("api.listing.chains", lambda _: time.sleep(1.0))
    with TestClient(slow) as client:
        answer = client.get(f"{V1}/chains")
    assert answer.status_code == 503
    assert answer.json()["code"] == "too-slow"


# ── jobs ────────────────────────────────────────────────────────────────────────────────────────


def test_a_job_whose_process_died_has_failed(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path, "nowhere")
    folder = jobs.new_folder()
    gone = os.fork()
    if gone == 0:
        os._exit(0)
    os.waitpid(gone, 0)
    save(folder, Job(folder.name, "running", "x", ["a.csv"], "2026-01-01", pid=gone))
    found = jobs.get(folder.name)
    assert found.status == "failed"
    assert found.problem is not None
    assert "没有改动任何数据" in found.problem


def test_half_a_job_is_none(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path, "nowhere")
    folder = jobs.new_folder()
    assert not (folder / STATE).exists()
    assert jobs.all() == []
    with pytest.raises(JobUnknown):
        jobs.get(folder.name)


def test_mended_rows_keep_the_cells_nobody_touched(tmp_path: Path) -> None:
    kept = tmp_path / "rejects.jsonl"
    row = {"_表": "企业", "_文件": "企业.csv", "_行号": 3, "_原因": "缺", "所在地": "甲市"}
    kept.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf8")
    target = tmp_path / "again.jsonl"
    assert mend(kept, {0: {"企业名称": "丙", "没有这列": "x"}, 7: {"企业名称": "丁"}}, target) == 1
    assert read_rejects(target)[0].cells == {"所在地": "甲市", "企业名称": "丙"}
