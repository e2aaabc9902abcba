"""What a name asked for and a name of the registry have in common, part by part, as numbers.

Every feature is 0 where nothing speaks; characters count by their worth (0.4–1, the rarer the
more). The names of the features stand in the file of weights, so a weight can be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

from ingest.namemodel import Kind, NameParts, compatible, letter_codes, places_at
from ingest.namemodel.places import COUNTRY
from ingest.namemodel.words import Words
from ingest.resolve.align import NONE, align, worth

FEATURES = (
    "same_text", "same_body", "letter", "letter_unknown",
    "asked_core_missing", "asked_trade_missing", "asked_org_missing", "asked_head_missing",
    "asked_missing_share", "asked_whole",
    "core_missing", "core_head_missing", "core_whole", "core_from_place",
    "trade_missing_unasked", "trade_missing_asked", "trade_first_missing", "org_missing",
    "breaks", "core_breaks", "off_word", "worth_matched", "body_length",
    "whole_in_row", "core_same", "core_in_row", "begins", "skipped_before",
    "tail_stock", "tail_stock_group", "tail_stock_no_trade", "tail_stock_long_trade",
    "tail_group", "tail_group_not", "tail_none_trade", "tail_trade_first", "tail_trade_last",
    "trade_in_row", "kept", "kept_stock",
    "place_same", "place_conflict", "place_unasked", "place_only_asked", "national",
    "place_finer", "region_agrees", "region_conflicts", "asked_region_conflicts",
    "stock", "plain", "stock_whole", "plain_beside_stock", "group", "group_differs",
    "kind_conflict", "branch_conflict", "form_differs", "stock_differs",
    "homophones", "substituted", "transposed", "alias", "products",
    "trade_swapped", "only_place_added",
)  # fmt: skip
LETTER = -2
_WHOLE, _PLAIN = FEATURES.index("asked_whole"), FEATURES.index("plain_beside_stock")
_BODIES = {Kind.INSTITUTE, Kind.PARTNERSHIP, Kind.BRANCH, Kind.FOREIGN}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name of the registry with what is known of its firm.

    `alias`: the name as written where it is not the legal one, else empty. `fit`: 0–1, how well the
    products that the asker names fit what the firm makes.
    """

    parts: NameParts
    region: tuple[str, ...] = ()
    alias: str = ""
    fit: float = 0.0


class Habits:
    """How often a word of trade, where a full name has it, is heard in the short name too.

    证券 and 银行 are nearly always said, 实业 and 工程 seldom; learned from public short names.
    """

    def __init__(self, kept: Mapping[str, float], usual: float) -> None:
        self._said = {word: log(share) for word, share in kept.items()}
        self._left = {word: log(1.0 - share) for word, share in kept.items()}
        self._usual = (log(1.0 - usual), log(usual))

    def likelihood(self, word: str, said: bool) -> float:
        """Log-likelihood that a short name says the word, or leaves it out."""
        return (self._said if said else self._left).get(word, self._usual[said])


@dataclass(frozen=True, slots=True)
class Alignment:
    """For each character of the query's body the position in the candidate's body, NONE, LETTER.

    LETTER: the character stands for the place of the candidate, or for a place that its name and
    the registry leave open.
    """

    at: tuple[int, ...]
    heads: frozenset[int]

    def covered(self) -> frozenset[int]:
        """Positions of the candidate that the query says."""
        return frozenset(j for j in self.at if j >= 0)


@lru_cache(maxsize=100_000)
def heads(parts: NameParts) -> frozenset[int]:
    """Positions of the body where the place, the core or a word of trade begins."""
    found = {0}
    body, roles = parts.body, parts.roles
    for i in range(1, len(body)):
        if roles[i] != roles[i - 1] and not (roles[i] in "tg" and roles[i - 1] in "tg"):
            found.add(i)
    at = len(body)
    for word in reversed(parts.words):
        at -= len(word)
        found.add(max(at, 0))
    return frozenset(found)


