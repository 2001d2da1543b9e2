"""Flows: what exchange-traded funds took in and paid out.

A fund publishes a day after the day, and not all funds at the same hour. A total over funds is a number
only once every fund that still publishes has one; until then it is an unfinished sum.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from indicators.spells import run_length

PATIENCE = 10
"""Rows after which a fund that publishes nothing counts as closed, and no longer holds up the total."""
WEEK_OF_SESSIONS, MONTH_OF_SESSIONS = 5, 20
"""Reported days in a rolling sum: about a week and a month of trading."""
ETHER_SINCE = pd.Timestamp("2024-07-23", tz="UTC")
"""First trading day of the US spot ether funds."""


def complete_days(funds: pd.DataFrame, patience: int = PATIENCE) -> pd.DatetimeIndex:
    """Days on which every fund that reported in the last `patience` rows, the day included, has a number.

    Parameters
    ----------
    funds : DataFrame of shape (n_days, n_funds), USD per day
        Net flow per fund; NaN is not reported, 0 is reported and zero.
    patience : int
        Rows over which a fund is expected to go on reporting.

    Returns
    -------
    DatetimeIndex
        A new fund counts from its first number on; a closed one delays the total by `patience` - 1 rows.
    """
    if patience < 1:
        raise ValueError(f"patience is at least one row, not {patience}")
    reported = funds.notna().to_numpy()
    expected = reported.copy()
    for rows in range(1, min(patience, len(funds))):
        expected[rows:] |= reported[:-rows]
    return funds.index[(reported == expected).all(axis=1) & reported.any(axis=1)]


def total(funds: pd.DataFrame, patience: int = PATIENCE) -> pd.Series:
    """Net flow over all funds on complete days, USD per day; positive is money in."""
    return funds.sum(axis=1).loc[complete_days(funds, patience)]


def reported(funds: pd.DataFrame, patience: int = PATIENCE) -> pd.Series:
    """Net flow over the funds that have a number, on every day up to the newest complete one, USD per day.

    A day that stays incomplete has nothing to wait for once a later day is complete: what was reported on
    it is a flow all the same, and sums over several days count it.
    """
    complete = complete_days(funds, patience)
    return funds.sum(axis=1).loc[: complete[-1]] if len(complete) else total(funds, patience)


def on_complete_days(
    funds: pd.DataFrame, statistic: Callable[[pd.Series], pd.Series], patience: int = PATIENCE
) -> pd.Series:
    """A running statistic over all reported flows, told on complete days only.

    Parameters
    ----------
    funds : DataFrame of shape (n_days, n_funds), USD per day
    statistic : callable
        Running: its value at a day uses days up to it (`month_to_date`, `rolling_sum`, `outflow_streak`).
    patience : int
        As in `complete_days`.
    """
    return statistic(funds.sum(axis=1)).loc[complete_days(funds, patience)]


def cumulative(net_flow: pd.Series) -> pd.Series:
    """Sum of all flows so far, USD."""
    return net_flow.cumsum()


def outflow_streak(net_flow: pd.Series) -> pd.Series:
    """Reported days in a row with money leaving, up to and including each day; a zero ends it."""
    return run_length(net_flow < 0)


def _months(days: pd.Index) -> pd.DatetimeIndex:
    """First day of each day's month."""
    dates = pd.DatetimeIndex(days).floor("D")
    return dates - pd.TimedeltaIndex(pd.to_timedelta(dates.day - 1, unit="D"))


def month_to_date(net_flow: pd.Series) -> pd.Series:
    """Sum since the first of the month, USD."""
    return net_flow.groupby(_months(net_flow.index)).cumsum()


def together_month_to_date(bitcoin: pd.DataFrame, ether: pd.DataFrame) -> pd.Series:
    """Month to date over both markets, on days complete in both; before there were ether funds, over bitcoin's alone, USD.

    Parameters
    ----------
    bitcoin, ether : DataFrame of shape (n_days, n_funds), USD per day
        Net flow per fund; NaN is not reported.

    Notes
    -----
    From ETHER_SINCE on, a day without ether's numbers is left out: bitcoin's sum alone would pass for that of both.
    """
    sums = [on_complete_days(funds, month_to_date) for funds in (bitcoin, ether)]
    both = pd.concat(sums, axis=1, join="inner").sum(axis=1, skipna=False)
    return pd.concat([sums[0][sums[0].index < ETHER_SINCE], both[both.index >= ETHER_SINCE]])


def pace_calendar(month_to_date: pd.Series) -> pd.Series:
    """Where the month would end if its remaining calendar days went like the days so far, USD.

    This is JPMorgan's way: 96 bn by the 18th of a 30-day month is a pace of 160 bn.
    """
    days = pd.DatetimeIndex(month_to_date.index)
    return month_to_date * days.days_in_month / days.day


def pace_trading(month_to_date: float, elapsed: int, sessions: int) -> float:
    """Where the month would end if its remaining sessions went like the elapsed ones, USD.

    Parameters
    ----------
    month_to_date : float, USD
    elapsed, sessions : int
        Sessions so far, and sessions of the whole month by the exchange's calendar.
    """
    if not 0 < elapsed <= sessions:
        raise ValueError(f"{elapsed} of {sessions} sessions is no part of a month")
    return month_to_date * sessions / elapsed


def monthly(net_flow: pd.Series) -> pd.DataFrame:
    """Flows by calendar month.

    Parameters
    ----------
    net_flow : Series of shape (n_days,), USD per day

    Returns
    -------
    DataFrame of shape (n_months, 4), indexed by the first day of the month, UTC
        net_flow (USD), days (reported), running (the last month, while its last business
        day has not reported) and record (worse than every completed month before it; the first month cannot be one).
    """
    by_month = net_flow.groupby(_months(net_flow.index))
    table = pd.DataFrame({"net_flow": by_month.sum(), "days": by_month.count()})
    # A month that ends on a weekend is over with its last business day.
    over = pd.DatetimeIndex(table.index) + pd.offsets.BMonthEnd(0) <= net_flow.index.max()
    table["running"] = ~over & (table.index == table.index.max())
    table["record"] = table["net_flow"] < table["net_flow"].cummin().shift()
    return table


def rolling_sum(net_flow: pd.Series, days: int = MONTH_OF_SESSIONS) -> pd.Series:
    """Sum over the last reported days, USD; NaN until that many are held."""
    known = net_flow.to_numpy(dtype="float64")
    sums = np.full(len(known), np.nan)
    if days < 1:
        raise ValueError(f"a sum runs over at least one day, not {days}")
    if len(known) >= days:
        sums[days - 1 :] = np.lib.stride_tricks.sliding_window_view(known, days).sum(axis=1)
    return pd.Series(sums, index=net_flow.index)


def by_fund(funds: pd.DataFrame, spans: tuple[int, ...] = (1, WEEK_OF_SESSIONS, MONTH_OF_SESSIONS)) -> pd.DataFrame:
    """Flow of each fund over the last days, up to the newest complete one, and since its launch.

    Parameters
    ----------
    funds : DataFrame of shape (n_days, n_funds), USD per day
        Net flow per fund; NaN is not reported.
    spans : tuple of int
        Reported days to add up, the last one included.

    Returns
    -------
    DataFrame of shape (n_funds, n_spans + 1), USD
        Columns are the spans and "all"; funds in order of "all", largest inflow first.
    """
    complete = complete_days(funds)
    told = funds.loc[: complete[-1]] if len(complete) else funds.iloc[:0]
    sums = {span: told.tail(span).sum() for span in spans}
    return pd.DataFrame(sums | {"all": told.sum()}).sort_values("all", ascending=False)
