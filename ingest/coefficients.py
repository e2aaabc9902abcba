"""Input–output tables as statistical offices publish them: a matrix of coefficients in a sheet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph.chain import InputCoefficients, Sectors
from ingest.errors import IngestError, UnreadableFile

CODES = Path(__file__).parent / "reference" / "codes" / "io2007.csv"
MIN_SECTORS = 0.9  # of the sectors of the concordance that a table has to show


class NoCoefficients(IngestError):
    """A file holds no square table with the sector codes of the concordance."""

    @classmethod
    def of(cls, path: Path, wanted: int) -> NoCoefficients:
        return cls(
            f"{path}：没有找到投入产出系数表。需要一张方阵：一行和一列写着部门代码"
            f"（001、002……共 {wanted} 个），交叉处是直接消耗系数；"
            "其他分类请用 --sectors 给出部门与国民经济行业代码对照表（列：sector,industry_codes）"
        )


def read_sectors(path: Path | None = None) -> tuple[tuple[str, ...], Sectors]:
    """Sector codes in order, and the concordance with GB/T 4754.

    Args:
        path: CSV with the columns sector and industry_codes (separated by ``;``); None = the 135
            sectors of the national tables of 2007.

    Raises:
        UnreadableFile: the file or a column is missing.
    """
    file = path or CODES
    try:
        frame = pd.read_csv(file, dtype=str, keep_default_na=False)
        rows = dict(zip(frame["sector"], frame["industry_codes"], strict=True))
    except (OSError, ValueError) as error:
        raise UnreadableFile.because(file, f"读不出部门对照表（{error}）") from error
    except KeyError as error:
        raise UnreadableFile.because(file, f"部门对照表缺少列 {error}") from error
    return tuple(rows), Sectors({sector: codes.split(";") for sector, codes in rows.items()})


def read_coefficients(path: Path, sectors: tuple[str, ...]) -> InputCoefficients:
    """The matrix of direct input coefficients in a workbook or CSV.

    The row and the column that hold the sector codes are looked for, so titles, notes and value
    added around the matrix do not matter. Sectors that the table lacks are left out.

    Raises:
        UnreadableFile: the file cannot be opened.
        NoCoefficients: it has no such matrix.
    """
    for frame in _sheets(path):
        cells = frame.map(_code).to_numpy()
        known = np.isin(cells, sectors)
        row, column = int(known.sum(axis=1).argmax()), int(known.sum(axis=0).argmax())
        across = {cells[row, j]: int(j) for j in np.flatnonzero(known[row])}
        down = {cells[i, column]: int(i) for i in np.flatnonzero(known[:, column])}
        both = tuple(s for s in sectors if s in across and s in down)
        if len(both) >= MIN_SECTORS * len(sectors):
            rows, columns = [down[s] for s in both], [across[s] for s in both]
            return InputCoefficients(both, _numbers(path, frame, rows, columns))
    raise NoCoefficients.of(path, len(sectors))


def _sheets(path: Path) -> list[pd.DataFrame]:
    try:
        if path.suffix.lower() == ".csv":
            return [pd.read_csv(path, header=None, dtype=str, keep_default_na=False)]
        found = pd.read_excel(path, sheet_name=None, header=None, dtype=object, engine="calamine")
    except Exception as error:  # every engine has errors of its own
        raise UnreadableFile.because(
            path, f"打不开（{error}）；请给出 .xls、.xlsx 或 .csv"
        ) from error
    return list(found.values())


def _code(cell: object) -> str:
    return str(cell).strip()


def _numbers(
    path: Path, frame: pd.DataFrame, rows: list[int], columns: list[int]
) -> npt.NDArray[np.float64]:
    chosen = frame.iloc[rows, columns]
    values = chosen.apply(pd.to_numeric, errors="coerce").fillna(0.0).to_numpy(dtype=np.float64)
    if not np.isfinite(values).all() or values.min() < -1 or values.sum() == 0:
        raise UnreadableFile.because(path, "系数应为不小于 −1 的有限数字；请检查表中的内容")
    if values.sum(axis=0).max() > 2:
        return np.asarray(values / np.maximum(_totals(frame, columns, values), 1e-12))
    return np.asarray(values)


def _totals(
    frame: pd.DataFrame, columns: list[int], values: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Total input of each sector where the table holds flows in money: its last numeric row."""
    below = frame.iloc[:, columns].apply(pd.to_numeric, errors="coerce").dropna(how="all")
    last = below.iloc[-1].to_numpy(dtype=np.float64)
    return np.asarray(np.where(last >= values.sum(axis=0), last, values.sum(axis=0)))
