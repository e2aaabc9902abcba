"""What the encoder says of each character of a text: its scores for the tags of the tagger."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ingest.news.encoder.base import FOLDER, MODEL, VOCABULARY, differences, state
from ingest.news.tagger import Floats

# Sentences are read together up to so many characters; a longer one is cut: the encoder has
# places for 512 tokens, two of them for the beginning and the end.
TOGETHER, LONGEST = 250, 500


class Encoder:
    """The encoder of a folder (see :mod:`ingest.news.encoder.base`)."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Load the encoder. Raises OSError if there is none."""
        import onnxruntime

        self._tokens: dict[str, int] = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
        options = onnxruntime.SessionOptions()
        # Threads that wait must not keep the cores busy.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            folder / MODEL, options, providers=["CPUExecutionProvider"]
        )
        changes = differences()
        self._head = changes["head"].astype(np.float32)
        self._bias = changes["bias"].astype(np.float32)
        self.turns: Floats = changes["turns"].astype(np.float64)

    def scores(self, sentences: Sequence[str]) -> list[Floats]:
        """Scores of O, B, I, E (characters × 4) for each sentence of a text, in order."""
        made: list[Floats] = []
        for window in windows(sentences):
            whole = np.concatenate([self._read(piece) for piece in _pieces("".join(window))])
            ends = np.cumsum([len(sentence) for sentence in window])
            made += np.split(whole, ends[:-1])
        return made

    def _read(self, text: str) -> Floats:
        ids = np.array([tokens_of(text, self._tokens)], dtype=np.int64)
        given = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        states = self._session.run(None, given)[0][0, 1:-1]
        return np.asarray(states @ self._head + self._bias, dtype=np.float64)


def tokens_of(text: str, known: Mapping[str, int]) -> list[int]:
    """One token a character, between those that begin and end a text."""
    unknown, blank = known["[UNK]"], known["[unused1]"]
    read = [blank if c.isspace() else known.get(c.lower(), unknown) for c in text]
    return [known["[CLS]"], *read, known["[SEP]"]]


def windows(sentences: Sequence[str]) -> Iterator[list[str]]:
    """Sentences that are read together, in order."""
    held: list[str] = []
    for sentence in sentences:
        if held and sum(map(len, held)) + len(sentence) > TOGETHER:
            yield held
            held = []
        held.append(sentence)
    if held:
        yield held


def _pieces(text: str) -> Iterator[str]:
    for at in range(0, len(text), LONGEST):
        yield text[at : at + LONGEST]


def installed() -> Encoder | None:
    """The encoder that :func:`~ingest.news.encoder.base.fetch` made ready; None without one."""
    return _loaded() if state().ready else None


@lru_cache(maxsize=1)
def _loaded() -> Encoder:
    return Encoder()
