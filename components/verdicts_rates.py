"""The one sentence of the page rates: what the next meeting is expected to bring, how that moved, and what else moved."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from components.sentences import day, listed, percent
from indicators.readings import Value

FLAT = 0.0005
"""Half of the last digit shown: what moved less is unchanged."""
SPANS = (("cut_odds_change_5d", "five sessions"), ("cut_odds_change_21d", "21 sessions"))


def rates(
    values: Mapping[str, Value],
    decision: pd.Timestamp | None,
    since: pd.Timestamp | None,
    markets: Mapping[str, Mapping[str, float]],
) -> str:
    """Say the odds of a cut at the next meeting and how they moved over a week and a month, beside shares and bitcoin.

    Parameters
    ----------
    values : mapping of Value
    decision : Timestamp or None
        Day of the next decision.
    since : Timestamp or None
        First day on which the target range was what it is.
    markets : mapping of str to mapping of str to float
        By the id of a change of the odds, how each market moved over the same sessions, fractions.
    """
    odds, middle = values["cut_odds_next"], values["fed_target_mid"]
    if not np.isfinite(odds.value) or decision is None:
        unsaid = "How likely a cut is cannot be said: no price of a fed funds future is held that speaks of the next meeting"
        if not np.isfinite(middle.value):
            return unsaid + "."
        held = f"; the middle of the Fed's target range is {percent(middle.value, 3)}"
        held += f", unchanged since {day(since)}" if since is not None else ""
        return unsaid + held + _beside(markets.get("cut_odds_change_5d", {}), "; over five sessions the ") + "."
    text = f"Futures put the odds of a cut at the Fed's next meeting, on {day(decision)}, at {percent(odds.value)}"
    moves = [
        f"{_moved(values[name].value)} over {told}{_beside(markets.get(name, {}), ' (the ', ')')}"
        for name, told in SPANS
        if np.isfinite(values[name].value) and values[name].time == odds.time
    ]
    return f"{text}: {listed(moves)}." if moves else f"{text}."


def _moved(change: float) -> str:
    if abs(change) < FLAT:
        return "unchanged"
    return f"{'up' if change > 0 else 'down'} {percent(abs(change))[:-1]} points"


def _beside(moved: Mapping[str, float], before: str, behind: str = "") -> str:
    known = [f"{name} {percent(change, signed=True)}" for name, change in moved.items() if np.isfinite(change)]
    return f"{before}{listed(known)}{behind}" if known else ""
