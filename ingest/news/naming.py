"""Which characters of a text are names of projects: the encoder and the tagger together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.news.answer import Span
from ingest.news.clauses import Part, sentences
from ingest.news.encoder import Encoder, installed
from ingest.news.lexicon import kinds
from ingest.news.tables import rows, spans
from ingest.news.tagged import balanced, completed, parted
from ingest.news.tagger import TAGS, Floats, Tagger, named, shipped
from ingest.news.traits import Rules, inside, repeats, traits

Reasons = dict[str, list[tuple[str, float]]]

# What the tagger's scores count beside the encoder's. Chosen on texts that neither had learned
# (docs/text.md): the encoder knows words, the tagger what the rules say.
TAGGER = 0.5


@dataclass(frozen=True)
class Namer:
    """What decides about names: the tagger, and the encoder where there is one."""

    tagger: Tagger
    encoder: Encoder | None = None

    @staticmethod
    def shipped() -> Namer:
        """The weights of this package with the encoder that is installed, if one is."""
        return Namer(shipped(), installed())

    def names(self, even: str, rules: Rules) -> dict[int, list[Span]]:
        """Start of each sentence outside of tables → the names in it, as offsets in it."""
        again, read, made = repeats(even), self._read(even), {}
        for number, part in left(even):
            scores = self.tagger.scores(traits(again, part, number, rules))
            found = self._likeliest(part.text, scores, read.get(part.start))
            made[part.start] = completed(
                part, parted(part, balanced(part, found), inside(rules.ruled, part))
            )
        return made

    def why(self, even: str, rules: Rules, at: tuple[int, Part], span: Span) -> Reasons:
        """What speaks for (above 0) and against the beginning B and the end E of a name.

        `at` is a sentence as :func:`left` gives it, `span` the name as offsets in it. The encoder's
        say stands first, then the traits that the tagger weighs most, each counted `TAGGER` times
        beside it.
        """
        number, part = at
        found = traits(repeats(even), part, number, rules)
        read, made = self._read(even).get(part.start), {}
        for tag, i in (("B", span[0]), ("E", span[1] - 1)):
            made[tag] = self.tagger.why(found[i], tag)
            if read is not None:
                said = float(read[i, TAGS.index(tag)] - read[i, 0])
                made[tag].insert(0, ("encoder", round(said, 2)))
        return made

    def _read(self, even: str) -> Mapping[int, Floats]:
        """Start of each sentence → the encoder's scores; empty without an encoder."""
        if self.encoder is None:
            return {}
        parts = list(sentences(even))
        scores = self.encoder.scores([part.text for part in parts])
        return {part.start: of for part, of in zip(parts, scores, strict=True)}

    def _likeliest(self, said: str, scores: Floats, read: Floats | None) -> Sequence[Span]:
        alone = named(scores, self.tagger.turns)
        if self.encoder is None or read is None:
            return alone
        turns = TAGGER * self.tagger.turns + self.encoder.turns
        found = named(TAGGER * scores + read, np.asarray(turns))
        return [span for span in found if span in alone or not _plain(said[slice(*span)])]


def _plain(name: str) -> bool:
    """Whether a name is only a product: 光伏玻璃 in 光伏玻璃等一批百亿级项目 is a kind of project.

    The encoder does not know the lexicon; the tagger does.
    """
    return set(kinds(name)) == {"P"}


def left(even: str) -> list[tuple[int, Part]]:
    """The sentences outside of tables, each with its number in the text."""
    in_rows = spans(list(rows(even)))
    return [
        (number, part)
        for number, part in enumerate(sentences(even))
        if not any(a <= part.start < b for a, b in in_rows)
    ]
