"""New firms that are known by another name: resolved against the store and against each other.

Only names that nothing exact settles are looked at (see :mod:`ingest.identity`), and of those only
rows without a credit code. What the resolver is sure of is merged; what it is not sure of becomes
a firm of its own and a question. All new names are looked at together, each by itself, so that the
order of rows and files means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import networkx as nx
import pyarrow as pa

from ingest.identity import FIRM_COLUMNS
from ingest.namemodel import NameParts, clean, parse, places_at
from ingest.names import name_key
from ingest.resolve import Found, Registry, Resolution, Resolver
from ingest.resolve.why import exact
from ingest.review.questions import Question
from ingest.workbench import Workbench, quoted

# Probability from which a short name is merged without asking. Above the resolver's own threshold
# of a match: here nobody looks at the answer, and most firms that a store lacks have a neighbour
# of like name in it. Listed firms, half of them kept out of the store: of the short names of those
# in it 0.48 reach this, none wrongly; of those kept out 1 in 1,442 is taken for another firm.
MERGE = 0.98
SHORTEST = 3  # characters; two (金风, 东方) may be anybody's
_EXACT = frozenset(map(exact, ("uscc", "name", "alias")))
# A name with its legal form, or of a kind that has none; the rest are short names.
_FORMED = re.compile("(?:公司|厂|院|所|社|中心|集团|大学|学院|店|合伙\\)?)$")
_LOCAL = re.compile(r"(?P<brand>[^()]{2,12})\((?P<place>[^()]{2,8})\)")
# Candidates below this are not worth a question.
WORTH_ASKING = 0.05
ASKED = 3
# More unknown names than this in one load are taken as they are: such a load is a register.
MOST_NAMES = 20_000
DERIVED = "名称推断"


@dataclass(frozen=True, slots=True)
class NewFirm:
    """A firm that the load brings and the store does not have."""

    id: str
    name: str
    region: str | None
    aliases: tuple[str, ...]
    products: str | None
    source: str | None
    open: bool  # no code says who it is

    @property
    def spellings(self) -> tuple[str, ...]:
        """What other firms' rows may call it: its name, and an id that the office gave it."""
        return (self.name,) if _is_derived(self.id) else (self.name, self.id)


@dataclass(frozen=True, slots=True)
class Merge:
    """`firm` is the firm with id `into`, called `name`; with the answer that says so."""

    firm: NewFirm
    into: str
    name: str
    found: Found


@dataclass
class Likeness:
    """What became of the new names."""

    merges: list[Merge] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    parents: list[tuple[str, str, str]] = field(default_factory=list)  # firm, parent, why


class _Others(Resolver):
    """Resolves each firm of a registry among the others: it is not its own candidate."""

    def __init__(self, registry: Registry, own: Sequence[int]) -> None:
        super().__init__(registry)
        self._own = own  # question → row of the registry

    def _other_code(self, a, firm: int) -> bool:  # type: ignore[no-untyped-def]  # its private type
        return firm == self._own[a.row] or super()._other_code(a, firm)


def new_firms(
    workbench: Workbench, rows: str, identified: str, known: str, free: str
) -> list[NewFirm]:
    """The firms that `identified` gives and `known` lacks, in the order of their ids.

    `free` is the SQL condition on a row `r` under which nothing says who the firm is.
    """
    new = (
        f"SELECT i._sheet, i._row, i.firm_id, i.name FROM {identified} i"
        f" ANTI JOIN {known} k ON k.firm_id = i.firm_id WHERE i._error IS NULL"
    )
    text = "coalesce(array_to_string(r.products, '；'), r.scope)"
    found = workbench.rows(
        f"SELECT n.firm_id, min(n.name), max(r.region_code), bool_and({free}),"
        f" list_sort(list_distinct(flatten(list(coalesce(r.aliases, []))))), max({text}),"
        f" min(r.source) FROM ({new}) n JOIN {rows} r ON r._sheet = n._sheet AND r._row = n._row"
        " GROUP BY n.firm_id HAVING min(n.name) IS NOT NULL ORDER BY n.firm_id"
    )
    return [
        NewFirm(ident, name, region, tuple(a for a in aliases if a != name), text, source, is_free)
        for ident, name, region, is_free, aliases, text, source in found
    ]


def has_short_names(workbench: Workbench, known: str) -> bool:
    """Whether the store knows a firm by a short name alone."""
    short = f"uscc IS NULL AND NOT regexp_matches(name, {quoted(_FORMED.pattern)})"
    return bool(workbench.rows(f"SELECT 1 FROM {known} WHERE {short} LIMIT 1"))


