"""Two links to what is on the screen: a live one, which moves with the days, and a pinned one, to what was known at its time.

A pinned link says everything: page, first and last day, the day it is known as of, what the reader set, the theme, the version of
the link's format, and the first digits of the digest of the page's numbers, by which whoever opens it can tell whether they are the
same. The numbers themselves are not in it; they come from the store.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pandas as pd
import streamlit as st

from components import frame, window
from components.days import CUSTOM, Span, Window, parse, shown

SCRIPT = Path(__file__).with_name("links.js")
VERSION = "1"
"""Of the format of pinned links; a link of another version opens with a sentence."""
THEME = "embed_options"
"""Streamlit's own parameter: it opens the board dark or light, whatever the reader's system is set to."""
THEMES = {"dark": "dark_theme", "light": "light_theme"}
PROOF = re.compile(r"[0-9a-f]{12}")
NUMBER = re.compile(r"[-+]?[0-9]{1,12}(\.[0-9]{1,12})?(e[-+]?[0-9]{1,3})?")
SHORT = re.compile(r"(?:^|/)s/([A-Za-z0-9_-]{12})/?$")
LONGEST, MOST = 4_000, 60
"""Characters and parameters of a link that are looked at."""
OPENED = "pin_opened"
"""Session key: the pinned link that was opened, and the place it opened."""
PINNED = "links_pinned"
"""Session key: the page that is drawn, and its pinned address."""
REOPENED = ("v", "n")


@dataclass(frozen=True)
class Place:
    """What a link opens.

    Attributes
    ----------
    page : str
        The page's name.
    window : Window
        Its complaints are with the place's.
    chosen : dict of str
        What the reader set, as the address has it.
    theme : str
        dark or light; empty: the reader's own.
    version : str
        Of a pinned link; empty for a live one.
    proof : str
        First 12 hex digits of the digest of the page's numbers; empty where the link does not say.
    complaints : tuple of str
        Sentences about what was refused.
    """

    page: str
    window: Window
    chosen: dict[str, str] = field(default_factory=dict)
    theme: str = ""
    version: str = ""
    proof: str = ""
    complaints: tuple[str, ...] = ()


def address(place: Place) -> str:
    """Write the path and query that open a place."""
    query = place.window.address | dict(sorted(place.chosen.items()))
    query |= {THEME: THEMES[place.theme]} if place.theme else {}
    query |= {name: value for name, value in (("v", place.version), ("n", place.proof)) if value}
    path = "/" if place.page == frame.PAGES[0].name else f"/{place.page}"
    return f"{path}?{urlencode(query)}" if query else path


def live(place: Place) -> Place:
    """The place as a live link opens it: on the newest day, in the reader's theme; a relative window moves with the days."""
    here = place.window
    return replace(place, window=Window(here.start, here.end, here.preset), theme="", version="", proof="", complaints=())


def pinned(place: Place, span: Span, theme: str = "", now: pd.Timestamp | None = None) -> Place:
    """The place as a pinned link opens it, its days absolute, and nothing in it that will move.

    Without an as-of day it is pinned to the newest one. Where ``now`` is given, a day that is not over, and a newest day whose
    numbers were told otherwise after its end, give way to a moment: the one by which all that is held had arrived, which says the
    same for as long as nothing else arrives. By when the numbers had arrived is for `arrived` to add.
    """
    here = place.window
    as_of = span.newest if here.as_of is None else here.as_of
    moves = as_of == span.today or (now is not None and as_of > now) or (here.as_of is None and not span.settled)
    if moves and now is not None:
        as_of = span.arrived if span.arrived is not None and span.arrived > as_of.normalize() else now
    fixed = Window(here.start, here.end, CUSTOM, as_of, known=here.known if as_of == here.as_of else None)
    return replace(place, window=fixed, theme=theme if theme in THEMES else "", version=VERSION, complaints=())


def arrived(place: Place, known: pd.Timestamp | None) -> Place:
    """The place with the moment by which what its board shows had arrived; a moment's own numbers had by that moment."""
    here = place.window
    assert here.as_of is not None
    own = known is None or (here.as_of != here.as_of.normalize() and known <= here.as_of)
    return replace(place, window=replace(here, known=None if own else known))


def read(link: str, span: Span) -> Place:
    """Read a link, or its path and query, as anybody may have written it.

    Parameters
    ----------
    link : str
    span : Span
        What the board holds.

    Returns
    -------
    Place
        What was refused is replaced by its default, with a sentence in ``complaints``. Never raises.
    """
    complaints: list[str] = []
    path, query = _parts(link, complaints)
    name = path.rstrip("/").rpartition("/")[2] or frame.PAGES[0].name
    return _placed(query.get("page", name), query, span, complaints)


