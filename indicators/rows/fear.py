"""Readings of the page fear: fear indices and implied volatility against their own year."""

import pandas as pd

from indicators import fear
from indicators.row import Reading, Thresholds

PAGE = "fear"
CRYPTO_FEAR, EQUITY_FEAR, VIX, DVOL = (
    ("fear_greed", "CRYPTO"),
    ("fear_greed", "US_EQUITY"),
    ("level", "VIX"),
    ("dvol", "BTC"),
)
VIX_LINK = "https://www.cboe.com/tradable_products/vix/"
DVOL_LINK = "https://www.deribit.com/statistics/BTC/volatility-index/"


def _as_published(index: pd.Series) -> pd.Series:
    return index


def exchange_percentile(values: pd.Series) -> pd.Series:
    """Share of the previous 252 observations strictly below today's."""
    return fear.percentile_of_year(values, fear.EXCHANGE_YEAR)


def crypto_percentile(values: pd.Series) -> pd.Series:
    """Share of the previous 365 observations strictly below today's."""
    return fear.percentile_of_year(values, fear.CRYPTO_YEAR)


def crypto_rank(values: pd.Series) -> pd.Series:
    """Today between the lowest and the highest of the previous 365 observations."""
    return fear.rank_of_year(values, fear.CRYPTO_YEAR)


def _year(link: str) -> Thresholds:
    return Thresholds(
        0.80, 0.95, "Higher than four fifths, or nineteen twentieths, of the days of its last year.", link
    )


ROWS: tuple[Reading, ...] = (
    Reading(
        "crypto_fear_greed",
        "Crypto fear & greed",
        "0–100",
        PAGE,
        (CRYPTO_FEAR,),
        _as_published,
        "low",
        "crypto",
        "The crypto fear & greed index stands at {value}.",
        "{:.0f}",
        Thresholds(
            25,
            15,
            "Below 25 its publisher says extreme fear; below 15 stood one day in twenty since 2018.",
            "https://alternative.me/crypto/fear-and-greed-index/",
        ),
    ),
    Reading(
        "equity_fear_greed",
        "CNN fear & greed",
        "0–100",
        PAGE,
        (EQUITY_FEAR,),
        _as_published,
        "low",
        "exchange",
        "CNN's fear & greed index stands at {value}.",
        "{:.0f}",
        Thresholds(
            25,
            10,
            "Below 25 its publisher says extreme fear; below 10 stood one day in seventy since 2021.",
            "https://edition.cnn.com/markets/fear-and-greed",
        ),
    ),
    Reading(
        "vix",
        "VIX",
        "points",
        PAGE,
        (VIX,),
        _as_published,
        "high",
        "exchange",
        "The VIX closed at {value}.",
        "{:.1f}",
        Thresholds(25, 35, "Since 1990 one close in six stood above 25 and one in twenty-six above 35.", VIX_LINK),
    ),
    Reading(
        "vix_percentile_1y",
        "VIX in its year",
        "fraction",
        PAGE,
        (VIX,),
        exchange_percentile,
        "high",
        "exchange",
        "The VIX is higher than on {value} of the days of its last year.",
        "{:.0%}",
        _year(VIX_LINK),
        observations=fear.EXCHANGE_YEAR + 1,
    ),
    Reading(
        "btc_dvol",
        "DVOL",
        "vol points",
        PAGE,
        (DVOL,),
        _as_published,
        "high",
        "crypto",
        "Bitcoin's implied volatility closed at {value} points.",
        "{:.1f}",
        Thresholds(60, 80, "60 points are a daily move of 3.1%, 80 points one of 4.2%.", DVOL_LINK),
    ),
    Reading(
        "btc_dvol_percentile_1y",
        "DVOL in its year",
        "fraction",
        PAGE,
        (DVOL,),
        crypto_percentile,
        "high",
        "crypto",
        "Bitcoin's implied volatility is higher than on {value} of the days of its last year.",
        "{:.0%}",
        _year(DVOL_LINK),
        observations=fear.CRYPTO_YEAR + 1,
    ),
    Reading(
        "btc_dvol_rank_1y",
        "DVOL rank",
        "fraction",
        PAGE,
        (DVOL,),
        crypto_rank,
        "high",
        "crypto",
        "Bitcoin's implied volatility stands at {value} of the way from its year's low to its high.",
        "{:.0%}",
        Thresholds(0.80, 1.0, "Near the year's high; at 1 it is a new one.", DVOL_LINK),
        observations=fear.CRYPTO_YEAR + 1,
    ),
)
