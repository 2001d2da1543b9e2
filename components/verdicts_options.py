"""The one sentence of the page options: who pays for insurance, how much, and whether for the next days most of all."""

from collections.abc import Mapping

import numpy as np

from components.sentences import NO_VALUE, number, percent, percentile
from indicators.readings import Value

YEAR = 365
"""Days of a coin's year: a yearly volatility over its root is one of a day."""
EVEN = 0.05
"""Points below which a difference of two volatilities prints as 0.0."""


def options(values: Mapping[str, Value]) -> str:
    """Say how much volatility options price, how rare that is, against what happened, and who is dear: puts, and the near."""
    dvol, premium, skew, slope, ratio = (
        _of(values, f"btc_{name}") for name in ("dvol", "implied_less_realized", "skew_25d", "iv_term_slope", "put_call_oi")
    )
    parts = []
    if np.isfinite(dvol):
        daily = percent(dvol / 100 / YEAR**0.5)
        parts.append(f"bitcoin options price a volatility of {dvol:.1f} points, {daily} a day{_rare(values)}")
    if np.isfinite(premium):
        happened = f"than the last 30 days had{'' if np.isfinite(dvol) else ' in bitcoin'}"
        parts.append(f"that is {abs(premium):.1f} {'more' if premium >= 0 else 'less'} {happened}")
    if np.isfinite(skew):
        parts.append(_skewed(skew))
    if np.isfinite(slope):
        parts.append(
            f"the term structure is inverted: a week costs {number(-slope, '{:.1f}')} more than half a year"
            if slope < 0
            else f"half a year costs {number(slope, '{:.1f}')} more than a week, the order of quiet times"
        )
    if np.isfinite(ratio):
        parts.append(f"{ratio:.2f} puts are open per call")
    if not parts:
        return f"No verdict: {values['btc_dvol'].why if 'btc_dvol' in values else 'nothing is known as of this day'}."
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "."


def _rare(values: Mapping[str, Value]) -> str:
    """Say the percentile and the rank of DVOL side by side: the one counts days, the other measures distance."""
    shares = _of(values, "btc_dvol_percentile_1y"), _of(values, "btc_dvol_rank_1y")
    if not np.isfinite(shares[0]):
        return ""
    days = "the highest of its year" if shares[0] == 1 else f"higher than on {percentile(shares[0])}% of the days of its year"
    way = percent(shares[1], 0)
    return f", {days}" + (f" ({way} of the way from its low to its high)" if way != NO_VALUE else "")


def _skewed(skew: float) -> str:
    if abs(skew) < EVEN:
        return "puts and calls a month out cost the same"
    dear, cheap = ("puts", "calls") if skew < 0 else ("calls", "puts")
    return f"{dear} a month out cost {abs(skew):.1f} points more than {cheap}"


def _of(values: Mapping[str, Value], name: str) -> float:
    return values[name].value if name in values else float("nan")
