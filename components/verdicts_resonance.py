"""What the page of easing signals says: the verdict, since when a signal stands as it does, and the numbers it rests on."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from components.sentences import NO_VALUE, count, day, listed, money, number, percent

if TYPE_CHECKING:
    from indicators.easing import Easing
    from indicators.signals import Signal

TITLES = {
    "strong_hands": "Coins move to strong hands",
    "volatility": "Volatility falls from high",
    "miners": "Miners' pressure eases",
    "leverage": "Leverage is out",
    "flows": "Flows turn",
    "institutions": "Institutions return",
}
SUBJECTS = {
    "strong_hands": "strong hands",
    "volatility": "volatility",
    "miners": "miners",
    "leverage": "leverage",
    "flows": "flows",
}
NOT_HELD = (
    "Not held: no free publisher. Import a tidy file with long_term_supply and exchange_balance of BTC, both in BTC, to have it "
    "judged."
)
PER_YEAR = 1095
"""Fundings of eight hours in a year, as the reading of funding counts them."""
Line = tuple[str, float]
"""A sentence and whether its condition holds: 1, 0 or NaN."""


def verdict(easing: "Easing", as_of: pd.Timestamp) -> str:
    """Say how many of the known signals are lit, which and since when, and which are not known."""
    states = {name: signal.on(as_of) for name, signal in easing.signals.items()}
    lit = [f"{SUBJECTS[name]}{_since(easing.signals[name])}" for name, state in states.items() if state == 1]
    unlit = [SUBJECTS[name] for name, state in states.items() if state == 0]
    unknown = [SUBJECTS[name] for name, state in states.items() if np.isnan(state)]
    known = len(lit) + len(unlit)
    if not known:
        return "None of the five easing signals can be judged as of this day: what they look at is not held or too old."
    if known == 1:
        told = f"The one easing signal that is known is {'lit' if lit else 'not lit'}: {(lit or unlit)[0]}"
        return f"{told}; {listed(unknown)} are not known."
    told = f"{len(lit) or 'None'} of {known} known easing signals {'are' if len(lit) > 1 else 'is'} lit"
    parts = [f"{told}: {listed(lit)}" if lit else told]
    parts += [f"{listed(unlit)} {_verb(unlit)} not lit"] if unlit and lit else []
    parts += [f"{listed(unknown)} {_verb(unknown)} not known"] if unknown else []
    return "; ".join(parts) + "."


def _verb(subjects: list[str]) -> str:
    plural = len(subjects) > 1 or subjects[0] in ("strong hands", "miners", "flows")
    return "are" if plural else "is"


def _since(signal: "Signal") -> str:
    found = signal.since()
    return "" if found is None else f" since {'at least ' * (not found[1])}{day(found[0])}"


def standing(signal: "Signal", as_of: pd.Timestamp) -> tuple[str, str]:
    """Say a signal's state, one of lit, unlit and unknown, and since when it stands so."""
    state = signal.on(as_of)
    if np.isnan(state):
        return "unknown", ""
    found = signal.since()
    if found is None:
        return "unknown", ""
    word = "lit" if state == 1 else "not lit"
    length = count((as_of - found[0]).days + 1, "day")
    return ("lit" if state == 1 else "unlit"), f"{word}{_since(signal)}, {length}"


def unknown(signal: "Signal", as_of: pd.Timestamp) -> str:
    """Say why a signal is not known."""
    lacking = signal.lacking(as_of)
    if signal.name == "strong_hands" and all(pd.isna(last) for last in lacking.values()) and lacking:
        return NOT_HELD
    told = [
        f"{name} {_plural(name, 'is', 'are')} not held" if pd.isna(last)
        else f"{name} {_plural(name, 'was', 'were')} last published for {day(last)}, {count((as_of - last).days, 'day')} before"
        for name, last in lacking.items()
    ]  # fmt: skip
    return f"Not known: {'; '.join(told) or 'too short a history is held'}."


def _plural(name: str, one: str, many: str) -> str:
    return many if name.endswith("s") else one


def evidence(signal: "Signal") -> list[Line]:
    """Say each condition of a signal with the numbers it looks at."""
    if signal.lit.empty:
        return []
    checks = {str(name): float(value) for name, value in signal.checks.iloc[-1].items()}
    parts: Mapping[str, Any] = {str(name): column.iloc[-1] for name, column in signal.parts.items()}
    told = EVIDENCE[signal.name](parts)
    return [(told[name], state) for name, state in checks.items()]


