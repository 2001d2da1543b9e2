"""Treasuries: what a company that holds bitcoin paid, what the coins are worth, what the market adds."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

CARRIED = pd.Timedelta(days=120)
"""Longest a filed number is carried forward: a quarter, and the weeks its report takes."""
PRICED = pd.Timedelta(days=5)
"""Longest a closing price stands for the days after it: a long weekend."""
FILED_TO, EXACT = 1e7, 0.02
"""USD to which filings round a cost basis, and the largest error of a price per coin worth telling."""
ROUNDING = 20
"""Coins; a smaller change is the rounding of a count that was printed in dollars."""


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


def price_to_cost(holdings: pd.Series, cost_basis: pd.Series, close: pd.Series) -> pd.Series:
    """Bitcoin's close over the average cost less 1: what the coins gained or lost, a fraction; negative is under water.

    Parameters
    ----------
    holdings : Series of shape (n_filings,), BTC
    cost_basis : Series of shape (n_filings,), USD
    close : Series of shape (n_days,), USD
    """
    return close / _carried(average_cost(holdings, cost_basis), pd.DatetimeIndex(close.index)) - 1


def _priced(share_price: pd.Series, close: pd.Series, filed: pd.Series) -> pd.DataFrame:
    """Last price of share and coin on every coin day and filing day, each at most PRICED old.

    Shares rest at weekends while coins trade; a filing of today is worth what both last closed at.
    """
    if share_price.empty or close.empty:
        return pd.DataFrame({"share": share_price, "coin": close}, dtype="float64").iloc[:0]
    days = pd.DatetimeIndex(close.index).union(pd.DatetimeIndex(filed.index).floor("D")).unique()
    prices = {"share": share_price, "coin": close}
    return pd.DataFrame({name: known.reindex(days, method="ffill", tolerance=PRICED) for name, known in prices.items()})


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
        On coin days and filing days; NaN where any filed number is missing or older than CARRIED, or a price older
        than PRICED. At 1 the market pays for the coins and nothing else.
    """
    prices = _priced(share_price, close, shares_outstanding)
    days = pd.DatetimeIndex(prices.index)
    shares, owed, preference, reserve, coins = (
        _carried(filed, days) for filed in (shares_outstanding, debt, preferred, cash, holdings)
    )
    worth = coins * prices["coin"]
    return (shares * prices["share"] + owed + preference - reserve) / worth.where(worth > 0)


def premium(*inputs: pd.Series) -> pd.Series:
    """What the market adds to the coins' value, a fraction: `mnav` of the same inputs less 1."""
    return mnav(*inputs) - 1


def mnav_market(
    share_price: pd.Series, shares_outstanding: pd.Series, holdings: pd.Series, close: pd.Series
) -> pd.Series:
    """Market value of the shares alone over the value of the coins, a multiple; inputs and gaps as for `mnav`."""
    prices = _priced(share_price, close, shares_outstanding)
    days = pd.DatetimeIndex(prices.index)
    worth = _carried(holdings, days) * prices["coin"]
    return _carried(shares_outstanding, days) * prices["share"] / worth.where(worth > 0)


def coverage(debt: pd.Series, preferred: pd.Series, cash: pd.Series, holdings: pd.Series, close: pd.Series) -> pd.Series:
    """Value of the coins over what comes before shareholders: debt and preferred stock less cash, a multiple.

    Parameters
    ----------
    debt, preferred, cash : Series, USD (notional), by filing date
    holdings : Series, BTC, by filing date
    close : Series of shape (n_days,), USD per BTC

    Returns
    -------
    Series, multiple
        On coin days and filing days; NaN where cash covers all claims, or a filed number is missing or older than CARRIED.
    """
    prices = _priced(close, close, debt)["coin"]
    days = pd.DatetimeIndex(prices.index)
    owed = _carried(debt, days) + _carried(preferred, days) - _carried(cash, days)
    return _carried(holdings, days) * prices / owed.where(owed > 0)


