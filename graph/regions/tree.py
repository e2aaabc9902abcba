"""The tree of divisions: names from the province down, parents, children, positions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.regions.names import core
from graph.regions.table import Division, DivisionUnknown, check_tree


class DivisionTree:
    """Divisions by code, with what follows from their parents.

    Codes are looked up exactly; every method that takes one raises DivisionUnknown for others.
    """

    def __init__(self, divisions: Iterable[Division]) -> None:
        self._by_code = check_tree(divisions)
        self._children: dict[str, list[str]] = {}
        for division in self._by_code.values():
            if division.parent is not None:
                self._children.setdefault(division.parent, []).append(division.code)

    def __len__(self) -> int:
        return len(self._by_code)

    def __iter__(self) -> Iterator[Division]:
        return iter(self._by_code.values())

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> Division:
        division = self._by_code.get(code)
        if division is None:
            raise DivisionUnknown(code)
        return division

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Codes above, the province first, without the division itself."""
        above: list[str] = []
        parent = self[code].parent
        while parent is not None:
            above.append(parent)
            parent = self[parent].parent
        return tuple(reversed(above))

    def children(self, code: str) -> tuple[str, ...]:
        """Codes one level below, in the order of the table."""
        self[code]
        return tuple(self._children.get(code, ()))

    def descendants(self, code: str) -> tuple[str, ...]:
        """Codes of all levels below, without the division itself."""
        found: list[str] = []
        for child in self.children(code):
            found.append(child)
            found.extend(self.descendants(child))
        return tuple(found)

    def is_within(self, code: str, area: str) -> bool:
        """Whether `code` is `area` or lies in it."""
        here: str | None = code
        while here is not None:
            if here == area:
                return True
            here = self[here].parent
        return False

    def full_name(self, code: str) -> str:
        """浙江省舟山市定海区."""
        return "".join(self[above].name for above in (*self.ancestors(code), code))

    def short_name(self, code: str) -> str:
        """定海 for 定海区, 恩施 for 恩施土家族苗族自治州."""
        division = self[code]
        return core(division.name, division.level)

    def location(self, code: str, *, or_above: bool = True) -> tuple[float, float] | None:
        """(lon, lat) in degrees; where not known that of the nearest division above, if wanted."""
        division = self[code]
        if division.lon is not None and division.lat is not None:
            return division.lon, division.lat
        if division.parent is None or not or_above:
            return None
        return self.location(division.parent)
