"""The 招商指南 of a chain and region: one description, drawn as Word, HTML and PDF."""

from __future__ import annotations

from chainscout.output.guide.blocks import Guide
from chainscout.output.guide.build import make_guide
from chainscout.output.guide.save import GUIDE_SUFFIXES, save_guide

__all__ = ["GUIDE_SUFFIXES", "Guide", "make_guide", "save_guide"]