def count_new(workbench: Workbench, identified: str, known: str) -> int:
    """How many firms the load brings that the store does not have."""
    return int(
        workbench.value(
            f"SELECT count(DISTINCT i.firm_id) FROM {identified} i"
            f" ANTI JOIN {known} k ON k.firm_id = i.firm_id WHERE i._error IS NULL"
        )
    )


def count_open(workbench: Workbench, rows: str, identified: str, known: str, free: str) -> int:
    """How many new firms have such a row; cheap, for loads of a million."""
    return int(
        workbench.value(
            f"SELECT count(DISTINCT i.firm_id) FROM {identified} i"
            f" JOIN {rows} r ON r._sheet = i._sheet AND r._row = i._row"
            f" ANTI JOIN {known} k ON k.firm_id = i.firm_id"
            f" WHERE {free} AND i._error IS NULL"
        )
    )


def look(
    workbench: Workbench, known: str, firms: Sequence[NewFirm], reviewed: Collection[str]
) -> Likeness:
    """Resolve the open ones of `firms` among all others.

    Args:
        workbench: where `known` is.
        known: the firms of the store, with :data:`ingest.identity.FIRM_COLUMNS`.
        firms: all new firms of the load.
        reviewed: ids of questions that were asked before: the pair is never merged by itself.
    """
    stored = workbench.arrow(f"SELECT {', '.join(FIRM_COLUMNS)} FROM {known} ORDER BY firm_id")
    registry = _registry(stored, firms)
    asked = [(row, firm) for row, firm in enumerate(firms, start=len(stored)) if firm.open]
    resolver = _Others(registry, [row for row, _ in asked])
    answers = resolver.resolve(
        [firm.name for _, firm in asked],
        regions=[firm.region for _, firm in asked],
        products=[firm.products for _, firm in asked],
        together=False,
    )
    found = Likeness(questions=_short_names(stored, registry, {firm.id for firm in firms}))
    certain: list[tuple[NewFirm, Found]] = []
    for (_, firm), answer in zip(asked, answers, strict=True):
        best = sure(firm.name, answer)
        if best is not None and question(firm, best).review_id not in reviewed:
            certain.append((firm, best))
        else:
            _in_doubt(found, firm, answer, registry)
    _merged(found, certain, set(stored["firm_id"].to_pylist()), {f.id: f for f in firms})
    _redirect(found)
    return found


def _redirect(found: Likeness) -> None:
    """Questions and ties about a firm that was merged are about the one it was merged into."""
    into = {merge.firm.id: merge for merge in found.merges}
    found.questions = [
        replace(q, candidate_id=into[q.candidate_id].into, candidate=into[q.candidate_id].name)
        if q.candidate_id in into
        else q
        for q in found.questions
    ]
    found.parents = [
        (firm, into[parent].into if parent in into else parent, why)
        for firm, parent, why in found.parents
    ]


def _short_names(stored: pa.Table, registry: Registry, new: Collection[str]) -> list[Question]:
    """Whether firms of the store that are known by a short name alone are among the new ones.

    Lists of an office come before the register's export as often as after it. Whatever the answer,
    a person is asked: the firm is in use already.
    """
    rows = [
        row
        for row, (name, code) in enumerate(zip(stored["name"], stored["uscc"], strict=True))
        if code.as_py() is None and not _FORMED.search(name.as_py())
    ][:MOST_NAMES]
    if not rows:
        return []
    names = [stored["name"][row].as_py() for row in rows]
    regions = [stored["region_code"][row].as_py() for row in rows]
    answers = _Others(registry, rows).resolve(names, regions=regions, together=False)
    asked = []
    for row, name, answer in zip(rows, names, answers, strict=True):
        firm = NewFirm(stored["firm_id"][row].as_py(), name, None, (), None, None, True)
        worth = [c for c in answer.candidates if c.id in new and c.score >= WORTH_ASKING]
        if answer.decision != "none":
            asked += [question(firm, candidate) for candidate in worth[:ASKED]]
    return asked


def _registry(stored: pa.Table, firms: Sequence[NewFirm]) -> Registry:
    aliases = [list(a or ()) for a in stored["aliases"].to_pylist()]
    return Registry.of_names(
        [*stored["name"].to_pylist(), *(f.name for f in firms)],
        ids=[*stored["firm_id"].to_pylist(), *(f.id for f in firms)],
        uscc=[*stored["uscc"].to_pylist(), *(None for _ in firms)],
        regions=[*stored["region_code"].to_pylist(), *(f.region for f in firms)],
        aliases=[*aliases, *(f.aliases for f in firms)],
    )


