"""From what people write to a division: codes old and new, names long and short, addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from rapidfuzz import fuzz, process

from graph.regions import texts
from graph.regions.abroad import is_abroad
from graph.regions.codes import read_code
from graph.regions.match import Choice, Entry, NameIndex, Reader, Reading, RegionMatch
from graph.regions.names import Rank, former_keys, keys, province_letter
from graph.regions.table import LEVELS, Division, Former, read_divisions, read_former
from graph.regions.tree import DivisionTree

_UNKNOWN = RegionMatch(None, "unknown")
_ABROAD = RegionMatch(None, "abroad")


class Divisions(DivisionTree):
    """The divisions of a country and the texts that mean them.

    Build it from the national table (`Divisions.national()`) or from rows of your own; nothing
    changes after that, so one object can serve many threads.
    """

    def __init__(self, divisions: Iterable[Division], former: Iterable[Former] = ()) -> None:
        super().__init__(divisions)
        self._former = tuple(f for f in former if f.code in self)
        self._old_codes = {f.old_code: f for f in self._former if f.old_code is not None}
        self._below: dict[str, NameIndex] = {}
        self._reader = Reader(self._index_below, texts.after_filler)
        self._address_reader = Reader(self._index_below, texts.after_filler, self._in_address)

    @staticmethod
    @lru_cache(maxsize=1)
    def national() -> Divisions:
        """The table that comes with the product; read once."""
        return Divisions(read_divisions(), read_former())

    def resolve(self, text: str, hint: str | None = None) -> RegionMatch:
        """The division a code or a name means.

        `text`: a code of 2, 4, 6, 9 or 12 digits, or names from one level or several, in order,
        with or without suffixes and separators. `hint`: a code or name of a place above, which
        decides between divisions of the same name, and is not needed otherwise.

        A bare short name of several divisions means the one of the highest level (吉林 is the
        province, 通化 the city). Several at one level are ambiguous.
        """
        cleaned = texts.clean(text)
        coded = self._as_code(cleaned)
        if coded is not None:
            return coded
        area = None if hint is None else self.resolve(hint).code
        if area is not None:
            inside = self._read(cleaned, self._index_below(area))
            if inside.problem != "unknown":
                return inside
        found = self._read(cleaned, self._everywhere)
        if area is not None and found.code is not None:
            note = f"{self.full_name(found.code)}不在{self.full_name(area)}内"
            return RegionMatch(found.code, note=_joined(found.note, note))
        return found

    def from_address(self, text: str, hint: str | None = None) -> RegionMatch:
        """The smallest division that the beginning of an address names.

        Streets, towns and development zones after it are left aside. A name without its suffix is
        believed only where it cannot be a street's (not 南京 in 南京路), a bare county's only below
        its province or city.
        """
        address, trade_zone = texts.clean_address(text)
        area = None if hint is None else self.resolve(hint).code
        if area is None and trade_zone is not None:
            area = self.resolve(trade_zone).code
        if area is not None:
            inside = self._read_address(address, self._index_below(area))
            if inside.problem != "unknown":
                return inside
        found = self._read_address(address, self._everywhere)
        if found.problem == "unknown" and trade_zone is not None and area is not None:
            return RegionMatch(area, note="地址只写到自由贸易试验区，按所在地区计")
        return found

    def nearest(self, text: str, n: int = 5) -> tuple[Choice, ...]:
        """Divisions whose names look most like the text, for a message about an unknown one."""
        cleaned = texts.clean(text)
        hits = process.extract(cleaned, self._spellings, scorer=fuzz.ratio, limit=4 * n)
        codes = dict.fromkeys(code for key, _, _ in hits for code in self._spelt[key])
        return tuple(self._choice(code) for code in list(codes)[:n])

    # ── reading ─────────────────────────────────────────────────────────────────────────────────

    def _as_code(self, cleaned: str) -> RegionMatch | None:
        if cleaned in self:
            return RegionMatch(cleaned)
        if not cleaned:
            return _UNKNOWN
        if cleaned.isascii() and cleaned.isdigit():
            return read_code(cleaned, self, self._old_codes) or _UNKNOWN
        letter = province_letter(cleaned)
        return RegionMatch(letter) if letter is not None and letter in self else None

    def _read(self, cleaned: str, index: NameIndex) -> RegionMatch:
        readings = self._reader.readings(cleaned, 0, index)
        whole = [r for r in readings if r.end == len(cleaned)]
        if whole:
            return self._picked(whole)
        if is_abroad(cleaned):
            return _ABROAD
        if not readings:
            return _UNKNOWN
        end = max(r.end for r in readings)
        rest = cleaned[end:]
        if not (texts.is_zone(rest) or texts.is_town(rest)):
            return _UNKNOWN
        found = self._picked([r for r in readings if r.end == end])
        return self._with_rest(found, rest)

    def _read_address(self, address: str, index: NameIndex) -> RegionMatch:
        readings = self._address_reader.readings(address, 0, index)
        if not readings:
            return _ABROAD if is_abroad(address) else _UNKNOWN
        end = max(r.end for r in readings)
        return self._picked([r for r in readings if r.end == end])

    def _in_address(self, text: str, start: int, end: int, entry: Entry) -> bool:
        former = entry.former
        if former is not None and former.kind == "zone" and not former.name.endswith("区"):
            return start > 0 and not texts.is_street(text, end)
        if entry.rank <= Rank.FORMER:
            return True
        if texts.is_street(text, end):
            return False
        if start > 0 or self[entry.code].level != "county":
            return start > 0 or entry.rank == Rank.SHORT
        return entry.rank == Rank.SHORT and texts.is_built_up(text, end)

    def _picked(self, readings: list[Reading]) -> RegionMatch:
        best = readings[0]
        if len(readings) == 1 and best.rank <= Rank.SHORT and best.former is None:
            return RegionMatch(best.code)
        best = min(readings, key=self._order)
        order = self._order(best)
        codes = dict.fromkeys(r.code for r in readings if self._order(r) == order)
        if len(codes) > 1:
            return RegionMatch(None, "ambiguous", tuple(self._choice(code) for code in codes))
        note = _joined(self._former_note(best), self._namesakes_note(best, readings))
        return RegionMatch(best.code, note=note)

    def _order(self, reading: Reading) -> tuple[Rank, int]:
        return reading.rank, LEVELS.index(self[reading.code].level)

    def _choice(self, code: str) -> Choice:
        return Choice(code, self.full_name(code))

    # ── notes ───────────────────────────────────────────────────────────────────────────────────

    def _former_note(self, reading: Reading) -> str | None:
        former, present = reading.former, self[reading.code].name
        if reading.rank == Rank.OTHER_SUFFIX and former is None:
            return f"按现名“{present}”计"
        return None if former is None else former_note(former, self[former.code].name)

    def _namesakes_note(self, best: Reading, readings: list[Reading]) -> str | None:
        """Short names chosen by level: whom the text may have meant instead."""
        if best.rank != Rank.SHORT or self[best.code].level != "prefecture":
            return None
        others = dict.fromkeys(
            r.code
            for r in readings
            if r.rank == best.rank and not self.is_within(r.code, best.code)
        )
        if not others:
            return None
        names = "、".join(self.full_name(code) for code in others)
        return f"按{self.full_name(best.code)}计；同名的还有{names}"

    def _with_rest(self, found: RegionMatch, rest: str) -> RegionMatch:
        if found.code is None or not texts.is_zone(rest):
            return found
        note = f"“{rest}”不是行政区划，按{self.full_name(found.code)}计"
        return RegionMatch(found.code, note=_joined(found.note, note))

    # ── indexes ─────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _everywhere(self) -> NameIndex:
        return NameIndex(self._pairs(self, self._former))

    @cached_property
    def _former_of(self) -> dict[str, list[Former]]:
        by_code: dict[str, list[Former]] = {}
        for former in self._former:
            by_code.setdefault(former.code, []).append(former)
        return by_code

    @cached_property
    def _former_under(self) -> dict[str, list[Former]]:
        by_area: dict[str, list[Former]] = {}
        for former in self._former:
            if former.under is not None:
                by_area.setdefault(former.under, []).append(former)
        return by_area

    def _index_below(self, code: str) -> NameIndex:
        """Names that may follow the name of a division: those in it, and its own once more."""
        index = self._below.get(code)
        if index is None:
            index = self._below[code] = self._build_below(code)
        return index

    def _build_below(self, code: str) -> NameIndex:
        inside = self.descendants(code)
        former = [f for c in (code, *inside) for f in self._former_of.get(c, ())]
        moved = self._former_under.get(code, [])
        pairs = list(self._pairs((self[c] for c in inside), [*former, *moved]))
        taken = {key for key, entry in pairs if entry.rank <= Rank.SHORT}
        own = (pair for pair in self._pairs([self[code]], ()) if pair[0] not in taken)
        return NameIndex([*pairs, *own])

    @cached_property
    def _province_names(self) -> frozenset[str]:
        return frozenset(self.short_name(d.code) for d in self if d.level == "province")

    def _pairs(
        self, divisions: Iterable[Division], former: Iterable[Former]
    ) -> Iterator[tuple[str, Entry]]:
        for division in divisions:
            for key, rank in keys(division, self._province_names):
                yield key, Entry(division.code, rank)
        for old in former:
            for key, rank in former_keys(old):
                yield key, Entry(old.code, rank, old)

    @cached_property
    def _spelt(self) -> dict[str, list[str]]:
        """Full and short names, and paths → codes, for suggestions."""
        spelt: dict[str, list[str]] = {}
        for division in self:
            code = division.code
            for name in dict.fromkeys((division.name, self.short_name(code), self.full_name(code))):
                spelt.setdefault(name, []).append(code)
        return spelt

    @cached_property
    def _spellings(self) -> list[str]:
        return list(self._spelt)


def former_note(former: Former, present: str) -> str | None:
    """What became of a name that is no longer in the table (Chinese), None where nothing did."""
    year = f"{former.year}年" if former.year else ""
    match former.kind:
        case "renamed":
            return f"“{former.name}”{year}改为{present}"
        case "merged":
            return f"“{former.name}”{year}并入{present}"
        case "split":
            return f"“{former.name}”{year}分设，按{present}计"
        case "zone":
            return f"“{former.name}”不是行政区划，按{present}计"
        case "recoded" | "alias":
            return None


def _joined(*notes: str | None) -> str | None:
    return "；".join(note for note in notes if note) or None
