"""Firms by part of a name, pinyin initials or code: an index that answers in milliseconds.

All names and aliases stand in one array of characters. Where each character occurs is known, so a
search looks only where the rarest character of the query stands and compares its neighbours there.
Pinyin initials are an array of letters beside it, one a character.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph import Snapshot
from graph.lookup import name_key

Rows = npt.NDArray[np.int32]
_END = 10  # the line feed after each name
_CHARACTERS = 1 << 16
# Readings that a character has in these words alone, initials of the first character.
_READINGS = {"重庆": "c", "厦门": "x", "银行": "h", "六安": "l"}
# The reading that a character of several has in most names.
_READ_ALONE = {"长": "c", "重": "z", "行": "x", "厦": "x"}
_LEAST_LETTERS = 2
_PAIRS = 1 << 14
# Shorter than this letters alone are initials: they stand in every second credit code.
_LEAST_CODE = 4


@dataclass(frozen=True, eq=False)
class NameIndex:
    """The names of all firms of a snapshot.

    Attributes:
        codes: UTF-16 code of every character, 0xFFFF beyond the basic plane; a line feed ends
            a name.
        owner: firm row of every character.
        order: places ordered by code; those of code c are ``order[start[c]:start[c + 1]]``.
        pairs: places ordered by the letter there and the next; those of letters a and b are
            ``pairs[pair_start[a * 128 + b] : pair_start[a * 128 + b + 1]]``.
        letters: the initial of each character's pinyin, or the character itself where it is ASCII.
    """

    codes: npt.NDArray[np.uint16]
    owner: Rows
    order: Rows
    start: npt.NDArray[np.int64]
    letters: npt.NDArray[np.uint8]
    pairs: Rows
    pair_start: npt.NDArray[np.int64]

    @classmethod
    def of(cls, names: pa.Array) -> NameIndex:
        """The index of texts that each hold the names of one firm, a line feed after each."""
        whole = b"".join(memoryview(b) for b in _buffers(names)).decode("utf8")
        points = np.frombuffer(whole.encode("utf-32-le"), dtype=np.uint32)
        codes = np.minimum(points, _CHARACTERS - 1).astype(np.uint16)
        lengths = pc.utf8_length(names).to_numpy(zero_copy_only=False)
        owner = np.repeat(np.arange(len(names), dtype=np.int32), lengths)
        order = np.argsort(codes, kind="stable").astype(np.int32)
        counts = np.bincount(codes, minlength=_CHARACTERS)
        start = np.concatenate(([0], np.cumsum(counts)))
        letters = _letters(codes, counts)
        following = (letters[:-1].astype(np.uint16) << 7) | letters[1:]
        pairs = np.argsort(following, kind="stable").astype(np.int32)
        pair_counts = np.bincount(following, minlength=_PAIRS)
        pair_start = np.concatenate(([0], np.cumsum(pair_counts)))
        return cls(codes, owner, order, start, letters, pairs, pair_start)

    def with_text(self, text: str) -> Rows:
        """Rows of the firms with `text` (as :func:`graph.lookup.name_key` has it) in a name."""
        wanted = np.minimum([ord(c) for c in text], _CHARACTERS - 1)
        counts = self.start[wanted + 1] - self.start[wanted]
        rarest = int(np.argmin(counts))
        code = wanted[rarest]
        places = self.order[self.start[code] : self.start[code + 1]] - np.int32(rarest)
        places = places[(places >= 0) & (places <= len(self.codes) - len(wanted))]
        for i in np.argsort(counts).tolist():
            if i != rarest:
                places = places[self.codes[places + i] == wanted[i]]
        return _firms(self.owner[places])

    def with_initials(self, text: str) -> Rows:
        """Rows of the firms with `text`, lower-case letters and digits, as initials in a name."""
        wanted = text.encode()
        keys = np.array([(a << 7) | b for a, b in pairwise(wanted)])
        rarest = int(np.argmin(self.pair_start[keys + 1] - self.pair_start[keys]))
        found = slice(self.pair_start[keys[rarest]], self.pair_start[keys[rarest] + 1])
        places = self.pairs[found] - np.int32(rarest)
        places = places[(places >= 0) & (places <= len(self.letters) - len(wanted))]
        for i, letter in enumerate(wanted):
            if i not in {rarest, rarest + 1}:
                places = places[self.letters[places + i] == letter]
        return _firms(self.owner[places])


@dataclass(frozen=True, eq=False)
class CodeIndex:
    """Credit codes, stock codes and ids of all firms, upper case, a line feed after each firm's."""

    codes: npt.NDArray[np.uint8]
    ends: npt.NDArray[np.int64]

    @classmethod
    def of(cls, lines: pa.Array) -> CodeIndex:
        """The index of texts that each hold the codes of one firm."""
        whole = b"".join(memoryview(b) for b in _buffers(lines))
        lengths = pc.binary_length(lines).to_numpy(zero_copy_only=False)
        return cls(np.frombuffer(whole, dtype=np.uint8), np.cumsum(lengths))

    @cached_property
    def plain(self) -> bool:
        """Whether no code has a character beyond ASCII."""
        return not len(self.codes) or int(self.codes.max()) < 128

    def with_code(self, text: str) -> Rows:
        """Rows of the firms with `text` (upper case) in a code."""
        if self.plain and not text.isascii():
            return np.zeros(0, dtype=np.int32)
        places = _places(self.codes, text.encode())
        return _firms(np.searchsorted(self.ends, places, side="right").astype(np.int32))


