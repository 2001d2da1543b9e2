"""Figures of the page options: what is open at each strike and expiry, and the term structure of one day."""

import base64
from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from components.marks import COLORS, Figure, axis_unit, colored, figure_of, layout_of, plain, text
from components.sentences import day, money
from components.single import bars

CALLS, PUTS, PAIN, PRICE = "fourth", "fifth", "seventh", "second"
"""Roles of the two sides and of the two prices they are read against."""
FLOOR, UNDER = 0.24, 0.15
"""Shares of the height: from the one up calls and, hanging from the same line, puts; up to the other what holders would be paid."""
WEEK = pd.Timedelta(days=7)
THOUSANDS = 10_000
"""Strike from which on strikes are written in thousands."""
FEW = 45
"""Observations up to which a line of snapshots shows each of them."""
HEIGHT, TOP, ROW = 450, 44, 15
"""Pixels of the strikes' figure, above its panels, and of a row of names."""


def strikes(expiry: pd.Timestamp, coin: str, table: pd.DataFrame, paid: pd.Series, row: pd.Series) -> Figure:
    """Draw open calls upwards and puts downwards at each strike, and below them what holders would be paid there.

    Parameters
    ----------
    expiry : Timestamp
    coin : str
    table : DataFrame of shape (n_strikes, 2), coins
        Columns calls and puts by rising strike.
    paid : Series of shape (n_strikes,), USD
        What all holders would be paid if the coin settled at the strike.
    row : Series
        Of the expiry: its max_pain and underlying, the forward price, USD; NaN draws none.
    """
    pain, price = float(row["max_pain"]), float(row["underlying"])
    open_at = np.flatnonzero(table.sum(axis=1).to_numpy() > 0)
    shown = table.iloc[open_at[0] : open_at[-1] + 1] if len(open_at) else table
    prices = shown.index.to_numpy(dtype="float64")
    labels = [f"{strike / 1000:g}k" if prices[-1] >= THOUSANDS else f"{strike:,g}" for strike in prices]
    marks = [(f"max pain {money(pain)}", PAIN, pain, "dash"), (f"forward {money(price)}", PRICE, price, "dot")]
    told = [colored("open calls", CALLS), colored("open puts", PUTS)]
    told += [colored(f"┄ {name}", role) for name, role, value, _ in marks if np.isfinite(value)]
    layout = layout_of(HEIGHT, TOP, 44)
    calls, puts = (max(float(np.nanmax(shown[side].to_numpy(), initial=0.0)) * 1.04, 1.0) for side in ("calls", "puts"))
    line = FLOOR + (1 - FLOOR) * puts / (calls + puts)
    layout["xaxis"] = {"type": "category", "fixedrange": True, "nticks": 8, "showgrid": False, "anchor": "y3", "tickangle": 0}
    # one scale for both sides, so that a coin is as high above the line as below it
    ticks = {"fixedrange": True, "tickformat": "~s", "tick0": 0, "dtick": _step(max(calls, puts))}
    layout["yaxis"] = ticks | {"domain": [line, 1], "range": [0, calls]}
    layout["yaxis2"] = ticks | {"domain": [FLOOR, line], "range": [puts, 0]}
    layout["yaxis3"] = {"domain": [0, UNDER], "fixedrange": True, "nticks": 4, "tickprefix": "$", "rangemode": "tozero"}
    layout["annotations"] = [
        text(f"What is open for {day(expiry)}, at which strike?", "paper", 0, 1.0, yshift=3 + ROW, bold=True),
        text("  ".join(told), "paper", 0, 1.0, yshift=2),
        text("Paid to holders if settled there", "paper", 0, UNDER, yshift=2),
        axis_unit(coin, line),
        axis_unit("USD bn", UNDER / 2),
    ]
    layout["shapes"] = [_upright(_between(value, prices), role, dash) for _, role, value, dash in marks if np.isfinite(value)]
    sides = (("calls", CALLS, "y"), ("puts", PUTS, "y2"))
    data: list[dict[str, Any]] = [
        {
            "type": "bar", "name": name, "x": labels, "y": plain(shown[name]), "xaxis": "x", "yaxis": axis,
            "marker": {"color": COLORS[role], "line": {"width": 0}}, "hovertemplate": f"%{{y:,.0f}} {coin}<extra>{name}</extra>",
        }
        for name, role, axis in sides
    ]  # fmt: skip
    data.append(
        {
            "type": "scatter", "mode": "lines", "name": "paid", "x": labels, "y": plain(paid.reindex(shown.index) / 1e9),
            "xaxis": "x", "yaxis": "y3", "line": {"color": COLORS[PAIN], "width": 1.4},
            "hovertemplate": "$%{y:,.2f} bn<extra>paid to holders</extra>",
        }
    )  # fmt: skip
    return figure_of(data, layout)


