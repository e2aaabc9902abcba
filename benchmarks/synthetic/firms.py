"""Made-up firms: unique full names over few popular cores; amounts, dates as people write."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.synthetic import words as w
from benchmarks.synthetic.draw import Floats, Ints, credit_codes, join, pick, sometimes, words, zipf
from graph.regions import Divisions

_CORES = len(w.CORE_CHARS) ** 2 * len(w.CORE_TAILS)


@dataclass(frozen=True)
class Places:
    """Divisions in which firms sit (counties and cities without any), with names and shares."""

    codes: list[str]
    names: list[str]  # as they stand in a firm's name
    full: list[str]
    weights: Floats


def places(draw: np.random.Generator) -> Places:
    """Every lowest division, weighted by its province and a lognormal of its own."""
    divisions = Divisions.national()
    parents = {d.parent for d in divisions}
    lowest = [d for d in divisions if d.code not in parents and d.code[:2] in w.PROVINCE_WEIGHTS]
    by_code = {d.code: d for d in divisions}
    provinces = np.array([w.PROVINCE_WEIGHTS[d.code[:2]] for d in lowest], dtype=np.float64)
    own = draw.lognormal(0.0, 1.1, len(lowest))
    share = np.zeros(len(lowest))
    for province in np.unique(provinces):
        same = provinces == province
        share[same] = province * own[same] / own[same].sum()
    full, short = [], []
    for d in lowest:
        above = []
        at = d
        while at.parent:
            at = by_code[at.parent]
            above.append(at.name)
        full.append("".join(reversed(above)) + d.name)
        # A district names its city, a county itself: 宁波…有限公司, 象山县…有限公司.
        city = by_code[d.parent].name if d.parent and d.name.endswith("区") else d.name
        short.append(city.removesuffix("市"))
    return Places([d.code for d in lowest], short, full, share)


@dataclass(frozen=True)
class Firms:
    """n firms; every column has n rows, None where a cell is empty."""

    name: pa.Array
    uscc: pa.Array
    alias: pa.Array
    region: pa.Array  # six digits
    address: pa.Array
    founded: pa.Array  # ISO day
    founded_text: pa.Array
    capital: Floats  # 万元
    capital_text: pa.Array
    insured: Ints
    representative: pa.Array
    status: pa.Array
    firm_type: pa.Array
    trade: pa.Array
    tags: pa.Array
    products: pa.Array
    scope: pa.Array

    def __len__(self) -> int:
        return len(self.name)

    @cached_property
    def file(self) -> pa.Table:
        """As an export of a firm database writes it, Chinese headings."""
        return pa.table(
            {
                "企业名称": self.name,
                "统一社会信用代码": self.uscc,
                "法定代表人": self.representative,
                "登记状态": self.status,
                "注册资本": self.capital_text,
                "成立日期": self.founded_text,
                "行政区划代码": self.region,
                "企业类型": self.firm_type,
                "所属行业": self.trade,
                "曾用名": self.alias,
                "注册地址": self.address,
                "参保人数": self.insured,
                "标签": self.tags,
                "主营产品": self.products,
                "经营范围": self.scope,
            }
        )


def make(draw: np.random.Generator, n: int, first: int = 0) -> Firms:
    """`n` firms with names and credit codes of their own; serials of codes begin at `first`."""
    where = places(draw)
    region = pick(draw, where.weights, n)
    named = _unique_names(draw, where, region, n)
    days = draw.integers(0, 13_500, n)
    capital = np.exp(draw.normal(6.2, 1.6, n)).round(1) + 1
    products = _products(draw, n)
    return Firms(
        name=named.text,
        uscc=credit_codes(where.codes, region, first + draw.permutation(n).astype(np.int64)),
        alias=sometimes(draw, join(_core(named.core), words(w.TRADES, named.trade)), 0.05),
        region=words(where.codes, region),
        address=join(
            words(where.full, region), words(w.STREETS, draw.integers(0, len(w.STREETS), n)), "路",
            pa.array(draw.integers(1, 999, n)).cast(pa.string()), "号",
        ),
        founded=_iso(days),
        founded_text=_dates(draw, days),
        capital=capital,
        capital_text=_amounts(draw, capital),
        insured=np.exp(draw.normal(2.5, 1.3, n)).astype(np.int64),
        representative=_people(draw, n),
        status=words(w.STATUSES, pick(draw, w.STATUS_WEIGHTS, n)),
        firm_type=words(w.FIRM_TYPES, named.form),
        trade=words(w.TRADES, named.trade),
        tags=words([t or None for t in w.TAGS], pick(draw, w.TAG_WEIGHTS, n)),
        products=products,
        scope=_scope(draw, products),
    )  # fmt: skip


@dataclass(frozen=True)
class _Names:
    text: pa.Array
    trade: Ints
    form: Ints
    core: Ints


def _unique_names(draw: np.random.Generator, where: Places, region: Ints, n: int) -> _Names:
    """Full names; where two would be equal, one gets another core."""
    trade = pick(draw, zipf(len(w.TRADES), 0.6), n)
    form = pick(draw, w.FORM_WEIGHTS, n)
    core = _draw_cores(draw, n)
    place, business = words(where.names, region), join(words(w.TRADES, trade), words(w.FORMS, form))
    while True:
        text = join(place, _core(core), business)
        _, first = np.unique(text.dictionary_encode().indices.to_numpy(), return_index=True)
        again = np.ones(n, dtype=bool)
        again[first] = False
        if not again.any():
            return _Names(text, trade, form, core)
        core[again] = draw.integers(0, _CORES, int(again.sum()))


def _draw_cores(draw: np.random.Generator, n: int) -> Ints:
    chars = zipf(len(w.CORE_CHARS), 0.7)
    two = pick(draw, chars, n) * len(w.CORE_CHARS) + pick(draw, chars, n)
    return two * len(w.CORE_TAILS) + pick(draw, w.CORE_TAIL_WEIGHTS, n)


def _core(core: Ints) -> pa.Array:
    pair, tail = np.divmod(core, len(w.CORE_TAILS))
    first, second = np.divmod(pair, len(w.CORE_CHARS))
    chars = list(w.CORE_CHARS)
    return join(words(chars, first), words(chars, second), words(w.CORE_TAILS, tail))


def _iso(days: Ints) -> pa.Array:
    """Days since 1988-01-01 as ISO text."""
    start = np.datetime64("1988-01-01")
    return pc.strftime(pa.array(start + days.astype("timedelta64[D]")), "%Y-%m-%d")


def _dates(draw: np.random.Generator, days: Ints) -> pa.Array:
    """The same days as people write them: mostly ISO, some 2021/9/1, 2021年9月1日, 2021-09."""
    iso = _iso(days)
    year, month, day = (pc.utf8_slice_codeunits(iso, *at) for at in ((0, 4), (5, 7), (8, 10)))
    short_month, short_day = (pc.utf8_ltrim(part, "0") for part in (month, day))
    forms = [
        iso,
        join(year, "/", short_month, "/", short_day),
        join(year, "年", short_month, "月", short_day, "日"),
        join(year, "-", month),
    ]
    chosen = pick(draw, (0.85, 0.08, 0.05, 0.02), len(days))
    return pc.choose(pa.array(chosen), *forms)


def _amounts(draw: np.random.Generator, capital: Floats) -> pa.Array:
    """Amounts in 万元 as people write them: 3000, 3000万元人民币, 3,000万元人民币, 0.3亿元."""
    whole = capital.round().astype(np.int64)
    plain = pa.array(whole).cast(pa.string())
    thousands, rest = (pa.array(part) for part in np.divmod(whole, 1000))
    three_digits = pc.utf8_lpad(rest.cast(pa.string()), 3, "0")
    grouped = join(thousands.cast(pa.string()), ",", three_digits)
    grouped = pc.if_else(pc.greater(thousands, 0), grouped, plain)
    forms = [
        plain,
        join(plain, "万元人民币"),
        join(grouped, "万元人民币"),
        join(pa.array(capital.round(1)).cast(pa.string()), "万人民币"),
        join(pa.array((whole / 10_000).round(4)).cast(pa.string()), "亿元"),
        join(plain, "万美元"),
    ]
    chosen = pick(draw, (0.35, 0.30, 0.15, 0.13, 0.04, 0.03), len(capital))
    return pc.choose(pa.array(chosen), *forms)


def _people(draw: np.random.Generator, n: int) -> pa.Array:
    surnames, given = list(w.SURNAMES), [*w.GIVEN, ""]
    first = words(list(w.GIVEN), draw.integers(0, len(w.GIVEN), n))
    second = words(given, draw.integers(0, len(given), n))
    return join(words(surnames, pick(draw, zipf(len(surnames), 0.8), n)), first, second)


def _products(draw: np.random.Generator, n: int) -> pa.Array:
    return join(_product(draw, n), "、", _product(draw, n))


def _product(draw: np.random.Generator, n: int) -> pa.Array:
    heads = words(w.PRODUCT_HEADS, draw.integers(0, len(w.PRODUCT_HEADS), n))
    return join(heads, words(w.PRODUCT_NOUNS, draw.integers(0, len(w.PRODUCT_NOUNS), n)))


def _scope(draw: np.random.Generator, products: pa.Array) -> pa.Array:
    n = len(products)
    verbs = [words(w.SCOPE_VERBS, draw.integers(0, len(w.SCOPE_VERBS), n)) for _ in range(3)]
    nouns = words(w.PRODUCT_NOUNS, draw.integers(0, len(w.PRODUCT_NOUNS), n))
    tails = [words(w.SCOPE_TAILS, draw.integers(0, len(w.SCOPE_TAILS), n)) for _ in range(2)]
    return join(
        products, "的", verbs[0], "、", verbs[1], "；", nouns, verbs[2], "；", tails[0], "；",
        tails[1], "。",
    )  # fmt: skip
