"""Answers kept whole: one a day, readable as of any day, and handed to pages as a chain of options."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import func, select

from data_sources import cached, deribit, load, snapshots
from data_sources.engine import Engine
from data_sources.ledger import Pace
from data_sources.reading import read
from data_sources.schema import SNAPSHOT
from data_sources.source import Need, Source
from data_sources.store import Store
from tests.desk import NOON, Clock
from tests.frames import observations, utc
from tests.recorded import payload

MADE = utc("2026-09-22 13:24:05")
"""When the recorded chain was."""


def told(store: Store, answer: Any, known_at: str, time: str | None = None, asset: str = "BTC") -> None:
    snapshots.keep(store, "deribit_options", asset, utc(time or known_at), answer, utc(known_at))


def held(store: Store, as_of: str | None = None, asset: str = "BTC") -> Any:
    return snapshots.latest(store, "deribit_options", asset, as_of)


def count(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.scalar(select(func.count()).select_from(SNAPSHOT)) or 0) if connection is not None else 0


def test_the_last_answer_of_a_day_takes_the_place_of_those_before_it(store: Store) -> None:
    for hour in ("09:00", "10:00", "23:59"):
        told(store, {"hour": hour}, f"2025-11-20 {hour}")
    assert (count(store), held(store)) == (1, {"hour": "23:59"})


def test_older_days_stay_and_are_read_as_they_were_known(store: Store) -> None:
    for day in (18, 19, 21):
        told(store, {"day": day}, f"2025-11-{day} 12:00")
    assert [held(store, f"2025-11-{day}") for day in (17, 18, 19, 20, 21)] == [
        None, {"day": 18}, {"day": 19}, {"day": 19}, {"day": 21},
    ]
    assert (count(store), held(store)) == (3, {"day": 21})


def test_what_was_learned_after_midnight_was_not_known_on_the_day_it_is_about(store: Store) -> None:
    told(store, {"hour": 22}, "2025-11-20 22:00")
    told(store, {"hour": 23}, "2025-11-21 00:01", "2025-11-20 23:00")
    assert held(store, "2025-11-20") == {"hour": 22}
    assert held(store, "2025-11-21") == {"hour": 23}


def test_an_answer_that_is_older_than_the_one_known_is_not_kept(store: Store) -> None:
    told(store, {"hour": 9}, "2025-11-20 09:00")
    told(store, {"hour": 8}, "2025-11-20 10:00", "2025-11-20 08:00")
    assert held(store) == {"hour": 9}


def test_coins_are_kept_apart(store: Store) -> None:
    told(store, 1, "2025-11-20 09:00")
    told(store, 2, "2025-11-20 09:00", asset="ETH")
    assert (held(store), held(store, asset="ETH"), held(store, asset="SOL")) == (1, 2, None)


def test_without_any_answer_nothing_is_held_and_nothing_made(store: Store) -> None:
    assert held(store) is None
    with store.reading() as connection:
        assert connection is None


def test_a_store_of_an_earlier_version_is_read_and_gets_the_table_with_its_next_answer(store: Store, database_url: str) -> None:
    store.append(observations(("2025-11-19", 91_554.96)), "test")
    with store.writing() as connection:
        SNAPSHOT.drop(connection)
    opened = Store(database_url)
    assert held(opened) is None
    told(opened, {"new": True}, "2025-11-20 09:00")
    assert held(opened) == {"new": True}
    assert opened.read()["value"].tolist() == [91_554.96]
    opened.close()


# Asking


def parse(answer: dict[str, float], asset: str) -> pd.DataFrame:
    return observations((str(answer["time"]), answer["value"]), measure="option_open_interest", asset=asset, entity="deribit")


def source(fetch: Any, **more: Any) -> Source:
    how: dict[str, Any] = {"calendar": "whenever", "snapshot": True, "keeps": True}
    return Source("deribit_options", "deribit", "example.org", ("option_open_interest",), ("BTC",), fetch, parse, **(how | more))


def asked(store: Store, answer: Any, days: int = 0, **more: Any) -> str:
    """Ask some days after noon; the outcome."""
    needs = [Need("Options", (source(lambda *_: answer, **more),))]
    clock = Clock(NOON + pd.Timedelta(days=days))
    (outcome,) = Engine(store, needs, {"example.org": Pace(1e6, 1000)}, now=clock).refresh()
    return outcome.attempts[-1].outcome


def test_a_good_answer_of_a_source_that_keeps_them_is_kept_whole(store: Store) -> None:
    answer = {"time": "2025-11-21 11:00", "value": 500_000.0, "besides": ["what no number is read of"]}
    assert asked(store, answer) == "fresh"
    assert held(store) == answer


def test_other_sources_keep_their_numbers_only(store: Store) -> None:
    assert asked(store, {"time": "2025-11-21 11:00", "value": 500_000.0}, keeps=False) == "fresh"
    assert held(store) is None


def test_an_answer_that_cannot_be_believed_or_is_of_last_week_is_not_kept(store: Store) -> None:
    good = {"time": "2025-11-21 11:00", "value": 500_000.0}
    assert asked(store, good) == "fresh"
    assert asked(store, {"time": "2025-11-22 11:00", "value": 50_000_000.0}, 1) == "implausible"
    assert held(store) == good
    assert asked(store, {"time": "2025-11-14 11:00", "value": 500_000.0}, 2) == "frozen"
    assert held(store) == good


# Pages


@pytest.fixture
def options(store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A live board with a price, the one that the settings name."""
    monkeypatch.setenv("STRESS_DATABASE_URL", database_url)
    store.append(observations(("2025-11-18", 92_960.83), ("2025-11-20", 86_637.23)), "test")
    yield store
    load.opened().close()


