"""A question that never comes back, or fails in a way nobody foresaw, costs its own answer and nobody else's."""

import threading
from collections.abc import Iterator

import pandas as pd
import pytest

from data_sources import engine
from data_sources.attempts import Outcome
from data_sources.engine import Engine
from data_sources.errors import SourceUnavailable
from data_sources.source import Need
from data_sources.store import Store
from tests.desk import Clock, Desk


@pytest.fixture
def clock() -> Clock:
    return Clock(pd.Timestamp.now("UTC"))


@pytest.fixture
def released(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """What a question that hangs waits for, at the latest until the test is over."""
    monkeypatch.setattr(engine, "GRACE", 0.0)
    event = threading.Event()
    yield event
    event.set()
    for thread in threading.enumerate():
        if "example.com" in thread.name:
            thread.join(timeout=30)


class Hanging(Desk):
    """A publisher whose answer does not come before it is let go."""

    until: threading.Event

    def fetch(self, asset: str, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
        """Wait first."""
        self.asked.append((asset, start))
        assert self.until.wait(timeout=30)
        return super().fetch(asset, start, end)


def hanging(entity: str, clock: Clock, until: threading.Event) -> Hanging:
    desk = Hanging(entity, clock, closes=current(clock))
    desk.until = until
    return desk


def current(clock: Clock) -> pd.Series:
    """Closes of the last month up to today."""
    days = pd.date_range(end=clock.moment.normalize(), periods=31, unit="us")
    return pd.Series(90_000.0, index=days)


def refresh(store: Store, *needs: Need, **more: object) -> dict[str, Outcome]:
    told = Engine(store, needs).refresh(**more)  # type: ignore[arg-type]
    return {outcome.need: outcome for outcome in told}


def test_one_that_fails_as_nobody_foresaw_does_not_stop_the_others(store: Store, clock: Clock) -> None:
    broken, whole = Desk("binance", clock, fault=RuntimeError("the moon")), Desk("kraken", clock, current(clock))
    told = refresh(store, Need("broken", (broken.source(),)), Need("whole", (whole.source(),)))
    assert (told["broken"].attempts[0].outcome, told["whole"].fresh) == ("changed", True)
    assert told["broken"].attempts[0].reason == "binance_daily failed: RuntimeError: the moon"


def test_a_question_that_never_comes_back_is_given_up_and_the_next_source_serves(
    store: Store, clock: Clock, released: threading.Event
) -> None:
    stuck, whole = hanging("binance", clock, released), Desk("kraken", clock, current(clock))
    told = refresh(store, Need("Coins", (stuck.source(seconds=0.05), whole.source())))["Coins"]
    assert [attempt.outcome for attempt in told.attempts] == ["down", "fresh"]
    assert told.attempts[0].reason == "binance_daily.example.com did not come back within the deadline."


def test_what_waited_behind_it_is_not_waited_for_and_a_later_question_to_the_host_is_answered(
    store: Store, clock: Clock, released: threading.Event
) -> None:
    stuck, behind = hanging("binance", clock, released), Desk("coinbase", clock, current(clock))
    given_up = threading.Event()
    first = hanging("okx", clock, given_up)
    first.fault = SourceUnavailable("No answer after all.")
    needs = (
        Need("stuck", (stuck.source(host="one.example.com", seconds=0.05),)),
        Need("behind", (behind.source(host="one.example.com", seconds=0.05),)),
        Need("later", (first.source(), Desk("kraken", clock, current(clock)).source(host="one.example.com", seconds=20))),
    )

    def progress(_: int, __: int, outcome: Outcome) -> None:
        if outcome.need == "behind":
            given_up.set()

    told = refresh(store, *needs, progress=progress)
    assert [told[name].attempts[-1].outcome for name in ("stuck", "behind", "later")] == ["down", "down", "fresh"]
    assert behind.asked == []


def test_waiting_in_a_hosts_queue_is_not_hanging(store: Store, clock: Clock, released: threading.Event) -> None:
    slow, quick = hanging("binance", clock, released), Desk("coinbase", clock, fault=SourceUnavailable("No answer."))
    threading.Timer(1.3, released.set).start()  # longer than the engine's own look round, once a second
    needs = (
        Need("slow", (slow.source(host="one.example.com", seconds=20),)),
        Need("queued", (quick.source(), Desk("kraken", clock, current(clock)).source(host="one.example.com", seconds=0.2))),
    )
    told = refresh(store, *needs)
    assert [attempt.outcome for attempt in told["queued"].attempts] == ["down", "fresh"]
    assert told["slow"].fresh
