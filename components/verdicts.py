"""One sentence per page, written from its readings: what is broken, by how much, for how long. Pure text.

Each function takes the readings as of the day and leaves out what is not known; when nothing is, it says why.
"""

from collections.abc import Mapping

import numpy as np

from components.sentences import count, listed, money, percent, percentile
from indicators.readings import Value

Values = Mapping[str, Value]
DEEP = -0.20
"""The field's usual line for a bear market: a fifth below the peak."""
SHALLOW = -0.10
"""The field's usual line for a correction: a tenth below the peak."""
FAR = 3.0
"""Price over cost from which a fleet of today's efficiency says nothing about the miners of the day."""


def production_cost(values: Values) -> str:
    """Say where the price stands against the cost of a coin, for how long, and what a miner keeps."""
    close, cost, ratio = (_of(values, name) for name in ("btc_close", "btc_production_cost", "btc_price_to_cost"))
    if not np.isfinite(ratio):
        return _nothing(values, "btc_price_to_cost")
    gap = percent(abs(ratio - 1), 0)
    if ratio >= FAR:
        return (
            f"Bitcoin at ${close:,.0f} is {ratio:.0f} times the ${cost:,.0f} of electricity that a fleet of today's efficiency "
            "would have spent; see the other cost lines for what miners of the time paid."
        )
    if ratio >= 1:
        text = f"Bitcoin at ${close:,.0f} is {gap} above the ${cost:,.0f} a coin costs to make"
    else:
        days = _of(values, "btc_days_below_cost")
        text = f"Bitcoin at ${close:,.0f} is {gap} below the ${cost:,.0f} a coin costs to make, for {count(days, 'day')} now"
    margin = _of(values, "miner_margin")
    if np.isfinite(margin) and margin < 0:
        text += f"; a typical miner pays ${1 - margin:.2f} for electricity per dollar earned"
    elif np.isfinite(margin):
        text += f"; a typical miner keeps {percent(margin, 0)} of what it earns after electricity"
    return text + "."


def etf_flows(values: Values) -> str:
    """Say who sold on the last complete day, for how many days, and how the month stands."""
    day, streak, month = (_of(values, name) for name in ("btc_etf_net_flow", "btc_etf_outflow_streak", "crypto_etf_flow_mtd"))
    if not np.isfinite(day):
        return _nothing(values, "btc_etf_net_flow")
    time = values["btc_etf_net_flow"].time
    verb = "lost" if day < 0 else "took in"
    text = f"US bitcoin funds {verb} {money(abs(day))} on {time:%d %b %Y}"
    if streak > 1:
        text += f", day {int(streak)} of outflows in a row"
    if np.isfinite(month):
        of_month = values["crypto_etf_flow_mtd"].time
        pace = month * of_month.days_in_month / of_month.day
        text += (
            f"; {of_month:%B} stands at {money(month, signed=True)} with ether, a pace of {money(pace, signed=True)} for the month"
        )
    return text + "."


def drawdowns(values: Values) -> str:
    """Say how far stocks and coins are from their peaks, and which of the two is breaking."""
    stocks, coins = _of(values, "spx_drawdown"), _of(values, "btc_drawdown")
    markets = (("the S&P 500", stocks), ("the Nasdaq", _of(values, "ixic_drawdown")), ("bitcoin", coins))
    below = [f"{name} {percent(-fall)}" for name, fall in markets if fall < 0]
    high = [name for name, fall in markets if fall == 0]
    if not below and not high:
        return _nothing(values, "spx_drawdown")
    told = [f"{listed(below)} below {'its' if len(below) == 1 else 'their'} peak{'s' * (len(below) > 1)}"] if below else []
    told += [f"{listed(high)} at a new high"] if high else []
    text = ", ".join(told)
    text = text[0].upper() + text[1:]
    if np.isfinite(stocks) and np.isfinite(coins):
        text += ": " + _where(stocks, coins)
    return text + "."


def fear(values: Values) -> str:
    """Say what the fear indices and implied volatility read, and how rare that was in the last year."""
    parts = []
    for name, told in (("crypto_fear_greed", "crypto fear & greed"), ("equity_fear_greed", "US equity fear & greed")):
        level = _of(values, name)
        if np.isfinite(level):
            parts.append(f"{told} reads {level:.0f}{_band(level)}{ranked(values, name)}")
    for name, told in (("vix", "the VIX"), ("btc_dvol", "bitcoin's DVOL")):
        level = _of(values, name)
        if np.isfinite(level):
            parts.append(f"{told} is at {level:.1f}{ranked(values, name)}")
    if not parts:
        return _nothing(values, "vix")
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "."


def contagion(values: Values, sender: str = "", receiver: str = "") -> str:
    """Say how closely BNB follows bitcoin, how broad the fall is, how much stress is passed on, by whom and to whom most of all."""
    beta, rho = _of(values, "bnb_btc_beta_30d"), _of(values, "bnb_btc_correlation_30d")
    parts = []
    if np.isfinite(beta) and np.isfinite(rho):
        parts.append(f"over 30 days BNB moved {beta:.2f}% for each 1% of bitcoin (correlation {rho:.2f})")
    breadth = _of(values, "coins_down_5pct")
    if np.isfinite(breadth):
        parts.append(f"{percent(breadth, 0) if breadth else 'none'} of the coins fell 5% or more on the day")
    total, net = _of(values, "connectedness_total"), _of(values, "bnb_net")
    if np.isfinite(total):
        text = f"{percent(total, 0)} of the five markets' volatility comes from one another{ranked(values, 'connectedness_total')}"
        if sender and receiver:
            text += f"; net, {sender} sends most and {receiver} receives most"
        elif np.isfinite(net):
            text += f", and BNB {'sends' if net > 0 else 'receives'} more than it {'receives' if net > 0 else 'sends'}"
        parts.append(text)
    if not parts:
        return _nothing(values, "bnb_btc_beta_30d")
    told = "; ".join(parts) + "."
    return told[0].upper() + told[1:]


def _where(stocks: float, coins: float) -> str:
    if coins <= DEEP and stocks > SHALLOW:
        return "the break is in coins, not in stocks"
    if coins <= DEEP:
        return "coins and stocks are breaking together"
    return "the break is in stocks" if stocks <= SHALLOW else "neither is breaking"


def _band(level: float) -> str:
    return " (extreme fear)" if level < 25 else ""


def ranked(values: Values, name: str) -> str:
    """Say how rare a reading is in its year, from whichever side it is rare, in the tiles' own numbers."""
    rank = values[name].percentile_1y
    if not np.isfinite(rank):
        return ""
    if rank in (0, 1):
        return f", the {'highest' if rank else 'lowest'} of its year"
    shown = int(percentile(rank))
    high = shown >= 50  # the middle
    return f", {'higher' if high else 'lower'} than on {shown if high else 100 - shown}% of days in its year"


def _of(values: Values, name: str) -> float:
    return values[name].value if name in values else float("nan")


def _nothing(values: Values, name: str) -> str:
    return f"No verdict: {values[name].why if name in values else 'nothing is known as of this day'}."
