"""Readings of the page leverage: what is borrowed, what it costs, what was closed by force."""

from indicators import leverage
from indicators.row import Reading, Thresholds

PAGE = "leverage"
COINGLASS = "https://www.coinglass.com/LiquidationData"
LIQUIDATIONS = tuple((f"liquidations_{side}", asset) for side in ("long", "short") for asset in ("BTC", "ETH"))


def _open_interest(asset: str, name: str, stress: float, extreme: float, reason: str) -> Reading:
    return Reading(
        f"oi_to_market_cap_{asset.lower()}",
        f"{name} open interest",
        "fraction",
        PAGE,
        (("open_interest", asset), ("close", asset), ("supply", asset)),
        leverage.open_interest_to_market_cap,
        "high",
        "crypto",
        f"Open futures on {name.lower()} are {{value}} of its market value.",
        "{:.2%}",
        Thresholds(stress, extreme, reason, "https://www.coinglass.com/pro/futures/OpenInterest"),
    )


ROWS: tuple[Reading, ...] = (
    _open_interest(
        "BTC",
        "Bitcoin",
        0.035,
        0.040,
        "In the year to 2025-11-14 it stood between 2.7 and 3.8%, at 3.7% on the eve of the "
        "liquidations of 2025-10-10 and at 3.1% after them.",
    ),
    _open_interest(
        "ETH",
        "Ether",
        0.10,
        0.12,
        "In the year to 2025-11-14, at 120.7 million coins, it stood between 5.0 and 12.7%, at "
        "11.2% on the eve of the liquidations of 2025-10-10 and at 9.1% after them.",
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
        "Liquidations, day",
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
