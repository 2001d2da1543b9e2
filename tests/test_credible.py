"""A number that cannot be is refused until another publisher says it too; a crash is a number that can be."""

import numpy as np
import pytest

from data_sources import credible
from data_sources.credible import Doubt
from data_sources.rows import from_frame
from tests.held import daily, frame

KEY = ("close", "BTC", "binance")
QUIET = [100.0, 101.0, 99.0, 100.0, 102.0, 101.0, 100.0, 99.0, 100.0, 101.0]


def judged(values: list[float], kept: list[float] | None = None, measure: str = "close") -> list[Doubt]:
    """Doubts about an answer, after what was kept of the same days from the first on."""
    rows = from_frame(frame(measure, "BTC", "binance", daily(values)))
    held = from_frame(frame(measure, "BTC", "binance", daily(kept or [])))
    known = {} if kept is None else {(measure, "BTC", "binance"): (held.time, held.value)}
    return credible.doubts(rows.take(rows.order()), known)


def test_a_price_a_hundred_times_the_last_one_is_doubted_and_both_are_named() -> None:
    (doubt,) = judged([*QUIET, 10_100.0], QUIET)
    assert (doubt.key, doubt.value, doubt.before) == (KEY, 10_100.0, 101.0)


@pytest.mark.parametrize("factor", [0.5, 0.4, 2.0, 3.9])
def test_a_crash_or_a_rally_is_believed(factor: float) -> None:
    assert judged([*QUIET, 101.0 * factor], QUIET) == []


@pytest.mark.parametrize("factor", [0.01, 0.2, 4.1, 100.0])
def test_a_jump_that_no_market_makes_is_not(factor: float) -> None:
    assert len(judged([*QUIET, 101.0 * factor], QUIET)) == 1


def test_the_first_observation_is_believed() -> None:
    assert judged([1e9]) == []


def test_within_a_first_answer_the_newest_is_compared_with_the_one_before() -> None:
    assert len(judged([*QUIET, 10_100.0])) == 1


def test_what_was_kept_counts_more_than_what_the_same_answer_says_of_the_day_before() -> None:
    assert len(judged([10_000.0, 10_100.0], [100.0])) == 1


def test_an_answer_in_another_unit_is_doubted_although_it_moves_smoothly() -> None:
    (doubt,) = judged([value / 100 for value in [*QUIET, 102.0]], QUIET, "funding_rate")
    assert (doubt.value, doubt.before) == (1.01, 101.0), "what it says of a day, and what was kept of it"


def test_two_new_days_that_bear_each_other_out_are_doubted_all_the_same() -> None:
    (doubt,) = judged([*QUIET, 10_100.0, 10_200.0], QUIET)
    assert (doubt.value, doubt.before) == (10_100.0, 101.0)


def test_an_overlap_of_three_days_is_enough_to_see_another_unit() -> None:
    known = from_frame(frame("close", "BTC", "binance", daily(QUIET)))
    answer = from_frame(frame("close", "BTC", "binance", daily([9_900.0, 10_000.0, 10_100.0, 10_200.0], "2024-01-08")))
    (doubt,) = credible.doubts(answer.take(answer.order()), {KEY: (known.time, known.value)})
    assert (doubt.value, doubt.before) == (10_100.0, 101.0)


def test_a_revision_of_some_numbers_is_no_other_unit() -> None:
    assert judged([QUIET[0] * 50, *QUIET[1:], 102.0], QUIET) == []


def test_what_may_change_its_sign_is_measured_by_the_size_of_the_year_before() -> None:
    swings = [0.0001, -0.0002, 0.0003, -0.0001, 0.0002, 0.0001]
    assert judged([*swings, -0.0029], swings, "funding_rate") == []
    assert len(judged([*swings, -0.0031], swings, "funding_rate")) == 1


def test_what_was_always_nought_may_begin_to_move() -> None:
    assert judged([*[0.0] * 8, 5.0], [0.0] * 8, "funding_rate") == []


def test_a_price_after_nought_is_doubted() -> None:
    assert len(judged([*QUIET, 5.0], [*QUIET[:-1], 0.0])) == 1


@pytest.mark.parametrize(
    ("entity", "value", "borne_out"),
    [("coinbase", 10_100.0, True), ("coinbase", 10_500.0, True), ("coinbase", 11_000.0, False), ("binance", 10_100.0, False)],
)
def test_only_another_publisher_that_says_nearly_the_same_bears_a_number_out(entity: str, value: float, borne_out: bool) -> None:
    doubt = Doubt(KEY, 1_700_000_000_000_000, 10_100.0, 100.0)
    assert credible.borne_out(doubt, {("close", "BTC", doubt.time): (entity, value)}) is borne_out
    assert not credible.borne_out(doubt, {("close", "BTC", doubt.time + 1): (entity, value)})
    assert not credible.borne_out(doubt, {})


def test_each_series_of_an_answer_is_judged_by_its_own_past() -> None:
    rows = from_frame(frame("close", "BTC", "binance", daily(QUIET)))
    other = from_frame(frame("close", "ETH", "binance", daily([*QUIET[:-1], 1e6])))
    assert [len(credible.doubts(found, {})) for found in (rows, other)] == [0, 1]
    assert np.isfinite(credible.doubts(other, {})[0].before)
