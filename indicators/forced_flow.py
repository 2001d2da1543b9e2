"""Forced flow: what index funds would have to sell of Strategy, how long that takes, and what a lower share price means.

Nobody publishes who holds what for which index, so every amount is an assumption of the reader: these functions turn
assumptions into dollars, shares, days and multiples, and know no default that a quote does not give.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators import quotes
from indicators.quotes import Quote
from indicators.treasuries import PRICED, Company

SESSIONS = 21
"""Sessions in the average of dollar volume: a month."""
NAN = float("nan")


def _over(amount: float, base: float) -> float:
    """Divide where the base is an amount; NaN otherwise, never an infinity."""
    return amount / base if np.isfinite(amount) and np.isfinite(base) and base > 0 else NAN


@dataclass(frozen=True)
class Sale:
    """What index funds sell when the chosen providers drop the share.

    Parameters
    ----------
    outflow : float
        USD.
    of_market_value : float
        Fraction of the company's market value.
    shares : float
        At the price given.
    days_of_volume : float
        Sessions of the average dollar volume, all of it.
    days_to_sell : float
        Sessions it takes at the participation given.
    fall : float
        Fraction by which the price falls under the assumed impact; 0 where none is assumed.
    """

    outflow: float
    of_market_value: float
    shares: float
    days_of_volume: float
    days_to_sell: float
    fall: float


FIRST, FOLLOWERS = "msci", ("nasdaq", "russell", "others")
"""The provider of whom an amount of its own is quoted, and those of whom only one for all together is."""


def quoted_weights(passive: float, first: float, everybody: float, *, added: bool) -> dict[str, float]:
    """Share of passive assets that tracks each provider, from three quoted amounts.

    Parameters
    ----------
    passive, first, everybody : float
        USD: in passive hands, sold if MSCI acts, sold if the others follow; NaN where nobody had said it.
    added : bool
        True when the amount for the others comes on top of MSCI's, False when it is the total.

    Returns
    -------
    dict of str to float
        Fractions. The followers, whose division is not quoted, at a third each; 0 where a quote is missing.
    """
    rest = everybody if added else everybody - first
    weights = {FIRST: _over(first, passive)} | {name: _over(rest / len(FOLLOWERS), passive) for name in FOLLOWERS}
    return {name: weight if np.isfinite(weight) else 0.0 for name, weight in weights.items()}


@dataclass(frozen=True)
class Terms:
    """What the simulator starts from on a day; NaN where nobody had said it, or it is not held.

    Parameters
    ----------
    quotes : dict of str to Quote
        Those of the four quoted amounts that were known on the day, by name.
    passive, first, everybody : float
        As quoted, USD: in passive hands, sold if MSCI acts, sold if the others follow.
    quoted_worth, market_value : float
        Market value, USD: as quoted; and shares times price, or else the quoted one. A quote older than PRICED is moved on
        by the share's own change, which knows nothing of shares issued since.
    price, price_then : float
        The share on the day and on the day of the quoted market value, USD.
    volume : float
        Average dollar volume of a session, USD.
    """

    quotes: dict[str, Quote]
    passive: float
    first: float
    everybody: float
    quoted_worth: float
    market_value: float
    price: float
    price_then: float
    volume: float


def terms(company: Company, share: pd.Series, volume: pd.Series, as_of: pd.Timestamp) -> Terms:
    """Gather what was quoted and what is held on a day.

    Parameters
    ----------
    company : Company
    share : Series of shape (n_sessions,), USD
        Closing prices.
    volume : Series of shape (n_sessions,), shares
    as_of : Timestamp
        UTC day.
    """
    names = (quotes.MSTR_PASSIVE, quotes.MSCI_OUTFLOW, quotes.ALL_OUTFLOW, quotes.MSTR_MARKET_VALUE)
    known = {name: quote for name in names if (quote := quotes.quoted(name, as_of)) is not None}
    passive, first, everybody, worth = (known[name].value if name in known else NAN for name in names)
    then = known[quotes.MSTR_MARKET_VALUE].day if quotes.MSTR_MARKET_VALUE in known else as_of
    before = share[:then]
    price_then = float(before.iloc[-1]) if len(before) and known else NAN
    moved = worth if as_of - then <= PRICED else worth * _over(company.price, price_then)
    market_value = company.market_value if np.isfinite(company.market_value) else moved
    return Terms(
        known, passive, first, everybody, worth, market_value, company.price, price_then,
        average_dollar_volume(volume[:as_of], share[:as_of]),
    )


def turning_points(company: Company, market_value: float) -> dict[str, float]:
    """Prices of a coin, USD, at which something turns; NaN where it does not or a number is missing.

    Parameters
    ----------
    company : Company
    market_value : float
        USD.

    Returns
    -------
    dict of str to float
        cost: the coins are worth what they cost. par: the multiple is 1 with the share where it is. claims: the coins are
        worth debt and preferred stock less cash. debt: they are worth debt less cash.
    """
    amounts = {
        "cost": company.cost,
        "par": market_value + company.claims,
        "claims": company.claims,
        "debt": company.debt - company.cash,
    }
    return {name: coin_price(amount, company.holdings) for name, amount in amounts.items()}


def outflow(passive: float, weights: Mapping[str, float], acting: Sequence[str]) -> float:
    """Dollars that must go: passive assets times the share of them that tracks the providers who act.

    Parameters
    ----------
    passive : float
        USD of the share in passive hands.
    weights : mapping of str to float
        By provider, fraction of ``passive`` that tracks its indices.
    acting : sequence of str
        Providers that drop the share; each counts once.
    """
    return passive * sum(weights[name] for name in dict.fromkeys(acting)) if passive >= 0 else NAN


def sale(
    amount: float, market_value: float, price: float, daily_volume: float, participation: float, impact: float = 0.0
) -> Sale:
    """What an outflow is against the company and against its trading.

    Parameters
    ----------
    amount : float
        USD to be sold.
    market_value : float
        USD.
    price : float
        USD per share.
    daily_volume : float
        USD traded in an average session; NaN or 0 where it is not known.
    participation : float
        Fraction of the volume that sellers take without waiting longer.
    impact : float
        Assumed fall of the price for each day of volume sold, a fraction; 0 assumes none.

    Returns
    -------
    Sale
        NaN in what an unknown input leaves unknown.
    """
    days = _over(amount, daily_volume)
    fall = 0.0 if impact == 0 else min(1.0, impact * days) if np.isfinite(days) else NAN
    return Sale(
        amount, _over(amount, market_value), _over(amount, price), days, _over(days, participation), fall
    )


def average_dollar_volume(volume: pd.Series, close: pd.Series, sessions: int = SESSIONS) -> float:
    """Mean of shares traded times closing price over the last sessions that have both, USD; NaN where fewer are held.

    Parameters
    ----------
    volume : Series of shape (n_sessions,), shares
    close : Series of shape (n_sessions,), USD
    """
    traded = (volume * close).dropna().iloc[-sessions:]
    return float(traded.mean()) if len(traded) == sessions else NAN


def mnav_path(
    falls: Sequence[float], price: float, market_value: float, coins_value: float, claims: float
) -> pd.DataFrame:
    """Both multiples while the share falls and bitcoin stands still.

    Parameters
    ----------
    falls : sequence of float
        Fractions in [0, 1] by which the share falls.
    price : float
        USD per share.
    market_value : float
        USD, before the fall.
    coins_value : float
        USD.
    claims : float
        Debt and preferred stock less cash, USD; NaN where it is not held.

    Returns
    -------
    DataFrame of shape (n_falls, 4)
        fall, price, enterprise (with what comes before shareholders) and market (shares alone).
    """
    kept = [1 - fall for fall in falls]
    return pd.DataFrame(
        {
            "fall": list(falls),
            "price": [price * share for share in kept],
            "enterprise": [_over(market_value * share + claims, coins_value) for share in kept],
            "market": [_over(market_value * share, coins_value) for share in kept],
        }
    )


def fall_to_par(market_value: float, coins_value: float, claims: float) -> float:
    """Fall of the share at which the multiple is 1, a fraction; negative where it is already below.

    Parameters
    ----------
    market_value, coins_value : float
        USD.
    claims : float
        Debt and preferred stock less cash, USD; 0 for the definition that takes shares alone.

    Returns
    -------
    float
        NaN where no positive share price makes it 1: what comes before shareholders takes all coins.
    """
    fall = 1 - _over(coins_value - claims, market_value)
    return fall if fall < 1 else NAN


def coin_price(amount: float, holdings: float) -> float:
    """Price of a coin at which the coins are worth an amount, USD; NaN where the amount is not positive."""
    return _over(amount, holdings) if amount > 0 else NAN
