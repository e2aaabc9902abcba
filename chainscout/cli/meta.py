"""About the program itself: settings, version."""

from __future__ import annotations

import typer

import chainscout
from chainscout import settings
from chainscout.cli.common import Delivery, FormatOption, OutputOption
from chainscout.output.listing import SETTINGS, listing


def show_settings(form: FormatOption = None, output: OutputOption = None) -> None:
    """All settings with their values in force."""
    delivery = Delivery.of(form, output)
    delivery.send(listing("设置", SETTINGS, settings.table()))


def show_version() -> None:
    """The version of the program."""
    typer.echo(f"chainscout {chainscout.__version__}")
