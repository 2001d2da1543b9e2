"""Miners: who earns too little, who switches off, who is under water, and what the price did afterwards."""

import math

import numpy as np
import pandas as pd

from indicators.mining import ELECTRICITY, HOURS_PER_DAY, fleet_efficiency_published
from indicators.spells import spells

FLEET_SPREAD = 0.30
"""Standard deviation of the logarithm of J/TH over the fleet's hash rate.

It puts nine tenths of the hash rate between 0.58 and 1.57 times the mean: 13 to 35 J/TH around a mean of
22, from an Antminer S21 XP (13.5) to an S19 (34.5). An assumption that brackets the machines on sale and
in use, not a survey.
"""
EPISODE = ("start", "end", "days", "depth", "deepest", "price_at_start", "running")
RIBBON = (30, 60)
"""Days of the two averages of the hash ribbons."""


def puell_multiple(close: pd.Series, supply: pd.Series, window: int = 365) -> pd.Series:
    """Value of the coins issued today over its average of the last year.

    Parameters
    ----------
    close : Series of shape (n_days,), USD
    supply : Series, BTC
        Coins issued so far, by day; a gap leaves the day out.
    window : int
        Observations in the average, today included.

    Returns
    -------
    Series, multiple
        Low when miners earn little for their year. NaN until the window is full.
    """
    yesterday = supply.index.to_series().diff() == pd.Timedelta(days=1)
    issued = supply.diff().where(yesterday)
    revenue = pd.concat([close, issued], axis=1, join="inner").dropna().prod(axis=1)
    return revenue / revenue.rolling(window).mean()


def hash_ribbons(hash_rate: pd.Series, windows: tuple[int, int] = RIBBON) -> pd.DataFrame:
    """Whether miners are switching off: the short average of hash rate below the long one.

    Parameters
    ----------
    hash_rate : Series of shape (n_days,), H/s
    windows : (int, int)
        Days of the short and of the long average.

    Returns
    -------
    DataFrame of shape (n_days, 4)
        short, long (H/s, NaN until full), capitulation (bool) and recovery (bool: the day the short
        average crosses back above).
    """
    short, long = (hash_rate.rolling(window).mean() for window in windows)
    capitulation = short < long
    recovery = (short >= long) & capitulation.shift(fill_value=False)
    return pd.DataFrame({"short": short, "long": long, "capitulation": capitulation, "recovery": recovery})


def hash_rate_under_water(
    hashprice: pd.Series, fleet_efficiency: pd.Series, electricity: float = ELECTRICITY, spread: float = FLEET_SPREAD
) -> pd.Series:
    """Share of the network's hash rate that loses money on electricity alone.

    The fleet's J/TH is taken as lognormal with Cambridge's published figure as its mean and `spread` as the
    standard deviation of its logarithm. A machine loses money when its J/TH exceeds
    ``hashprice / (24 · electricity)``; everyone pays the same electricity price.

    Parameters
    ----------
    hashprice : Series of shape (n_days,), USD per PH/s per day
    fleet_efficiency : Series of shape (n_months,), J/TH
        By the first day of each month; only months that have ended are used.
    electricity : float, USD per kWh
    spread : float
        Standard deviation of ln(J/TH); an assumption, explained at FLEET_SPREAD.

    Returns
    -------
    Series of shape (n_days,), fraction in [0, 1]
        NaN where no month has been published yet.
    """
    if spread <= 0:
        raise ValueError(f"the fleet's spread must be positive, not {spread}")
    mean = fleet_efficiency_published(fleet_efficiency, pd.DatetimeIndex(hashprice.index))
    break_even = hashprice / (HOURS_PER_DAY * electricity)
    distance = (np.log(break_even) - (np.log(mean) - spread**2 / 2)) / spread
    return distance.map(lambda z: math.erfc(z / math.sqrt(2)) / 2, na_action="ignore").astype("float64")


def episodes_below(price: pd.Series, cost: pd.Series, horizons: tuple[int, ...] = (30, 90, 180, 365)) -> pd.DataFrame:
    """Spells with the price below a cost line, and what the price did afterwards.

    Parameters
    ----------
    price, cost : Series of shape (n_days,), USD
        Days without both are left out.
    horizons : tuple of int
        Days after the start and after the end at which the price is looked up.

    Returns
    -------
    DataFrame of shape (n_episodes, 7 + 2 n_horizons), oldest first
        start, end (the last day below; NaT while running), days (from start to end, both included),
        depth (lowest price / cost - 1), deepest (its day), price_at_start, running, and for each horizon n
        after_start_n and after_end_n: the change of the price in the n days after the start or the end, a
        fraction, NaN where that day is not held or has not come.
    """
    known = pd.concat([price, cost], axis=1, join="inner", keys=["price", "cost"]).dropna()
    gap = known["price"] / known["cost"] - 1
    days = pd.DatetimeIndex(known.index)
    rows = []
    for start, stop in spells((gap < 0).to_numpy()):
        first, last, running = days[start], days[stop - 1], stop == len(days)
        rows.append({
            "start": first,
            "end": pd.NaT if running else last,
            "days": (last - first).days + 1,
            "depth": gap.iloc[start:stop].min(),
            "deepest": days[start + int(gap.iloc[start:stop].argmin())],
            "price_at_start": known["price"].iloc[start],
            "running": running,
            **{f"after_start_{ahead}": _change_after(known["price"], first, ahead) for ahead in horizons},
            **{f"after_end_{ahead}": math.nan if running else _change_after(known["price"], last, ahead)
               for ahead in horizons},
        })
    columns = [*EPISODE, *(f"after_{edge}_{ahead}" for edge in ("start", "end") for ahead in horizons)]
    table = pd.DataFrame(rows, columns=columns)
    for date in ("start", "end", "deepest"):
        table[date] = pd.to_datetime(table[date], utc=True)
    return table


def _change_after(price: pd.Series, day: pd.Timestamp, days: int) -> float:
    later = day + pd.Timedelta(days=days)
    return float(price[later] / price[day] - 1) if later in price.index else math.nan
