"""A day as it had arrived by a moment: a pinned link opens the same numbers also when the last ones of its day come late."""

import pandas as pd
import pytest

from components import frame, links
from components.days import Span, parse
from components.links import Place
from data_sources import cached, load, pins
from data_sources.store import Store
from notes import desk, note, proof
from notes.__main__ import main as command
from routes import answers, places
from tests.frames import observations, utc
from tests.routed import JSON, PAGE, ask, own, revise
from tests.test_pages import opened, words

__all__ = ["own"]
DAY = utc("2025-11-20")
MORNING, NOON = utc("2025-11-21 06:50"), utc("2025-11-21 12:00")


def late(store: Store, level: float = 3.0) -> None:
    """Tell a second series of the day, hours after the day's end."""
    store.append(observations(("2025-11-20", level), measure="fear_greed", asset="CRYPTO", entity="alternative.me"), "test", NOON)


def fears(store: Store, known: pd.Timestamp | None) -> list[float]:
    return load.board(DAY, store, known).panels.series("fear_greed", "CRYPTO").tolist()


def test_what_comes_after_the_moment_is_not_on_the_board_and_what_came_before_it_is(own: Store) -> None:
    late(own)
    assert fears(own, None) == fears(own, NOON) == [3.0]
    assert fears(own, MORNING) == []


def test_before_anything_had_arrived_a_days_board_holds_nothing(store: Store, database_url: str) -> None:
    store.append(observations(("2025-11-20", 1.0)), "imported", utc("2026-11-01"))
    board = load.board(DAY, store, utc("2026-10-31"))
    assert board.panels.series("close", "BTC").empty
    assert (board.revised, board.arrived) == (True, utc("2025-11-21"))


def test_a_board_says_by_when_it_had_arrived_and_as_of_then_it_stays_the_same(own: Store) -> None:
    assert load.board(DAY, own).arrived == utc("2025-11-21")
    late(own)
    assert load.board(DAY, own).arrived == NOON
    assert load.board(DAY, own, MORNING).arrived == utc("2025-11-21")
    own.append(
        observations(("2025-11-19", 2.0), measure="fear_greed", asset="CRYPTO", entity="alternative.me"), "test", utc("2025-11-25")
    )
    assert fears(own, NOON) == [3.0]
    assert fears(own, None) == [2.0, 3.0]


def test_a_revision_leaves_the_days_board_alone_with_a_moment_and_without_one(own: Store) -> None:
    revise(own)
    for known in (None, NOON, utc("2025-11-30")):
        assert load.board(DAY, own, known).panels.series("level", "VIX").iloc[-1] == 26.42


def test_a_newest_day_is_settled_until_it_is_told_otherwise(own: Store) -> None:
    assert load.board(store=own).settled
    revise(own)
    board = load.board(store=own)
    assert (board.settled, board.arrived) == (False, utc("2025-11-24 08:00"))
    assert load.board(DAY, own).settled


def test_the_sample_has_no_moment_by_which_it_arrived(store: Store) -> None:
    assert load.board(store=store).arrived is None
    assert load.board(DAY, store).arrived is None


def test_a_view_without_anything_late_is_the_days_own(own: Store) -> None:
    assert cached.seen(DAY, NOON) is cached.seen(DAY)
    late(own)
    assert cached.seen(DAY, NOON) is cached.seen(DAY)
    assert cached.seen(DAY, MORNING) is not cached.seen(DAY)


def test_a_pinned_link_opens_the_same_numbers_when_others_of_its_day_come_late(own: Store) -> None:
    before = ask("GET", "/pin", params=PAGE, headers=JSON).json()
    late(own)
    told = ask("GET", "/verify", params={"link": before["path"]}, headers=JSON).json()
    assert (told["ok"], told["digest"], told["differences"]) == (True, before["digest"], [])
    assert "The store knows more now: 1 differs (Crypto fear & greed not known → 3)" in told["sentence"]
    (one,) = told["revised"]
    assert (one["id"], one["known"]) == ("crypto_fear_greed", "2025-11-21T12:00:00Z")
    opened = places.opened(links.read(before["path"], places.span()), places.span())
    assert proof.canonical(opened.content).decode() == before["content"]
    assert ask("GET", "/pin", params=PAGE, headers=JSON).json()["digest"] != before["digest"]


