"""Legal forms, groups, branches and market marks: what stands around the name proper."""

from __future__ import annotations

import re
from enum import StrEnum


class Kind(StrEnum):
    """What sort of body a name belongs to, as far as the name says."""

    COMPANY = "company"  # …有限公司, …公司
    STOCK = "stock"  # …股份有限公司
    GROUP = "group"  # …集团, 集团公司
    BRANCH = "branch"  # …分公司: no legal person of its own
    INSTITUTE = "institute"  # 研究院, 大学, 医院, 中心
    PARTNERSHIP = "partnership"  # …合伙企业, 合作社, 事务所
    FOREIGN = "foreign"  # Co., Ltd., GmbH, 株式会社
    SHORT = "short"  # no legal form: a short or market name, or a name somebody typed


# The longest first; what precedes it is the name proper.
_FORMS: tuple[tuple[str, Kind], ...] = (
    ("股份有限责任公司", Kind.STOCK), ("股份有限公司", Kind.STOCK), ("股份公司", Kind.STOCK),
    ("有限责任公司", Kind.COMPANY), ("有限公司", Kind.COMPANY), ("集团总公司", Kind.GROUP),
    ("集团公司", Kind.GROUP), ("总公司", Kind.COMPANY), ("有限合伙企业", Kind.PARTNERSHIP),
    ("有限合伙", Kind.PARTNERSHIP), ("普通合伙", Kind.PARTNERSHIP),
    ("特殊普通合伙", Kind.PARTNERSHIP), ("合伙企业", Kind.PARTNERSHIP),
    ("专业合作社", Kind.PARTNERSHIP), ("合作社", Kind.PARTNERSHIP),
    ("事务所", Kind.PARTNERSHIP), ("研究总院", Kind.INSTITUTE), ("研究院", Kind.INSTITUTE),
    ("设计院", Kind.INSTITUTE), ("研究所", Kind.INSTITUTE), ("大学", Kind.INSTITUTE),
    ("学院", Kind.INSTITUTE), ("医院", Kind.INSTITUTE), ("实验室", Kind.INSTITUTE),
    ("协会", Kind.INSTITUTE), ("株式会社", Kind.FOREIGN), ("公司", Kind.COMPANY),
)  # fmt: skip
# 合伙企业(有限合伙): two forms, the second in brackets. …股份有限公司(集团): the group comes last.
_FORM = re.compile(
    r"(?:合伙企业)?\(?(?P<form>" + "|".join(text for text, _ in _FORMS) + r")\)?(?=$|\(集团\)$)"
)
_KIND = dict(_FORMS)
_FOREIGN = re.compile(
    r"(?<![a-z])(?:co(?:mpany)?\.?,?\s*(?:ltd|limited|inc)\.?|ltd\.?|limited|inc\.?|corp(?:oration)?\.?"
    r"|llc|plc|gmbh|ag|s\.?a\.?|n\.?v\.?|b\.?v\.?|k\.?k\.?|co\.?)\s*$"
)
_BRANCH_ENDS = (
    "分公司", "分厂", "分行", "支行", "支公司", "分店", "分院", "分所", "办事处", "代表处",
    "营业部", "项目部", "事业部", "工厂", "分部",
)  # fmt: skip
# What follows a whole legal form belongs to that firm: 某电力有限公司某某供电公司.
_UNIT_ENDS = (
    "公司",
    "厂",
    "部",
    "店",
    "行",
    "处",
    "中心",
    "院",
    "所",
    "站",
    "局",
    "矿",
    "油田",
    "基地",
)
_UNIT = re.compile(
    f"^(?P<head>.{{2,}}?有限(?:责任)?公司)(?P<branch>[^()]{{2,}}?(?:{'|'.join(_UNIT_ENDS)}))$"
)
# The head of a branch ends at its legal form; only where there is none, at another word.
_BRANCHES = tuple(
    re.compile(f"^(?P<head>.{{2,}}?{head})(?P<branch>.*(?:{'|'.join(_BRANCH_ENDS)}))$")
    for head in ("公司", "(?:集团|银行|研究院|事务所|厂)")
)
# ST: special treatment; XD, XR, DR: ex rights; N, C: first days; S, G: share reform; PT: stopped.
_MARK = re.compile(
    r"^(?P<before>退市|(?:s\*st|sst|\*st|nst|st|pt|xd|xr|dr|[sngc])(?=[\u4e00-\u9fff]))?"
    r"(?P<name>.+?)"
    r"(?P<after>[-－](?:u|w|uw|wd|sw|s|h|r|p|b|dr)"
    r"|(?<=[\u4e00-\u9fff])[abh]退?|(?<=[\u4e00-\u9fff])[abh]股|(?<=[\u4e00-\u9fff]{2})退)?$"
)


