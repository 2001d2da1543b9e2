"""Readings of the page overview: the stress index, made of readings of all other pages."""

import pandas as pd

from indicators import stress
from indicators.row import Part, Reading, Thresholds
from indicators.rows import contagion, drawdowns, etf_flows, fear, leverage, options, production_cost, rates, treasuries
from indicators.stress import Composite, Member

PAGE = "overview"
CISS = "https://www.ecb.europa.eu/pub/pdf/scpwps/ecbwp1426.pdf"
OTHERS = {
    row.id: row
    for page in (contagion, drawdowns, etf_flows, fear, leverage, options, production_cost, rates, treasuries)
    for row in page.ROWS
}
YEARS = 2
"""Years of history that a member's rank needs."""


def _member(pillar: str, reading: str, stress: str = "") -> Member:
    """Make a member of a reading: its direction, its calendar and its patience are those of its row."""
    row = OTHERS[reading]
    return Member(reading, pillar, stress or row.stress, YEARS * row.year, row.oldest.days)


MEMBERS: tuple[Member, ...] = (
    _member("price", "btc_below_2y_high", "low"),
    _member("price", "spx_below_2y_high", "low"),
    _member("price", "ndx_below_2y_high", "low"),
    _member("price", "coins_down_5pct"),
    _member("volatility", "vix"),
    _member("volatility", "btc_dvol"),
    _member("volatility", "btc_realized_volatility_30d"),
    _member("flows", "btc_etf_flow_5d"),
    _member("flows", "btc_etf_flow_20d"),
    # Negative when the market breaks and shorts pay; a crowd of longs, which is what comes before, is not yet a break.
    _member("leverage", "btc_funding_apr", "low"),
    _member("leverage", "oi_to_market_cap_btc"),
    _member("leverage", "liquidation_stress"),
    _member("miners", "hash_rate_under_water"),
    _member("miners", "puell_multiple"),
    _member("miners", "hash_ribbon"),
    _member("treasury", "mstr_mnav"),
    _member("treasury", "mstr_price_to_cost", "low"),
    _member("macro", "cut_odds_change_21d", "low"),
    _member("macro", "high_yield_spread"),
    _member("macro", "dollar_change_3m"),
)
"""What the index is made of: one row adds a series. Of each pillar the members count alike."""


def composite(*histories: pd.Series) -> Composite:
    """Put the histories of all members together, in their order."""
    return stress.composite(MEMBERS, histories)


INPUTS = tuple(dict.fromkeys(pair for member in MEMBERS for pair in OTHERS[member.reading].inputs))
READINGS_OF = tuple(member.reading for member in MEMBERS)
SHORT = f"fewer than {stress.NEEDED} of its pillars have the {YEARS} years of history that a rank needs"
YEAR_ID = "stress_index_percentile_1y"

ROWS: tuple[Reading, ...] = (
    Reading(
        "stress_index",
        "Stress index",
        "0–1",
        PAGE,
        INPUTS,
        Part(composite, lambda composite: composite.index),
        "high",
        "crypto",
        "The stress index stands at {value}.",
        "{:.3f}",
        Thresholds(
            0.90,
            0.98,
            "Higher than on nine tenths, or 49 fiftieths, of the days of the year before, pillar by pillar; or above 0.25 and "
            "0.45, as on one day in eight and one in forty since 2018.",
            CISS,
            on="percentile",
            levels=(0.25, 0.45),
        ),
        members=READINGS_OF,
        ranked_by=YEAR_ID,
        short=SHORT,
    ),
    Reading(
        YEAR_ID,
        "Stress index in its year",
        "fraction",
        PAGE,
        INPUTS,
        Part(composite, lambda composite: composite.percentiles),
        "high",
        "crypto",
        "The stress index is higher than on {value} of the days of its last year, reckoned of the pillars known on both.",
        "{:.0%}",
        Thresholds(
            0.90,
            0.98,
            "One day in ten, and one in fifty, of a year; pillars that were not known on both days are left out of the comparison.",
            CISS,
        ),
        members=READINGS_OF,
        short=f"{SHORT}, or half a year of the index is not held yet",
    ),
)
