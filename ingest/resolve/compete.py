"""Names of one list tell each other apart.

A list seldom names a firm twice under two short names: beside 伟星新材, which can only be one firm,
伟星股份 is more likely another. Probability is moved between the candidates of a name, away from
those that other names of the list claim with more right; how likely it is that any candidate is
meant does not change, so a firm that is listed twice is found twice. (Sum-product messages on the
matching of names and firms, as Huang & Jebara 2007 for the permanent; instead of being forbidden, a
second name of a firm costs LIMIT.)

A firm whose short name is known already (伟星新材, in the registry) is claimed in the same way, but
less: some firms have two.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

LIMIT = 4.0  # log-odds against a firm that another name means for certain
NAMED = 2.0  # log-odds against another short name for a firm that has one
ROUNDS = 20
_LEAST = 1e-6  # probability of none, so that odds stay finite

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


def compete(
    firms: Sequence[Rows],
    chances: Sequence[Floats],
    size: int,
    named: npt.NDArray[np.bool_] | None = None,
) -> list[Floats]:
    """Probabilities after the names of a list have been weighed against each other.

    Args:
        firms: for each name the rows of its candidates.
        chances: for each name their probabilities.
        size: number of firms.
        named: whether a firm has a short name that none of these is, or needs none; by default no.
    """
    lengths = [len(rows) for rows in firms]
    if sum(lengths) == 0:
        return list(chances)
    flat = np.concatenate([np.asarray(rows, dtype=np.int64) for rows in firms])
    given = np.concatenate(list(chances))
    group = np.repeat(np.arange(len(firms)), lengths)
    whole = np.bincount(group, given, len(firms))
    free = np.ones(len(flat)) if named is None else np.where(named[flat], np.exp(-NAMED), 1.0)
    outside = np.maximum(1.0 - whole, _LEAST)[group]
    left = free  # to each name: how free a firm is for it
    for _ in range(ROUNDS):
        odds = given * left
        rivals = np.bincount(group, odds, len(firms))[group] - odds + outside
        claim = given / np.maximum(rivals, _LEAST)
        others = np.maximum(np.bincount(flat, claim, size)[flat] - claim, 0.0)
        left = np.sqrt(left * free * (1.0 + np.exp(-LIMIT) * others) / (1.0 + others))
    odds = given * left
    total = np.bincount(group, odds, len(firms))
    scale = np.divide(whole, total, out=np.zeros_like(whole), where=total > 0)
    now = odds * scale[group]
    return [np.asarray(part) for part in np.split(now, np.cumsum(lengths)[:-1])]
