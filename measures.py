"""The dictionary: what every measure is called, its unit, its meaning, its format and its bounds.

A measure is what a publisher publishes; it has one unit, said here and nowhere else. Sources are checked
against these rows, charts and tables are labelled from them. Adding a measure is adding a row.
"""

from dataclasses import dataclass

DAY = "1D"
"""Interval of a daily observation: it starts at 00:00 UTC and is complete a day later."""
POINT = "0D"
"""Interval of a state that holds from its time on (difficulty, holdings): complete at once."""


@dataclass(frozen=True)
class Measure:
    """One row of the dictionary.

    Parameters
    ----------
    label : str
        What a trader calls it.
    unit : str
        The one unit of its values; fractions are fractions (0.05 is 5 %), money is USD.
    definition : str
        One sentence, for tooltips and the glossary.
    format : str
        How one value is printed, a ``str.format`` template.
    interval : str
        Length of the interval that an observation's ``time`` starts.
    low, high : float or None
        Bounds a value must respect; None is unbounded.
    low_open : bool
        True when ``low`` itself is refused (a price of 0 is not a price).
    """

    label: str
    unit: str
    definition: str
    format: str
    interval: str = DAY
    low: float | None = None
    high: float | None = None
    low_open: bool = False


def _price(label: str, definition: str, unit: str = "USD", interval: str = DAY) -> Measure:
    return Measure(label, unit, definition, "{:,.2f}", interval, low=0.0, low_open=True)


def _amount(label: str, unit: str, definition: str, form: str = "{:,.0f}", interval: str = DAY) -> Measure:
    return Measure(label, unit, definition, form, interval, low=0.0)


