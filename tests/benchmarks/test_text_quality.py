"""The evaluators of industries and of news."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from benchmarks.quality import industry, news

WIND, CELL, SHIP = "630601", "630701", "650401"


def write(folder: Path, name: str, firms: dict[str, tuple[str, list[str]]]) -> list[Path]:
    """The two files of an industry set: firm → (industry, products)."""
    rows = [
        {"company_code": f"{i:06}.SH", "company_name": firm, "industry_code": code}
        for i, (firm, (code, _)) in enumerate(firms.items())
    ]
    industries, products = folder / f"{name}_industry.json", folder / f"{name}_product.csv"
    industries.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    lines = [
        f"{i:06}SH,{product},主营产品,0.5"
        for i, (_, made) in enumerate(firms.values())
        for product in made
    ]
    products.write_text("\n".join(["code,product,rel,weight", *lines]), encoding="utf-8")
    return [industries, products]


def test_industry_of_firms_not_seen(tmp_path: Path) -> None:
    known = {
        "金风": (WIND, ["风电叶片", "风电整机"]),
        "明阳": (WIND, ["风电机组", "海上风电"]),
        "国轩": (CELL, ["动力电池", "电池包"]),
        "亿纬": (CELL, ["锂电池", "储能电池"]),
        "扬子": (SHIP, ["散货船", "集装箱船"]),
    }
    unseen = {"运达": (WIND, ["风电机组"]), "孚能": (CELL, ["动力电池"]), "金风": known["金风"]}
    train, truth = write(tmp_path, "train", known), write(tmp_path, "truth", unseen)
    found = industry.evaluate(
        argparse.Namespace(train=train, truth=truth, seed=0, share=0.2, no_peers=False)
    )
    assert found["n"] == 2  # a firm of train is no test
    assert set(found["models"]) == {
        "chainscout", "chainscout_without_words", "svm_products", "svm_name_products",
        "svm_name_products_words",
    }  # fmt: skip
    ours = found["models"]["chainscout"]
    assert {name: measured["value"] for name, measured in ours.items()} == {
        "l1_top1": 1.0,
        "l3_top1": 1.0,
        "l3_top3": 1.0,
    }


def test_some_firms_are_hidden_where_there_is_no_truth(tmp_path: Path) -> None:
    firms = {f"甲{i}": (WIND if i % 2 else CELL, ["风电" if i % 2 else "电池"]) for i in range(10)}
    found = industry.evaluate(
        argparse.Namespace(
            train=write(tmp_path, "train", firms), truth=[], seed=1, share=0.3, no_peers=True
        )
    )
    assert found["n"] == 3
    assert list(found["models"]) == ["chainscout"]


def test_news_counts_what_is_missed_and_made_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "宏远钛合金项目总投资3亿元。东尚光学膜、海瑞轴承等项目签约。"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "alone.txt").write_text(text, encoding="utf-8")
    true = [
        {"name": "宏远钛合金项目", "amount_yi": 3},
        {"name": "东尚光学膜", "amount_yi": 1},
        {"name": "没有写的项目"},
    ]
    (tmp_path / "a.json").write_text(json.dumps({"projects": true}), encoding="utf-8")
    found = news.evaluate(argparse.Namespace(truth=[tmp_path], wrong=True))
    metrics = found["models"]["chainscout"]
    assert found["n"] == 3
    assert metrics["precision"]["value"] == pytest.approx(2 / 3)
    assert metrics["recall"]["value"] == pytest.approx(2 / 3)
    assert metrics["amount_accuracy"]["value"] == 0.5
    assert "没有写的项目" in capsys.readouterr().out


def test_a_name_with_a_word_more_is_the_same_but_not_with_half_a_name() -> None:
    assert news._similar("宏远钛合金", "宏远高端钛合金") is False
    assert news._similar("宏远钛合金", "宏远钛合金二期") is True
    assert news._similar("宏远", "宏远钛合金") is False
