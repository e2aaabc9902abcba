"""Industries of listed firms and what is typical of each, written down for this project.

The classes are those into which firms listed on the mainland are commonly sorted (Shenwan, third
level); the words are products and services as annual reports call them, from general knowledge;
none is a firm's own name or brand.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

# 稀土Ⅲ: the level, where a class bears the name of the one above it.
_LEVEL = re.compile("[ⅠⅡⅢ]+$")


@dataclass(frozen=True, slots=True)
class Industry:
    """A class: its name without the mark of the level, and things that its firms sell."""

    name: str
    words: tuple[str, ...]


@lru_cache(maxsize=1)
def industries() -> Mapping[str, Industry]:
    """Code of six digits (the first two and four are the classes above) → industry."""
    source = resources.files("ingest.reference").joinpath("codes/industries.csv")
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return {row["code"]: Industry(row["name"], tuple(row["words"].split(";"))) for row in rows}


def bare_class(name: str) -> str:
    """The name of a class without the mark of its level: 稀土Ⅲ → 稀土."""
    return _LEVEL.sub("", name.strip())


def words_of(name: str) -> tuple[str, ...]:
    """What is typical of an industry of this name; nothing for a name that is not known."""
    return _words().get(bare_class(name), ())


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[str, ...]]:
    return {industry.name: industry.words for industry in industries().values()}
