"""The rules of status and gap type, one test a rule, and their table."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from graph.gaps import GAP_TYPES, STATUSES, classify_link
from graph.gaps.rules import NO_GAP, classify_links

ANSWERS = ("some_firm", "present", "leading", "established", "above", "below")


def classified(*said: str) -> tuple[str, str | None]:
    return classify_link(**{name: name in said for name in ANSWERS})


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # Status
        (["some_firm", "present", "established"], ("present", None)),
        (["some_firm", "present", "leading", "established"], ("strong", None)),
        (["some_firm", "present", "leading"], ("strong", None)),
        # A leader below the threshold does not make a link strong
        (["some_firm", "leading", "established"], ("weak", "strengthen")),
        # 强链, established or not
        (["some_firm"], ("weak", "strengthen")),
        (["some_firm", "established", "above", "below"], ("weak", "strengthen")),
        # 建链 comes before 补链 and 延链
        ([], ("missing", "build")),
        (["above"], ("missing", "build")),
        (["above", "below"], ("missing", "build")),
        # 补链, 延链
        (["established", "above", "below"], ("missing", "fill")),
        (["established", "above"], ("missing", "extend")),
        (["established", "below"], ("missing", "extend")),
        # Nothing next to it in an established chain: to be begun from nothing
        (["established"], ("missing", "build")),
    ],
)
def test_rule(said: list[str], expected: tuple[str, str | None]) -> None:
    assert classified(*said) == expected


def test_arrays_follow_the_rule_in_every_case() -> None:
    cases = list(product((False, True), repeat=len(ANSWERS)))
    columns = dict(zip(ANSWERS, np.array(cases).T, strict=True))
    status, kind = classify_links(**columns)
    names = [
        (tuple(STATUSES)[s], None if k == NO_GAP else tuple(GAP_TYPES)[k])
        for s, k in zip(status, kind, strict=True)
    ]
    assert names == [classify_link(**dict(zip(ANSWERS, case, strict=True))) for case in cases]
