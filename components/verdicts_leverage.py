"""The verdict of the page leverage: who is levered, what it costs, whether anyone was forced out and how that ranks."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from components.sentences import day, listed, money, percent, percentile
from indicators.readings import READINGS, Value

Values = Mapping[str, Value]
NAMES = {"btc": "bitcoin", "eth": "ether"}
NOTHING = pd.Timedelta(0)


def leverage(values: Values, notional: Mapping[str, float]) -> str:
    """Say how large open futures are, whether positions were closed, what longs pay and what was closed by force.

    A number from too long before the others is not told but named with its day.

    Parameters
    ----------
    values : mapping of Value
    notional : mapping of float
        By asset, open interest in USD from the publisher whose series the readings take; NaN where none is held.
    """
    parts = [part for part in (_levered(values, notional), _cost(values), _forced(values)) if part]
    late = _late(values)
    if not parts and not late:
        return f"No verdict: {values['oi_coins_change_7d_btc'].why if values else 'nothing is known as of this day'}."
    text = "; ".join([*parts, *late])
    return text[0].upper() + text[1:] + "."


def _known(values: Values, name: str) -> Value | None:
    """A reading that describes the same days as the newest one; None when it has no value or an old one."""
    value = values.get(name)
    if value is None or not np.isfinite(value.value):
        return None
    youngest = min((one.age for one in values.values() if pd.notna(one.age)), default=NOTHING)
    return value if value.age - youngest <= READINGS[name].oldest else None


def _levered(values: Values, notional: Mapping[str, float]) -> str:
    told, counted = [], ""
    for name, told_as in NAMES.items():
        change, share = (_known(values, f"{reading}_{name}") for reading in ("oi_coins_change_7d", "oi_to_market_cap"))
        amount = notional.get(name.upper(), float("nan"))
        if change is None or not np.isfinite(amount):
            continue
        counted = counted or ("" if not change.publishers else f" ({change.publishers[0]})")
        of_value = f", {percent(share.value)} of its market value" if share else ""
        told.append(f"{told_as} {money(amount)}{of_value}, {_moved(change.value)}")
    return f"open futures{counted}: {'; '.join(told)}" if told else ""


def _moved(change: float) -> str:
    if round(change, 3) == 0:
        return "as many coins as a week before"
    return f"{percent(abs(change))} {'more' if change > 0 else 'fewer'} coins than a week before"


def _cost(values: Values) -> str:
    funding = _known(values, "btc_funding_apr")
    if funding is None:
        return ""
    if round(funding.value, 3) == 0:
        return "neither longs nor shorts pay to hold bitcoin perpetuals"
    return f"{'longs' if funding.value > 0 else 'shorts'} pay {percent(abs(funding.value))} a year to hold bitcoin perpetuals"


def _forced(values: Values) -> str:
    total = _known(values, "liquidations_24h")
    if total is None:
        return ""
    text = f"{money(total.value)} of forced closings were reported for {day(total.time)}, a sample"
    stress, longs = _known(values, "liquidation_stress"), _known(values, "long_share")
    if longs:
        text += f", {percent(longs.value, 0)} of it longs"
    if stress:
        usual = "an ordinary day at " if stress.value < READINGS[stress.id].thresholds.stress else ""  # type: ignore[union-attr]
        text += f": {usual}{stress.value:.1f} times the median of the year before"
    if np.isfinite(total.percentile_1y):
        rank = int(percentile(total.percentile_1y))
        place = "the most of its year" if rank == 100 else f"more than on {rank}% of its days"
        text += f" and {place}" if stress else f": {place}"
    return text


def _late(values: Values) -> list[str]:
    """Name what is not told because it is too old, with its last day."""
    subjects = (("oi_coins_change_7d_btc", "open interest"), ("btc_funding_apr", "funding"), ("liquidations_24h", "liquidations"))
    old: dict[str, list[str]] = {}
    for name, subject in subjects:
        value = values.get(name)
        if value is not None and np.isfinite(value.value) and _known(values, name) is None:
            old.setdefault(day(value.time), []).append(subject)
    return [f"{listed(named)} {'was' if len(named) == 1 and named[0] != 'liquidations' else 'were'} last published for {last}"
            for last, named in old.items()]
