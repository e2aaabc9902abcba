"""Who invests, from elsewhere in the text than the sentence that names the project.

Asked where the sentence itself does not say: a firm whose own name (字号) the project's begins
with, or the firm whose announcement the text is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.namemodel import parse
from ingest.news.answer import Mention, Project
from ingest.news.builders import plausible

# How far from its beginning a project's name may have the firm's: 安徽·宏远产业园.
NEAR = 6
# 甲科技:拟投资10亿元建设…, 甲科技(600000.SH)公告，公司拟…
_ANNOUNCER = re.compile(
    r"(?m)^\W*(?P<who>[\u4e00-\u9fffA-Za-z0-9]{3,10}|[\u4e00-\u9fff]{2,16}有限公司)"
    r"(?:\([^()\n]{4,20}\))?"
    r"(?::(?=拟|关于|子公司|全资|控股|投资|签|与|公司)|(?<=公司)关于|"
    r"(?:[0-9]{1,2}月[0-9]{1,2}日)?(?:晚间?|早间)?(?:发布)?公告|"
    r"(?<=\))[^，,。\n]{0,16}(?:公告|表示))"
)
_OF_ITSELF = re.compile("公司(?:拟|与|将|计划|及|全资|控股|董事会|决定)|子公司|(?<!上市)公司公告")
_NO_ANNOUNCER = re.compile(
    "快讯|财联社|早报|简讯|重磅|今日|最新|记者|消息|项目|投资者|交易所|证券报"
)


def with_owners(
    projects: Iterable[Project], firms: Sequence[Mention], even: str
) -> tuple[Project, ...]:
    """The projects, those without an investor with the one that the rest of the text tells.

    `even` is the text that the spans of `projects` and `firms` point into.
    """
    cores = _cores(firms)
    own = {m["who"] for m in _ANNOUNCER.finditer(even) if _announces(m["who"])}
    only = own.pop() if len(own) == 1 and _OF_ITSELF.search(even) else None
    return tuple(
        project if project.firm else replace(project, firm=_namesake(project.name, cores) or only)
        for project in projects
    )


def _cores(firms: Sequence[Mention]) -> dict[str, set[str]]:
    """Core → the firms of that core, of those that are named with their legal form."""
    cores: dict[str, set[str]] = {}
    for firm in firms:
        parts = parse(firm.name)
        if parts.form and len(parts.core) >= 2:
            cores.setdefault(parts.core, set()).add(firm.name)
    return cores


def _namesake(name: str, cores: dict[str, set[str]]) -> str | None:
    """The one firm whose core stands at the beginning of a project's name."""
    found = {
        firm for core, named in cores.items() if 0 <= name.find(core) <= NEAR for firm in named
    }
    return found.pop() if len(found) == 1 else None


def _announces(who: str) -> bool:
    return plausible(who) and _NO_ANNOUNCER.search(who) is None
