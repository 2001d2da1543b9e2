"""Processes that share a store agree on who asks, when the next turn is, and which host is left alone."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from data_sources.attempts import Attempt
from data_sources.errors import PayloadChanged, RateLimited, Refused, SourceUnavailable
from data_sources.ledger import LONGEST_REFUSAL, LONGEST_REST, PATIENCE, REST, Ledger, Pace
from data_sources.store import Store

HOST = "prices.example.com"
PACE = Pace(60, burst=3)
DOWN = SourceUnavailable("prices.example.com does not answer.")
ELSEWHERE = "another-machine/pid:[1]/4711"
TAKES_AND_WAITS = """
import sys
from data_sources.ledger import Ledger
from data_sources.store import Store
assert Ledger(Store(sys.argv[1])).take("host", 3600)
print("taken", flush=True)
sys.stdin.read()
"""


@dataclass
class Seconds:
    """A clock that a test sets."""

    now: float = 1_763_700_000.0

    def __call__(self) -> float:
        """Say the time."""
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def ledger(store: Store, clock: Seconds) -> Ledger:
    return Ledger(store, clock)


@pytest.fixture
def other(store: Store, clock: Seconds) -> Ledger:
    """The ledger of another machine."""
    opened = Ledger(store, clock)
    opened.holder = ELSEWHERE
    return opened


def attempt(moment: str, outcome: str = "fresh", asset: str = "BTC") -> Attempt:
    at = pd.Timestamp(moment, tz="UTC").as_unit("us")
    return Attempt("kraken_daily", asset, at, at, outcome, "" if outcome == "fresh" else "Why.", at if outcome == "fresh" else None)


def test_a_lease_is_taken_once_and_given_back(ledger: Ledger, other: Ledger) -> None:
    assert ledger.take("host", 60)
    assert not other.take("host", 60)
    assert not ledger.take("host", 60)  # nor by another thread of the same process
    ledger.release("host")
    assert other.take("host", 60)


def test_leases_of_different_names_are_independent(ledger: Ledger, other: Ledger) -> None:
    assert ledger.take("one", 60)
    assert other.take("two", 60)


def test_a_lease_runs_out(ledger: Ledger, other: Ledger, clock: Seconds) -> None:
    assert other.take("host", 60)
    clock.now += 59
    assert not ledger.take("host", 60)
    clock.now += 2
    assert ledger.take("host", 60)


def test_only_its_holder_gives_a_lease_back(ledger: Ledger, other: Ledger) -> None:
    assert ledger.take("host", 60)
    other.release("host")
    assert not other.take("host", 60)


def test_a_lease_whose_holder_was_killed_is_void(ledger: Ledger, other: Ledger, clock: Seconds, database_url: str) -> None:
    clock.now = pd.Timestamp.now("UTC").timestamp()
    with subprocess.Popen(
        [sys.executable, "-c", TAKES_AND_WAITS, database_url],
        cwd=Path(__file__).parents[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "taken\n"
        assert not ledger.take("host", 60)
        holder.kill()
        holder.wait()
    assert not other.take("host", 60)  # another machine cannot know
    assert ledger.take("host", 60)
    assert not ledger.take("host", 60)


def test_a_burst_goes_at_once_and_then_turns_are_spaced_whoever_asks(ledger: Ledger, store: Store, clock: Seconds) -> None:
    second = Ledger(store, clock)
    waits = [asking.turn(HOST, PACE) for asking in (ledger, second, ledger, second, ledger)]
    assert waits == pytest.approx([0, 0, 0, 1, 2], abs=1e-5)


def test_a_host_that_was_not_asked_for_a_while_may_be_asked_in_a_burst_again_and_no_more(ledger: Ledger, clock: Seconds) -> None:
    for _ in range(5):
        ledger.turn(HOST, PACE)
    clock.now += 3600
    assert [ledger.turn(HOST, PACE) for _ in range(4)] == pytest.approx([0, 0, 0, 1], abs=1e-5)


def test_turns_at_one_host_do_not_use_up_anothers(ledger: Ledger) -> None:
    waits = [ledger.turn(host, Pace(60)) for host in (HOST, HOST, "other.example.com")]
    assert waits == pytest.approx([0, 1, 0], abs=1e-5)


def failed(ledger: Ledger, times: int, fault: SourceUnavailable | PayloadChanged = DOWN) -> None:
    for _ in range(times):
        ledger.failed(HOST, fault)


def rest(ledger: Ledger, clock: Seconds) -> float:
    """Seconds for which the host is left alone."""
    until = ledger.closed().get(HOST)
    return 0.0 if until is None else until.timestamp() - clock.now


def test_a_few_failures_do_not_close_a_host(ledger: Ledger, clock: Seconds) -> None:
    failed(ledger, PATIENCE - 1)
    assert rest(ledger, clock) == 0
    assert ledger.turn(HOST, PACE) == 0


def test_after_several_failures_in_a_row_a_host_is_left_alone_twice_as_long_each_time(
    ledger: Ledger, other: Ledger, clock: Seconds
) -> None:
    failed(ledger, PATIENCE)
    for times in (1, 2, 4):
        assert rest(other, clock) == pytest.approx(times * REST)
        with pytest.raises(SourceUnavailable, match=r"does not answer\. Not asked again before") as told:
            other.turn(HOST, PACE)
        assert not told.value.passing
        clock.now += times * REST + 1
        other.turn(HOST, PACE)
        failed(ledger, 1)
    failed(ledger, 20)
    assert rest(ledger, clock) == pytest.approx(LONGEST_REST)


def test_an_answer_makes_a_host_as_good_as_new(ledger: Ledger, other: Ledger, clock: Seconds) -> None:
    failed(ledger, PATIENCE + 2)
    other.answered(HOST)
    assert rest(ledger, clock) == 0
    failed(ledger, PATIENCE - 1)
    assert rest(ledger, clock) == 0


def test_an_answer_of_a_host_nobody_knows_changes_nothing(ledger: Ledger) -> None:
    ledger.answered(HOST)
    assert ledger.closed() == {}


def test_a_host_that_refuses_is_left_alone_for_a_day(ledger: Ledger, clock: Seconds) -> None:
    failed(ledger, 1, Refused("prices.example.com refuses to answer us (403)."))
    clock.now += 86_399
    with pytest.raises(Refused, match="refuses to answer us"):
        ledger.turn(HOST, PACE)
    clock.now += 2
    assert ledger.turn(HOST, PACE) == 0


@pytest.mark.parametrize(("asked", "seconds"), [(60, 86_400), (3 * 86_400, 3 * 86_400), (float("inf"), LONGEST_REFUSAL)])
def test_a_ban_lasts_as_long_as_it_says_within_reason(ledger: Ledger, clock: Seconds, asked: float, seconds: float) -> None:
    failed(ledger, 1, Refused("Banned.", retry_after=asked))
    assert rest(ledger, clock) == pytest.approx(seconds)


def test_a_host_that_asks_us_to_slow_down_is_left_alone_for_as_long_as_it_says(ledger: Ledger, clock: Seconds) -> None:
    failed(ledger, 1, RateLimited("Slow down.", retry_after=7))
    assert rest(ledger, clock) == pytest.approx(7)
    with pytest.raises(RateLimited):
        ledger.turn(HOST, PACE)


def test_one_that_does_not_say_how_long_is_left_alone_for_longer_each_time(ledger: Ledger, clock: Seconds) -> None:
    for times in (1, 2, 4):
        failed(ledger, 1, RateLimited("Slow down."))
        assert rest(ledger, clock) == pytest.approx(times * REST)


def test_an_answer_in_another_shape_does_not_close_a_host(ledger: Ledger, clock: Seconds) -> None:
    failed(ledger, 3 * PATIENCE, PayloadChanged("Another shape."))
    assert rest(ledger, clock) == 0


def test_a_store_without_any_attempt_has_nothing_to_tell(ledger: Ledger) -> None:
    assert (ledger.pulse(), ledger.last(), ledger.served(), ledger.closed()) == (0, {}, set(), {})


def test_an_attempt_is_remembered_as_it_was(ledger: Ledger) -> None:
    moment = pd.Timestamp("2025-11-21 12:00:00.123456", tz="UTC").as_unit("us")
    known = Attempt("cboe_indices", "VIX", moment, moment, "late", "Not there yet.", moment.normalize(), 3, 2)
    ledger.record(known)
    assert ledger.attempts(moment) == [known]


def test_the_pulse_moves_with_every_attempt(ledger: Ledger) -> None:
    ledger.record(attempt("2025-11-20"))
    before = ledger.pulse()
    ledger.record(attempt("2025-11-20"))
    assert ledger.pulse() > before


def test_of_long_ago_the_last_attempt_is_given_and_of_late_every_one(ledger: Ledger) -> None:
    told = [attempt(f"2025-11-{day}") for day in (10, 11, 20, 21)]
    lonely = [attempt(f"2025-11-{day}", asset="ETH") for day in (1, 2)]
    for one in lonely + told:
        ledger.record(one)
    assert ledger.attempts(pd.Timestamp("2025-11-20", tz="UTC")) == [lonely[1], *told[2:]]
    assert ledger.last() == {("kraken_daily", "BTC"): told[-1], ("kraken_daily", "ETH"): lonely[1]}


def test_who_ever_answered_has_served(ledger: Ledger) -> None:
    for one in (attempt("2025-11-10"), attempt("2025-11-20", "down"), attempt("2025-11-20", "down", "ETH")):
        ledger.record(one)
    assert ledger.served() == {("kraken_daily", "BTC")}


def test_what_is_old_is_forgotten_but_for_the_last_attempt_and_the_last_answer(ledger: Ledger) -> None:
    told = [attempt("2025-09-01"), attempt("2025-09-02"), attempt("2025-09-03", "down"), attempt("2025-09-04", "down")]
    for one in told:
        ledger.record(one)
    ledger.forget(pd.Timestamp("2025-11-01", tz="UTC"))
    assert ledger.attempts(pd.Timestamp("2025-01-01", tz="UTC")) == [told[1], told[3]]
    assert ledger.served() == {("kraken_daily", "BTC")}


def test_a_reason_of_any_length_is_remembered_in_its_beginning(ledger: Ledger) -> None:
    moment = pd.Timestamp("2025-11-21", tz="UTC").as_unit("us")
    ledger.record(Attempt("kraken_daily", "BTC", moment, moment, "down", "why " * 1000))
    failed(ledger, PATIENCE, SourceUnavailable("why " * 1000))
    assert len(ledger.last()["kraken_daily", "BTC"].reason) == 400
