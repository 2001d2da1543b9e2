"""Blockchain.com: its charts of the Bitcoin network, one question per chart.

- By default a chart is thinned to some 1,500 points; ``sampled=false`` gives every day.
- Times are seconds, at the beginning of the UTC day; total-bitcoins has several points a day, of which the last counts.
- A window (``60days``) reaches back from now. Nothing else pages.
- The hash rate is in TH/s. Its estimator is not mempool.space's; the two differ by a quarter at times.
- The difficulty is sampled by the day: the block that changed it, and the time of that, are not in the chart, so these
  rows are the publisher's and never mixed with the chain's own.
- One question per ten seconds is asked for.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from data_sources import wire
from data_sources.errors import PayloadChanged
from data_sources.reading import moments, numbers, observed, on_grid, records

URL = "https://api.blockchain.info/charts"
SYMBOLS = {"BTC": "bitcoin"}
ENTITY = "blockchain_info"


class Chart(NamedTuple):
    """One chart and how to read it.

    Parameters
    ----------
    name : str
    unit : str
        A part of the unit that the chart states.
    factor : float
        What one of it is in the measure's unit.
    nil : bool
        True where 0 is a number; elsewhere it stands for one that is not known, such as a revenue before there was a price.
    """

    name: str
    unit: str
    factor: float = 1.0
    nil: bool = False


CHARTS: dict[str, Chart] = {
    "hash_rate": Chart("hash-rate", "TH/s", 1e12),
    "difficulty": Chart("difficulty", "Difficulty"),
    "miners_revenue": Chart("miners-revenue", "USD"),
    "fees": Chart("transaction-fees", "BTC", nil=True),
    "supply": Chart("total-bitcoins", "BTC"),
}
"""Measure to its chart."""
WINDOWS = (60, 365)
"""Days; anything longer is asked for whole."""


def _fetch(measure: str, asset: str, start: pd.Timestamp, end: pd.Timestamp) -> Any:
    """Ask for one chart back to ``start``; the window ends with the present, as ``end`` should."""
    wanted = (end - start).days + 2
    window = next((days for days in WINDOWS if wanted <= days), None)
    timespan = "all" if window is None else f"{window}days"
    return wire.json(f"{URL}/{CHARTS[measure].name}", {"timespan": timespan, "sampled": "false", "format": "json"})


def _parse(measure: str, payload: Any, asset: str) -> pd.DataFrame:
    """Read one chart.

    Returns
    -------
    DataFrame, tidy
        The measure in its unit, for asset BTC and entity blockchain_info, by UTC day. Of the difficulty only the days on
        which it became another one: the first day of a window is no change.

    Raises
    ------
    PayloadChanged
        Also when the chart states another unit.
    NothingPublished
        When the chart has no values.
    """
    chart = CHARTS[measure]
    if payload["status"] != "ok" or chart.unit not in payload["unit"]:
        raise PayloadChanged(f"The chart {chart.name} is in {payload['unit']}, no longer in {chart.unit}.")
    rows = records(payload["values"], ("x", "y"), asset)
    points = pd.DataFrame({"time": moments(rows["x"], "s"), "value": numbers(rows["y"]) * chart.factor})
    points = points.where((points["value"] != 0) | chart.nil).dropna().sort_values("time", kind="stable")
    if measure == "supply":
        points["time"] = points["time"].dt.floor("D")
    on_grid(points["time"], "D")
    if measure == "difficulty":
        before = points["value"].shift()
        points = points.loc[before.notna() & (points["value"] != before)]
    return observed(points["time"], asset, ENTITY, {measure: points["value"]})


Fetch = Callable[[str, pd.Timestamp, pd.Timestamp], Any]
Parse = Callable[[Any, str], pd.DataFrame]

fetch_hash_rate: Fetch = partial(_fetch, "hash_rate")
parse_hash_rate: Parse = partial(_parse, "hash_rate")
fetch_difficulty: Fetch = partial(_fetch, "difficulty")
parse_difficulty: Parse = partial(_parse, "difficulty")
fetch_miners_revenue: Fetch = partial(_fetch, "miners_revenue")
parse_miners_revenue: Parse = partial(_parse, "miners_revenue")
fetch_fees: Fetch = partial(_fetch, "fees")
parse_fees: Parse = partial(_parse, "fees")
fetch_supply: Fetch = partial(_fetch, "supply")
parse_supply: Parse = partial(_parse, "supply")
