"""backtest, model, and the model's part in recommend and explain, on a world with a past."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chainscout.cli import run
from chainscout.modelfiles import folder_of, trained_models
from recommender.learned import Learned
from tests.factory import store
from tests.recommender.past_world import past


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with ten years of events."""
    path = tmp_path_factory.mktemp("past")
    store(path, **past())
    return path / "world.duckdb"


def asked(old: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(["--store", str(old), *arguments])
    return code, *capsys.readouterr()


def test_a_model_is_trained_kept_shown_and_used(
    old: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = asked(old, capsys, "model", "show")
    assert (code, "chainscout model train" in err) == (2, True)
    question = ("recommend", "--region", "舟山", "--chain", "风电", "--link", "blade")
    _, out, _ = asked(old, capsys, *question, "--format", "json")
    assert json.loads(out)["model"]["kind"] == "weights"

    code, out, err = asked(old, capsys, "model", "train", "--until", "2021", "--format", "json")
    assert (code, "learned-v1.json" in err) == (0, True)
    assert json.loads(out)["data"]["last"] < "2021"
    code, out, _ = asked(old, capsys, "model", "show")
    assert code == 0
    assert "产品契合" in out
    assert "局限" in out

    _, out, _ = asked(old, capsys, *question, "--format", "json", "--product", "叶片")
    answer = json.loads(out)
    assert answer["model"]["kind"] == "learned"
    assert answer["query"]["product"] == "叶片"
    _, out, _ = asked(old, capsys, *question, "--format", "json", "--model", "weights")
    assert json.loads(out)["model"]["kind"] == "weights"
    first = answer["targets"][0]["firm"]["name"]
    _, out, _ = asked(old, capsys, "explain", first, *question[1:], "--format", "json")
    assert json.loads(out)["model"]["kind"] == "learned"


def test_a_model_of_another_version_counts_only_for_later_data(tmp_path: Path) -> None:
    models = trained_models(str(tmp_path / "a.duckdb"))
    assert models.newest(5) is None
    assert models.mark(5) == ""
    one, two = Learned((("product", 1.0),), "一"), Learned((("product", 2.0),), "二")
    models.keep(one, 3)
    models.keep(two, 6)
    found = [models.newest(version) for version in (2, 3, 5, 9)]
    assert [model.trained_on if model else None for model in found] == [None, "一", "一", "二"]
    before = models.mark(9)
    models.keep(one, 6)
    assert models.mark(9) != before
    again = models.newest(9)
    assert again is not None
    assert again.trained_on == "一"
    assert "://" not in str(folder_of("bolt://server:7687"))


def test_backtest_in_every_form(
    old: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    given = ("backtest", "--split", "2020", "--model", "text", "--model", "random")
    picture = tmp_path / "recall.svg"
    code, out, _ = asked(old, capsys, *given, "--format", "json", "--picture", str(picture))
    assert code == 0
    answer = json.loads(out)
    assert answer["events"] == 8
    assert set(answer["models"]) == {"text", "random"}
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    code, out, _ = asked(old, capsys, *given)
    assert "文本相似" in out
    for suffix in (".xlsx", ".html", ".docx", ".csv"):
        target = tmp_path / f"found{suffix}"
        code, _, err = asked(old, capsys, *given, "-o", str(target))
        assert (code, err.count("已写入")) == (0, 1)
        assert target.stat().st_size > 100


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("backtest", "--split", "去年"), "分界日期"),
        (("backtest", "--model", "最好"), "没有名为「最好」的模型"),
        (("backtest", "--picture", "a.png"), ".svg"),
        (("model", "show", "--until", "2020"), "--until"),
        (("model", "train", "--until", "2013"), "至少需要 20 起"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: tuple[str, ...], said: str, old: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = asked(old, capsys, *arguments)
    assert code == 2
    assert said in err


def test_what_is_learned_is_seen_by_the_settings_of_the_office(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store(tmp_path, **past())
    own = tmp_path / "world.duckdb"

    def weights() -> dict[str, float]:
        code, _, err = asked(own, capsys, "model", "train", "--format", "json")
        assert code == 0, err
        found = trained_models(str(own)).newest(1)
        assert found is not None
        return dict(found.weights)

    before = weights()
    assert asked(own, capsys, "settings", "set", "投资事件半衰期（年）=0.1")[0] == 0
    assert weights() != before
    given = ("backtest", "--split", "2020", "--model", "weights", "--format", "json")
    code, _, err = asked(own, capsys, *given)
    assert (code, "按本单位第 1 版的权重与门槛" in err) == (0, True)