def purchases(holdings: pd.Series, cost_basis: pd.Series, close: pd.Series) -> pd.DataFrame:
    """Every change of the holdings from one filing to the next.

    Parameters
    ----------
    holdings : Series of shape (n_filings,), BTC
    cost_basis : Series of shape (n_filings,), USD
    close : Series of shape (n_days,), USD

    Returns
    -------
    DataFrame of shape (n_changes, 5), by filing date
        coins bought (negative: sold), paid per coin, close of the day, holdings after and average cost after. What was paid
        is the change of the cost basis over the coins, NaN where either filing has none or the purchase is so small that the
        rounding of the cost basis could move it by more than EXACT. Changes of less than ROUNDING coins are left out.
    """
    filed = pd.DataFrame({"holdings": holdings, "cost": cost_basis.reindex(holdings.index)})
    bought, spent = filed["holdings"].diff(), filed["cost"].diff()
    changes = pd.DataFrame(
        {
            "coins": bought,
            "paid": (spent / bought).where((bought > 0) & (spent * EXACT >= FILED_TO)),
            "close": close.reindex(pd.DatetimeIndex(filed.index).floor("D")).to_numpy(),
            "holdings": filed["holdings"],
            "average": filed["cost"] / filed["holdings"].where(filed["holdings"] > 0),
        }
    )
    return changes[bought.abs() >= ROUNDING]


def against(share: pd.Series, coin: pd.Series, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Share and bitcoin over their values of the first day in the window that has both.

    Parameters
    ----------
    share, coin : Series, USD
    start, end : Timestamp, UTC

    Returns
    -------
    DataFrame of shape (n_days, 2)
        share and coin, 1 on the first common day; empty where there is none.
    """
    both = pd.DataFrame({"share": share[start:end], "coin": coin[start:end]}, dtype="float64")
    common = both.dropna()
    if common.empty:
        return both.iloc[:0]
    return both[common.index[0] :] / common.iloc[0]


@dataclass(frozen=True)
class Company:
    """A company that holds bitcoin, as known on a day; NaN in what is not held or too old.

    Parameters
    ----------
    price, coin : float
        Last close of the share and of bitcoin, USD.
    holdings : float
        BTC.
    cost, debt, preferred, cash : float
        USD.
    shares : float
        Basic.
    """

    price: float
    coin: float
    holdings: float
    cost: float
    shares: float
    debt: float
    preferred: float
    cash: float

    @property
    def market_value(self) -> float:
        """Price times basic shares, USD."""
        return self.price * self.shares

    @property
    def coins_value(self) -> float:
        """Holdings at bitcoin's close, USD."""
        return self.holdings * self.coin

    @property
    def claims(self) -> float:
        """What comes before shareholders: debt and preferred stock less cash, USD."""
        return self.debt + self.preferred - self.cash


FILED = ("holdings", "cost_basis", "shares_outstanding", "debt", "preferred", "cash")
"""Measures that a company files, in the order of `company`."""


def company(share_price: pd.Series, close: pd.Series, filed: Mapping[str, pd.Series], as_of: pd.Timestamp) -> Company:
    """Take the newest of each number as known on a day.

    Parameters
    ----------
    share_price : Series of shape (n_sessions,), USD
    close : Series of shape (n_days,), USD
    filed : mapping of measure to Series, by filing date
        The measures of FILED.
    as_of : Timestamp
        UTC day.
    """
    price, coin = (_newest(prices, as_of, PRICED) for prices in (share_price, close))
    holdings, cost, shares, debt, preferred, cash = (_newest(filed[name], as_of, CARRIED) for name in FILED)
    return Company(price, coin, holdings, cost, shares, debt, preferred, cash)


def _newest(known: pd.Series, as_of: pd.Timestamp, oldest: pd.Timedelta) -> float:
    held = known[as_of - oldest : as_of].dropna()
    return float(held.iloc[-1]) if len(held) else float("nan")
