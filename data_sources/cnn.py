"""CNN: the Fear & Greed Index of the US stock market and two of its parts, daily.

The address ends in the first day wanted. One before September 2020 is a 500, and until January 2021 the numbers are full
of placeholders (50.0), so that they are taken from February 2021 on. A day that is over stands at 00:00 UTC of its date.
The last point is of the running session and stands at the moment it was reckoned, with or without another one of its day.
The newest days are revised. CNN serves browsers: it mostly refuses a client that says who it is (418).
"""

from typing import Any

import pandas as pd

from data_sources import wire
from data_sources.contract import tidy
from data_sources.errors import NothingPublished
from data_sources.reading import moments, numbers, observed, records

HOST = "https://production.dataviz.cnn.io/index/"
FIRST = pd.Timestamp("2020-09-19", tz="UTC")
TRUSTED = pd.Timestamp("2021-02-01", tz="UTC")
SYMBOLS: dict[str, str] = {"US_EQUITY": "fearandgreed"}
PARTS = (
    ("fear_and_greed_historical", "fear_greed", "US_EQUITY", 1),
    ("put_call_options", "put_call_volume", "US_EQUITY", 1),
    ("junk_bond_demand", "high_yield_spread", "US", 100),
)
"""CNN's name of a part, our measure and asset, and what divides CNN's number: the spread comes in percent."""


def fetch_index(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> Any:
    """Ask for the index and its parts from ``start`` on.

    Raises
    ------
    Refused
        Mostly.
    """
    return wire.json(f"{HOST}{SYMBOLS[asset]}/graphdata/{max(start, FIRST):%Y-%m-%d}")


def parse_index(payload: Any, asset: str) -> pd.DataFrame:
    """Read the index and two of its parts.

    Returns
    -------
    DataFrame of shape (n, 5), tidy
        For asset US_EQUITY ``fear_greed``, from 0 (extreme fear) to 100 (extreme greed), and ``put_call_volume``, puts
        per call over five days; for asset US ``high_yield_spread``, junk over investment grade as a fraction. Entity cnn. One row
        per date of New York, the newest.

    Raises
    ------
    PayloadChanged
        When a part is absent.
    NothingPublished
        When a part has no point since February 2021.
    """
    return tidy(pd.concat([_part(payload, *part) for part in PARTS], ignore_index=True))


def _part(payload: Any, name: str, measure: str, asset: str, divisor: int) -> pd.DataFrame:
    points = records(payload[name]["data"], ("x", "y"), asset)
    points["moment"] = moments(points["x"], "ms")
    points = points.sort_values("moment", kind="stable")
    trusted = points[points["moment"] >= TRUSTED]
    if trusted.empty:
        raise NothingPublished(f"CNN has no {measure} since {TRUSTED:%B %Y}.")
    return observed(_session(trusted["moment"]), asset, "cnn", {measure: numbers(trusted["y"]) / divisor})


def _session(moment: pd.Series) -> pd.Series:
    """Date of the session that a point belongs to, as 00:00 UTC.

    A point at midnight UTC already is a date; turned into New York time it would be the evening before.
    """
    there = moment.dt.tz_convert("America/New_York").dt.tz_localize(None).dt.normalize().dt.tz_localize("UTC")
    return there.where(moment.dt.normalize() != moment, moment)
