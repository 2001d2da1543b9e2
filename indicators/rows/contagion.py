"""Readings of the page contagion: who falls with bitcoin, who sends stress, who receives it."""

from functools import partial

import pandas as pd

from indicators import connectedness, connectedness_bands, contagion
from indicators.row import Part, Reading, Thresholds
from indicators.rows.drawdowns import change_row

PAGE = "contagion"
BNB, BTC, SPX = ("close", "BNB"), ("close", "BTC"), ("level", "SPX")
COINS = ("BTC", "ETH", "BNB", "SOL", "XRP", "DOGE", "ADA", "TRX", "LINK", "LTC", "BCH", "XLM")
NETWORK = ("BTC", "ETH", "BNB", "SPX", "IXIC")
RANGES = (
    *((measure, coin) for coin in NETWORK[:3] for measure in ("high", "low")),
    *((measure, index) for index in NETWORK[3:] for measure in ("level_high", "level_low")),
)
STILL = "no window of days that both have is full, or a price stood still in it"
SINGULAR = f"no {connectedness.WINDOW} days on which all five markets have a range, or one stood still or moved as another did"
DIEBOLD_YILMAZ = "https://doi.org/10.1016/j.ijforecast.2011.02.006"
ANG_CHEN_XING = "https://doi.org/10.1093/rfs/hhj035"


def log_ranges(*highs_and_lows: pd.Series) -> pd.DataFrame:
    """Log ranges of the five markets, a column each; NaN where a market has no range that day."""
    pairs = zip(highs_and_lows[::2], highs_and_lows[1::2], strict=True)
    return pd.concat([connectedness.log_range(high, low) for high, low in pairs], axis=1, keys=NETWORK, sort=True)


def network(*highs_and_lows: pd.Series) -> connectedness.RollingConnectedness:
    """Connectedness of the five markets over every window of their common days."""
    return connectedness.rolling_connectedness(log_ranges(*highs_and_lows))


def bands_ahead(*highs_and_lows: pd.Series) -> None:
    """Bootstrap the band of every week's last estimate: five seconds once, and for a new day only what is new."""
    ranges = log_ranges(*highs_and_lows).dropna()
    days = pd.DatetimeIndex(ranges.index[connectedness.WINDOW - 1 :])
    connectedness_bands.bands(ranges, connectedness_bands.week_ends(days))


def change_24h(hourly: pd.Series) -> pd.Series:
    """Change over the 24 hours that end with the last hour held of each UTC day."""
    hours = pd.DatetimeIndex(hourly.index)
    before = hourly.reindex(hours - pd.Timedelta(hours=24)).to_numpy()
    changes = (hourly / before - 1).dropna()
    return changes[~pd.DatetimeIndex(changes.index).floor("D").duplicated(keep="last")]


def _ranked(reason: str, link: str) -> Thresholds:
    return Thresholds(0.90, 0.98, reason, link, on="percentile")


_CLOSE = _ranked(
    "Among the highest tenth, or fiftieth, of its own last year: coins always move together, so only the change tells.",
    ANG_CHEN_XING,
)
_NET = _ranked("Among the highest tenth, or fiftieth, of its own last year: theory names no level.", DIEBOLD_YILMAZ)

