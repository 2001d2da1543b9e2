"""Gate: liquidations of its own USDT perpetuals, day by day.

What a newcomer must know:

- the statistics of a contract come oldest first, at most 100 rows at once, from ``from`` on; times are in *seconds* (ccxt's own
  ``fetch_liquidations`` sends milliseconds, which asks for a year far away);
- the last row is the day still open. It, and now and then an older one, is partial: nothing was counted yet, and its zeros
  are no zeros. What tells is the takers' ratio, which is 0 only there: no day passes without a trade;
- figures of takers were added years after the others, so that only ``lsr_taker`` can be relied on in old rows;
- one venue's liquidations are a small part of all; they belong beside a history of their own, never in the row of another venue.
"""

from typing import Any

import pandas as pd

from data_sources import venues
from data_sources.paging import onward
from data_sources.reading import moments, numbers, observed, on_grid, records

ENTITY = "gate"
SYMBOLS = {"BTC": "BTC_USDT", "ETH": "ETH_USDT"}
PAGE = 100
DAY = 86_400
"""Seconds."""


def fetch_liquidations(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[list[Any]]:
    """Ask for the daily statistics of a perpetual from the day of ``start`` to that of ``end``.

    Returns
    -------
    list of pages
        Each a list of up to 100 rows, oldest first.
    """
    client = venues.exchange("gate")

    def ask(since: int) -> list[Any]:
        midnight = -(-since // DAY) * DAY  # the next one: the day before is known
        asked = {"settle": "usdt", "contract": SYMBOLS[asset], "interval": "1d", "limit": PAGE, "from": midnight}
        page: list[Any] = client.public_futures_get_settle_contract_stats(asked)
        return page

    def newest(page: list[Any]) -> int:
        return int(moments(records(page, ("time",), asset)["time"], "s").max().timestamp())

    return onward(ask, newest, int(start.floor("D").timestamp()), int(end.floor("D").timestamp()))


def parse_liquidations(payload: list[list[Any]], asset: str) -> pd.DataFrame:
    """Read the positions that were closed by force in each day.

    Parameters
    ----------
    payload : list of pages
        Rows with ``time`` in seconds, ``long_liq_usd`` and ``short_liq_usd``, and ``lsr_taker``, bought by takers per sold.

    Returns
    -------
    DataFrame
        Tidy; liquidations_long and liquidations_short, USD of notional in the day, both positive. A partial row is a gap;
        0 in a whole one is a day without liquidations.
    """
    columns = ("time", "long_liq_usd", "short_liq_usd", "lsr_taker")
    rows = records([row for page in payload for row in page], columns, asset)
    times = on_grid(moments(rows["time"], "s"), "D")
    counted = numbers(rows["lsr_taker"]) > 0
    liquidated = {f"liquidations_{side}": numbers(rows[f"{side}_liq_usd"]).where(counted) for side in ("long", "short")}
    return observed(times, asset, ENTITY, liquidated)
