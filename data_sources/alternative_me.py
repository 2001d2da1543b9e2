"""alternative.me: the Crypto Fear & Greed Index, daily since February 2018.

Rows come newest first, and their number is counted back from today: there is no range, and ``limit=0`` is all of them.
Everything is a text. The reading of a day appears just after 00:00 UTC of that day and does not change during it, so that
it is known when its day begins. A few days were never published. 60 requests a minute are allowed.
"""

from typing import Any

import pandas as pd

from data_sources import wire
from data_sources.errors import SourceUnavailable
from data_sources.reading import moments, numbers, observed, on_grid, records

HOST = "https://api.alternative.me/"
FIRST = pd.Timestamp("2018-02-01", tz="UTC")
SYMBOLS: dict[str, str] = {"CRYPTO": "fng"}


def fetch_index(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> Any:
    """Ask for as many readings as there are days since ``start``, or for all.

    Raises
    ------
    SourceUnavailable
        When the answer says that it is an error.
    """
    today = max(end, pd.Timestamp.now("UTC"))
    since = (today.normalize() - start.normalize()).days + 2  # both ends, and a reading that appears meanwhile
    return wire.json(f"{HOST}{SYMBOLS[asset]}/", {"limit": 0 if start <= FIRST else since, "format": "json"}, judge=_judged)


def parse_index(payload: Any, asset: str) -> pd.DataFrame:
    """Read the index.

    Returns
    -------
    DataFrame of shape (n_days, 5), tidy
        Measure ``fear_greed``, from 0 (extreme fear) to 100 (extreme greed); entity alternative.me. Today's reading is
        among them.

    Raises
    ------
    PayloadChanged
        When a reading does not stand at 00:00 UTC.
    """
    rows = records(payload["data"], ("timestamp", "value"), asset)
    times = on_grid(moments(rows["timestamp"], "s"), "1D")
    return observed(times, asset, "alternative.me", {"fear_greed": numbers(rows["value"])})


def _judged(payload: Any, said: str) -> None:
    """Find the error that an answer may carry beside its status of 200."""
    metadata = payload.get("metadata") if isinstance(payload, dict) else None
    fault = metadata.get("error") if isinstance(metadata, dict) else None
    if fault:
        raise SourceUnavailable(f"alternative.me reports an error: {str(fault)[:80]}.", passing=False)
