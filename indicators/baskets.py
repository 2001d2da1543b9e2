"""Baskets: what buyers of shares hold on to, as two small lists beside the S&P 500.

Both lists are ours and were drawn up afterwards, so they say how these shares fared, not what anybody earned.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.drawdowns import drawdown

CHOSEN = pd.Timestamp("2026-11-21", tz="UTC")
"""Day on which the lists were drawn up."""
FIRST = pd.Timestamp("2018-01-02", tz="UTC")
"""First session asked for: a window that begins earlier is measured from here."""
FEWEST = 4
"""Shares below which an average says more about one company than about a crowd."""
START = 5
"""Sessions from the window's start within which a share must have a close to be bought there."""
BASE = 100.0


@dataclass(frozen=True)
class Member:
    """One share of a basket, and why it is there; ``source`` and ``link`` where somebody else said so, on ``date`` (ISO)."""

    share: str
    reason: str
    source: str = ""
    date: str = ""
    link: str = ""

    @property
    def day(self) -> pd.Timestamp:
        """The day on which it was said, 00:00 UTC; our own choice where nobody else is named."""
        return pd.Timestamp(self.date, tz="UTC") if self.date else CHOSEN


@dataclass(frozen=True)
class Basket:
    """Shares bought in equal amounts."""

    name: str
    members: tuple[Member, ...]

    @property
    def shares(self) -> tuple[str, ...]:
        """Their symbols."""
        return tuple(member.share for member in self.members)


_VANDA = (
    "VandaTrack, by way of the press",
    "2025-12-24",
    "https://news.platform.airstarbank.com/en/post/66648763/surging-over-150-within-the-year-palantir-s-ai-driven",
)
_ROBINHOOD = (
    "Robinhood Investor Index, by way of the press",
    "2022-09-09",
    "https://viewednews.com/2022/09/09/"
    "robinhood-users-buy-and-own-companies-they-know-understand-and-believe-in-for-the-long-term-here-are-their-favorite-stocks/",
)

RETAIL = Basket(
    "Retail favorites",
    (
        Member("TSLA", "With Nvidia, the share that individuals bought most of, net, in 2025.", *_VANDA),
        Member("PLTR", "The next share in the same count: net purchases of nearly $8 bn in 2025.", *_VANDA),
        Member("GME", "The meme share of 2021, named among the favorites of Robinhood's customers.", *_ROBINHOOD),
        Member("AMC", "The other meme share of 2021; stays in although most of its price is gone.", *_ROBINHOOD),
        Member("HOOD", "The broker where many of them trade: it earns when they do."),
        Member("COIN", "The listed coin exchange: how a share account bets on coins."),
        Member("SOFI", "An online bank and broker for people who begin to invest."),
    ),
)
AI = Basket(
    "AI leaders",
    (
        Member("NVDA", "Designs most of the chips that models are trained on."),
        Member("AMD", "The second designer of such chips."),
        Member("AVGO", "Designs the chips that data centers order for themselves."),
        Member("TSM", "Makes the chips of all three."),
        Member("MSFT", "Builds data centers and rents them out; OpenAI's partner since 2019."),
        Member("GOOGL", "Builds data centers, its own chips and its own models."),
        Member("META", "Builds data centers for its own models."),
    ),
)
BASKETS = (RETAIL, AI)
SHARES = tuple(share for basket in BASKETS for share in basket.shares)


@dataclass(frozen=True)
class Standing:
    """How a basket fared over a window.

    Attributes
    ----------
    basket : Basket
    held, missing : tuple of str
        Shares with a close at the window's start, over which it is computed, and those without one.
    silent : tuple of str
        Shares held that have no close on the index's last session: the basket ends before it.
    level, strength, fall : Series of shape (n_sessions,)
        Worth (100 at the start), worth over the index's (1 at the start), and the fall from the peak since the start, a
        fraction at or below 0. All NaN when fewer than ``FEWEST`` shares are held; NaN on a day on which one of them has no close.
    """

    basket: Basket
    held: tuple[str, ...]
    missing: tuple[str, ...]
    silent: tuple[str, ...]
    level: pd.Series
    strength: pd.Series
    fall: pd.Series

    @property
    def known(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.level.notna().any())


@dataclass(frozen=True)
class Comparison:
    """Both baskets and the index from the same session on; ``changes`` and ``falls`` are each share's own, fractions."""

    standings: tuple[Standing, ...]
    index: pd.Series
    changes: dict[str, float]
    falls: dict[str, float]

    @property
    def known(self) -> bool:
        """Whether there is anything to show."""
        return any(standing.known for standing in self.standings)


def equal_weight(closes: pd.DataFrame) -> pd.Series:
    """Worth of shares bought in equal amounts on the first day and never traded again.

    Parameters
    ----------
    closes : DataFrame of shape (n_days, n_shares), USD

    Returns
    -------
    Series of shape (n_days,)
        100 on the first day; NaN on a day on which one of them has no close: the others are not the basket.
    """
    return (closes / closes.iloc[0]).mean(axis=1, skipna=False) * BASE if len(closes) else closes.sum(axis=1)


def relative_strength(level: pd.Series, index: pd.Series) -> pd.Series:
    """Worth of a basket over that of an index which stood at the same number at the start; above 1 it has done better."""
    return level / index


def compare(closes: Mapping[str, pd.Series], index: pd.Series, baskets: tuple[Basket, ...] = BASKETS) -> Comparison:
    """Measure baskets against an index over a window.

    Parameters
    ----------
    closes : mapping of share to Series, USD
        Whole histories; a price at or below 0 is a gap. A share that is not held is empty or not there.
    index : Series of shape (n_sessions,), points
        The index's closes within the window; its days are the sessions.
    baskets : tuple of Basket

    Notes
    -----
    All begin on the first session on which every share held at the window's start has a close.
    """
    wide = pd.DataFrame({share: closes.get(share, index[:0]) for one in baskets for share in one.shares}).reindex(index.index)
    wide = wide.where(wide > 0)
    there = wide.columns[wide.iloc[:START].notna().any()]
    bought = [tuple(share for share in one.shares if share in there) for one in baskets]
    needed = [share for shares in bought if len(shares) >= FEWEST for share in shares]
    full = wide.index[wide[needed].notna().all(axis=1)][:1]
    wide = wide.loc[full[0] :] if len(full) else wide[:0]
    base = index.reindex(wide.index)
    base = base / base.iloc[0] * BASE if len(base) else base
    standings = tuple(_standing(one, shares, wide, base) for one, shares in zip(baskets, bought, strict=True))
    alone = {share: wide[share].dropna() for share in there if wide[share].notna().any()}
    changes = {share: float(own.iloc[-1] / own.iloc[0] - 1) for share, own in alone.items()}
    return Comparison(standings, base, changes, {share: float(drawdown(own).iloc[-1]) for share, own in alone.items()})


def _standing(basket: Basket, held: tuple[str, ...], wide: pd.DataFrame, index: pd.Series) -> Standing:
    enough = len(held) >= FEWEST and len(wide) > 0
    level = equal_weight(wide[list(held)]) if enough else pd.Series(np.nan, index=wide.index)
    silent = tuple(share for share in held if enough and np.isnan(wide[share].iloc[-1]))
    missing = tuple(share for share in basket.shares if share not in held)
    return Standing(basket, held, missing, silent, level, relative_strength(level, index), drawdown(level))