def lay(query: NameParts, name: NameParts, region: tuple[str, ...] = ()) -> Alignment:
    """The alignment of the query's body in the candidate's, letters of places included."""
    body = query.body
    starts = heads(name)
    at = align(body, name.body, name.roles, starts)
    place = name.place_codes or region
    written_out = len(query.place) > 1 and body.startswith(query.place)  # 东莞 is no 莞 of 广东
    if NONE in at[:2] and COUNTRY not in place and not written_out:
        for i in range(min(2, len(body))):
            codes = letter_codes(body[i]) if at[i] == NONE else ()
            if codes and compatible(codes, place):
                at[i] = LETTER
                break
    return Alignment(tuple(at), starts)


def features(
    query: NameParts,
    candidate: Candidate,
    habits: Habits,
    region: tuple[str, ...] = (),
) -> list[float]:
    """The features of a pair, in the order of FEATURES; those of rivals are left 0.

    Args:
        query: the name asked for.
        candidate: the name of the registry.
        habits: which words of trade short names keep.
        region: divisions the asker says the firm is in, empty if nothing is known.
    """
    name = candidate.parts
    laid = lay(query, name, candidate.region)
    found = dict.fromkeys(FEATURES, 0.0)
    found["same_text"] = float(query.text == name.text)
    found["same_body"] = float(query.body == name.body)
    placed = bool(name.place_codes or candidate.region)
    found["letter" if placed else "letter_unknown"] = float(LETTER in laid.at)
    _asked(found, query, name, laid)
    _said(found, query, name, laid)
    _run(found, query, name, laid)
    _tail(found, query, name, laid)
    _kept(found, query, name, laid, habits)
    _places(found, query, candidate, region)
    if query.form:
        _whole_names(found, query, name)
    _kinds(found, query, name)
    _misprints(found, query, name, laid)
    found["alias"] = float(bool(candidate.alias))
    found["products"] = candidate.fit
    return [found[key] for key in FEATURES]


def table(
    query: NameParts,
    candidates: Sequence[Candidate],
    habits: Habits,
    region: tuple[str, ...] = (),
) -> list[list[float]]:
    """The features of a query with each of its candidates, those of rivals filled in.

    Beside a 股份有限公司 that says all that was asked, any other firm is less likely to be meant: a
    short name is that of the better known.
    """
    rows = [features(query, candidate, habits, region) for candidate in candidates]
    stock = [c.parts.kind is Kind.STOCK for c in candidates]
    if any(s and row[_WHOLE] for s, row in zip(stock, rows, strict=True)):
        for is_stock, row in zip(stock, rows, strict=True):
            row[_PLAIN] = float(not is_stock)
    return rows


def _asked(found: dict[str, float], query: NameParts, name: NameParts, laid: Alignment) -> None:
    """What the query says and the candidate does not."""
    key = {"c": "asked_core_missing", "t": "asked_trade_missing", "g": "asked_org_missing"}
    stock = name.kind is Kind.STOCK
    for i, (char, role) in enumerate(zip(query.body, query.roles, strict=False)):
        if laid.at[i] != NONE or role not in key:
            continue
        if stock and char in "股份" and role == "g":
            continue
        found[key[role]] += worth(char)
        if i == 0:
            found["asked_head_missing"] = 1.0


def _said(found: dict[str, float], query: NameParts, name: NameParts, laid: Alignment) -> None:
    """What the candidate says and the query does not."""
    covered = laid.covered()
    body, roles = name.body, name.roles
    core = [j for j in range(len(body)) if roles[j] == "c"]
    trade = [j for j in range(len(body)) if roles[j] == "t"]
    total = sum(worth(body[j]) for j in core) or 1.0
    missing = sum(worth(body[j]) for j in core if j not in covered)
    found["core_missing"] = missing / total
    found["core_head_missing"] = float(bool(core) and core[0] not in covered)
    found["core_whole"] = float(bool(core) and not missing)
    lost = sum(worth(body[j]) for j in trade if j not in covered)
    asked_trade = any(role == "t" for role in query.roles)
    found["trade_missing_asked" if asked_trade else "trade_missing_unasked"] = lost
    found["trade_first_missing"] = float(bool(trade) and trade[0] not in covered)
    found["org_missing"] = float(any(r == "g" and j not in covered for j, r in enumerate(roles)))
    found["body_length"] = len(body) / 10
    found["worth_matched"] = sum(worth(query.body[i]) for i, j in enumerate(laid.at) if j != NONE)
    core_asked = [i for i, role in enumerate(query.roles[: len(query.body)]) if role == "c"]
    on_place = [i for i in core_asked if laid.at[i] >= 0 and roles[laid.at[i]] == "p"]
    found["core_from_place"] = float(len(on_place))


