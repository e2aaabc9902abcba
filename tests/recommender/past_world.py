"""A world with a past: firms that make blades or towers, and came where those were wanted."""

from __future__ import annotations

from tests.recommender.worlds import CHAINS, FEEDS, LINKS, REGIONS, Row, event, firm, position

CITIES = ("330900", "330200", "440300")
MAKES = {"wind.blade": "海上风电叶片", "wind.tower": "风电塔筒"}


def past(years: range = range(2012, 2022), events: int = 4) -> dict[str, list[Row]]:
    """Each year `events` firms go away from home; the product and the larger one decide."""
    firms, positions = [], []
    for number in range(24):
        link = list(MAKES)[number % 2]
        name = f"企业{number:02d}"
        size = 20_000 if number < 8 else 40
        firms.append(
            firm(name, CITIES[number % 3], employees=size, products=[MAKES[link], "其他制品"])
        )
        if number % 4 < 2:
            positions.append(position(name, link, 0.8))
    firms += [firm(f"路人{n:02d}", CITIES[n % 3], products=["速冻食品"]) for n in range(12)]
    happened = []
    for year in years:
        for n in range(events):
            number = (year + 3 * n) % 8
            away = CITIES[(number + 1 + n % 2) % 3]
            link = list(MAKES)[number % 2]
            happened.append(
                event(f"企业{number:02d}", away, link, f"{year}-{n + 1:02d}", amount=float(n))
            )
    return {
        "regions": REGIONS,
        "chains": CHAINS,
        "links": [row | {"keywords": [MAKES.get(row["link_id"], "其他")]} for row in LINKS],
        "feeds": FEEDS,
        "firms": firms,
        "positions": positions,
        "events": happened,
    }
