"""Patterns of texts around division names: separators, fillers, zones, streets."""

from __future__ import annotations

import re
import unicodedata

_NOISE = re.compile(r"[^\u4e00-\u9fff]")
_SEPARATORS = re.compile(r"[\s,，、/\\|<>＞\-—–_·•.。:：;；\"'“”]+")
_COUNTRY = re.compile(r"^(?:中华人民共和国|中国)")
_ADDRESS_LABEL = re.compile(
    r"^(?:(?:企业|公司|单位)?(?:注册|住所|经营|通讯|办公)?(?:地址|住所)|住所地)"
)
_POSTCODE = re.compile(r"^\d{6}(?=\D)")
_TRADE_ZONE = re.compile(r"^(?:中国)?\(([^()]{2,8})\)自由贸易(?:试验区|港)")
_FILLER = re.compile(r"(?:市辖区|(?:省|自治区)?直辖县(?:级行政(?:区划|单位|区))?)")
_FILLER_STARTS = "市省自直"
_CHONGQING_COUNTIES = re.compile(r"县(?=.)")
_ZONE = re.compile(
    "开发区|高新区|高新技术|新区|园区|产业园|工业园|科技园|保税|合作区|示范区|管理区|度假区|风景|自贸|"
    "自由贸易|试验区|科技城|新城|片区|经开区|经济区|集聚区|功能区|港区"
)
_TOWN = re.compile("(?:街道|街道办事处|镇|乡|苏木|村|社区|农场|林场|牧场)$")
_STREET = re.compile(
    "[东西南北中一二三四]{0,2}(?:大道|大街|大厦|路|街|道|巷|弄|里|胡同|村|镇|乡|桥|站|门|寺|大学|港|湾)"
)
_BUILT_UP = re.compile("经济|高新|开发|工业|保税|综合保税|出口加工|科技|产业")


def clean(text: str) -> str:
    """Full width to half width, no blanks or separators, no leading 中国."""
    if _NOISE.search(text) is not None:
        text = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    if text.startswith("中") and len(text) > 2:
        text = _COUNTRY.sub("", text) or text
    return text


def clean_address(text: str) -> tuple[str, str | None]:
    """The address from where its first division should stand, and the place a trade zone names.

    "中国（浙江）自由贸易试验区舟山市定海区…" → ("舟山市定海区…", "浙江").
    """
    text = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text[:80]))
    text = _POSTCODE.sub("", _ADDRESS_LABEL.sub("", text))
    zone = _TRADE_ZONE.match(text)
    if zone is not None:
        return text[zone.end() :], zone.group(1)
    return _COUNTRY.sub("", text), None


def after_filler(text: str, start: int, code: str) -> int:
    """Where the text goes on after 市辖区, 省直辖县级行政区划 and their like."""
    filler = _FILLER.match(text, start) if text[start] in _FILLER_STARTS else None
    if filler is None and code == "500000":
        filler = _CHONGQING_COUNTIES.match(text, start)
    return start if filler is None else filler.end()


def is_zone(rest: str) -> bool:
    """Whether what follows a division names a development zone or another area in it."""
    return _ZONE.search(rest) is not None


def is_town(rest: str) -> bool:
    """Whether what follows a division names a town, a street office or a village in it."""
    return _TOWN.search(rest) is not None


def is_street(text: str, start: int) -> bool:
    """Whether a name that ends at `start` is part of a street's or a building's name (南京东路)."""
    return _STREET.match(text, start) is not None


def is_built_up(text: str, start: int) -> bool:
    """Whether a zone follows at once (昆山开发区), which says that the name is a place."""
    return _BUILT_UP.match(text, start) is not None
