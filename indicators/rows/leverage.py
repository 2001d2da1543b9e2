"""Readings of the page leverage: what is borrowed, what it costs, what was closed by force."""

from collections.abc import Callable

import pandas as pd

from indicators import leverage
from indicators.row import Reading, Thresholds

PAGE = "leverage"
COINGLASS = "https://www.coinglass.com/LiquidationData"
OPEN_INTEREST = "https://www.coinglass.com/pro/futures/OpenInterest"
LIQUIDATIONS = tuple((f"liquidations_{side}", asset) for side in ("long", "short") for asset in ("BTC", "ETH"))


def _open_interest(
    asset: str, name: str, inputs: tuple[tuple[str, str], ...], function: Callable[..., pd.Series], past: str
) -> Reading:
    return Reading(
        f"oi_to_market_cap_{asset.lower()}",
        f"{name} open interest",
        "fraction",
        PAGE,
        inputs,
        function,
        "high",
        "crypto",
        f"Open futures on {name.lower()} are {{value}} of its market value.",
        "{:.2%}",
        Thresholds(
            0.90,
            0.98,
            "Among the highest tenth, or fiftieth, of its own last year: publishers count one venue or all of them, so that no "
            f"level fits. All venues together {past}",
            OPEN_INTEREST,
            on="percentile",
        ),
    )


def _coins_change(asset: str, name: str, past: str) -> Reading:
    return Reading(
        f"oi_coins_change_7d_{asset.lower()}",
        f"{name} futures in coins, 7d",
        "fraction",
        PAGE,
        (("open_interest", asset), ("close", asset)),
        leverage.coins_change,
        "low",
        "crypto",
        f"Open futures on {name.lower()}, counted in coins, changed by {{value}} in seven days.",
        "{:+.1%}",
        Thresholds(-0.08, -0.12, f"In coins, which the price does not move. {past}", OPEN_INTEREST),
        observations=leverage.WEEK + 1,
    )


ROWS: tuple[Reading, ...] = (
    _open_interest(
        "BTC",
        "Bitcoin",
        (("open_interest", "BTC"), ("close", "BTC"), ("supply", "BTC")),
        leverage.open_interest_to_market_cap,
        "stood between 2.7 and 3.8% in the year to 2025-11-14, at 3.7% on the eve of the liquidations of 2025-10-10 and at 3.1% "
        "after them.",
    ),
    _open_interest(
        "ETH",
        "Ether",
        (("open_interest", "ETH"), ("market_cap", "ETH")),
        leverage.open_interest_to_value,
        "stood between 5.0 and 12.7% in the year to 2025-11-14, at 120.7 million coins, at 11.2% on the eve of the liquidations "
        "of 2025-10-10 and at 9.1% after them.",
    ),
    _coins_change(
        "BTC",
        "Bitcoin",
        "In the year to 2025-11-14 one day in 27 saw 8% less than a week before, one in 50 saw 12% less.",
    ),
    _coins_change(
        "ETH",
        "Ether",
        "In the year to 2025-11-14 one day in 17 saw 8% less than a week before, one in 29 saw 12% less.",
    ),
    Reading(
        "btc_funding_apr",
        "Funding, per year",
        "fraction/year",
        PAGE,
        (("funding_rate", "BTC"),),
        leverage.funding_apr,
        "both",
        "crypto",
        "Longs pay {value} a year to hold bitcoin perpetuals.",
        "{:+.1%}",
        Thresholds(
            0.0,
            -0.10,
            "Below 0 shorts pay, as on one day in nine since 2019; above 30% a year, one day in ten, longs crowd.",
            "https://www.binance.com/en/futures/funding-history/perpetual/funding-fee-history",
            upper=(0.30, 0.60),
        ),
    ),
    Reading(
        "liquidations_24h",
        "Liquidations, day, sampled",
        "USD/day",
        PAGE,
        LIQUIDATIONS,
        leverage.liquidations,
        "high",
        "crypto",
        "One venue reported {value} USD of forced closings, a sample of them.",
        "{:,.0f}",
        Thresholds(
            0.90,
            0.98,
            "Among the highest tenth, or fiftieth, of its own last year: the feed is sampled, so its level says "
            "little.",
            COINGLASS,
            on="percentile",
        ),
    ),
    Reading(
        "liquidation_stress",
        "Liquidations / usual day",
        "multiple",
        PAGE,
        LIQUIDATIONS,
        leverage.liquidation_stress,
        "high",
        "crypto",
        "Forced closings were {value} times those of the median day of the year before.",
        "{:.1f}",
        Thresholds(
            3.0,
            6.0,
            "In the nine months to 2025-11-14 one day in 28 stood above 3 and one in 138 above 6; 2025-10-10 stood at 27.",
            COINGLASS,
        ),
        observations=leverage.LEAST + 1,
    ),
    Reading(
        "long_share",
        "Longs among them",
        "fraction",
        PAGE,
        LIQUIDATIONS,
        leverage.long_share,
        "high",
        "crypto",
        "Of the forced closings {value} were longs.",
        "{:.0%}",
        Thresholds(
            0.75,
            0.85,
            "In the year to 2025-11-14 one day in six stood above three quarters, one in twenty above 85%.",
            COINGLASS,
        ),
    ),
)
