"""Histories that tests run on: the real one, where its folder is given, and one made up from the rows' inputs."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from data_sources.contract import COLUMNS, Panels
from indicators.readings import READINGS
from measures import MEASURES

FUNDS = ("IBIT", "FBTC", "GBTC")
FIRST = pd.Timestamp("2024-01-01", tz="UTC")
ROLLING = {
    "ZQ*": tuple(f"ZQ{code}{year}" for year in (24, 25) for code in "FGHJKMNQUVXZ"),
    "FOMC*": ("FOMC1", "FOMC2", "FOMC3"),
}
"""Assets that the starred names of the rows stand for."""


def utc(day: str) -> pd.Timestamp:
    return pd.Timestamp(day, tz="UTC")


def daily(values: list[float] | np.ndarray, first: str = "2024-01-01", freq: str = "D") -> pd.Series:
    """A series of consecutive days."""
    days = pd.date_range(first, periods=len(values), freq=freq, tz="UTC", unit="us")
    return pd.Series(np.asarray(values, dtype="float64"), index=days)


def frame(measure: str, asset: str, entity: str, values: pd.Series) -> pd.DataFrame:
    """One series as rows of the tidy frame."""
    rows = pd.DataFrame(
        {"time": values.index, "measure": measure, "asset": asset, "entity": entity, "value": values.to_numpy()}
    )
    return rows.astype({"time": "datetime64[us, UTC]", "value": "float64"})[list(COLUMNS)]


@cache
def history(folder: Path) -> pd.DataFrame:
    """Every file of the folder in one frame."""
    rows = pd.concat([pd.read_csv(path) for path in sorted(folder.glob("*.csv.gz"))], ignore_index=True)
    rows["time"] = pd.to_datetime(rows["time"], utc=True, format="ISO8601").astype("datetime64[us, UTC]")
    return rows.astype({"value": "float64"})


@cache
def panels(folder: Path) -> Panels:
    return Panels(history(folder))


@cache
def made_up(seed: int, days: int = 420) -> pd.DataFrame:
    """Every input of every reading as a random walk, with the gaps, the late funds and the bars that real data has."""
    chance = np.random.default_rng(seed)
    rows = []
    for measure, asset in sorted({key for row in READINGS.values() for key in row.inputs}):
        name = measure.lstrip("*")
        for entity in FUNDS if measure.startswith("*") else ("somebody",):
            for one in ROLLING.get(asset, (asset,)):
                values = _days_ahead(int(one[-1]), days) if name == "fomc_days_ahead" else _walk(name, days, chance)
                rows.append(frame(name, one, entity, values[chance.random(len(values)) > 0.01]))
    return pd.concat(rows, ignore_index=True)


def _days_ahead(place: int, days: int) -> pd.Series:
    """Days to a decision, one every seven weeks; the first of them after twenty days."""
    passed = (np.arange(days) + 28) % 49
    return pd.Series(49.0 * place - passed, index=pd.date_range(FIRST, periods=days, freq="D", unit="us"))


def _walk(measure: str, days: int, chance: np.random.Generator) -> pd.Series:
    freq, count = {"1h": ("h", 24 * days), "5min": ("5min", 12 * 24 * 20), "1MS": ("MS", days // 30)}.get(
        MEASURES[measure].interval, ("D", days)
    )
    if measure in ("difficulty", "holdings", "cost_basis"):
        freq, count = "14D", days // 14
    walk = 100 * np.exp(np.cumsum(chance.normal(0, 0.03, count)))
    if measure == "futures_price":
        walk = 96 + np.cumsum(chance.normal(0, 0.01, count))
    if measure == "net_flow":
        walk = chance.normal(0, 1e8, count)
    if measure in ("high", "level_high"):
        walk = 100 * (1 + chance.random(count))
    if measure in ("low", "level_low"):
        walk = 99 * (1 - chance.random(count) / 2)
    return pd.Series(walk, index=pd.date_range(FIRST, periods=count, freq=freq, unit="us"))
