"""Mining: what a coin costs to make and what the hardware earns.

The model is Hayes': a miner goes on while a day of a rig earns more than its electricity costs. Everything
here follows from one line, ``cost = c · e · difficulty · 2^32 / (subsidy · 3.6e18)``: c in USD per kWh, e in
joules per terahash. https://doi.org/10.1080/13504851.2018.1488040
"""

from typing import TypeVar

import numpy as np
import pandas as pd

ELECTRICITY = 0.05
"""USD per kWh: what JPMorgan and Cambridge assume. https://ccaf.io/cbeci/index/methodology"""
EFFICIENCY = 31.8
"""J/TH read off five published JPMorgan estimates (92, 94, 90, 90 and 77 thousand USD, 2025-10 to 2026-02).

A calibration, not a measurement: Cambridge's own fleet estimate for those months is near 22 J/TH.
"""
Numbers = TypeVar("Numbers", float, pd.Series)

HASHES_PER_DIFFICULTY = 2.0**32
SECONDS_PER_DAY = 86_400
BLOCK_SECONDS = 600
JOULES_PER_KWH_AND_HASHES_PER_TERAHASH = 3.6e6 * 1e12
PETAHASH = 1e15
HOURS_PER_DAY = 24

HALVINGS = {"2012-11-28": 210_000, "2016-07-09": 420_000, "2020-05-11": 630_000, "2024-04-20": 840_000}
"""UTC date and height of the blocks that halved the subsidy."""
FIRST_SUBSIDY = 50.0
BLOCKS_PER_HALVING = 210_000
SUBSIDY_KNOWN_UNTIL = "2028-03-01"
"""The fifth halving is due in spring 2028: before that its date must become a row of HALVINGS."""

EPOCH_LIMIT = pd.Timedelta(days=35)
"""Longest an epoch's difficulty is taken to be in force; the longest since 2012 lasted 20 days (mid-2021)."""
FLEET_LIMIT = pd.Timedelta(days=366)
"""Longest a month's fleet efficiency is carried forward; fleets improve by about a fifth a year."""
REGRESSION_START = "2016-01-01"
REGRESSION_MINIMUM = 365
"""Days of data before the regression is shown."""


