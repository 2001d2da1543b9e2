"""The schedule: one note a morning, on the mornings that are named, by one of all servers, in text whatever pictures do."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from data_sources import load
from data_sources.settings import settings
from data_sources.store import Store
from notes import archive, desk, paper, printer, schedule
from notes.schedule import Plan, as_of, due, next_due
from tests.frames import observations

LONDON = Plan(time(7), ZoneInfo("Europe/London"), frozenset(range(5)), frozenset({date(2025, 12, 25)}))
MORNING = date(2025, 11, 21)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.fixture
def held(command_store: None) -> Store:
    """The store that the settings name, with two closes in it."""
    store = load.opened()
    store.append(observations(("2025-11-19", 91_554.96), ("2025-11-20", 86_637.23)), "a test")
    return store


@pytest.mark.parametrize(
    ("moment", "morning"),
    [
        ("2025-11-21T06:59:59", None),
        ("2025-11-21T07:00:00", date(2025, 11, 21)),
        ("2025-11-21T23:30:00", date(2025, 11, 21)),
        ("2025-11-22T12:00:00", None),
        ("2025-12-25T12:00:00", None),
        ("2025-07-01T06:00:00", date(2025, 7, 1)),
    ],
)
def test_a_note_is_due_from_its_hour_to_the_end_of_its_day(moment: str, morning: date | None) -> None:
    assert due(at(moment), LONDON) == morning


def test_a_clock_that_is_put_forward_or_back_makes_one_note_a_day() -> None:
    plan = Plan(time(1, 30), ZoneInfo("Europe/London"), frozenset(range(7)))
    for first in ("2026-03-27", "2026-10-23"):
        moments = [at(f"{first}T00:00:00") + timedelta(minutes=10 * step) for step in range(6 * 24 * 4)]
        found = [morning for morning in (due(moment, plan) for moment in moments) if morning is not None]
        begun = [morning for place, morning in enumerate(found) if not place or found[place - 1] != morning]
        assert begun == sorted(set(found))


def test_without_an_hour_none_is_ever_due() -> None:
    never = Plan(None, ZoneInfo("UTC"), frozenset(range(7)))
    assert due(at("2025-11-21T12:00:00"), never) is None
    assert next_due(at("2025-11-21T12:00:00"), never) is None


def test_the_next_note_is_after_weekends_and_holidays() -> None:
    assert next_due(at("2025-11-21T12:00:00"), LONDON) == datetime(2025, 11, 24, 7, tzinfo=LONDON.zone)
    assert next_due(at("2025-12-24T12:00:00"), LONDON) == datetime(2025, 12, 26, 7, tzinfo=LONDON.zone)


@pytest.mark.parametrize(("zone", "day"), [("Europe/London", 20), ("Asia/Tokyo", 19), ("America/New_York", 20)])
def test_a_note_is_about_the_last_day_that_was_over_in_utc(zone: str, day: int) -> None:
    assert as_of(MORNING, Plan(time(7), ZoneInfo(zone), frozenset(range(5)))) == date(2025, 11, day)


def test_of_many_servers_one_sends(held: Store) -> None:
    with ThreadPoolExecutor(6) as servers:
        ids = list(servers.map(lambda _: schedule.send(MORNING, LONDON), range(6)))
    (kept,) = archive.listed(held)
    assert [one for one in ids if one] == [kept.id]
    assert (kept.slot, kept.body["as_of"], kept.body["board"]) == ("2025-11-21", "2025-11-20", "live")
    assert schedule.send(MORNING, LONDON) == ""
    assert schedule.send(date(2025, 11, 24), LONDON) != ""


def test_the_sample_board_sends_nothing(command_store: None) -> None:
    assert schedule.send(MORNING, LONDON) == ""


def test_text_goes_out_though_no_picture_can_be_drawn(held: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> bytes:
        raise printer.NoPrinter("Pictures need Chromium.")

    monkeypatch.setattr(printer, "png", refused)
    monkeypatch.setattr(printer, "pdf", refused)
    monkeypatch.setenv("STRESS_NOTE_FOLDER", str(tmp_path / "sent"))
    schedule.send(MORNING, LONDON)
    name = "faultline_note_2025-11-20"
    assert sorted(path.name for path in (tmp_path / "sent").iterdir()) == [f"{name}.{end}" for end in ("html", "json", "md", "txt")]
    assert "No picture: Pictures need Chromium." in (tmp_path / "sent" / f"{name}.html").read_text("utf-8")
    (kept,) = archive.listed(held)
    assert kept.body["faults"] == [f"{name}.pdf: Pictures need Chromium.", f"{name}.png: Pictures need Chromium."]


def test_each_picture_is_drawn_once_for_every_form_and_only_when_the_words_are_out(
    held: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[set[str]] = []

    def draw(*_: object, **__: object) -> bytes:
        drawn.append({path.suffix for path in tmp_path.iterdir()})
        return b"drawn"

    monkeypatch.setattr(printer, "png", draw)
    monkeypatch.setattr(printer, "pdf", lambda _: b"paper")
    note, view = desk.noted(MORNING)
    assert schedule.files(note, view, tmp_path) == []
    assert len(drawn) == len(note.topics) + 1, "the card is a picture too"
    assert all({".md", ".txt", ".json"} <= written for written in drawn)


def test_a_picture_that_the_browser_refuses_is_missing_alone(held: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[bytes | Exception] = [b"drawn", RuntimeError("the page\ncrashed"), *[b"drawn"] * 4]

    def draw(*_: object, **__: object) -> bytes:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(printer, "png", draw)
    monkeypatch.setattr(printer, "pdf", lambda _: b"paper")
    note, view = desk.noted(MORNING)
    assert schedule.files(note, view, tmp_path) == []
    written = (tmp_path / f"{note.name}.html").read_text("utf-8")
    assert written.count("No picture: The browser did not print it: the page crashed.") == 1
    assert written.count("<img ") == 4


def test_a_form_that_fails_in_an_unforeseen_way_keeps_no_other_from_going_out(
    held: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> bytes:
        raise RuntimeError("Page.printToPDF: no such frame")

    monkeypatch.setenv("STRESS_NOTE_FOLDER", str(tmp_path / "notes"))
    monkeypatch.setattr(paper, "pictures", lambda *_: {})
    monkeypatch.setattr(paper, "printed", broken)
    schedule.send(MORNING, LONDON)
    assert {path.suffix for path in (tmp_path / "notes").iterdir()} == {".md", ".txt", ".json"}
    assert archive.sent(held, MORNING)
    assert any("no such frame" in fault for fault in archive.listed(held)[0].body["faults"])


def test_what_was_sent_is_remembered_however_many_notes_follow(held: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    schedule.send(MORNING, LONDON)
    monkeypatch.setattr(archive, "LISTED", 0)
    assert archive.sent(held, MORNING)
    assert not archive.sent(held, MORNING + timedelta(days=1))


def test_a_folder_that_cannot_be_written_is_said_and_the_note_is_kept(
    held: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("STRESS_NOTE_FOLDER", str(tmp_path / "file" / "sent"))
    monkeypatch.setattr(paper, "pictures", lambda *_: {})
    monkeypatch.setattr(paper, "printed", lambda *_: b"")
    schedule.send(MORNING, LONDON)
    (kept,) = archive.listed(held)
    assert len(kept.body["faults"]) == 6
    assert all("cannot be written" in fault for fault in kept.body["faults"])


def test_a_server_sends_when_it_is_due_and_stops_when_it_is_told(held: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRESS_NOTE_AT", "07:00")
    monkeypatch.setattr(schedule, "LOOKS", 0.01)
    stop, looks = threading.Event(), []

    def clock() -> datetime:
        looks.append(1)
        if len(looks) > 3:
            stop.set()
        return at("2025-11-21T07:00:01")

    schedule.run(stop, clock)
    assert len(looks) == 4
    assert [kept.slot for kept in archive.listed(held)] == ["2025-11-21"]


def test_what_goes_wrong_is_said_once_and_tried_again(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("STRESS_NOTE_ZONE", "Nowhere/None")
    monkeypatch.setattr(schedule, "LOOKS", 0.01)
    stop = threading.Event()
    worker = threading.Thread(target=schedule.run, args=(stop,))
    worker.start()
    worker.join(0.5)
    stop.set()
    worker.join(5)
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1
    assert "STRESS_NOTE_ZONE (Value error, no time zone of that name; one is Europe/London)" in said[0]


def test_the_schedule_runs_as_long_as_the_server_does(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[threading.Event] = []
    monkeypatch.setattr(schedule, "run", seen.append)

    @asynccontextmanager
    async def inner(_: object) -> AsyncIterator[dict[str, object]]:
        yield {"warm": True}

    async def serve(lifespan: Callable[[object], object]) -> None:
        async with lifespan(None) as state:  # type: ignore[attr-defined]
            assert state == {"warm": True}
            assert not seen[0].is_set()

    asyncio.run(serve(schedule.beside(inner)))
    assert seen[0].is_set()


@pytest.mark.parametrize(
    ("name", "value", "chosen"),
    [
        ("NOTE_AT", "07:00", time(7)),
        ("NOTE_AT", "", None),
        ("NOTE_DAYS", "mon, SUN", frozenset({0, 6})),
        ("NOTE_HOLIDAYS", "2025-12-25, 2026-01-01", frozenset({date(2025, 12, 25), date(2026, 1, 1)})),
    ],
)
def test_the_settings_of_the_schedule_are_understood(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, chosen: object
) -> None:
    monkeypatch.setenv(f"STRESS_{name}", value)
    assert getattr(settings(), name.lower()) == chosen