def find_firms(snapshot: Snapshot, text: str) -> Rows:
    """Rows, in order, of firms with `text` in a name, alias, code or id, or as pinyin initials."""
    key = name_key(text)
    if not key:
        return np.arange(len(snapshot.firms), dtype=np.int32)
    index = snapshot.lasting("names", NameIndex, _names)
    found = [index.with_text(key)]
    letters = key.isascii() and key.isalpha()
    if letters and len(key) >= _LEAST_LETTERS:
        found.append(index.with_initials(key))
    if not letters or len(key) >= _LEAST_CODE:
        codes = snapshot.lasting("codes", CodeIndex, _codes)
        found.append(codes.with_code(key.upper()))
    return _either(found, len(snapshot.firms))


def _either(found: list[Rows], firms: int) -> Rows:
    """Rows that are in any of some lists, in order."""
    some = [rows for rows in found if len(rows)]
    if len(some) < 2:
        return some[0] if some else found[0]
    mask = np.zeros(firms, dtype=np.bool_)
    for rows in some:
        mask[rows] = True
    return np.flatnonzero(mask).astype(np.int32)


def initials(text: str) -> str:
    """Pinyin initials of a text: 明阳智能 → myzn."""
    key = name_key(text)
    letters = _letters_of(np.array([ord(c) for c in key], dtype=np.uint32))
    return bytes(letters).decode("ascii")


def _names(snapshot: Snapshot) -> NameIndex:
    version = snapshot.version.number or None
    names = snapshot.store.read("firms", ["name", "aliases"], version).combine_chunks()
    aliases = pc.binary_join(names["aliases"].combine_chunks(), "\n").cast(pa.string())
    joined = pc.binary_join_element_wise(
        names["name"].combine_chunks().cast(pa.string()), aliases.fill_null(""), "\n"
    )
    lines = pc.binary_join_element_wise(joined.fill_null(""), "", "\n")
    plain = pc.utf8_lower(pc.utf8_normalize(lines, form="NFKC"))
    return NameIndex.of(pc.replace_substring_regex(plain, r"[ \t\r\f\v]+", ""))


def _buffers(texts: pa.Array) -> list[Any]:
    """The bytes of an Arrow text array, in order."""
    chunks = texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]
    found = []
    for chunk in chunks:
        data = chunk.buffers()[2]
        ends = np.frombuffer(chunk.buffers()[1], dtype=np.int32)[chunk.offset :][: len(chunk) + 1]
        if data is not None:
            found.append(data.slice(int(ends[0]), int(ends[-1] - ends[0])))
    return found


def _firms(owners: Rows) -> Rows:
    """Distinct owners of places that may be in any order."""
    if len(owners) > 1 and np.any(owners[1:] < owners[:-1]):
        owners = np.sort(owners)
    keep = np.ones(len(owners), dtype=np.bool_)
    keep[1:] = owners[1:] != owners[:-1]
    return owners[keep]


def _places(array: npt.NDArray[np.uint8], wanted: bytes) -> npt.NDArray[np.int64]:
    """Where `wanted` begins in `array`, in order."""
    most = len(array) - len(wanted) + 1
    if most <= 0 or not wanted:
        return np.zeros(0, dtype=np.int64)
    first = array[:most] == wanted[0]
    if len(wanted) > 1:
        first &= array[1 : 1 + most] == wanted[1]
    places = np.flatnonzero(first)
    for i, byte in enumerate(wanted[2:], start=2):
        places = places[array[places + i] == byte]
    return places


def _codes(snapshot: Snapshot) -> CodeIndex:
    """An id that is the credit code or the name itself is not kept twice."""
    firms = snapshot.firms
    uscc, stock = firms.uscc.fill_null(""), firms.stock_code.fill_null("")
    same = pc.or_(pc.equal(firms.ids, uscc), pc.equal(firms.ids, firms.names))
    ids = pc.if_else(same, "", firms.ids)
    lines = pc.binary_join_element_wise(uscc, stock, ids, "", "\n")
    return CodeIndex.of(pc.utf8_upper(lines.cast(pa.string())))


def _letters(codes: npt.NDArray[np.uint16], counts: npt.NDArray[np.int64]) -> Any:
    """Initials of all characters; the table is made of the distinct ones."""
    table = np.zeros(_CHARACTERS, dtype=np.uint8)
    present = np.flatnonzero(counts)
    table[present] = _letters_of(present)
    letters = table[codes]
    for word, letter in _READINGS.items():
        first, second = ord(word[0]), ord(word[1])
        if counts[first] and counts[second]:
            at = np.flatnonzero((codes[:-1] == first) & (codes[1:] == second))
            letters[at] = ord(letter)
    return letters


def _letters_of(points: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    return np.array([_letter(int(point)) for point in points], dtype=np.uint8)


@cache
def _letter(point: int) -> int:
    """ASCII stays; a Chinese character gives the letter its reading begins with; others `_`."""
    if point < 128:
        return point
    if not 0x3400 <= point < 0xFFFF:
        return ord("_")
    if chr(point) in _READ_ALONE:
        return ord(_READ_ALONE[chr(point)])
    from pypinyin import Style, lazy_pinyin  # half a second, and only needed for an index

    read = lazy_pinyin(chr(point), style=Style.NORMAL, errors="ignore")
    first = read[0][:1].lower() if read else ""
    return ord(first) if first and first.isascii() else ord("_")


__all__ = ["CodeIndex", "NameIndex", "Rows", "find_firms", "initials"]