def subsidy(days: pd.DatetimeIndex) -> pd.Series:
    """Coins per block in force at the end of each day, BTC.

    Parameters
    ----------
    days : DatetimeIndex of shape (n_days,), UTC

    Returns
    -------
    Series of shape (n_days,), BTC per block
        NaN from SUBSIDY_KNOWN_UNTIL on: a date nobody knows yet is not guessed.
    """
    dates = pd.DatetimeIndex(list(HALVINGS), tz="UTC")
    halved = dates.searchsorted(days, side="right")
    heights = np.array([0, *HALVINGS.values()])
    coins = FIRST_SUBSIDY / 2.0 ** (heights[halved] // BLOCKS_PER_HALVING)
    return pd.Series(np.where(days < pd.Timestamp(SUBSIDY_KNOWN_UNTIL, tz="UTC"), coins, np.nan), index=days)


def difficulty_in_force(difficulty: pd.Series, days: pd.DatetimeIndex) -> pd.Series:
    """Difficulty of the epoch in force at the end of each day.

    Parameters
    ----------
    difficulty : Series of shape (n_epochs,)
        By the time of each epoch's first block, UTC.
    days : DatetimeIndex of shape (n_days,)

    Returns
    -------
    Series of shape (n_days,), float
        NaN before the first epoch and where the newest epoch held is older than EPOCH_LIMIT.
    """
    return _in_force(difficulty, difficulty.index, days, EPOCH_LIMIT)


def _in_force(values: pd.Series, since: pd.Index, days: pd.DatetimeIndex, limit: pd.Timedelta) -> pd.Series:
    """Last value whose time lies before the end of the day and at most `limit` before it."""
    starts, ends = pd.DatetimeIndex(since), days + pd.Timedelta(days=1)
    last = starts.searchsorted(ends, side="left") - 1
    # Floats from here on: difficulty times 2^32 overflows 64-bit integers without a warning.
    known = values.to_numpy(dtype="float64")
    result = np.full(len(days), np.nan)
    held = last >= 0
    fresh = held.copy()
    fresh[held] = ends[held] - starts[last[held]] <= limit
    result[fresh] = known[last[fresh]]
    return pd.Series(result, index=days)


def hayes_cost(
    difficulty: Numbers,
    coins_per_block: Numbers | float,
    efficiency: Numbers | float = EFFICIENCY,
    electricity: float = ELECTRICITY,
) -> Numbers:
    """Electricity per coin: the price at which a miner breaks even.

    Parameters
    ----------
    difficulty : float or Series
        Expected hashes per block / 2^32.
    coins_per_block : float or Series, BTC
    efficiency : float or Series, J/TH
        1 W per GH/s, Hayes' own unit, is 1,000 J/TH.
    electricity : float, USD per kWh

    Returns
    -------
    float or Series, USD per BTC
        Linear in difficulty, efficiency and electricity; a halving doubles it.
    """
    return (
        difficulty
        * HASHES_PER_DIFFICULTY
        * efficiency
        * electricity
        / (coins_per_block * JOULES_PER_KWH_AND_HASHES_PER_TERAHASH)
    )


def production_cost(
    difficulty: pd.Series, days: pd.DatetimeIndex, efficiency: float = EFFICIENCY, electricity: float = ELECTRICITY
) -> pd.Series:
    """Hayes' cost at the end of each day, with that day's difficulty and subsidy.

    Parameters
    ----------
    difficulty : Series of shape (n_epochs,)
        By the time of each epoch's first block, UTC.
    days : DatetimeIndex of shape (n_days,)
    efficiency : float, J/TH
    electricity : float, USD per kWh

    Returns
    -------
    Series of shape (n_days,), USD per BTC
        NaN where no epoch is in force.
    """
    return hayes_cost(difficulty_in_force(difficulty, days), subsidy(days), efficiency, electricity)


def fleet_efficiency_published(fleet_efficiency: pd.Series, days: pd.DatetimeIndex) -> pd.Series:
    """Fleet efficiency of the last month that has ended by each day, J/TH.

    Parameters
    ----------
    fleet_efficiency : Series of shape (n_months,), J/TH
        By the first day of each month; a month the publisher left out is carried over.
    days : DatetimeIndex of shape (n_days,)

    Returns
    -------
    Series of shape (n_days,), J/TH
        NaN before the first month has ended and FLEET_LIMIT after the last.
    """
    # A month is known once it is over: at the end of its last day.
    last_days = pd.DatetimeIndex(fleet_efficiency.index) + pd.offsets.MonthBegin(1) - pd.Timedelta(days=1)
    return _in_force(fleet_efficiency, last_days, days, FLEET_LIMIT)


def cambridge_style_cost(
    difficulty: pd.Series, fleet_efficiency: pd.Series, days: pd.DatetimeIndex, electricity: float = ELECTRICITY
) -> pd.Series:
    """Hayes' cost with Cambridge's fleet in place of the fitted constant, USD per BTC.

    Parameters
    ----------
    difficulty : Series of shape (n_epochs,)
    fleet_efficiency : Series of shape (n_months,), J/TH
        By the first day of each month; only months that have ended are used.
    days : DatetimeIndex of shape (n_days,)
    electricity : float, USD per kWh
    """
    efficiency = fleet_efficiency_published(fleet_efficiency, days)
    return hayes_cost(difficulty_in_force(difficulty, days), subsidy(days), efficiency, electricity)


def difficulty_regression(
    close: pd.Series,
    supply: pd.Series,
    difficulty: pd.Series,
    start: str = REGRESSION_START,
    minimum: int = REGRESSION_MINIMUM,
) -> pd.Series:
    """Price at which bitcoin's value is in line with its difficulty, refitted every day on the past alone.

    ``ln(close · supply) = a + b · ln(difficulty)`` by least squares over the days from `start` to the day
    itself; the line is ``exp(a + b · ln(difficulty)) / supply``.

    Parameters
    ----------
    close : Series of shape (n_days,), USD
    supply : Series, BTC
        By day; days without it are left out.
    difficulty : Series of shape (n_epochs,)
    start : str
        First day of the sample. It matters: in February 2026 a sample from 2014 gives 69,000 USD, one
        from 2016 87,000 and one from 2018 92,000.
    minimum : int
        Days of sample before a value is shown.

    Returns
    -------
    Series of shape (n_days,), USD
        On the days with all three inputs; NaN until the sample is long enough.
    """
    known = pd.concat([close, supply], axis=1, join="inner", keys=["close", "supply"]).loc[start:]
    days = pd.DatetimeIndex(known.index)
    known = known.assign(x=np.log(difficulty_in_force(difficulty, days))).dropna()
    if known.empty:
        return pd.Series(dtype="float64", index=days[:0])
    value = pd.Series(np.log(known["close"] * known["supply"]))
    # Measured from the first day: sums of large squares would cancel.
    x, y = known["x"] - known["x"].iloc[0], value - value.iloc[0]
    count = pd.Series(np.arange(1.0, len(x) + 1), index=x.index)
    spread = count * (x * x).cumsum() - x.cumsum() ** 2
    slope = (count * (x * y).cumsum() - x.cumsum() * y.cumsum()) / spread.where(spread > 0)
    fitted = (y.cumsum() - slope * x.cumsum()) / count + slope * x + value.iloc[0]
    return (np.exp(fitted) / known["supply"]).where(count >= minimum)


def longest_history(close: pd.Series, everybody: pd.DataFrame) -> pd.Series:
    """The series taken, and before it begins the median of what others published, USD.

    For the regression alone, whose sample begins before the exchange that the board follows.

    Parameters
    ----------
    close : Series of shape (n_days,), USD
    everybody : DataFrame of shape (n_days, n_entities), USD
    """
    if close.empty:
        return close
    earlier = everybody.median(axis=1).dropna().loc[:close.index[0] - pd.Timedelta(days=1)]
    return pd.concat([earlier, close]) if len(earlier) else close


def network_hash_rate(difficulty: Numbers) -> Numbers:
    """Hashes per second at which blocks come every ten minutes, H/s."""
    return difficulty * HASHES_PER_DIFFICULTY / BLOCK_SECONDS


def hashprice(close: Numbers, coins_per_block: Numbers | float, difficulty: Numbers | float) -> Numbers:
    """What a petahash per second earns in a day, USD.

    Parameters
    ----------
    close : float or Series, USD per BTC
    coins_per_block : float or Series, BTC
        The subsidy alone, or subsidy times (1 + fees / subsidy) to count fees.
    difficulty : float or Series

    Returns
    -------
    float or Series, USD per PH/s per day
    """
    return close * coins_per_block * (SECONDS_PER_DAY * PETAHASH) / (difficulty * HASHES_PER_DIFFICULTY)


def hashcost(efficiency: float = EFFICIENCY, electricity: float = ELECTRICITY) -> float:
    """Electricity of a petahash per second for a day, USD: one PH/s at e J/TH draws e kilowatts."""
    return HOURS_PER_DAY * efficiency * electricity


def hashprice_of_day(close: pd.Series, difficulty: pd.Series) -> pd.Series:
    """Hashprice at each day's close, subsidy and difficulty in force, USD per PH/s per day; no fees."""
    days = pd.DatetimeIndex(close.index)
    return hashprice(close, subsidy(days), difficulty_in_force(difficulty, days))


def miner_margin(hashprice: pd.Series, efficiency: float = EFFICIENCY, electricity: float = ELECTRICITY) -> pd.Series:
    """Share of revenue left after electricity, a fraction below 1; negative below cost."""
    return 1 - hashcost(efficiency, electricity) / hashprice
