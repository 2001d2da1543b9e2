"""The one time window and the as-of day: held in the address, kept across pages, drawn as a row of controls."""

import re
from collections.abc import Hashable
from dataclasses import replace
from datetime import date
from time import monotonic
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from components import links, strip
from components.days import CUSTOM, DAY, DEFAULT, PRESETS, Span, Window, moved, parse, shown, told_day, utc, zoomed

if TYPE_CHECKING:
    from data_sources.cached import Held

__all__ = ["CUSTOM", "PRESETS", "Span", "Window", "choose", "figure", "parse"]
KEYS = ("window", "from", "to", "as_of", "known")
SALES = ("passive", "w_msci", "w_nasdaq", "w_russell", "w_others", "cap", "turnover", "pace", "impact")
FIGURES = ("kwh", "jth", *SALES)
"""Numbers a reader sets on a page; they travel in the address too."""
WORDS = re.compile(r"[a-z]{1,12}(,[a-z]{1,12}){0,7}", re.ASCII)
CHOICES = {"network": DAY, "event": DAY, "act": WORDS, "total": WORDS}
"""What a reader chooses on a page, and how the address writes it: the network's day, an event's, who sells, what a quote means."""
SET = (*FIGURES, *CHOICES)
"""All that a reader sets; a link binds it."""
KEPT, SPAN, BEFORE = "window_state", "window_span", "window_before_zoom"
"""Session keys: the address, what the board holds, and the address to which a double click leads back."""
REPLACED, HEARD = "window_replaced", 2.0
"""Session key: when values of controls were replaced; and the seconds within which a browser has surely heard of it."""


def choose(held: "Held", worst: tuple[pd.Timestamp, ...] = ()) -> Window:
    """Draw the controls and return the window; the address always says what is shown.

    The address is the one truth: controls, the figure's zoom, keys and the strip of days write it, a pasted link is read from it,
    and a page switch, which drops the parameters, gets them back from the session.

    Parameters
    ----------
    held : tuple
        What the board holds, as `Span` has it.
    worst : tuple of Timestamp
        The worst day of each stretch of stress, for the strip to lead to.
    """
    span = st.session_state[SPAN] = Span(*held)
    kept = st.session_state.get(KEPT, {})
    query = {key: st.query_params[key] for key in KEYS if key in st.query_params}
    if query and query != {key: kept[key] for key in KEYS if key in kept}:
        st.session_state.pop(BEFORE, None)  # a link or the browser's own way back: no zoom of before leads here
    window = parse(query or dict(kept), span)
    _remember(window)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="fl-controls"):
        _preset_control(window)
        if window.preset == CUSTOM:
            _range_control(window, span)
        _as_of_control(window, span)
        if window.as_of is not None:
            st.button("Newest day", on_click=as_of, args=(None,), key="newest", type="tertiary")
        links.bar(window, span)
    if not st.context.is_embedded:
        strip.draw(window, span, worst, as_of)
    for sentence in window.complaints:
        st.warning(sentence, icon=":material/link_off:")
    return window


def figure(name: str, label: str, default: float, low: float, high: float, step: float, form: str) -> float:
    """Draw a number that the reader sets; it is held in the address, and a refused value is said.

    Parameters
    ----------
    name : str
        Key in the address, one of FIGURES.
    label : str
        With its unit.
    default, low, high, step : float
    form : str
        printf format of the control.

    Returns
    -------
    float
        Within [low, high].
    """
    raw = st.query_params.get(name, st.session_state.get(KEPT, {}).get(name))
    value, complaint = _number(raw, default, low, high)
    if complaint:
        st.warning(
            f"“{shown(str(raw))}” is not a number from {low:g} to {high:g}; {label} is {default:g}.", icon=":material/link_off:"
        )
    st.session_state[name] = value
    st.number_input(label, low, high, step=step, format=form, key=name, width=190, on_change=_on_figure, args=(name, default))
    return value


def _number(raw: str | None, default: float, low: float, high: float) -> tuple[float, bool]:
    try:
        value = default if raw is None else float(raw)
    except ValueError:
        return default, True
    return (value, False) if low <= value <= high else (default, True)


def _on_figure(name: str, default: float) -> None:
    value = st.session_state[name]
    hold(name, None if value == default else f"{value:g}")


def chosen(name: str) -> str | None:
    """Give what a reader chose of CHOICES, as the address has it; None where nothing, or what is refused with a sentence."""
    raw = st.query_params.get(name, st.session_state.get(KEPT, {}).get(name))
    if raw is None or fits(name, raw):
        return raw
    st.warning(f"“{shown(str(raw))}” cannot be chosen as “{name}”; it was left out.", icon=":material/link_off:")
    return None


def fits(name: str, told: str) -> bool:
    """Whether an address may say this of one of CHOICES; a day is one of the calendar."""
    pattern = CHOICES[name]
    return pattern.fullmatch(told) is not None and (pattern is not DAY or told_day(told) is not None)


def hold(name: str, told: str | None) -> None:
    """Hold what a reader set in the address; None: the default, which the address leaves out. For a callback."""
    kept = dict(st.session_state.get(KEPT, {}))
    if told is None:
        kept.pop(name, None)
        st.query_params.pop(name, None)
    else:
        kept[name] = st.query_params[name] = told
    st.session_state[KEPT] = kept


