"""The bundled industries of listed firms and what is typical of each."""

from __future__ import annotations

import csv

from ingest.classify.industries import bare_class, industries, words_of
from ingest.classify.texts import phrases
from ingest.reference import FOLDER


def test_every_industry_has_a_code_a_name_and_words_of_its_own() -> None:
    known = industries()
    assert len(known) == 327
    for code, industry in known.items():
        assert len(code) == 6
        assert code.isdigit()
        assert industry.name == bare_class(industry.name)
        assert len(industry.words) >= 5
        assert len(set(industry.words)) == len(industry.words)
        for word in industry.words:
            assert len(phrases(word)) == 1, f"{code}: {word} would be cut or dropped"
    assert len({industry.name for industry in known.values()}) == len(known)


def test_words_are_found_by_the_name_with_or_without_its_level() -> None:
    assert "酱香型" in words_of("白酒Ⅲ")
    assert words_of("白酒Ⅲ") == words_of(" 白酒 ")
    assert words_of("没有这个行业") == ()


def test_no_word_is_the_short_name_of_a_bundled_firm() -> None:
    """The words say what an industry sells, not who is in it."""
    short: set[str] = set()
    for path in sorted((FOLDER / "firms").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            short.update(a for row in csv.DictReader(file) for a in row["aliases"].split(";"))
    everyday = {"农产品", "太阳能", "机器人"}  # firms that call themselves after their trade
    words = {word for industry in industries().values() for word in industry.words}
    assert words & short <= everyday
