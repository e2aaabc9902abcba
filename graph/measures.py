"""Relatedness measures of the data: quotients, density, complexity of regions at any grain.

`graph.relatedness` computes them for any matrix; here the matrix is made from a snapshot. Rows are
the divisions of one level that have anything, columns the chains, links or industries somebody has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.columns import index_of
from graph.presence import Areas, Level, PresenceSettings, presence
from graph.relatedness import Relatedness, co_agglomeration, relatedness

if TYPE_CHECKING:
    import pandas as pd

    from graph.snapshot import Snapshot

Grain: TypeAlias = Literal["chain", "link", "industry"]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Measures:
    """Measures of regions × activities at one level and grain.

    Attributes:
        codes, regions: code and name of each row.
        ids, activities: id and name of each column; of an industry both are its name.
        amounts: presence (chain, link) or active firms (industry), CSR.
        found: all measures, see `graph.relatedness`.
        co_agglomeration: columns × columns.
    """

    level: Level
    grain: Grain
    codes: tuple[str, ...]
    regions: tuple[str, ...]
    ids: tuple[str, ...]
    activities: tuple[str, ...]
    amounts: Any
    found: Relatedness
    co_agglomeration: Floats

    def region_frame(self) -> pd.DataFrame:
        """One row a region: amount, diversity, eci, coi; nan where undefined."""
        import pandas as pd  # heavy, and only needed where a table is asked for

        return pd.DataFrame(
            {
                "region": self.codes, "region_name": self.regions,
                "amount": np.asarray(self.amounts.sum(axis=1)).ravel(),
                "diversity": self.found.diversity,
                "eci": self.found.complexity.eci, "coi": self.found.coi,
            }
        )  # fmt: skip

    def activity_frame(self) -> pd.DataFrame:
        """One row an activity: amount, ubiquity, pci; nan where undefined."""
        import pandas as pd

        return pd.DataFrame(
            {
                "activity": self.ids, "activity_name": self.activities,
                "amount": np.asarray(self.amounts.sum(axis=0)).ravel(),
                "ubiquity": self.found.ubiquity, "pci": self.found.complexity.pci,
            }
        )  # fmt: skip

    def cell_frame(self) -> pd.DataFrame:
        """One row a region × activity: amount, quotient (RCA), presence, density, cog."""
        import pandas as pd

        rows, columns = self.amounts.shape
        return pd.DataFrame(
            {
                "region": np.repeat(self.codes, columns),
                "region_name": np.repeat(self.regions, columns),
                "activity": np.tile(self.ids, rows),
                "activity_name": np.tile(self.activities, rows),
                "amount": self.amounts.toarray().ravel(),
                "quotient": self.found.quotient.ravel(),
                "presence": self.found.presence.toarray().ravel() > 0,
                "density": self.found.density.ravel(),
                "cog": self.found.cog.ravel(),
            }
        )

    def pair_frame(self) -> pd.DataFrame:
        """One row a pair of activities that are together anywhere, the nearest first.

        Columns: both ids and names, proximity, co_agglomeration.
        """
        import pandas as pd

        one, other = np.nonzero(np.triu(np.nan_to_num(self.found.proximity), k=1) > 0)
        frame = pd.DataFrame(
            {
                "activity": np.asarray(self.ids, dtype=object)[one],
                "activity_name": np.asarray(self.activities, dtype=object)[one],
                "other": np.asarray(self.ids, dtype=object)[other],
                "other_name": np.asarray(self.activities, dtype=object)[other],
                "proximity": self.found.proximity[one, other],
                "co_agglomeration": self.co_agglomeration[one, other],
            }
        )
        return frame.sort_values(
            ["proximity", "co_agglomeration"], ascending=False, kind="stable", ignore_index=True
        )


def region_measures(
    snapshot: Snapshot,
    level: Level = "prefecture",
    grain: Grain = "link",
    *,
    threshold: float = 1.0,
    neighbours: int | None = None,
    settings: PresenceSettings | None = None,
) -> Measures:
    """Every relatedness measure of the data.

    Args:
        snapshot: the data.
        level: province, prefecture (municipalities included) or county.
        grain: chain, link, or industry (the firm's own, as its source names it).
        threshold: location quotient from which an activity counts as present.
        neighbours: nearest activities the density (and so COI) looks at; None = all.
        settings: how positions are counted; None = the defaults.

    Returns:
        Measures of the regions and activities that have something; without any, empty ones.

    Raises:
        RelatednessInputError: threshold or neighbours out of range.
    """
    areas = Areas.at_level(snapshot, level)
    if grain == "industry":
        table, ids, names = _industries(snapshot, areas)
    else:
        table, ids, names = _positions(snapshot, areas, grain, settings or PresenceSettings())
    rows = np.flatnonzero(np.asarray(table.sum(axis=1)).ravel() > 0)
    columns = np.flatnonzero(np.asarray(table.sum(axis=0)).ravel() > 0)
    kept = sparse.csr_array(sparse.csr_array(table)[rows, :][:, columns])
    return Measures(
        level, grain,
        tuple(areas.codes[i] for i in rows), tuple(areas.names[i] for i in rows),
        tuple(ids[i] for i in columns), tuple(names[i] for i in columns),
        kept, relatedness(kept, threshold=threshold, neighbours=neighbours),
        co_agglomeration(kept),
    )  # fmt: skip


def _positions(
    snapshot: Snapshot, areas: Areas, grain: Grain, settings: PresenceSettings
) -> tuple[Any, list[str], list[str]]:
    value = presence(snapshot, areas, settings).value[:-1]
    if grain == "link":
        return value, list(snapshot.links.ids), list(snapshot.links.names)
    ids = [chain.id for chain in snapshot.chains]
    row = {chain: i for i, chain in enumerate(ids)}
    of_link = np.array([row[chain] for chain in snapshot.links.chain_ids], dtype=np.int64)
    links = np.arange(len(of_link))
    shape = (len(of_link), len(ids))
    member = sparse.csr_array((np.ones(len(links)), (links, of_link)), shape=shape)
    return value @ member, ids, [chain.name for chain in snapshot.chains]


def _industries(snapshot: Snapshot, areas: Areas) -> tuple[Any, list[str], list[str]]:
    """Active firms by industry; firms without one, or of unknown place, are left out."""
    version = snapshot.version.number
    read = snapshot.store.read("firms", ["firm_id", "industry"], version).combine_chunks()
    coded = read["industry"].combine_chunks().dictionary_encode()
    names: list[str] = coded.dictionary.to_pylist()
    industry = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    firm = index_of(read["firm_id"], snapshot.firms.ids)
    area = areas.of_firms(snapshot)[firm]
    kept = snapshot.firms.active[firm] & (area < len(areas)) & (industry >= 0)
    at = (area[kept], industry[kept])
    shape = (len(areas), len(names))
    return sparse.csr_array((np.ones(int(kept.sum())), at), shape=shape), names, names


__all__ = ["Grain", "Measures", "region_measures"]