def _run(found: dict[str, float], query: NameParts, name: NameParts, laid: Alignment) -> None:
    """How broken the match is."""
    previous, last = NONE, NONE
    for i, j in enumerate(laid.at):
        if j < 0:
            continue
        if j != previous + 1 or previous == NONE or i != last + 1:
            found["breaks"] += 1.0
            found["off_word"] += float(j not in laid.heads)
            if previous != NONE and name.roles[j] == name.roles[previous] == "c":
                found["core_breaks"] += 1.0
        previous, last = j, i
    proper = query.body
    for word in ("股份", "集团", "控股"):
        if len(proper) > len(word) + 1:
            proper = proper.removesuffix(word)
    found["whole_in_row"] = float(proper in name.body)
    found["core_same"] = float(query.core == name.core)
    found["core_in_row"] = float(query.core in name.body)
    asked = [
        worth(c) * (0.5 if r == "t" else 1.0) for c, r in zip(proper, query.roles, strict=False)
    ]
    lost = sum(w for w, j in zip(asked, laid.at, strict=False) if j == NONE)
    found["asked_missing_share"] = lost / (sum(asked) or 1.0)
    found["asked_whole"] = float(NONE not in laid.at[: len(proper)])
    first = next((j for j in laid.at if j >= 0), 0) if LETTER not in laid.at else 0
    start = len(name.place) if name.body.startswith(name.place) else 0
    found["begins"] = float(first in (0, start))
    found["skipped_before"] = max(first - start, 0) / 4 if first else 0.0


def _tail(found: dict[str, float], query: NameParts, name: NameParts, laid: Alignment) -> None:
    """How the query ends: 股份 and 集团 stand for what a firm with one clear trade would say."""
    if query.form:
        return
    body = query.body
    trade = sum(len(word) for word in name.words if word not in ("集团", "控股", "股份"))
    if body.endswith("股份"):
        found["tail_stock"] = 1.0
        found["tail_stock_group"] = float(name.group)
        found["tail_stock_no_trade"] = float(trade == 0)
        found["tail_stock_long_trade"] = trade / 4
    elif body.endswith("集团"):
        found["tail_group" if name.group else "tail_group_not"] = 1.0
    elif not query.words:
        found["tail_none_trade"] = trade / 4
    else:
        covered = laid.covered()
        spots = [j for j in range(len(name.body)) if name.roles[j] == "t"]
        found["tail_trade_first"] = float(bool(spots) and spots[0] in covered)
        found["tail_trade_last"] = float(bool(spots) and spots[-1] in covered)
        found["trade_in_row"] = float(query.words[0] in name.body)


def _kept(
    found: dict[str, float], query: NameParts, name: NameParts, laid: Alignment, habits: Habits
) -> None:
    """Whether the words that the query says and leaves out are those usually said and left out."""
    said = words_said(name, laid)
    found["kept"] = sum(habits.likelihood(word, heard) for word, heard in said)
    if query.body.endswith("股份") and not query.form:
        found["kept_stock"] = sum(habits.likelihood(w, False) for w, heard in said if not heard)


def _places(
    found: dict[str, float], query: NameParts, candidate: Candidate, region: tuple[str, ...]
) -> None:
    asked, said = query.place_codes, candidate.parts.place_codes
    if asked and said:
        national = (COUNTRY in asked) != (COUNTRY in said)
        fits = compatible(asked, said) and not national
        found["place_same" if fits else "place_conflict"] = 1.0
        found["national"] = float(national)
        found["place_finer"] = float(fits and query.place_codes != said)
    elif said and not found["letter"]:
        found["place_unasked"] = 1.0
    elif asked:
        found["place_only_asked"] = 1.0
        known = bool(candidate.region) and not compatible(asked, candidate.region)
        found["asked_region_conflicts"] = float(known)
    here = candidate.region or said
    if region and here:
        found["region_agrees" if compatible(region, here) else "region_conflicts"] = 1.0


