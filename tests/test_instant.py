"""As of a moment: what was known and over by then, and nothing of the rest of the day."""

import pandas as pd
import pytest

from data_sources import load, snapshots
from data_sources.rows import DAY_US, day_end, end_of, stamp
from data_sources.store import Store
from tests.frames import observations, utc

NOON = utc("2025-11-20T12:00")


def hours(store: Store, moment: pd.Timestamp) -> list[float]:
    return load.board(moment, store).panels.series("hour_close", "BTC").tolist()


def test_a_day_means_its_end_and_a_moment_itself() -> None:
    assert end_of(utc("2025-11-20")) == end_of(utc("2025-11-20").date()) == day_end("2025-11-20")
    assert end_of(NOON) == stamp(NOON) + 1
    assert end_of(utc("2025-11-20T23:59:59.999999")) == day_end("2025-11-20")
    assert end_of(NOON.tz_convert("Asia/Tokyo")) == end_of(NOON)
    assert end_of(pd.Timestamp("2025-11-20T00:00", tz="Asia/Tokyo")) % DAY_US


def test_an_hour_is_on_the_board_once_it_is_over(store: Store) -> None:
    rows = observations(("2025-11-20T10:00", 1.0), ("2025-11-20T11:00", 2.0), ("2025-11-20T12:00", 3.0), measure="hour_close")
    store.append(rows, "test", utc("2025-11-20T09:00"))
    assert hours(store, NOON) == [1.0, 2.0]
    assert hours(store, utc("2025-11-20T11:59:59")) == [1.0]
    assert hours(store, utc("2025-11-20")) == [1.0, 2.0, 3.0]


def test_the_day_itself_is_no_observation_before_its_end(store: Store) -> None:
    store.append(observations(("2025-11-19", 1.0), ("2025-11-20", 2.0)), "test", utc("2025-11-20T01:00"))
    board = load.board(NOON, store)
    assert board.panels.series("close", "BTC").tolist() == [1.0]
    assert (board.as_of, board.moment, board.known) == (utc("2025-11-19"), NOON, NOON)
    whole = load.board(utc("2025-11-20"), store)
    assert (whole.as_of, whole.moment, whole.known) == (utc("2025-11-20"), None, utc("2025-11-20"))


@pytest.mark.parametrize(("moment", "told", "revised"), [("11:59", 1.0, True), ("12:00", 2.0, False), ("13:00", 2.0, False)])
def test_a_revision_is_known_from_its_own_moment_on(store: Store, moment: str, told: float, revised: bool) -> None:
    store.append(observations(("2025-11-19", 1.0)), "test", utc("2025-11-20T01:00"))
    store.append(observations(("2025-11-19", 2.0)), "correction", NOON)
    board = load.board(utc(f"2025-11-20T{moment}"), store)
    assert board.panels.series("close", "BTC").tolist() == [told]
    assert board.revised is revised


def test_what_is_learned_later_the_same_day_is_published_later(store: Store) -> None:
    store.append(observations(("2025-11-19", 1.0)), "test", NOON)
    assert load.board(utc("2025-11-20T11:00"), store).published_later
    assert not load.board(NOON, store).published_later


def test_what_is_learned_after_a_moment_of_the_stores_life_is_not_on_its_board(store: Store) -> None:
    store.append(observations(("2025-11-18", 1.0)), "test", utc("2025-11-20T01:00"))
    store.append(observations(("2025-11-19", 2.0)), "test", utc("2025-11-20T13:00"))
    morning, evening = (load.board(utc(f"2025-11-20T{moment}"), store) for moment in ("10:00", "14:00"))
    assert morning.panels.series("close", "BTC").tolist() == [1.0]
    assert evening.panels.series("close", "BTC").tolist() == [1.0, 2.0]
    assert (morning.published_later, morning.revised) == (False, True)


def test_an_answer_kept_whole_is_known_from_its_own_moment_on(store: Store) -> None:
    store.append(observations(("2025-11-19", 1.0)), "test")
    for moment in ("2025-11-19T10:00", "2025-11-20T12:00"):
        snapshots.keep(store, "chain", "BTC", utc(moment), {"of": moment}, utc(moment))
    assert snapshots.latest(store, "chain", "BTC", NOON) == {"of": "2025-11-20T12:00"}
    assert snapshots.latest(store, "chain", "BTC", utc("2025-11-20T11:00")) == {"of": "2025-11-19T10:00"}
    assert snapshots.latest(store, "chain", "BTC", utc("2025-11-20")) == {"of": "2025-11-20T12:00"}


def test_what_follows_a_moment_moves_nothing_on_its_board(store: Store) -> None:
    store.append(observations(("2025-11-18", 1.0), ("2025-11-19", 2.0)), "test", utc("2025-11-20T01:00"))
    before = load.board(NOON, store).panels.series("close", "BTC")
    store.append(observations(("2025-11-19", 9.0), ("2025-11-20", 3.0)), "test", utc("2025-11-21T01:00"))
    pd.testing.assert_series_equal(load.board(NOON, store).panels.series("close", "BTC"), before)
