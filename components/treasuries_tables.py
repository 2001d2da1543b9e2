"""What the page treasuries writes and asks: the simulator's controls, its tables, purchases as marks, and the decision track."""

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from components import sentences, tiles
from components.marks import COLORS, Figure, ms, plain
from components.quotes import linked
from components.window import KEPT, figure

if TYPE_CHECKING:
    from indicators.forced_flow import Sale, Terms
    from indicators.quotes import Step

PROVIDERS: Mapping[str, str] = {"msci": "MSCI", "nasdaq": "Nasdaq", "russell": "FTSE Russell", "others": "all others"}
READINGS_OF_ALL: Mapping[str, str] = {"total": "$8.8 bn in all", "added": "$8.8 bn more: 11.6"}
"""The two ways in which the quoted sentence was read."""
SCENARIOS: Mapping[str, tuple[str, str]] = {
    "msci": ("MSCI alone", "as quoted"),
    "total": ("all, $8.8 bn in all", "as quoted"),
    "added": ("all, $8.8 bn on top of MSCI's", "the other reading"),
}
BILLION = 1e9
NOTABLE = 0.05
"""Change of the share since the quotes from which it is said."""
SHOWN = 12
"""Purchases told in the table; all of them are on the figure."""
NOT_HELD = "not held as of this day"
LEVELS: Mapping[str, tuple[str, str]] = {
    "cost": ("the coins are worth what they cost; below, the book is under water", "cost basis not held"),
    "par": ("mNAV is 1 while the share stays where it is", "balance sheet not held"),
    "claims": ("the coins just cover debt and preferred stock less cash", "balance sheet not held"),
    "debt": ("the coins just cover debt less cash", "not held, or cash covers it"),
}
"""What turns at a price, and why there may be none."""
SIMULATOR = (
    "A what-if: every amount is yours to change. MSCI's weight and that of all others together follow from the quotes; how the "
    "others divide nobody quoted, so Nasdaq, FTSE Russell and the rest stand at a third each. The part of the volume that sellers "
    "take is an assumption. Price impact is not modeled; where you assume one, the share falls by so much for each day of volume "
    "sold."
)
UNQUOTED = "As of this day nobody had said how much index funds would have to sell: amounts that nobody had quoted start at 0."
PATH = "Shares fall while bitcoin stands still. At 1 the market pays for the coins and nothing else."


def choose(name: str, label: str, options: Mapping[str, str], default: Sequence[str], *, several: bool) -> list[str]:
    """Draw a choice that the reader makes; it is held in the address, and a refused value is said.

    Parameters
    ----------
    name : str
        Key in the address; several choices are joined by commas there.
    label : str
    options : mapping of str to str
        What the address says, and what the screen says.
    default : sequence of str
    several : bool
        Whether more than one may be chosen, or none.
    """
    raw = st.query_params.get(name, st.session_state.get(KEPT, {}).get(name))
    chosen, complaint = chosen_of(raw, options, default, several=several)
    if complaint:
        known = sentences.listed([options[one] for one in default])
        st.warning(f"The address names something else than {', '.join(options)}: {label} is {known}.", icon=":material/link_off:")
    st.session_state[name] = chosen if several else chosen[0]
    told, changed = options.__getitem__, (name, tuple(default), several)
    if several:
        st.segmented_control(
            label, list(options), format_func=told, key=name, selection_mode="multi", on_change=_on_choice, args=changed
        )
    else:
        st.segmented_control(label, list(options), format_func=told, key=name, required=True, on_change=_on_choice, args=changed)
    return chosen


def chosen_of(raw: str | None, options: Mapping[str, str], default: Sequence[str], *, several: bool) -> tuple[list[str], bool]:
    """Read a choice from an address: what was chosen, in the options' order, and whether the address was refused."""
    if raw is None:
        return list(default), False
    named = [] if several and raw == "none" else raw.lower().split(",")
    if any(one not in options for one in named) or (not several and len(named) != 1):
        return list(default), True
    return [one for one in options if one in named], False


def _on_choice(name: str, default: tuple[str, ...], several: bool) -> None:
    value = st.session_state[name]
    chosen = list(value) if several else [value or default[0]]
    kept = dict(st.session_state.get(KEPT, {}))
    if sorted(chosen) == sorted(default):
        kept.pop(name, None)
        st.query_params.pop(name, None)
    else:
        kept[name] = st.query_params[name] = ",".join(chosen) or "none"
    st.session_state[KEPT] = kept


def number(name: str, label: str, default: float, step: float, form: str, *, least: float = 0.0, most: float = 100.0) -> float:
    """Draw an amount that the reader sets, held in the address; a default that is not known stands at 0."""
    start = min(max(default, least), most) if np.isfinite(default) else least
    return figure(name, label[0].upper() + label[1:], start, least, most, step, form)


