"""The network of markets: who sent to whom on a day of the window, drawn so that it moves with the day.

The browser gets the estimates of the whole window at once, 16 bits a share, and draws a day by itself: following the crosshair or
playing costs the server nothing. A day that a reader stops at is in the address, so that links, files and proofs are of that day,
and costs one run of the page: its sentence stands after 0.2 s, and a year's page sends 105 kB. The estimates take 353 kB for all
seven years, once for all readers. Streamlit replaces a Plotly figure whenever anything in it changes; nodes could not move.
"""

import base64
from collections.abc import Callable, Collection
from functools import cache
from html import escape
from math import cos, pi, sin
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from components import exports, record, sentences, tiles
from components.panels import SERIES
from components.window import chosen, hold

if TYPE_CHECKING:
    from components.window import Window
    from indicators.connectedness import Connectedness, RollingConnectedness

SCRIPT = Path(__file__).with_name("network.js")
PLACE = '<div class="fl-net-root"><button type="button"></button><div></div></div>'
"""Where the script draws."""
KEPT, SLIDER, DRAWN = "network", "network_slider", "network_drawing"
"""The address's key of the day a reader stopped at (none: the window's last); session keys of the slider and the drawing."""
NAMES = {"BTC": "bitcoin", "ETH": "ether", "BNB": "BNB", "SPX": "the S&P 500", "IXIC": "the Nasdaq"}
SENDER, RECEIVER = "third", "seventh"
"""Roles of nodes by net: no states, and apart for every kind of color blindness."""
WIDTH, HEIGHT, RADIUS = 520, 430, 142
"""Of the drawing and its circle; a phone shows it at two thirds of this."""
UNIT = 65_535
"""A share of 1 in 16 bits."""
READ = (
    "Size: how much of the others' volatility a market explains. Net: what it sends less what it receives, in percentage points; "
    "its color says whether that is above or below zero. Arrow: the net flow of a pair; the four largest carry their number, in "
    "percentage points. Total: the mean share of volatility that comes from the others, in percent."
)
"""What a picture of the network says under it."""
LEGEND = f"{READ} Move along the figure and the network follows; a click keeps the day."
TITLE = "Who sends to whom?"
METHOD = (
    "Each day's numbers come from the last 250 days on which all markets have a range: generalized decomposition (Diebold and "
    "Yilmaz) of daily range volatility, VAR(2), ten days ahead, the share of each market's forecast error that comes from the "
    "others' shocks. The band around the total in the figure is a bootstrap, 200 draws, 5 to 95%; in simulations it held "
    "the truth in 82 to 85 of 100. Connectedness says what moved together and in which order of size, not why. Coins' days end "
    "at 00:00 UTC, after New York's close: what coins do in between reaches stocks on their next day."
)


def named(asset: str) -> str:
    """Name a market in a sentence."""
    return NAMES.get(asset, asset)


def label(asset: str) -> str:
    """Name a market beside a node or at the head of a sentence."""
    name = named(asset).removeprefix("the ")
    return name[0].upper() + name[1:]


def ends(estimates: "RollingConnectedness", day: pd.Timestamp) -> tuple[str, str]:
    """Name the greatest net sender and receiver as of a day, for a sentence; empty where there is no estimate."""
    estimate = estimates.on(day)
    if estimate is None or not np.isfinite(estimate.total):
        return "", ""
    return named(str(estimate.net.idxmax())), named(str(estimate.net.idxmin()))


def days_of(estimates: "RollingConnectedness", start: pd.Timestamp, end: pd.Timestamp) -> pd.DatetimeIndex:
    """Days of the window that have an estimate; the last one before it where the window has none."""
    known = estimates.days[np.isfinite(estimates.tables).all(axis=(1, 2))]
    inside = known[(known >= start) & (known <= end)]
    return inside if len(inside) else known[known <= end][-1:]


def position(days: pd.DatetimeIndex, wanted: str | None) -> int:
    """Where in the days a reader's choice stands: the last estimate by that day; the last of all without a choice."""
    if wanted is None:
        return len(days) - 1
    return max(int(days.searchsorted(pd.Timestamp(wanted, tz="UTC"), side="right")) - 1, 0)


def places(assets: Collection[str], coins: Collection[str]) -> list[dict[str, Any]]:
    """Put coins on the left half of a circle and the other markets on the right, each group from top to bottom."""
    left = [asset for asset in assets if asset in coins]
    right = [asset for asset in assets if asset not in coins]
    found = {}
    for group, middle in ((left, pi), (right, 0.0)):
        for at, asset in enumerate(group):
            turn = (at - (len(group) - 1) / 2) * (pi / 3 if len(group) > 1 else 0)
            up = -turn if middle else turn
            x, y = WIDTH / 2 + RADIUS * 1.15 * cos(middle + up), HEIGHT / 2 + RADIUS * sin(middle + up)
            found[asset] = {"name": label(asset), "x": round(x, 1), "y": round(y, 1), "above": y < HEIGHT / 2 - 1}
    return [found[asset] for asset in assets]


