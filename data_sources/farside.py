"""Farside Investors: what went into and out of each spot fund, by US session.

A page for people, not an interface; one table of class ``etf``.

- US$ millions, thousands with commas, money out in parentheses.
- "-" or a blank is not reported yet and no zero; 0.0 is a zero. The open session stands there with dashes only and a
  Total of 0.0, a session half reported with the Total of that half, so that the Total is never read as data.
- A column is a fund when the row of tickers says so. Funds are added in the middle (MSBT in 2026): place means nothing.
- Above the days stand Fee and similar rows, below them Total, Average, Maximum and Minimum.
- Flows of a session are printed overnight, US time, fund by fund.
- /btc/ and /eth/ have about the last three weeks, the all-data pages everything since each market began.
"""

import re
from html.parser import HTMLParser

import pandas as pd

from data_sources import wire
from data_sources.contract import tidy
from data_sources.errors import NothingPublished, PayloadChanged
from data_sources.reading import days, numbers

URL = "https://farside.co.uk"
SYMBOLS = {"BTC": "btc", "ETH": "eth"}
LONG_PAGES = {"BTC": "bitcoin-etf-flow-all-data", "ETH": "ethereum-etf-flow-all-data"}
SHORT = pd.Timedelta("14D")
"""The short page holds a dozen sessions at least."""
MILLION = 1e6
NEWEST = 5
"""Rows in which no misprint is put up with."""
MISPRINTS = 0.01
"""Fraction of all rows in which one is."""
ROUNDING = 0.1
"""US$ millions by which one printed number may move the sum; each is rounded to one decimal."""
SUMMARIES = {"Total", "Average", "Maximum", "Minimum"}
ASIDE = SUMMARIES | {"Fee", "Seed", "Staking"}
"""Rows that are no day."""
TICKER = re.compile(r"[A-Z]{2,6}")
DAY_LABEL = re.compile(r"\d{1,2} \w+ \d{4}")


def fetch_flows(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Ask for the page that reaches back to ``start``; both pages end with the present, as ``end`` should."""
    page = SYMBOLS[asset] if end - start <= SHORT else LONG_PAGES[asset]
    return wire.text(f"{URL}/{page}/", html=True)


def parse_flows(payload: str, asset: str) -> pd.DataFrame:
    """Read creations less redemptions per fund.

    Returns
    -------
    DataFrame, tidy
        ``net_flow`` in USD per day, positive is money in; the entity is the fund's ticker. A fund that has not reported
        has no row.

    Raises
    ------
    PayloadChanged
        Without the table, with one cut off, with other columns, or where a row's funds do not add up to its Total.
    NothingPublished
        When no fund has reported.
    """
    rows = _rows(payload, asset)
    first = next((place for place, row in enumerate(rows) if row and DAY_LABEL.fullmatch(row[0])), len(rows))
    funds = _funds(rows[:first], asset)
    printed = [row for row in rows[first:] if any(row)]
    if first == len(rows):
        _closed([row[0] for row in rows if row], asset)
        raise NothingPublished(f"The table for {asset} has no day.")
    _closed([row[0] for row in printed], asset)
    dated = [row for row in printed if row[0] not in ASIDE]
    if any(len(row) != len(funds) + 2 for row in printed):
        raise PayloadChanged(f"A row for {asset} does not have the {len(funds) + 2} cells of the header.")
    times = days([row[0] for row in dated], "%d %b %Y")
    cells = pd.DataFrame({name: numbers([_signed(row[place]) for row in dated]) for place, name in enumerate([*funds, "Total"], 1)})
    _add_up(cells, funds, asset)
    wide = (cells[funds] * MILLION).round().assign(time=times)
    long = wide.melt("time", var_name="entity", value_name="value").dropna(subset="value")
    if long.empty:
        raise NothingPublished(f"No fund of {asset} has reported.")
    long["entity"] = long["entity"].astype("str")
    return tidy(long.drop_duplicates(["time", "entity"], keep="last").assign(measure="net_flow", asset=asset))


def _rows(page: str, asset: str) -> list[list[str]]:
    """Take the texts of the table's cells, row by row."""
    reader = _Table()
    reader.feed(page)
    reader.close()
    if not reader.found:
        raise PayloadChanged(f"The page for {asset} has no table of flows.")
    if reader.inside:
        raise PayloadChanged(f"The page for {asset} is cut off within its table.")
    return [[" ".join(cell.split()) for cell in row] for row in reader.rows]


def _funds(head: list[list[str]], asset: str) -> list[str]:
    """Tickers in the order of their columns; they stand in the row below the one that names the last column Total."""
    named = [place for place, row in enumerate(head) if "Total" in row and row[0] == ""]
    if len(named) != 1 or len(head) < named[0] + 2:
        raise PayloadChanged(f"The table for {asset} has no header that names a Total and the funds.")
    names, tickers = head[named[0]], head[named[0] + 1]
    funds = tickers[1:-1]
    if names.index("Total") != len(names) - 1 or len(tickers) != len(names) or tickers[0] or tickers[-1] not in ("", "Total"):
        raise PayloadChanged(f"The columns for {asset} are not the funds and then their Total.")
    if not funds or len(set(funds)) != len(funds) or not all(TICKER.fullmatch(name) for name in funds):
        raise PayloadChanged(f"The header for {asset} does not name each fund once by its ticker.")
    return funds


def _closed(labels: list[str], asset: str) -> None:
    """Refuse a table that does not end with its summary: the newest days may be what is missing."""
    if not SUMMARIES.issuperset(labels[-1:]) or "Total" not in labels:
        raise PayloadChanged(f"The table for {asset} does not end with its Total.")


def _signed(cell: str) -> str:
    """Write money out with a minus."""
    return f"-{cell[1:-1]}" if cell.startswith("(") and cell.endswith(")") else cell


def _add_up(cells: pd.DataFrame, funds: list[str], asset: str) -> None:
    """Compare each row that all funds reported with its printed Total; columns that moved do not add up.

    A single misprint of long ago does not keep years of flows away; one in the newest week does.
    """
    whole = cells.notna().all(axis=1)
    apart = (cells.loc[whole, funds].sum(axis=1) - cells.loc[whole, "Total"]).abs()
    wrong = apart > ROUNDING * len(funds) + 1e-6
    if wrong.iloc[-NEWEST:].any() or wrong.mean() > MISPRINTS:
        raise PayloadChanged(f"The funds of {asset} do not add up to their Total: the columns have moved.")


class _Table(HTMLParser):
    """Collects the cells of the first table of class ``etf``."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.found = False
        self.inside = False
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open the table, a row or a cell."""
        if tag == "table" and not self.found and "etf" in (dict(attrs).get("class") or "").split():
            self.found = self.inside = True
        elif self.inside and tag == "tr":
            self.rows.append([])
        elif self.inside and tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        """Close the cell or the table."""
        if tag in ("td", "th", "tr"):
            self._in_cell = False
        elif tag == "table":
            self.inside = False

    def handle_data(self, data: str) -> None:
        """Add to the open cell."""
        if self.inside and self._in_cell:
            self.rows[-1][-1] += data