def test_numbers_sent_with_their_digest_are_held_against_what_had_arrived_when_they_were_made(own: Store) -> None:
    made = ask("GET", "/pin", params=PAGE, headers=JSON).json()
    late(own)
    opened = places.opened(links.read(made["path"], places.span()), places.span())
    body = {"content": opened.content, "digest": made["digest"]}
    assert ask("POST", "/verify", json=body, headers=JSON).json()["ok"]
    wrong = {**opened.content, "known": "2025-11-30T00:00:00Z"}
    answer = ask("POST", "/verify", json={"content": wrong, "digest": proof.digest(wrong)}, headers=JSON)
    assert (answer.status_code, answer.json()["sentence"]) == (422, answers.ELSEWHERE)


def test_when_something_first_came_is_told_for_what_a_board_lacks_only(own: Store) -> None:
    late(own)
    fear = {("fear_greed", "CRYPTO")}
    assert pins.revised_at(own, fear, DAY, MORNING) == NOON
    assert pins.revised_at(own, fear, DAY, NOON) is None
    assert pins.revised_at(own, fear, DAY) is None
    early = load.board(utc("2025-11-21 07:00"), own)
    assert pins.revised_at(own, fear, early.known, early.arrived) == NOON


def test_a_newest_day_told_otherwise_is_pinned_to_the_moment_that_says_what_is_shown(own: Store) -> None:
    revise(own)
    made = ask("GET", "/pin", params={"page": "fear"}, headers=JSON).json()
    assert "as_of=2025-11-24T08%3A00Z" in made["path"]
    assert cached.seen(None).values["vix"].value == 26.40
    assert '"vix":[26.4,' in made["content"]


SPAN = Span(utc("2018-01-01"), utc("2026-11-21"), utc("2026-11-21"), arrived=utc("2026-11-21 12:00:07"))


@pytest.mark.parametrize(
    ("span", "query", "as_of"),
    [
        (SPAN, {}, "2026-11-21 12:00:07"),
        (SPAN, {"as_of": "2026-11-21"}, "2026-11-21 12:00:07"),
        (SPAN, {"as_of": "2026-11-21T23:00Z"}, "2026-11-21 12:00:07"),
        (SPAN, {"as_of": "2026-11-21T11:00Z"}, "2026-11-21 11:00"),
        (SPAN, {"as_of": "2026-11-20"}, "2026-11-20"),
        (Span(SPAN.first, SPAN.newest, SPAN.today, utc("2026-11-20 09:00")), {}, "2026-11-21 12:30"),
        (Span(SPAN.first, utc("2026-11-19"), SPAN.today, utc("2026-11-20 09:00"), settled=False), {}, "2026-11-20 09:00"),
        (Span(SPAN.first, utc("2026-11-19"), SPAN.today, utc("2026-11-20 09:00")), {}, "2026-11-19"),
    ],
)
def test_what_still_moves_is_pinned_to_a_moment(span: Span, query: dict[str, str], as_of: str) -> None:
    fixed = links.pinned(Place("fear", parse(query, span)), span, now=utc("2026-11-21 12:30"))
    assert fixed.window.as_of == utc(as_of)


def test_by_when_a_day_had_arrived_is_said_once_and_of_days_only() -> None:
    fixed = links.arrived(links.pinned(Place("fear", parse({"as_of": "2026-11-20"}, SPAN)), SPAN), NOON)
    assert "as_of=2026-11-20&known=2025-11-21T12%3A00%3A00Z" in links.address(fixed)
    assert links.read(links.address(fixed), SPAN) == fixed
    moment = links.pinned(Place("fear", parse({"as_of": "2026-11-20T11:00Z"}, SPAN)), SPAN)
    assert links.arrived(moment, NOON) == moment


def test_a_page_says_by_when_what_it_shows_had_arrived_and_shows_no_more(own: Store) -> None:
    late(own)
    asked = {"as_of": "2025-11-20", "known": "2025-11-21T06:50:00Z"}
    early, whole = (opened("fear", **query) for query in (asked, {"as_of": "2025-11-20"}))
    assert "as it had arrived by 21 Nov 2025, 06:50:00 UTC; what came after that is left out" in words(early)
    assert "as it had arrived by" not in words(whole)
    assert "greed reads 3" in words(whole)
    assert "greed reads 3" not in words(early)