def packed(estimates: "RollingConnectedness", days: pd.DatetimeIndex, coins: Collection[str]) -> dict[str, Any]:
    """Pack what the browser draws from: the days' tables, where nodes stand, and the scales, the same for all days."""
    tables = estimates.tables[estimates.days.isin(days)]
    flows = tables.transpose(0, 2, 1) - tables
    sent = tables.sum(axis=1) - np.diagonal(tables, axis1=1, axis2=2)
    return {
        "days": [f"{day:%Y-%m-%d}" for day in days],
        "nodes": places(list(estimates.assets), coins),
        "shares": base64.b64encode(np.round(tables * UNIT).astype("<u2").tobytes()).decode("ascii"),
        "most_sent": float(sent.max()),
        "most_flow": float(np.abs(flows).max()) or 1.0,
        "sender": SERIES.index(SENDER),
        "receiver": SERIES.index(RECEIVER),
        "width": WIDTH,
        "height": HEIGHT,
        "title": TITLE,
        "read": READ,
    }


def numbers(day: pd.Timestamp, estimate: "Connectedness") -> pd.DataFrame:
    """Give a day's shares as rows of a file: the part of one market's forecast error that another explains, a fraction."""
    shares, assets = estimate.table, [str(asset) for asset in estimate.table.columns]
    rows = [
        (TITLE, f"{label(one)} → {label(other)}", "share of forecast error", day, "", round(float(shares[one][other]), 6))
        for one in assets
        for other in assets
        if one != other
    ]
    return pd.DataFrame(rows, columns=list(exports.COLUMNS))


def panel(
    estimates: "RollingConnectedness",
    ranks: pd.Series,
    window: "Window",
    coins: Collection[str],
    foot: str,
    keep: Callable[[Any, Callable[[], Any]], Any],
) -> bool:
    """Draw the network over a window's estimates; False, and nothing, where there is none.

    Parameters
    ----------
    estimates : RollingConnectedness
    ranks : Series
        One-year percentile of the total, by day, a fraction.
    window : Window
    coins : collection of str
        Which of the markets are coins; they stand on the left.
    foot : str
        The age of the weakest input.
    keep : callable
        Remembers by name what was computed once.
    """
    days = days_of(estimates, window.start, window.end)
    if not len(days):
        return False
    drawing = keep(("drawing", days[0], days[-1]), lambda: packed(estimates, days, coins))
    with st.container(key="fl-network"):
        show(estimates, days, drawing, ranks, foot)
    return True


def show(estimates: "RollingConnectedness", days: pd.DatetimeIndex, drawing: dict[str, Any], ranks: pd.Series, foot: str) -> None:
    """Draw the network with its day's controls, sentence and table.

    ``days`` and ``drawing`` are what `days_of` and `packed` give; the rest as in `panel`.
    """
    tiles.show(tiles.caption(TITLE))
    at = position(days, chosen(KEPT))
    if len(days) > 1:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="fl-network-controls"):
            st.button("◀", key="network_back", on_click=_choose, args=(days, at - 1), disabled=at == 0, help="One estimate back")
            options = drawing["days"]
            st.session_state[SLIDER] = options[at]
            st.select_slider(
                "Day of the network", options, key=SLIDER, label_visibility="collapsed", on_change=_slid, args=(days,),
                format_func=lambda day: f"{pd.Timestamp(day):%d %b %Y}",
            )  # fmt: skip
            last = at == len(days) - 1
            st.button("▶", key="network_on", on_click=_choose, args=(days, at + 1), disabled=last, help="One estimate on")
    day = days[at]
    estimate = estimates.on(day)
    if estimate is not None:
        record.network(drawing | {"at": at}, numbers(day, estimate))
    _drawer()(key=DRAWN, data=drawing | {"at": at}, on_day_change=lambda: _pinned(days))
    if estimate is not None:
        tiles.show(tiles.note(sentence(day, estimate, float(ranks.get(day, np.nan)))) + table(estimate) + tiles.note(legend(foot)))


def legend(foot: str) -> str:
    """Say what is read from the drawing, and how old its weakest input is."""
    return f"{LEGEND} {foot}".strip()


