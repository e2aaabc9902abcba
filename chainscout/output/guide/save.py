"""A guide to a file, by its suffix."""

from __future__ import annotations

from pathlib import Path

from chainscout import settings
from chainscout.output.fonts import Font, FontMissing, chinese_font
from chainscout.output.guide.blocks import Guide
from chainscout.output.page import environment
from chainscout.output.problem import OutputProblem
from chainscout.output.write import write_bytes

GUIDE_SUFFIXES = (".docx", ".html", ".pdf")


def check_guide_target(path: Path) -> None:
    """Raises OutputProblem for a suffix that cannot be written, before any work is done."""
    if path.suffix.lower() not in GUIDE_SUFFIXES:
        raise OutputProblem(
            f"{path}：招商指南不能写成「{path.suffix}」，可用：{' '.join(GUIDE_SUFFIXES)}"
        )
    if path.suffix.lower() == ".pdf":
        chinese_font(settings.text("font"))


def guide_bytes(guide: Guide, suffix: str) -> bytes:
    """A guide as the bytes of a ``.docx``, ``.html`` or ``.pdf`` file.

    Raises:
        FontMissing: PDF, and no font with Chinese characters on this machine.
    """
    if suffix == ".html":
        return environment().get_template("guide.html").render(guide=guide).encode()
    if suffix == ".pdf":
        from chainscout.output.guide.pdf import to_pdf

        return to_pdf(guide, chinese_font(settings.text("font")))
    from chainscout.output.guide.word import to_docx

    return to_docx(guide, _font_or_none())


def _font_or_none() -> Font | None:
    try:
        return chinese_font(settings.text("font"))
    except FontMissing:
        return None  # the document says so, and does without the picture


def save_guide(guide: Guide, path: Path) -> None:
    """Write a guide to `path` by its suffix. Raises OutputProblem."""
    check_guide_target(path)
    write_bytes(path, guide_bytes(guide, path.suffix.lower()))


__all__ = ["GUIDE_SUFFIXES", "check_guide_target", "guide_bytes", "save_guide"]
