"""The sample board's simulated series: how the days between the facts of each one are made. No file is read here.

Series are keyed by (measure, asset, entity) and indexed by day without a zone, as the facts are.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_sources.simulate import Array, Reversion, bridge, confine, correlated, correlation, extremes, volatility

Key = tuple[str, str, str]
Series = dict[Key, pd.Series]

DAILY = "24/7"
"""Calendar of what has an observation on every day."""
SCALES: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "log": (np.log, np.exp),
    "logit": (lambda value: np.log(value / (100 - value)), lambda free: 100 / (1 + np.exp(-free))),
    "plain": (np.asarray, np.asarray),
}
"""There and back: from a value to where it moves freely."""


@dataclass(frozen=True)
class Bridge:
    """How the days between the facts of one series are made.

    Parameters
    ----------
    measure, asset, entity : str
        The series.
    calendar : str
        Name of the exchange calendar whose sessions it has, or ``DAILY``.
    digits : int
        Decimals of a simulated value.
    scale : str
        Where it moves freely: log (positive), logit (between 0 and 100) or plain.
    reverts : bool
        Pulled to a mean, as sentiment and volatility are; a price wanders.
    pace : str
        The volatility index that says which days are wild; empty where none is known.
    bounded_by : str
        Facts that bound it: those of its "year", where the year's extremes are among them, or "all".
    """

    measure: str
    asset: str
    entity: str
    calendar: str
    digits: int
    scale: str = "log"
    reverts: bool = False
    pace: str = ""
    bounded_by: str = "year"

    @property
    def key(self) -> tuple[str, str, str]:
        """The series, as facts and the board name it."""
        return self.measure, self.asset, self.entity


BRIDGES = (
    # Volatility first: it sets the pace of what follows.
    Bridge("level", "VIX", "cboe", "XNYS", 2, reverts=True),
    Bridge("dvol", "BTC", "deribit", DAILY, 2, reverts=True),
    Bridge("close", "BTC", "binance", DAILY, 2, pace="dvol"),
    Bridge("close", "ETH", "binance", DAILY, 2, pace="dvol"),
    Bridge("close", "BNB", "binance", DAILY, 3, pace="dvol"),
    Bridge("close", "SOL", "binance", DAILY, 3, pace="dvol"),
    Bridge("close", "XRP", "binance", DAILY, 4, pace="dvol"),
    Bridge("level", "SPX", "yahoo", "XNYS", 2, pace="VIX"),
    Bridge("level", "IXIC", "yahoo", "XNYS", 2, pace="VIX"),
    Bridge("level", "NDX", "yahoo", "XNYS", 2, pace="VIX"),
    Bridge("level", "HSI", "yahoo", "XHKG", 2, pace="VIX"),
    Bridge("level", "SSEC", "yahoo", "XSHG", 2, pace="VIX"),
    Bridge("close", "MSTR", "yahoo", "XNYS", 2, pace="dvol"),
    Bridge("close", "IBIT", "yahoo", "XNYS", 2, pace="dvol"),
    Bridge("fear_greed", "CRYPTO", "alternative.me", DAILY, 0, scale="logit", reverts=True),
    Bridge("funding_rate", "BTC", "binance", DAILY, 8, scale="plain", reverts=True, bounded_by="all"),
    Bridge("open_interest", "BTC", "all_venues", DAILY, -6, bounded_by="all", pace="dvol"),
    Bridge("open_interest", "ETH", "all_venues", DAILY, -6, bounded_by="all", pace="dvol"),
    *(
        Bridge(measure, asset, "binance", DAILY, -3, reverts=True, bounded_by="all")
        for measure in ("liquidations_long", "liquidations_short")
        for asset in ("BTC", "ETH")
    ),
)
PACES = {"VIX": ("level", "VIX", "cboe"), "dvol": ("dvol", "BTC", "deribit")}
RANGES = {
    ("close", "BTC"): ("open", "high", "low"),
    ("close", "ETH"): ("open", "high", "low"),
    ("close", "BNB"): ("open", "high", "low"),
    ("level", "SPX"): ("level_open", "level_high", "level_low"),
    ("level", "IXIC"): ("level_open", "level_high", "level_low"),
}
"""Closes that get an open, a high and a low."""
SUBSIDIES = {"2009-01-03": 50.0, "2012-11-28": 25.0, "2016-07-09": 12.5, "2020-05-11": 6.25, "2024-04-20": 3.125}
"""First day of each block subsidy, BTC; the halvings are facts of the chain."""


def sessions(calendar: str, days: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The days among ``days`` on which a calendar has an observation."""
    import exchange_calendars

    if calendar == DAILY:
        return days
    with warnings.catch_warnings():
        # exchange_calendars 4.13 still calls what pandas 3.1 has deprecated; the sessions it gives are right.
        warnings.simplefilter("ignore", pd.errors.Pandas4Warning)
        held = exchange_calendars.get_calendar(calendar, start=str(days[0])[:10], end=str(days[-1])[:10]).sessions
    return pd.DatetimeIndex(held).as_unit("us").intersection(days)


