"""Regularised least squares for many labels at once, and what it says of a text it has not seen.

With unit-length rows X, targets Y of 0 and 1 and G = XXᵀ + λI, the dual solution is A = G⁻¹Y and
the weights are XᵀA; the answer for row i of a model trained without row i is
yᵢ − Aᵢ / (G⁻¹)ᵢᵢ exactly (Rifkin & Lippert 2007, "Notes on regularized least squares"). The
left-out answers cost nothing and are what the confidences are calibrated on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse

Float32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Solved:
    """`weights` (features × labels) and `left_out` (texts × labels), the left-out answers."""

    weights: Float32
    left_out: Float32


def solve(rows: sparse.csr_matrix, targets: Float32, ridge: float) -> Solved:
    """The least squares of `targets` (texts × labels) on `rows` (texts × features).

    Time grows with the cube of the number of texts, memory with its square: some thousands.
    """
    gram = np.asarray((rows @ rows.T).todense(), dtype=np.float64)
    gram[np.diag_indices_from(gram)] += ridge
    inverse = linalg.inv(gram, overwrite_a=True, check_finite=False)
    dual = inverse @ targets
    left_out = targets - dual / np.diag(inverse)[:, None]
    weights = rows.T @ dual.astype(np.float32)
    return Solved(np.asarray(weights, dtype=np.float32), left_out.astype(np.float32))
