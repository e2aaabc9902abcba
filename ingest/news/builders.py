"""Who builds a project, by what stands between firm and name: 江苏天晶在丰县投资的测试产线项目.

Asked where nothing else names the investor. The words are strong enough that the firm needs
neither a legal form nor an entry in the store; that it is no place and no office is looked at.
"""

from __future__ import annotations

import re

from ingest.news.words import GENERIC, LEADING, MONEY, PROSE_START

_WHO = r"(?P<who>[\u4e00-\u9fffA-Za-z0-9()·]{2,36}?)"
_SOON = "(?:就|也|还|已|拟|将|计划|独家|联合|共同|全额|累计)*"
_WORKS = "(?:投资|出资|斥资)?[￥]?(?:建设|新建|扩建|兴建|投建|打造|建成|设立|布局|投资)+的?"
_OFFICE = "(?:政府|管委会|管理委员会|开发区|园区|[县市区镇])"
# What stands behind the firm, up to the name: ￥ is an amount.
_BEFORE = tuple(
    re.compile(words + "$")
    for words in (
        f"^{_WHO}{_SOON}(?:在|于|落户|落地)[^￥]{{2,20}}?{_SOON}{_WORKS}(?:总?投资￥的)?",
        f"由{_WHO}{_SOON}(?:投资|出资|斥资)￥?(?:在[^￥]{{2,20}}?)?(?:建设|新建|兴建|打造)?的?",
        f"^{_WHO}{_SOON}总?投资￥(?:建设|新建|打造)?的",
        f"^{_WHO}{_SOON}总?投资￥(?:在[^￥]{{2,20}}?)?(?:建设|新建|打造|兴建|实施|投建)",
        f"^{_WHO}{_SOON}(?:投资|参与)(?:建设|开发|兴建)?的",
        f"(?:^|[^参])与{_WHO}(?:成功|正式)?(?:签约|签订|签署|洽谈|对接|就)了?",
        f"^{_WHO}[与和同][^￥]{{2,20}}?{_OFFICE}[^￥]{{0,24}}?(?:签订|签署|签约|签下)的?",
    )
)
# 甲有限公司，投资900万元，新上厂房一座，木托板生产线1条
_FORMED = r"(?P<who>[\u4e00-\u9fffA-Za-z0-9()·*]{2,36}?(?:公司|集团|厂))"
_INVESTS = re.compile(
    f"(?:^|[，,:]|其中){_FORMED}[，,]?{_SOON}(?:总?投资￥[，,])?{_SOON}"
    "(?:投资)?(?:新上|新建|扩建|上马|建设|兴建|投建)[^;；:￥、]{0,20}$"
)
# 甲集团在乙县的, ——甲米业公司的
_WHOSE = re.compile(f"(?:^|[，,。—]){_FORMED}(?:在[^￥，,]{{2,16}}?)?的$")
_BEHIND = re.compile(
    f'^[”"]?(?:项目|工程)?由{_WHO}{_SOON}(?:总?投资|出资|建设|承建|牵头|实施|开发|运营)'
)
_VISIT = re.compile(
    "(?P<who>[\u4e00-\u9fffA-Za-z0-9()·]{2,36}?(?:有限公司|集团|股份))"
    "(?:副?董事长|总经理|副?总裁|负责人|考察团)[^，,。]{0,12}?(?:带队|率队|一行|来|到|赴|莅)"
)
_MARK = re.compile("[，,。:：;；、\\s]")
_LISTED = re.compile("项目(?:还|主要)?[有为是]|包括|分别[为是]|其中|[例比]如|[有为是]:")
_NO_FIRM = re.compile(
    "(?:政府|委员会|管委会|会议室|办公室|会|局|部|厅|院|省|市|县|区|镇|乡|街道|村|州|盟|旗|项目|工程|重点|企业|方|人|者|地|年|月|日)$"
    "|^(?:同意|公司|该公司|本公司|一家|抓[好紧]|聚力|主会场|加快|推[动进])|一行|来到|政府"
    "|.在.{2,}$|设在$|(?:处理|自来水|供水)厂$"
    "|^(?:其|我[们省市县区]|该|本[省市县区次]|各[省市县区]|全[省市县区]|这|那|此|[今去明上下]半?年|目前|[拟将已并又再还也均都])"
)
_PROSE = re.compile("约定|协议|预计|目前|主要")
# These words a firm has in its name only with a legal form: 城市建设投资有限公司.
_VERBS = re.compile("项目|投资|建设|计划")


def builder(before: str, behind: str) -> str | None:
    """The firm that builds a project; None where the words do not say.

    Args:
        before: the sentence up to the name.
        behind: the sentence from the end of the name on.
    """
    told = MONEY.sub("￥", before.rstrip("“\"'"))
    item = _LISTED.split(_MARK.split(told)[-1])[-1]
    for pattern in _BEFORE:
        match = pattern.search(item)
        if match and (who := _firm(match["who"])):
            return who
    for pattern in (_WHOSE, _INVESTS):
        match = pattern.search(told)
        if match and (who := _firm(match["who"])):
            return who
    match = _BEHIND.match(behind)
    return _firm(match["who"]) if match else None


def visitor(sentence: str) -> str | None:
    """The one firm whose leaders come to talk in a sentence."""
    found = {who for match in _VISIT.finditer(sentence) if (who := _firm(match["who"]))}
    return found.pop() if len(found) == 1 else None


def _firm(text: str) -> str | None:
    # Only words before it are cut off: 同 and 和 may be inside a name.
    lead = LEADING.match(text)
    name = text[lead.end() :] if lead and len(text) - lead.end() >= 2 else text
    name = PROSE_START.sub("", name, count=1) if PROSE_START.match(name) else name
    return name if plausible(name) else None


def plausible(name: str) -> bool:
    """Whether a name may be a firm's: no place, no office, no words of a sentence."""
    if len(name) < 2 or _NO_FIRM.search(name) or _PROSE.search(name):
        return False
    bare = re.sub("(?:股份|有限|责任|总?公司|集团|控股)+$", "", name)
    formed = bare != name
    known = len(bare) >= 2 and (formed or GENERIC.fullmatch(bare) is None)
    return known and (formed or _VERBS.search(name) is None)


__all__ = ["builder", "plausible", "visitor"]