def test_a_notes_links_open_what_had_arrived_when_it_was_written_and_those_of_imported_days_the_day(own: Store) -> None:
    late(own)
    written, _ = desk.noted(DAY.date())
    for link in (written.link("fear"), written.picture("fear")):
        assert link.partition("#")[0].endswith("as_of=2025-11-20&from=2024-11-20&to=2025-11-20&known=2025-11-21T12:00:00Z")
        assert links.read(link, places.span()).window.known == NOON
    own.append(observations(("2025-11-20", 90_000.0)), "imported", utc("2026-11-01"))
    assert desk.noted(DAY.date())[0].link("fear").endswith("to=2025-11-20#fear")


def test_a_note_links_to_the_first_page_where_it_is() -> None:
    assert frame.PAGES[0].name == note.HOME


def test_a_moment_is_compared_with_the_day_before_its_last_day_and_not_with_that_day_itself(own: Store) -> None:
    view, whole = cached.seen(utc("2025-11-21 06:50")), cached.seen(DAY)
    assert (view.board.as_of, view.board.moment) == (DAY, MORNING)
    assert (view.values["vix"].value, view.before["vix"].value) == (26.42, 23.66)
    assert view.before["vix"].value == whole.before["vix"].value


def test_a_pinned_newest_day_that_was_revised_compares_as_the_page_does(own: Store) -> None:
    revise(own)
    shown = cached.seen(None)
    opened = places.opened(links.of_query({"page": "fear"}, places.span()), places.span()).view
    assert {name: one.value for name, one in opened.before.items() if one.value == one.value} == {
        name: one.value for name, one in shown.before.items() if one.value == one.value
    }


def test_a_moment_before_the_store_began_is_pinned_with_what_had_been_imported(own: Store) -> None:
    asked = {"page": "fear", "as_of": "2025-11-18T10:00Z"}
    own.append(observations(("2025-11-16", 20.0), measure="level", asset="VIX", entity="cboe"), "imported", utc("2025-11-30"))
    made = ask("GET", "/pin", params=asked, headers=JSON).json()
    assert "known=2025-11-30" in made["path"]
    own.append(
        observations(("2025-11-17", 2.0), measure="fear_greed", asset="CRYPTO", entity="alternative.me"), "more", utc("2025-12-02")
    )
    told = ask("GET", "/verify", params={"link": made["path"]}, headers=JSON).json()
    assert (told["ok"], told["digest"]) == (True, made["digest"])


def test_whatever_moment_is_asked_for_the_link_names_the_last_arrival_before_it(own: Store) -> None:
    late(own)
    paths = {
        ask("GET", "/pin", params=PAGE | {"known": known}, headers=JSON).json()["path"]
        for known in ("1991-01-01T00:00:00Z", "2025-11-21T00:00:00Z", "2025-11-21T11:59:59.999999Z")
    }
    assert len(paths) == 1
    assert ask("GET", "/pin", params=PAGE | {"known": "2099-01-01T00:00:00Z"}, headers=JSON).status_code == 422


def test_two_arrivals_within_a_second_are_told_apart(own: Store) -> None:
    for after, level in (("100ms", 3.0), ("700ms", 4.0)):
        day = "2025-11-19" if level == 4 else "2025-11-20"
        made = ask("GET", "/pin", params=PAGE, headers=JSON).json()
        row = observations((day, level), measure="fear_greed", asset="CRYPTO", entity="alternative.me")
        own.append(row, "test", NOON + pd.Timedelta(after))
        assert ask("GET", "/verify", params={"link": made["path"]}, headers=JSON).json()["ok"]


def test_the_command_makes_an_earlier_note_again(own: Store, capsys: pytest.CaptureFixture[str]) -> None:
    def told(*more: str) -> str:
        assert command(["--as-of", "2025-11-20", "--format", "json", *more]) == 0
        return capsys.readouterr().out

    before = told()
    late(own)
    assert told() != before
    assert told("--known", "2025-11-21T06:50:00Z") == before
    with pytest.raises(SystemExit):
        command(["--known", "noon"])
    assert "'noon' is not a moment" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        command(["--known", "2025-11-21T06:50:00Z"])
    assert "no day was named" in capsys.readouterr().err
