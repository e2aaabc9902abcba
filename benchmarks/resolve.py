"""Names resolved to a large registry, beside rapidfuzz and a tf-idf matcher.

A store with a synthetic registry is made; messy names are drawn from its firms: typing slips,
parts left out, spelling, some of firms that are not there. Each way to resolve runs in a process of
its own (:mod:`benchmarks.child`) from the store to the answers, all it has to build included.
rapidfuzz compares each name with each, so it answers a sample and the rest is extrapolated. The
figures go to ``RESULTS.md``. Run: ``python -m benchmarks.resolve --firms 1000000``.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.child import Measured, measured
from benchmarks.report import table, write_section
from benchmarks.training.variants import Variants
from graph.store import connect
from ingest.namemodel import parse
from ingest.resolve import Registry, Resolver

ABSENT = 0.1  # share of names whose firm is taken out of the registry's answer: an invented core
SAMPLE = 50
GOAL_SECONDS, GOAL_MB = 60, 2_000
_BATCH = 250


def make_store(folder: str, store: str, firms: str) -> int:
    """A store of a synthetic registry; number of firms."""
    from benchmarks.loading import ingest, make_files

    make_files(folder, firms, str(int(firms) * 3 // 2))
    ingest(folder, store)
    return connect(store).count("firms")


def make_names(store: str, file: str, count: str) -> int:
    """Messy names with the firm that each means, empty for none: a CSV of name, fullname."""
    draw = Random(7)
    names = connect(store).read("firms", ["name"])["name"].to_pylist()
    chosen = draw.sample(names, int(count))
    variants = Variants([parse(name) for name in chosen[:3000]], draw)
    with Path(file).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["name", "fullname"])
        for name in chosen:
            parts = parse(name)
            if draw.random() < ABSENT:
                writer.writerow([variants.others(parts) or "无" + name, ""])
            else:
                writer.writerow([variants.written(parts) or name, name])
    return len(chosen)


# ── ways ────────────────────────────────────────────────────────────────────────────────────────


def product(store: str, file: str) -> dict[str, Any]:
    """The product: registry from the store, resolver, all names; what was right."""
    start = time.perf_counter()
    resolver = Resolver(Registry.of_store(connect(store)))
    built = time.perf_counter() - start
    asked, meant = _read(file)
    answers = resolver.resolve(asked)
    first = [a.candidates[0].name if a.candidates else "" for a in answers]
    taken = [a.decision == "match" for a in answers]
    return {"built": built, **_right(first, meant), **_automatic(first, taken, meant)}


def rapidfuzz(store: str, file: str, sample: str) -> dict[str, Any]:
    """`process.extract` with WRatio over whole names; seconds as for all names."""
    names = _names(store)
    asked, meant = _read(file)
    some = range(0, len(asked), max(len(asked) // int(sample), 1))
    start = time.perf_counter()
    first = []
    for i in some:
        best = process.extract(asked[i], names, scorer=fuzz.WRatio, limit=1)
        first.append(best[0][0] if best else "")
    seconds = (time.perf_counter() - start) * len(asked) / len(some)
    return {"seconds": seconds, **_right(first, [meant[i] for i in some])}


def tfidf(store: str, file: str) -> dict[str, Any]:
    """Cosine of tf-idf vectors of character 1–2-grams, top 1 by sparse products in batches."""
    names = _names(store)
    asked, meant = _read(file)
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), dtype=np.float32)
    matrix = vectors.fit_transform(names).T.tocsr()
    queries = vectors.transform(asked)
    first: list[str] = []
    for start in range(0, len(asked), _BATCH):
        scores = (queries[start : start + _BATCH] @ matrix).tocsr()
        at = np.asarray(scores.argmax(axis=1)).ravel()
        first += [names[i] for i in at.tolist()]
    return _right(first, meant)


def _names(store: str) -> list[str]:
    column: pa.ChunkedArray = connect(store).read("firms", ["name"])["name"]
    names: list[str] = column.to_pylist()
    return names


def _read(file: str) -> tuple[list[str], list[str]]:
    with Path(file).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [row["name"] for row in rows], [row["fullname"] for row in rows]


def _right(first: Sequence[str], meant: Sequence[str]) -> dict[str, Any]:
    """Share of names of firms that are there whose first candidate is right."""
    hits = [one == other for one, other in zip(first, meant, strict=True) if other]
    return {"top1": sum(hits) / max(len(hits), 1), "answered": len(meant)}


def _automatic(
    first: Sequence[str], taken: Sequence[bool], meant: Sequence[str]
) -> dict[str, float]:
    """Share of names matched unasked, and how many of those are right."""
    right = [one == other for one, t, other in zip(first, taken, meant, strict=True) if t]
    return {"coverage": sum(taken) / len(taken), "precision": sum(right) / max(len(right), 1)}


# ── report ──────────────────────────────────────────────────────────────────────────────────────


def text(firms: int, names: int, runs: dict[str, Measured]) -> str:
    """The section for RESULTS.md."""
    ours = runs["chainscout"]
    tools = ", ".join(f"{tool} {version(tool)}" for tool in ("rapidfuzz", "scikit-learn", "scipy"))
    rows = []
    for tool, run in runs.items():
        seconds = run.result.get("seconds", run.seconds)
        told = f"{seconds:,.0f}" + (" (extrapolated)" if "seconds" in run.result else "")
        share = f"{run.result['top1']:.3f}"
        rows.append([tool, told, f"{run.cpu_seconds:,.0f}", f"{run.peak_mb:,.0f}", share])
    intro = (
        f"{names:,} messy names against a synthetic registry of {firms:,} firms, from the store to"
        f" the answers. {os.cpu_count()} cores, {platform.system()}, {tools}. Goal:"
        f" {GOAL_SECONDS} s, {GOAL_MB:,} MB."
    )
    remarks = (
        f"chainscout builds its index in {ours.result['built']:.1f} s, matches"
        f" {ours.result['coverage']:.1%} of the names unasked"
        f" ({ours.result['precision']:.2%} of those right) and gives the reasons and relations of"
        " five candidates each; the others give one name. rapidfuzz answered"
        f" {runs['rapidfuzz'].result['answered']} names. One name in ten means no firm of the"
        " registry. In a registry of made-up names many differ by one character, so the shares"
        " say less than those of real names (`python -m benchmarks.quality names`)."
    )
    heads = ["tool", "seconds", "CPU s of the run", "peak MB", "first is right"]
    return "\n\n".join([intro, table(heads, rows), remarks])


def main() -> None:
    """Measure, print and write the section “Resolving names”."""
    parser = argparse.ArgumentParser(prog="benchmarks.resolve", description=__doc__)
    parser.add_argument("--firms", type=int, default=1_000_000)
    parser.add_argument("--names", type=int, default=10_000)
    parser.add_argument("--store", type=Path, help="a store that is there already")
    parser.add_argument("--dry", action="store_true", help="print, leave RESULTS.md as it is")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="resolve-") as folder:
        store, file = args.store or Path(folder, "world.duckdb"), Path(folder, "names.csv")
        if args.store is None:
            measured("benchmarks.resolve:make_store", Path(folder, "files"), store, args.firms)
        firms = connect(store).count("firms")
        measured("benchmarks.resolve:make_names", store, file, args.names)
        runs = {"chainscout": measured("benchmarks.resolve:product", store, file)}
        runs["tf-idf"] = measured("benchmarks.resolve:tfidf", store, file)
        runs["rapidfuzz"] = measured("benchmarks.resolve:rapidfuzz", store, file, SAMPLE)
    section = text(firms, args.names, runs)
    print(section)
    if not args.dry:
        write_section("Resolving names", section)


if __name__ == "__main__":
    main()
