"""What is built once for a snapshot and asked many times: resolver, classifier, known firms."""

from __future__ import annotations

import hashlib
import pickle
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from graph.snapshot import Snapshot
from ingest.classify import Classifier, Example, Remarks
from ingest.classify.classifier import link_cards
from ingest.classify.examples import of_snapshot
from ingest.news.firms import KnownFirms
from ingest.resolve import Resolver
from ingest.review.questions import INFERRED

# Part of a kept model's name: a change of the learner makes older ones unreachable.
_FORMAT = "4"
# What unpickling a file of another release, or half a file, raises.
_STALE = (pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError)


def resolver_of(snapshot: Snapshot) -> Resolver:
    """The resolver over the firms of a snapshot."""
    return snapshot.once("ingest.resolver", Resolver)


def known_firms_of(snapshot: Snapshot) -> KnownFirms:
    """The names that are looked for in texts."""
    return snapshot.once("ingest.known_firms", KnownFirms.of)


def classifier_of(
    snapshot: Snapshot, cache: Path | None = None, remarks: Remarks | None = None
) -> Classifier:
    """The classifier that the positions of a snapshot teach.

    Args:
        snapshot: positions that were inferred from texts are left out, else errors would breed.
        cache: a folder of this user alone, where trained models are kept (training takes seconds
            to a minute). A model is known there by what taught it, so that it serves every data
            version with the same links and positions.
        remarks: what the office's own table of GB/T 4754 says of the classes.

    Raises:
        NoLinks: the snapshot has no chains.
    """
    if remarks is not None:
        return _classifier(snapshot, cache, remarks)
    return snapshot.once("ingest.classifier", lambda snap: _classifier(snap, cache))


def _classifier(
    snapshot: Snapshot, cache: Path | None, remarks: Remarks | None = None
) -> Classifier:
    examples = of_snapshot(_stated(snapshot))
    if cache is None:
        return Classifier.train(snapshot, examples, remarks=remarks)
    file = cache / f"classifier-{_digest(snapshot, examples, remarks)}.pickle"
    kept = _kept(file)
    if kept is None:
        kept = Classifier.train(snapshot, examples, remarks=remarks)
        _keep(kept, file)
    return kept


def _stated(snapshot: Snapshot) -> Snapshot:
    """The snapshot with inferred positions marked as not certain."""
    source = pc.fill_null(pc.cast(snapshot.positions.source, "string"), "")
    inferred = np.asarray(pc.equal(source, INFERRED).to_numpy(zero_copy_only=False), dtype=bool)
    if not inferred.any():
        return snapshot
    certain = snapshot.positions.certain & ~inferred
    return replace(snapshot, positions=replace(snapshot.positions, certain=certain))


def _digest(snapshot: Snapshot, examples: Sequence[Example], remarks: Remarks | None) -> str:
    said = repr((_FORMAT, np.__version__, link_cards(snapshot), examples, remarks))
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def _kept(file: Path) -> Classifier | None:
    """The model kept in `file`; None where there is none, or not one of this release."""
    try:
        found = pickle.loads(file.read_bytes())
    except (FileNotFoundError, *_STALE):
        return None  # trained anew and kept again
    return found if isinstance(found, Classifier) else None


def _keep(model: Classifier, file: Path) -> None:
    """Keep a model, and no older ones: positions change more often than anybody goes back."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{uuid.uuid4().hex[:8]}")
    draft.write_bytes(pickle.dumps(model, protocol=pickle.HIGHEST_PROTOCOL))
    draft.replace(file)
    others = sorted(file.parent.glob("classifier-*.pickle"), key=lambda f: f.stat().st_mtime)
    for old in others[:-4]:
        old.unlink(missing_ok=True)


__all__ = ["classifier_of", "known_firms_of", "resolver_of"]
