"""Readings of the page rates: what the Fed is expected to do."""

from functools import partial

import pandas as pd

from indicators import cut_odds
from indicators.row import Part, Reading, Thresholds

PAGE = "rates"
FEDWATCH = "https://www.cmegroup.com/markets/interest-rates/cme-fedwatch-tool.html"
INPUTS = (("futures_price", "ZQ*"), ("effr", "USD"), ("fomc_meeting", "FOMC"), ("fomc_days_ahead", "FOMC*"))
QUARTER = 63
"""Sessions in a quarter of a year."""
LATE = pd.Timedelta(days=7)
"""Rates are published a business day late, and FRED takes its time over holidays."""


def middle(lower: pd.Series, upper: pd.Series) -> pd.Series:
    """Middle of the target range, fraction per year, on days that have both bounds."""
    return (lower + upper) / 2


def change_3m(level: pd.Series) -> pd.Series:
    """Change over 63 sessions, a quarter of a year; NaN before that many are held."""
    return level / level.shift(QUARTER) - 1


def _half_year(found: cut_odds.Expectations) -> pd.Series:
    return found.half_year


ROWS: tuple[Reading, ...] = (
    Reading(
        "cut_odds_next",
        "Cut at the next meeting",
        "probability",
        PAGE,
        INPUTS,
        Part(cut_odds.expectations, cut_odds.of_next),
        "none",
        "exchange",
        "Futures give a cut at the Fed's next meeting a probability of {value}.",
        "{:.1%}",
    ),
    Reading(
        "cut_odds_change_5d",
        "Cut odds, 5 sessions",
        "probability",
        PAGE,
        INPUTS,
        Part(cut_odds.expectations, partial(cut_odds.moved, sessions=cut_odds.WEEK)),
        "low",
        "exchange",
        "Over five sessions the odds of a cut at the next meeting moved by {value}.",
        "{:+.1%}",
        Thresholds(
            -0.20,
            -0.40,
            "In the week to 2025-11-20, when shares and coins fell together, the odds of a December cut were reported to have gone "
            "from over 70% to 50% or less: a fall of a fifth within a week is stress, twice that is extreme.",
            FEDWATCH,
            inclusive=True,
        ),
    ),
    Reading(
        "cut_odds_change_21d",
        "Cut odds, 21 sessions",
        "probability",
        PAGE,
        INPUTS,
        Part(cut_odds.expectations, partial(cut_odds.moved, sessions=cut_odds.MONTH)),
        "none",
        "exchange",
        "Over a month of sessions the odds of a cut at the next meeting moved by {value}.",
        "{:+.1%}",
    ),
    Reading(
        "fed_path_6m",
        "Priced in, 6 months",
        "fraction/year",
        PAGE,
        INPUTS,
        Part(cut_odds.expectations, _half_year),
        "none",
        "exchange",
        "Futures see the Fed's rate {value} away from today's in six months.",
        "{:+.2%}",
    ),
    Reading(
        "fed_target_mid",
        "Fed target, middle",
        "fraction/year",
        PAGE,
        (("fed_target_lower", "USD"), ("fed_target_upper", "USD")),
        middle,
        "none",
        "crypto",
        "The middle of the Fed's target range is {value}.",
        "{:.3%}",
        max_age=LATE,
    ),
    Reading(
        "effr",
        "Effective rate",
        "fraction/year",
        PAGE,
        (("effr", "USD"),),
        pd.Series.copy,
        "none",
        "exchange",
        "Overnight federal funds cost {value} a year.",
        "{:.2%}",
        max_age=LATE,
    ),
    Reading(
        "dollar_change_3m",
        "Dollar, 3 months",
        "fraction",
        PAGE,
        (("level", "DXY"),),
        change_3m,
        "high",
        "exchange",
        "Over 63 sessions the dollar moved by {value} against a basket of currencies.",
        "{:+.1%}",
        Thresholds(
            0.05,
            0.08,
            "A rising dollar drains money from everything priced in it: since 2000 one day in ten stood above 5%, one in fifty "
            "above 8%, as in late 2008, early 2015 and mid 2022.",
            "https://www.bis.org/publ/work592.htm",
        ),
        observations=QUARTER + 1,
    ),
    Reading(
        "high_yield_spread",
        "Junk over investment grade",
        "fraction/year",
        PAGE,
        (("high_yield_spread", "US"),),
        pd.Series.copy,
        "high",
        "exchange",
        "Junk bonds yield {value} a year more than investment-grade bonds.",
        "{:.2%}",
        Thresholds(
            0.90,
            0.98,
            "Among the highest tenth, or fiftieth, of its own last year: what counts as much changes with the rates.",
            "https://www.cnn.com/markets/fear-and-greed",
            on="percentile",
        ),
    ),
)
