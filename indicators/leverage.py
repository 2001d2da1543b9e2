"""Leverage: open futures against market value, the price of leverage, forced closings."""

import pandas as pd

FUNDINGS_PER_YEAR = 3 * 365
"""A rate per eight hours is charged three times a day."""


def open_interest_to_market_cap(open_interest: pd.Series, close: pd.Series, supply: pd.Series) -> pd.Series:
    """Open futures as a share of the asset's market value.

    Parameters
    ----------
    open_interest : Series of shape (n_days,), USD notional
    close : Series, USD
    supply : Series, coins

    Returns
    -------
    Series, fraction
        On the days that have all three.
    """
    known = pd.concat([open_interest, close, supply], axis=1, join="inner", keys=["open", "close", "supply"])
    return known["open"] / (known["close"] * known["supply"])


def funding_apr(funding_rate: pd.Series) -> pd.Series:
    """Funding per year without compounding, a fraction; positive is paid by longs."""
    return funding_rate * FUNDINGS_PER_YEAR


def liquidations(long_btc: pd.Series, long_eth: pd.Series, short_btc: pd.Series, short_eth: pd.Series) -> pd.Series:
    """Forced closings of both sides and both assets, USD per day, on the days that have all four."""
    return pd.concat([long_btc, long_eth, short_btc, short_eth], axis=1, join="inner").sum(axis=1, skipna=False)


def long_share(long_btc: pd.Series, long_eth: pd.Series, short_btc: pd.Series, short_eth: pd.Series) -> pd.Series:
    """Share of longs among forced closings, a fraction in [0, 1]; NaN on a day without any."""
    both = liquidations(long_btc, long_eth, short_btc, short_eth)
    return (long_btc + long_eth).reindex(both.index) / both.where(both > 0)
