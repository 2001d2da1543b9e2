"""The verdict of the page treasuries, in one sentence from its readings and from what an index provider decided."""

from collections.abc import Mapping

import numpy as np

from components.sentences import money, percent
from indicators.readings import Value


def treasuries(values: Mapping[str, Value], index: str = "") -> str:
    """Say whether the coins are under water, what the market adds, what has to be paid first, and who would have to sell.

    Parameters
    ----------
    values : mapping of Value
        As of the day.
    index : str
        Where the decision of the index provider stands, a clause; "" where nothing was announced.
    """
    coins, close, cost = (_of(values, name) for name in ("mstr_holdings", "btc_close", "mstr_average_cost"))
    if not np.isfinite(coins):
        return f"No verdict: {values['mstr_holdings'].why if 'mstr_holdings' in values else 'nothing is known as of this day'}."
    text = f"Strategy's {coins:,.0f} coins"
    gap = _of(values, "mstr_price_to_cost")
    if np.isfinite(close):
        text += f" are worth {money(coins * close)}"
    else:
        text += " have no price as of this day"
    if np.isfinite(gap) and np.isfinite(cost):
        way = "under water" if gap < 0 else "above water"
        side = "below" if gap < 0 else "above"
        text += f" and {way}: bitcoin is {percent(abs(gap))} {side} the ${cost:,.0f} paid on average"
    parts = [text, *_multiple(values), *_claims(values)]
    return "; ".join([*parts, index] if index else parts) + "."


def _multiple(values: Mapping[str, Value]) -> list[str]:
    multiple = _of(values, "mstr_mnav")
    if not np.isfinite(multiple):
        return ["what the market adds is not known"]
    if multiple < 1:
        return [f"the market pays {percent(1 - multiple)} less for the company than its coins are worth (mNAV {multiple:.2f})"]
    return [f"the market pays {percent(multiple - 1)} more for the company than its coins are worth (mNAV {multiple:.2f})"]


def _claims(values: Mapping[str, Value]) -> list[str]:
    coverage, close = _of(values, "mstr_coverage"), _of(values, "btc_close")
    if not np.isfinite(coverage) or not np.isfinite(close):
        return []
    even = f"${close / coverage:,.0f}"
    return [f"the coins cover debt and preferred stock less cash {coverage:.1f} times, and just so with bitcoin at {even}"]


def _of(values: Mapping[str, Value], name: str) -> float:
    return values[name].value if name in values else float("nan")
