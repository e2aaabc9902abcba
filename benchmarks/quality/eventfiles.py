"""Files of investment events as the evaluator `events` needs them: parties, places, free texts."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from graph import Snapshot, Store, open_store
from graph.lookup import LookupProblem, find_chain, find_firm, find_region
from ingest.classify import Classifier
from ingest.doubts import Care
from ingest.load import load
from ingest.reference import reference_files
from ingest.resolve import Resolver
from recommender.learned.past import at_home

_BRACKET = re.compile(r"[(（]([^)）]*)[)）]")
# The headings that make a file one of events: gathered reports, or the standard table.
_HEADINGS = ({"firm_name", "region_province", "date"}, {"firm", "region", "date"})
# Names are resolved here, and no position is guessed that nobody stated.
EXACT = Care(resolve=False, classify=False)
# What a bundled firm's source says when nothing but an investment made it known.
_BY_EVENT = "投资事件"


def is_events(path: Path) -> bool:
    """Whether a file is a list of events, going by its headings."""
    if path.suffix.lower() != ".csv":
        return False
    with path.open(encoding="utf-8-sig", newline="") as stream:
        found = set(next(csv.reader(stream), ()))
    return any(found >= wanted for wanted in _HEADINGS)


@dataclass(frozen=True, slots=True)
class Report:
    """One row: who came where, into what, when; texts as reported, empty where not said."""

    id: str
    name: str
    full_name: str
    code: str
    home: tuple[str, str]
    place: tuple[str, str, str]
    chain: str
    link: str
    day: str
    amount: str

    @property
    def names(self) -> list[str]:
        """Texts that may mean the firm, the surest first.

        A stock code comes first: beside a project company it is the parent's, and the parent is
        whom one goes to (时代上汽 is 宁德时代's).
        """
        short = _BRACKET.sub("", self.name).strip()
        inside = [found.strip() for found in _BRACKET.findall(self.name)]
        return [text for text in (self.code, self.full_name, short, *inside) if text]


def read_reports(paths: Sequence[Path]) -> list[Report]:
    """The rows of event files, by date."""
    found = []
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            found += [_report(row) for row in csv.DictReader(stream)]
    return sorted(found, key=lambda report: (report.day, report.id))


def _report(row: dict[str, str]) -> Report:
    def cell(name: str) -> str:
        return (row.get(name) or "").strip()

    whole = cell("region_province") or cell("region")
    place = (whole, cell("region_city"), cell("region_district"))
    return Report(
        id=cell("event_id"),
        name=cell("firm_name") or cell("firm"),
        full_name=cell("firm_full_name"),
        code=cell("stock_code"),
        home=(cell("firm_home_province"), cell("firm_home_city")),
        place=place,
        chain=cell("chain"),
        link=cell("link"),
        day=cell("date"),
        amount=cell("amount_yi") or cell("amount"),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a report belongs: region code, chain id and link id of ours; None where none fits."""

    region: str | None
    chain: str | None
    link: str | None


@dataclass
class Universe:
    """A store of the bundled data, tables beside it, and the events to T."""

    folder: Path
    tables: Sequence[Path]
    positions: bool = True
    _resolver: Resolver | None = field(default=None, init=False)
    _classifier: Classifier | None = field(default=None, init=False)
    _newcomers: frozenset[str] = field(default=frozenset(), init=False)

    def load(self, reports: Sequence[Report]) -> Snapshot:
        """The world at T: bundled data without events, the tables, the reports as events."""
        store = open_store(self.folder / "world.duckdb")
        left_out = {"events.csv"} if self.positions else {"events.csv", "positions"}
        files = [path for path in reference_files() if not left_out & {path.name, path.parent.name}]
        load(store, [*files, *self.tables], care=EXACT)
        bare = store.snapshot()
        self._resolver = Resolver(bare)
        self._newcomers = self._known_by_events_only(bare)
        self._classifier = Classifier.train(bare)
        load(store, self._written(bare, reports), care=EXACT)
        self._forget_newcomers(store)
        return store.snapshot()

    def _forget_newcomers(self, store: Store) -> None:
        """Take out the bundled firms that only an investment after T made known."""
        came = set(store.read("events", ["firm_id"])["firm_id"].to_pylist())
        gone = sorted(self._newcomers - came)
        with store.write("firms that nobody knew at T") as writer:
            writer.delete("firms", pa.table({"firm_id": pa.array(gone, pa.string())}))

    def _known_by_events_only(self, snapshot: Snapshot) -> frozenset[str]:
        table = snapshot.store.read("firms", ["firm_id", "source", "stock_code"])
        held = set(snapshot.positions.firm.tolist())
        return frozenset(
            row["firm_id"]
            for row in table.to_pylist()
            if _BY_EVENT in (row["source"] or "") and snapshot.firms.row(row["firm_id"]) not in held
        )

    def firm(self, snapshot: Snapshot, report: Report) -> str | None:
        """Id of the firm that a report means; None where the universe at T has none."""
        found = self._find(snapshot, report)
        return found if found is not None and snapshot.firms.row(found) >= 0 else None

    def _find(self, snapshot: Snapshot, report: Report) -> str | None:
        for text in report.names:
            try:
                return str(snapshot.firms.ids[find_firm(snapshot, text)].as_py())
            except LookupProblem:
                continue
        assert self._resolver is not None
        for answer in self._resolver.resolve(report.names[:2]):
            if answer.firm is not None:
                return answer.firm.id
        return None

    def placed(self, snapshot: Snapshot, reports: Sequence[Report]) -> list[Place]:
        """Where the free texts of reports belong, by the product's classifier."""
        assert self._classifier is not None
        found = []
        for report in reports:
            chains = self._chains(snapshot, report.chain)
            texts = [f"{report.link};{report.link};{report.chain}"]
            guesses = self._classifier.classify(texts, top=1, chains=chains)[0].links
            link = guesses[0].link_id if guesses else None
            chain = guesses[0].chain_id if guesses else None
            found.append(Place(_region(snapshot, report.place), chain, link))
        return found

    def _chains(self, snapshot: Snapshot, text: str) -> list[str] | None:
        """The chain that a text names, if it names just one of ours."""
        try:
            return [snapshot.chains[find_chain(snapshot, text)].id] if text else None
        except LookupProblem:
            return None

    def _written(self, snapshot: Snapshot, reports: Sequence[Report]) -> list[Path]:
        """Reports as standard tables: events with ids, and the firms that are new."""
        events, firms = self.folder / "events.csv", self.folder / "firms.csv"
        new: dict[str, list[str]] = {}
        rows = []
        for report, place in zip(reports, self.placed(snapshot, reports), strict=True):
            known = self._find(snapshot, report)
            firm = known or report.full_name or report.names[-1]
            if known is None:
                home = "".join(report.home)
                new.setdefault(firm, [firm, _BRACKET.sub("", report.name), home, report.link])
            if place.region is not None:
                where = (place.region, place.chain or "", place.link or "")
                words = (report.day, report.amount, report.chain, report.link)
                rows.append([report.id, firm, *where, *words])
        heads = ["event_id", "firm", "region", "chain", "link", "date", "amount"]
        _write(events, [*heads, "chain_text", "link_text"], rows)
        sources = [[*row, "投资事件报道"] for row in new.values()]
        _write(firms, ["name", "aliases", "region", "products", "source"], sources)
        return [firms, events]

    def at_home(self, snapshot: Snapshot, report: Report, firm: str, region: str) -> bool:
        """Whether the investment is an expansion in the firm's home prefecture."""
        rows = snapshot.regions.row
        own = _region(snapshot, (*report.home, "")) if report.home[1] else None
        if own is not None and own[:4] == region[:4] and own[4:6] != "":
            return True
        return at_home(snapshot, snapshot.firms.row(firm), rows[region])


def _region(snapshot: Snapshot, place: tuple[str, str, str]) -> str | None:
    """Code of the smallest division that the names of a place mean."""
    province, city, county = place
    for text in (province + city + county, province + city, province):
        try:
            return snapshot.regions.codes[find_region(snapshot, text)] if text else None
        except LookupProblem:
            continue
    return None


def _write(path: Path, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(heads)
        writer.writerows(rows)
