"""How fast texts become links: 200,000 firms with a name, products and a scope.

The texts are put together from products of the bundled firms, words of doing and the boilerplate
of business scopes, so that phrases recur as they do in a registry, but most texts differ.
`python -m benchmarks classify`; fewer texts: `python -m benchmarks.classify --texts 20000`.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.child import measured
from benchmarks.report import RESULTS, table, write_section
from graph.store import connect
from ingest.classify import Classifier
from ingest.reference import load_reference

TEXTS = 200_000
GOAL_SECONDS = 300
_DOING = ("的研发", "、制造", "、销售", "加工", "生产", "批发", "的技术服务", "制造", "安装", "")
_COMMON = (
    "货物进出口",
    "技术进出口",
    "技术服务、技术开发、技术咨询",
    "企业管理咨询",
    "国内贸易代理",
    "普通货物道路运输",
    "住房租赁",
    "（依法须经批准的项目，经相关部门批准后方可开展经营活动）",
)
_LETTERS = "华东海天金新宏远盛泰恒瑞达兴安中科力诚信德博亿丰源光明"


def make_store(path: str) -> dict[str, int]:
    """A store with the bundled chains, firms and positions."""
    load_reference(connect(path))
    snapshot = connect(path).snapshot()
    return {"links": len(snapshot.links.ids), "firms": len(snapshot.firms.ids)}


def classify(path: str, count: str) -> dict[str, Any]:
    """Learn from the store, then classify `count` texts; seconds of each, and what came of it."""
    snapshot = connect(path).snapshot()
    products = [
        product
        for row in snapshot.details(range(len(snapshot.firms.ids)), ("products",))
        for product in row["products"] or ()
    ]
    texts = make_texts(int(count), products)
    start = time.perf_counter()
    classifier = Classifier.train(snapshot)
    learned = time.perf_counter()
    answers = classifier.classify(texts, top=3)
    done = time.perf_counter()
    decisions = [answer.decision for answer in answers]
    return {
        "learn": learned - start,
        "classify": done - learned,
        "trained_on": classifier.trained_on,
        "different": len({str(sorted(text.items(), key=str)) for text in texts}),
        **{kind: decisions.count(kind) / len(decisions) for kind in ("assign", "review", "none")},
    }


def make_texts(count: int, products: Sequence[str], seed: int = 0) -> list[dict[str, Any]]:
    """Rows of a firms table: one to six products or a scope of three to nine phrases, or both."""
    rng = np.random.default_rng(seed)
    return [_row(rng, products) for _ in range(count)]


def _row(rng: np.random.Generator, products: Sequence[str]) -> dict[str, Any]:
    chosen = [products[i] for i in rng.integers(0, len(products), rng.integers(1, 7))]
    name = "".join(_LETTERS[i] for i in rng.integers(0, len(_LETTERS), 2)) + chosen[0][-2:]
    own = [product + _DOING[rng.integers(len(_DOING))] for product in chosen]
    common = [_COMMON[i] for i in rng.integers(0, len(_COMMON), rng.integers(2, 5))]
    with_scope, with_products = [(True, False), (False, True), (True, True)][rng.integers(3)]
    return {
        "name": f"{name}有限公司",
        "products": chosen if with_products else [],
        "scope": "；".join([*own, *common]) if with_scope else "",
    }


def report(made: dict[str, int], seconds: Any, count: int) -> str:
    """What was measured, as Markdown."""
    result = seconds.result
    rows = [
        ("learn from the store", f"{result['learn']:.1f}", "", ""),
        (
            f"classify {count:,} texts, top 3 links each",
            f"{result['classify']:.1f}",
            f"{count / result['classify']:,.0f}",
            f"{GOAL_SECONDS} s for {TEXTS:,}",
        ),
    ]
    shares = ", ".join(f"{kind} {result[kind]:.0%}" for kind in ("assign", "review", "none"))
    return (
        f"{made['links']:,} links, learned from {result['trained_on']:,} of {made['firms']:,} "
        f"bundled firms; {result['different']:,} different texts (products, scopes or both). "
        f"{os.cpu_count()} cores, peak {seconds.peak_mb:,.0f} MB, {seconds.cpu_seconds:.0f} CPU s "
        "in all.\n\n"
        + table(["step", "seconds", "texts a second", "goal"], rows)
        + f"\n\nDecisions: {shares}."
    )


def main(arguments: Sequence[str] = ()) -> int:
    """Measure, print, and rewrite the section of RESULTS.md; 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=TEXTS)
    parser.add_argument("--results", type=Path, default=RESULTS)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "reference.duckdb")
        made = measured("benchmarks.classify:make_store", store).result
        run = measured("benchmarks.classify:classify", store, given.texts)
    text = report(made, run, given.texts)
    print(text)
    if given.texts == TEXTS:
        write_section("Texts to links", text, given.results)
    return 0 if run.result["classify"] <= GOAL_SECONDS * given.texts / TEXTS else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
