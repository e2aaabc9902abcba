"""Learn the words of firm names: `python -m benchmarks.training.words FILE… -o words.json`.

FILE: CSV or JSON lines of firms with a column `fullname` (or `name`). Only legal names (with a
legal form) are used. Hard expectation maximisation of the model in `ingest.namemodel.words`:

1. every substring of 2–6 characters that follows at least two characters of a name's body in at
   least MIN_COUNT names is a word of trade at first, its share proportional to its count;
2. all names are cut by the model; characters, lengths, words and places are counted anew;
3. repeated until the likelihood no longer rises, at most ROUNDS times. Words used in fewer than
   MIN_COUNT names are dropped on the way.

A word survives when it follows many different cores, which is what tells 电子 from a core.
Characters of cores get add-half smoothing. The figures printed are the mean log-likelihood of a
name per round, which must rise.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from ingest.namemodel.forms import Kind, split_branch, split_form
from ingest.namemodel.parse import clean
from ingest.namemodel.places import Place, lexicon, whole_place
from ingest.namemodel.words import LONGEST_CORE, LONGEST_WORD, Words

MIN_COUNT = 3
ROUNDS = 12
# 集团, 控股 are words of their own, never parts of longer ones
_COMPOUND = re.compile("(?:.(?:集团|控股|股份)|(?:集团|控股|股份).)")
_BRACKETED_PLACE = re.compile(r"\(([^()]*)\)")


def names_in(files: Iterable[Path]) -> list[str]:
    """Distinct names of the files, in the order they come."""
    found: dict[str, None] = {}
    for file in files:
        text = file.read_text(encoding="utf-8-sig")
        jsonl = file.suffix in (".json", ".jsonl")
        rows = map(json.loads, text.splitlines()) if jsonl else csv.DictReader(text.splitlines())
        for row in rows:
            found.setdefault(row.get("fullname") or row.get("name") or "")
    return [name for name in found if name]


def bodies(names: Iterable[str]) -> list[str]:
    """Names without legal form, brackets and bracketed places; short names are left out."""
    found = []
    for name in names:
        body, _, kind = split_form(split_branch(clean(name))[0])
        if kind is Kind.SHORT:
            continue
        body = _BRACKETED_PLACE.sub(lambda m: "" if whole_place(m[1]) else m[1], body)
        body = re.sub(r"[()\s]", "", body)
        if len(body) >= 2:
            found.append(body)
    return found


def learn(names: Sequence[str], *, show: bool = False) -> dict[str, object]:
    """The model of words of `names`, as it is shipped."""
    texts = bodies(names)
    model = _first(texts)
    best = float("-inf")
    for round_ in range(ROUNDS):
        counts, likelihood = _cut_all(texts, Words(**model))  # type: ignore[arg-type]
        if show:
            print(f"round {round_}: {likelihood / len(texts):.3f} a name, {len(counts[0])} words")
        if likelihood <= best + 1e-6 * len(texts):
            break
        best, model = likelihood, _estimate(*counts)
    return _rounded(model)


def _first(texts: Sequence[str]) -> dict[str, object]:
    inside: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for text in texts:
        characters.update(text[:4])
        spans = {
            text[i:j]
            for i in range(2, len(text))
            for j in range(i + 2, min(len(text), i + LONGEST_WORD) + 1)
        }
        inside.update(span for span in spans if not _COMPOUND.search(span))
    trades = Counter({w: n for w, n in inside.items() if n >= MIN_COUNT})
    lengths = Counter({2: 60, 3: 20, 4: 15, 1: 1, 5: 2, 6: 1})
    places = Counter({"none": 40, "1-": 15, "1+": 5, "2-": 20, "2+": 10, "3-": 5, "3+": 5, "0+": 5})
    return _estimate(trades, characters, lengths, places)


Counts = tuple["Counter[str]", "Counter[str]", "Counter[int]", "Counter[str]"]


def _cut_all(texts: Sequence[str], words: Words) -> tuple[Counts, float]:
    trades: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    lengths: Counter[int] = Counter()
    places: Counter[str] = Counter()
    total = 0.0
    for text in texts:
        score, place, core, found = words.cut_name(text)
        total += score
        trades.update(word for word in found if len(word) > 1)
        characters.update(core)
        lengths[min(len(core), LONGEST_CORE)] += 1
        places[_level(place)] += 1
    return (trades, characters, lengths, places), total


def _level(place: Place | None) -> str:
    return "none" if place is None else f"{place.level}{'+' if place.full else '-'}"


def _estimate(
    trades: Counter[str], characters: Counter[str], lengths: Counter[int], places: Counter[str]
) -> dict[str, object]:
    kept = {w: n for w, n in trades.items() if n >= MIN_COUNT}
    all_words, all_characters = sum(kept.values()), characters.total() + 0.5 * len(characters)
    entries = Counter(_level(place) for place in lexicon().values())
    entries["none"] = 1
    return {
        "trades": {w: n / all_words for w, n in kept.items()},
        "characters": {c: (n + 0.5) / all_characters for c, n in characters.items()},
        "lengths": {n: lengths[n] / lengths.total() for n in sorted(lengths)},
        "places": {k: n / places.total() / max(entries[k], 1) for k, n in places.items()},
    }


def _rounded(model: dict[str, object]) -> dict[str, object]:
    def short(shares: dict[object, float]) -> dict[str, float]:
        ordered = sorted(shares.items(), key=lambda item: (-item[1], str(item[0])))
        return {str(key): float(f"{share:.3g}") for key, share in ordered}

    return {part: short(shares) for part, shares in model.items()}  # type: ignore[arg-type]


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn from the files and write the model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    given = parser.parse_args(arguments)
    names = names_in(given.files)
    model = learn(names, show=True)
    text = json.dumps({"names": len(names), **model}, ensure_ascii=False, indent=0)
    given.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
