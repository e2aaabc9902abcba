"""Random columns, drawn whole: weighted picks, joined texts, valid credit codes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest.uscc import ALPHABET

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_BASE = len(ALPHABET)
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_CODE_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)])
_LETTERS = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
# Values in GB 32100 (31 signs) and in GB 11714 (36 signs) of each byte.
_VALUE_31 = np.zeros(256, dtype=np.int64)
_VALUE_31[_LETTERS] = np.arange(_BASE)
_VALUE_36 = np.array([int(chr(b), 36) if chr(b).isalnum() and b < 128 else 0 for b in range(256)])


def zipf(n: int, exponent: float = 1.0) -> Floats:
    """Shares of `n` ranks, the first the most popular; they sum to 1."""
    weights = np.arange(1, n + 1, dtype=np.float64) ** -exponent
    return np.asarray(weights / weights.sum())


def pick(draw: np.random.Generator, weights: Sequence[float] | Floats, n: int) -> Ints:
    """`n` indices into `weights`, drawn in proportion to them."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    found = np.searchsorted(edges, draw.random(n) * edges[-1], side="right")
    return np.asarray(np.minimum(found, len(edges) - 1), dtype=np.int64)


def words(values: Sequence[str | None], rows: Ints) -> pa.Array:
    """`values[rows]` as an Arrow column."""
    return pa.array(values, pa.string()).take(pa.array(rows))


def join(*parts: pa.Array | str) -> pa.Array:
    """The parts of each row written one after the other; a missing part leaves a missing row."""
    return pc.binary_join_element_wise(*parts, "")


def sometimes(draw: np.random.Generator, values: pa.Array, share: float) -> pa.Array:
    """`values` with only about `share` of the cells filled."""
    mask = draw.random(len(values)) < share
    return pc.if_else(pa.array(mask), values, pa.scalar(None, values.type))


def credit_codes(regions: Sequence[str], region: Ints, serial: Ints) -> pa.Array:
    """Valid unified social credit codes: one for each (`regions[region]`, serial) pair.

    Signs and check characters as in :func:`ingest.uscc.make` (GB 32100-2015, GB 11714-1997), but
    for whole columns. `serial` counts from 0 and stays below 31⁶.
    """
    codes = np.zeros((len(serial), 18), dtype=np.uint8)
    codes[:, 0:2] = np.frombuffer(b"91", dtype=np.uint8)
    digits = np.frombuffer("".join(regions).encode(), dtype=np.uint8).reshape(-1, 6)
    codes[:, 2:8] = digits[region]
    codes[:, 8:10] = np.frombuffer(b"MA", dtype=np.uint8)
    for place, power in enumerate(range(5, -1, -1)):
        codes[:, 10 + place] = _LETTERS[serial // _BASE**power % _BASE]
    organisation = -(_VALUE_36[codes[:, 8:16]] @ _ORGANISATION_WEIGHTS) % 11
    codes[:, 16] = np.frombuffer(b"0123456789X", dtype=np.uint8)[organisation]
    codes[:, 17] = _LETTERS[-(_VALUE_31[codes[:, :17]] @ _CODE_WEIGHTS) % 31]
    offsets = np.arange(0, 18 * len(serial) + 1, 18, dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(codes.tobytes())]
    return pa.Array.from_buffers(pa.string(), len(serial), buffers)
