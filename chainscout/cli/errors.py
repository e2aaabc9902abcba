"""Errors of the command line itself."""

from __future__ import annotations


class CommandProblem(Exception):
    """A command cannot do what was asked; the message says why and what to do instead."""
