"""What a form says, as text of a bearable length."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse

from api.uploads import UploadRefused
from chainscout.output.cells import clean

_LONGEST, _LONGEST_PASSAGE = 4000, 200_000
_LARGEST = 1e12
_SAID_AT_MOST = 450


@dataclass(frozen=True)
class Fields:
    """The text fields of a form."""

    given: Mapping[str, list[str]]

    def text(self, name: str, default: str = "") -> str:
        """The first value of a field without blanks around it. Raises UploadRefused if too long."""
        found = self.all(name)
        return found[0] if found and found[0] else default

    def all(self, name: str) -> list[str]:
        """All values of a field."""
        values = [clean(text).strip() for text in self.given.get(name, [])]
        if any(len(text) > _LONGEST for text in values):
            raise UploadRefused(f"「{name}」超过 {_LONGEST:,} 字，请缩短后再提交")
        return values

    def passage(self, name: str) -> str:
        """A field for whole articles. Raises UploadRefused if empty or too long."""
        text = clean(next(iter(self.given.get(name, [])), "")).strip()
        if not text:
            raise UploadRefused("没有文字，请先粘贴报道")
        if len(text) > _LONGEST_PASSAGE:
            raise UploadRefused(f"文字超过 {_LONGEST_PASSAGE:,} 字，请分几次粘贴")
        return text

    def filled(self, *names: str) -> dict[str, str]:
        """The fields that say something."""
        return {name: text for name in names if (text := self.text(name))}

    def number(self, name: str) -> float | None:
        """A number, None for an empty field. Raises UploadRefused."""
        text = self.text(name).replace(",", "").replace("，", "")
        if not text:
            return None
        try:
            number = float(text)
        except ValueError as error:
            raise UploadRefused(f"「{text[:40]}」不是数字") from error
        if not math.isfinite(number) or abs(number) >= _LARGEST:
            raise UploadRefused(f"「{text[:40]}」太大")
        return number


async def fields(request: Request) -> Fields:
    """The form that came with a request."""
    form = await request.form()
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return Fields(found)


def back(request: Request, fallback: str, said: str = "") -> RedirectResponse:
    """To the page the form stood on, else to `fallback`; `said` is shown there once."""
    came = urlsplit(request.headers.get("referer", ""))
    own = came.netloc == request.headers.get("host") and came.path.startswith("/")
    to = (came.path + (f"?{came.query}" if came.query else "")) if own else fallback
    return going(to, said)


def going(to: str, said: str = "") -> RedirectResponse:
    """To another page of ours, which shows `said` once."""
    answer = RedirectResponse(to, 303)
    if said:
        # A cookie holds 4 KB; cut between characters, or none of it could be read.
        short = said if len(said) <= _SAID_AT_MOST else said[: _SAID_AT_MOST - 1] + "…"
        answer.set_cookie(SAID, short.encode().hex(), max_age=60, httponly=True, samesite="lax")
    return answer


SAID = "chainscout_said"
FieldsDep = Annotated[Fields, Depends(fields)]

__all__ = ["SAID", "Fields", "FieldsDep", "back", "going"]
