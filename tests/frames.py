"""Small tidy frames for tests."""

from pathlib import Path

import pandas as pd

from data_sources.__main__ import main
from data_sources.contract import COLUMNS

HEADER = "time,measure,asset,entity,value\n"
GOOD = "2025-11-19,close,BTC,binance,91554.96\n2025-11-20,close,BTC,binance,86637.23\n"


def bring(*files: Path, refused: Path | None = None) -> int:
    """Import files as the command line does; its exit status."""
    return main(["import", *map(str, files), *(["--refused", str(refused)] if refused else [])])


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
