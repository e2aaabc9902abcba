"""A pretrained encoder of Chinese text beside the tagger: it has read more than any labelled set.

`base` says where it comes from and makes it ready, `run` asks it. Without it the tagger decides
alone and misses more (docs/text.md).
"""

from __future__ import annotations

from ingest.news.encoder.base import (
    COORDINATE,
    FOLDER,
    EncoderState,
    EncoderUnavailable,
    EncoderUnfit,
    add,
    fetch,
    state,
)
from ingest.news.encoder.run import Encoder, installed

__all__ = [
    "COORDINATE",
    "FOLDER",
    "Encoder",
    "EncoderState",
    "EncoderUnavailable",
    "EncoderUnfit",
    "add",
    "fetch",
    "installed",
    "state",
]