def _signed(fraction: float, digits: int = 1) -> str:
    """Print a change in percent; what rounds to nothing has no sign."""
    return number(fraction, f"{{:+.{digits}%}}")


def _coins(change: float) -> str:
    return f"{number(change, '{:+,.0f}')} BTC" if np.isfinite(change) else "not known"


def _strong_hands(parts: Mapping[str, Any]) -> dict[str, str]:
    return {
        "held": f"Unmoved for 155 days, change of 30 days: {_coins(parts['held'])}",
        "listed": f"On exchanges, change of 30 days: {_coins(parts['listed'])}",
    }


def _volatility(parts: Mapping[str, Any]) -> dict[str, str]:
    dvol, fall, slope = parts["dvol"], parts["fall"], parts["slope"]
    if not np.isfinite(dvol):
        stood = "DVOL: not known"
    elif fall == 0:
        stood = f"DVOL {dvol:.1f} is its highest close of 30 days"
    else:
        stood = f"DVOL {dvol:.1f} is {percent(-fall, 0)} below {parts['peak']:.1f} of {day(parts['peak_day'])}; 20% needed"
    highest = f"Within 30 days higher than on up to {percent(parts['percentile'], 0)} of its year's days; 80% needed"
    sloped = f"Half a year less a week: {number(slope, '{:+.1f}')} points" if np.isfinite(slope) else "Term structure: not known"
    return {
        "high": highest if np.isfinite(parts["percentile"]) else "Place in its year: too short a history",
        "fallen": stood,
        "upward": sloped + ("" if np.isfinite(slope) else ", the first two decide"),
    }


def _miners(parts: Mapping[str, Any]) -> dict[str, str]:
    ribbon, hashprice, cost = parts["ribbon"], parts["hashprice"], parts["cost"]
    crossed = f"Hash rate, 30 days against 60: {_signed(ribbon)}" if np.isfinite(ribbon) else "Hash rate: not known"
    earned = "Hashprice: not known"
    if np.isfinite(hashprice):
        before = f", and ${parts['month_before']:.2f} 30 days before" if np.isfinite(parts["month_before"]) else ""
        earned = f"Hashprice ${hashprice:.2f} against ${cost:.2f} of electricity{before}"
    adjusted = "Difficulty: not known"
    if np.isfinite(parts["change"]):
        cuts = f"after {count(parts['last_cuts'], 'cut')}" if parts["change"] > 0 else f"cut {int(parts['cuts'])} in a row"
        adjusted = f"Difficulty last changed by {_signed(parts['change'], 2)}, {cuts}"
    return {
        "pressed": "Pressed on a day of the last 90", "recrossed": crossed, "earning": earned, "raised": adjusted,
    }  # fmt: skip


def _leverage(parts: Mapping[str, Any]) -> dict[str, str]:
    yearly, lowest = parts["funding"] * PER_YEAR, parts["lowest_funding"] * PER_YEAR

    def told(value: float, text: str, otherwise: str) -> str:
        return text if np.isfinite(value) else f"{otherwise}: not known"

    return {
        "small": told(
            parts["share"],
            f"Open futures {percent(parts['share'], 2)} of market value, lowest quarter below {percent(parts['quartile'], 2)}",
            "Open futures",
        ),
        "funding": told(
            yearly,
            f"Funding {_signed(yearly)} a year, lowest of 30 days {_signed(lowest)}",
            "Funding",
        ),
        "calm": told(
            parts["liquidations"],
            f"Forced closings {money(parts['liquidations'])}, sampled; median day of the year {money(parts['median'])}",
            "Forced closings",
        ),
    }


def _flows(parts: Mapping[str, Any]) -> dict[str, str]:
    week = money(parts["week"], signed=True)
    return {
        "inward": f"Sum of five reported days {week}" if week != NO_VALUE else "Flows: not known",
        "turned": "It was 0 or less before",
    }


def _institutions(parts: Mapping[str, Any]) -> dict[str, str]:
    run, month = parts["run"], money(parts["month"], signed=True)
    return {
        "run": f"Money came in on {count(run, 'day')} in a row; 3 needed" if np.isfinite(run) else "Flows: not known",
        "month": f"Sum of twenty reported days {month}" if month != NO_VALUE else "Twenty days: too short a history",
    }


EVIDENCE: Mapping[str, Callable[[Mapping[str, Any]], dict[str, str]]] = {
    "strong_hands": _strong_hands, "volatility": _volatility, "miners": _miners, "leverage": _leverage, "flows": _flows,
    "institutions": _institutions,
}  # fmt: skip
