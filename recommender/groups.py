"""Which firms belong to one group (集团): by control, and by a rare name core in common.

Control is a tie ``subsidiary_of``, or ``invests_in`` with a share of at least :data:`CONTROL`. A
core (字号) that many firms of the country have says nothing: 恒瑞 is not one group.
"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pyarrow.compute as pc
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from graph.columns import Int32
from graph.paths import HUB
from graph.snapshot import Snapshot
from graph.ties import tie_graph

CONTROL = 0.5
"""Share from which an investment is control."""
RARE = 30
"""Firms of the country up to which a name core is taken for one group's own."""
_SAMPLE = 50_000
_BRACKETS = re.compile(r"[（(][^（）()]*[)）]")
_FORM = re.compile(r"(?:集团|控股|股份|责任|有限|公司|总|分)+$")
# Words with which the trade begins; names of links are taken for such words too.
_TRADES = frozenset(
    (
        "新材料 材料 新能源 能源 科技 技术 电子 电气 电力 电器 电缆 电机 风电 光伏 光电 "
        "半导体 微电子 通信 智能 机械 装备 设备 重工 重型 船舶 海洋 海工 汽车 汽配 零部件 "
        "机器人 数控 仪器 仪表 医疗 医药 药业 制药 生物 食品 水产 纺织 服装 家居 家具 环保 "
        "节能 建材 水泥 玻璃 陶瓷 钢构 钢结构 钢铁 特钢 金属 有色 铝业 铜业 稀土 磁性 复合 "
        "碳纤维 化纤 高分子 高新 涂料 包装 印刷 纸业 物流 供应链 贸易 进出口 软件 信息 网络 "
        "数据 航空 航天 轴承 齿轮 阀门 泵业 压缩机 液压 传动 紧固件 铸造 锻造 激光 农业 种业 "
        "石化 化工 化学 石油 燃气 氢能 储能 电池 锂电 精密 制造 工业 实业 产业 工程 建设 "
        "投资 发展 集团 国际"
    ).split()
)
# Cores that unrelated firms all over the country have.
_COMMON = frozenset(
    (
        "东方 中国 中华 华夏 长江 黄河 长城 太平洋 大洋 远东 南方 北方 中南 华东 华南 华北 "
        "西部 中原 东海 南海 北海 黄海 渤海 新华 中信 国信 恒大 华盛 恒瑞 鑫源 宏达 华泰 "
        "金山 天成 永兴 大华 中天 华鑫 天元 金龙 华信"
    ).split()
)


def control_groups(snapshot: Snapshot, firms: Int32) -> list[int]:
    """A number of the group of each firm row; −1 where it neither controls nor is controlled."""
    graph, labels = tie_graph(snapshot), snapshot.once("control groups", _labels)
    nodes = (graph.node_of(int(firm)) for firm in firms)
    return [int(labels[node]) if node >= 0 else -1 for node in nodes]


def _labels(snapshot: Snapshot) -> Int32:
    """Group of each node of the ties, −1 for one that is alone."""
    graph = tie_graph(snapshot)
    kind = graph.table["kind"]
    held = pc.greater_equal(graph.table["weight"], CONTROL).fill_null(False)
    controls = pc.or_(
        pc.equal(kind, "subsidiary_of"), pc.and_(pc.equal(kind, "invests_in"), held)
    ).to_numpy()
    near = np.repeat(np.arange(len(graph.nodes)), np.diff(graph.start))
    edges = np.flatnonzero(
        controls[graph.tie] & (graph.firm[near] >= 0) & (graph.firm[graph.other] >= 0)
    )
    # One that holds hundreds (a public holding) makes no group of them.
    many = np.bincount(near[edges], minlength=len(graph.nodes)) > HUB
    edges = edges[~many[near[edges]] & ~many[graph.other[edges]]]
    shape = (len(graph.nodes), len(graph.nodes))
    cells = (np.ones(len(edges), dtype=np.int8), (near[edges], graph.other[edges]))
    _, labels = connected_components(sparse.csr_matrix(cells, shape=shape), directed=False)
    alone = np.bincount(labels)[labels] == 1
    found: Int32 = np.where(alone, -1, labels).astype(np.int32)
    return found


def core_of(name: str, places: frozenset[str], trades: frozenset[str] = _TRADES) -> str | None:
    """The core (字号) of a firm's name: between its place and its trade; None where it has none."""
    rest = _FORM.sub("", _BRACKETS.sub("", name))
    for _ in range(3):
        length = next((n for n in range(min(9, len(rest) - 2), 1, -1) if rest[:n] in places), 0)
        rest = rest[length:]
    ends = (i for i in range(2, len(rest)) for n in (2, 3, 4) if rest[i : i + n] in trades)
    core = rest[: next(ends, len(rest))]
    return core if len(core) >= 2 and core not in trades | _COMMON else None


def rare_core(snapshot: Snapshot, name: str) -> str | None:
    """The core of a name if few firms of the country have it, judged by a sample of the names."""
    words = snapshot.once("words of names", _words)
    core = core_of(name, *words)
    if core is None:
        return None
    counts, share = snapshot.once("name cores", _counts)
    return core if counts[core] / share <= RARE else None


def _counts(snapshot: Snapshot) -> tuple[Counter[str | None], float]:
    """How often each core is met among the sampled names, and the share that is sampled."""
    names, words = snapshot.firms.names, snapshot.once("words of names", _words)
    rows = np.arange(0, len(names), 1 + len(names) // _SAMPLE)
    sampled = names.take(rows).to_pylist()
    return Counter(core_of(name, *words) for name in sampled), len(rows) / max(1, len(names))


def _words(snapshot: Snapshot) -> tuple[frozenset[str], frozenset[str]]:
    """Names of divisions with and without what kind of division they are; words of trades."""
    names = {"中国", *snapshot.regions.names}
    bare = {re.sub("(?:省|市|区|县|自治区|自治州)$", "", name) for name in names}
    return frozenset(names | bare), _TRADES | {n for n in snapshot.links.names if len(n) <= 4}
