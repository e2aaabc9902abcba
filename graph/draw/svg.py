"""A sheet that shapes and texts are put on, and the picture it becomes."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

FONTS = (
    "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',"
    "'WenQuanYi Micro Hei',SimHei,sans-serif"
)


@dataclass(frozen=True)
class Picture:
    """An SVG document; shows itself in a notebook."""

    svg: str
    width: float
    height: float

    def save(self, path: str | Path) -> Path:
        """Write the SVG as UTF-8 and return its path."""
        target = Path(path)
        target.write_text(self.svg, encoding="utf-8")
        return target

    def _repr_svg_(self) -> str:
        return self.svg


@dataclass
class Sheet:
    """Grows by shapes; lengths in pixels, y downwards."""

    width: float
    height: float
    parts: list[str] = field(default_factory=list)
    _ends: list[str] = field(default_factory=list, repr=False)

    def rect(self, x: float, y: float, w: float, h: float, **style: object) -> None:
        """A rectangle; keyword names are SVG attributes with `_` for `-`."""
        place = f'x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}"'
        self.parts.append(f"<rect {place}{_attributes(style)}/>")

    def circle(self, x: float, y: float, r: float, **style: object) -> None:
        """A circle around (x, y)."""
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"{_attributes(style)}/>')

    def line(self, x1: float, y1: float, x2: float, y2: float, **style: object) -> None:
        """A straight line."""
        self.path(f"M{x1:.1f},{y1:.1f} L{x2:.1f},{y2:.1f}", **style)

    def path(self, data: str, **style: object) -> None:
        """Any outline, not filled."""
        self.parts.append(f'<path d="{data}" fill="none"{_attributes(style)}/>')

    def text(self, x: float, y: float, words: str, size: float = 12, **style: object) -> None:
        """One line of text with its baseline at y."""
        place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}"'
        self.parts.append(f"<text {place}{_attributes(style)}>{escaped(words)}</text>")

    def open(self, title: str = "", *, href: str = "", **style: object) -> None:
        """Begin a group; `title` is shown where a pointer rests on it, `href` makes it a link."""
        said = f"<title>{escaped(title)}</title>" if title else ""
        self._ends.append("</a>" if href else "</g>")
        start = f'<a href="{escaped(href)}"' if href else "<g"
        self.parts.append(f"{start}{_attributes(style)}>{said}")

    def close(self) -> None:
        """End the last group."""
        self.parts.append(self._ends.pop())

    def picture(self, title: str, definitions: str = "") -> Picture:
        """The finished document; `title` is its name for those who cannot see it."""
        size = f'width="{self.width:g}" height="{self.height:g}"'
        view = f'viewBox="0 0 {self.width:g} {self.height:g}"'
        # What holds links is no single image to those who hear it.
        role = "group" if any(part.startswith("<a ") for part in self.parts) else "img"
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} role="{role}"'
        body = "\n".join(self.parts)
        return Picture(
            f'{head} font-family="{FONTS}"><title>{escaped(title)}</title>'
            f"<defs>{definitions}</defs>\n"
            f'<rect width="100%" height="100%" fill="#ffffff"/>\n{body}\n</svg>\n',
            self.width,
            self.height,
        )


def escaped(words: str) -> str:
    """Text that is safe inside of an element, without characters XML does not know."""
    return html.escape("".join(c for c in words if c >= " " or c in "\t\n"), quote=True)


def text_width(words: str, size: float) -> float:
    """Upper estimate: a wide character takes one em, a narrow one 0.62."""
    wide = sum(unicodedata.east_asian_width(c) in "WFA" for c in words)
    return size * (wide + 0.62 * (len(words) - wide))


def shortened(words: str, width: float, size: float) -> str:
    """`words`, cut with … where they would be wider than `width`."""
    if text_width(words, size) <= width:
        return words
    cut = words
    while cut and text_width(cut + "…", size) > width:
        cut = cut[:-1]
    return cut.rstrip() + "…"


def fitted(words: str, width: float, size: float, smallest: float) -> tuple[str, float]:
    """The largest size down to `smallest` at which the words fit, else cut at the smallest."""
    while size > smallest and text_width(words, size) > width:
        size -= 0.5
    return shortened(words, width, size), size


def _attributes(style: dict[str, object]) -> str:
    given = ((name.rstrip("_").replace("_", "-"), value) for name, value in style.items())
    return "".join(f' {name}="{escaped(str(value))}"' for name, value in given)
