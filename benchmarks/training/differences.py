"""What training changed in the weights of an encoder, made small enough to ship.

`python -m benchmarks.training.differences FILE… -o FILE --rank N`: the mean of several runs. Those
that begin at the same weights have a mean that is about as good as asking all of them (Wortsman et
al. 2022, Model soups, arXiv:2203.05482).

Full training changes a matrix a little in every direction; most of what that is good for lies in
few of them (Hu et al. 2021, LoRA, arXiv:2106.09685), which a singular value decomposition finds.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.news.encoder.base import difference

Floats = npt.NDArray[np.float32]
# Whole numbers in one byte.
MOST = 127


def packed(changes: Mapping[str, Floats], rank: int) -> dict[str, npt.NDArray[np.generic]]:
    """Differences of matrices (in × out) as narrow products, those of vectors as they are.

    `name.left`, `name.right`, `name.scale` and `name.plus`, as
    :func:`ingest.news.encoder.base.differences` reads them.
    """
    made: dict[str, npt.NDArray[np.generic]] = {}
    for name, change in changes.items():
        if change.ndim == 1:
            made[f"{name}.plus"] = change.astype(np.float16)
            continue
        left, size, right = np.linalg.svd(change, full_matrices=False)
        one, ones = _bytes(left[:, :rank], axis=0)
        two, twos = _bytes(right[:rank], axis=1)
        made[f"{name}.left"], made[f"{name}.right"] = one, two
        made[f"{name}.scale"] = (size[:rank] * ones * twos).astype(np.float32)
    return made


def _bytes(array: Floats, axis: int) -> tuple[npt.NDArray[np.int8], Floats]:
    """Numbers as whole ones to 127, and what one of them is worth along the other axis."""
    worth = np.abs(array).max(axis=axis) / MOST
    shown = np.expand_dims(np.where(worth > 0, worth, 1.0), axis)
    return np.round(array / shown).astype(np.int8), worth


def mean(
    runs: Sequence[Mapping[str, npt.NDArray[np.generic]]], rank: int
) -> dict[str, npt.NDArray[np.generic]]:
    """The mean of the differences of several runs, and of all else in their files."""
    names = {key.rpartition(".")[0] for key in runs[0] if key.endswith((".plus", ".left"))}
    changes: dict[str, Floats] = {}
    for name in sorted(names):
        of_runs = [change for run in runs if (change := difference(run, name)) is not None]
        changes[name] = np.mean(of_runs, axis=0)
    other = [key for key in runs[0] if "." not in key]
    return packed(changes, rank) | {
        key: np.mean([run[key].astype(np.float32) for run in runs], axis=0) for key in other
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the mean of the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--rank", type=int, default=64)
    given = parser.parse_args(arguments)
    arrays: dict[str, Any] = mean([dict(np.load(file)) for file in given.files], given.rank)
    np.savez_compressed(given.output, **arrays)


if __name__ == "__main__":
    main()
