"""Learn the tagger of news: `python -m benchmarks.training.news FOLDER… -o tagger.csv`.

FOLDER: texts with their truths as `python -m benchmarks.quality news` takes them, files of marked
texts (:mod:`benchmarks.training.marked`), and sentences in `.jsonl` (`text`, `projects`: names).
`--ruled FILE`: JSON, path's last two parts → {"ruled": [[start, end] …], "offered": […]}: the
names that the rules found before anybody had mended them with the text at hand; by rules that know
its texts, the tagger would learn to believe them too much. Texts not in the file are read by the
rules as they are. `--leave-out`: for each folder (joined by a comma: for both) learn from the
others, and say how many projects and amounts of it are right.

The weights shipped were learned on public pages (announcements, reports, articles; 623 excerpts,
and 427 more or retellings of such) whose texts are not ours to publish, on
`benchmarks/training/news_texts` (579 texts written for this project in the manner of such pages;
firms, people and projects are invented) and on the texts in `tests/ingest/news`.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from benchmarks.quality.news import match, near, pairs, report
from benchmarks.training.crf import fit
from benchmarks.training.marked import marked
from ingest.news import extract_text, read_text
from ingest.news.answer import Span
from ingest.news.clauses import evened, sentences
from ingest.news.extract import by_rules
from ingest.news.naming import Namer
from ingest.news.tagger import FOLLOWS, TAGS, TURN, Tagger
from ingest.news.traits import Rules, inside, marks, repeats, traits

# Chosen on the older half of the texts, for the newer half (docs/text.md).
SPREAD = 0.05
TEXTS = 5  # that a trait is seen in at least
STEPS = 150
OFTEN = (
    6  # times that single sentences count: they are few, and short texts are told to be read too
)
REAL = 2  # times that a text with its truth beside it counts: texts made for learning are denser
LEAST = 0.04  # a smaller weight is left out
_JUNK = r"[\s“”\"'()（）·、,，《》「」—-]*(?:项目)?"
_MARKS = re.compile(r"[\s“”\"'()（）·、,，《》「」—-]|项目")


@dataclass(frozen=True)
class Sentence:
    """What it says, the traits of its characters and their right tags."""

    text: str
    traits: list[list[str]]
    tags: str


@dataclass(frozen=True)
class Text:
    """A labelled text."""

    name: str
    written: str
    rules: Rules
    truth: list[dict[str, Any]]
    sentences: list[Sentence]
    often: int = 1


def read(folder: Path, ruled: Mapping[str, Mapping[str, list[Span]]]) -> list[Text]:
    """The texts of a folder with traits and tags."""
    made = []
    for path, truth in pairs([folder]):
        name = "/".join(path.parts[-2:])
        one = labelled(name, read_text(path), truth["projects"], ruled.get(name))
        made.append(replace(one, often=REAL))
    for path in sorted(folder.glob("*.txt")):
        if not path.with_suffix(".json").exists():
            made += [
                labelled(f"{path.name}/{one.name}", one.text, one.projects, None)
                for one in marked(path)
            ]
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            names = [{"name": of if isinstance(of, str) else of[0]} for of in row["projects"]]
            made.append(replace(labelled(path.name, row["text"], names, None), often=OFTEN))
    return made


def labelled(
    name: str, written: str, truth: list[dict[str, Any]], ruled: Mapping[str, list[Span]] | None
) -> Text:
    """A text with traits and tags; `ruled`: names by the rules as they were once."""
    even = evened(written)
    rules = Rules(ruled["ruled"], ruled["offered"]) if ruled else by_rules(even)
    right = named(even, [project["name"] for project in truth])
    again = repeats(even)
    parts = [
        Sentence(
            part.text, traits(again, part, i, rules), marks(len(part.text), inside(right, part))
        )
        for i, part in enumerate(sentences(even))
    ]
    return Text(name, written, rules, truth, parts)


def named(even: str, names: Iterable[str]) -> list[Span]:
    """Where names stand in a text, the longest first, none inside another."""
    found: list[Span] = []
    for name in sorted(map(evened, names), key=len, reverse=True):
        spans = [m.span() for m in re.finditer(re.escape(name), even)] or _loosely(even, name)
        found += [s for s in spans if not any(a < s[1] and s[0] < b for a, b in found)]
    return found


def _loosely(even: str, name: str) -> list[Span]:
    """Where a name stands with other marks in it."""
    bare = _MARKS.sub("", name)
    return [m.span() for m in re.finditer(_JUNK.join(map(re.escape, bare)), even)] if bare else []


def learn(texts: Sequence[Text]) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Weights of traits for B, I, E against O, and of one tag after another."""
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update({trait for s in text.sentences for of in s.traits for trait in of})
    column = {t: i for i, t in enumerate(sorted(t for t, n in seen.items() if n >= TEXTS))}
    parts = [part for text in texts for part in text.sentences * text.often]
    tags = np.array([TAGS.index(tag) for part in parts for tag in part.tags])
    lengths = [len(part.tags) for part in parts]
    weights, turns = fit(_matrix(parts, column), tags, lengths, spread=SPREAD, steps=STEPS)
    against = (weights - weights[:, :1])[:, 1:]
    kept = {
        trait: [round(float(x), 2) if abs(x) >= LEAST else 0.0 for x in against[i]]
        for trait, i in column.items()
        if np.abs(against[i]).max() >= LEAST
    }
    at = {pair: (TAGS.index(pair[0]), TAGS.index(pair[1])) for pair in FOLLOWS}
    return kept, {pair: round(float(turns[where]), 3) for pair, where in at.items()}


