"""Files to sheets: every kind of input becomes text columns in the workbench."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import UnreadableFile
from ingest.readers.chainfile import read_chain
from ingest.readers.delimited import read_delimited
from ingest.readers.records import read_json, read_parquet
from ingest.readers.sheet import Sheet
from ingest.readers.workbook import read_workbook
from ingest.workbench import Workbench

_READERS: dict[str, Callable[[Workbench, Path], list[Sheet]]] = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".txt": read_delimited,
    ".xlsx": read_workbook,
    ".xlsm": read_workbook,
    ".xls": read_workbook,
    ".xlsb": read_workbook,
    ".ods": read_workbook,
    ".parquet": read_parquet,
    ".jsonl": read_json,
    ".ndjson": read_json,
    ".json": read_json,
    ".yaml": read_chain,
    ".yml": read_chain,
}


def files_in(paths: list[Path]) -> Iterator[Path]:
    """The readable files named by `paths`; a folder stands for the files directly in it."""
    for path in paths:
        with _named(path):
            if not path.exists():
                raise UnreadableFile.because(path, "文件不存在")
            inside = sorted(p for p in path.iterdir() if _readable(p)) if path.is_dir() else [path]
        if not inside:
            raise UnreadableFile.because(path, f"文件夹里没有可读的文件（{_kinds()}）")
        yield from inside


def _readable(path: Path) -> bool:
    hidden = path.name.startswith((".", "~$"))
    return path.is_file() and path.suffix.lower() in _READERS and not hidden


def read_file(workbench: Workbench, path: Path) -> list[Sheet]:
    """The sheets of one file. Raises UnreadableFile when it cannot be read at all."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFile.because(path, f"不支持的文件类型「{path.suffix}」，可用：{_kinds()}")
    with _named(path):
        if not path.is_file():
            raise UnreadableFile.because(path, "不是普通文件")
        if path.stat().st_size == 0:
            raise UnreadableFile.because(path, "文件是空的")
        return reader(workbench, path)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """What the system says about a path, said with its name."""
    try:
        yield
    except PermissionError as error:
        raise UnreadableFile.because(path, "没有读取权限") from error
    except OSError as error:
        raise UnreadableFile.because(path, f"无法读取（{error.strerror or error}）") from error


SUFFIXES = tuple(_READERS)


def _kinds() -> str:
    return " ".join(SUFFIXES)


__all__ = ["SUFFIXES", "Sheet", "files_in", "read_file"]
