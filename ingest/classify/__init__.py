"""Texts of firms → links (or labels of any other scheme), with confidence and the deciding words.

:class:`Classifier` knows the links of a store: their keywords first, then what it learned from
the positions there. :class:`LabelModel` is the learned part alone, for any labels: products →
industry.
"""

from __future__ import annotations

from ingest.classify.answer import Classification, Decision, Guess, LinkGuess
from ingest.classify.classifier import Classifier, NoLinks, Settings
from ingest.classify.examples import Example
from ingest.classify.labels import LabelModel
from ingest.classify.remarks import Remarks
from ingest.classify.texts import FirmText

__all__ = [
    "Classification",
    "Classifier",
    "Decision",
    "Example",
    "FirmText",
    "Guess",
    "LabelModel",
    "LinkGuess",
    "NoLinks",
    "Remarks",
    "Settings",
]
