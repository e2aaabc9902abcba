"""A list as a workbook that goes out to be filled in and comes back with progress and remarks."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.names import name_key
from workspace import audit
from workspace.errors import Invalid, NotAllowed, NotFound
from workspace.lists.make import get, version_of
from workspace.lists.outcomes import KINDS, WAITING, FirmState, add_note, add_outcome, states
from workspace.models import Entry
from workspace.partial import read_day
from workspace.session import WorkSession
from workspace.sheets import Field, Page, Rejected, read_page, rejects_book, write_book

_STATUS = (WAITING, *KINDS.values())
FIELDS = (
    Field("rank", "序号", width=7),
    Field("firm", "企业名称", ("企业",), 32),
    Field("uscc", "统一社会信用代码", width=21),
    Field("region", "所在地", width=18),
    Field("link", "对应环节", ("环节",), 18),
    Field("score", "得分", width=8),
    Field("interval", "得分区间", width=13),
    Field("reasons", "推荐理由", width=60),
    Field("paths", "对接路径", width=32),
    Field("status", "进展", ("状态",), 10, True, _STATUS, "从下拉列表中选择"),
    Field("on", "进展日期", ("日期",), 12, True, note="如 2026-09-01；空着为导入当天"),
    Field("why", "未成原因", ("原因",), 24, True, note="进展为「未成」时必填"),
    Field("note", "备注", ("说明",), 40, True, note="改写后作为新的备注加入，原有备注保留"),
    Field("firm_id", "企业编号", width=22, note="用于导回，请勿改动"),
)
TITLE = "目标企业清单"


@dataclass
class Returned:
    """What came back: outcomes and remarks entered, rows that said nothing new, rows not taken."""

    outcomes: int = 0
    notes: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "outcomes": self.outcomes, "notes": self.notes, "unchanged": self.unchanged,
            "rejected": [row.to_dict() for row in self.rejected],
        }  # fmt: skip

    def rejects(self) -> bytes:
        """The rows not taken as a workbook that can be mended and brought in again."""
        return rejects_book(TITLE, FIELDS, self.rejected)


def export_book(session: WorkSession, list_id: int, number: int | None = None) -> bytes:
    """A version of a list (the newest) as a workbook; the export is entered in the audit log."""
    target, version = get(session, list_id), version_of(session, list_id, number)
    known = states(session, list_id)
    rows = [_row(entry, known.get(entry.firm_id)) for entry in version.entries]
    content = write_book([Page(TITLE, FIELDS, rows)])
    audit.exported(session, "list", list_id, content, f"{target.title}.xlsx")
    return content


def _row(entry: Entry, state: FirmState | None) -> dict[str, Any]:
    outcome, note = (state.outcome, state.note) if state else (None, None)
    return {
        "rank": entry.rank, "firm": entry.firm, "uscc": entry.uscc, "region": entry.region,
        "link": entry.link, "score": None if entry.score is None else round(entry.score, 4),
        "interval": None if entry.low is None else f"{entry.low:.2f}–{entry.high:.2f}",
        "reasons": entry.reasons, "paths": [way_text(path) for path in entry.paths],
        "status": state.label if state else WAITING, "on": outcome and outcome.on,
        "why": outcome and outcome.why, "note": note and note.text, "firm_id": entry.firm_id,
    }  # fmt: skip


def way_text(path: dict[str, Any]) -> str:
    """A way in as one line: ``甲 → 乙 → 丙``, with the kind of each tie."""
    steps = path.get("steps") or []
    if not steps:
        return ""
    first = str(steps[0].get("from", {}).get("name", ""))
    return first + "".join(
        f" —{step.get('label', '')}— {step.get('to', {}).get('name', '')}" for step in steps
    )


def import_book(session: WorkSession, list_id: int, path: Path) -> Returned:
    """Progress and remarks of a workbook that was filled in. Good rows are kept, bad ones returned.

    A row is found by 企业编号, else by the firm's name. Empty cells say nothing; a file that came
    back unchanged changes nothing.

    Raises:
        Invalid: no sheet with the columns 企业名称 and 进展 or 备注.
        ingest.errors.UnreadableFile: the file cannot be read.
    """
    filled = read_page(path, TITLE, FIELDS, ("firm",))
    if filled is None:
        raise Invalid(f"{path.name} 里没有目标企业清单：需要「企业名称」列")
    by_id = {entry.firm_id: entry for entry in version_of(session, list_id).entries}
    for version in get(session, list_id).versions:
        by_id = {entry.firm_id: entry for entry in version.entries} | by_id
    by_name = {name_key(entry.firm): entry for entry in by_id.values()}
    known, done = states(session, list_id), Returned()
    for number, cells in filled.rows:
        try:
            if number in filled.faults:
                raise Invalid(filled.faults[number])
            entry = by_id.get(cells.get("firm_id", "")) or by_name.get(name_key(cells["firm"]))
            if entry is None:
                raise Invalid(f"清单上没有「{cells['firm']}」；请先在清单中加入这家企业")
            with session.begin_nested():
                outcome = _outcome(session, list_id, entry, cells, known.get(entry.firm_id))
                note = _note(session, list_id, entry, cells, known.get(entry.firm_id))
        except (Invalid, NotFound, NotAllowed) as problem:
            done.rejected.append(Rejected(number, cells, str(problem)))
            continue
        done.outcomes += outcome
        done.notes += note
        done.unchanged += not (outcome or note)
    return done


def _outcome(
    session: WorkSession, list_id: int, entry: Entry, cells: dict[str, str], state: FirmState | None
) -> bool:
    word = cells.get("status", "")
    last = state.outcome if state else None
    if not word or (word == WAITING and last is None):
        return False
    kind = next((kind for kind, label in KINDS.items() if word in (kind, label)), None)
    if kind is None:
        if word == WAITING:
            raise Invalid("进展不能退回「待联系」；如登记有误，请在备注中说明")
        raise Invalid(f"没有「{word}」这种进展；可用：{'、'.join(_STATUS)}")
    on, why = cells.get("on", ""), cells.get("why", "")
    if last is not None and (kind, on and read_day(on), why) in (
        (last.kind, last.on, last.why),
        (last.kind, "", ""),
        (last.kind, "", last.why),
    ):
        return False
    add_outcome(session, list_id, entry.firm_id, kind, on=on or None, why=why)
    return True


def _note(
    session: WorkSession, list_id: int, entry: Entry, cells: dict[str, str], state: FirmState | None
) -> bool:
    text = cells.get("note", "")
    if not text or (state is not None and state.note is not None and state.note.text == text):
        return False
    add_note(session, list_id, entry.firm_id, text)
    return True


__all__ = ["FIELDS", "TITLE", "Returned", "export_book", "import_book", "way_text"]
