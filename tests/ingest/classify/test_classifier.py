"""Texts to the links of a store."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.snapshot import Snapshot
from ingest.classify import Classifier, Example, FirmText, NoLinks, Settings
from ingest.classify.classifier import LinkCard
from ingest.classify.examples import of_snapshot
from tests import factory


@pytest.fixture
def wind(tmp_path: Path) -> Snapshot:
    return factory.world(
        tmp_path,
        chains=[factory.chain("wind", "风电"), factory.chain("battery", "电池")],
        links=[
            factory.link("wind.blade", name="叶片", keywords=["风电叶片", "玻纤叶片"]),
            factory.link("wind.tower", name="塔筒", keywords=["风电塔筒", "塔架"]),
            factory.link(
                "battery.film", name="隔膜", keywords=["湿法隔膜"], industry_codes=["2927"]
            ),
        ],
        firms=[
            factory.firm("甲", products=["碳梁", "叶根预埋件"]),
            factory.firm("乙", products=["碳梁"], scope="复合材料拉挤板材制造"),
            factory.firm("丙", scope="法兰锻件；塔筒"),
            factory.firm("丁"),
            factory.firm("戊", products=["法兰锻件"]),
        ],
        positions=[
            factory.position("甲", "wind.blade"),
            factory.position("乙", "wind.blade"),
            factory.position("丙", "wind.tower"),
            factory.position("丁", "battery.film"),
            factory.position("戊", "battery.film", status="uncertain"),
        ],
    )


def test_keywords_decide_where_they_stand_in_the_text(wind: Snapshot) -> None:
    (found,) = Classifier.train(wind).classify(["从事风电叶片的研发、制造；货物进出口"])
    assert found.links[0].link_id == "wind.blade"
    assert found.links[0].keywords == ("风电叶片",)
    assert found.decision == "assign"


def test_a_text_that_is_a_keyword_means_its_link(wind: Snapshot) -> None:
    """Also where the firms that taught (碳梁 for blades) had other words for it."""
    model = Classifier.train(wind)
    links = wind.links
    words = {w: i for i, own in enumerate(links.keywords) for w in (links.names[i], *own)}
    for answer, (word, link) in zip(model.classify(words), words.items(), strict=True):
        assert answer.links[0].link_id == links.ids[link], word
        assert answer.decision == "assign", word


def test_what_else_a_text_says_still_counts_beside_a_keyword(wind: Snapshot) -> None:
    (found,) = Classifier.train(wind).classify(["湿法隔膜；碳梁；叶根预埋件"])
    assert found.links[0].link_id == "battery.film"
    assert "wind.blade" in {link.link_id for link in found.links}


def test_positions_teach_what_no_keyword_says(wind: Snapshot) -> None:
    (found,) = Classifier.train(wind).classify(["碳梁"], top=1)
    assert found.links[0].link_id == "wind.blade"
    assert found.links[0].keywords == ()
    assert found.links[0].words == ("碳梁",)


def test_uncertain_positions_and_firms_without_text_teach_nothing(wind: Snapshot) -> None:
    examples = of_snapshot(wind)
    assert [example.links for example in examples] == [
        ("wind.tower",),
        ("wind.blade",),
        ("wind.blade",),
    ]
    assert Classifier.train(wind).trained_on == 3


def test_the_answer_has_the_shape_of_the_contract(wind: Snapshot) -> None:
    found = Classifier.train(wind).classify(["塔筒", "", "开饭店"], top=2)
    answer = found[0].to_dict()
    assert answer["row"] == 0
    assert {"id", "chain", "name", "confidence"} <= set(answer["links"][0])
    assert answer["links"][0]["chain"] == "风电"
    assert len(answer["links"]) == 2
    assert found[1].to_dict() == {"row": 1, "links": [], "decision": "none"}
    assert found[2].decision != "assign"


def test_an_industry_class_is_evidence(wind: Snapshot) -> None:
    model = Classifier.train(wind)
    plain, coded = model.classify(
        [{"name": "己", "scope": "其他"}, {"name": "己", "scope": "其他", "industry": "C2927"}]
    )
    with_code = next(k for k in coded.links if k.link_id == "battery.film")
    without = next((k.confidence for k in plain.links if k.link_id == "battery.film"), 0.0)
    assert with_code.confidence > without


def test_a_code_alone_is_enough_for_an_answer_but_not_to_assign(wind: Snapshot) -> None:
    (found,) = Classifier.train(wind).classify([{"name": "己", "industry": "C2927"}], top=1)
    assert found.links[0].link_id == "battery.film"
    assert found.decision != "assign"


def test_the_whole_name_of_a_class_in_a_scope_is_its_code(wind: Snapshot) -> None:
    model = Classifier.train(wind)
    (found,) = model.classify(["日用塑料制品制造；货物进出口"], top=1)
    assert found.links[0].link_id == "battery.film"


def test_only_some_chains_are_looked_at(wind: Snapshot) -> None:
    (found,) = Classifier.train(wind).classify(["风电叶片；隔膜"], chains=["battery"])
    assert {link.chain_id for link in found.links} == {"battery"}
    assert found.links[0].name == "隔膜"


def test_thresholds_are_settings(wind: Snapshot) -> None:
    strict = Classifier.train(wind, settings=Settings(assign=1.1, review=0.01))
    assert strict.classify(["风电叶片"])[0].decision == "review"


def test_other_examples_may_teach(wind: Snapshot) -> None:
    examples = [Example(FirmText.of("陶瓷涂覆"), ("battery.film", "unknown.link"))]
    model = Classifier.train(wind, examples)
    assert model.trained_on == 1
    assert model.classify(["陶瓷涂覆"])[0].links[0].link_id == "battery.film"


def test_evenly_spread_where_there_are_too_many(wind: Snapshot) -> None:
    two = of_snapshot(wind, most=2)
    assert {link for example in two for link in example.links} <= {
        "wind.blade",
        "wind.tower",
        "battery.film",
    }
    assert len(two) <= 2


def test_a_store_without_links_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoLinks, match="chainscout ingest"):
        Classifier.train(factory.world(tmp_path, firms=[factory.firm("甲")]))


def test_texts_beyond_one_chunk_keep_their_rows(wind: Snapshot) -> None:
    texts = ["风电叶片", "塔筒"] * 1_100
    found = Classifier.train(wind).classify(texts, top=1)
    assert [answer.row for answer in found] == list(range(2_200))
    assert {answer.links[0].link_id for answer in found[1::2]} == {"wind.tower"}


def test_a_new_link_is_asked_about_where_a_text_says_its_keyword() -> None:
    cards = [
        LinkCard("llm", "大模型", "ai", "人工智能", ("大模型",)),
        LinkCard("leek", "蔬菜种植", "food", "预制菜", ("蔬菜", "大蒜")),
        *(LinkCard(f"x{n}", f"{c}机", "x", "其他", (f"{c}泵",)) for n, c in enumerate("甲乙丙丁")),
    ]
    taught = [(f"大{c}", "llm") for c in "屏语图算文音像字词句篇章模型数据"]
    taught += [(f"{c}{d}阀", f"x{n}") for n, c in enumerate("甲乙丙丁") for d in "水油气浆" * 4]
    asked = Classifier(cards)
    asked.learn([Example(FirmText.of(text), (link,)) for text, link in taught])
    said, alike = asked.classify(["大蒜", "大图"])
    assert [(k.link_id, k.decision) for k in said.links[:2]] == [
        ("leek", "review"),
        ("llm", "review"),
    ]
    assert said.links[0].keywords == ("大蒜",)
    assert (alike.links[0].link_id, alike.decision) == ("llm", "assign")
