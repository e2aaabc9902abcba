"""What a load cannot say for certain: like names, texts without a position, projects from texts.

The parts of a load report here as they go; what is sure is done and logged, so that it can be
undone, the rest becomes questions for a person (:mod:`ingest.review`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graph.schema import TABLES, Table
from graph.store import Store, Writer
from ingest.identity import FIRM_COLUMNS
from ingest.likeness import (
    DERIVED,
    MOST_NAMES,
    WORTH_ASKING,
    Merge,
    NewFirm,
    count_new,
    count_open,
    has_short_names,
    look,
    new_firms,
    question,
    sure,
)
from ingest.resolve import Found, Registry, Resolution, Resolver
from ingest.review.decide import record
from ingest.review.ledger import Change, Ledger, Row
from ingest.review.questions import Kind, Question, ask
from ingest.workbench import Workbench

_RECORDS: dict[str, Kind] = {"projects": "project", "events": "event"}


@dataclass(frozen=True)
class Care:
    """How a load treats what it cannot say for certain.

    Attributes:
        resolve: names that no firm has exactly are resolved (see :mod:`ingest.likeness`), but never
            those of a mapping that says ``names: complete``.
        classify: firms with a text and no position get links (see :mod:`ingest.placing`); None =
            unless firms come through a mapping or are very many.
        stored_only: of these only the firms that this load does not bring.
        cache: where a trained classifier is kept; None = nowhere.
        region: where the firms are whose rows do not say (a list of an office's own firms seldom
            does), unless the store knows better; a code or a name.
    """

    resolve: bool = True
    classify: bool | None = None
    stored_only: bool = False
    cache: Path | None = None
    region: str | None = None


@dataclass
class Doubts:
    """The doubts of one load.

    Args:
        workbench: where the rows of the load are.
        store: as it was before the load.
        writer: its transaction.
        resolve: whether names that are not known exactly are resolved.
        complete: sources whose names are whole and right, by their number.
    """

    workbench: Workbench
    store: Store
    writer: Writer
    resolve: bool = True
    complete: Collection[int] = ()
    merged: int = 0
    tied: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    notices: list[str] = field(default_factory=list)
    _merges: list[Merge] = field(default_factory=list)
    _moved: str | None = None
    _parents: list[tuple[str, str, str]] = field(default_factory=list)
    _called: dict[str, Found] = field(default_factory=dict)

    @cached_property
    def _reviewed(self) -> set[str]:
        return set(self.writer.read("reviews", ["review_id"])["review_id"].to_pylist())

    def ask(self, questions: Sequence[Question]) -> None:
        """Put questions in the queue and count those that are new."""
        before = self._reviewed
        new = {q.review_id: q.kind for q in questions if q.review_id not in before}
        if new:
            ask(self.writer, questions)
            self.asked.update(new.values())
            before.update(new)

    def written(self, table: Table, good: str) -> None:
        """The rows `good` are in the store: what follows from them can be logged and asked."""
        if table.name == "firms":
            self._firms_written(good)
        elif self._called:
            self._references_written(good)
        self._records_written(table, good)

    # firms ----------------------------------------------------------------------------------

    def firms_identified(self, rows: str, identified: str, known: str) -> str:
        """`identified` with the rows of like names under the firms that they mean."""
        free = self._free()
        if not self.resolve:
            return identified
        count = count_open(self.workbench, rows, identified, known, free)
        if not count and not self._may_name_stored(identified, known):
            return identified
        if count > MOST_NAMES:
            self.notices.append(
                f"有 {count:,} 家新企业没有统一社会信用代码，超过 {MOST_NAMES:,} 家，"
                "按名录处理，没有核对相近名称"
            )
            return identified
        firms = new_firms(self.workbench, rows, identified, known, free)
        found = look(self.workbench, known, firms, self._reviewed)
        self.ask(found.questions)
        self._parents, self._merges = found.parents, found.merges
        return self._moved_rows(identified) if found.merges else identified

    def _may_name_stored(self, identified: str, known: str) -> bool:
        """Whether the load may bring the full names of firms that the store has by short ones."""
        if self.complete or not has_short_names(self.workbench, known):
            return False
        return 0 < count_new(self.workbench, identified, known) <= MOST_NAMES

    def _free(self) -> str:
        """SQL: whether nothing says which firm a row `r` is about."""
        listed = ", ".join(str(number) for number in self.complete)
        return "r.uscc IS NULL" + (f" AND r._sheet NOT IN ({listed})" if listed else "")

    def _moved_rows(self, identified: str) -> str:
        moves = self.workbench.add(
            "moves",
            pa.table(
                {
                    "gone": pa.array([m.firm.id for m in self._merges], pa.string()),
                    "into_id": pa.array([m.into for m in self._merges], pa.string()),
                    "into_name": pa.array([m.name for m in self._merges], pa.string()),
                    "said": pa.array([list(m.firm.spellings) for m in self._merges]),
                }
            ),
        )
        self._moved = self.workbench.create(
            "moved",
            f"SELECT i._sheet, i._row, i.firm_id AS gone FROM {identified} i"
            f" JOIN {moves} m ON m.gone = i.firm_id",
        )
        spellings = "list_distinct(list_concat(i.more_aliases, m.said))"
        result = self.workbench.create(
            "identified",
            "SELECT i._sheet, i._row, coalesce(m.into_id, i.firm_id) AS firm_id,"
            " coalesce(m.into_name, i.name) AS name,"
            f" CASE WHEN m.gone IS NULL THEN i.more_aliases ELSE list_sort({spellings}) END"
            f" AS more_aliases, i._error FROM {identified} i LEFT JOIN {moves} m"
            " ON m.gone = i.firm_id",
        )
        self.workbench.drop(moves, identified)
        return result

    def _firms_written(self, good: str) -> None:
        """Log what was merged, tie firms to those whose brand they bear."""
        self._tie([parent for parent in self._parents if self._is_in(good, parent[0])])
        if self._moved is None:
            return
        rows = self.workbench.arrow(
            f"SELECT m.gone, g.* EXCLUDE (_sheet, _row, _n, _errors) FROM {good} g"
            f" JOIN {self._moved} m ON m._sheet = g._sheet AND m._row = g._row ORDER BY g._n"
        ).to_pylist()
        ledger = Ledger(self.store, self.writer)
        for merge in self._merges:
            mine = [row for row in rows if row["gone"] == merge.firm.id]
            if mine:
                self._log(ledger, merge, _folded(mine))
        ledger.flush()

    def _log(self, ledger: Ledger, merge: Merge, row: Row) -> None:
        """Undoing brings the firm back as its rows said it, and takes its name off the other."""
        own = row | {"firm_id": merge.firm.id, "name": merge.firm.name}
        own["aliases"] = [a for a in own["aliases"] or () if a not in merge.firm.spellings] or None
        own.pop("gone")
        self._record(ledger, question(merge.firm, merge.found), Change("firms", own, None))

    def _record(self, ledger: Ledger, asked: Question, *changes: Change) -> None:
        spellings = [asked.subject]
        if asked.subject_id and changes and changes[0].before:
            spellings = list(dict.fromkeys((asked.subject, asked.subject_id)))
        firm = {"firm_id": asked.candidate_id}
        named = Change("firms", firm | {"aliases": None}, firm | {"aliases": spellings})
        note = f"名称相近，把握 {asked.score:.0%}；{asked.why}"
        row = asked.row(self.writer.next_version)
        row = {name: row.get(name) for name, _ in TABLES["reviews"].stored}
        record(ledger, row, "same", [*changes, named], note=note)
        self.merged += 1

    def _is_in(self, good: str, firm: str) -> bool:
        found = self.workbench.value(f"SELECT count(*) FROM {good} WHERE firm_id = ?", [firm])
        return bool(found)

    def _tie(self, parents: Sequence[tuple[str, str, str]]) -> None:
        version = self.writer.next_version
        ties = {
            (firm, parent): {
                "from_kind": "firm", "from_id": firm, "kind": "subsidiary_of",
                "to_kind": "firm", "to_id": parent, "source": DERIVED,
                "attributes": json.dumps({"依据": why}, ensure_ascii=False), "loaded": version,
            }
            for firm, parent, why in parents
        }  # fmt: skip
        if ties:
            schema = TABLES["ties"].arrow_schema
            self.writer.put("ties", pa.Table.from_pylist(list(ties.values()), schema=schema))
        self.tied += len(ties)

    # references -----------------------------------------------------------------------------

    def called(self, stored: str, texts: Sequence[str]) -> dict[str, Resolution]:
        """What names in other tables mean that are no firm's exact name; see :func:`sure`."""
        if not self.resolve or not texts or len(texts) > MOST_NAMES:
            return {}
        rows = self.workbench.arrow(f"SELECT {', '.join(FIRM_COLUMNS)} FROM {stored} ORDER BY 1")
        if not len(rows):
            return {}
        registry = Registry.of_names(
            rows["name"].to_pylist(),
            ids=rows["firm_id"].to_pylist(),
            uscc=rows["uscc"].to_pylist(),
            regions=rows["region_code"].to_pylist(),
            aliases=[list(a or ()) for a in rows["aliases"].to_pylist()],
        )
        answers = Resolver(registry).resolve(list(texts), together=False)
        return dict(zip(texts, answers, strict=True))

    def sure(self, text: str, answer: Resolution) -> Found | None:
        """The firm that a name means, if that is sure enough not to be asked."""
        firm = sure(text, answer)
        if firm is None or _named(text, firm).review_id in self._reviewed:
            return None
        self._called[text] = firm
        return firm

    def may_be(self, text: str, answer: Resolution) -> list[Found]:
        """The firms that a person may choose from."""
        if answer.decision == "none":
            return []
        return [c for c in answer.candidates if c.score >= WORTH_ASKING]

    def _references_written(self, good: str) -> None:
        """The names by which rows found their firms become aliases of these firms."""
        used = {text: firm for text, firm in self._called.items() if self._is_in(good, firm.id)}
        self._called = {}
        if not used:
            return
        wanted = pa.array(sorted({firm.id for firm in used.values()}), pa.string())
        firms = self.writer.read("firms")
        rows = firms.filter(pc.is_in(firms["firm_id"], value_set=wanted)).to_pylist()
        for row in rows:
            mine = [text for text, firm in used.items() if firm.id == row["firm_id"]]
            row["aliases"] = list(dict.fromkeys([*(row["aliases"] or ()), *sorted(mine)]))
            row["loaded"] = self.writer.next_version
        schema = TABLES["firms"].arrow_schema
        self.writer.put("firms", pa.Table.from_pylist(rows, schema=schema))
        ledger = Ledger(self.store, self.writer)
        for text, firm in sorted(used.items()):
            self._record(ledger, _named(text, firm))
        ledger.flush()

    # projects and events --------------------------------------------------------------------

    def _records_written(self, table: Table, good: str) -> None:
        """Projects and events that are in doubt wait for a person."""
        kind = _RECORDS.get(table.name)
        if kind is None:
            return
        (key,) = table.key
        rows = self.workbench.arrow(
            f"SELECT DISTINCT ON ({key}) * FROM {good} WHERE status = 'uncertain'"
            f" ORDER BY {key}, _n"
        ).to_pylist()
        if not rows:
            return
        stored = self.writer.read(table.name, [key, "status"])
        open_ids = stored.filter(pc.equal(stored["status"], "uncertain"))[key].to_pylist()
        waiting = set(open_ids)
        self.ask([_about(kind, row, row[key]) for row in rows if row[key] in waiting])


def _named(text: str, firm: Found) -> Question:
    """Whether a name that stands only in other tables means a firm."""
    nobody = NewFirm("", text, None, (), None, None, True)
    return question(nobody, firm)


def _about(kind: Kind, row: Row, ident: str) -> Question:
    amount = f"{row['amount']:g} 亿元" if row["amount"] is not None else None
    said = [row.get("region_code"), row["stage"], amount, row["date"]]
    subject = row.get("name") or "，".join(filter(None, [row["firm_id"], row["region_code"]]))
    return Question(
        kind=kind,
        key=ident,
        subject=subject,
        subject_id=ident,
        why="；".join(str(part) for part in said if part) or None,
        source=row["source"],
    )


def _folded(rows: Sequence[Row]) -> Row:
    """Rows of one firm as one: the last value that is there."""
    whole: dict[str, Any] = {}
    for row in rows:
        whole |= {name: value for name, value in row.items() if value is not None}
    return {name: whole.get(name) for name in rows[0]}


__all__ = ["Care", "Doubts"]