def walks(known: Series, days: pd.DatetimeIndex, rng: np.random.Generator) -> tuple[Series, Series]:
    """Walk every bridge of the table from its first fact to its last.

    Parameters
    ----------
    known : dict of key to Series
        The facts.
    days : DatetimeIndex
        Every day of the board.
    rng : numpy Generator

    Returns
    -------
    paths : dict of key to Series
        Values on every session, the facts' own where they stand.
    spreads : dict of key to Series
        The standard deviation of each step, where the path moves freely.

    Raises
    ------
    ValueError
        A fact falls on a day on which its exchange was closed: the table is wrong, and nothing is dropped silently.
    KeyError
        A series of the table has no facts.
    """
    free = {row.key: known[row.key].copy() for row in BRIDGES}
    for row in BRIDGES:
        free[row.key][:] = SCALES[row.scale][0](known[row.key].to_numpy())
    monthly = pd.DataFrame({key: facts.groupby(_days(facts).to_period("M")).last() for key, facts in free.items()})
    months = pd.period_range(monthly.index.min(), monthly.index.max(), freq="M")
    correlations = correlation(monthly.reindex(months).diff())
    shocks = pd.DataFrame(correlated(correlations, len(days), rng), days, pd.Index(list(free), tupleize_cols=False))
    paths: Series = {}
    spreads: Series = {}
    for row in BRIDGES:
        facts = free[row.key]
        dates = sessions(row.calendar, days[(days >= facts.index[0]) & (days <= facts.index[-1])])
        closed = facts.index.difference(dates)
        if len(closed):
            raise ValueError(f"{row.key}: no session on {', '.join(str(day)[:10] for day in closed)}, but a fact")
        path, line, spread = _walk(row, facts, shocks[row.key].reindex(dates), _pace(row, paths, dates))
        paths[row.key] = _settle(row, path, line, facts).mask(dates.isin(facts.index), known[row.key])
        spreads[row.key] = spread
    return paths, spreads


def _walk(row: Bridge, facts: pd.Series, shocks: pd.Series, pace: Array) -> tuple[pd.Series, pd.Series, pd.Series]:
    """One path through its facts, the calm line through them, and the spread of each step; where it moves freely."""
    dates = _days(shocks)
    at, knots, usual = dates.get_indexer(facts.index), facts.to_numpy(), ~_picked(row, facts)
    if row.reverts:
        pull = Reversion.fit(at[usual], knots[usual])
        free, mean, speed = pull.free(shocks.to_numpy()), pull.mean, pull.speed
        spread, clock = np.full(len(dates), pull.step), np.arange(len(dates), dtype=float)
    else:
        spread = volatility(at[usual], knots[usual], dates) * pace
        free, mean, speed = (spread * shocks.to_numpy()).cumsum(), 0.0, 0.0
        clock = (spread**2).cumsum()
    path, line = (mean + bridge(start, at, knots - mean, clock, speed) for start in (free, np.zeros_like(free)))
    return pd.Series(path, dates), pd.Series(line, dates), pd.Series(spread, dates)


def _days(series: pd.Series) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(series.index)


def _pace(row: Bridge, paths: Series, dates: pd.DatetimeIndex) -> Array:
    """How wild each day is beside its own year, from implied volatility; 1 where none is known."""
    if not row.pace:
        return np.ones(len(dates))
    implied = paths[PACES[row.pace]]
    beside = implied / implied.rolling("365D", center=True).mean()
    return beside.reindex(dates.union(_days(beside))).ffill().reindex(dates).fillna(1.0).to_numpy()


