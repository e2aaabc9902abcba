"""The evaluator of names and the made-up names around it."""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random

from benchmarks.quality import names
from benchmarks.quality.distractors import distractors
from benchmarks.training.variants import Variants
from benchmarks.training.words import learn
from ingest.namemodel import parse
from ingest.names import name_key

FULL = ["浙江三维橡胶制品股份有限公司", "三维通信股份有限公司", "杭州前进齿轮箱集团股份有限公司"]


def test_distractors_are_new_names_and_the_same_again() -> None:
    made = distractors(FULL, 200)
    assert len(set(made)) == 200
    assert not set(made) & set(FULL)
    assert made == distractors(FULL, 200)
    assert all(parse(name).form for name in made)


def test_evaluate(tmp_path: Path) -> None:
    registry, truth = tmp_path / "registry.csv", tmp_path / "truth.csv"
    registry.write_text("fullname\n" + "\n".join(FULL), encoding="utf-8")
    rows = [f"三维橡胶,{FULL[0]}", f"三维通信,{FULL[1]}", "早已改名,"]
    truth.write_text("name,fullname\n" + "\n".join(rows), encoding="utf-8")
    parser = argparse.ArgumentParser()
    names.add_arguments(parser)
    arguments = parser.parse_args(["--distractors", "5"])
    arguments.train, arguments.truth = [registry], [truth]
    result = names.evaluate(arguments)
    assert (result["n"], result["registry"]) == (3, 8)
    ours = result["models"]["chainscout"]
    assert ours["top1"]["value"] == 1.0
    assert ours["auto_precision"]["value"] == 1.0
    assert ours["absent_left_alone"]["value"] == 1.0
    assert set(result["models"]) == {"chainscout", "char_tfidf", "rapidfuzz"}


def test_variants_of_the_same_and_of_others() -> None:
    parts = [parse(name) for name in FULL]
    variants = Variants(parts, Random(1))
    made = [variants.written(parts[0]) for _ in range(60)] + [
        variants.others(parts[0]) for _ in range(60)
    ]
    texts = {name_key(text) for text in made if text}
    assert len(texts) > 20
    assert all(len(text) >= 3 for text in texts)


def test_words_that_follow_many_cores_are_words_of_trade() -> None:
    cores = ["甲乙", "丙丁", "戊己", "庚辛", "壬癸", "子丑", "寅卯", "辰巳"]
    learned = learn([f"{core}{word}有限公司" for core in cores for word in ("电子", "化工")])
    assert {"电子", "化工"} <= set(learned["trades"])  # type: ignore[call-overload]
    assert not set(cores) & set(learned["trades"])  # type: ignore[call-overload]