def sales(acting: Sequence[str], chosen: "Sale", quoted: Mapping[str, "Sale"]) -> str:
    """Write outflows side by side: the reader's, and the quoted ones in every reading."""
    names = sentences.listed([PROVIDERS[name] for name in acting]) if acting else "nobody"
    rows = [(f"you: {names}", "your inputs", chosen), *((*SCENARIOS[name], one) for name, one in quoted.items())]
    return tiles.table(
        ("who acts", "amount", "sold", "of market value", "shares", "days of volume", "days to sell", "assumed fall"),
        [
            (
                name, origin, sentences.money(one.outflow), sentences.percent(one.of_market_value),
                f"{one.shares / 1e6:,.1f} m" if np.isfinite(one.shares) else sentences.NO_VALUE,
                days(one.days_of_volume), days(one.days_to_sell),
                "not modeled" if one.fall == 0 else sentences.percent(one.fall),
            )
            for name, origin, one in rows
        ],
        caption="What index funds would have to sell", numeric=2,
    )  # fmt: skip


def origin(told: Mapping[str, str], terms: "Terms", computed: float) -> str:
    """Say where the simulator's defaults come from: the quotes, and what this board computed or could not.

    Parameters
    ----------
    told : mapping of str to str
        Quotes in words; empty where nobody had said them by then.
    terms : Terms
    computed : float
        Market value by shares times price, USD; NaN where it is not held.
    """
    lines = [SIMULATOR, " ".join(f"{name}: {quote}." for name, quote in told.items()) or UNQUOTED]
    if np.isfinite(computed):
        lines.append(f"Market value: computed, shares times price, {sentences.money(computed)}.")
    elif np.isfinite(terms.quoted_worth):
        lines.append(f"Market value: shares outstanding are {NOT_HELD}, so it is the quoted one{_moved(terms)}.")
    else:
        lines.append(f"Market value: shares outstanding are {NOT_HELD} and nobody had quoted it; 0 stands for not known.")
    change = terms.price / terms.price_then - 1 if terms.price_then > 0 else float("nan")
    if np.isfinite(change) and abs(change) >= NOTABLE:
        lines.append(
            f"The share is {sentences.percent(change, 0, signed=True)} from the day of the quotes, at {dollars(terms.price)}: "
            "what funds hold of it is worth so much more or less than quoted."
        )
    if not np.isfinite(terms.volume):
        lines.append(f"Volume: shares traded are {NOT_HELD}, so days are not known until you give dollars a day.")
    return "".join(map(tiles.note, lines))


def _moved(terms: "Terms") -> str:
    if terms.market_value == terms.quoted_worth:
        return ""
    return f", moved on with the share to {sentences.money(terms.market_value)}; shares issued since are not in it"


def excess(outflow: float, held: float) -> str:
    """Say when more would be sold than passive hands hold: assumptions, or the readings of a quote, that contradict each other."""
    if not outflow > held * (1 + 1e-9):
        return ""
    return tiles.note(
        f"{sentences.money(outflow)} would be sold, more than the {sentences.money(held)} in passive hands: "
        "these amounts contradict each other."
    )


def days(count: float) -> str:
    """Print a number of sessions."""
    return f"{count:,.1f}" if np.isfinite(count) else sentences.NO_VALUE


def multiple(value: float) -> str:
    """Print a multiple."""
    return f"{value:.2f}×".replace("-", "−") if np.isfinite(value) else sentences.NO_VALUE


def path(rows: pd.DataFrame, par: float, price: float) -> str:
    """Write both multiples while the share falls, and where they reach 1."""
    body = [
        (sentences.percent(fall, 0), dollars(to), multiple(enterprise), multiple(market))
        for fall, to, enterprise, market in rows.itertuples(index=False, name=None)
    ]
    where = (
        f"mNAV is 1 with the share at {dollars(price * (1 - par))}, {sentences.percent(-par, signed=True)} from here."
        if np.isfinite(par)
        else "At which share price mNAV is 1 is not known: it needs shares, debt, preferred stock and cash, "
        "and coins worth more than what comes before shareholders."
    )
    table = tiles.table(("share falls by", "to", "mNAV", "shares alone"), body, caption="And the multiple?", numeric=0)
    return table + tiles.note(f"{PATH} {where}")


def levels(prices: Mapping[str, float], close: float) -> str:
    """Write bitcoin prices at which something turns, each with its distance from the close; without one, why."""
    body = [
        (
            LEVELS[name][0], dollars(price),
            sentences.percent(price / close - 1, signed=True) if np.isfinite(price) and close > 0 else LEVELS[name][1],
        )
        for name, price in prices.items()
    ]  # fmt: skip
    return tiles.table(("With bitcoin at …", "USD", "from its close"), body, caption="Where it turns")


