"""Firms named in a text: by their legal form, in enumerations of firms, or by known names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from graph.snapshot import Snapshot
from ingest.namemodel.places import whole_place
from ingest.news.answer import Mention
from ingest.news.clauses import Part
from ingest.news.words import BEFORE, GENERIC, LEADING

_FORM = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9()·]{2,36}?(?:股份有限公司|有限责任公司|有限公司|集团公司|总公司|集团(?!军|化|总部))"
)
_LIST = re.compile(
    "(?P<list>[^，,。:：;；、\n]{2,20}(?:、[^，,。:：;；、\n]{2,16})+)等[^，,。:：、\n]{0,10}?(?:企业|公司|集团|央企|国企|客商)"
)
_SIGNED = re.compile(
    r"[与和同](?P<name>[\u4e00-\u9fffA-Za-z()·]{4,30}?)(?:成功|正式|共同|就[^，,]{0,20}?)?(?:签署|签订|签约|签下|达成|举行|洽谈|接洽|牵手|就$)"
)
# 甲公司与乙县签订…, 甲公司拟在乙市投资…: who comes to build.
_OWN = re.compile(
    "(?P<who>[\u4e00-\u9fffA-Za-z()·]{4,30}?(?:有限公司|集团))(?:(?:董事长|总经理|总裁|负责人|代表)[^，,]{0,8}?)?(?:[与和][^，,]{2,14}?(?:签订|签署|签约)|(?:拟|计划|将)?在[^，,]{2,30}?投资)"
)
_SIGNS = re.compile("[与和同][^，,]{2,20}?(?:签订|签署|签约|达成)")
_PARTNERS = re.compile(
    "会见|拜访|考察|接待|(?:央|(?<!中)国|民|强)企业?|(?:集团|公司)(?:下属|旗下|所属)|[与和同由及以]|向(?!日葵|阳|荣)|子公司|分别|访|赴|对|是|为|在|发挥|依托|来到|推进|统筹"
)
# The investor: 甲公司(计划)投资…; 由甲投资…; 投资方(为)甲; 与甲签署…
INVESTOR = re.compile(
    r"(?:由|投资方[为是:]?)(?P<by>[\u4e00-\u9fffA-Za-z()·]{2,30}?)(?:(?:独家|联合|共同|全额)?(?:投资|出资|牵头|承建|建设|负责|实施)|[，,。;；]|$)"
    r"|(?P<who>[\u4e00-\u9fffA-Za-z()·]{2,30}?)(?:计划|拟|将)?(?:总?投资(?!促进|服务|环境|总?额|金额|方|协议|规模|商)|出资|斥资)"
)


class KnownFirms:
    """Names of known firms, looked for in texts; the longest wins."""

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        """`names`: name, short name or former name → firm id."""
        self._ids = {name: ident for name, ident in (names or {}).items() if len(name) >= 3}
        lengths: dict[str, set[int]] = {}
        for name in self._ids:
            lengths.setdefault(name[:2], set()).add(len(name))
        self._lengths = {head: sorted(of, reverse=True) for head, of in lengths.items()}

    @classmethod
    def of(cls, snapshot: Snapshot) -> KnownFirms:
        """Full names and aliases of the firms of a store; a name of several firms means none."""
        table = snapshot.store.read(
            "firms", ["firm_id", "name", "aliases"], snapshot.version.number or None
        )
        owners: dict[str, set[str]] = {}
        for row in table.to_pylist():
            for name in (row["name"], *(row["aliases"] or ())):
                owners.setdefault(name, set()).add(row["firm_id"])
        return cls({name: next(iter(ids)) for name, ids in owners.items() if len(ids) == 1})

    def get(self, name: str) -> str | None:
        """The id of a firm by exactly this name."""
        return self._ids.get(name)

    def within(self, text: str) -> Iterator[tuple[int, str]]:
        """(start, name) of known names, from left to right, none inside another."""
        at = 0
        while at < len(text) - 2:
            for length in self._lengths.get(text[at : at + 2], ()):
                if text[at : at + length] in self._ids:
                    yield at, text[at : at + length]
                    at += length - 1
                    break
            at += 1


def mentions(sentence: Part, known: KnownFirms) -> list[Mention]:
    """The firms of a sentence in order; of names one inside another the longer."""
    text = sentence.text
    found = dict(known.within(text))
    for start, name in [*_formed(text), *_listed(text)]:
        if len(name) > len(found.get(start, "")):
            found[start] = name
    kept, end = [], 0
    for start, name in sorted(found.items(), key=lambda item: (item[0], -len(item[1]))):
        if start >= end:
            end = start + len(name)
            span = (sentence.start + start, sentence.start + end)
            kept.append(Mention(name, span, known.get(name)))
    return kept


def investor(text: str, known: KnownFirms) -> str | None:
    """Who invests according to a clause; None where it is no firm's name."""
    for match in INVESTOR.finditer(text):
        name = trimmed(match["by"] or match["who"] or "")
        inside = [name for _, name in known.within(name)]
        if inside:
            return inside[-1]
        if re.search("公司$|集团$|股份$|科技$|控股$|石化$|重工$|电气$|能源$", name) and _sound(
            name
        ):
            return name
    if (signing := signer(text, known)) is not None:
        return signing
    signed = _SIGNED.search(text)
    return trimmed(signed["name"]) if signed and _FORM.search(signed["name"]) else None


def heading(name: str) -> str | None:
    """The firm that the name of a project begins with: 甲有限公司年产5000吨光学膜."""
    match = _FORM.match(name)
    return trimmed(match.group()) if match and _sound(match.group()) else None


def signer(text: str, known: KnownFirms) -> str | None:
    """The firm that signs with a place somewhere in a sentence: 甲公司与乙县签订协议，…."""
    own = [trimmed(match["who"]) for match in _OWN.finditer(text)]
    if own and _sound(own[-1]):
        return own[-1]
    for start, name in known.within(text):
        if _SIGNS.match(text, start + len(name)):
            return name
    return None


def trimmed(name: str) -> str:
    """A name without the words before it."""
    if name.count(")") > name.count("("):
        name = name[name.rfind(")") + 1 :]
    for pattern in (BEFORE, _PARTNERS):
        matches = pattern.finditer(name)
        cuts = [m.end() for m in matches if len(name) - m.end() >= 4 and not _in_name(name, m)]
        name = name[max(cuts, default=0) :]
    match = LEADING.match(name)
    name = name[match.end() :] if match and len(name) - match.end() >= 4 else name
    opened, closed = name.count("("), name.count(")")
    return name if opened == closed else name[name.rfind("(") + 1 :]


def _in_name(name: str, match: re.Match[str]) -> bool:
    """Whether a partner's word belongs to the name: it follows a mere place (深圳同兴达科技)."""
    place = name[: match.start()]
    return match.group() in ("同", "和", "与") and whole_place(place) is not None


def _formed(text: str) -> Iterator[tuple[int, str]]:
    for match in _FORM.finditer(text):
        name = trimmed(match.group())
        if _sound(name):
            yield match.end() - len(name), name


def _listed(text: str) -> Iterator[tuple[int, str]]:
    for match in _LIST.finditer(text):
        at = match.start("list")
        for item in match["list"].split("、"):
            name = trimmed(item).strip('“”" ')
            if _sound(name) and "项目" not in name:
                yield at + item.rfind(name), name
            at += len(item) + 1


def _sound(name: str) -> bool:
    bare = re.sub("(?:股份|有限|责任|总?公司|集团)+$", "", name)
    return len(bare) >= 2 and GENERIC.fullmatch(bare) is None
