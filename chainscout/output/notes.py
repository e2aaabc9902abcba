"""What stands under every title, and the sheet that says where the numbers come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from chainscout.output import words
from chainscout.output.cells import plain
from chainscout.output.document import Column, Section
from graph.gaps import GapSettings

Answer = dict[str, Any]
Row = list[Any]

_COLUMNS = (Column("item", "项目", width=40), Column("text", "内容", "long", 100))


def facts(
    region: str | None, chain: str | None, data_version: int, created: str, office: str = ""
) -> list[tuple[str, str]]:
    """The lines under the title: place, chain, the data behind it, the day it was made."""
    pairs = [
        ("地区", region),
        ("产业链", chain),
        ("数据版本", f"第 {data_version} 版" + (f"（{created[:10]}）" if created else "")),
        ("生成日期", date.today().isoformat()),
        ("编制单位", office),
    ]
    return [(label, value) for label, value in pairs if value]


def gap_notes(answer: Answer) -> list[Row]:
    """Settings and weights behind the gaps."""
    titles = {name: field.title or name for name, field in GapSettings.model_fields.items()}
    parts = (p for chain in answer["chains"] for link in chain["links"] for p in _parts(link))
    rows = _settings("缺口参数", answer["settings"], titles)
    return rows + _weights("优先度权重", {name: part["weight"] for name, part in parts})


def target_notes(answer: Answer) -> list[Row]:
    """Model, settings and weights behind the list of firms."""
    rows: list[Row] = [["排序模型", words.model(answer["model"])]]
    rows += _settings("排序参数", answer["settings"], words.RANK_SETTING)
    parts = (part for target in answer["targets"] for part in _parts(target))
    return rows + _weights("得分权重", {name: part["weight"] for name, part in parts})


def sources_of(*items: Answer) -> list[str]:
    """Every source that the components of links or targets name, once."""
    found = {part.get("source") for item in items for _, part in _parts(item)}
    return sorted(str(source) for source in found if source)


def notes_section(rows: Sequence[Row], sources: Sequence[str]) -> Section:
    """说明与来源: what was set, what it was computed from, what the words mean."""
    computed: list[Row] = [["计算依据", source] for source in sources]
    terms: list[Row] = [[f"用语：{term}", meaning] for term, meaning in words.TERMS]
    return Section("说明与来源", "说明与来源", _COLUMNS, [*rows, *computed, *terms], terminal=False)


def _parts(item: Answer) -> Iterable[tuple[str, Answer]]:
    found: Mapping[str, Answer] = item["components"]
    return found.items()


def _settings(heading: str, settings: Answer, titles: Mapping[str, str]) -> list[Row]:
    """One row a setting; weights have rows of their own, an empty one says nothing."""
    return [
        [f"{heading}：{titles.get(name, name)}", _setting(value)]
        for name, value in settings.items()
        if name != "weights" and value not in (None, [], "")
    ]


def _setting(value: Any) -> str:
    """A value in force; of a check list its name and what is to be known of it."""
    if isinstance(value, str):
        return words.CANDIDATES.get(value, value)
    if isinstance(value, Mapping):
        return "：".join(plain(value[key]) for key in ("name", "note") if value.get(key))
    return plain(value)


def _weights(heading: str, weights: Mapping[str, float]) -> list[Row]:
    total = sum(weights.values())
    return [
        [f"{heading}：{words.component(name)}", f"{weight:g}（占 {weight / total:.0%}）"]
        for name, weight in weights.items()
        if weight
    ]


__all__ = ["facts", "gap_notes", "notes_section", "sources_of", "target_notes"]
