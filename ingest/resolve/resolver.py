"""From names as people write them to firms of a registry: match, review or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.regions import Divisions
from graph.snapshot import Snapshot
from ingest.namemodel import NameParts, compatible, parse
from ingest.names import name_key
from ingest.resolve.answer import Decision, Found, Resolution
from ingest.resolve.blocking import Blocks
from ingest.resolve.compete import compete
from ingest.resolve.features import FEATURES, Candidate, product_fit, table
from ingest.resolve.former import other_names, said_of
from ingest.resolve.model import Model, is_full, probabilities
from ingest.resolve.registry import (
    Registry,
    block_column,
    body_column,
    candidates,
    key_column,
    prior_column,
)
from ingest.resolve.relation import Relation, relation
from ingest.resolve.sound import Sounds, cuts, initials_of
from ingest.resolve.why import exact, why

LOOKED_AT = 16
SPELLED = 0.95  # probability that what reads like pinyin is pinyin, and of initials
INITIALS_ONLY = 0.6
FORMER = 1.0  # log-odds against a name of the table of renames: fewer ask by it
WHOLE_CORE = 5.0  # a spelling that is somebody's core (比亚迪) against one that is none (白云电)
SHOWN = 5
_LATIN_CODE = 18
_CORE = FEATURES.index("core_same")
_KIN: dict[Relation, str] = {
    "subsidiary": "看来是{}的下属企业",
    "parent": "看来是{}的上级企业",
    "branch": "与{}同属一个企业（总部与分支机构，或两个分支机构）",
}


@dataclass(frozen=True)
class Thresholds:
    """Probabilities from which a name is matched, and from which a person is asked.

    `match`: of the best candidate. `review`: of all candidates together; below it the answer is
    none. `alone`: what a match must reach before the other names of the list are weighed; the rest
    of a list may decide between firms, but not make a match by itself. Measured by
    `benchmarks.quality names`.
    """

    match: float = 0.80
    review: float = 0.25
    alone: float = 0.5


@dataclass
class _Asked:
    """One name with its context, and what has been found out about it."""

    row: int
    text: str
    parts: NameParts
    region: tuple[str, ...]
    uscc: str | None
    products: str
    answer: Resolution | None = None


class Resolver:
    """Resolves names to the firms of a registry; build it once, ask it in batches.

    Args:
        source: a snapshot, a registry, or just names.
        thresholds: when to match and when to ask.
        model: weights; by default those shipped.
        renames: whether former names of well-known firms (`ingest.resolve.former`) count.
    """

    def __init__(
        self,
        source: Snapshot | Registry | Sequence[str],
        *,
        thresholds: Thresholds | None = None,
        model: Model | None = None,
        renames: bool = True,
    ) -> None:
        self.registry = _registry(source)
        self.thresholds = thresholds or Thresholds()
        self._model = model or Model.shipped()
        given = [self.registry.names.cast(pa.string()), self.registry.aliases.cast(pa.string())]
        firms = np.arange(len(self.registry), dtype=np.int64)
        owner = np.concatenate([firms, self.registry.owner])
        keys = key_column(pa.concat_arrays(given))
        told, told_owner = other_names(keys, owner) if renames else (keys[:0], owner[:0])
        self._told = len(keys)  # where the names that the registry itself has end
        self._entries = pa.concat_arrays([*given, told])
        self._owner = np.concatenate([owner, told_owner])
        self._keys = pa.concat_arrays([keys, key_column(told)])
        self._named = self._short_named()
        bodies = block_column(self._keys).to_pylist()
        self._blocks = Blocks(bodies, prior_column(self._keys))
        self._bodies = bodies

    def resolve(
        self,
        texts: Sequence[str],
        *,
        uscc: Sequence[str | None] | None = None,
        regions: Sequence[str | None] | None = None,
        products: Sequence[str | None] | None = None,
        together: bool = True,
    ) -> list[Resolution]:
        """One answer a text, in the order of the texts.

        Args:
            texts: names in any spelling; a credit code is understood too.
            uscc: unified social credit codes that stand beside the names.
            regions: where the firms are said to be, code or text.
            products: what they are said to make or do.
            together: whether names of the list, and short names that the registry has, tell each
                other apart (see `compete`).

        Raises:
            ValueError: context of another length than the texts.
        """
        asked = self._asked(texts, uscc, regions, products)
        self._settle_exact(asked)
        self._settle_weighed(asked, together)
        return [a.answer for a in asked if a.answer is not None]

    # ── asking ──────────────────────────────────────────────────────────────────────────────────

    def _asked(
        self,
        texts: Sequence[str],
        uscc: Sequence[str | None] | None,
        regions: Sequence[str | None] | None,
        products: Sequence[str | None] | None,
    ) -> list[_Asked]:
        for given, what in ((uscc, "信用代码"), (regions, "所在地"), (products, "产品")):
            if given is not None and len(given) != len(texts):
                raise ValueError(f"名称有 {len(texts)} 个，{what}却有 {len(given)} 个，应一一对应")
        return [
            _Asked(
                row=row,
                text=text,
                parts=parse(text),
                region=_region(regions[row] if regions else None),
                uscc=(uscc[row] if uscc else None) or _as_uscc(text),
                products=(products[row] if products else None) or "",
            )
            for row, text in enumerate(texts)
        ]

    # ── exact ───────────────────────────────────────────────────────────────────────────────────

    def _settle_exact(self, asked: Sequence[_Asked]) -> None:
        by_code = _rows_of(self.registry.uscc, [a.uscc for a in asked])
        by_key = _rows_of(self._keys, [name_key(a.text) or None for a in asked])
        size = len(self.registry)
        for a, coded, named in zip(asked, by_code, by_key, strict=True):
            if coded:
                a.answer = self._exact(a, sorted(set(coded)), exact("uscc"))
                continue
            free = [i for i in named if not self._other_code(a, int(self._owner[i]))]
            names = sorted({int(self._owner[i]) for i in free if i < size})
            aliases = sorted({int(self._owner[i]) for i in free if size <= i < self._told})
            told = sorted({int(self._owner[i]) for i in free if i >= self._told})
            if names:
                a.answer = self._exact(a, names, exact("name"))
            elif aliases:
                a.answer = self._exact(a, aliases, exact("alias"))
            elif told:
                a.answer = self._exact(a, told, said_of(a.text))

    def _other_code(self, a: _Asked, firm: int) -> bool:
        """Whether both sides have a credit code and the codes differ: never one firm."""
        stored = self.registry.uscc[firm].as_py() if a.uscc else None
        return stored is not None and stored != a.uscc

    def _exact(self, a: _Asked, firms: list[int], reason: str) -> Resolution:
        near = [f for f in firms if compatible(self._region_of(f), a.region)] if a.region else firms
        chosen = near if len(near) == 1 else firms
        if len(chosen) == 1 and (near or reason == exact("uscc")):
            return self._answer(a, "match", [_Listed(chosen[0], 1.0, reason, "same")], reason)
        if len(chosen) == 1:
            note = f"{reason}，但所在地不符"
            return self._answer(a, "review", [_Listed(chosen[0], 0.5, note, "unknown")], note)
        note = f"有 {len(chosen)} 家企业{reason}，请补统一社会信用代码或所在地"
        listed = [_Listed(firm, 1.0 / len(chosen), reason, "unknown") for firm in chosen]
        return self._answer(a, "review", listed, note)

    # ── weighed ─────────────────────────────────────────────────────────────────────────────────

    def _settle_weighed(self, asked: Sequence[_Asked], together: bool) -> None:
        left = [a for a in asked if a.answer is None]
        if not left:
            return
        found = candidates(self._blocks, [a.parts for a in left], LOOKED_AT)
        weighed = [self._weigh(a, rows) for a, rows in zip(left, found, strict=True)]
        chances = [w.chances for w in weighed]
        if together:
            short = [i for i, a in enumerate(left) if not a.parts.form]
            moved = compete(
                [weighed[i].firms for i in short],
                [chances[i] for i in short],
                len(self.registry),
                self._named,
            )
            for i, values in zip(short, moved, strict=True):
                chances[i] = values
        for a, w, values in zip(left, weighed, chances, strict=True):
            a.answer = self._decided(a, w, values)
            if a.answer.decision == "none" and (cuts(a.text) or initials_of(a.text)):
                a.answer = self._by_sound(a) or a.answer

    @cached_property
    def _sounds(self) -> Sounds:
        return Sounds(self._bodies)

    def _by_sound(self, a: _Asked) -> Resolution | None:
        """The answer to a name in pinyin: to its spellings, whole cores before the rest."""
        spelled = [replace(a, parts=parse(text)) for text in self._sounds.spellings(a.text)]
        if not spelled:
            return None
        found = candidates(self._blocks, [s.parts for s in spelled], LOOKED_AT)
        weighed = [self._weigh(s, rows) for s, rows in zip(spelled, found, strict=True)]
        heft = [WHOLE_CORE if any(p[_CORE] for p in w.pairs) else 1.0 for w in weighed]
        whole = (SPELLED if cuts(a.text) else INITIALS_ONLY) / sum(heft)
        best: dict[int, _Listed] = {}
        for s, w, many in zip(spelled, weighed, heft, strict=True):
            share = whole * many
            for at in np.lexsort((w.firms, -w.chances))[:SHOWN]:
                one = self._listed(s, w, at, share * float(w.chances[at]))
                before = best.get(one.firm)
                score = one.score + (before.score if before else 0.0)
                best[one.firm] = replace(
                    one, score=score, why=f"按拼音读作“{s.parts.text}”；{one.why}"
                )
        listed = sorted(best.values(), key=lambda one: (-one.score, one.firm))[:SHOWN]
        return self._ruled(a, listed, listed[0].score if listed else 0.0)

    def _weigh(self, a: _Asked, rows: Sequence[int]) -> _Weighed:
        """The candidates of a name with their probabilities, one entry a firm: its best name."""
        free = [i for i in rows if not self._other_code(a, int(self._owner[i]))]
        firms = [int(self._owner[i]) for i in free]
        made = self.registry.products(firms) if a.products and firms else [""] * len(firms)
        entries = [
            self._candidate(i, firm, a.products, text)
            for i, firm, text in zip(free, firms, made, strict=True)
        ]
        pairs = table(a.parts, entries, self._model.habits, a.region)
        scores = self._model.scores(a.parts, pairs)
        scores = scores - FORMER * (np.array(free, dtype=np.int64) >= self._told)
        best: dict[int, int] = {}
        for at, firm in enumerate(firms):
            if firm not in best or scores[at] > scores[best[firm]]:
                best[firm] = at
        kept = list(best.values())
        return _Weighed(
            np.array([firms[at] for at in kept], dtype=np.int64),
            probabilities(scores[kept]),
            [entries[at] for at in kept],
            [pairs[at] for at in kept],
        )

    def _candidate(self, entry: int, firm: int, asked: str, made: str) -> Candidate:
        parts = parse(self._entries[entry].as_py())
        fit = product_fit(asked, made or parts.trade) if asked else 0.0
        alias = self._entries[entry].as_py() if entry >= len(self.registry) else ""
        return Candidate(parts, self._region_of(firm), alias, fit)

    def _decided(self, a: _Asked, w: _Weighed, chances: npt.NDArray[np.float64]) -> Resolution:
        order = np.lexsort((w.firms, -chances))[:SHOWN]
        listed = [self._listed(a, w, at, float(chances[at])) for at in order]
        return self._ruled(a, listed, float(w.chances[order[0]]) if listed else 0.0)

    def _ruled(self, a: _Asked, listed: Sequence[_Listed], alone: float) -> Resolution:
        total, best = sum(one.score for one in listed), listed[0].score if listed else 0.0
        if best >= self.thresholds.match and alone >= self.thresholds.alone:
            return self._answer(a, "match", listed, f"最相近的一家把握 {best:.0%}")
        if total >= self.thresholds.review:
            return self._answer(a, "review", listed, _doubt(best, total))
        # who it belongs to says more than who is a little more like it
        listed = sorted(listed, key=lambda one: one.relation not in _KIN)
        if listed and listed[0].relation in _KIN:
            head = self.registry.names[listed[0].firm].as_py()
            note = "名录中没有这家企业本身；它" + _KIN[listed[0].relation].format(head)
            return self._answer(a, "none", listed, note)
        return self._answer(a, "none", listed, "名录中没有足够相近的企业")

    def _listed(self, a: _Asked, w: _Weighed, at: int, chance: float) -> _Listed:
        entry = w.entries[at]
        reason = why(a.parts, entry, dict(zip(FEATURES, w.pairs[at], strict=True)))
        name = entry.parts
        if is_full(a.parts) and not is_full(name):  # kinship is read from legal names
            name = parse(self.registry.names[int(w.firms[at])].as_py())
        sharers = sum(o is not entry and o.parts.core == name.core for o in w.entries)
        verdict = relation(a.parts, name, chance, sharers)
        reasons = "；".join(filter(None, (reason, verdict.why)))
        return _Listed(int(w.firms[at]), chance, reasons, verdict.relation)

    def _short_named(self) -> npt.NDArray[np.bool_] | None:
        """Whether a firm has its short name, or is of a kind that need not have one.

        Short names are those without a legal form; None if the registry has none at all. Of a
        plain company a missing one says nothing, so it gains nothing beside a 股份有限公司 that
        has one.
        """
        size = len(self.registry)
        keys = self._keys.slice(size, len(self.registry.owner))
        short = pc.equal(body_column(keys), keys).to_numpy(zero_copy_only=False)
        if not short.any():
            return None
        named: npt.NDArray[np.bool_] = prior_column(self._keys.slice(0, size)) == 0.0
        named[self.registry.owner[short.astype(bool)]] = True
        return named

    # ── answers ─────────────────────────────────────────────────────────────────────────────────

    def _answer(
        self, a: _Asked, decision: Decision, listed: Sequence[_Listed], note: str
    ) -> Resolution:
        ids, names = self.registry.ids, self.registry.names
        candidates = tuple(
            Found(ids[x.firm].as_py(), names[x.firm].as_py(), x.score, x.why, x.relation)
            for x in listed
        )
        return Resolution(a.row, a.text, decision, candidates, note)

    def _region_of(self, firm: int) -> tuple[str, ...]:
        code = self.registry.region[firm].as_py()
        return (code,) if code else ()


@dataclass(frozen=True, slots=True)
class _Listed:
    firm: int
    score: float
    why: str
    relation: Relation


@dataclass(frozen=True)
class _Weighed:
    firms: npt.NDArray[np.int64]
    chances: npt.NDArray[np.float64]
    entries: list[Candidate]
    pairs: list[list[float]]


def _registry(source: Snapshot | Registry | Sequence[str]) -> Registry:
    if isinstance(source, Registry):
        return source
    if isinstance(source, Snapshot):
        return Registry.of_snapshot(source)
    return Registry.of_names(list(source))


def _rows_of(column: pa.Array, wanted: Sequence[str | None]) -> list[list[int]]:
    """For each wanted value the rows of a column that hold it; none for None."""
    values = pa.array(wanted, pa.string())
    at = pc.index_in(column, value_set=values.unique().drop_null())
    hit = pc.is_valid(at).to_numpy(zero_copy_only=False)
    rows: dict[str, list[int]] = {}
    for row in np.flatnonzero(hit).tolist():
        rows.setdefault(column[row].as_py(), []).append(row)
    return [rows.get(value, []) if value else [] for value in wanted]


def _as_uscc(text: str) -> str | None:
    bare = text.strip().upper()
    return bare if len(bare) == _LATIN_CODE and bare.isascii() and bare.isalnum() else None


def _region(text: str | None) -> tuple[str, ...]:
    """The divisions a context means; empty where it says nothing that is understood."""
    if not text:
        return ()
    match = Divisions.national().resolve(text)
    if match.code is None and not match.choices:
        match = Divisions.national().from_address(text)
    return (match.code,) if match.code else tuple(choice.code for choice in match.choices)


def _doubt(best: float, total: float) -> str:
    if total - best > 0.2:
        return f"有几家企业都可能（最高 {best:.0%}），请人工选择"
    return f"可能是，把握不足（{best:.0%}），请人工核对"
