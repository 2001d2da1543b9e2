"""OFR: the Financial Stress Index of the Office of Financial Research, daily since 2000.

One file with all days; it takes no range. Ten columns, read by their names: the day, the index, and what it is made of by
category and by region. Lines end in CRLF. Business days of the US, two of them late.
"""

import csv
import io

import pandas as pd

from data_sources import wire
from data_sources.errors import NothingPublished, PayloadChanged
from data_sources.reading import days, numbers, observed, table

FILE = "https://www.financialresearch.gov/financial-stress-index/data/fsi.csv"
SYMBOLS: dict[str, str] = {"GLOBAL": "OFR FSI"}


def fetch_stress(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Ask for the whole file, whatever the range: there is no smaller one."""
    return wire.text(FILE)


def parse_stress(payload: str, asset: str) -> pd.DataFrame:
    """Read the index.

    Returns
    -------
    DataFrame of shape (n_days, 5), tidy
        Measure ``ofr_fsi``; 0 is average, positive is stress. Entity ofr. Past days can be revised.

    Raises
    ------
    PayloadChanged
        When the index's column is absent, a row has another number of cells than the header, or the last line is cut off.
    """
    lines = [line for line in csv.reader(io.StringIO(payload)) if line]
    if not lines:
        raise NothingPublished(f"The answer for {asset} has no rows.")
    if not payload.endswith("\n"):
        raise PayloadChanged(f"The answer for {asset} is cut off.")
    cells = table(lines[1:], lines[0], asset)
    return observed(days(cells["Date"], "%Y-%m-%d"), asset, "ofr", {"ofr_fsi": numbers(cells[SYMBOLS[asset]])})