def _slips(form: str) -> str:
    """Pattern of a form at the end with one slip: 有限公可, 有公司, 有有限公司, 有公限司."""
    made = [form[:i] + "[^()（）]" + form[i + 1 :] for i in range(1, len(form))]
    # 控股有限公司 is no 股份有限公司 that lost a character: one lost behind 股 is not looked for
    made += [form[:i] + form[i + 1 :] for i in range(2, len(form))]
    made += [form[: i + 1] + form[i:] for i in range(len(form))]
    made += [form[:i] + form[i + 1] + form[i] + form[i + 2 :] for i in range(len(form) - 1)]
    made += [form + "公司", form[2:4] + form[:2] + form[4:]]
    return "(?<=..)(?:" + "|".join(made) + ")$"


# The longer form first: 股分有限公司 is no 有限公司 of a firm called 股分.
_MENDED = tuple((form, re.compile(_slips(form))) for form in ("股份有限公司", "有限责任公司"))
_LONGEST_SLIP = len("股份有限公司") + 2
_MENDED_LAST = re.compile(_slips("有限公司"))


def mend_form(text: str) -> str:
    """The text with one slip in its legal form put right; other texts as they are."""
    if text.endswith(tuple(form for form, _ in _MENDED)):
        return text
    end = max(len(text) - _LONGEST_SLIP, 0)
    for form, slip in _MENDED:
        match = slip.search(text, end)
        if match is not None:
            return text[: match.start()] + form
    match, whole = _MENDED_LAST.search(text, end), _FORM.search(text)
    sound = whole is not None and whole["form"] != "公司" and not text.endswith("公司公司")
    return text if match is None or sound else text[: match.start()] + "有限公司"


def split_form(text: str) -> tuple[str, str, Kind]:
    """(name proper, form, kind) of a cleaned name; the form is empty for a short name."""
    match = _FORM.search(text)
    if match is not None and match.start() > 0:
        return text[: match.start()], match["form"], _KIND[match["form"]]
    match = _FOREIGN.search(text)
    if match is not None and match.start() > 0:
        return text[: match.start()].rstrip(" ,."), match.group(), Kind.FOREIGN
    return text, "", Kind.SHORT


def split_branch(text: str) -> tuple[str, str]:
    """(head, branch part): 某某有限公司 + 舟山分公司; the second is empty for no branch."""
    if text.endswith(_BRANCH_ENDS):
        for pattern in _BRANCHES:
            match = pattern.match(text)
            if match is not None:
                return match["head"], match["branch"]
    match = _UNIT.match(text)
    return (match["head"], match["branch"]) if match is not None else (text, "")


def split_informal(text: str) -> tuple[str, str]:
    """(name, 公司) of a short name that is called a company: 中微公司; else the text as it is."""
    bare = text.removesuffix("公司")
    return (bare, "公司") if bare != text and 2 <= len(bare) <= 3 else (text, "")


def split_marks(text: str) -> tuple[str, str]:
    """(name, marks): marks of the stock market around a short name, *ST, 退市, -U, A, B."""
    match = _MARK.match(text)
    if match is None or len(match["name"]) < 2:
        return text, ""
    before, after = match["before"] or "", match["after"] or ""
    return match["name"], (before + after.replace("－", "-").removeprefix("-")).upper()
