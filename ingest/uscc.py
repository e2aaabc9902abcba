"""Unified social credit codes (统一社会信用代码): check digits, and what a code says.

GB 32100-2015: 18 characters without I, O, S, V, Z: registering authority, kind of entity, six
digits of the region of registration (GB/T 2260), nine of the organisation code (GB 11714), a check
digit. The first eight are digits.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from stdnum.cn import uscc as stdnum_uscc

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Powers of 3 modulo 31 (GB 32100-2015, annex).
_WEIGHTS = np.array([pow(3, i, 31) for i in range(LENGTH - 1)], dtype=np.int16)
_VALUES = np.full(256, -1, dtype=np.int16)
_VALUES[np.frombuffer(ALPHABET.encode(), dtype=np.uint8)] = np.arange(len(ALPHABET))
_BLOCK = 1 << 18
# Letters the alphabet leaves out because they are taken for digits.
_LOOK_ALIKE = {"O": "0", "I": "1", "Z": "2", "S": "5"}
_NOISE = re.compile(r"[\s\u200b-\u200f\ufeff'`-]+")


def normalise(text: str) -> str:
    """Half width, upper case, without blanks, hyphens and the apostrophe Excel users put first.

    Look-alike letters stay as they are: check() says so, nobody repairs a firm's identity silently.
    """
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()


def check(code: str) -> str | None:
    """None for a right code, else the reason (Chinese). Expects what normalise() returns."""
    if len(code) != LENGTH:
        if len(code) == 15 and code.isdigit():
            return "15 位数字是旧的工商注册号，不是统一社会信用代码"
        return f"统一社会信用代码应为 {LENGTH} 位，这里是 {len(code)} 位"
    for place, char in enumerate(code):
        if char not in ALPHABET or (place < 8 and not char.isdigit()):
            return _wrong_character(code, place)
    right: str = stdnum_uscc.calc_check_digit(code[:-1])
    if code[-1] != right:
        return f"校验位不对：按前 17 位末位应为 {right}，这里是 {code[-1]}"
    return None


def _wrong_character(code: str, place: int) -> str:
    rule = "前 8 位应为数字" if place < 8 and code[place] in ALPHABET else "代码里没有这个字符"
    reason = f"第 {place + 1} 位是“{code[place]}”，{rule}"
    mended = "".join(_LOOK_ALIKE.get(char, char) for char in code)
    if mended != code and check(mended) is None:
        return f"{reason}；是否为 {mended}"
    return reason


def check_many(
    codes: pa.Array | pa.ChunkedArray | npt.NDArray[np.generic],
) -> npt.NDArray[np.bool_]:
    """Of each code whether check() finds nothing wrong; missing codes are wrong.

    `codes`: n texts as normalise() returns them, Arrow or numpy. Returns n booleans. Works on the
    bytes of the column in blocks, with some 50 MB of scratch however long the column is.
    """
    column = codes if isinstance(codes, pa.Array | pa.ChunkedArray) else pa.array(codes)
    column = column.cast(pa.large_binary())
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    parts = [
        _check_block(chunk.slice(start, _BLOCK))
        for chunk in chunks
        for start in range(0, len(chunk), _BLOCK)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.bool_)


def _check_block(block: pa.LargeBinaryArray) -> npt.NDArray[np.bool_]:
    right = np.zeros(len(block), dtype=np.bool_)
    offsets, data = _buffers(block)
    whole = np.flatnonzero(np.diff(offsets) == LENGTH)
    if not len(whole):
        return right
    starts = offsets[whole]
    values = _VALUES[data[starts[:, None] + np.arange(LENGTH)]]
    sums = values[:, :-1] @ _WEIGHTS
    known = (values >= 0).all(axis=1) & (values[:, :8] < 10).all(axis=1)
    right[whole] = known & ((-sums) % 31 == values[:, -1])
    if block.null_count:
        right &= block.is_valid().to_numpy(zero_copy_only=False)
    return right


def _buffers(
    block: pa.LargeBinaryArray,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Offsets (n + 1) and bytes of a column, also of a slice of one."""
    _, offsets, data = block.buffers()
    first = block.offset
    bounds = np.frombuffer(offsets, dtype=np.int64)[first : first + len(block) + 1]
    return bounds, np.frombuffer(data if data is not None else b"", dtype=np.uint8)


def region_of(code: str) -> str:
    """The six digits of the region of registration; it may have been renamed since."""
    return code[2:8]


def make(region: str, serial: int, kind: str = "91") -> str:
    """A right code that belongs to nobody known, for tests and made-up registries.

    `region`: six digits; `serial`: 0 ≤ serial < 31⁶, one code each; `kind`: authority and entity.

    Raises:
        ValueError: an argument out of its range.
    """
    if not re.fullmatch("[0-9]{6}", region) or not re.fullmatch("[0-9]{2}", kind):
        raise ValueError(f"region must be 6 digits and kind 2, got {region!r} and {kind!r}")
    if not 0 <= serial < 31**6:
        raise ValueError(f"serial must be in [0, 31**6), got {serial}")
    body = "MA"
    for power in range(5, -1, -1):
        body += ALPHABET[serial // 31**power % 31]
    code = kind + region + body + _organisation_check(body)
    check_digit: str = stdnum_uscc.calc_check_digit(code)
    return code + check_digit


def _organisation_check(body: str) -> str:
    """Check character of an organisation code of eight (GB 11714-1997): modulus 11, X for ten."""
    total = sum(int(c, 36) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return "0123456789X"[-total % 11]