def sure(name: str, answer: Resolution) -> Found | None:
    """The firm that a name means, if that is so sure that nobody need be asked.

    A whole legal name is that of a legal person: unless all its parts agree (the legal form
    aside, which changes when a company goes public) another one is another firm, or a misprint
    that a person has to see. 财通证券股份有限公司 is not 财达证券股份有限公司.
    """
    firm = answer.firm
    if firm is None or firm.relation != "same":
        return None
    if answer.why in _EXACT:
        return firm
    asked, named = parse(name), parse(firm.name)
    whole = bool(asked.form) and not _same_parts(asked, named)
    return None if whole or len(asked.text) < SHORTEST or firm.score < MERGE else firm


def _same_parts(asked: NameParts, named: NameParts) -> bool:
    parts = ("core", "words", "place_codes", "branch", "group")
    return all(getattr(asked, part) == getattr(named, part) for part in parts)


def _in_doubt(found: Likeness, firm: NewFirm, answer: Resolution, registry: Registry) -> None:
    """A tie to the one firm whose local company this is by its name, or questions, or nothing."""
    parents = [c for c in answer.candidates if c.relation == "subsidiary"]
    if answer.decision == "none":
        if len(parents) != 1:
            return
        if _is_local_company(firm.name, parents[0], registry):
            found.parents.append((firm.id, parents[0].id, parents[0].why))
        else:
            found.questions.append(question(firm, parents[0]))
        return
    worth = [c for c in answer.candidates if c.score >= WORTH_ASKING][:ASKED]
    found.questions += [question(firm, candidate) for candidate in worth]


def _is_local_company(name: str, parent: Found, registry: Registry) -> bool:
    """宁德时代(贵州)新能源科技有限公司: a known name of the parent, then a place in brackets.

    Looser likeness of brands (海泰科 and 海泰科技) is wrong more often than right: a question.
    """
    match = _LOCAL.match(clean(name))
    if match is None:
        return False
    place, brand = places_at(match["place"]), match["brand"]
    parts = parse(parent.name)
    brands = {parts.place + parts.core, parts.core if len(parts.core) > 2 else ""}
    row = registry.ids.index(parent.id).as_py()
    mine = registry.aliases.filter(pa.array(registry.owner == row))
    brands |= {clean(alias) for alias in mine.to_pylist() if not parse(alias).form}
    return bool(place) and brand in brands


def question(firm: NewFirm, candidate: Found) -> Question:
    """Whether a new firm is one that is known."""
    return Question(
        kind="identity",
        key=name_key(firm.name),
        subject=firm.name,
        subject_id=firm.id,
        candidate=candidate.name,
        candidate_id=candidate.id,
        score=candidate.score,
        relation=candidate.relation,
        why=candidate.why,
        source=firm.source,
    )


def _merged(
    found: Likeness,
    certain: Sequence[tuple[NewFirm, Found]],
    stored: set[str],
    new: dict[str, NewFirm],
) -> None:
    """Names that mean each other are one firm: a stored one, else the fullest name's.

    Each name means one other, and stored firms are not asked, so no group has two of those.
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from((firm.id, candidate.id) for firm, candidate in certain)
    answers = {firm.id: (firm, candidate) for firm, candidate in certain}
    for group in nx.connected_components(graph):
        head = next(iter(group & stored), None) or max(group, key=lambda i: _fullness(new[i]))
        name = _name_of(head, group, answers, new)
        for ident in sorted(group - {head}):
            firm, candidate = answers.get(ident) or (new[ident], _back(answers, ident, head))
            if candidate.id != head:
                candidate = Found(head, name, candidate.score, candidate.why, candidate.relation)
            found.merges.append(Merge(firm, head, name, candidate))


def _back(answers: dict[str, tuple[NewFirm, Found]], ident: str, head: str) -> Found:
    """The answer by which another firm was found to be this one."""
    return next(candidate for _, candidate in answers.values() if candidate.id == ident)


def _name_of(
    head: str,
    group: set[str],
    answers: dict[str, tuple[NewFirm, Found]],
    new: dict[str, NewFirm],
) -> str:
    if head in new:
        return new[head].name
    found = (answers[ident][1] for ident in sorted(group) if ident in answers)
    return next(candidate.name for candidate in found if candidate.id == head)


def _fullness(firm: NewFirm) -> tuple[bool, bool, int, str]:
    """A code before none, a legal form before none, then the longer name."""
    return not firm.open, bool(parse(firm.name).form), len(firm.name), firm.id


def _is_derived(ident: str) -> bool:
    return len(ident) == 13 and ident[0] == "f" and all(c in "0123456789abcdef" for c in ident[1:])


__all__ = [
    "DERIVED",
    "MERGE",
    "MOST_NAMES",
    "Likeness",
    "Merge",
    "NewFirm",
    "count_new",
    "count_open",
    "has_short_names",
    "look",
    "new_firms",
    "question",
    "sure",
]
