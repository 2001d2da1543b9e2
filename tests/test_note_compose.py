"""The note of any board: what is known is told, what is not is named, and nothing else is said."""

import dataclasses
import time
from functools import cache

import pandas as pd
import pytest

from data_sources import load, views
from data_sources.contract import Panels
from indicators.readings import READINGS
from notes import desk
from notes.compose import TOPICS, compose
from notes.note import Note, clean
from notes.render_html import card, document
from notes.render_markdown import markdown
from notes.render_text import ROOM, text
from tests.held import daily, frame, made_up, utc

DAY = "2025-11-20"


def board(panels: Panels, day: str, kind: str = "live") -> load.Board:
    return load.Board(kind, panels.cut(utc(day)), utc(day), utc("2024-01-01"), utc(day), 1, False, False)


def view_of(panels: Panels, day: str, kind: str = "live") -> views.View:
    held = board(panels, day, kind)
    return views.evaluated(held, views.computed(held), held.as_of, None)


@cache
def sample() -> Note:
    return desk.noted(pd.Timestamp(DAY).date())[0]


def test_the_same_board_gives_the_same_note() -> None:
    view, eve = desk.opened(pd.Timestamp(DAY).date())
    assert compose(view, eve) == compose(view, eve) == sample()


def test_a_note_has_five_topics_each_with_a_verdict_and_its_chart() -> None:
    assert [topic.page for topic in sample().topics] == [row.page for row in TOPICS]
    for topic in sample().topics:
        assert topic.verdict.text.endswith(".")
        assert sample().link(topic.page) == f"/{topic.page}?as_of={DAY}&from=2024-11-20&to={DAY}#{topic.page}"


def test_a_base_address_stands_before_every_link() -> None:
    written = markdown(sample(), "https://stress.example.com/")
    assert "](https://stress.example.com/fear?as_of=" in written
    assert "](/" not in written


@pytest.mark.parametrize("write", [markdown, text, document, card])
def test_the_sample_board_is_marked_in_every_format(write: object) -> None:
    written = write(sample())  # type: ignore[operator]
    assert "SAMPLE BOARD" in written
    assert "simulated" in written


def test_an_empty_board_says_why_in_every_part() -> None:
    nothing = Panels(made_up(1).iloc[:0])
    note = compose(view_of(nothing, "1990-01-01"))
    assert note.headline.text == "Nothing is known as of this day."
    assert note.index.text.startswith("Stress index: ")
    assert all(topic.verdict.text.startswith("No verdict: ") and not topic.lines for topic in note.topics)
    assert not note.changes.groups
    assert not note.extremes
    assert {name for told in note.missing for name in told.readings} == set(READINGS)
    for written in (markdown(note), text(note), document(note), card(note)):
        assert "nan" not in written.casefold().replace("finance", "")
        assert "None" not in written


@pytest.mark.parametrize("seed", range(4))
def test_every_reading_of_a_board_is_told_or_named_as_late_missing_or_calm(seed: int) -> None:
    view = view_of(Panels(made_up(seed)), "2025-02-20")
    note = compose(view)
    told = {name for topic in note.topics for one in (topic.verdict, *topic.lines) for name in one.readings}
    told |= {name for one in (*note.beside, *note.extremes) for name in one.readings} | {"stress_index"}
    named = told | {name for one in (*note.late, *note.missing) for name in one.readings}
    assert len({value.id for value in view.values.values() if value.state == "extreme"} - told) == len(note.more)
    assert {value.id for value in view.values.values() if value.state == "unknown"} <= named


def test_a_run_that_goes_on_begins_or_ends_is_told() -> None:
    def flows(values: list[float]) -> tuple[str, ...]:
        held = Panels(frame("net_flow", "BTC", "IBIT", daily([1e8, *values], "2025-11-17", "D")))
        return tuple(told.text for told in compose(view_of(held, "2025-11-20")).changes.streaks)

    assert flows([-1e8, -1e8, -1e8]) == ("Outflows from bitcoin funds: 3 days in a row, after 2.",)
    assert flows([1e8, 1e8, -1e8]) == ("Outflows from bitcoin funds began: 1 day.",)
    assert flows([-1e8, -1e8, 1e8]) == ("Outflows from bitcoin funds ended after 2 days.",)
    assert flows([1e8, 1e8, 1e8]) == ()


def test_a_number_that_was_told_otherwise_yesterday_is_a_revision() -> None:
    then, now = (
        Panels(frame("level", "VIX", "cboe", daily(levels, "2025-11-18"))) for levels in ([20.0, 21.0], [20.0, 23.0, 24.0])
    )
    note = compose(view_of(now, "2025-11-20"), view_of(then, "2025-11-19"))
    assert [told.text for told in note.changes.revised] == ["VIX of 19 Nov 2025: 21.0 → 23.0."]
    assert compose(view_of(now, "2025-11-20"), view_of(now, "2025-11-19")).changes.revised == ()


def test_a_session_that_others_have_and_a_number_has_not_makes_it_late() -> None:
    vix = frame("level", "VIX", "cboe", daily([20.0, 21.0], "2025-11-18"))
    spx = frame("level", "SPX", "yahoo", daily([6600.0, 6700.0, 6650.0], "2025-11-18"))
    late = compose(view_of(Panels(pd.concat([vix, spx])), "2025-11-20")).late
    assert [told.text for told in late] == ["Last published for 19 Nov 2025, 1 d old (Cboe): VIX."]


def test_a_note_without_pictures_takes_less_than_a_second_once_the_board_is_warm() -> None:
    view, eve = desk.opened(pd.Timestamp(DAY).date())
    begun = time.perf_counter()
    note = compose(view, eve)
    for write in (markdown, text, document):
        write(note)
    assert time.perf_counter() - begun < 1, "a twentieth of this is usual; the rest is room for a busy machine"


def test_a_chat_message_has_room_for_what_fits_and_says_where_the_rest_is() -> None:
    long = dataclasses.replace(sample(), notices=tuple(f"Notice {number} " + "x" * 90 for number in range(60)))
    written = text(long)
    assert len(written) <= ROOM
    assert written.endswith(f"… the rest: {long.link('note')}\n")


def test_text_from_outside_is_one_short_line() -> None:
    assert clean("a\nb\t\u202ec\x1b[31m  d\ud800") == "a b c [31m d"
    assert clean("x" * 500) == "x" * 159 + "…"


def test_a_feed_that_keeps_its_number_waiting_is_named_with_its_reason() -> None:
    view = view_of(Panels(frame("level", "VIX", "cboe", daily([20.0, 21.0, 22.0], "2025-11-18"))), "2025-11-20")
    waiting = dataclasses.replace(view.values["vix"], feed="down", feed_why="Cboe answers with <b>503</b>.")
    (told,) = compose(dataclasses.replace(view, values=view.values | {"vix": waiting})).late
    assert told.text == "Down: Cboe answers with <b>503</b>. (Cboe): VIX."


def test_a_verdict_on_numbers_of_long_ago_says_so_first() -> None:
    held = Panels(frame("level", "VIX", "cboe", daily([20.0, 21.0, 22.0], "2025-11-18")))
    fear = next(topic for topic in compose(view_of(held, "2026-02-05")).topics if topic.page == "fear")
    assert fear.verdict.text.startswith("Last known for 20 Nov 2025: The VIX is at 22.0")
    fear = next(topic for topic in compose(view_of(held, "2025-11-21")).topics if topic.page == "fear")
    assert fear.verdict.text.startswith("The VIX is at 22.0")
