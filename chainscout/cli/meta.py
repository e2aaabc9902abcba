"""About the program itself."""

from __future__ import annotations

import typer

import chainscout


def show_version() -> None:
    """The version of the program."""
    typer.echo(f"chainscout {chainscout.__version__}")
