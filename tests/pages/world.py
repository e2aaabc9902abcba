"""The world of the page tests: every text in it tries to run."""

from __future__ import annotations

from pathlib import Path

from graph.store import Store
from tests.factory import chain, event, feed, firm, link, position, region, store, tie

EVIL = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>{{7*7}}"


def small_world(path: Path) -> Store:
    """steel → blade → turbine; 东营市 makes turbines, others could come."""
    return store(
        path,
        regions=[
            region("370000", "山东省"),
            region("370500", "东营市", "370000", lon=118.5, lat=37.46),
            region("370200", "青岛市", "370000", lon=120.38, lat=36.07),
            region("370600", "烟台市", "370000", lon=121.39, lat=37.52),
        ],
        chains=[chain("wind", "海上风电装备", sector=EVIL, description=EVIL), chain("sun", EVIL)],
        links=[
            link("wind.steel", "upstream", keywords=["钢板", EVIL], group=EVIL),
            {**link("wind.blade"), "name": "叶片"},
            {**link("wind.turbine", "downstream"), "name": "整机"},
            {**link("sun.cell"), "name": EVIL},
        ],
        feeds=[feed("wind.steel", "wind.blade"), feed("wind.blade", "wind.turbine")],
        firms=[
            firm("东营整机厂", "370500", tags=["链主", EVIL], address=EVIL, scope=EVIL),
            firm("青岛叶片厂", "370200", aliases=["青叶"], products=[EVIL], employees=500),
            firm(EVIL, "370200", stock_code="600001", industry=EVIL, attributes='{"备": "x"}'),
            firm("烟台钢厂", "370600", legal_representative=EVIL),
        ],
        positions=[
            position("东营整机厂", "wind.turbine", role="leader", evidence=EVIL),
            position("青岛叶片厂", "wind.blade", 0.9, evidence=EVIL),
            position(EVIL, "wind.blade", 0.4, evidence=EVIL),
            position("烟台钢厂", "wind.steel"),
            position("烟台钢厂", "sun.cell"),
        ],
        ties=[
            tie("东营整机厂", "customer_of", "青岛叶片厂", weight=0.8),
            tie("青岛叶片厂", "partner_of", EVIL),
        ],
        people=[
            {"person_id": "p1", "name": EVIL, "firm_id": "青岛叶片厂", "role": EVIL,
             "native_code": "370500", "school": EVIL, "source": EVIL},
        ],
        parks=[{"park_id": "k1", "name": EVIL, "region_code": "370500", "source": EVIL}],
        events=[event("青岛叶片厂", "370500", "wind.blade", "2021-03", amount=3.0, stage=EVIL)],
    )  # fmt: skip


__all__ = ["EVIL", "small_world"]