def _picked(row: Bridge, facts: pd.Series) -> npt.NDArray[np.bool_]:
    """Facts that are in the table because they are their year's extremes; counting them would overstate volatility."""
    if row.bounded_by == "all":
        return np.zeros(len(facts), dtype=bool)
    years = facts.groupby(_days(facts).year)
    return ((facts == years.transform("min")) | (facts == years.transform("max"))).to_numpy()


def _settle(row: Bridge, path: pd.Series, line: pd.Series, facts: pd.Series) -> pd.Series:
    """Keep a path inside what is known of its extremes, bring it back to its own scale and round it."""
    dates = _days(path)
    high, low = (pd.Series(bound, dates) for bound in (facts.max(), facts.min()))
    if row.bounded_by == "year":
        years = facts.groupby(_days(facts).year).agg(["min", "max"]).loc[dates.year]
        low, high = years["min"].set_axis(dates), years["max"].set_axis(dates)
        if not row.reverts:
            # A simulated day stays below the record that stands two facts on: below the next one alone it would lie flat
            # on its bound while the market was rising.
            record = facts.cummax().shift(-1).fillna(facts.max())
            high = high.clip(upper=record.reindex(dates, method="bfill"))
    back, unit = SCALES[row.scale][1], 10.0**-row.digits
    settled = back(confine(*(part.to_numpy() for part in (path, line, low, high)))).round(row.digits)
    # Rounding may reach the extreme, which belongs to the fact.
    settled = np.where(settled > back(high.to_numpy()) - unit / 2, settled - unit, settled)
    settled = np.where(settled < back(low.to_numpy()) + unit / 2, settled + unit, settled)
    return pd.Series(settled.round(row.digits), dates)


def ranges(paths: Series, spreads: Series, known: Series, rng: np.random.Generator) -> Series:
    """Open, high and low of the days of ``RANGES``; a day whose open is not known opens where the last one closed."""
    keys = [key for key in paths if key[:2] in RANGES]
    moves = pd.DataFrame({key: paths[key].pct_change() for key in keys})
    together = correlation(moves)
    shocks = np.stack([correlated(together, len(moves), rng) for _ in range(4)])
    made: Series = {}
    for column, key in enumerate(keys):
        names = [(measure, *key[1:]) for measure in RANGES[key[:2]]]
        closes, spread = paths[key].iloc[1:], spreads[key].iloc[1:]
        opens = paths[key].shift().iloc[1:]
        opens = known.get(names[0], opens).reindex(opens.index).fillna(opens)
        drawn = shocks[:, moves.index.get_indexer(closes.index), column]
        high, low = extremes(opens.to_numpy(), closes.to_numpy(), spread.to_numpy(), drawn)
        unit = 10.0 ** next(row.digits for row in BRIDGES if row.key == key)
        # Rounded outwards, so that the open and the close stay inside.
        for name, prices in zip(names, (opens, np.ceil(high * unit) / unit, np.floor(low * unit) / unit), strict=True):
            made[name] = pd.Series(np.asarray(prices), closes.index)
    return made


def chain(known: Series, days: pd.DatetimeIndex, rng: np.random.Generator) -> Series:
    """Coins issued so far and hash rate, from one count of the blocks found each day.

    Notes
    -----
    Blocks are found at random, 144 a day if difficulty is right; the count is scaled so that the coins of each stretch
    between two facts come out. Hash rate is what finds that many blocks at the difficulty in force.
    """
    supply, difficulty = known["supply", "BTC", "bitcoin"], known["difficulty", "BTC", "bitcoin"]
    dates = days[(days > supply.index[0]) & (days <= supply.index[-1])]
    blocks = rng.poisson(144, len(dates)).astype(float)
    halvings = pd.DatetimeIndex(list(SUBSIDIES))
    issued = blocks * np.array(list(SUBSIDIES.values()))[np.searchsorted(halvings, dates, side="right") - 1]
    stretch = np.searchsorted(_days(supply), dates)
    scale = np.diff(supply.to_numpy())[stretch - 1] / np.bincount(stretch, issued)[stretch]
    coins = pd.Series((supply.iloc[0] + (issued * scale).cumsum()).round(2), dates)
    found = pd.Series(blocks * scale, dates)
    work = difficulty.reindex(dates, method="ffill") * 2.0**32
    return {
        ("supply", "BTC", "bitcoin"): coins,
        ("hash_rate", "BTC", "bitcoin"): (found * work / 86_400).round(-16).dropna(),
    }
