"""What commands share: the store, the options for results, the way results leave."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chainscout import settings
from chainscout.cli.console import say
from graph import Snapshot, Store, open_store

if TYPE_CHECKING:
    from chainscout.output import Document


class Format(StrEnum):
    """Formats of results on standard output."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"


@dataclass(frozen=True)
class State:
    """What the options before the command say."""

    store_uri: str

    def store(self) -> Store:
        """The store, not read yet."""
        return open_store(self.store_uri)

    def snapshot(self) -> Snapshot:
        """The current version of the store. Raises StoreError."""
        return self.store().snapshot()


FormatOption = Annotated[
    Format | None, typer.Option("--format", "-f", help="屏幕输出的格式", show_default="table")
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", help="写入文件，类型看后缀：.json .jsonl .csv .xlsx .docx .html"
    ),
]
RegionOption = Annotated[str, typer.Option("--region", help="地区：代码、全称或简称")]
OptionalRegion = Annotated[
    str | None, typer.Option("--region", help="地区：代码、全称或简称；不填则面向全国")
]
ChainOption = Annotated[str | None, typer.Option("--chain", help="产业链：编号或名称")]
RequiredChain = Annotated[str, typer.Option("--chain", help="产业链：编号或名称")]
LinkOption = Annotated[str | None, typer.Option("--link", help="环节：编号或名称")]
FirmArgument = Annotated[
    str, typer.Argument(metavar="企业", help="企业：名称、简称、统一社会信用代码、股票代码或编号")
]
Context = typer.Context


def state(context: typer.Context) -> State:
    """The state that the options before the command made."""
    found = context.obj
    assert isinstance(found, State)  # the callback of the app puts it there
    return found


@dataclass(frozen=True)
class Delivery:
    """Where a result goes. Made before the work, so that a wrong file name costs nothing."""

    form: str
    output: Path | None

    @classmethod
    def of(cls, form: Format | None, output: Path | None) -> Delivery:
        """Raises OutputProblem when `output` has a suffix that cannot be written."""
        from chainscout.output.write import check_target  # the writers of all formats

        if output is not None:
            check_target(output)
        chosen = form.value if form else settings.text("format")
        return cls(chosen, output)

    def send(self, document: Document) -> None:
        """Print or write `document`."""
        from chainscout.output import emit, save

        if self.output is None:
            emit(document, self.form)
        else:
            save(document, self.output)
            say(f"已写入 {self.output}", "done")

    @property
    def rich(self) -> bool:
        """Whether the result is a document for people, with the sections that go with it."""
        return self.output is not None and self.output.suffix.lower() in (".xlsx", ".docx", ".html")


__all__ = [
    "ChainOption",
    "Context",
    "Delivery",
    "FirmArgument",
    "Format",
    "FormatOption",
    "LinkOption",
    "OptionalRegion",
    "OutputOption",
    "RegionOption",
    "RequiredChain",
    "State",
    "state",
]
