"""Cboe: the VIX family by day, since 1990.

One CSV per index holds its whole history, oldest day first, and cannot be asked for less. VIX, VIX9D and VIX3M have
four columns of levels, VVIX and SKEW one that carries the index's name. VIX of 1990 and 1991 was computed once a day:
its open, high, low and close are one number. Days are MM/DD/YYYY. Lines of a preamble, such as a disclaimer, can stand
above the header. The day's row appears in the evening in Chicago.
"""

import csv

import pandas as pd

from data_sources import wire
from data_sources.errors import PayloadChanged
from data_sources.levels import levels
from data_sources.reading import days, numbers, observed, table

SYMBOLS: dict[str, str] = {name: name for name in ("VIX", "VIX9D", "VIX3M", "VVIX", "SKEW")}
FILES = "https://cdn.cboe.com/api/global/us_indices/daily_prices/"
BARS = ["DATE", "OPEN", "HIGH", "LOW", "CLOSE"]


def fetch_index(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Ask for an index's history; always all of it, whatever the range."""
    return wire.text(f"{FILES}{SYMBOLS[asset]}_History.csv")


def parse_index(payload: str, asset: str) -> pd.DataFrame:
    """Read an index's history.

    Returns
    -------
    DataFrame, tidy
        ``level`` and, where the file has four columns, ``level_open``, ``level_high`` and ``level_low``, in points. An
        empty cell is a gap; so is an open, high or low of 0.

    Raises
    ------
    PayloadChanged
        When there is no header, or another one; when the file breaks off within a line.
    NothingPublished
    """
    lines = [[cell.strip() for cell in line] for line in csv.reader(payload.lstrip("\ufeff").splitlines())]
    filled = [line for line in lines if any(line)]
    top = next((number for number, line in enumerate(filled) if line[0].upper() == "DATE"), None)
    if top is None:
        raise PayloadChanged(f"Cboe's file of {asset} has no header.")
    header = [cell.upper() for cell in filled[top]]
    if header not in (BARS, ["DATE", SYMBOLS[asset]]):
        raise PayloadChanged(f"Cboe's file of {asset} has the columns {', '.join(header)[:80]}.")
    rows = table(filled[top + 1 :], header, asset)
    times = days(rows["DATE"], "%m/%d/%Y")
    decimals = rows[header[-1]][rows[header[-1]] != ""].map(lambda cell: len(cell.partition(".")[2]))
    if decimals.iloc[:-1].nunique() == 1 and decimals.iloc[-1] < decimals.iloc[0]:
        raise PayloadChanged(f"Cboe's file of {asset} breaks off within a number.")
    if header == BARS:
        return levels(rows.rename(columns=str.lower), times, asset, "cboe")
    return observed(times, asset, "cboe", {"level": numbers(rows[SYMBOLS[asset]])})
