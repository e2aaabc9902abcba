"""The same document as one HTML file: self-contained, printable, no address in it to load."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from chainscout.output.cells import shown
from chainscout.output.document import Document


def templates() -> Environment:
    """The templates of this package, each time anew; everything put into them is escaped."""
    made = Environment(
        loader=PackageLoader("chainscout", "web/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["shown"] = shown
    return made


@cache
def environment() -> Environment:
    """The templates for documents."""
    return templates()


def to_html(document: Document) -> str:
    """The page as text."""
    return environment().get_template("document.html").render(document=document)


__all__ = ["environment", "templates", "to_html"]
