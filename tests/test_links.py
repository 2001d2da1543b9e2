"""Links: whatever the state of a page, its address opens the same state; whatever an address says, there is a place."""

from typing import Any
from urllib.parse import quote

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components import frame, links, window
from components.days import CUSTOM, PRESETS, Span, Window, parse
from components.links import Place


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC").as_unit("us")


SPAN = Span(first=day("2018-01-01"), newest=day("2026-02-06"), today=day("2026-11-21"))
LATER = Span(first=day("2018-01-01"), newest=day("2026-09-30"), today=day("2026-11-21"))
"""The same board when more is known."""


def place(page: str = "fear", query: dict[str, str] | None = None, **more: Any) -> Place:
    return Place(page, parse(query or {}, SPAN), **more)


def test_a_live_link_names_the_window_and_moves_with_the_days() -> None:
    link = links.address(links.live(place(query={"window": "3m"})))
    assert link == "/fear?window=3m"
    assert links.read(link, LATER).window.end == LATER.newest


def test_a_live_link_opens_the_newest_day_whatever_day_is_shown() -> None:
    state = place(query={"window": "6m", "as_of": "2025-11-20"}, chosen={"kwh": "0.08"})
    assert links.address(links.live(state)) == "/fear?window=6m&kwh=0.08"


def test_a_pinned_link_names_its_days_and_opens_them_whatever_came_later() -> None:
    link = links.address(links.pinned(place(query={"window": "3m"}), SPAN))
    assert link == "/fear?from=2025-11-06&to=2026-02-06&as_of=2026-02-06&v=1"
    later = links.read(link, LATER)
    assert (later.window.start, later.window.end, later.window.as_of) == (day("2025-11-06"), day("2026-02-06"), day("2026-02-06"))
    assert links.address(links.pinned(later, LATER)) == link


def test_a_pinned_link_of_a_day_shown_keeps_that_day() -> None:
    assert links.pinned(place(query={"as_of": "2025-11-20"}), SPAN).window.as_of == day("2025-11-20")


def test_what_a_reader_chose_is_part_of_the_link() -> None:
    chosen = {"network": "2025-10-10", "event": "2025-11-20", "act": "msci,nasdaq", "total": "added"}
    fixed = links.pinned(place("contagion", chosen=chosen), SPAN)
    assert links.read(links.address(fixed), SPAN).chosen == chosen
    assert links.read(links.address(links.live(fixed)), SPAN).chosen == chosen


def test_while_the_newest_day_is_not_over_a_link_is_pinned_to_the_moment() -> None:
    span = Span(SPAN.first, SPAN.today, SPAN.today)
    now = SPAN.today + pd.Timedelta("14:03:20")
    fixed = links.pinned(Place("fear", parse({}, span)), span, now=now)
    assert "to=2026-11-21&as_of=2026-11-21T14%3A03%3A20Z" in links.address(fixed)
    assert links.read(links.address(fixed), span).window == fixed.window
    assert links.pinned(place(), SPAN, now=now).window.as_of == SPAN.newest


def test_a_pinned_link_names_the_theme_and_a_live_one_leaves_it_to_the_reader() -> None:
    fixed = links.pinned(place(), SPAN, "light")
    assert "embed_options=light_theme" in links.address(fixed)
    assert links.read(links.address(fixed), SPAN).theme == "light"
    assert "embed_options" not in links.address(links.live(fixed))
    assert links.pinned(place(), SPAN, "pink").theme == ""


def test_the_overview_is_at_the_root() -> None:
    assert links.address(links.live(place("overview"))) == "/"
    assert links.read("/", SPAN).page == links.read("https://board.example.com", SPAN).page == "overview"


def test_a_link_is_read_with_or_without_the_machine_it_names() -> None:
    query = "rates?from=2025-08-20&to=2025-11-20&as_of=2025-11-20&v=1&n=0123456789ab"
    found = [links.read(before + query, SPAN) for before in ("/", "https://board.example.com/", "http://localhost:8501/board/")]
    assert found[0] == found[1] == found[2]
    assert (found[0].page, found[0].proof, found[0].complaints) == ("rates", "0123456789ab", ())


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("/nowhere", "There is no page “nowhere”"),
        ("/<script>alert(1)</script>", "There is no page “script·”"),
        ("/fear?v=2", "of version “2”, and this board reads version 1"),
        ("/fear?n=xyz", "“xyz” is not the beginning of a digest"),
        ("/fear?n=" + "AB" * 6, "is not the beginning of a digest"),
        ("/fear?kwh=much", "“much” is not a number; “kwh” was left out"),
        ("/fear?kwh=nan", "“nan” is not a number"),
        ("/fear?kwh=1_000", "is not a number"),
        ("/contagion?network=yesterday", "“yesterday” cannot be chosen as “network”; it was left out"),
        ("/contagion?network=2025-02-30", "cannot be chosen as “network”"),
        ("/contagion?event=<b>", "“·b·” cannot be chosen as “event”"),
        ("/treasuries?act=msci;nasdaq", "cannot be chosen as “act”"),
        ("/fear?as_of=2025-02-30", "is not a day"),
        ("/fear?window=7y", "There is no window"),
        ("http://[::1", "This is not a link that can be read"),
        ("/fear?" + "a=1&" * 200, "This is not a link that can be read"),
        ("/fear?" + "a" * 5000, "This is not a link that can be read"),
    ],
)
def test_what_a_link_cannot_say_is_left_out_with_a_sentence(link: str, told: str) -> None:
    found = links.read(link, SPAN)
    assert any(told in sentence for sentence in found.complaints), found.complaints
    assert found.page in frame.BY_NAME


