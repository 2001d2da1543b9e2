"""Sentences by rule: each reading's row says how it is told; where the sign changes the words, a row here has both."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from components import sentences
from components.verdicts import ranked
from indicators.readings import READINGS, Value
from notes.note import Told, clean

SIGNED: Mapping[str, tuple[str, str]] = {
    "btc_etf_net_flow": ("US spot bitcoin funds took in {value}", "US spot bitcoin funds lost {value}"),
    "eth_etf_net_flow": ("US spot ether funds took in {value}", "US spot ether funds lost {value}"),
    "ibit_net_flow": ("IBIT, the largest fund, took in {value}", "IBIT, the largest fund, lost {value}"),
    "btc_etf_flow_5d": (
        "Over five reported days bitcoin funds took in {value}", "Over five reported days bitcoin funds lost {value}",
    ),
    "btc_etf_flow_20d": (
        "Over twenty reported days bitcoin funds took in {value}", "Over twenty reported days bitcoin funds lost {value}",
    ),
    "crypto_market_cap_change_1d": ("All coins together gained {value} in a day", "All coins together lost {value} in a day"),
    "mstr_unrealised": (
        "Strategy's coins are worth {value} more than they cost", "Strategy's coins are worth {value} less than they cost",
    ),
    "miner_margin": (
        "Miners keep {value} of revenue after electricity", "Miners pay {value} of revenue for electricity beyond what they earn",
    ),
    "btc_funding_apr": (
        "Longs pay {value} a year to hold bitcoin perpetuals", "Shorts pay {value} a year to hold bitcoin perpetuals",
    ),
    "hash_ribbon": (
        "The mean hash rate of 30 days stands {value} above that of 60 days",
        "The mean hash rate of 30 days stands {value} below that of 60 days",
    ),
    "mstr_price_to_cost": (
        "Bitcoin stands {value} above what Strategy paid on average", "Bitcoin stands {value} below what Strategy paid on average",
    ),
    "bnb_net": ("BNB sent {value} more than it received", "BNB received {value} more than it sent"),
}  # fmt: skip
"""By reading, its sentence at or above 0 and below it; the value is printed without its sign."""
PLAIN: Mapping[str, str] = {
    "vix": "The VIX closed at {value} points",
    "crypto_fear_greed": "Crypto fear & greed stands at {value} of 100",
    "equity_fear_greed": "CNN's fear & greed stands at {value} of 100",
    "btc_dvol_rank_1y": "Bitcoin's implied volatility stands at {value} of the way from the low to the high of the year before it",
}
"""By reading, a sentence that says the unit where its row leaves it to the tile."""
PASSED: Mapping[str, str] = {
    "btc_dvol_rank_1y": "Bitcoin's implied volatility stands above the high of the year before, by {value} of that year's range",
}
"""By reading, what is said where it stands above its year."""
MOVED, BELOW = "_change_1d", "_drawdown"
"""Endings of readings that are a day's move, and a fall from the peak."""
NEUTRAL = ("btc_funding_apr", "hash_ribbon", "bnb_net")
"""Readings whose sign says which way something goes, and not that it is bad."""
RANKS = ("_percentile_1y", "_rank_1y")
"""Readings that are themselves a place in the year."""
NAMED = 3
"""Publishers that a sentence names; the others are counted."""


def sentence(values: Mapping[str, Value], name: str) -> Told:
    """Tell one reading that has a value: the sentence of its row, and how rare it is in its year."""
    value, row = values[name], READINGS[name]
    return Told(f"{_worded(value)}{_rank(values, name)}.", row.page, (name,), foot([value]), value.state)


def label(name: str) -> str:
    """Name a reading where no page around it says whose it is."""
    told = READINGS[name].label
    return f"Strategy, {told[0].lower()}{told[1:]}" if name.startswith("mstr_") and told[1].islower() else told


def _rank(values: Mapping[str, Value], name: str) -> str:
    """Say how rare a reading is in its year; of a loss told without its sign, that the reading is what is lower."""
    if name.endswith(RANKS):
        return ""
    told = ranked(values, name)
    if name.endswith(BELOW):
        if ", higher than" in told:  # what it has fallen is extreme; that it has fallen further before does not belong beside it
            return ""
        told = told.replace(", higher than", ", less far than").replace(", lower than", ", farther than")
        return told.replace("lowest", "farthest")
    lost = values[name].value < 0 and (name in SIGNED or name.endswith(MOVED))
    if not lost:
        return told
    if name in NEUTRAL:
        return told.replace(", higher than", ", a higher figure than").replace(", lower than", ", a lower figure than")
    told = told.replace(", higher than", ", better than").replace(", lower than", ", worse than")
    return told.replace("the highest", "the best").replace("the lowest", "the worst")


def _worded(value: Value) -> str:
    row, amount = READINGS[value.id], value.value
    subject = row.label.partition(",")[0]
    if value.id in SIGNED:
        return SIGNED[value.id][amount < 0].format(value=unsigned(amount, value.id))
    if value.id.endswith(MOVED) and row.unit == "fraction":
        way = "rose" if amount > 0 else "fell"
        return f"{subject} {way} {unsigned(amount, value.id)} in a day" if amount else f"{subject} did not move in a day"
    if value.id.endswith(BELOW):
        fallen = f"stands {unsigned(amount, value.id)} below" if amount else "is at"
        return f"{subject} {fallen} its highest close"
    if value.id in PASSED and amount > 1:
        return PASSED[value.id].format(value=unsigned(amount - 1, value.id))
    template = PLAIN.get(value.id, row.sentence.rstrip("."))
    return template.replace("{value} USD", "{value}").format(value=sentences.reading(amount, value.id))


def unsigned(amount: float, name: str) -> str:
    """Print a reading's value without its sign, where a word says which way."""
    return sentences.reading(abs(amount), name).replace("+", "")


def foot(values: Iterable[Value]) -> str:
    """Say the day, the age and the publishers of what a sentence was written from; of many numbers the oldest day."""
    known = [value for value in values if pd.notna(value.time) and np.isfinite(value.value)]
    if not known:
        return ""
    oldest = max(known, key=lambda value: value.age)
    return f"{oldest.time:%d %b %Y} · {sentences.old(oldest.age)} · {publishers(known)}"


def publishers(values: Iterable[Value]) -> str:
    """Name the publishers of some readings, of many the first ones."""
    names = list(dict.fromkeys(clean(name) for value in values for name in value.publishers))
    more = len(names) - NAMED
    return (", ".join(names[:NAMED]) or "computed") + (f" and {more} more" if more > 0 else "")
