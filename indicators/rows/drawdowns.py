"""Readings of the page drawdowns: how far from the peak, and how fast."""

from dataclasses import dataclass

from indicators import drawdowns
from indicators.row import Calendar, Reading, Thresholds

PAGE = "drawdowns"


@dataclass(frozen=True)
class _Market:
    asset: str
    name: str
    measure: str
    calendar: Calendar


_MARKETS = (
    _Market("SPX", "S&P 500", "level", "exchange"),
    _Market("IXIC", "Nasdaq Composite", "level", "exchange"),
    _Market("NDX", "Nasdaq 100", "level", "exchange"),
    _Market("HSI", "Hang Seng", "level", "exchange"),
    _Market("CSI300", "CSI 300", "level", "exchange"),
    _Market("BTC", "Bitcoin", "close", "crypto"),
    _Market("ETH", "Ether", "close", "crypto"),
    _Market("BNB", "BNB", "close", "crypto"),
)
MOVERS = ("SPX", "IXIC", "NDX", "BTC", "ETH")
"""Markets with a row for the day's change; BNB's belongs to contagion."""
RANKED = ("SPX", "NDX", "BTC")
"""Markets with a row for the fall from the two-year high, which the stress index ranks."""

_FALLEN: dict[str, Thresholds] = {
    "exchange": Thresholds(
        -0.10,
        -0.20,
        "A tenth below the peak is called a correction, a fifth a bear market.",
        "https://www.investopedia.com/terms/b/bearmarket.asp",
    ),
    "crypto": Thresholds(
        -0.30,
        -0.50,
        "Bitcoin has fallen by 30% within rising markets; falls of half belong to the bear markets of "
        "2018 (83%) and 2022 (77%).",
        "https://www.binance.com/en/trade/BTC_USDT",
    ),
}
_MOVED: dict[str, Thresholds] = {
    "exchange": Thresholds(
        -0.015,
        -0.03,
        "Since 1998 the S&P 500 fell by 1.5% on about 19 days a year, by 3% on about 4.",
        "https://finance.yahoo.com/quote/%5EGSPC/history/",
    ),
    "crypto": Thresholds(
        -0.05,
        -0.10,
        "Since 2017 bitcoin fell by 5% on about 22 days a year, by 10% on about 4.",
        "https://www.binance.com/en/trade/BTC_USDT",
    ),
}


def change_row(asset: str, name: str, measure: str, calendar: Calendar, page: str) -> Reading:
    """Row of a market's change since the observation before; for coins, since the day before."""
    function = drawdowns.change if calendar == "exchange" else drawdowns.day_on_day
    return Reading(
        f"{asset.lower()}_change_1d",
        f"{name}, day",
        "fraction",
        page,
        ((measure, asset),),
        function,
        "low",
        calendar,
        name + " moved {value} in a day.",
        "{:+.2%}",
        _MOVED[calendar],
        observations=2,
    )


def _fallen(market: _Market) -> Reading:
    return Reading(
        f"{market.asset.lower()}_drawdown",
        f"{market.name}, from peak",
        "fraction",
        PAGE,
        ((market.measure, market.asset),),
        drawdowns.drawdown,
        "low",
        market.calendar,
        market.name + " stands {value} from its highest close.",
        "{:.1%}",
        _FALLEN[market.calendar],
    )


def _below_high(market: _Market) -> Reading:
    return Reading(
        f"{market.asset.lower()}_below_2y_high",
        f"{market.name}, 2y high",
        "fraction",
        PAGE,
        ((market.measure, market.asset),),
        drawdowns.below_high,
        "none",
        market.calendar,
        market.name + " stands {value} from its highest close of two years.",
        "{:.1%}",
    )


ROWS: tuple[Reading, ...] = (
    *(_fallen(market) for market in _MARKETS),
    *(_below_high(market) for market in _MARKETS if market.asset in RANKED),
    *(
        change_row(market.asset, market.name, market.measure, market.calendar, PAGE)
        for market in _MARKETS
        if market.asset in MOVERS
    ),
    Reading(
        "spx_worst_fall_80m",
        "S&P 500, 80 minutes",
        "fraction",
        PAGE,
        (("bar_high", "SPY"), ("bar_low", "SPY")),
        drawdowns.worst_fall,
        "low",
        "exchange",
        "Within eighty minutes the S&P 500 fund SPY fell by as much as {value}.",
        "{:.2%}",
        Thresholds(
            -0.025,
            -0.07,
            "2.5% is the fall of 2025-11-20 as it was reported; at 7% trading halts.",
            "https://www.nyse.com/trade/market-volatility",
            inclusive=True,
        ),
    ),
    Reading(
        "crypto_market_cap_change_1d",
        "Crypto value, day",
        "USD",
        PAGE,
        (("market_cap", "CRYPTO"),),
        drawdowns.day_on_day_difference,
        "low",
        "crypto",
        "The value of all coins changed by {value} USD in a day.",
        "{:+,.0f}",
        Thresholds(
            -100e9,
            -200e9,
            "A loss of 100 bn in a day made the headlines of 2025-11-20.",
            "https://www.coingecko.com/en/charts",
        ),
        observations=2,
    ),
)
