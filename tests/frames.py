"""Small tidy frames for tests."""

import pandas as pd

from data_sources.contract import COLUMNS


def utc(moment: str) -> pd.Timestamp:
    return pd.Timestamp(moment, tz="UTC")


def observations(
    *rows: tuple[str, float], measure: str = "close", asset: str = "BTC", entity: str = "binance"
) -> pd.DataFrame:
    """Rows of one series, each a time (UTC) and a value."""
    frame = pd.DataFrame(rows, columns=["time", "value"])
    times = pd.to_datetime(frame["time"], utc=True, format="ISO8601").dt.as_unit("us")
    return frame.assign(
        time=times, measure=measure, asset=asset, entity=entity, value=frame["value"].astype("float64")
    )[list(COLUMNS)]
