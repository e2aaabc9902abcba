"""Who invests: the plainest sentences of signing news."""

from __future__ import annotations

import pytest

from ingest.news import extract_text
from ingest.news.firms import KnownFirms

KNOWN = KnownFirms({"明阳智能": "cn:1"})
BEARINGS = "恒通轴承有限公司"


@pytest.mark.parametrize(
    ("text", "name", "firm", "yi"),
    [
        ("明阳智能与东营市签约，总投资20亿元建设风电叶片项目。", "风电叶片", "明阳智能", 20),
        ("明阳智能总投资20亿元的风电叶片项目在东营市签约。", "风电叶片", "明阳智能", 20),
        (f"{BEARINGS}与东营市签约，投资5亿元建设轴承项目。", "轴承", BEARINGS, 5),
        (f"东营市与{BEARINGS}签约，投资5亿元建设轴承项目。", "轴承", BEARINGS, 5),
        (
            f"{BEARINGS}与东营经济技术开发区签订投资协议，总投资5亿元，建设高端轴承生产基地。",
            "高端轴承生产基地", BEARINGS, 5,
        ),
    ],
)  # fmt: skip
def test_who_signs_with_a_place_invests_and_is_no_project(
    text: str, name: str, firm: str, yi: float
) -> None:
    (project,) = extract_text(f"3月5日，{text}", known=KNOWN).projects
    assert (project.name, project.firm, project.amount_yi) == (name, firm, yi)
    assert project.stage == "签约"


def test_a_short_product_worth_an_amount_is_a_project() -> None:
    (project,) = extract_text(f"4月，{BEARINGS}总投资5亿元的轴承项目在东营市开工。").projects
    assert (project.name, project.firm, project.stage) == ("轴承", BEARINGS, "开工")
