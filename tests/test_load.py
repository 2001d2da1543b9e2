import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from data_sources import cambridge, importing, load
from data_sources.store import Store
from tests.frames import observations, utc

TODAY = pd.Timestamp.now("UTC").normalize().as_unit("us")
DAYS = observations(("2025-11-18", 92_960.83), ("2025-11-19", 91_554.96), ("2025-11-20", 86_637.23))


def test_a_store_that_holds_nothing_shows_the_sample_and_never_as_live(store: Store) -> None:
    board = load.board(store=store)
    assert board.kind == "sample"
    assert board.version == 0
    assert board.as_of == board.newest == utc("2026-02-06")
    assert not board.published_later
    assert not board.revised
    assert 0 < board.simulated_share("close", "BTC") < 1
    assert board.simulated_share("close", "NONE") == 0


def test_the_first_row_kept_turns_to_the_live_board_without_a_trace_of_the_sample(store: Store) -> None:
    sample = load.board(store=store)
    store.append(DAYS, "test")
    board = load.board(store=store)
    assert board.kind == "live"
    assert board.version == store.version()
    assert board.panels.series("close", "BTC").tolist() == [92_960.83, 91_554.96, 86_637.23]
    assert board.simulated_share("close", "BTC") == 0
    assert sample.panels.assets("level")
    assert board.panels.assets("level") == []


def test_a_board_opens_at_the_newest_day_held(store: Store) -> None:
    store.append(DAYS, "test")
    board = load.board(store=store)
    assert (board.first, board.as_of, board.newest) == (utc("2025-11-18"), utc("2025-11-20"), utc("2025-11-20"))
    earlier = load.board(utc("2025-11-19").date(), store)
    assert (earlier.first, earlier.as_of, earlier.newest) == (board.first, utc("2025-11-19"), board.newest)


def test_an_open_interval_is_not_an_observation(store: Store) -> None:
    now = pd.Timestamp.now("UTC").as_unit("us")
    store.append(observations(((TODAY - pd.Timedelta(days=1)).isoformat(), 1.0), (TODAY.isoformat(), 2.0)), "test")
    store.append(observations(((now - pd.Timedelta(minutes=1)).isoformat(), 3.0), measure="hour_close"), "test")
    board = load.board(TODAY, store)
    assert board.panels.series("close", "BTC").tolist() == [1.0]
    assert board.panels.series("hour_close", "BTC").empty
    assert load.board(TODAY + pd.Timedelta(days=9), store).panels.series("close", "BTC").tolist() == [1.0]


def test_a_day_before_all_data_has_an_empty_board(store: Store) -> None:
    store.append(DAYS, "test")
    board = load.board(utc("1980-01-01"), store)
    assert board.panels.series("close", "BTC").empty
    assert board.panels.assets("close") == []
    assert (board.published_later, board.revised) == (False, False)


def test_what_was_learned_after_the_day_is_shown_as_published_later(store: Store) -> None:
    store.append(DAYS.iloc[:2], "test", utc("2025-11-20T01:00"))
    store.append(DAYS.iloc[2:], "test", utc("2025-11-25"))
    assert load.board(utc("2025-11-18"), store).published_later
    assert load.board(utc("2025-11-20"), store).published_later
    assert not load.board(utc("2025-11-25"), store).published_later


def test_a_revision_changes_the_board_from_its_day_on_and_not_before(store: Store) -> None:
    store.append(DAYS, "test", utc("2025-11-21"))
    store.append(observations(("2025-11-19", 1.0)), "correction", utc("2025-11-25"))
    before, after = load.board(utc("2025-11-21"), store), load.board(utc("2025-11-25"), store)
    assert before.panels.series("close", "BTC").tolist() == [92_960.83, 91_554.96, 86_637.23]
    assert after.panels.series("close", "BTC").tolist() == [92_960.83, 1.0, 86_637.23]
    assert (before.revised, after.revised) == (True, False)
    assert not load.board(utc("2025-11-18"), store).revised  # the revised day is not on that board


@pytest.mark.parametrize("day", ["2025-11-17", "2025-11-19", "2025-11-21", "2025-11-25", "2026-01-01"])
def test_a_board_shows_what_the_store_reads_as_of_its_day(store: Store, day: str) -> None:
    store.append(DAYS, "test", utc("2025-11-19T12:00"))
    store.append(observations(("2025-11-18", 5.0), ("2025-11-19", 1.0)), "correction", utc("2025-11-20T12:00"))
    store.append(observations(("2025-11-19", 2.0)), "correction", utc("2025-11-25"))
    read = store.read(utc(day)).set_index("time")["value"]
    shown = load.board(utc(day), store).panels.series("close", "BTC")
    pd.testing.assert_series_equal(shown, read, check_names=False, check_freq=False)


def test_new_data_is_on_the_next_board_and_not_on_one_already_open(store: Store) -> None:
    store.append(DAYS, "test")
    board = load.board(store=store)
    store.append(observations(("2025-11-21", 85_090.69)), "test")
    assert load.board(store=store).as_of == utc("2025-11-21")
    assert len(board.panels.series("close", "BTC")) == 3


def test_both_boards_carry_the_fleets_efficiency_and_a_stored_series_wins(store: Store) -> None:
    bundled = cambridge.read_efficiency().set_index("time")["value"]
    sample = load.board(utc("2025-10-31"), store).panels.series("fleet_efficiency", "BTC")
    assert sample.iloc[-1] == bundled[utc("2025-10-01")]
    store.append(DAYS, "test")
    assert load.board(utc("2025-10-30"), store).panels.series("fleet_efficiency", "BTC").index[-1] == utc("2025-09-01")
    assert load.board(store=store).newest == utc("2025-11-20")  # the table is no observation of ours
    own = observations(("2025-09-01", 20.0), measure="fleet_efficiency", entity="cambridge")
    store.append(own, "test")
    assert load.board(utc("2025-11-20"), store).panels.series("fleet_efficiency", "BTC").tolist() == [20.0]


def test_the_state_names_the_store_of_the_environment(store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRESS_DATABASE_URL", database_url)
    assert load.state()[1] == 0
    store.append(DAYS, "test")
    assert load.state() == store.state()
    assert load.board().panels.series("close", "BTC").iloc[-1] == 86_637.23
    load._store(database_url).close()


def _median(times: int, what: Callable[[int], object]) -> float:
    taken = []
    for turn in range(times):
        begin = time.perf_counter()
        what(turn)
        taken.append(time.perf_counter() - begin)
    return sorted(taken)[times // 2]


def test_a_day_not_yet_seen_opens_in_60_ms_and_the_version_is_known_in_1_ms(history_folder: Path, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'stress.db'}")
    for path in sorted(history_folder.glob("*.csv.gz")):
        store.keep(importing.read(path).rows, path.name)
    load.board(store=store)

    def opened(turn: int) -> None:
        panels = load.board(utc("2025-11-01") + pd.Timedelta(days=turn), store).panels
        for measure in ("close", "level", "net_flow", "dvol"):
            for asset in panels.assets(measure):
                panels.series(measure, asset)

    assert _median(15, opened) < 0.060
    store.append(observations(("2025-11-19", 1.0)), "correction")
    load.board(store=store)
    assert load.board(utc("2025-11-19"), store).revised
    assert _median(15, opened) < 0.060
    assert _median(99, lambda _: store.version()) < 0.001
    store.close()
