"""Firms that a load brings with a text but without a position: the links that the text tells.

What the classifier is sure of becomes a position, uncertain until somebody confirms it (it counts
half, and nothing at the lower end of an interval); what it is not sure of becomes questions.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from graph.schema import TABLES
from graph.snapshot import Snapshot
from graph.store import Writer
from ingest.classify import Classification, Classifier, FirmText, LinkGuess
from ingest.doubts import Care, Doubts
from ingest.learned import classifier_of
from ingest.review.ledger import Row
from ingest.review.questions import INFERRED, Question
from ingest.within import Within

# A load with more texts than this is a register: classify it when it is needed.
MOST_TEXTS = 200_000
# A classifier that fewer firms taught is not calibrated: it may ask, not place.
TAUGHT = 100
LINKS = 3
_TEXTS = ("name", "products", "scope", "industry")


def place(writer: Writer, doubts: Doubts, care: Care) -> int:
    """Give links to the firms that this transaction made or changed; to all, if it brought links.

    Args:
        writer: the transaction, after all tables were put.
        doubts: takes the questions.
        care: told to classify, more than :data:`MOST_TEXTS` firms are no hindrance.

    Returns:
        The number of positions made.
    """
    if writer.read("links", ["link_id"]).num_rows == 0:
        return 0
    concerned = new = _ids(writer, "firms", new=True)
    if _ids(writer, "links", new=True):
        concerned = _ids(writer, "firms")
    if care.stored_only:
        concerned = concerned - new
    # Before their texts are read, which takes a register seconds.
    if len(concerned) > MOST_TEXTS and not care.classify:
        doubts.notices.append(
            f"有 {len(concerned):,} 家企业是新的或环节有新增，超过 {MOST_TEXTS:,} 家，"
            "没有自动归类；需要时请加 --classify 导入，或用 chainscout classify"
        )
        return 0
    firms = _unplaced(writer, concerned)
    if not firms:
        return 0
    snapshot = Within(writer).snapshot()
    classifier = classifier_of(snapshot, care.cache)
    texts = _texts(snapshot, firms)
    answers = classifier.classify([FirmText.of_row(row) for row in texts], LINKS)
    return _settle(writer, doubts, classifier, texts, answers)


def _ids(writer: Writer, table: str, *, new: bool = False) -> set[str]:
    """The ids of all rows, or of those that this transaction made or changed."""
    (key,) = TABLES[table].key
    rows = writer.read(table, [key, "loaded"])
    if new:
        rows = rows.filter(pc.equal(rows["loaded"], writer.next_version))
    return set(rows[key].to_pylist())


def _unplaced(writer: Writer, new: set[str]) -> list[str]:
    """Those of `new` with a text, without position, never asked about."""
    placed = set(writer.read("positions", ["firm_id"])["firm_id"].to_pylist())
    reviews = writer.read("reviews", ["kind", "subject_id"])
    asked = reviews.filter(pc.equal(reviews["kind"], "link"))["subject_id"].to_pylist()
    left = new - placed - set(asked)
    if not left:
        return []
    rows = writer.read("firms", ["firm_id", "scope", "products"])
    said = pc.or_(
        pc.is_valid(rows["scope"]),
        pc.greater(pc.fill_null(pc.list_value_length(rows["products"]), 0), 0),
    )
    found = rows.filter(said)["firm_id"].to_pylist()
    return sorted(left.intersection(found))


def _texts(snapshot: Snapshot, firms: Sequence[str]) -> list[Row]:
    rows = pc.index_in(pa.array(firms, pa.string()), value_set=snapshot.firms.ids).to_pylist()
    details = snapshot.details(rows, _TEXTS)
    return [row | {"firm_id": firm} for firm, row in zip(firms, details, strict=True)]


def _settle(
    writer: Writer,
    doubts: Doubts,
    classifier: Classifier,
    texts: Sequence[Row],
    answers: Sequence[Classification],
) -> int:
    made: list[Row] = []
    questions: list[Question] = []
    may_place = classifier.trained_on >= TAUGHT
    for text, answer in zip(texts, answers, strict=True):
        sure = [link for link in answer.links if link.decision == "assign"]
        if sure and may_place:
            made += [_position(text, link, writer.next_version) for link in sure]
        else:
            unsure = [link for link in answer.links if link.decision != "none"]
            questions += [_question(text, link) for link in unsure]
    if made:
        schema = TABLES["positions"].arrow_schema
        writer.put("positions", pa.Table.from_pylist(made, schema=schema))
    doubts.ask(questions)
    return len(made)


def _position(text: Row, link: LinkGuess, version: int) -> Row:
    return {
        "firm_id": text["firm_id"],
        "chain_id": link.chain_id,
        "link_id": link.link_id,
        "strength": round(link.confidence, 3),
        "role": "member",
        "status": "uncertain",
        "evidence": _because(link),
        "source": INFERRED,
        "loaded": version,
    }


def _question(text: Row, link: LinkGuess) -> Question:
    return Question(
        kind="link",
        key=text["firm_id"],
        subject=text["name"],
        subject_id=text["firm_id"],
        candidate=f"{link.chain}·{link.name}",
        candidate_id=link.link_id,
        score=link.confidence,
        why=_because(link),
        source=INFERRED,
    )


def _because(link: LinkGuess) -> str:
    """The words of the firm's text that speak for a link."""
    words = "、".join(link.keywords or link.words)
    return f"经营范围、产品中有：{words}" if words else "经营范围、产品与该环节企业相近"