def _whole_names(found: dict[str, float], query: NameParts, name: NameParts) -> None:
    """What tells two full names apart, or not, where they look much alike."""
    found["trade_swapped"] = float(bool(_unshared(query, name)) and bool(_unshared(name, query)))
    bare = [p.text.removeprefix(p.place) if p.roles[:1] == "p" else p.text for p in (query, name)]
    added = bare[0] == bare[1] and bool(query.place) != bool(name.place)
    found["only_place_added"] = float(added and name.kind is Kind.STOCK)
    asked = inner_places(query)
    said = (inner_places(name) or frozenset(name.place_codes)) if asked else asked
    if said and COUNTRY not in said and not compatible(tuple(asked), tuple(said)):
        found["place_same"], found["place_conflict"] = 0.0, 1.0


def _unshared(one: NameParts, other: NameParts) -> list[str]:
    """Known words of trade of one name that the other does not have: 重能 is a word, 重公 none."""
    known = Words.shipped().trades
    return [word for word in one.words if word in known and word not in other.body]


@lru_cache(maxsize=100_000)
def inner_places(name: NameParts) -> frozenset[str]:
    """Provinces and cities that stand behind the beginning of a name: 国网浙江省电力."""
    places = (
        place for at in range(1, len(name.body) - 1) for place in places_at(name.body[at:])
        if place.level in (1, 2)
    )  # fmt: skip
    return frozenset(code for place in places for code in place.codes)


def _kinds(found: dict[str, float], query: NameParts, name: NameParts) -> None:
    found["stock"] = float(name.kind is Kind.STOCK)
    found["plain"] = 1.0 - found["stock"]
    found["stock_whole"] = found["stock"] * found["asked_whole"]
    found["group"] = float(name.group)
    found["branch_conflict"] = float(query.branch != name.branch)
    if query.form:
        bodies = (query.kind in _BODIES) or (name.kind in _BODIES)
        found["kind_conflict"] = float(bodies and query.kind is not name.kind)
        found["form_differs"] = float(query.form != name.form)
        found["stock_differs"] = float((query.kind is Kind.STOCK) != (name.kind is Kind.STOCK))
        found["group_differs"] = float(query.group != name.group)
    elif name.kind in (Kind.INSTITUTE, Kind.PARTNERSHIP):
        found["kind_conflict"] = 1.0


def _misprints(found: dict[str, float], query: NameParts, name: NameParts, laid: Alignment) -> None:
    """Single characters that differ at the same spot: homophones, others, two changed about."""
    covered = laid.covered()
    for i, j in enumerate(laid.at):
        if j != NONE:
            continue
        spot = laid.at[i - 1] + 1 if i and laid.at[i - 1] >= 0 else None
        if spot is None and i + 1 < len(laid.at) and laid.at[i + 1] > 0:
            spot = laid.at[i + 1] - 1
        if spot is None or spot >= len(name.body) or spot in covered:
            char = query.body[i]
            found["transposed"] += float(any(
                k not in covered and abs(k - i) <= 6 for k, c in enumerate(name.body) if c == char
            ))  # fmt: skip
        elif sounds(query.body[i]) == sounds(name.body[spot]):
            found["homophones"] += 1.0
        else:
            found["substituted"] += 1.0


def words_said(name: NameParts, laid: Alignment) -> list[tuple[str, bool]]:
    """The words of trade and organisation of a name, and whether the query says any of each."""
    covered = laid.covered()
    found = []
    end = len(name.body)
    for word in reversed(name.words):
        found.append((word, any(j in covered for j in range(end - len(word), end))))
        end -= len(word)
    return found


@lru_cache(maxsize=65536)
def sounds(char: str) -> str:
    """Pinyin of a character without its tone; zh, ch, sh as z, c, s, final ng as n."""
    from pypinyin import Style, lazy_pinyin  # half a second to load

    syllable = lazy_pinyin(char, style=Style.NORMAL)[0]
    for flat, full in (("z", "zh"), ("c", "ch"), ("s", "sh")):
        if syllable.startswith(full):
            syllable = flat + syllable[2:]
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable


def product_fit(asked: str, made: str) -> float:
    """Share of the character pairs of the shorter text that the other has too, 0–1."""
    first, second = ({t[i : i + 2] for i in range(len(t) - 1)} for t in (asked, made))
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else 0.0