def sentence(day: pd.Timestamp, estimate: "Connectedness", rank: float) -> str:
    """Say who sent and who received most on a day, the largest net flow, and how the total ranks in its year."""
    sent, received, net = estimate.sent, estimate.received, estimate.net
    flows = estimate.net_pairwise.to_numpy()
    sender, receiver = (str(net.index[place]) for place in divmod(int(flows.argmax()), len(net)))
    most, least = named(str(net.idxmax())), named(str(net.idxmin()))
    text = (
        f"On {sentences.day(day)} {named(str(sent.idxmax()))} sent most ({sentences.percent(sent.max())}) and "
        f"{named(str(received.idxmax()))} received most ({sentences.percent(received.max())}); net, {most} sends "
        f"{_points(float(net.max()))} and {least} receives {_points(float(-net.min()))}, and the largest flow is from "
        f"{named(sender)} to {named(receiver)}, {_points(float(flows.max()))}. Total {sentences.percent(estimate.total)}"
    )
    if not np.isfinite(rank):
        return f"{text}; no full year of estimates to rank it in yet."
    if rank in (0, 1):
        return f"{text}, the {'highest' if rank else 'lowest'} of its last year."
    return f"{text}, higher than on {sentences.percentile(rank)}% of days of its last year."


def table(estimate: "Connectedness") -> str:
    """Write the decomposition as Diebold and Yilmaz print it: rows receive, columns send, the sums at the edges.

    A cell is shaded by its share; the diagonal, what a market explains of itself, is gray.
    """
    shares, assets = estimate.table, [str(asset) for asset in estimate.table.columns]
    crossed = shares.to_numpy()[~np.eye(len(assets), dtype=bool)]
    most = float(crossed.max()) or 1.0
    heads = "".join(f'<th class="fl-num" title="{escape(label(asset))}">{escape(asset)}</th>' for asset in assets)
    rows = "".join(
        f'<tr><th title="{escape(label(one))}">{escape(one)}</th>'
        + "".join(_cell(float(shares[other][one]), most, one, other) for other in assets)
        + f'<td class="fl-num fl-net-sum">{sentences.percent(float(estimate.received[one]))}</td></tr>'
        for one in assets
    )
    sent = "".join(f'<td class="fl-num fl-net-sum">{sentences.percent(float(estimate.sent[one]))}</td>' for one in assets)
    nets = "".join(f'<td class="fl-num">{sentences.percent(float(estimate.net[one]), signed=True)}</td>' for one in assets)
    roles = "".join(f'<td class="fl-num">{role(float(estimate.net[one]))}</td>' for one in assets)
    total = f'<td class="fl-num fl-net-sum"><b>{sentences.percent(estimate.total)}</b></td>'
    return (
        f'{tiles.caption("Whose volatility comes from whom? Rows receive, columns send")}<div class="fl-scroll">'
        f'<table class="fl-table fl-net-table"><thead><tr><th></th>{heads}<th class="fl-num">received</th></tr></thead>'
        f"<tbody>{rows}<tr><th>sent</th>{sent}{total}</tr><tr><th>net</th>{nets}<td></td></tr>"
        f"<tr><th>role</th>{roles}<td></td></tr></tbody></table></div>"
    )


def role(net: float) -> str:
    """Write what a market is by its net, with a dot in its node's color."""
    name = "sends" if net > 0 else "receives"
    return f'<i class="fl-net-{name}"></i>{name}'


def _cell(share: float, most: float, one: str, other: str) -> str:
    title = escape(f"{label(other)} explains {sentences.percent(share)} of {named(one)}")
    kind = "fl-net-own-share" if one == other else "fl-net-share"
    return f'<td class="fl-num {kind}" style="--share:{min(share / most, 1):.0%}" title="{title}">{sentences.percent(share)}</td>'


def _points(share: float) -> str:
    return f"{share * 100:.1f} points"


def _choose(days: pd.DatetimeIndex, at: int) -> None:
    """Remember a day; the last one is not a choice, so that it stays the last when a newer one comes."""
    hold(KEPT, None if at >= len(days) - 1 else f"{days[max(at, 0)]:%Y-%m-%d}")


def _slid(days: pd.DatetimeIndex) -> None:
    _choose(days, position(days, st.session_state[SLIDER]))


def _pinned(days: pd.DatetimeIndex) -> None:
    """Take the day that a reader clicked on in the linked figure, or paused at; anything may come from a browser."""
    told = pd.to_datetime(str(st.session_state[DRAWN].get("day"))[:10], errors="coerce", format="%Y-%m-%d")
    if pd.notna(told):
        _choose(days, position(days, f"{told:%Y-%m-%d}"))


@cache
def _drawer() -> Any:
    return st.components.v2.component(
        "faultline_network",
        html=PLACE,
        js=SCRIPT.read_text(encoding="utf-8"),
        isolate_styles=False,
    )
