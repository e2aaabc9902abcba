"""What firms make, beside what a link says of itself and what the firms at it make."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from graph.snapshot import Snapshot
from recommender.frame import Float64
from recommender.signals.wanted import wanted
from recommender.texts import firm_texts

Rows = sparse.csr_matrix
# What :func:`texts` and :func:`words` keep with a snapshot; neither knows a position.
KEPT = ("firm texts", "texts of firms", "texts of links")


def texts(snapshot: Snapshot) -> Rows:
    """Firms × n-grams of their products and scopes, tf-idf, rows of length 1 or 0."""
    return snapshot.once("texts of firms", lambda s: firm_texts(s).whole())


def words(snapshot: Snapshot) -> Rows:
    """Links × n-grams of their names and keywords, as of :func:`texts`."""

    def build(snapshot: Snapshot) -> Rows:
        every = [wanted(snapshot, link) for link in range(len(snapshot.links))]
        return firm_texts(snapshot).vectors_of(every)

    return snapshot.once("texts of links", build)


def own_words(snapshot: Snapshot, link: int) -> Float64:
    """(firms,) cosine of all that a firm makes with the link's name and keywords."""
    found: Float64 = texts(snapshot) @ words(snapshot)[link].toarray().ravel()
    return found


def like_those_there(snapshot: Snapshot, link: int) -> Float64:
    """(firms,) likeness of what a firm makes to the sum of what the link's firms make.

    Rocchio (1971), Relevance feedback in information retrieval; positive examples alone.
    """
    made = texts(snapshot)
    at = snapshot.positions.firm[snapshot.firms_at(link)]
    middle = np.asarray(made[at].sum(axis=0)).ravel()
    found: Float64 = made @ middle
    return found
