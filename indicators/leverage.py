"""Leverage: open futures against market value and in coins, the price of leverage, forced closings.

A falling price cuts open interest in dollars without a single position being closed. Counted in coins it does not:
dollars less coins is what the price did, coins are what traders did.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

FUNDINGS_PER_YEAR = 3 * 365
"""A rate per eight hours is charged three times a day."""
WEEK = 7
"""Days over which positions count as closed together."""
YEAR, LEAST = 365, 90
"""Days before a day that say what is usual, and how many of them have to be held."""
ALL_VENUES = "all_venues"
"""Entity that counts every venue: the venues are parts of it and never added to it."""


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
        On the days that have all three; NaN where the market value is not positive.
    """
    known = pd.concat([open_interest, close, supply], axis=1, join="inner", keys=["open", "close", "supply"])
    value = known["close"] * known["supply"]
    return known["open"] / value.where(value > 0)


def open_interest_to_value(open_interest: pd.Series, market_cap: pd.Series) -> pd.Series:
    """Open futures as a share of a market value somebody publishes, a fraction on the days that have both."""
    known = pd.concat([open_interest, market_cap], axis=1, join="inner", keys=["open", "value"])
    return known["open"] / known["value"].where(known["value"] > 0)


def sizes(entities: pd.DataFrame, close: pd.Series, supply: pd.Series) -> tuple[dict[str, pd.Series], bool]:
    """How large each publisher's open interest is: over market value, or in bn USD where that is not held.

    Returns
    -------
    sizes : dict of Series
        By publisher.
    of_value : bool
        Whether they are fractions of market value.
    """
    held = {str(name): entities[name].dropna() for name in entities}
    shares = {name: open_interest_to_market_cap(known, close, supply).dropna() for name, known in held.items()}
    of_value = any(len(share) for share in shares.values())
    return (shares, True) if of_value else ({name: known / 1e9 for name, known in held.items()}, False)


def open_coins(open_interest: pd.Series, close: pd.Series) -> pd.Series:
    """Open futures in coins, which a price alone does not move.

    Parameters
    ----------
    open_interest : Series of shape (n_days,), USD notional at the end of the day
    close : Series, USD

    Returns
    -------
    Series, coins
        On the days that have both; a price or notional that is not positive is a missing row.
    """
    known = pd.concat([open_interest, close], axis=1, join="inner", keys=["open", "close"])
    known = known[(known > 0).all(axis=1)]
    return known["open"] / known["close"]


def before(values: pd.Series, days: int) -> pd.Series:
    """The value exactly so many days earlier, on every day; NaN where that day is not held."""
    earlier = pd.DatetimeIndex(values.index) - pd.Timedelta(days=days)
    return pd.Series(values.reindex(earlier).to_numpy(), index=values.index, dtype="float64")


def coins_change(open_interest: pd.Series, close: pd.Series, days: int = WEEK) -> pd.Series:
    """Change of open futures in coins over so many days, a fraction; below 0 positions were closed."""
    coins = open_coins(open_interest, close)
    return coins / before(coins, days) - 1


def funding_apr(funding_rate: pd.Series) -> pd.Series:
    """Funding per year without compounding, a fraction; positive is paid by longs.

    The rate is per eight hours whatever the venue's own interval: adapters add up what a day was charged.
    """
    return funding_rate * FUNDINGS_PER_YEAR


def funding_compounded(funding_rate: pd.Series) -> pd.Series:
    """Funding per year when every payment is added to the position, a fraction; positive is paid by longs."""
    return (1 + funding_rate.where(funding_rate > -1)) ** FUNDINGS_PER_YEAR - 1


def liquidations(long_btc: pd.Series, long_eth: pd.Series, short_btc: pd.Series, short_eth: pd.Series) -> pd.Series:
    """Forced closings of both sides and both assets, USD per day, on the days that have all four."""
    return pd.concat([long_btc, long_eth, short_btc, short_eth], axis=1, join="inner").sum(axis=1, skipna=False)


def long_share(long_btc: pd.Series, long_eth: pd.Series, short_btc: pd.Series, short_eth: pd.Series) -> pd.Series:
    """Share of longs among forced closings, a fraction in [0, 1]; NaN on a day without any."""
    both = liquidations(long_btc, long_eth, short_btc, short_eth)
    return (long_btc + long_eth).reindex(both.index) / both.where(both > 0)


