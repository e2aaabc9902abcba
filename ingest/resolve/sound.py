"""Names typed in pinyin: ningdeshidai, ningde shidai, NDSD.

Each character of the registry's names is replaced by a letter of its syllable (a code point of the
private use area), so that pinyin is looked for as text is: the syllables in order, side by side
first. What the registry's characters make of the pinyin (宁德时代) is then resolved like any name;
several spellings of one pinyin are equally likely.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest.resolve.blocking import codes_of

READINGS = 6  # spellings of one pinyin that are looked at
CUTS = 24  # ways to cut one text into syllables
INITIALS = 5  # more spellings than this for initials are none
_FIRST = 0xE000  # of the private use area
_HAN = range(0x4E00, 0x9FA6)
_LONGEST = 6  # zhuang
_VOWEL = re.compile("[aeiouv]")
_TYPED = re.compile(r"[a-z][a-z' ]*")


@lru_cache(maxsize=1)
def _alphabet() -> tuple[dict[str, str], npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """(syllable → its letter, code point → that of its syllable, code point → of its initial)."""
    from pypinyin import Style, lazy_pinyin  # half a second to load

    text = "".join(map(chr, _HAN))
    syllables = [lazy_pinyin(char, style=Style.NORMAL)[0] for char in text]
    spoken = sorted({s for s in syllables if s.isascii() and _VOWEL.search(s)})
    letters = {syllable: chr(_FIRST + i) for i, syllable in enumerate(spoken)}
    sounds = np.arange(1 << 16, dtype=np.uint32)
    initials = sounds.copy()
    for char, syllable in zip(_HAN, syllables, strict=True):
        if syllable in letters:
            sounds[char] = ord(letters[syllable])
            initials[char] = ord(syllable[0])
    return letters, sounds, initials


def cuts(text: str) -> list[str]:
    """Every way to read a text of Latin letters as syllables, each as letters of syllables."""
    letters = _alphabet()[0]
    bare = text.lower().replace("ü", "v")
    if not _TYPED.fullmatch(bare):
        return []
    words = re.split("[' ]+", bare)
    found = [""]
    for word in filter(None, words):
        found = [head + tail for head in found for tail in _cuts(word, letters)][:CUTS]
    return found


def _cuts(word: str, letters: dict[str, str]) -> list[str]:
    if not word:
        return [""]
    sizes = [n for n in range(min(_LONGEST, len(word)), 0, -1) if word[:n] in letters]
    return [letters[word[:n]] + rest for n in sizes for rest in _cuts(word[n:], letters)]


def initials_of(text: str) -> str:
    """The text as initials of syllables (NDSD); empty where it is rather a word."""
    bare = text.lower().strip()
    return bare if 3 <= len(bare) <= 6 and bare.isascii() and bare.isalpha() else ""


class Sounds:
    """The names of a registry by sound; `bodies` are their texts without legal forms."""

    def __init__(self, bodies: Sequence[str]) -> None:
        self._bodies = bodies
        points, self._offsets = codes_of(bodies)
        self._points = np.where(points < 1 << 16, points, 0)
        self._by_sound = self._coded(_alphabet()[1])

    def _coded(self, table: npt.NDArray[np.uint32]) -> pa.Array:
        text = table[self._points].astype("<u4").tobytes().decode("utf-32-le", "replace")
        ends = zip(self._offsets[:-1].tolist(), self._offsets[1:].tolist(), strict=True)
        return pa.array([text[start:end] for start, end in ends], pa.string())

    def spellings(self, text: str) -> list[str]:
        """What the registry's names make of a text in pinyin, those of the shortest names first."""
        found: dict[str, int] = {}
        for cut in cuts(text):
            if len(cut) > 1:
                side_by_side = self._spelled(self._by_sound, cut, "")
                found |= side_by_side or self._spelled(self._by_sound, cut, ".*?")
        if not found and initials_of(text):
            found = self._spelled(self._coded(_alphabet()[2]), initials_of(text), "")
            found = found if len(found) <= INITIALS else {}
        return sorted(found, key=lambda spelling: (found[spelling], spelling))[:READINGS]

    def _spelled(self, column: pa.Array, letters: str, between: str) -> dict[str, int]:
        """Spelling → length of the shortest name that has its letters, with `between` them."""
        pattern = re.compile(between.join(f"({letter})" for letter in letters))
        hits = pc.match_substring_regex(column, between.join(letters))
        found: dict[str, int] = {}
        for row in np.flatnonzero(hits.to_numpy(zero_copy_only=False)).tolist():
            match = pattern.search(column[row].as_py())
            if match is not None:
                body = self._bodies[row]
                spelling = "".join(body[match.start(i + 1)] for i in range(len(letters)))
                found[spelling] = min(found.get(spelling, len(body)), len(body))
        return found
