"""Firms by part of a name, pinyin initials or code: an index that answers in milliseconds.

All names and aliases stand in one array of characters, and their places are ordered by the four
characters from there on (a suffix array cut at that depth: Manber and Myers, 1993): the places of a
query follow one another. Pinyin initials are an array of letters beside it, one a character.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from api.memory import hold
from graph import Snapshot
from graph.lookup import name_key

Rows = npt.NDArray[np.int32]
_CHARACTERS = 1 << 16
# Readings that a character has in these words alone, initials of the first character.
_READINGS = {"重庆": "c", "厦门": "x", "银行": "h", "六安": "l"}
# The reading that a character of several has in most names.
_READ_ALONE = {"长": "c", "重": "z", "行": "x", "厦": "x"}
_LEAST_LETTERS = 2
_DEPTH = 4
"""Characters by which places are ordered: most searches are no longer."""
_MANY = 1000
"""From one place in so many on, firms are marked; fewer are sorted."""
# Shorter than this letters alone are initials: they stand in every second credit code.
_LEAST_CODE = 4


@dataclass(frozen=True, eq=False)
class NameIndex:
    """The names of all firms of a snapshot.

    Attributes:
        codes: UTF-16 code of every character, 0xFFFF beyond the basic plane; a line feed ends
            a name.
        owner: firm row of every character.
        order: places ordered by the code there and the next three.
        letters: the initial of each character's pinyin, or the character itself where it is ASCII.
        spelt: places ordered by the letter there and the next three.
    """

    codes: npt.NDArray[np.uint16]
    owner: Rows
    order: Rows
    letters: npt.NDArray[np.uint8]
    spelt: Rows

    @classmethod
    def of(cls, names: pa.Array) -> NameIndex:
        """The index of texts that each hold the names of one firm, a line feed after each."""
        whole = b"".join(memoryview(b) for b in _buffers(names)).decode("utf8")
        points = np.frombuffer(whole.encode("utf-32-le"), dtype=np.uint32)
        codes = np.minimum(points, _CHARACTERS - 1).astype(np.uint16)
        lengths = pc.utf8_length(names).to_numpy(zero_copy_only=False)
        owner = np.repeat(np.arange(len(names), dtype=np.int32), lengths)
        letters = _letters(codes, np.bincount(codes, minlength=_CHARACTERS))
        return cls(codes, owner, _ordered(codes), letters, _ordered(letters))

    def with_text(self, text: str) -> Rows:
        """Rows of the firms with `text` (as :func:`graph.lookup.name_key` has it) in a name."""
        wanted = [min(ord(c), _CHARACTERS - 1) for c in text]
        return self._owners(_beginning(self.codes, self.order, wanted))

    def with_initials(self, text: str) -> Rows:
        """Rows of the firms with `text`, lower-case letters and digits, as initials in a name."""
        return self._owners(_beginning(self.letters, self.spelt, list(text.encode())))

    def _owners(self, places: Rows) -> Rows:
        """Distinct firms of places in any order."""
        owners = self.owner[places]
        if len(owners) * _MANY <= len(self.owner):
            return np.unique(owners)
        mask = np.zeros(int(self.owner[-1]) + 1, dtype=np.bool_)
        mask[owners] = True
        return np.flatnonzero(mask).astype(np.int32)


@dataclass(frozen=True, eq=False)
class CodeIndex:
    """Credit codes, stock codes and ids of all firms, upper case, a line feed after each firm's.

    Attributes:
        codes: all their bytes.
        ends: where each firm's end.
        worded: places from which on there are letters alone, as many as a search by letters needs.
    """

    codes: npt.NDArray[np.uint8]
    ends: npt.NDArray[np.int64]
    worded: npt.NDArray[np.int64]

    @classmethod
    def of(cls, lines: pa.Array) -> CodeIndex:
        """The index of texts that each hold the codes of one firm."""
        whole = b"".join(memoryview(b) for b in _buffers(lines))
        lengths = pc.binary_length(lines).to_numpy(zero_copy_only=False)
        codes = np.frombuffer(whole, dtype=np.uint8)
        letter = (codes >= ord("A")) & (codes <= ord("Z"))
        most = max(len(codes) - _LEAST_CODE + 1, 0)
        runs = np.logical_and.reduce([letter[i : i + most] for i in range(_LEAST_CODE)])
        return cls(codes, np.cumsum(lengths), np.flatnonzero(runs))

    @cached_property
    def plain(self) -> bool:
        """Whether no code has a character beyond ASCII."""
        return not len(self.codes) or int(self.codes.max()) < 128

    def with_code(self, text: str) -> Rows:
        """Rows of the firms with `text` (upper case) in a code."""
        if self.plain and not text.isascii():
            return np.zeros(0, dtype=np.int32)
        wanted = text.encode()
        if text.isascii() and text.isalpha() and len(text) >= _LEAST_CODE:
            places = self.worded[self.worded <= len(self.codes) - len(wanted)]
            for i, byte in enumerate(wanted):
                places = places[self.codes[places + i] == byte]
        else:
            places = _places(self.codes, wanted)
        owners = np.searchsorted(self.ends, places, side="right").astype(np.int32)
        return owners[np.diff(owners, prepend=-1) > 0]


def _ordered(symbols: npt.NDArray[Any]) -> Rows:
    """Places of an array, ordered by what stands there and at the next three."""
    key = np.zeros(len(symbols), dtype=np.uint64)
    for i in range(_DEPTH):
        key <<= np.uint64(8 * symbols.itemsize)
        key[: len(key) - i] |= symbols[i:]
    return np.argsort(key).astype(np.int32)


def _beginning(symbols: npt.NDArray[Any], order: Rows, wanted: list[int]) -> Rows:
    """Places, in any order, where `wanted` begins; `order` is that of :func:`_ordered`."""
    head = wanted[:_DEPTH]

    def at(place: np.int32) -> list[int]:
        found: list[int] = symbols[place : place + len(head)].tolist()
        return found

    first = bisect_left(order, head, key=at)
    places = order[first : bisect_right(order, head, lo=first, key=at)]
    for i, symbol in enumerate(wanted[_DEPTH:], start=_DEPTH):
        places = places[places < len(symbols) - i]
        places = places[symbols[places + i] == symbol]
    return places


def find_firms(snapshot: Snapshot, text: str) -> Rows:
    """Rows, in order, of firms with `text` in a name, alias, code or id, or as pinyin initials."""
    key = name_key(text)
    if not key:
        return np.arange(len(snapshot.firms), dtype=np.int32)
    index = _names_of(snapshot)
    found = [index.with_text(key)]
    letters = key.isascii() and key.isalpha()
    if letters and len(key) >= _LEAST_LETTERS:
        found.append(index.with_initials(key))
    if not letters or len(key) >= _LEAST_CODE:
        found.append(_codes_of(snapshot).with_code(key.upper()))
    return _either(found, len(snapshot.firms))


def prepare(snapshot: Snapshot) -> None:
    """Build the index, or read it, into memory, so that no search waits for the disk."""
    for part in (_names_of(snapshot), _codes_of(snapshot)):
        for field in fields(part):
            column = getattr(part, field.name)
            column.max(initial=0)
            # A search touches few pages but scattered ones; where they were dropped because nobody
            # searched for a while, it takes a hundred times as long.
            hold(column)


def _names_of(snapshot: Snapshot) -> NameIndex:
    return snapshot.lasting("names", NameIndex, _names)


def _codes_of(snapshot: Snapshot) -> CodeIndex:
    return snapshot.lasting("codes", CodeIndex, _codes)


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


__all__ = ["CodeIndex", "NameIndex", "Rows", "find_firms", "initials", "prepare"]
