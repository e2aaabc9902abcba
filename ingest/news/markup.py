"""The text of a web page: blocks as lines, cells of tables parted by tabs."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_LINES = frozenset(
    "p div br li ul ol tr table h1 h2 h3 h4 h5 h6 section article header blockquote "
    "dt dd pre".split()
)
_UNSEEN = frozenset("script style noscript nav footer head template select button form svg".split())
_END = "\v"
_CELLS = frozenset({"td", "th"})
_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([A-Za-z0-9_-]+)", re.IGNORECASE)


def html_text(markup: str) -> str:
    """What a reader sees of a page, without its menus and scripts."""
    page = _Page()
    page.feed(markup)
    page.close()
    lines = (
        re.sub("[ \u00a0\r\n]+", " ", line).strip(" ") for line in "".join(page.parts).split(_END)
    )
    return "\n".join(line.rstrip("\t") for line in lines if line.strip())


def declared_encoding(data: bytes) -> str | None:
    """The encoding a page says it has."""
    match = _CHARSET.search(data[:4096])
    return match[1].decode("ascii") if match else None


class _Page(HTMLParser):
    """Collects texts, with a mark of its own at line ends: those of the source say nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _LINES:
            self.parts.append(_END)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        elif tag in _CELLS:
            self.parts.append("\t")
        elif tag in _LINES and tag != "br":
            self.parts.append(_END)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data.replace(_END, " ").replace("\t", " "))
