"""One way out: a document to standard output or to a file, in the format asked for."""

from __future__ import annotations

import io
import sys
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

from rich.console import Console

from chainscout import settings
from chainscout.output.delimited import to_csv, to_json, to_jsonl
from chainscout.output.document import Document
from chainscout.output.page import to_html
from chainscout.output.problem import OutputProblem
from chainscout.output.terminal import draw
from chainscout.output.word import to_docx
from chainscout.output.workbook import to_xlsx

FORMATS = ("table", "json", "jsonl", "csv")


def _csv(document: Document) -> str:
    return to_csv(document.main, settings.text("csv_headings"))


_FILES: Mapping[str, Callable[[Document], bytes]] = {
    ".json": lambda d: to_json(d.answer).encode(),
    ".jsonl": lambda d: to_jsonl(d.records).encode(),
    # Excel takes a CSV for UTF-8 only when it begins with a byte order mark.
    ".csv": lambda d: _csv(d).encode("utf-8-sig"),
    ".xlsx": to_xlsx,
    ".docx": to_docx,
    ".html": lambda d: to_html(d).encode(),
}
SUFFIXES = tuple(_FILES)


def check_target(path: Path) -> None:
    """Raises OutputProblem for a suffix that cannot be written, before any work is done."""
    if path.suffix.lower() not in _FILES:
        raise OutputProblem(
            f"{path}：不支持的输出类型「{path.suffix}」，可用：{' '.join(SUFFIXES)}"
        )


def render(document: Document, suffix: str) -> bytes:
    """`document` as the bytes of a file with this suffix, ``.xlsx`` for instance."""
    return _FILES[suffix.lower()](document)


def csv_for_people(document: Document) -> bytes:
    """`document` as a CSV that is opened in a spreadsheet: Chinese, whatever the settings say."""
    return to_csv(document.main, "zh").encode("utf-8-sig")


def save(document: Document, path: Path) -> None:
    """Write `document` to `path` by its suffix. Raises OutputProblem."""
    check_target(path)
    write_bytes(path, render(document, path.suffix))


def write_bytes(path: Path, content: bytes) -> None:
    """Put `content` at `path` in one step: an older file stays whole if this fails."""
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise OutputProblem(f"{path}：写不了（{_reason(error)}）") from error


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "所在文件夹不存在，请先建立"
    if isinstance(error, IsADirectoryError):
        return "这是一个文件夹，请给出文件名"
    if isinstance(error, PermissionError):
        return "没有写入权限，或文件正被 WPS/Excel 打开，请关闭后重试"
    return error.strerror or str(error)


def emit(document: Document, form: str, stream: TextIO | None = None) -> None:
    """Print `document` as `form` (one of :data:`FORMATS`), standard output by default."""
    out = stream or sys.stdout
    match form:
        case "json":
            out.write(to_json(document.answer))
        case "jsonl":
            out.write(to_jsonl(document.records))
        case "csv":
            out.write(_csv(document))
        case _:
            draw(document, console_for(out))
    out.flush()


def console_for(stream: TextIO) -> Console:
    """A console as wide as the terminal, or as the setting says where there is none."""
    if not isinstance(stream, io.StringIO) and stream.isatty():
        return Console(file=stream, highlight=False)
    return Console(file=stream, highlight=False, width=int(settings.value("width")))


__all__ = [
    "FORMATS",
    "SUFFIXES",
    "OutputProblem",
    "check_target",
    "csv_for_people",
    "emit",
    "render",
    "save",
]
