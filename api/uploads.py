"""Files that come with a form: taken in parts, up to a size, with harmless names."""

from __future__ import annotations

import re
import unicodedata

from fastapi import Request
from starlette.datastructures import UploadFile


class UploadRefused(ValueError):
    """A file that cannot be taken; the message says why."""


_UNSAFE = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*]+")
_LONGEST = 80


def safe_name(name: str | None, fallback: str = "文件") -> str:
    """The last part of `name` without anything a file system or a path could mean by it."""
    text = unicodedata.normalize("NFC", name or "").replace("\\", "/").rpartition("/")[2]
    text = _UNSAFE.sub("_", text).strip(" .")
    stem, dot, suffix = text.rpartition(".")
    if not dot:
        stem, suffix = text, ""
    return f"{stem[:_LONGEST] or fallback}{dot}{suffix[:10]}"


async def single_upload(request: Request, field: str) -> tuple[str, bytes]:
    """(name, content) of the one file of a form. Raises UploadRefused."""
    given = (await request.form()).get(field)
    if not isinstance(given, UploadFile) or not given.filename:
        raise UploadRefused("没有选择文件")
    return safe_name(given.filename), await given.read()


__all__ = ["UploadRefused", "safe_name", "single_upload"]
