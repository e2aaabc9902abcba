"""A text cut into sentences and clauses, with offsets kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
# A line that ends in a comma goes on in the next one: text copied from a page.
_WRAPPED = re.compile(r"(?<=[,，、])\n(?=[^\s\-*#])")
# 1.甲产业园。拟投资5亿元…: what the line is about
_HEADLINE = re.compile(
    r"(?m)(?P<head>^\s*(?:[0-9一二三四五六七八九十]+[.、]|\([0-9一二三四五六七八九十]+\)|[①-⑳*•])\s*[^\n，,。:;；]{3,28})。"
    "(?=(?:项目)?(?:拟|计划|预计|总|概算|固定资产)*投资)"
)
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B)} | {
    ord("（"): ord("("),
    ord("）"): ord(")"),
    ord("〔"): ord("("),
    ord("〕"): ord(")"),
    ord("【"): ord("["),
    ord("】"): ord("]"),
    ord("："): ord(":"),
    ord("　"): ord(" "),
    ord("\xa0"): ord(" "),
    ord("．"): ord("."),
}


class Part(NamedTuple):
    """A piece of a text and where it begins."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def evened(text: str) -> str:
    """The text in one width, every character at its place: offsets stay what they were."""
    even = _WRAPPED.sub(" ", text.translate(_HALF_WIDTH))
    return _HEADLINE.sub(lambda match: match["head"] + ":", even)


def sentences(text: str) -> Iterator[Part]:
    """The sentences of a text; a line is never part of another line's sentence."""
    for match in _SENTENCE.finditer(text):
        if match.group().strip():
            yield Part(match.group(), match.start())
