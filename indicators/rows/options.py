"""Readings of the page options: what insurance costs and who buys it."""

from indicators import options
from indicators.row import Reading, Thresholds

PAGE = "options"
DVOL_LINK = "https://insights.deribit.com/exchange-updates/dvol-deribit-implied-volatility-index/"
COINS = (("BTC", "Bitcoin"), ("ETH", "Ether"))

DVOL = Reading(
    "eth_dvol",
    "ETH DVOL",
    "vol points",
    PAGE,
    (("dvol", "ETH"),),
    lambda dvol: dvol,
    "high",
    "crypto",
    "Ether's implied volatility closed at {value} points.",
    "{:.1f}",
    Thresholds(
        0.80,
        0.95,
        "Higher than four fifths, or nineteen twentieths, of the days of its last year: ether always prices more than bitcoin.",
        DVOL_LINK,
        on="percentile",
    ),
)

REALIZED = Reading(
    "btc_realized_volatility_30d",
    "BTC realized, 30 days",
    "vol points",
    PAGE,
    (("close", "BTC"),),
    options.realized_volatility,
    "high",
    "crypto",
    "Over 30 days bitcoin realized a volatility of {value} points.",
    "{:.1f}",
    Thresholds(
        0.90,
        0.98,
        "Among the highest tenth, or fiftieth, of its own last year: what is much for a coin changes with the years.",
        "https://doi.org/10.1093/jjfinec/nbp001",
        on="percentile",
    ),
    observations=options.WINDOW + 1,
)

PREMIUM = Reading(
    "btc_implied_less_realized",
    "Implied less realized",
    "vol points",
    PAGE,
    (("dvol", "BTC"), ("close", "BTC")),
    options.implied_less_realized,
    "both",
    "crypto",
    "Bitcoin options price {value} points more volatility than the last 30 days had.",
    "{:+.1f}",
    Thresholds(
        -5.0,
        -10.0,
        "Since 2021 one day in ten lay below −5, where the market moves more than was insured, and one in twelve above 25, where "
        "fear is priced beyond what happens; sellers of options live on the middle.",
        "https://doi.org/10.1093/rfs/hhn038",
        upper=(25.0, 30.0),
    ),
    observations=options.WINDOW + 1,
)


VOLUME = Reading(
    "btc_put_call_volume",
    "BTC puts per call, traded",
    "ratio",
    PAGE,
    (("put_call_volume_24h", "BTC"),),
    options.last_of_day,
    "high",
    "crypto",
    "Over 24 hours {value} puts on bitcoin were traded per call.",
    "{:.2f}",
    Thresholds(
        1.0,
        1.5,
        "From 1 on more puts than calls are traded; on Deribit it rose to 1.66 before the quarterly expiry of June 2024.",
        "https://chaincatcher.com/en/article/2131192",
    ),
    interval="0D",
)


def _put_call(asset: str, name: str) -> Reading:
    return Reading(
        f"{asset.lower()}_put_call_oi",
        f"{asset} puts per call, open",
        "ratio",
        PAGE,
        (("put_call_oi", asset),),
        options.last_of_day,
        "high",
        "crypto",
        f"Of options on {name.lower()} {{value}} puts are open per call.",
        "{:.2f}",
        Thresholds(
            0.70,
            1.0,
            "0.72 was the highest of a year when Luna had failed in May 2022; from 1 on more puts than calls are open. "
            "Who holds them is not known: puts are also sold.",
            "https://www.coindesk.com/business/2022/05/20/first-mover-americas-bitcoin-heads-for-record-8-week-losing-streak/",
        ),
        interval="0D",
    )


def _skew(asset: str, name: str) -> Reading:
    return Reading(
        f"{asset.lower()}_skew_25d",
        f"{asset} skew, 25 delta",
        "vol points",
        PAGE,
        (("skew_25d", asset),),
        options.last_of_day,
        "low",
        "crypto",
        f"Calls on {name.lower()} 30 days out cost {{value}} points against puts at 25 delta; below 0 puts are dearer.",
        "{:+.1f}",
        Thresholds(
            -5.0,
            -10.0,
            "Calls less puts. At the low of November 2025 one-month puts on bitcoin cost about 5 more than calls; on 2026-02-06, "
            "at a premium of 28%, well over 10.",
            "https://bitcoinethereumnews.com/bitcoin/bitcoin-options-market-signals-rising-fear-as-25-delta-skew-spikes-in-november",
        ),
        interval="0D",
    )


def _slope(asset: str, name: str) -> Reading:
    return Reading(
        f"{asset.lower()}_iv_term_slope",
        f"{asset} term structure",
        "vol points",
        PAGE,
        (("iv_180d", asset), ("iv_7d", asset)),
        options.term_slope,
        "low",
        "crypto",
        f"Options on {name.lower()} 180 days out price {{value}} points against those 7 days out; below 0 it is inverted.",
        "{:+.1f}",
        Thresholds(
            0.0,
            -10.0,
            "180 days less 7: below 0 the next week is dearer than the next half-year, as only in spikes of volatility; below "
            "−10 a daily move more than half a point larger is priced for the week.",
            "https://insights.deribit.com/industry/weekly-commentary-front-falls-further/",
        ),
        interval="0D",
    )


ROWS: tuple[Reading, ...] = (
    DVOL,
    REALIZED,
    PREMIUM,
    VOLUME,
    *(make(asset, name) for make in (_put_call, _skew, _slope) for asset, name in COINS),
)