def liquidation_stress(
    long_btc: pd.Series, long_eth: pd.Series, short_btc: pd.Series, short_eth: pd.Series
) -> pd.Series:
    """A day's forced closings over the median day of the year before it.

    Returns
    -------
    Series, multiple
        1 is a usual day. Of one publisher, so that what it leaves out cancels; today is no part of its own median. NaN
        until 90 days lie before, and where the median is 0.
    """
    total = liquidations(long_btc, long_eth, short_btc, short_eth)
    usual = total.shift(1).rolling(YEAR, min_periods=LEAST).median()
    return total / usual.where(usual > 0)


@dataclass(frozen=True)
class Move:
    """What open interest in dollars did between two days, told apart; the two parts add up to it."""

    dollars: float
    by_price: float
    """What the price did to the positions that stayed."""
    by_positions: float
    """What opening and closing did, each coin at the mean of both prices."""


def told_apart(first: tuple[float, float], last: tuple[float, float]) -> Move:
    """Tell what the price did to open interest from what traders did; each day is its (USD notional, price)."""
    (notional, price), (notional_after, price_after) = first, last
    coins, coins_after = notional / price, notional_after / price_after
    return Move(
        notional_after - notional,
        (coins + coins_after) / 2 * (price_after - price),
        (price + price_after) / 2 * (coins_after - coins),
    )


@dataclass(frozen=True)
class Standing:
    """Open futures of one publisher on its last day, and how they moved over one day and over a week."""

    entity: str
    day: pd.Timestamp
    notional: float
    coins: float
    day_move: Move
    day_coins: float
    """Change in coins, a fraction."""
    week_move: Move
    week_coins: float


NO_MOVE = Move(np.nan, np.nan, np.nan)


def standing(entity: str, open_interest: pd.Series, close: pd.Series) -> Standing | None:
    """Where one publisher's open futures stand on its last day with a price; None when there is none."""
    coins = open_coins(open_interest, close)
    if coins.empty:
        return None
    day = pd.Timestamp(coins.index[-1])

    def since(days: int) -> tuple[Move, float]:
        then = day - pd.Timedelta(days=days)
        if then not in coins.index:
            return NO_MOVE, float("nan")
        ends = [(float(open_interest[moment]), float(close[moment])) for moment in (then, day)]
        return told_apart(ends[0], ends[1]), float(coins[day] / coins[then] - 1)

    return Standing(entity, day, float(open_interest[day]), float(coins.iloc[-1]), *since(1), *since(WEEK))


def by_venue(entities: pd.DataFrame, close: pd.Series) -> list[Standing]:
    """Where each publisher's open futures stand, the largest first; venues of the same day also together.

    Parameters
    ----------
    entities : DataFrame of shape (n_days, n_publishers), USD notional
    close : Series, USD

    Returns
    -------
    list of Standing
        One named "together" follows where at least two venues have the same last day: their sum on the days that have all
        of them. Who counts all venues is never part of it.
    """
    stood = [standing(str(name), entities[name].dropna(), close) for name in entities]
    known = sorted((one for one in stood if one is not None), key=lambda one: -one.notional)
    venues = [one for one in known if one.entity != ALL_VENUES]
    newest = max((one.day for one in venues), default=None)
    parts = [one.entity for one in venues if one.day == newest]
    if len(parts) < 2:
        return known
    together = standing("together", entities[parts].dropna().sum(axis=1), close)
    return known if together is None else [*known, together]


def followed(entities: pd.DataFrame) -> str | None:
    """Whose open interest to follow through time: of those that still publish the one that has done so longest.

    Who counts all venues goes before any of them. None when nobody publishes.
    """
    held = entities.dropna(axis=1, how="all")
    if held.empty:
        return None
    days = {str(name): pd.DatetimeIndex(held[name].dropna().index) for name in held}
    newest = max(known[-1] for known in days.values())
    alive = [name for name, known in days.items() if newest - known[-1] <= pd.Timedelta(days=WEEK)]
    return ALL_VENUES if ALL_VENUES in alive else max(alive, key=lambda name: len(days[name]))


def rebased(open_interest: pd.Series, close: pd.Series, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Price and open futures in dollars and in coins, each 100 on the first day from ``start`` that has them all.

    Returns
    -------
    DataFrame of shape (n_days, 3)
        Columns price, dollars and coins, up to ``end``; the price alone where open futures are not held in between.
    """
    columns = {"price": close, "dollars": open_interest, "coins": open_coins(open_interest, close)}
    shown = pd.concat(columns, axis=1, sort=True)[start:end]
    whole = shown.dropna() if shown["coins"].notna().any() else shown[["price"]].dropna()
    return shown / (whole.iloc[0] if len(whole) else np.nan) * 100