@pytest.mark.parametrize("link", ["/s/AbCdEf_-1234", "https://x.example/s/AbCdEf_-1234/", "s/AbCdEf_-1234?x=1"])
def test_a_short_link_is_told_from_others_by_its_id(link: str) -> None:
    assert links.short_id(link) == "AbCdEf_-1234"


@pytest.mark.parametrize(
    "link", ["/s/", "/s/short", "/fears/AbCdEf_-1234", "/s/AbCdEf_-1234/x", "/s/../../etc/pwd", "http://[", ""]
)
def test_what_is_no_short_link_has_no_id(link: str) -> None:
    assert links.short_id(link) == ""


days = st.dates(min_value=pd.Timestamp("1990-01-02").date(), max_value=SPAN.today.date()).map(lambda one: day(str(one)))
moments = st.builds(lambda one, minute: one + pd.Timedelta(minutes=minute), days, st.integers(0, 1439))
instants = st.builds(lambda one, after: one + pd.Timedelta(after, "us"), days, st.integers(0, 86_399_999_999))
numbers = st.one_of(st.integers(-(10**6), 10**9).map(str), st.floats(-1e9, 1e9).map(lambda one: f"{one:g}"))


@st.composite
def places(draw: Any) -> Place:
    """Any state of any page: a preset or days of one's own, of today or as of a moment, with numbers that a reader set."""
    as_of = draw(st.none() | days | moments)
    query = {} if as_of is None else {"as_of": f"{as_of:%Y-%m-%d}" if as_of == as_of.normalize() else f"{as_of:%Y-%m-%dT%H:%MZ}"}
    if draw(st.booleans()):
        query["window"] = draw(st.sampled_from(list(PRESETS)))
    else:
        query |= {name: f"{draw(days):%Y-%m-%d}" for name in draw(st.sets(st.sampled_from(["from", "to"])))}
    shown = parse(query, SPAN)
    known = draw(st.none() | instants) if shown.as_of is not None else None
    plain = Window(shown.start, shown.end, shown.preset, shown.as_of, known=known)
    chosen = draw(st.dictionaries(st.sampled_from(window.FIGURES), numbers))
    dates = st.dictionaries(st.sampled_from(["network", "event"]), days.map(lambda one: f"{one:%Y-%m-%d}"))
    words = st.lists(st.sampled_from(["msci", "nasdaq", "others", "none"]), min_size=1, max_size=8).map(",".join)
    chosen |= draw(dates) | draw(st.dictionaries(st.sampled_from(["act", "total"]), words))
    return Place(draw(st.sampled_from(sorted(frame.BY_NAME))), plain, chosen)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(places())
def test_every_state_comes_back_from_its_address(state: Place) -> None:
    found = links.read(links.address(state), SPAN)
    assert found.complaints == ()
    assert found == state


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(places(), st.sampled_from(["", "dark", "light"]), st.sampled_from(["", "0123456789ab"]))
def test_every_state_comes_back_from_its_pinned_link_also_when_more_is_known(state: Place, theme: str, proof: str) -> None:
    fixed = links.pinned(state, SPAN, theme)
    fixed = Place(fixed.page, fixed.window, fixed.chosen, fixed.theme, fixed.version, proof)
    link = links.address(fixed)
    for span in (SPAN, LATER):
        found = links.read(link, span)
        assert found == fixed
        assert found.window.preset == CUSTOM
        assert links.address(links.pinned(found, span, theme) if not proof else found) == link


anything = st.text(max_size=60) | st.sampled_from(
    ["2025-11-20", "1", "fear", "' OR 1=1", "..", "//evil.example", "\r\nx: y", "%00"]
)
names = st.sampled_from([*window.KEYS, *window.SET, "v", "n", "page", links.THEME, "x"])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(anything, st.dictionaries(names, anything))
def test_whatever_a_link_says_there_is_a_place_and_its_address_stays_on_the_board(path: str, query: dict[str, str]) -> None:
    written = "&".join(f"{name}={quote(value)}" for name, value in query.items())
    for link in (path, f"{path}?{written}"):
        found = links.read(link, SPAN)
        again = links.address(found)
        assert again.startswith("/")
        assert not again.startswith("//")
        assert again.isascii()
        assert again.isprintable()
        assert links.read(again, SPAN).complaints == ()
        assert links.of_query(query, SPAN).page in frame.BY_NAME


def test_what_copies_links_is_a_script_of_ours_that_says_what_each_link_does() -> None:
    script = links.SCRIPT.read_text(encoding="utf-8")
    for label in ("Copy live link", "Copy pinned link", "Copy short link", "Copied"):
        assert label in script
    assert "innerHTML" not in script


def drawn() -> None:
    """Run as a page: the bar beside the window that the address asks for."""
    import streamlit as st

    from components import frame, links, window
    from components.days import parse
    from tests.test_links import SPAN

    st.session_state[frame.SHOWN] = "fear"
    st.session_state[window.KEPT] = {"kwh": "0.08"}
    links.bar(parse({name: st.query_params[name] for name in window.KEYS if name in st.query_params}, SPAN), SPAN)


def test_a_link_that_was_opened_says_so_until_the_reader_goes_elsewhere() -> None:
    page = AppTest.from_function(drawn)
    pinned = {"from": "2025-08-20", "to": "2025-11-20", "as_of": "2025-11-20", "v": "1", "n": "0123456789ab"}
    for name, value in pinned.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    assert page.session_state[links.OPENED][0] == "0123456789ab"
    page.run()
    assert "n" in page.query_params
    page.query_params["from"] = "2025-09-20"
    page.run()
    assert not {"v", "n"} & set(page.query_params)
    assert links.OPENED not in page.session_state