def zoom(first: pd.Timestamp, last: pd.Timestamp) -> None:
    """Show the days that a reader has zoomed to; for a callback, like all below."""
    span = st.session_state[SPAN]
    window = _kept(span)
    chosen = zoomed(_base(window, span), first, last, span)
    if (chosen.start, chosen.end) != (window.start, window.end):
        st.session_state.setdefault(BEFORE, window.address)
        _write(chosen, span)


def unzoom() -> None:
    """Go back to what was shown before the zoom; a window of chosen days without one, a pasted link's, gives way to the default."""
    span = st.session_state[SPAN]
    before, window = st.session_state.pop(BEFORE, None), _kept(span)
    if before is not None:
        _write(parse(before, span), span)
    elif window.preset == CUSTOM:
        _write(replace(window, preset=DEFAULT), span)


def preset(name: str) -> None:
    """Show a preset window; it ends a zoom, with the as-of day that the zoom had chosen."""
    span = st.session_state[SPAN]
    window = _kept(span)
    if name != window.preset and name in PRESETS:
        base = _base(window, span)
        st.session_state.pop(BEFORE, None)
        _write(replace(window, preset=name, as_of=base.as_of, known=base.known), span)
    elif name == CUSTOM:
        _write(replace(window, preset=CUSTOM), span)


def as_of(moment: pd.Timestamp | None) -> None:
    """Show everything as of a day's end or a moment; None: the newest day."""
    span = st.session_state[SPAN]
    window = _kept(span)
    if BEFORE in st.session_state:
        st.session_state[BEFORE] = moved(_base(window, span), moment, span).address
    _write(moved(window, moment, span), span)


def _preset_control(window: Window) -> None:
    _put("preset", window.preset)
    st.segmented_control(
        "Window",
        [*PRESETS, CUSTOM],
        format_func=lambda name: name.upper() if name != CUSTOM else "Custom",
        key="preset",
        label_visibility="collapsed",
        required=True,
        on_change=_on_preset,
    )


def _range_control(window: Window, span: Span) -> None:
    _put("range", (window.start.date(), window.end.date()))
    base = _base(window, span)
    st.date_input(
        "From – to",
        key="range",
        min_value=min(span.first, window.start).date(),
        max_value=max(window.end, span.newest if base.as_of is None else base.as_of).date(),
        format="YYYY-MM-DD",
        label_visibility="collapsed",
        width=230,
        on_change=_on_range,
    )


def _as_of_control(window: Window, span: Span) -> None:
    moment = window.as_of if window.as_of is not None else span.newest
    _put("as_of", moment.date())
    within = moment != moment.normalize()
    st.markdown(f"as of {moment:%H:%M} UTC on" if within else "as of", width="content")
    st.date_input(
        "As of",
        key="as_of",
        min_value=min(span.first, moment).date(),
        max_value=max(span.today, moment).date(),
        format="YYYY-MM-DD",
        label_visibility="collapsed",
        width=130,
        on_change=_on_as_of,
        help="Everything on the page as it was known at the end of this day (UTC). Pick a day, or type it and press Tab. "
        "A moment can be written into the address: as_of=2025-11-20T14:30Z.",
    )


def _kept(span: Span) -> Window:
    """The window as the address has it now: two controls may report at once, and each changes its own part only."""
    return replace(parse(st.session_state.get(KEPT, {}), span), complaints=())


def _base(window: Window, span: Span) -> Window:
    """The window before the zoom; where there is none, the one that is shown."""
    before = st.session_state.get(BEFORE)
    return window if before is None else parse(before, span)


def _put(control: str, value: Hashable) -> None:
    """Set a control before it is drawn: its state follows the address, not the other way round."""
    shown = st.session_state.get(control)
    if shown != value:
        now, known = monotonic(), st.session_state.get(REPLACED, {})
        st.session_state[REPLACED] = {one: at for one, at in known.items() if now - at < HEARD} | {(control, shown): now}
    st.session_state[control] = value


def _old(control: str) -> bool:
    """Whether a control reports what it showed before a key, a step or a zoom set it: the browser had not heard of that yet."""
    replaced = st.session_state.get(REPLACED, {}).get((control, st.session_state[control]))
    return replaced is not None and monotonic() - replaced < HEARD


def _on_preset() -> None:
    if not _old("preset"):
        preset(st.session_state["preset"] or DEFAULT)


def _on_range() -> None:
    days: tuple[date, ...] = st.session_state["range"]
    if len(days) == 2 and not _old("range"):  # the first click alone is no range yet
        zoom(utc(days[0]), utc(days[1]))


def _on_as_of() -> None:
    chosen = st.session_state["as_of"]
    if chosen is not None and not _old("as_of"):
        as_of(utc(chosen))


def _write(window: Window, span: Span) -> None:
    """Put a chosen window into the address; what does not fit the as-of day is cut to it, without a complaint."""
    _remember(replace(parse(window.address, span), complaints=()))


def _remember(window: Window) -> None:
    kept = st.session_state.get(KEPT, {})
    told = {name: st.query_params.get(name, kept.get(name)) for name in SET}
    address = window.address | {name: value for name, value in told.items() if value is not None}
    st.session_state[KEPT] = address
    if {key: st.query_params[key] for key in (*KEYS, *SET) if key in st.query_params} != address:
        others = {key: st.query_params.get_all(key) for key in st.query_params if key not in KEYS + SET}
        st.query_params.from_dict(others | address)
