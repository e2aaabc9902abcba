"""In which encoding a text file is written, or exactly where it is written in none."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import UnreadableFile

_CHUNK = 1 << 20
_REMEDY = "请用 WPS/Excel 打开，另存为「CSV UTF-8」后再导入"
_BLANK_LINE = re.compile(r"\n\r?\n|\r\r")
_HAN = re.compile("[一-鿿]")
_MAGIC = {
    b"PK\x03\x04": "这其实是 Excel 工作簿（或压缩包），请改回 .xlsx 后缀",
    b"\xd0\xcf\x11\xe0": "这其实是旧版 Excel 文件，请改回 .xls 后缀",
    b"PAR1": "这其实是 Parquet 文件，请改回 .parquet 后缀",
    b"%PDF": "这其实是 PDF 文件，请从中导出表格",
    b"\x1f\x8b": "这其实是 gzip 压缩文件，请先解压",
}


@dataclass(frozen=True)
class Text:
    """How a file is to be decoded, and whether it has empty lines."""

    encoding: str
    blank_lines: bool


def text_of(path: Path) -> Text:
    """The encoding that decodes the whole file: utf-8-sig, utf-16 or gb18030.

    Raises:
        UnreadableFile: another kind of file, no text, cut off inside a character, or written in
            two encodings; the line where it goes wrong is named.
    """
    with path.open("rb") as file:
        start = file.read(8)
    for magic, reason in _MAGIC.items():
        if start.startswith(magic):
            raise UnreadableFile.because(path, reason)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _tried(path, "utf-16") or _refuse(path, "utf-16")
    found = _tried(path, "utf-8-sig")
    if found is None:
        _check_not_utf8(path)
        found = _tried(path, "gb18030")
    return found or _refuse(path, "gb18030")


def _tried(path: Path, encoding: str) -> Text | None:
    """None where `encoding` does not decode the file. Raises UnreadableFile for a binary one."""
    decoder = codecs.getincrementaldecoder(encoding)()
    blank, tail = False, "\n"  # as if a line ended before the first
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                return None
            if "\0" in text:
                raise UnreadableFile.because(path, _binary(path))
            blank = blank or _BLANK_LINE.search(tail + text) is not None
            tail = text[-2:] or tail
            if not chunk:
                return Text(encoding, blank)


def _binary(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4096)
    if len(start) >= 8 and (
        start[1::2].count(0) * 3 > len(start) or start[::2].count(0) * 3 > len(start)
    ):
        return f"像是没有标记的 UTF-16 文本，{_REMEDY}"
    line = start.count(b"\n", 0, max(start.find(b"\0"), 0)) + 1 if b"\0" in start else None
    where = f"（第 {line} 行）" if line else ""
    return f"含有空字节{where}，是二进制文件或已损坏，不是文本表格；{_REMEDY}"


def _check_not_utf8(path: Path) -> None:
    """Refuse what is UTF-8 in part: read as GB18030 those parts would become wrong names."""
    wrong = right = 0
    last = b""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            last = line
            if line.isascii():
                continue
            try:
                text = line.decode("utf8")
            except UnicodeDecodeError:
                wrong = wrong or number
                continue
            if len(_HAN.findall(text)) >= 2:
                right = right or number
    if right and wrong:
        if _cut_off(last):
            raise UnreadableFile.because(path, "在一个字的中间断开，文件不完整，请重新获取")
        raise UnreadableFile.because(
            path,
            f"混用了两种编码：第 {right} 行是 UTF-8，第 {wrong} 行不是；{_REMEDY}",
        )


def _cut_off(line: bytes) -> bool:
    """Whether only the last character of the last line is incomplete."""
    try:
        line.decode("utf8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return False


def _refuse(path: Path, encoding: str) -> Text:
    with path.open("rb") as file:
        data = file.read()
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFile.because(
            path,
            f"既不是 UTF-8 也不是 GB18030 编码（第 {line} 行，第 {error.start + 1} 字节处"
            f"无法解码），{_REMEDY}",
        ) from error
    raise UnreadableFile.because(path, f"读取时内容有变化，{_REMEDY}")