def _matrix(parts: Sequence[Sentence], column: Mapping[str, int]) -> Any:
    rows = [[column[t] for t in of if t in column] for part in parts for of in part.traits]
    ends = np.concatenate([[0], np.cumsum([len(of) for of in rows])])
    where = np.fromiter((i for of in rows for i in of), dtype=np.int64)
    return csr_matrix((np.ones(len(where)), where, ends), shape=(len(rows), len(column)))


# ── what is right of texts left out ─────────────────────────────────────────────────────────────


@dataclass
class Counts:
    """By text: projects found, found rightly, true ones; amounts told, told rightly."""

    rows: list[tuple[int, int, int, int, int]]

    def __str__(self) -> str:
        table = np.array(self.rows, dtype=np.float64)
        draws = np.random.default_rng(7).integers(0, len(table), (2000, len(table)))
        drawn = table[draws].sum(axis=1)
        whole = table.sum(axis=0)
        told = [
            f"{name} {whole[a] / max(whole[b], 1):.3f} "
            f"[{np.quantile(drawn[:, a] / np.maximum(drawn[:, b], 1), 0.025):.3f}, "
            f"{np.quantile(drawn[:, a] / np.maximum(drawn[:, b], 1), 0.975):.3f}]"
            for name, a, b in (("precision", 1, 0), ("recall", 1, 2), ("amounts", 4, 3))
        ]
        return f"{len(table)} texts, {whole[2]:.0f} projects: " + "  ".join(told)


def judged(texts: Sequence[Text], tagger: Tagger, *, wrong: bool) -> Counts:
    """The projects of texts by a tagger against their truths."""
    rows = []
    for text in texts:
        found = extract_text(text.written, namer=Namer(tagger), rules=text.rules).projects
        matched = match(found, text.truth)
        told = [
            near(found[j].amount_yi, text.truth[i]["amount_yi"])
            for i, j in matched.items()
            if text.truth[i].get("amount_yi") is not None
        ]
        rows.append((len(found), len(matched), len(text.truth), len(told), sum(told)))
        if wrong:
            report(text.name, found, text.truth, matched)
    return Counts(rows)


def leave_out(groups: Mapping[str, list[Text]], left: Sequence[str], *, wrong: bool) -> None:
    """Print what is right of each group (names joined by a comma) by what the others teach."""
    every = []
    for group in left:
        own = group.split(",")
        taught = [text for name, texts in groups.items() if name not in own for text in texts]
        counts = judged(
            [text for name in own for text in groups[name]], Tagger(*learn(taught)), wrong=wrong
        )
        print(f"{group}: {counts}", flush=True)
        every += counts.rows
    print(f"all: {Counts(every)}")


def written(weights: Mapping[str, Sequence[float]], turns: Mapping[str, float]) -> list[list[str]]:
    """The rows of the table of weights."""
    rows = [["trait", "B", "I", "E"]]
    rows += [[f"{TURN}{pair}", str(weight), "", ""] for pair, weight in turns.items()]
    return rows + [[trait, *(f"{x:g}" if x else "" for x in of)] for trait, of in weights.items()]


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn from the folders; write the weights, or judge them on folders left out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--ruled", type=Path, help="names by the rules before they were mended")
    parser.add_argument("--leave-out", nargs="+", default=[], metavar="FOLDER[,FOLDER]")
    parser.add_argument("--wrong", action="store_true", help="name what was missed or made up")
    given = parser.parse_args(arguments)
    ruled = json.loads(given.ruled.read_text(encoding="utf-8")) if given.ruled else {}
    groups: dict[str, list[Text]] = {}
    for folder in given.folders:
        groups.setdefault(folder.name, []).extend(read(folder, ruled))
    if given.leave_out:
        leave_out(groups, given.leave_out, wrong=given.wrong)
    if given.output:
        rows = written(*learn([text for texts in groups.values() for text in texts]))
        with given.output.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)
        print(f"{len(rows) - 1} weights")


if __name__ == "__main__":
    main()
