"""Rates on one day: which decisions futures price, how the target range came where it is, and what markets did beside the odds."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from indicators import cut_odds
from indicators.cut_odds import Expectations
from indicators.histories import Panels
from indicators.rates import Decision

MARKETS = {"S&P 500": ("level", "SPX"), "bitcoin": ("close", "BTC")}
SPANS = {"cut_odds_change_5d": cut_odds.WEEK, "cut_odds_change_21d": cut_odds.MONTH}


@dataclass(frozen=True)
class RatesDay:
    """What the day knew.

    Attributes
    ----------
    priced : tuple of Decision
        Decisions ahead that futures speak of; empty where the last prices are older than the decision they spoke of.
    changes : DataFrame
        See ``cut_odds.target_changes``.
    sessions : DatetimeIndex
        Of the futures; without them those of the S&P 500.
    markets : dict of Series
        Closes by the market's name.
    """

    priced: tuple[Decision, ...]
    changes: pd.DataFrame
    sessions: pd.DatetimeIndex
    markets: Mapping[str, pd.Series]

    @property
    def decision(self) -> pd.Timestamp | None:
        """Day of the next decision; None where no price speaks of it."""
        return self.priced[0].day if self.priced else None

    @property
    def unchanged_since(self) -> pd.Timestamp | None:
        """First day on which the target range was what it is; None where no change of it is held."""
        return pd.DatetimeIndex(self.changes.index)[-1] if len(self.changes) else None

    @property
    def beside(self) -> dict[str, dict[str, float]]:
        """By the id of a change of the odds, how each market moved over the same sessions, fractions."""
        return {name: self._moved(count) for name, count in SPANS.items()}

    def _moved(self, count: int) -> dict[str, float]:
        if len(self.sessions) <= count:
            return {}
        first, last = self.sessions[-1 - count], self.sessions[-1]
        return {name: cut_odds.change_between(closes, first, last) for name, closes in self.markets.items()}


def rates_day(found: Expectations, panels: Panels, as_of: pd.Timestamp) -> RatesDay:
    """Gather what a day knew of the Fed.

    Parameters
    ----------
    found : Expectations
        Up to the day.
    panels : Panels
        What was known as of the day.
    as_of : Timestamp
    """
    markets = {name: panels.series(*pair) for name, pair in MARKETS.items()}
    lower, upper = (panels.series(name, "USD") for name in ("fed_target_lower", "fed_target_upper"))
    priced = found.newest if found.newest and found.newest[0].day >= as_of else ()  # older prices speak of the past
    sessions = found.changes.index if priced else markets["S&P 500"].index
    return RatesDay(priced, cut_odds.target_changes(lower, upper), pd.DatetimeIndex(sessions), markets)