def dollars(amount: float) -> str:
    """Print a price in whole dollars, a small one with cents."""
    if not np.isfinite(amount):
        return sentences.NO_VALUE
    return f"${amount:,.0f}" if amount >= 1000 else f"${amount:,.2f}"


def marked(figure: Figure, bought: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> Figure:
    """Put a dot on the first panel for each change of the holdings within the window, as large as its coins are many."""
    shown, spec = bought[start:end].dropna(subset=["close"]), figure.to_dict()
    lines = [_seen(trace) for trace in spec["data"]]
    if shown.empty:
        return Figure(spec | {"data": lines})
    trace: dict[str, Any] = {
        "type": "scatter", "mode": "markers", "name": "bought", "xaxis": "x", "yaxis": "y",
        "x": [ms(pd.Timestamp(day).normalize()) for day in shown.index], "y": plain(shown["close"]),
        # The crosshair takes the nearest dot, which may be of another day than the lines beside it.
        "customdata": [
            f"{coins:+,.0f} BTC, counted {sentences.day(day)}"
            for day, coins in zip(pd.DatetimeIndex(shown.index), shown["coins"], strict=True)
        ],
        "hovertemplate": "%{customdata}<extra>bought</extra>",
        "marker": {
            "size": [float(size) for size in np.clip(np.sqrt(shown["coins"].abs()) / 12, 4, 13)],
            "color": [COLORS["fourth" if coins > 0 else "stress"] for coins in shown["coins"]], "opacity": 0.85,
            "line": {"width": 0},
        },
    }  # fmt: skip
    return Figure(spec | {"data": [*lines, trace]})


def _seen(trace: dict[str, Any]) -> dict[str, Any]:
    """Give a line of a single day a dot: between one point and nothing no line is drawn."""
    if trace.get("mode") != "lines" or "bdata" not in trace.get("y", {}):
        return trace
    known = np.isfinite(np.frombuffer(base64.b64decode(trace["y"]["bdata"]), dtype=np.float32)).sum()
    return trace | {"mode": "lines+markers", "marker": {"size": 7}} if known == 1 else trace


def bought_table(bought: pd.DataFrame) -> str:
    """Write the newest changes of the holdings."""
    if bought.empty:
        return tiles.caption("Purchases") + tiles.note("No two counts of the holdings that differ are held as of this day.")
    return _bought(bought) + tiles.note(
        "Paid per coin: the change of the cost basis, which filings round to $10 m; a small purchase has none."
    )


def _bought(bought: pd.DataFrame) -> str:
    return tiles.table(
        ("counted on", "coins", "paid per coin", "bitcoin's close", "held after", "average cost after"),
        [
            (sentences.day(day), f"{coins:+,.0f}".replace("-", "−"), dollars(paid), dollars(close), sentences.whole(held),
             dollars(cost))
            for day, coins, paid, close, held, cost in bought[::-1].head(SHOWN).itertuples(name=None)
        ],
        caption=f"{sentences.count(len(bought), 'change')} of the holdings, the newest first",
    )


def decision(steps: Sequence["Step"], as_of: pd.Timestamp) -> str:
    """Write the dated steps of the index decision, those to come marked."""
    rows = "".join(
        f'<tr><td style="white-space:nowrap">{sentences.day(pd.Timestamp(step.date))}</td>'
        f'<td class="fl-gray">{"ahead" if pd.Timestamp(step.date, tz="UTC") > as_of else ""}</td>'
        f'<td class="fl-wide">{escape(step.text)}</td><td class="fl-gray">{linked(step.publisher, step.link)}</td></tr>'
        for step in steps
    )
    rows = rows or '<tr><td colspan="4" class="fl-gray">nothing was announced by then</td></tr>'
    head = "<tr><th>on</th><th></th><th>what</th><th>publisher</th></tr>"
    inner = f"<thead>{head}</thead><tbody>{rows}</tbody>"
    return tiles.caption("The index decision") + f'<div class="fl-scroll"><table class="fl-table">{inner}</table></div>'


def standing(steps: Sequence["Step"], decided: str, due: str) -> str:
    """Say in a clause where the index decision stands, from the steps known on the day."""
    known = {step.date for step in steps}
    if decided in known:
        return f"MSCI decided on {sentences.day(pd.Timestamp(decided))} to keep it, share count frozen"
    return f"MSCI is to decide by {sentences.day(pd.Timestamp(due))} whether index funds must sell it" if due in known else ""
