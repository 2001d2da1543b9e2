"""Treasuries: what a company that holds bitcoin paid, what the coins are worth, what the market adds."""

import pandas as pd

CARRIED = pd.Timedelta(days=120)
"""Longest a filed number is carried forward: a quarter, and the weeks its report takes."""


def _carried(filed: pd.Series, days: pd.DatetimeIndex) -> pd.Series:
    """Last filed number whose date is not after the day, at most CARRIED old; NaN otherwise."""
    # A count of a date is known within that date: 00:00 is its name, not its hour.
    return filed.reindex(days.floor("D"), method="ffill", tolerance=CARRIED).set_axis(days)


def _filed_together(holdings: pd.Series, cost_basis: pd.Series) -> pd.DataFrame:
    return pd.concat([holdings, cost_basis], axis=1, join="inner", keys=["holdings", "cost"]).dropna()


def average_cost(holdings: pd.Series, cost_basis: pd.Series) -> pd.Series:
    """Cost per coin on the dates on which both are filed, USD per BTC.

    Parameters
    ----------
    holdings : Series of shape (n_filings,), BTC
    cost_basis : Series of shape (n_filings,), USD
    """
    filed = _filed_together(holdings, cost_basis)
    return filed["cost"] / filed["holdings"].where(filed["holdings"] > 0)


def unrealized(holdings: pd.Series, cost_basis: pd.Series, close: pd.Series) -> pd.Series:
    """Value of the coins at the day's close less what they cost, USD; negative is a loss.

    Parameters
    ----------
    holdings : Series of shape (n_filings,), BTC
    cost_basis : Series of shape (n_filings,), USD
    close : Series of shape (n_days,), USD

    Returns
    -------
    Series of shape (n_days,), USD
        From the last date with both holdings and cost; NaN before the first and CARRIED after the last.
    """
    filed = _filed_together(holdings, cost_basis)
    days = pd.DatetimeIndex(close.index)
    return _carried(filed["holdings"], days) * close - _carried(filed["cost"], days)


def mnav(
    share_price: pd.Series,
    shares_outstanding: pd.Series,
    debt: pd.Series,
    preferred: pd.Series,
    cash: pd.Series,
    holdings: pd.Series,
    close: pd.Series,
) -> pd.Series:
    """Enterprise value over the value of the coins: strategy.com's definition.

    Parameters
    ----------
    share_price : Series of shape (n_sessions,), USD
    shares_outstanding : Series, basic shares, by filing date
    debt, preferred, cash : Series, USD (notional), by filing date
    holdings : Series, BTC, by filing date
    close : Series of shape (n_days,), USD per BTC

    Returns
    -------
    Series, multiple
        On the sessions with a share price and a coin price; NaN where any filed number is missing or
        older than CARRIED. At 1 the market pays for the coins and nothing else.
    """
    prices = pd.concat([share_price, close], axis=1, join="inner", keys=["share", "coin"])
    days = pd.DatetimeIndex(prices.index)
    shares, owed, preference, reserve, coins = (
        _carried(filed, days) for filed in (shares_outstanding, debt, preferred, cash, holdings)
    )
    return (shares * prices["share"] + owed + preference - reserve) / (coins * prices["coin"])
