from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender import RankSettings, recommend
from recommender.topk import Ranking
from tests.recommender.worlds import snapshot, wind

# Few different scores and sizes, so that many rows are even.
rows = st.lists(st.tuples(st.integers(0, 12), st.sampled_from([0.0, 0.25, 0.5, 0.75])))
sizes = st.lists(st.sampled_from([-1.0, 0.5]), min_size=13, max_size=13)


def by_hand(ranking: Ranking, k: int) -> list[int]:
    """Each firm's first best row; by score, size, firm."""
    best: dict[int, tuple[float, float, int, int]] = {}
    for place, (group, score) in enumerate(zip(ranking.group, ranking.scores, strict=True)):
        row = (-score, -ranking.size[group], int(group), place)
        best[int(group)] = min(best.get(int(group), row), row)
    return [place for *_, place in sorted(best.values())[:k]]


@given(rows, sizes, st.integers(1, 15))
def test_the_best_firms_each_at_its_best_row(
    drawn: list[tuple[int, float]], bulk: list[float], k: int
) -> None:
    ordered = sorted(drawn, key=lambda row: row[0])
    group = np.array([row[0] for row in ordered], dtype=np.int32)
    scores = np.array([row[1] for row in ordered], dtype=np.float64)
    ranking = Ranking(scores, group, np.array(bulk))
    top = ranking.top(k).tolist()
    assert top == by_hand(ranking, k)
    assert [ranking.rank(int(group[place])) for place in top] == list(range(1, len(top) + 1))


def test_a_firm_with_very_many_rows_hides_nobody() -> None:
    group = np.array([0] * 50 + [1, 2], dtype=np.int32)
    scores = np.array([0.9] * 50 + [0.5, 0.7])
    assert Ranking(scores, group, np.zeros(3)).top(3).tolist() == [0, 51, 50]


def test_where_no_part_weighs_anything_the_score_may_be_all() -> None:
    lasting = ("fit", "leadership", "momentum", "expansion", "capacity")
    settings = RankSettings(weights=dict.fromkeys(lasting, 0.0))
    answer = recommend(snapshot(**wind()), chain="风电", settings=settings)
    assert {t.score.interval for t in answer.targets} == {(0.0, 1.0)}
    assert {t.score.coverage for t in answer.targets} == {0.0}