def view(as_of: str | None) -> cached.View:
    board = load.board(None if as_of is None else utc(as_of))
    return cached.View(board, {}, {}, {}, pd.Timedelta(0), cached.asking() if as_of is None else None)


def test_a_page_gets_the_chain_that_was_known_on_its_day(options: Store) -> None:
    answer = payload("deribit_options.json")
    told(options, answer, "2025-11-19 13:25")
    chain, time = cached.chain("BTC", view("2025-11-19"))
    assert time == MADE
    assert len(chain) == 6
    pd.testing.assert_frame_equal(chain, deribit.chain(answer, "BTC"))


@pytest.mark.parametrize(("asset", "day"), [("BTC", "2025-11-18"), ("ETH", "2025-11-19")])
def test_before_the_first_snapshot_the_chain_is_empty(options: Store, asset: str, day: str) -> None:
    told(options, payload("deribit_options.json"), "2025-11-19 13:25")
    chain, time = cached.chain(asset, view(day))
    assert time is None
    pd.testing.assert_frame_equal(chain, deribit.NO_OPTIONS)


def test_the_newest_board_has_the_newest_chain_even_of_a_day_still_without_closes(options: Store) -> None:
    told(options, payload("deribit_options.json"), "2025-11-22 13:25")
    assert cached.chain("BTC", view("2025-11-20"))[1] is None
    assert cached.chain("BTC", view(None))[1] == MADE


def test_a_view_reads_its_chain_once(options: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    told(options, payload("deribit_options.json"), "2025-11-19 13:25")
    opened = view("2025-11-20")
    first, _ = cached.chain("BTC", opened)
    monkeypatch.setattr(snapshots, "latest", None)
    assert cached.chain("BTC", opened)[0] is first


@pytest.mark.parametrize("answer", [{"result": "something else"}, {"result": []}, {"result": [{"instrument_name": None}]}, None])
def test_a_snapshot_that_is_read_otherwise_by_now_is_as_if_none_were_held(options: Store, answer: Any) -> None:
    told(options, answer, "2025-11-19 13:25")
    assert cached.chain("BTC", view("2025-11-20"))[1] is None


def test_the_sample_board_has_no_chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRESS_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    assert cached.chain("BTC", view("2025-11-20"))[1] is None
    assert not (tmp_path / "none.db").exists()


def test_a_chain_survives_being_kept(store: Store) -> None:
    answer = payload("deribit_options.json")
    told(store, answer, "2026-09-22 13:25")
    kept = held(store)
    assert kept == answer
    pd.testing.assert_frame_equal(read(deribit.parse_options, kept, "BTC"), read(deribit.parse_options, answer, "BTC"))
