"""Exact evidence: names and keywords of links that stand in a phrase."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ingest.classify.texts import folded

# Words of doing around the thing that is done: 风电叶片的研发、制造 is about 风电叶片.
_BEFORE = re.compile(
    "(?:从事|专业|主要|自主|生产|制造|加工|销售|研发|研制|设计|开发|经营|批发|零售|年产|及其?|和|与|各类|各种)*"
)
_BEHIND = re.compile(
    "(?:的?(?:研究|研发|研制|设计|开发|生产|制造|加工|销售|批发|零售|经营|安装|制作|项目|产品|业务|系列|基地|等|及其?|和|与))+$"
)
# A keyword before another noun may be of another trade: 叶片模具 is a mould.
NOT_AT_END = 0.5


def thing_in(phrase: str) -> tuple[int, int]:
    """Where the thing of a phrase stands between the words of doing; all of it if that is none."""
    before, behind = _BEFORE.match(phrase), _BEHIND.search(phrase)
    start, end = before.end() if before else 0, behind.start() if behind else len(phrase)
    return (start, end) if start < end else (0, len(phrase))


def bare(phrase: str) -> str:
    """The thing of a phrase without the words of doing."""
    return phrase[slice(*thing_in(phrase))]


@dataclass(frozen=True)
class Hit:
    """A keyword found in a phrase: its link row, and the share of the phrase it is, 0–1."""

    link: int
    keyword: str
    share: float


class Keywords:
    """Names and keywords of links, looked for in phrases; the longest wins where two overlap."""

    def __init__(self, words: Sequence[Sequence[str]]) -> None:
        """`words`: for each link its name and keywords, in any spelling."""
        self._links: dict[str, list[int]] = {}
        for link, own in enumerate(words):
            for word in dict.fromkeys(map(folded, own)):
                if len(word) >= 2:
                    self._links.setdefault(word, []).append(link)
        lengths: dict[str, set[int]] = {}
        for word in self._links:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {head: sorted(of, reverse=True) for head, of in lengths.items()}
        self._count = len(words)

    def hits(self, phrase: str) -> Iterator[Hit]:
        """The keywords in a folded phrase; one of several links counts for each in part.

        Words of doing may be part of one: 芯片制造, 加工中心.
        """
        start, end = thing_in(phrase)
        for at, word in self._found(phrase):
            behind = at + len(word)
            size = max(end, behind) - min(start, at)
            share = len(word) / size * (1.0 if behind >= end else NOT_AT_END)
            owners = self._links[word]
            for link in owners:
                yield Hit(link, word, share / len(owners) ** 0.5)

    def matrix(self, phrases: Sequence[str]) -> sparse.csr_matrix:
        """(phrases × links) of shares."""
        found = [(row, hit) for row, phrase in enumerate(phrases) for hit in self.hits(phrase)]
        data = np.array([hit.share for _, hit in found], dtype=np.float32)
        at = ([row for row, _ in found], [hit.link for _, hit in found])
        return sparse.csr_matrix((data, at), shape=(len(phrases), self._count), dtype=np.float32)

    def _found(self, thing: str) -> Iterator[tuple[int, str]]:
        at = 0
        while at < len(thing) - 1:
            for length in self._lengths.get(thing[at : at + 2], ()):
                word = thing[at : at + length]
                if word in self._links and _stands_alone(thing, at, at + length):
                    yield at, word
                    at += length - 1
                    break
            at += 1


def _stands_alone(text: str, start: int, end: int) -> bool:
    """False for Latin letters inside a longer word: VC in PVC."""
    return not (
        (start > 0 and _latin(text[start]) and _latin(text[start - 1]))
        or (end < len(text) and _latin(text[end - 1]) and _latin(text[end]))
    )


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
