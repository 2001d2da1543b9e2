"""What a publisher insists on for three days is believed; what it takes back is not. And a drill takes effect at once."""

import pandas as pd
import pytest

from data_sources.engine import Engine
from data_sources.source import Need
from data_sources.store import Store
from tests.desk import DAY, LAST, MINUTE, Clock, Desk, walk
from tests.frames import utc


@pytest.fixture
def clock() -> Clock:
    return Clock()


def engine(store: Store, clock: Clock, *desks: Desk, drill: frozenset[str] = frozenset()) -> Engine:
    return Engine(store, [Need("Coins", tuple(desk.source() for desk in desks))], drill=drill, now=clock)


def held(store: Store) -> pd.Series:
    rows = store.read()
    return rows[rows["measure"] == "close"].set_index("time")["value"]


def test_a_share_that_was_split_is_doubted_for_three_days_and_then_taken_as_it_is_told(store: Store, clock: Clock) -> None:
    desk = Desk("strategy", clock, closes=walk("2025-12-31", 1_300.0))
    engine(store, clock, desk).refresh()
    before = held(store)
    desk.closes = desk.closes / 10
    outcomes = []
    for _ in range(4):
        clock.moment += DAY
        outcomes.append(engine(store, clock, desk).refresh()[0].attempts[-1].outcome)
    assert outcomes == ["implausible", "implausible", "implausible", "fresh"]
    assert held(store)[utc("2025-11-23")] == desk.closes[utc("2025-11-23")]
    assert held(store)[utc("2025-01-10")] == before[utc("2025-01-10")], "what is not asked for again stays as it was told"


def test_a_jump_that_is_taken_back_leaves_no_trace(store: Store, clock: Clock) -> None:
    desk = Desk("kraken", clock)
    engine(store, clock, desk).refresh()
    honest = desk.closes
    clock.moment += DAY
    desk.closes = honest.where(honest.index <= LAST, honest * 100)
    assert engine(store, clock, desk).refresh()[0].attempts[-1].outcome == "implausible"
    clock.moment += DAY
    desk.closes = honest
    assert engine(store, clock, desk).refresh()[0].fresh
    assert (held(store) == honest[held(store).index]).all()


def test_in_a_drill_the_next_of_the_chain_is_asked_although_the_first_had_answered(store: Store, clock: Clock) -> None:
    first, second = Desk("binance", clock), Desk("kraken", clock)
    engine(store, clock, first, second).refresh()
    assert second.asked == []
    clock.moment += MINUTE
    (outcome,) = engine(store, clock, first, second, drill=frozenset({"binance"})).refresh()
    assert [attempt.outcome for attempt in outcome.attempts] == ["drill", "fresh"]
    assert outcome.served_by == "kraken_daily"
    assert len(first.asked) == 1
