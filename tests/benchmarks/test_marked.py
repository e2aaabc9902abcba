"""Labelled texts in one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.training.marked import NotMarked, marked

FOLDER = Path(__file__).parents[2] / "benchmarks" / "training" / "news_texts"
STAGES = ("在谈", "签约", "落地", "开工", "在建", "投产", "到位")
TEXT = """### a1
甲县签约两个项目，其中宏远隔膜总投资3亿美元，占地80亩。
---
宏远隔膜|3美元|80|签约|宏远公司
### a2
全年签约12个项目。
---
"""


def test_texts_and_their_projects(tmp_path: Path) -> None:
    file = tmp_path / "texts.txt"
    file.write_text(TEXT, encoding="utf-8")
    one, two = marked(file)
    assert one.name == "a1"
    assert one.projects == [
        {"name": "宏远隔膜", "amount_yi": 3.0, "land_mu": 80.0, "stage": "签约", "firm": "宏远公司"}
    ]
    assert (two.text, two.projects) == ("全年签约12个项目。", [])


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (TEXT.replace("\n---\n宏远", "\n宏远"), "no line ---"),
        (TEXT.replace("宏远隔膜|3", "鸿远隔膜|3"), "name as written"),
        (TEXT.replace("|签约|宏远公司", "|签约"), "name|amount|land|stage|investor"),
    ],
)
def test_what_is_not_of_this_form_is_named(tmp_path: Path, spoilt: str, said: str) -> None:
    file = tmp_path / "texts.txt"
    file.write_text(spoilt, encoding="utf-8")
    with pytest.raises(NotMarked, match="a1") as problem:
        list(marked(file))
    assert said in str(problem.value)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.txt")), ids=lambda file: file.stem)
def test_the_texts_for_learning_are_whole(file: Path) -> None:
    texts = list(marked(file))
    assert len(texts) > 100
    assert len({one.name for one in texts}) == len(texts)
    for one in texts:
        names = [project["name"] for project in one.projects]
        assert len(names) == len(set(names)), one.name
        assert {project.get("stage") for project in one.projects} <= {None, *STAGES}, one.name
