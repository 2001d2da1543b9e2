"""The window in the address: what is accepted, what falls back with a sentence, and that nothing ever raises."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from components.days import CUSTOM, EARLIEST, PRESETS, Span, Window, moved, parse, zoomed


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC").as_unit("us")


SPAN = Span(first=day("2018-01-01"), newest=day("2026-02-06"), today=day("2026-11-21"))


def test_an_empty_address_is_one_year_to_the_newest_day() -> None:
    window = parse({}, SPAN)
    assert (window.start, window.end) == (day("2025-02-06"), day("2026-02-06"))
    assert window.address == {}
    assert window.complaints == ()


def test_the_as_of_day_ends_the_window() -> None:
    window = parse({"as_of": "2025-11-20", "window": "3m"}, SPAN)
    assert (window.start, window.end, window.as_of) == (day("2025-08-20"), day("2025-11-20"), day("2025-11-20"))


def test_a_saturday_is_a_day() -> None:
    assert parse({"as_of": "2025-11-22"}, SPAN).as_of == day("2025-11-22")


def test_a_custom_window_stands_exactly() -> None:
    window = parse({"from": "2025-10-01", "to": "2025-11-30"}, SPAN)
    assert (window.start, window.end, window.preset) == (day("2025-10-01"), day("2025-11-30"), CUSTOM)


def test_max_begins_with_the_board() -> None:
    assert parse({"window": "max"}, SPAN).start == day("2018-01-01")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"from": "2030"}, "“2030” is not a day"),
        ({"from": "2030-01-01"}, "cannot start on 2030-01-01"),
        ({"as_of": "drop table"}, "“drop table” is not a day"),
        ({"as_of": "2025-02-30"}, "“2025-02-30” is not a day"),
        ({"as_of": "0001-01-01"}, "“0001-01-01” is not a day from 1990-01-01 on"),
        ({"as_of": "2031-01-01"}, "has not happened yet"),
        ({"from": "2025-12-01", "to": "2025-11-01"}, "cannot run from 2025-12-01 to 2025-11-01"),
        ({"to": "2026-05-01"}, "Nothing after 2026-02-06 is known"),
        ({"as_of": "2031-01-01T10:00Z"}, "has not happened yet"),
        ({"as_of": "2025-11-20T14:30"}, "“2025-11-20T14:30” is not a day"),
        ({"as_of": "2025-11-20T25:00Z"}, "“2025-11-20T25:00Z” is not a day"),
        ({"as_of": "2025-02-30T10:00Z"}, "“2025-02-30T10:00Z” is not a day"),
        ({"as_of": "٢٠٢٥-11-20T10:00Z"}, "is not a day"),
        ({"as_of": "2025-11-20", "known": "noon"}, "“noon” is not a moment"),
        ({"as_of": "2025-11-20", "known": "2025-02-30T10:00Z"}, "“2025-02-30T10:00Z” is not a moment"),
        ({"as_of": "2025-11-20", "known": "2099-11-21T10:00Z"}, "“known” was left out: it has not happened yet"),
        ({"known": "2025-11-21T10:00Z"}, "“known” was left out: it says something beside an as-of day only"),
        ({"window": "7y"}, "There is no window “7y”"),
        ({"window": "<script>alert(1)</script>"}, "There is no window “·script·alert·1··/script…”"),
    ],
)
def test_a_refused_value_falls_back_with_a_sentence(query: dict[str, str], told: str) -> None:
    window = parse(query, SPAN)
    assert any(told in sentence for sentence in window.complaints), window.complaints
    assert window.start < window.end <= SPAN.newest


def test_a_day_before_any_data_is_accepted_and_left_to_the_page() -> None:
    window = parse({"as_of": "2009-01-03"}, SPAN)
    assert window.as_of == day("2009-01-03")
    assert window.start < window.end == day("2009-01-03")
    assert window.complaints == ()


def test_a_long_hostile_value_is_shortened_on_the_screen() -> None:
    (sentence,) = parse({"as_of": "*" * 5000}, SPAN).complaints
    assert len(sentence) < 120
    assert "*" not in sentence


def test_a_moment_is_shown_within_its_day() -> None:
    window = parse({"as_of": "2025-11-20T14:30Z", "window": "3m"}, SPAN)
    assert window.as_of == pd.Timestamp("2025-11-20T14:30Z")
    assert (window.start, window.end) == (day("2025-08-20"), day("2025-11-20"))
    assert window.address["as_of"] == "2025-11-20T14:30Z"
    assert parse({"as_of": "2025-11-20T14:30:15Z"}, SPAN).address["as_of"] == "2025-11-20T14:30:15Z"


def test_the_first_moment_of_a_day_is_the_end_of_the_day_before() -> None:
    assert parse({"as_of": "2025-11-20T00:00Z"}, SPAN) == parse({"as_of": "2025-11-19"}, SPAN)


def test_a_zoom_shows_its_days_as_known_at_the_end_of_the_last() -> None:
    window = zoomed(parse({}, SPAN), day("2025-10-01"), day("2025-11-20"), SPAN)
    assert window.address == {"from": "2025-10-01", "to": "2025-11-20", "as_of": "2025-11-20"}


def test_a_zoom_that_reaches_the_end_keeps_what_is_known() -> None:
    assert zoomed(parse({}, SPAN), day("2026-01-05"), day("2026-02-06"), SPAN).as_of is None
    assert zoomed(parse({}, SPAN), day("2026-01-05"), day("2026-04-01"), SPAN).address == {"from": "2026-01-05", "to": "2026-02-06"}
    moment = parse({"as_of": "2025-11-20T14:30Z"}, SPAN)
    assert zoomed(moment, day("2025-11-01"), day("2025-11-20"), SPAN).as_of == moment.as_of


def test_a_zoom_never_shows_what_was_not_known_when_it_began() -> None:
    window = zoomed(parse({"as_of": "2025-11-20"}, SPAN), day("2025-11-10"), day("2025-12-10"), SPAN)
    assert (window.end, window.as_of) == (day("2025-11-20"), day("2025-11-20"))


def test_a_zoom_into_one_day_shows_the_day_before_it_too() -> None:
    window = zoomed(parse({}, SPAN), day("2025-10-10"), day("2025-10-10"), SPAN)
    assert (window.start, window.end) == (day("2025-10-09"), day("2025-10-10"))


def test_stepping_on_uncovers_a_chosen_window_day_by_day() -> None:
    window = parse({"from": "2025-10-01", "to": "2025-10-10", "as_of": "2025-10-10"}, SPAN)
    on = moved(window, day("2025-10-11"), SPAN)
    assert on.address == {"from": "2025-10-01", "to": "2025-10-11", "as_of": "2025-10-11"}
    assert moved(on, day("2025-10-05"), SPAN).address == {"from": "2025-10-01", "to": "2025-10-05", "as_of": "2025-10-05"}


def test_a_chosen_window_moves_as_a_whole_to_a_day_before_it() -> None:
    window = parse({"from": "2025-10-01", "to": "2025-10-10", "as_of": "2025-10-10"}, SPAN)
    assert moved(window, day("2025-04-02"), SPAN).address == {"from": "2025-03-24", "to": "2025-04-02", "as_of": "2025-04-02"}


def test_a_window_that_ends_before_the_day_shown_stays_while_the_day_moves() -> None:
    window = parse({"from": "2025-10-01", "to": "2025-10-10", "as_of": "2025-12-10"}, SPAN)
    assert moved(window, day("2025-12-11"), SPAN).address == window.address | {"as_of": "2025-12-11"}


def test_what_had_arrived_by_a_moment_stays_with_its_day_and_ends_with_it() -> None:
    window = parse({"window": "6m", "as_of": "2025-11-20", "known": "2025-11-21T06:50:00Z"}, SPAN)
    assert window.known == pd.Timestamp("2025-11-21T06:50Z")
    day = pd.Timedelta(days=1)
    assert zoomed(window, window.end - 60 * day, window.end, SPAN).known == window.known
    assert zoomed(window, window.end - 60 * day, window.end - 9 * day, SPAN).known is None
    assert moved(window, window.end - day, SPAN).known is None
    assert moved(window, None, SPAN).known is None


def test_a_preset_ends_with_the_day_shown() -> None:
    window = moved(parse({"window": "3m"}, SPAN), day("2025-11-20"), SPAN)
    assert window == parse({"window": "3m", "as_of": "2025-11-20"}, SPAN)
    assert moved(window, None, SPAN) == moved(window, SPAN.newest, SPAN) == parse({"window": "3m"}, SPAN)


@example(date(2018, 1, 2), date(2000, 1, 1), date(2000, 1, 1))
@given(st.dates(pd.Timestamp("1985-01-01").date()), st.dates(pd.Timestamp("1985-01-01").date()), st.dates())
def test_wherever_a_zoom_or_a_step_leads_the_address_leads_there_again(one: date, other: date, shown: date) -> None:
    base = parse({"as_of": str(shown)}, SPAN)
    ways: list[Window] = [zoomed(base, day(str(one)), day(str(other)), SPAN)]
    if EARLIEST <= str(one) <= "2026-11-21":
        ways.append(moved(ways[0], day(str(one)), SPAN))
    for window in ways:
        again = parse(window.address, SPAN)
        assert again.start < again.end <= (again.as_of or SPAN.newest)
        if (window.as_of or SPAN.newest) >= SPAN.first + pd.Timedelta(days=1) and window.start >= day(EARLIEST):
            assert replace(again, complaints=()) == window


texts = st.one_of(
    st.text(max_size=40), st.dates().map(str), st.sampled_from([*PRESETS, "", "2030", "1' OR 1=1", "2025-11-20T14:30Z"])
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(["window", "from", "to", "as_of", "x"]), texts))
def test_whatever_the_address_says_there_is_a_window(query: dict[str, str]) -> None:
    window = parse(query, SPAN)
    assert window.start < window.end
    assert window.end <= (window.as_of or SPAN.newest)
    again = parse(window.address, SPAN)
    assert (again.start, again.end, again.as_of, again.preset) == (window.start, window.end, window.as_of, window.preset)
    assert again.complaints == ()
