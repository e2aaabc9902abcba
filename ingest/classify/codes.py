"""Industry codes (GB/T 4754) as evidence: a firm's class and the classes a link names.

A class is known by its code, by its whole name in the text, or by a product that the office's own
remarks name (:class:`ingest.classify.remarks.Remarks`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources

from ingest.classify.keywords import bare
from ingest.classify.texts import FirmText, folded

# Shorter names of classes (光纤, 餐饮) are everyday words, not the wording of the classification.
SHORTEST = 5


@lru_cache(maxsize=1)
def class_names() -> dict[str, str]:
    """Code of three or four digits → name, GB/T 4754-2017."""
    source = resources.files("ingest.reference").joinpath("codes/gbt4754.csv")
    rows = csv.DictReader(source.read_text(encoding="utf-8-sig").splitlines())
    return {r["code"].lstrip("ABCDEFGHIJKLMNOPQRST"): r["name"] for r in rows if len(r["code"]) > 2}


@lru_cache(maxsize=1)
def _codes_of_names() -> dict[str, str]:
    return {folded(name): code for code, name in class_names().items() if len(name) >= SHORTEST}


def codes_in(text: FirmText) -> set[str]:
    """Codes given for a firm, and those of classes whose whole name is a phrase of its text."""
    named = _codes_of_names()
    return {*text.codes, *(named[phrase] for phrase, _ in text.phrases if phrase in named)}


class LinkCodes:
    """Which links name a class: the evidence of a code is shared among them."""

    def __init__(
        self,
        codes: Sequence[Sequence[str]],
        terms: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """`codes`: for each link its industry codes; `terms`: product → codes by the remarks."""
        self._terms = terms or {}
        self._links: dict[str, list[int]] = {}
        for link, own in enumerate(codes):
            for code in own:
                self._links.setdefault(code, []).append(link)

    def evidence(self, text: FirmText) -> dict[int, float]:
        """Link row → 1 / number of links with the class, the largest where several classes fit."""
        found: dict[int, float] = {}
        for code in codes_in(text):
            self._add(found, code, 1.0)
        for phrase, _ in text.phrases if self._terms else ():
            codes = self._terms.get(bare(phrase), ())
            for code in codes:
                self._add(found, code, 1 / len(codes))
        return found

    def _add(self, found: dict[int, float], code: str, share: float) -> None:
        links = self._links.get(code) or self._links.get(code[:3], [])
        for link in links:
            found[link] = max(found.get(link, 0.0), share / len(links))
