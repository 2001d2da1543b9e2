"""mempool.space: how hard the Bitcoin network works, and how hard the chain makes it.

- One question brings the whole window, hash rate and difficulty together; a window reaches back from now.
- Times are seconds. A hash rate is stamped with the midnight at which its day ENDED (the backend counts the blocks of
  the day before), so that the newest stamp is today's and its day is over.
- The hash rate is in H/s; whole numbers above 2^53 and E-notation mix. 0 stands where no block was found: a gap.
- With ``all`` comes the genesis block, at its own time of day among the midnights.
- A difficulty is stamped with the time of its epoch's first block, and only those that changed are listed.
- Limits are not published: a 429, then a ban. A node that is syncing may answer with old numbers.
"""

from typing import Any

import pandas as pd

from data_sources import wire
from data_sources.contract import tidy
from data_sources.errors import NothingPublished, PayloadChanged
from data_sources.reading import moments, numbers, observed, on_grid, records

URL = "https://mempool.space/api/v1/mining/hashrate"
SYMBOLS = {"BTC": "bitcoin"}
ENTITY = "mempool"
CHAIN = "bitcoin"
"""A difficulty is a fact of the chain, whoever reports it."""
WINDOWS = {"1m": 28, "3m": 89, "6m": 181, "1y": 365, "2y": 730, "3y": 1095}
"""Window to the days that it has at least; ``all`` has everything since 2009."""
GENESIS = pd.Timestamp("2009-01-03T18:15:05Z")
EPOCH = 2016
"""Blocks between two changes of the difficulty."""
DAY = pd.Timedelta("1D")


def fetch_mining(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> Any:
    """Ask for the shortest window that reaches back to ``start``; it ends with the present, as ``end`` should."""
    wanted = (end - start).ceil("D").days
    window = next((name for name, days in WINDOWS.items() if wanted <= days), "all")
    return wire.json(f"{URL}/{window}")


def parse_mining(payload: Any, asset: str) -> pd.DataFrame:
    """Read the hash rate of each day and the difficulty of each epoch.

    Returns
    -------
    DataFrame, tidy
        ``hash_rate`` in H/s by UTC day, entity mempool; ``difficulty`` from the epoch's first block on, entity bitcoin.

    Raises
    ------
    PayloadChanged
        Also when a difficulty does not begin with an epoch's first block.
    NothingPublished
        Without any hash rate.
    """
    rates = parse_hash_rate(payload, asset)
    if payload["difficulty"] == []:  # a window of days may hold no change
        return rates
    return tidy(pd.concat([rates, parse_difficulty(payload, asset)], ignore_index=True))


def parse_hash_rate(payload: Any, asset: str) -> pd.DataFrame:
    """Read the hash rate alone; see ``parse_mining``."""
    rows = records(payload["hashrates"], ("timestamp", "avgHashrate"), asset)
    stamps, rates = moments(rows["timestamp"], "s"), numbers(rows["avgHashrate"])
    daily = stamps != GENESIS
    if not daily.any():
        raise NothingPublished(f"The answer for {asset} has no day.")
    days = on_grid(stamps[daily], "D") - DAY
    return observed(days, asset, ENTITY, {"hash_rate": rates[daily].where(rates[daily] != 0)})


def parse_difficulty(payload: Any, asset: str) -> pd.DataFrame:
    """Read the difficulty alone; see ``parse_mining``. Times are cut to the minute, as the chain's history has them."""
    rows = records(payload["difficulty"], ("time", "height", "difficulty"), asset)
    if (numbers(rows["height"]) % EPOCH != 0).any():
        raise PayloadChanged("A difficulty does not begin with the first block of an epoch.")
    times = moments(rows["time"], "s").dt.floor("min")
    return observed(times, asset, CHAIN, {"difficulty": numbers(rows["difficulty"])})
