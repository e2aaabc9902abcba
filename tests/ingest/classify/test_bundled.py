"""The bundled links are found by their own words, as an office writes them in a table."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np

from graph.store import connect
from ingest.classify import Classifier
from ingest.reference import load_reference


def test_a_keyword_of_one_link_means_that_link(tmp_path: Path) -> None:
    """What firms taught about lists of products must not outvote a text that is a keyword."""
    store = connect(tmp_path / "reference.duckdb")
    load_reference(store)
    snapshot = store.snapshot()
    owners: dict[str, set[str]] = defaultdict(set)
    for ident, name, keywords in zip(
        snapshot.links.ids, snapshot.links.names, snapshot.links.keywords, strict=True
    ):
        for word in (name, *keywords):
            owners[word].add(ident)
    words = [word for word, own in owners.items() if len(own) == 1]
    found = Classifier.train(snapshot).classify(words, top=1)
    first = [answer.links[0].link_id in owners[w] for answer, w in zip(found, words, strict=True)]
    sure = [answer.decision == "assign" for answer in found]
    assert len(words) > 6_000
    assert np.mean(first) > 0.99
    assert np.mean(sure) > 0.8
