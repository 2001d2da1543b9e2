"""The one time window and the as-of day: held in the address, kept across pages, drawn as a row of controls."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import streamlit as st

PRESETS: dict[str, pd.DateOffset | None] = {
    "3m": pd.DateOffset(months=3),
    "6m": pd.DateOffset(months=6),
    "1y": pd.DateOffset(years=1),
    "3y": pd.DateOffset(years=3),
    "5y": pd.DateOffset(years=5),
    "max": None,
}
DEFAULT = "1y"
CUSTOM = "custom"
KEYS = ("window", "from", "to", "as_of")
SALES = ("act", "total", "passive", "w_msci", "w_nasdaq", "w_russell", "w_others", "cap", "turnover", "pace", "impact")
FIGURES = ("kwh", "jth", *SALES)
"""Numbers a reader sets on a page; they travel in the address too."""
KEPT = "window_state"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
EARLIEST = "1990-01-01"
"""No series of the board begins earlier: the VIX does here."""
SHOWN_LENGTH = 24  # characters of a refused value that are repeated on the screen


@dataclass(frozen=True)
class Span:
    """What a board holds and today's date: the limits of every choice; days at 00:00 UTC."""

    first: pd.Timestamp
    newest: pd.Timestamp
    today: pd.Timestamp


@dataclass(frozen=True)
class Window:
    """Days shown and the day they are shown as of.

    ``as_of`` is None for the newest day held. ``complaints`` are sentences about values that were refused.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    preset: str
    as_of: pd.Timestamp | None = None
    complaints: tuple[str, ...] = ()

    @property
    def address(self) -> dict[str, str]:
        """Query parameters that reopen this window; defaults are left out."""
        pairs: dict[str, str] = {}
        if self.preset == CUSTOM:
            pairs |= {"from": f"{self.start:%Y-%m-%d}", "to": f"{self.end:%Y-%m-%d}"}
        elif self.preset != DEFAULT:
            pairs["window"] = self.preset
        if self.as_of is not None:
            pairs["as_of"] = f"{self.as_of:%Y-%m-%d}"
        return pairs


def parse(query: Mapping[str, str], span: Span) -> Window:
    """Read the window from an address.

    Parameters
    ----------
    query : mapping
        Query parameters as they came; anything may be in them.
    span : Span
        What the board holds.

    Returns
    -------
    Window
        Every refused value is replaced by its default, with a sentence in ``complaints``. Never raises.
    """
    complaints: list[str] = []
    as_of = _day(query, "as_of", complaints)
    if as_of is not None and as_of > span.today:
        complaints.append(f"{as_of:%Y-%m-%d} has not happened yet; showing the newest day, {span.newest:%Y-%m-%d}.")
        as_of = None
    end = as_of if as_of is not None else span.newest
    start, to = _day(query, "from", complaints), _day(query, "to", complaints)
    preset = str(query.get("window", DEFAULT)).lower()
    if preset not in PRESETS:
        complaints.append(f"There is no window “{_shown(preset)}”; showing one year.")
        preset = DEFAULT
    if start is not None and start >= end:
        complaints.append(
            f"The window cannot start on {start:%Y-%m-%d}: it must begin before the day shown ({end:%Y-%m-%d}); showing one year."
        )
        start = to = None
    if start is not None and to is not None and start >= to:
        complaints.append(f"The window cannot run from {start:%Y-%m-%d} to {to:%Y-%m-%d}; showing one year.")
        start = to = None
    if to is not None and to > end:
        complaints.append(f"Nothing after {end:%Y-%m-%d} is known as of the day shown; the window ends there.")
        to = end
    if start is None and to is None:
        return Window(_start(preset, end, span), end, preset, as_of, tuple(complaints))
    to = end if to is None else to
    start = _start(preset, to, span) if start is None else max(start, min(span.first, to - pd.Timedelta(days=1)))
    return Window(start, to, CUSTOM, as_of, tuple(complaints))


def choose(first: pd.Timestamp, newest: pd.Timestamp, today: pd.Timestamp) -> Window:
    """Draw the controls and return the window; the address always says what is shown.

    The address is the one truth: controls write it, a pasted link is read from it, and a page switch, which drops
    the parameters, gets them back from the session.
    """
    span = Span(first, newest, today)
    query = {key: st.query_params[key] for key in KEYS if key in st.query_params}
    if not query:
        query = dict(st.session_state.get(KEPT, {}))
    window = parse(query, span)
    _remember(window)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="fl-controls"):
        _preset_control(window, span)
        if window.preset == CUSTOM:
            _range_control(window, span)
        _as_of_control(window, span)
        if window.as_of is not None:
            st.button("Newest day", on_click=_on_newest, args=(span,), key="newest", type="tertiary")
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
            f"“{_shown(str(raw))}” is not a number from {low:g} to {high:g}; {label} is {default:g}.", icon=":material/link_off:"
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
    kept = dict(st.session_state.get(KEPT, {}))
    value = st.session_state[name]
    if value == default:
        kept.pop(name, None)
        st.query_params.pop(name, None)
    else:
        kept[name] = st.query_params[name] = f"{value:g}"
    st.session_state[KEPT] = kept


def _preset_control(window: Window, span: Span) -> None:
    # The widget's state follows the address, not the other way round: it is set before the widget is drawn.
    st.session_state["preset"] = window.preset
    st.segmented_control(
        "Window",
        [*PRESETS, CUSTOM],
        format_func=lambda name: name.upper() if name != CUSTOM else "Custom",
        key="preset",
        label_visibility="collapsed",
        required=True,
        on_change=_on_preset,
        args=(span,),
    )


def _range_control(window: Window, span: Span) -> None:
    st.session_state["range"] = (window.start.date(), window.end.date())
    last = (window.as_of if window.as_of is not None else span.newest).date()
    st.date_input(
        "From – to",
        key="range",
        min_value=min(span.first.date(), window.start.date()),
        max_value=last,
        format="YYYY-MM-DD",
        label_visibility="collapsed",
        width=230,
        on_change=_on_range,
        args=(span,),
    )


def _as_of_control(window: Window, span: Span) -> None:
    day = window.as_of if window.as_of is not None else span.newest
    st.session_state["as_of"] = day.date()
    st.markdown("as of", width="content")
    st.date_input(
        "As of",
        key="as_of",
        min_value=min(span.first, day).date(),
        max_value=max(span.today, day).date(),
        format="YYYY-MM-DD",
        label_visibility="collapsed",
        width=130,
        on_change=_on_as_of,
        args=(span,),
        help="Everything on the page as it was known at the end of this day (UTC). Pick a day, or type it and press Tab.",
    )


def _kept(span: Span) -> Window:
    """The window as the address has it now: two controls may report at once, and each changes its own part only."""
    return replace(parse(st.session_state.get(KEPT, {}), span), complaints=())


def _on_preset(span: Span) -> None:
    window, chosen = _kept(span), st.session_state["preset"] or DEFAULT
    _write(window if chosen == window.preset else replace(window, preset=chosen), span)


def _on_range(span: Span) -> None:
    days: tuple[date, ...] = st.session_state["range"]
    if len(days) == 2:  # the first click alone is no range yet
        _write(replace(_kept(span), start=_utc(days[0]), end=_utc(days[1]), preset=CUSTOM), span)


def _on_as_of(span: Span) -> None:
    chosen = st.session_state["as_of"]
    if chosen is not None:
        day = _utc(chosen)
        _write(replace(_kept(span), as_of=None if day == span.newest else day), span)


def _on_newest(span: Span) -> None:
    _write(replace(_kept(span), as_of=None), span)


def _write(window: Window, span: Span) -> None:
    """Put a chosen window into the address; what does not fit the as-of day is cut to it, without a complaint."""
    _remember(replace(parse(window.address, span), complaints=()))


def _remember(window: Window) -> None:
    kept = st.session_state.get(KEPT, {})
    figures = {name: st.query_params.get(name, kept.get(name)) for name in FIGURES}
    address = window.address | {name: value for name, value in figures.items() if value is not None}
    st.session_state[KEPT] = address
    if {key: st.query_params[key] for key in (*KEYS, *FIGURES) if key in st.query_params} != address:
        others = {key: st.query_params.get_all(key) for key in st.query_params if key not in KEYS + FIGURES}
        st.query_params.from_dict(others | address)


def _day(query: Mapping[str, str], key: str, complaints: list[str]) -> pd.Timestamp | None:
    raw = query.get(key)
    if raw is None or raw == "":
        return None
    if DAY.fullmatch(raw) and raw >= EARLIEST:
        try:
            return _utc(date.fromisoformat(raw))
        except ValueError:
            pass  # the shape of a day but no day: 2025-02-30; said below
    complaints.append(f"“{_shown(raw)}” is not a day from {EARLIEST} on (YYYY-MM-DD); “{key.replace('_', '-')}” was left out.")
    return None


def _utc(day: date) -> pd.Timestamp:
    return pd.Timestamp(day, tz="UTC").as_unit("us")


def _start(preset: str, end: pd.Timestamp, span: Span) -> pd.Timestamp:
    offset = PRESETS[preset]
    earliest = min(span.first, end - pd.Timedelta(days=1))
    return earliest if offset is None else max(end - offset, earliest)


def _shown(raw: str) -> str:
    """Make a refused value fit for the screen: printable, short, without Markdown or HTML."""
    clean = re.sub(r"[^\w .:+/-]", "·", raw)
    return clean if len(clean) <= SHOWN_LENGTH else clean[:SHOWN_LENGTH] + "…"