def of_query(query: Mapping[str, str], span: Span) -> Place:
    """Read a place from parameters, ``page`` among them."""
    return _placed(query.get("page", frame.PAGES[0].name), query, span, [])


def short_id(link: str) -> str:
    """Find the id in a short link; empty where it is none."""
    found = SHORT.search(_parts(link, [])[0])
    return found.group(1) if found else ""


def bar(here: Window, span: Span) -> None:
    """Draw what copies the links to this page, in the row of controls; nothing in another page's frame.

    The digest of a pinned link is asked for by the browser when it is needed (``/pin``), so that no page waits for it; and whether
    the numbers of a link that was opened are the same is asked for by the browser, too (``/verify``).
    """
    kept = st.session_state.get(window.KEPT, {})
    chosen = {name: str(kept[name]) for name in window.SET if name in kept}
    page = str(st.session_state.get(frame.SHOWN, frame.PAGES[0].name))
    place = Place(page, here, chosen)
    fixed = address(pinned(place, span, str(st.context.theme.type or ""), moment()))
    st.session_state[PINNED] = (page, fixed)
    if st.context.is_embedded:
        return
    opened = _opened(place)
    data = {"live": address(live(place)), "pinned": fixed, "page": page, "opened": opened}
    _copier()(key="fl_links", data=data, width="content", height="content")


def of_page(page: str) -> str:
    """Give the pinned address of a page as it is drawn, still without its digest; empty for a page that is not."""
    shown, fixed = st.session_state.get(PINNED, ("", ""))
    return fixed if shown == page else ""


def moment() -> pd.Timestamp:
    """Now, to the second, as an address can have it."""
    return pd.Timestamp.now("UTC").floor("s").as_unit("us")


def _opened(place: Place) -> str:
    """Give the pinned link that this page was opened by; it is over as soon as the reader goes elsewhere."""
    if "n" not in st.query_params:
        st.session_state.pop(OPENED, None)
        return ""
    proof, here = st.query_params["n"][:40], address(place)
    first = st.session_state.setdefault(OPENED, (proof, here))
    if first[0] != proof:
        first = st.session_state[OPENED] = (proof, here)
    if first[1] != here:
        for name in REOPENED:
            st.query_params.pop(name, None)
        del st.session_state[OPENED]
        return ""
    return address(replace(place, version=st.query_params.get("v", "")[:8], proof=proof))


def _parts(link: str, complaints: list[str]) -> tuple[str, dict[str, str]]:
    try:
        if len(link) > LONGEST:
            raise ValueError
        split = urlsplit(link.strip())
        return split.path, dict(parse_qsl(split.query, keep_blank_values=True, max_num_fields=MOST))
    except ValueError:
        complaints.append("This is not a link that can be read; showing the newest day.")
        return "", {}


def _placed(page: str, query: Mapping[str, str], span: Span, complaints: list[str]) -> Place:
    if page not in frame.BY_NAME:
        complaints.append(f"There is no page “{shown(page)}”; showing the overview.")
        page = frame.PAGES[0].name
    chosen = {}
    for name in window.FIGURES:
        if name in query and NUMBER.fullmatch(query[name]) and isfinite(float(query[name])):
            chosen[name] = query[name]
        elif name in query:
            complaints.append(f"“{shown(query[name])}” is not a number; “{name}” was left out.")
    for name in window.CHOICES:
        if name in query and window.fits(name, query[name]):
            chosen[name] = query[name]
        elif name in query:
            complaints.append(f"“{shown(query[name])}” cannot be chosen as “{name}”; it was left out.")
    version, proof = query.get("v", ""), query.get("n", "")
    if version not in ("", VERSION):
        complaints.append(f"The link is of version “{shown(version)}”, and this board reads version {VERSION}.")
        version = VERSION
    if proof and not PROOF.fullmatch(proof):
        complaints.append(f"“{shown(proof)}” is not the beginning of a digest; what the numbers were is not known.")
        proof = ""
    theme = next((name for name, option in THEMES.items() if query.get(THEME) == option), "")
    read = parse({name: query[name] for name in window.KEYS if name in query}, span)
    return Place(page, replace(read, complaints=()), chosen, theme, version, proof, (*complaints, *read.complaints))


@cache
def _copier() -> Any:
    return st.components.v2.component(
        "faultline_links", html='<div class="fl-links"></div>', js=SCRIPT.read_text(encoding="utf-8"), isolate_styles=False
    )
