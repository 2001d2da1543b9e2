"""The window in the address: what is accepted, what falls back with a sentence, and that nothing ever raises."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.window import CUSTOM, PRESETS, Span, parse


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


texts = st.one_of(st.text(max_size=40), st.dates().map(str), st.sampled_from([*PRESETS, "", "2030", "1' OR 1=1"]))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(["window", "from", "to", "as_of", "x"]), texts))
def test_whatever_the_address_says_there_is_a_window(query: dict[str, str]) -> None:
    window = parse(query, SPAN)
    assert window.start < window.end
    assert window.end <= (window.as_of or SPAN.newest)
    again = parse(window.address, SPAN)
    assert (again.start, again.end, again.as_of, again.preset) == (window.start, window.end, window.as_of, window.preset)
    assert again.complaints == ()