MEASURES: dict[str, Measure] = {
    "open": _price("Open", "First price of the interval."),
    "high": _price("High", "Highest price of the interval."),
    "low": _price("Low", "Lowest price of the interval."),
    "close": _price("Close", "Last price of the interval; a coin's day ends at 00:00 UTC, a share's at its exchange's close."),
    "level": _price("Level", "Closing level of an index.", "points"),
    "level_open": _price("Level at open", "First level of the session.", "points"),
    "level_high": _price("Session high", "Highest level of the session.", "points"),
    "level_low": _price("Session low", "Lowest level of the session.", "points"),
    "bar_open": _price("Bar open", "First price of a five-minute bar.", interval="5min"),
    "bar_high": _price("Bar high", "Highest price of a five-minute bar.", interval="5min"),
    "bar_low": _price("Bar low", "Lowest price of a five-minute bar.", interval="5min"),
    "bar_close": _price("Bar close", "Last price of a five-minute bar.", interval="5min"),
    "hour_open": _price("Hourly open", "First price of an hourly bar.", interval="1h"),
    "hour_high": _price("Hourly high", "Highest price of an hourly bar.", interval="1h"),
    "hour_low": _price("Hourly low", "Lowest price of an hourly bar.", interval="1h"),
    "hour_close": _price("Hourly close", "Last price of an hourly bar.", interval="1h"),
    "hour_volume": _amount("Hourly volume", "units/hour", "Coins traded in the hour on one venue.", "{:,.2f}", "1h"),
    "volume": _amount("Volume", "units/day", "Coins traded in the day on one venue, or shares on all exchanges.", "{:,.0f}"),
    "futures_price": _price("Futures price", "Settlement price of a futures contract; for fed funds 100 less the rate.", "points"),
    "net_flow": Measure("Net flow", "USD/day", "Creations less redemptions of a fund; positive is money in.", "{:+,.0f}"),
    "fear_greed": Measure("Fear & greed", "0–100", "A publisher's sentiment index; low is fear.", "{:.0f}", low=0.0, high=100.0),
    "put_call_volume": _amount("Put/call volume", "ratio", "Puts traded per call traded, five-day average.", "{:.2f}"),
    "high_yield_spread": Measure("High-yield spread", "fraction", "Yield of junk bonds above investment grade.", "{:.2%}"),
    "put_call_oi": _amount(
        "Put/call open interest", "ratio", "Open puts per open call over all expiries, in coins.", "{:.2f}", POINT
    ),
    "put_call_volume_24h": _amount(
        "Put/call volume, 24 h", "ratio", "Puts traded per call traded in the last 24 hours, in coins.", "{:.2f}", POINT
    ),
    "skew_25d": Measure(
        "25-delta skew", "vol points", "Implied volatility of 25-delta calls less puts, 30 days out; negative: puts are bid.",
        "{:+.1f}", POINT,
    ),
    **{
        f"iv_{days}d": _amount(
            f"Implied volatility, {days} d", "vol points", f"At-the-money implied volatility {days} days out.", "{:.1f}", POINT
        )
        for days in (7, 30, 60, 90, 180)
    },
    "option_volume": _amount("Option volume", "coins/day", "Options traded in the last 24 hours, in coins.", interval=POINT),
    "option_open_interest": _amount("Option open interest", "coins", "Open options over all expiries, in coins.", interval=POINT),
    "dvol": _amount("DVOL", "vol points", "Deribit's 30-day implied volatility, annualized.", "{:.1f}"),
    "difficulty": Measure(
        "Difficulty",
        "hashes/2³²",
        "Expected hashes per block divided by 2^32, from the epoch's first block on.",
        "{:.4g}",
        POINT,
        low=0.0,
        low_open=True,
    ),
    "hash_rate": _amount("Hash rate", "H/s", "Estimated hashes per second of the whole network.", "{:.3g}"),
    "fleet_efficiency": Measure(
        "Fleet efficiency",
        "J/TH",
        "Cambridge's estimate of the network's energy per hash, site overhead included.",
        "{:.1f}",
        "1MS",
        low=0.0,
        low_open=True,
    ),
    "fees": _amount("Fees", "BTC/day", "Transaction fees paid to miners.", "{:,.2f}"),
    "miners_revenue": _amount("Miners' revenue", "USD/day", "Subsidy and fees paid to miners, at the price of the day."),
    "supply": _amount("Supply", "BTC", "Coins issued so far."),
    "long_term_supply": _amount("Long-term holders' supply", "BTC", "Coins that have not moved for more than 155 days."),
    "exchange_balance": _amount("Exchange balance", "BTC", "Coins at the addresses of exchanges, all of them together."),
    "mvrv": _amount("MVRV", "multiple", "Market value over realized value.", "{:.2f}"),
    "holdings": _amount("Holdings", "BTC", "Coins held by a company, by the date of the filing's count.", interval=POINT),
    "cost_basis": _amount("Cost basis", "USD", "What the coins held were bought for.", interval=POINT),
    "shares_outstanding": _amount(
        "Shares outstanding", "shares", "Basic shares of a company, all classes, by filing date.", interval=POINT
    ),
    "debt": _amount("Debt", "USD", "Notional of a company's debt, convertibles included, by filing date.", interval=POINT),
    "preferred": _amount("Preferred stock", "USD", "Notional of a company's preferred stock, by filing date.", interval=POINT),
    "cash": _amount("Cash", "USD", "Cash and US-dollar reserve of a company, by filing date.", interval=POINT),
    "open_interest": _amount("Open interest", "USD", "Notional value of open futures, counted once."),
    "liquidations_long": _amount(
        "Long liquidations", "USD/day", "Forced sales of long positions, as a venue reports them: sampled."
    ),
    "liquidations_short": _amount(
        "Short liquidations", "USD/day", "Forced purchases of short positions, as a venue reports them: sampled."
    ),
    "funding_rate": Measure(
        "Funding rate", "1/8h", "Paid by longs to shorts every eight hours; negative is paid by shorts.", "{:.4%}"
    ),
    "fed_target_lower": Measure("Fed target, lower", "fraction/year", "Lower bound of the federal funds target range.", "{:.2%}"),
    "fed_target_upper": Measure("Fed target, upper", "fraction/year", "Upper bound of the federal funds target range.", "{:.2%}"),
    "effr": Measure(
        "Effective fed funds rate", "fraction/year", "Volume-weighted median rate of overnight federal funds.", "{:.2%}"
    ),
    "fomc_meeting": Measure(
        "FOMC meeting", "days", "Length of a meeting of the Fed's rate setters, on the day of its decision.", "{:.0f}", low=1.0
    ),
    "fomc_days_ahead": Measure(
        "Days to FOMC", "days", "Days from the calendar's day to the decision; FOMC1 is the next meeting.", "{:.0f}", POINT, low=0.0
    ),
    "stlfsi": Measure(
        "St. Louis stress index", "index", "St. Louis Fed Financial Stress Index, weekly; 0 is average.", "{:+.2f}", POINT
    ),
    "ciss": Measure(
        "CISS", "0–1", "ECB Composite Indicator of Systemic Stress of the euro area.", "{:.3f}", low=0.0, high=1.0
    ),
    "ofr_fsi": Measure(
        "OFR stress index", "index", "Office of Financial Research Financial Stress Index; 0 is average.", "{:+.2f}"
    ),
    "market_cap": _amount("Market value", "USD", "Price times coins, over all coins the publisher counts."),
}
