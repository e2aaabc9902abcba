"""The tagger: traits of characters, the way through a sentence, lists, how weights are learned."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from benchmarks.training import news as training
from benchmarks.training.crf import fit
from ingest.news import extract_text, why
from ingest.news.clauses import Part
from ingest.news.extract import by_rules
from ingest.news.naming import Namer
from ingest.news.tagged import completed, parted, tagged
from ingest.news.tagger import FOLLOWS, TAGS, Tagger, read_tagger
from ingest.news.traits import Rules, marks, repeats, traits

NONE = Rules((), ())


def spans(text: str, *names: str) -> list[tuple[int, int]]:
    return [(text.index(name), text.index(name) + len(name)) for name in names]


def named(text: str, *names: str) -> list[str]:
    found = completed(Part(text, 0), spans(text, *names))
    return [text[a:b] for a, b in found]


def test_every_character_has_traits_of_itself_its_clause_and_the_rules() -> None:
    text = "开工的宏远隔膜项目总投资3亿元。"
    rules = by_rules(text)
    assert [text[a:b] for a, b in rules.ruled] == ["宏远隔膜"]
    found = traits(repeats(text), Part(text, 0), 0, rules)
    assert len(found) == len(text)
    begins = found[text.index("宏")]
    assert {"char-1:的", "ruled:OBI", "project:3", "says:项目" + "U"} <= set(begins)
    assert "ruled:OOO" in traits(repeats(text), Part(text, 0), 0, NONE)[text.index("宏")]


def test_marks_begin_and_end_each_span() -> None:
    assert marks(7, [(1, 4), (4, 6), (6, 7)]) == "OBIEBEO"


def test_the_likeliest_way_is_taken_and_a_name_never_goes_on_unbegun() -> None:
    weights = {"b": (5.0, 0.0, 0.0), "i": (0.0, 5.0, 0.0), "e": (0.0, 0.0, 5.0)}
    tagger = Tagger(weights, {})
    assert tagger.spans([["x"], ["b"], ["i"], ["e"], ["x"]]) == [(1, 4)]
    assert tagger.spans([["b"]]) == []
    assert tagger.why(["x", "e", "b"], "E") == [("e", 5.0), ("b", 0.0)]


def test_weights_are_read_as_they_were_written() -> None:
    weights, turns = {"char0:约,": [0.5, 0.0, -1.25]}, {"OB": -2.0}
    rows = training.written(weights, turns)
    assert rows[1:] == [["then:OB", "-2.0", "", ""], ["char0:约,", "0.5", "", "-1.25"]]
    tagger = read_tagger('trait,B,I,E\nthen:OB,-2.0,,\n"char0:约,",0.5,,-1.25\n')
    assert tagger.why(["char0:约,"], "E") == [("char0:约,", -1.25)]


def test_what_decided_is_told() -> None:
    told = why("今天，宏远隔膜项目开工，总投资3亿元。", "宏远隔膜")
    assert {"B", "E"} == set(told)
    for tag in "BE":
        assert len(told[tag]) >= 5
        assert any(weight > 0 for _, weight in told[tag])
    with pytest.raises(ValueError, match="东尚铝箔"):
        why("宏远隔膜项目开工。", "东尚铝箔")


def test_most_names_of_a_list_make_the_others_names() -> None:
    text = "集中开工项目4个，包括宏远博发、东尚嘉盛、北岭聚能、南屿康本。"
    assert named(text, "东尚嘉盛", "北岭聚能") == ["宏远博发", "东尚嘉盛", "北岭聚能", "南屿康本"]
    assert named(text, "东尚嘉盛") == ["东尚嘉盛"]
    kinds = "推动一批好的、宏远博发、东尚嘉盛项目。"
    assert named(kinds, "宏远博发", "东尚嘉盛") == ["宏远博发", "东尚嘉盛"]


def test_two_names_by_the_rules_with_a_word_between_are_two() -> None:
    text = "东尚新材料及宏远二期项目开工。"
    whole, two = spans(text, "东尚新材料及宏远二期"), spans(text, "东尚新材料", "宏远二期")
    assert parted(Part(text, 0), whole, two) == two
    assert parted(Part(text, 0), whole, two[:1]) == whole


def test_what_was_written_for_a_name_is_with_it() -> None:
    text = "总投资3亿元的宏远隔膜项目和投资2亿元的东尚铝箔（一期）项目开工。".replace(
        "（", "("
    ).replace("）", ")")
    found = tagged(Part(text, 0), spans(text, "宏远隔膜", "东尚铝箔"))
    assert [text[slice(*spot.raw)] for spot in found] == [
        "总投资3亿元的宏远隔膜",
        "和投资2亿元的东尚铝箔(一期)",
    ]
    assert {spot.size for spot in found} == {2}


def test_a_field_learns_to_tell_names_by_their_neighbours() -> None:
    said = ["开工甲乙丙项目", "签约甲丁项目了", "去了开会", "丙丁甲项目"]
    tags = ["OOBIEOO", "OOBEOOO", "OOOO", "BIEOO"]
    marked = [[[f"is:{c}", f"to:{t[i + 1 : i + 2]}"] for i, c in enumerate(t)] for t in said]
    column = {trait: i for i, trait in enumerate(sorted({x for s in marked for c in s for x in c}))}
    rows = [[column[x] for x in c] for s in marked for c in s]
    ends = np.concatenate([[0], np.cumsum([len(r) for r in rows])])
    flat = np.array([i for r in rows for i in r])
    matrix = csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(rows), len(column)))
    right = np.array([TAGS.index(tag) for tag in "".join(tags)])
    weights, turns = fit(matrix, right, [len(t) for t in said], spread=1.0, steps=50)
    against = weights - weights[:, :1]
    tagger = Tagger(
        {trait: against[i, 1:].tolist() for trait, i in column.items()},
        {pair: float(turns[TAGS.index(pair[0]), TAGS.index(pair[1])]) for pair in FOLLOWS},
    )
    assert [marks(len(t), tagger.spans(m)) for t, m in zip(said, marked, strict=True)] == tags


def test_true_names_are_found_in_the_text_the_longest_first() -> None:
    even = "宏远隔膜二期项目开工，宏远隔膜项目投产，“东尚”铝箔项目签约。"
    found = training.named(even, ["宏远隔膜", "宏远隔膜二期", "东尚铝箔"])
    assert [even[a:b] for a, b in found] == ["宏远隔膜二期", "宏远隔膜", "东尚”铝箔"]


def test_other_rules_and_weights_can_be_given() -> None:
    text = "宏远隔膜项目开工。"
    nothing = Tagger({}, {})
    assert extract_text(text, namer=Namer(nothing)).projects == ()
    assert [p.name for p in extract_text(text).projects] == ["宏远隔膜"]


def test_who_talks_about_a_project_is_no_part_of_its_name() -> None:
    text = "县委书记王某与宏远重能董事长就风电主机项目进行了深入洽谈。"
    assert [p.name for p in extract_text(text).projects] == ["风电主机"]
    talk = Part("甲集团一行就在本地投资建设成就纪念馆座谈", 0)
    whole, own = tagged(talk, spans(talk.text, "甲集团一行就在本地投资")), "成就纪念馆"
    assert [spot.name for spot in whole] == ["在本地投资"]
    assert [spot.name for spot in tagged(talk, spans(talk.text, own))] == [own]
