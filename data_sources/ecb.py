"""ECB: the Composite Indicator of Systemic Stress of the euro area, daily since 1980.

One request brings any range. SS_CIN is the series that is kept up; SS_CI, which other readers ask for too, is another.
Business days only. A range without a day is a 404. With ``detail=dataonly`` a row carries the series' key and the parts of
the key, the day and the value, and no flags.
"""

import csv
import io

import pandas as pd

from data_sources import wire
from data_sources.errors import NothingPublished, PayloadChanged
from data_sources.reading import days, numbers, observed, table

DATA = "https://data-api.ecb.europa.eu/service/data/CISS/"
SYMBOLS: dict[str, str] = {"EURO_AREA": "D.U2.Z0Z.4F.EC.SS_CIN.IDX"}


def fetch_ciss(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Ask for the daily indicator."""
    params = {"format": "csvdata", "detail": "dataonly", "startPeriod": f"{start:%Y-%m-%d}", "endPeriod": f"{end:%Y-%m-%d}"}
    return wire.text(DATA + SYMBOLS[asset], params)


def parse_ciss(payload: str, asset: str) -> pd.DataFrame:
    """Read the indicator.

    Returns
    -------
    DataFrame of shape (n_days, 5), tidy
        Measure ``ciss``, from 0 (calm) to 1 (all markets in stress together); entity ecb.

    Raises
    ------
    PayloadChanged
        When a column is absent, a row belongs to another series, or the last line is cut off.
    """
    lines = [line for line in csv.reader(io.StringIO(payload)) if line]
    if not lines:
        raise NothingPublished(f"The answer for {asset} has no rows.")
    if not payload.endswith("\n"):  # the last number may have lost digits
        raise PayloadChanged(f"The answer for {asset} is cut off.")
    cells = table(lines[1:], lines[0], asset)
    if (cells["KEY"] != f"CISS.{SYMBOLS[asset]}").any():
        raise PayloadChanged(f"The answer for {asset} holds another series.")
    values = numbers(cells["OBS_VALUE"])
    cells, values = cells[values.notna()], values.dropna()  # a gap may be without a day, too
    return observed(days(cells["TIME_PERIOD"], "%Y-%m-%d"), asset, "ecb", {"ciss": values})