def expiries(title: str, coin: str, table: pd.DataFrame) -> Figure:
    """Draw open calls and puts of each expiry on one another.

    Parameters
    ----------
    title, coin : str
    table : DataFrame
        Columns calls and puts, coins, by rising expiry.
    """
    labels = [f"{one:%d %b<br>%Y}" for one in pd.DatetimeIndex(table.index)]
    lines = [("open calls", table["calls"].tolist(), CALLS), ("open puts", table["puts"].tolist(), PUTS)]
    return bars(title, coin, labels, lines, tickformat="~s", form=",.0f", height=215)


def tenors(title: str, terms: pd.DataFrame) -> Figure:
    """Draw implied volatility by how far ahead it looks: of the last snapshot, and of the last one at least a week before it.

    Parameters
    ----------
    title : str
    terms : DataFrame of shape (n_snapshots, n_tenors), volatility points
        By rising time; a gap is NaN.
    """
    earlier = terms[: terms.index[-1] - WEEK] if len(terms) else terms
    lines = [
        (f"{name}, {day(rows.index[-1])}", rows.iloc[-1].tolist(), role)
        for name, rows, role in (("a week before", earlier, "faint"), ("now", terms, "main"))
        if len(rows)
    ] or [("no snapshot of it is held", [np.nan] * terms.shape[1], "faint")]
    spec = bars(title, "vol points", list(terms.columns), lines, height=205, form=",.1f").to_dict()
    return Figure(spec | {"layout": spec["layout"] | {"barmode": "group"}})


def pointed(figure: Figure, names: Collection[str]) -> Figure:
    """Show each observation of the named lines while there are few: a line of one snapshot would be invisible."""
    spec = figure.to_dict()
    return Figure(spec | {"data": [_pointed(trace) if trace.get("name") in names else trace for trace in spec["data"]]})


def _pointed(trace: dict[str, Any]) -> dict[str, Any]:
    known = np.isfinite(np.frombuffer(base64.b64decode(trace["y"]["bdata"]), dtype=np.float32)).sum()
    return trace | {"mode": "lines+markers", "marker": {"size": 5, "color": trace["line"]["color"]}} if known <= FEW else trace


def _step(most: float) -> float:
    """Choose a distance of ticks, 1, 2 or 5 times a power of ten, that puts three to six of them below a number."""
    power = 10.0 ** np.floor(np.log10(most / 3))
    return float(max(times * power for times in (1, 2, 5) if times * power <= most / 3))


def _between(price: float, prices: np.ndarray) -> float:
    """Place of a price among labels that stand one apart, whatever lies between them."""
    return float(np.interp(price, prices, np.arange(len(prices))))


def _upright(place: float, role: str, dash: str) -> dict[str, Any]:
    line = {"color": COLORS[role], "width": 1.4, "dash": dash}
    return {"type": "line", "xref": "x", "x0": place, "x1": place, "yref": "paper", "y0": 0, "y1": 1, "line": line}
