"""Texts of firms → links of a store: keywords, what its positions teach, and industry codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.snapshot import Snapshot
from ingest.classify.answer import Classification, Decision, LinkGuess
from ingest.classify.codes import LinkCodes, class_names
from ingest.classify.confidence import Confidence, best
from ingest.classify.examples import Example, of_snapshot
from ingest.classify.keywords import Keywords
from ingest.classify.labels import as_text, deciding
from ingest.classify.remarks import Remarks
from ingest.classify.scorer import Scored, Scorer
from ingest.classify.texts import FirmText

Float32 = npt.NDArray[np.float32]
Bool = npt.NDArray[np.bool_]
Text = FirmText | str | Mapping[str, Any]
# Fewer firms than this teach too little of a link to set its keywords aside.
FEW = 2
# Score, lead, keywords, industry class. Not the share of the text that the keywords are: lists of
# three to six products teach that a small one is as good, which wrongs a text that is a keyword.
_UNFITTED = Confidence(np.array([3.0, 2.0, 5.0, 2.5], dtype=np.float32), -3.0, False)


@dataclass(frozen=True, slots=True)
class Settings:
    """From which confidence (probability, 0–1) on a link is assigned, or shown for review."""

    assign: float = 0.6
    review: float = 0.2

    def decide(self, confidence: float) -> Decision:
        """What follows from a confidence."""
        if confidence >= self.assign:
            return "assign"
        return "review" if confidence >= self.review else "none"


@dataclass(frozen=True, slots=True)
class LinkCard:
    """What a link says of itself."""

    id: str
    name: str
    chain_id: str
    chain: str
    keywords: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def example(self) -> Example:
        """The link as if it were a firm that makes its keywords."""
        names = (class_names()[code] for code in self.codes if code in class_names())
        text = FirmText.of(";".join((self.name, self.name, *self.keywords)))
        more = tuple((name, 0.3) for name in (*names, *self.remarks))
        return Example(FirmText(text.phrases + more), (self.id,))


@dataclass
class Classifier:
    """Knows the links of a store. Build it with :meth:`train`."""

    cards: Sequence[LinkCard]
    settings: Settings = field(default_factory=Settings)
    trained_on: int = 0
    remarks: Remarks | None = None

    def __post_init__(self) -> None:
        parents = {card.id: (f"chain:{card.chain_id}",) for card in self.cards}
        self._scorer = Scorer([card.id for card in self.cards], parents)
        self._keywords = Keywords([(card.name, *card.keywords) for card in self.cards])
        terms = self.remarks.classes() if self.remarks else None
        self._codes = LinkCodes([card.codes for card in self.cards], terms)
        self._confidence = _UNFITTED
        self._untaught = np.ones(len(self.cards), dtype=np.bool_)

    @classmethod
    def train(
        cls,
        snapshot: Snapshot,
        examples: Iterable[Example] | None = None,
        settings: Settings | None = None,
        remarks: Remarks | None = None,
    ) -> Classifier:
        """Learn the links of a snapshot from the firms that stand at them.

        Args:
            snapshot: its links say what they are; its certain positions teach.
            examples: other texts with known links (ids), instead of the snapshot's firms.
            settings: thresholds.
            remarks: what a table of GB/T 4754 says of the classes that the links name.

        Raises:
            NoLinks: the snapshot has no chains.
        """
        made = cls(link_cards(snapshot, remarks), settings or Settings(), remarks=remarks)
        made.learn(of_snapshot(snapshot) if examples is None else list(examples))
        return made

    def learn(self, examples: Sequence[Example]) -> None:
        """Learn from texts whose links are known, and from what the links say of themselves."""
        if not self.cards:
            raise NoLinks("没有任何环节可供归类：请先用 chainscout ingest 导入产业链和环节")
        known = {card.id for card in self.cards}
        usable = [e for e in examples if not e.text.empty and known.intersection(e.links)]
        usable = [Example(e.text, tuple(k for k in e.links if k in known)) for e in usable]
        cards = [card.example() for card in self.cards]
        together = [*usable, *cards]
        left_out = self._scorer.fit([e.text for e in together], [e.links for e in together])
        self.trained_on = len(usable)
        taught = Counter(link for example in usable for link in example.links)
        self._untaught = np.array([taught[card.id] < FEW for card in self.cards])
        self._calibrate(usable, left_out[: len(usable)])

    def classify(
        self, texts: Iterable[Text], top: int = 3, chains: Collection[str] | None = None
    ) -> list[Classification]:
        """The `top` likeliest links of each text, the likeliest first.

        Args:
            texts: scopes or paragraphs, rows of a firms table, or FirmText.
            top: number of links an answer names; those below the threshold of review are named
                too, with their decision "none".
            chains: ids of the only chains to look in; None = all.
        """
        given = [_text(text) for text in texts]
        allowed = self._allowed(chains)
        answers: list[Classification] = []
        for scored in self._scorer.score(given):
            part = given[len(answers) : len(answers) + len(scored.scores)]
            answers += self._answer(part, scored, len(answers), top, allowed)
        return answers

    # ── evidence ────────────────────────────────────────────────────────────────────────────────

    def _calibrate(self, examples: Sequence[Example], left_out: Float32) -> None:
        if not examples:
            return
        texts = [example.text for example in examples]
        keywords = self._keyword_evidence(Scored.unsaid(texts))
        rows, links, features = self._candidates(texts, left_out, keywords, None)
        right = {(i, link) for i, e in enumerate(examples) for link in e.links}
        ids = [self.cards[link].id for link in links]
        hit = np.array([(int(i), k) in right for i, k in zip(rows, ids, strict=True)])
        self._confidence = Confidence.fit(features, hit, _UNFITTED)

    def _keyword_evidence(self, scored: Scored) -> Float32:
        """(texts × links) sums of the shares of keywords in the phrases."""
        weights = scored.cut.weights.copy()
        weights.data[:] = 1
        found = weights @ self._keywords.matrix(scored.cut.phrases)
        return np.asarray(found.todense(), dtype=np.float32)

    def _said(self, scored: Scored) -> tuple[Bool, Bool]:
        """What texts say in so many words: phrases that are a keyword of one link and no more.

        Returns:
            (texts × links) whether a phrase is a keyword of the link; (texts) whether all that
            the other links could have of a text is likeness: every phrase is a keyword, or one is
            of a link that hardly any firm taught.
        """
        whole = self._keywords.matrix(scored.cut.phrases)
        whole.data = np.asarray(whole.data >= 1.0, dtype=np.float32)
        weights = abs(scored.cut.weights)
        said = np.asarray((weights @ whole).todense()) > 0
        other = np.asarray(whole.sum(axis=1)).ravel() == 0
        only = (weights @ other.astype(np.float32)) == 0
        return said, (said & self._untaught).any(axis=1) | only

    def _candidates(
        self,
        texts: Sequence[FirmText],
        scores: Float32,
        keywords: Float32,
        allowed: npt.NDArray[np.bool_] | None,
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Float32]:
        """(text row, link row, features) of every pair worth a thought."""
        codes = np.zeros_like(scores)
        for row, text in enumerate(texts):
            for link, share in self._codes.evidence(text).items():
                codes[row, link] = share
        if allowed is not None:
            scores = np.where(allowed, scores, -np.inf)
        worth = (keywords > 0) | (codes > 0)
        np.put_along_axis(worth, best(scores), True, axis=1)
        if allowed is not None:
            worth &= allowed
        rows, links = np.nonzero(worth)
        own, words = scores[rows, links], np.log1p(keywords[rows, links])
        features = [own, _ahead(scores, rows, own), words, codes[rows, links]]
        return rows, links, np.stack(features, axis=-1)

    def _allowed(self, chains: Collection[str] | None) -> npt.NDArray[np.bool_] | None:
        if chains is None:
            return None
        return np.array([card.chain_id in chains for card in self.cards])

    # ── answers ─────────────────────────────────────────────────────────────────────────────────

    def _answer(
        self,
        texts: Sequence[FirmText],
        scored: Scored,
        first: int,
        top: int,
        allowed: npt.NDArray[np.bool_] | None,
    ) -> list[Classification]:
        keywords = self._keyword_evidence(scored)
        rows, links, features = self._candidates(texts, scored.scores, keywords, allowed)
        sure = self._confidence.of(features)
        said, nothing_else = self._said(scored)
        resembles = nothing_else[rows] & (keywords[rows, links] == 0)
        sure, order = self._keywords_first(sure, rows, links, said[rows, links], resembles)
        starts = np.searchsorted(rows[order], np.arange(len(texts) + 1))
        answers = []
        for row, text in enumerate(texts):
            chosen = order[starts[row] : starts[row + 1]][: 0 if text.empty else top]
            found = tuple(
                self._guess(scored, row, int(links[i]), float(sure[i]), keywords) for i in chosen
            )
            decision: Decision = found[0].decision if found else "none"
            answers.append(Classification(first + row, found, decision))
        return answers

    def _keywords_first(
        self,
        sure: Float32,
        rows: npt.NDArray[np.int64],
        links: npt.NDArray[np.int64],
        said: Bool,
        resembles: Bool,
    ) -> tuple[Float32, npt.NDArray[np.int64]]:
        """Confidences of the candidates, and their order within each text.

        What a text says in so many words (`said`) is asked about at least and comes first; what it
        `resembles` beside that goes one step back.
        """
        assign, review = np.float32(self.settings.assign), np.float32(self.settings.review)
        below = np.nextafter(np.where(sure >= assign, assign, review), np.float32(0))
        sure = np.where(resembles, np.minimum(sure, below), sure)
        sure = np.where(said, np.maximum(sure, review), sure)
        behind = ~said & (sure < assign)
        return sure, np.lexsort((links, -sure, behind, rows))

    def _guess(
        self, scored: Scored, row: int, link: int, confidence: float, keywords: Float32
    ) -> LinkGuess:
        card = self.cards[link]
        words = deciding(scored, row, link)
        return LinkGuess(
            link_id=card.id,
            chain_id=card.chain_id,
            chain=card.chain,
            name=card.name,
            confidence=confidence,
            decision=self.settings.decide(confidence),
            keywords=self._standing(scored, row, link) if keywords[row, link] > 0 else (),
            words=words,
        )

    def _standing(self, scored: Scored, row: int, link: int) -> tuple[str, ...]:
        """Keywords of a link in the phrases of a text, in the order of the text."""
        found: dict[str, None] = {}
        for phrase in scored.cut.of_row(row):
            found.update({h.keyword: None for h in self._keywords.hits(phrase) if h.link == link})
        return tuple(found)


class NoLinks(ValueError):
    """There are no links to classify into; the message says what to do."""


def link_cards(snapshot: Snapshot, remarks: Remarks | None = None) -> list[LinkCard]:
    """What the links of a snapshot say of themselves, and the remarks on their classes."""
    links = snapshot.links
    chains = {chain.id: chain.name for chain in snapshot.chains}
    whole = zip(links.ids, links.names, links.chain_ids, links.keywords, links.codes, strict=True)
    return [
        LinkCard(
            ident, name, chain, chains.get(chain, chain), words, codes, _remarked(codes, remarks)
        )
        for ident, name, chain, words, codes in whole
    ]


def _remarked(codes: Sequence[str], remarks: Remarks | None) -> tuple[str, ...]:
    said = (term for code in codes for term in (remarks.terms(code) if remarks else ()))
    return tuple(dict.fromkeys(said))


def _text(text: Text) -> FirmText:
    return FirmText.of_row(text) if isinstance(text, Mapping) else as_text(text)


def _ahead(scores: Float32, rows: npt.NDArray[np.int64], own: Float32) -> Float32:
    """How far each candidate's score is ahead of the best of the others, or behind it."""
    if scores.shape[1] == 1:
        return own
    top = np.partition(scores, -2, axis=1)[:, -2:]
    largest, second = top[rows, 1], np.maximum(top[rows, 0], -1)
    return np.asarray(own - np.where(own >= largest, second, largest), dtype=np.float32)
