"""A firm's text as phrases with weights: products with shares, or a scope cut at its marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ingest.names import simplified

# A product that earns nothing is still made: no phrase weighs less than this share of revenue.
SMALLEST_SHARE = 0.02
# A stroke inside a term of Latin letters is no mark: PET/CT, DC/DC变换器.
_CUTS = re.compile(r"[;,。、:|!?\n\r\t]+|(?<![a-z0-9])/|/(?![a-z0-9])|\.(?![0-9])")
# What every scope says and no firm is known by.
_BOILERPLATE = re.compile(
    r"\(?(?:依法须经批准的项目|除依法须经批准的项目外|凭营业执照|以上(?:各项|项目|经营范围)|法律法规|国家法律|"
    r"经相关部门|具体经营项目以|不含(?:危险|许可|限制)|涉及许可)[^;。)]*[;。)]*"
)
_HEADS = re.compile(
    "(?:许可|一般|前置许可|后置许可)?(?:经营)?项目:|经营范围:?|主营业务?:?|主要产品:?"
)
_EDGES = re.compile(r"^[\s()\-*·\"']+|[\s()\-*·\"']+$")
# 行业代码 C3985, 国民经济行业分类：3985; a cell of industry: C3841锂离子电池制造, 锂电池制造(3841)
_CODE_SAID = re.compile(
    r"(?:行业代码|行业分类|gb/?t *4754)[^0-9a-z;。]{0,8}(?:[a-t](?=[0-9]))?([0-9]{3,4})(?![0-9])"
)
_CODE_CELL = re.compile(r"^[a-t]?([0-9]{3,4})(?![0-9])|[(]?[a-t]?([0-9]{3,4})[)]?$")
_LEGAL_FORM = re.compile("(?:股份|有限|责任|控股|集团|公司|[()])+")


@lru_cache(maxsize=500_000)
def folded(text: str) -> str:
    """One spelling: half width, simplified characters, lower case, no white space at the ends."""
    return simplified(unicodedata.normalize("NFKC", text)).lower().strip()


def phrases(text: str) -> list[str]:
    """The phrases of a scope, a list of products or a paragraph, without the legal boilerplate."""
    plain = _HEADS.sub(";", _BOILERPLATE.sub(";", folded(text)))
    cut = (_EDGES.sub("", phrase) for phrase in _CUTS.split(plain))
    return [phrase for phrase in cut if phrase]


@dataclass(frozen=True, slots=True)
class FirmText:
    """What is written about one firm.

    `phrases` are (text, weight), weights above 0 with no unit, only their proportions count;
    `name` is the firm's name in any spelling or empty; `codes` are GB/T 4754 codes given for it.
    """

    phrases: tuple[tuple[str, float], ...]
    name: str = ""
    codes: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, name: str = "", codes: Iterable[str] = ()) -> FirmText:
        """A scope, paragraph or list of products; every phrase weighs the same."""
        found = dict.fromkeys(phrases(text))
        known = tuple(dict.fromkeys((*codes, *codes_said(text))))
        return cls(tuple((phrase, 1.0) for phrase in found), bare_name(name), known)

    @classmethod
    def of_products(cls, products: Iterable[tuple[str, float | None]], name: str = "") -> FirmText:
        """Products with their share of revenue, 0–1 (or None: unknown, as little as none).

        The weight is the root of the share, so that a main product does not hide the others.
        """
        weights: dict[str, float] = {}
        for product, share in products:
            phrase = folded(product)
            if phrase:
                weight = max(share or 0.0, SMALLEST_SHARE) ** 0.5
                weights[phrase] = weights.get(phrase, 0.0) + weight
        return cls(tuple(weights.items()), bare_name(name))

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> FirmText:
        """A row of the firms table: `products` count double, then `scope` and `industry`."""
        given = row.get("products") or ()
        products = [given] if isinstance(given, str) else given
        weights = {phrase: 2.0 for product in products for phrase in phrases(product)}
        for phrase in phrases(row.get("scope") or ""):
            weights.setdefault(phrase, 1.0)
        industry = folded(row.get("industry") or "")
        cell = _CODE_CELL.search(industry)
        called = _CODE_CELL.sub("", industry).strip(" -:")
        if called and not re.fullmatch("[a-t]?[0-9]{1,2}", called):
            weights.setdefault(called, 1.0)
        given_codes = [code for code in cell.groups() if code] if cell else []
        codes = dict.fromkeys([*given_codes, *codes_said(row.get("scope") or "")])
        return cls(tuple(weights.items()), bare_name(row.get("name") or ""), tuple(codes))

    @property
    def empty(self) -> bool:
        """Nothing is said about what the firm does; a name alone is not enough."""
        return not self.phrases and not self.codes


def codes_said(text: str) -> list[str]:
    """Codes of GB/T 4754 that a text gives as such, without the letter of the section."""
    return _CODE_SAID.findall(folded(text))


def bare_name(name: str) -> str:
    """A name without legal form and brackets, as it enters the model."""
    return _LEGAL_FORM.sub("", folded(name)).strip()  # a bracket may have stood before a space
