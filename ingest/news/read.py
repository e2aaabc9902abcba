"""The text of a file: plain text, Markdown and web pages (UTF-8, UTF-16, GB18030), Word, PDF."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from ingest.errors import UnreadableFile
from ingest.news.markup import declared_encoding, html_text
from ingest.news.pdf import pdf_text
from ingest.readers.archive import check_size

LARGEST = 50_000_000


def read_text(path: str | Path) -> str:
    """The text of `path`; paragraphs and rows of tables are lines, their cells parted by tabs.

    Raises:
        UnreadableFile: missing, too large, of another kind, or not what its name says; NoText, a
            kind of it, where a PDF is a scan.
    """
    path = Path(path)
    if not path.is_file():
        raise UnreadableFile.because(path, "没有这个文件")
    if path.stat().st_size > LARGEST:
        raise UnreadableFile.because(path, f"超过 {LARGEST // 1_000_000} MB，请拆分后再读")
    match path.suffix.lower():
        case ".txt" | ".md" | "":
            return _plain(path)
        case ".docx":
            return _word(path)
        case ".pdf":
            return pdf_text(path)
        case ".html" | ".htm":
            return html_text(_plain(path, declared_encoding(path.read_bytes())))
        case ".doc" | ".wps" as kind:
            raise UnreadableFile.because(path, f"不能读 {kind} 文件，请另存为 .docx 或 .txt")
        case kind:
            reason = f"不是文章：{kind}；可读 .txt、.md、.docx、.pdf、.html"
            raise UnreadableFile.because(path, reason)


def _plain(path: Path, declared: str | None = None) -> str:
    data = path.read_bytes()
    said = (declared,) if declared and declared.lower().startswith("big5") else ()
    # What Windows calls Unicode text: told by its mark alone, as any bytes can be read so.
    marked = ("utf-16",) if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else ()
    for encoding in (*marked, *said, "utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    raise UnreadableFile.because(path, "既不是 UTF-8 也不是 GB18030 编码，请另存为 UTF-8 文本")


def _word(path: Path) -> str:
    from docx import Document  # heavy, and only needed for such a file
    from docx.opc.exceptions import PackageNotFoundError

    try:
        with ZipFile(path) as archive:
            check_size(path, archive)
        document = Document(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as problem:
        raise UnreadableFile.because(path, "不是完好的 Word 文档，请重新另存为 .docx") from problem
    lines: list[str] = []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            lines += ["\t".join(cell.text.strip() for cell in row.cells) for row in block.rows]
        else:
            lines.append(block.text)
    return "\n".join(lines)
