"""How the characters of a short name lie in a longer one.

A short name is made by leaving characters out: 杭齿前进 of 杭州前进齿轮箱, 海汽 of 海南海汽运输.
The alignment is the ordered matching of equal characters with the most worth: a character is
worth how rarely it stands in names, more in a core than in a trade; characters that stand side by
side in both names, and such at the beginning of a word, are worth more. (Needleman & Wunsch 1970,
with the bonus for runs of Gotoh 1982 instead of gap costs.)
"""

from __future__ import annotations

from functools import lru_cache

from ingest.namemodel.words import Words

_ROLE_WORTH = {"c": 1.0, "p": 0.6, "t": 0.6, "g": 0.4, "f": 0.3, "b": 0.3}
RUN = 0.8  # two characters side by side in both names
HEAD = 0.25  # first character of the core, the place or a word of trade
NONE = -1


@lru_cache(maxsize=65536)
def worth(char: str) -> float:
    """How much a character says: 0.4 for the commonest in cores (中), 1 for one never seen."""
    words = Words.shipped()
    return words.characters.get(char, words.unseen) / words.unseen


def align(short: str, long: str, roles: str, heads: frozenset[int]) -> list[int]:
    """For each character of `short` the position in `long` it lies on, or NONE.

    Args:
        short: the shorter text.
        long: the longer text.
        roles: a letter of :class:`ingest.namemodel.NameParts` for each character of `long`.
        heads: positions of `long` where a part or a word begins.
    """
    size = len(long)
    best_before: list[tuple[float, int, int]] = [(0.0, NONE, NONE)] * (size + 1)
    ends: list[dict[int, tuple[float, int, int]]] = []
    previous: dict[int, tuple[float, int, int]] = {}
    places: dict[str, list[int]] = {}
    for j, char in enumerate(long):
        places.setdefault(char, []).append(j)
    for i, char in enumerate(short):
        current: dict[int, tuple[float, int, int]] = {}
        for j in places.get(char, ()):
            base = _ROLE_WORTH[roles[j]] * worth(char) + (HEAD if j in heads else 0.0)
            score, at_i, at_j = best_before[j]
            run = previous.get(j - 1)
            if run is not None and run[0] + RUN >= score:
                score, at_i, at_j = run[0] + RUN, i - 1, j - 1
            current[j] = (base + score, at_i, at_j)
        ends.append(current)
        if current:
            best_before = _raised(best_before, current, i)
        previous = current
    return _trace(len(short), ends, best_before[size])


def _raised(
    before: list[tuple[float, int, int]], current: dict[int, tuple[float, int, int]], i: int
) -> list[tuple[float, int, int]]:
    """The best match that ends before each position, the matches of character `i` included."""
    raised = [before[0]]
    top = before[0]
    for j in range(len(before) - 1):
        if before[j + 1][0] > top[0]:
            top = before[j + 1]
        here = current.get(j)
        if here is not None and here[0] > top[0]:
            top = (here[0], i, j)
        raised.append(top)
    return raised


def _trace(
    size: int, ends: list[dict[int, tuple[float, int, int]]], last: tuple[float, int, int]
) -> list[int]:
    found = [NONE] * size
    _, i, j = last
    while i != NONE:
        found[i] = j
        _, i, j = ends[i][j]
    return found
