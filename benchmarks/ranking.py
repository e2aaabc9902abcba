"""Steps of the speed benchmark that rank: the product's answer, and the bare formula done plainly.

A question is a region and the chain with 100 links; the product answers with ten signals, gates,
intervals, reasons and ways in, the others (:mod:`benchmarks.plain`) with the bare formula.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.cypher import InKuzu
from benchmarks.loading import resident_mb
from benchmarks.plain import PLAIN, Answer, Facts, Plain, facts_of
from benchmarks.synthetic.chains import BIG_CHAIN
from graph.regions import Divisions
from graph.store import connect
from recommender import recommend

TOP = 100


def ways() -> dict[str, Callable[[Facts], Plain]]:
    """All plain ways that can run here: the embedded Cypher engine is an extra (`peers`)."""
    if find_spec("kuzu") is None:
        return PLAIN
    return PLAIN | {"kuzu": InKuzu}


def questions(n: int, seed: int = 11) -> list[str]:
    """Codes of `n` different prefectures and counties, half of each."""
    draw = np.random.default_rng(seed)
    found: list[str] = []
    for level, wanted in (("prefecture", n // 2), ("county", n - n // 2)):
        codes = [d.code for d in Divisions.national() if d.level == level and d.code < "700000"]
        found += draw.choice(codes, wanted, replace=False).tolist()
    return found


def product(store: str, n: str) -> dict[str, Any]:
    """The product's answers, reasons and ways in included."""
    snapshot = connect(store).snapshot()

    def answer(code: str) -> Any:
        found = recommend(snapshot, region=code, chain=BIG_CHAIN, top=TOP)
        return [(target.reasons, target.paths) for target in found.targets]

    return timed(answer, questions(int(n)))


def plain(kind: str, store: str, n: str) -> dict[str, Any]:
    """The bare formula by one of :func:`ways`, data ready in memory."""
    way = ways()[kind](facts_of(connect(store)))
    return timed(lambda code: way.answer(code, BIG_CHAIN, TOP), questions(int(n)))


def check_same(store: str) -> int:
    """Let all plain ways answer the same questions; how many firms they agreed on.

    Raises:
        ValueError: two ways disagree, so that times would mean nothing.
    """
    facts = facts_of(connect(store))
    made = {kind: make(facts) for kind, make in ways().items()}
    agreed = 0
    for code in questions(4):
        answers: dict[str, list[Answer]] = {
            kind: way.answer(code, BIG_CHAIN, TOP) for kind, way in made.items()
        }
        scores = {kind: [a.score for a in found] for kind, found in answers.items()}
        first = next(iter(scores.values()))
        for kind, found in scores.items():
            if len(found) != len(first) or not np.allclose(found, first, atol=1e-9):
                raise ValueError(f"{kind} disagrees about {code}: {found[:3]} against {first[:3]}")
        agreed += len(first)
    return agreed


def timed(answer: Callable[[str], Any], codes: list[str]) -> dict[str, Any]:
    """The first answer (which fills caches), then median and fastest of the others."""
    times: list[float] = []
    cpu: list[float] = []
    targets = 0
    for code in [codes[-1], *codes]:
        start, used = time.perf_counter(), time.process_time()
        targets = len(answer(code))
        times.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
    rest = times[1:]
    return {
        "first_ms": 1000 * times[0],
        "median_ms": 1000 * statistics.median(rest),
        "cpu_ms": 1000 * statistics.median(cpu[1:]),
        "fastest_ms": 1000 * min(rest),
        "answers": len(rest),
        "targets": targets,
        "resident_mb": resident_mb(),
    }
