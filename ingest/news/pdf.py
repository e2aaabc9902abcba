"""The text of a PDF: lines joined to paragraphs, without page numbers and running heads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ingest.errors import UnreadableFile

# Fewer characters than this on a page on average: it is a picture of a page.
FEWEST = 8
# A line this long, against the longest usual ones of the document, was broken by the margin.
FULL = 0.82
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b]")
_WIDE = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”‘’—…·]"
_GAP = re.compile(f"(?<={_WIDE})[ \u3000](?={_WIDE}|[0-9])|(?<=[0-9])[ \u3000](?={_WIDE})")
# More gaps than this for each character are the setting of the page, not the gaps of a table.
SPACED = 0.3
_NUMBERED = re.compile(r"[-—–\s·]*(?:第\s*)?[0-9]+\s*页?(?:\s*[/／,，共]\s*[0-9]+\s*页?)?[-—–\s·]*")
_ENDS = re.compile("[。！？!?；;：:]”?$")
# What begins a paragraph, whatever stands before it.
_BEGINS = re.compile(
    r"\s*(?:[一二三四五六七八九十]+[、.．]|[(（][一二三四五六七八九十0-9]+[)）]|[0-9]{1,2}[.．、](?![0-9])|[-•●■◆*#])"
)


class NoText(UnreadableFile):
    """A PDF of pictures: it has to be recognised first."""


def pdf_text(path: Path) -> str:
    """The text of a PDF file.

    Raises:
        NoText: a scan without text.
        UnreadableFile: broken, or locked by a password.
    """
    from pypdf import PdfReader  # heavy, and only needed for such a file
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(str(path))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableFile.because(path, "PDF 有密码保护，请解除密码后再读")
        pages = [_lines(page.extract_text()) for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError) as problem:
        # pypdf meets broken files with whatever they break first
        raise UnreadableFile.because(path, "不是完好的 PDF 文件，请重新导出") from problem
    written = sum(len(line) for page in pages for line in page)
    if written < FEWEST * max(len(pages), 1):
        reason = f"共 {len(pages)} 页，没有可读的文字（可能是扫描件），请先做文字识别（OCR）"
        raise NoText.because(path, reason)
    return "\n".join(paragraphs(without_margins(pages)))


def without_margins(pages: Sequence[Sequence[str]]) -> list[str]:
    """The lines of all pages without page numbers and what recurs at the edges of pages."""
    edges = Counter(key for page in pages for key in {_key(line) for line in _edge(page)})
    running = {key for key, count in edges.items() if count >= 2 and 2 * count > len(pages)}
    kept = []
    for page in pages:
        edge = set(_edge(page))
        for line in page:
            margin = line in edge and (_key(line) in running or _NUMBERED.fullmatch(line))
            if not margin:
                kept.append(line)
    return kept


def paragraphs(lines: Sequence[str]) -> list[str]:
    """Lines that the margin broke are joined; short ones stay alone (headings, lists)."""
    usual = sorted(len(line) for line in lines)
    longest = usual[int(0.9 * (len(usual) - 1))] if usual else 0
    joined: list[str] = []
    broken = False
    for line in lines:
        if broken and joined and not _BEGINS.match(line):
            joined[-1] += _space(joined[-1], line) + line.strip()
        else:
            joined.append(line.strip())
        broken = len(line) >= FULL * longest and not _ENDS.search(line.rstrip())
    return joined


def _lines(text: str) -> list[str]:
    plain = _CONTROL.sub("", text)
    return [_tight(line.rstrip()) for line in plain.split("\n") if line.strip()]


def _tight(line: str) -> str:
    """A line set with blanks between its characters, without them."""
    spaced = len(_GAP.findall(line)) > SPACED * len(re.sub(r"\s", "", line))
    return _GAP.sub("", line) if spaced else line


def _edge(page: Sequence[str]) -> list[str]:
    return [*page[:1], *page[-1:]]


def _key(line: str) -> str:
    return re.sub("[0-9]+", "0", line.strip())


def _space(before: str, after: str) -> str:
    """A space between two Latin words, none between characters."""
    return " " if before[-1:].isascii() and after[:1].isascii() else ""
