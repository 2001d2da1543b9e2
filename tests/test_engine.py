"""The engine asks for what is due, once, from where it left off, and follows a chain until somebody serves."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest

from data_sources.attempts import Outcome
from data_sources.engine import WITNESSED, Engine
from data_sources.errors import NothingPublished, PayloadChanged, RateLimited, Refused, SourceUnavailable, StoreUnavailable
from data_sources.ledger import Pace
from data_sources.source import Need, Source
from data_sources.store import Store
from tests.desk import BEGIN, DAY, HOUR, LAST, MINUTE, NOON, Clock, Desk
from tests.held import daily, frame, utc

FAST = Pace(1e6, 1000)


@dataclass
class Board:
    """Three exchanges, a clock and a store."""

    store: Store
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.binance, self.coinbase, self.kraken = (Desk(name, self.clock) for name in ("binance", "coinbase", "kraken"))

    def engine(self, *needs: Need, **more: Any) -> Engine:
        paces = {source.host: FAST for need in needs for source in need.sources}
        return Engine(self.store, needs, paces, now=self.clock, **more)

    def refresh(self, *sources: Source, names: Sequence[str] = (), witness: bool = False, **more: Any) -> Outcome:
        """Refresh one need and give what came of it."""
        (outcome,) = self.engine(Need("Coins", sources, witness), **more).refresh(names)
        return outcome

    def later(self, step: pd.Timedelta) -> None:
        self.clock.moment += step

    def held(self, entity: str = "binance") -> pd.Series:
        rows = self.store.read(measure="close")
        return rows[rows["entity"] == entity].set_index("time")["value"]


@pytest.fixture
def board(store: Store) -> Board:
    return Board(store)


def test_a_first_fill_reaches_back_to_the_beginning_and_leaves_the_open_day_out(board: Board) -> None:
    outcome = board.refresh(board.binance.source())
    assert board.binance.asked == [("BTC", utc(BEGIN))]
    assert (outcome.served_by, outcome.fresh, outcome.attempts[0].added) == ("binance_daily", True, 324)
    assert board.held().index[[0, -1]].tolist() == [utc(BEGIN), LAST]


def test_an_increment_begins_an_overlap_before_what_is_held_and_keeps_what_is_new(board: Board) -> None:
    source = board.binance.source(overlap=5 * DAY)
    board.refresh(source)
    board.binance.closes["2025-11-18"] += 1  # revised
    board.later(DAY)
    outcome = board.refresh(source)
    assert board.binance.asked[-1] == ("BTC", LAST - 5 * DAY)
    assert outcome.attempts[0].added == 2


def test_a_publisher_that_answers_for_a_month_is_asked_for_a_month(board: Board) -> None:
    board.refresh(board.binance.source(depth=30 * DAY))
    assert board.binance.asked == [("BTC", NOON - 30 * DAY)]


def test_of_exchanges_that_stand_for_each_other_the_newest_decides_where_an_increment_begins(board: Board) -> None:
    board.store.append(frame("close", "BTC", "kraken", daily([9e4] * 9)), "long ago")
    source = board.binance.source()
    board.refresh(source)
    board.later(DAY)
    board.refresh(source)
    assert board.binance.asked[-1][1] == LAST - source.overlap


def test_flows_are_the_funds_own_and_their_publisher_is_asked_for_what_is_new(board: Board) -> None:
    farside = board.binance

    def flows(payload: pd.Series, asset: str) -> pd.DataFrame:
        return frame("net_flow", asset, "IBIT", payload)

    source = Source("farside_flows", "farside", "farside.example.com", ("net_flow",), ("BTC",), farside.fetch, flows, first=BEGIN)
    board.refresh(source)
    board.later(DAY)
    board.refresh(source)
    assert [start for _, start in farside.asked] == [utc(BEGIN), LAST - source.overlap]


def test_nobody_is_asked_while_nothing_is_due(board: Board) -> None:
    source = board.binance.source()
    board.refresh(source)
    board.later(6 * HOUR)
    outcome = board.refresh(source)
    assert (outcome.attempts, outcome.served_by, outcome.fresh) == ((), "binance_daily", True)
    assert len(board.binance.asked) == 1


def test_revisions_are_looked_for_from_time_to_time(board: Board) -> None:
    source = board.binance.source(again=6 * HOUR)
    board.refresh(source)
    board.later(6 * HOUR - MINUTE)
    board.refresh(source)
    assert len(board.binance.asked) == 1
    board.later(MINUTE)
    board.refresh(source)
    assert len(board.binance.asked) == 2


def test_after_a_failure_it_is_asked_again_only_after_a_while(board: Board) -> None:
    board.binance.fault = SourceUnavailable("No answer.")
    source = board.binance.source(every=15 * MINUTE)
    for wait, asked in ((0, 1), (14, 1), (1, 2)):
        board.later(wait * MINUTE)
        board.refresh(source)
        assert len(board.binance.asked) == asked


def test_a_new_day_is_asked_for_when_it_is_ready(board: Board) -> None:
    source = board.binance.source(ready=5 * MINUTE)
    board.refresh(source)
    for moment, asked in (("2025-11-22 00:04", 1), ("2025-11-22 00:05", 2)):
        board.clock.moment = pd.Timestamp(moment, tz="UTC")
        board.refresh(source)
        assert len(board.binance.asked) == asked


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Refused("No."), "refused"),
        (RateLimited("Slow down."), "limited"),
        (SourceUnavailable("No answer."), "down"),
        (NothingPublished("Nothing."), "empty"),
        (PayloadChanged("Another shape."), "changed"),
        (KeyError("result"), "changed"),
        (RuntimeError("nobody foresaw this"), "changed"),
    ],
)
def test_the_next_one_is_asked_when_the_first_does_not_serve(board: Board, fault: Exception, outcome: str) -> None:
    board.binance.fault = fault
    told = board.refresh(board.binance.source(), board.coinbase.source(), board.kraken.source())
    assert [attempt.outcome for attempt in told.attempts] == [outcome, "fresh"]
    assert (told.served_by, told.fresh) == ("coinbase_daily", True)
    assert board.kraken.asked == []


def test_the_next_one_is_asked_when_the_first_does_not_move(board: Board) -> None:
    board.binance.closes = board.binance.closes[:"2025-11-10"]
    told = board.refresh(board.binance.source(patience=3 * DAY), board.coinbase.source())
    assert [attempt.outcome for attempt in told.attempts] == ["frozen", "fresh"]
    assert "10 Nov 2025" in told.attempts[0].reason


def test_the_next_one_is_not_asked_when_the_first_is_only_late(board: Board) -> None:
    board.binance.closes = board.binance.closes[:"2025-11-19"]
    told = board.refresh(board.binance.source(), board.coinbase.source())
    assert [attempt.outcome for attempt in told.attempts] == ["late"]
    assert (told.served_by, told.fresh, board.coinbase.asked) == ("binance_daily", False, [])


def test_a_number_that_cannot_be_believed_is_not_kept_and_the_next_one_serves(board: Board) -> None:
    board.binance.closes["2025-11-20"] *= 100
    told = board.refresh(board.binance.source(), board.coinbase.source())
    assert [attempt.outcome for attempt in told.attempts] == ["implausible", "fresh"]
    assert board.held().empty
    assert board.held("coinbase")[LAST] == board.coinbase.closes[LAST]


def test_a_publishers_mirror_does_not_bear_out_what_it_says_but_another_publisher_does(board: Board) -> None:
    for desk in (board.binance, board.coinbase):
        desk.closes["2025-11-20"] /= 6
    mirror = board.binance.source("binance_mirror_daily")
    told = board.refresh(board.binance.source(), mirror, board.coinbase.source())
    assert [attempt.outcome for attempt in told.attempts] == ["implausible", "implausible", "fresh"]


def test_where_everybody_fails_nobody_serves_and_every_reason_is_told(board: Board) -> None:
    for desk in (board.binance, board.coinbase):
        desk.fault = SourceUnavailable(f"{desk.entity} does not answer.")
    told = board.refresh(board.binance.source(), board.coinbase.source())
    assert (told.served_by, told.fresh) == (None, False)
    assert [attempt.reason for attempt in told.attempts] == ["binance does not answer.", "coinbase does not answer."]


def test_a_witness_is_asked_once_for_each_new_number_and_for_a_month(board: Board) -> None:
    told: list[tuple[int, int, Outcome]] = []
    sources = (board.binance.source(), board.coinbase.source(), board.kraken.source())
    engine = board.engine(Need("Coins", sources, witness=True))
    for step, asked in ((0 * DAY, 1), (6 * HOUR, 1), (DAY, 2)):
        board.later(step)
        outcomes = engine.refresh(progress=lambda *step: told.append(step))
        assert [outcome.served_by for outcome in outcomes] == ["binance_daily"]
        assert len(board.coinbase.asked) == asked
    assert board.coinbase.asked[0][1] == NOON - WITNESSED
    assert {outcome.served_by for _, _, outcome in told} == {"binance_daily"}
    assert board.kraken.asked == []


def test_a_witness_that_has_to_serve_is_asked_for_everything(board: Board) -> None:
    board.binance.fault = Refused("Not from where this board runs.")
    told = board.refresh(board.binance.source(), board.coinbase.source(), witness=True)
    assert told.served_by == "coinbase_daily"
    assert board.coinbase.asked == [("BTC", utc(BEGIN))]


def test_that_a_witness_has_a_number_sooner_does_not_keep_the_first_from_being_asked(board: Board) -> None:
    sources = (board.binance.source(ready=6 * HOUR, every=HOUR), board.coinbase.source())
    board.refresh(*sources, witness=True)
    for moment, asked in (("2025-11-22 00:05", (1, 2)), ("2025-11-22 06:00", (2, 2)), ("2025-11-23 05:59", (2, 3))):
        board.clock.moment = pd.Timestamp(moment, tz="UTC")
        board.refresh(*sources, witness=True)
        assert (len(board.binance.asked), len(board.coinbase.asked)) == asked


def test_a_source_that_serves_two_needs_is_asked_once(board: Board) -> None:
    source = board.binance.source()
    outcomes = board.engine(Need("Hash rate", (source,)), Need("Difficulty", (source,))).refresh()
    assert [outcome.fresh for outcome in outcomes] == [True, True]
    assert len(board.binance.asked) == 1


@pytest.mark.parametrize("name", ["coinbase_daily", "coinbase"])
def test_one_can_keep_to_a_source_or_a_publisher(board: Board, name: str) -> None:
    told = board.refresh(board.binance.source(), board.coinbase.source(), names=[name], witness=True)
    assert told.served_by == "coinbase_daily"
    assert board.binance.asked == []


def test_one_can_keep_to_a_need(board: Board) -> None:
    coins, hours = Need("Coins", (board.binance.source(),)), Need("Hours", (board.kraken.source(),))
    assert [outcome.need for outcome in board.engine(coins, hours).refresh(["Hours"])] == ["Hours"]
    assert board.binance.asked == []


def test_how_things_stand_now_is_kept_although_the_day_is_open(board: Board) -> None:
    board.refresh(board.binance.source(snapshot=True))
    assert board.held().index[-1] == NOON.normalize()


def test_a_day_that_was_open_when_it_was_asked_for_is_not_kept_even_if_it_has_closed_since(board: Board) -> None:
    board.clock.moment = pd.Timestamp("2025-11-20 23:59:59", tz="UTC")
    source = board.binance.source()

    def over_midnight(payload: pd.Series, asset: str) -> pd.DataFrame:
        board.later(2 * MINUTE)
        return board.binance.parse(payload, asset)

    board.refresh(Source(**vars(source) | {"parse": over_midnight}))
    assert board.held().index[-1] == utc("2025-11-19")


@pytest.mark.parametrize("name", ["binance_daily", "binance", "binance_daily.example.com"])
def test_in_a_drill_a_source_is_not_asked_and_the_next_one_serves(board: Board, name: str) -> None:
    told = board.refresh(board.binance.source(), board.coinbase.source(), drill=frozenset({name}))
    assert [attempt.outcome for attempt in told.attempts] == ["drill", "fresh"]
    assert board.binance.asked == []


def test_a_store_that_fails_ends_the_refresh(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise StoreUnavailable("The disk is full.")

    monkeypatch.setattr(board.store, "keep", full)
    with pytest.raises(StoreUnavailable, match="full"):
        board.refresh(board.binance.source())


def test_two_that_refresh_at_once_ask_once(board: Board) -> None:
    together = threading.Barrier(2, timeout=30)
    found: list[Outcome] = []

    def refresh() -> None:
        engine = board.engine(Need("Coins", (board.binance.source(),)))
        together.wait()
        found.extend(engine.refresh())

    threads = [threading.Thread(target=refresh) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [outcome.fresh for outcome in found] == [True, True]
    assert len(board.binance.asked) == 1
    assert len(board.engine().ledger.attempts(NOON - DAY)) == 1