ROWS: tuple[Reading, ...] = (
    Reading(
        "bnb_close",
        "BNB",
        "USD",
        PAGE,
        (BNB,),
        lambda close: close,
        "low",
        "crypto",
        "BNB closed at {value} USD.",
        "{:,.2f}",
        Thresholds(
            0.10,
            0.02,
            "Among the lowest tenth, or fiftieth, of its own last year: no level of a price is stress as such.",
            "https://www.binance.com/en/trade/BNB_USDT",
            on="percentile",
        ),
    ),
    change_row("BNB", "BNB", "close", "crypto", PAGE),
    Reading(
        "bnb_change_24h",
        "BNB, 24 hours",
        "fraction",
        PAGE,
        (("hour_close", "BNB"),),
        change_24h,
        "low",
        "crypto",
        "BNB moved {value} in 24 hours.",
        "{:+.2%}",
        Thresholds(
            -0.05,
            -0.10,
            "As for a calendar day: since 2017 BNB fell by 5% on about 32 days a year, by 10% on about 6.",
            "https://www.binance.com/en/trade/BNB_USDT",
        ),
        observations=25,
        interval="1h",
    ),
    *(
        Reading(
            f"bnb_btc_correlation_{days}d",
            f"BNB–BTC, {days} days",
            "correlation",
            PAGE,
            (BNB, BTC),
            partial(contagion.rolling_correlation, window=days),
            "high",
            "crypto",
            f"Over {days} days BNB and bitcoin correlate at {{value}}.",
            "{:.2f}",
            _CLOSE,
            observations=days + 1,
            short=STILL,
        )
        for days in (30, 90)
    ),
    *(
        Reading(
            f"bnb_btc_beta_{days}d",
            f"BNB beta, {days} days",
            "beta",
            PAGE,
            (BNB, BTC),
            partial(contagion.rolling_beta, window=days),
            "high",
            "crypto",
            f"Over {days} days BNB moved {{value}} percent per percent of bitcoin.",
            "{:.2f}",
            _CLOSE,
            observations=days + 1,
            short=STILL,
        )
        for days in (30, 90)
    ),
    Reading(
        "bnb_btc_downside_beta_90d",
        "BNB downside beta",
        "beta",
        PAGE,
        (BNB, BTC),
        partial(contagion.rolling_downside_beta, window=90),
        "high",
        "crypto",
        "On bitcoin's bad days BNB moved {value} percent per percent.",
        "{:.2f}",
        _CLOSE,
        observations=91,
        short=STILL,
    ),
    Reading(
        "btc_spx_correlation_60d",
        "BTC–S&P 500, 60 days",
        "correlation",
        PAGE,
        (BTC, SPX),
        partial(contagion.rolling_correlation, window=60),
        "high",
        "exchange",
        "Over 60 common days bitcoin and the S&P 500 correlate at {value}.",
        "{:.2f}",
        Thresholds(
            0.50,
            0.60,
            "Since 2017 one day in five stood above 0.5 and one in eighteen above 0.6; 0.7 was never reached.",
            "https://finance.yahoo.com/quote/%5EGSPC/history/",
        ),
        observations=61,
        short=STILL,
    ),
    Reading(
        "connectedness_total",
        "Connectedness",
        "fraction",
        PAGE,
        RANGES,
        Part(network, lambda estimates: estimates.total, bands_ahead),
        "high",
        "exchange",
        "Of the five markets' volatility, {value} came from one another.",
        "{:.0%}",
        _NET,
        observations=connectedness.WINDOW,
        short=SINGULAR,
    ),
    Reading(
        "bnb_received",
        "BNB received",
        "fraction",
        PAGE,
        RANGES,
        Part(network, lambda estimates: estimates.received["BNB"]),
        "high",
        "exchange",
        "Of BNB's volatility, {value} came from the other markets.",
        "{:.0%}",
        _NET,
        observations=connectedness.WINDOW,
        short=SINGULAR,
    ),
    Reading(
        "bnb_net",
        "BNB net",
        "fraction",
        PAGE,
        RANGES,
        Part(network, lambda estimates: estimates.net["BNB"]),
        "high",
        "exchange",
        "BNB sent {value} more than it received.",
        "{:+.1%}",
        _NET,
        observations=connectedness.WINDOW,
        short=SINGULAR,
    ),
    Reading(
        "coins_down_5pct",
        "Coins down 5%",
        "fraction",
        PAGE,
        tuple(("close", coin) for coin in COINS),
        contagion.coins_down,
        "high",
        "crypto",
        "Of the twelve coins, {value} fell by five percent or more.",
        "{:.0%}",
        Thresholds(
            0.50,
            0.90,
            "Half of the coins down 5% is a market's fall, not a coin's; nine in ten is everything at once.",
            "https://www.binance.com/en/markets/overview",
        ),
        observations=2,
    ),
)
