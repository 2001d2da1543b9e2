"""Facts about analogues: which past days are near, what belongs to one episode, and what is never looked at."""

from itertools import pairwise
from time import perf_counter

import numpy as np
import pandas as pd
import pytest

from indicators.analogues import FOLLOWED, MOST, analogues, distances

PILLARS = ["price", "volatility", "flows", "leverage", "miners", "treasury", "macro"]
DAY = pd.Timedelta(days=1)


def frame(values: np.ndarray, last: str = "2026-02-05") -> pd.DataFrame:
    """Ranks of consecutive days that end with a day."""
    days = pd.date_range(end=pd.Timestamp(last, tz="UTC"), periods=len(values), freq="D", unit="us")
    return pd.DataFrame(values, index=days, columns=PILLARS[: values.shape[1]])


def random(days: int, seed: int = 0, pillars: int = 7) -> np.ndarray:
    """Ranks that wander, as ranks do: the day before says much about the day."""
    steps = np.random.default_rng(seed).normal(0, 0.08, (days, pillars))
    return 0.5 + 0.5 * np.sin(np.cumsum(steps, axis=0))


def far_but(places: dict[int, float], days: int = 1200) -> pd.DataFrame:
    """Every pillar at 0.9 on the day, near 0.1 before, except on the places given, by days before the day."""
    ranks = 0.1 + 0.1 * np.random.default_rng(1).random((days, 7))
    ranks[-1] = 0.9
    for ago, rank in places.items():
        ranks[-1 - ago] = rank
    return frame(ranks)


def test_the_distance_is_the_root_mean_square_difference_of_the_ranks() -> None:
    ranks = np.array([[0.1, 0.2, 0.3, 0.4], [0.2, 0.2, 0.5, 0.4]])
    distance, pillars = distances(ranks, np.array([1]))
    assert distance[0] == pytest.approx([np.sqrt((0.01 + 0.04) / 4), 0.0])
    assert pillars[0].tolist() == [4, 4]


def test_only_pillars_known_on_both_days_are_compared() -> None:
    ranks = np.array([[0.1, 0.2, 0.3, 0.4, np.nan, 0.9], [0.2, 0.2, 0.5, 0.4, 0.7, np.nan]])
    distance, pillars = distances(ranks, np.array([1]))
    assert pillars[0, 0] == 4
    assert distance[0, 0] == pytest.approx(np.sqrt((0.01 + 0.04) / 4))


def test_with_three_pillars_in_common_there_is_no_distance() -> None:
    ranks = np.array([[0.1, 0.2, 0.3, np.nan, np.nan], [0.1, 0.2, 0.3, 0.4, 0.5]])
    assert np.isnan(distances(ranks, np.array([1]))[0][0, 0])


def test_less_than_half_of_the_days_own_pillars_is_too_little() -> None:
    ranks = np.full((2, 10), 0.5)
    ranks[0, 4:] = np.nan
    assert np.isnan(distances(ranks, np.array([1]))[0][0, 0])
    assert distances(ranks, np.array([0]))[0][0, 1] == 0.0


def test_the_same_ranks_again_are_found_at_no_distance_and_named_by_their_day() -> None:
    found = analogues(far_but({400: 0.9, 700: 0.89}))
    assert [one.day for one in found.near] == [found.day - 400 * DAY, found.day - 700 * DAY]
    assert [one.distance for one in found.near] == pytest.approx([0.0, 0.01], abs=1e-6)
    assert found.near[0].ranks.tolist() == pytest.approx([0.9] * 7)
    assert found.near[0].pillars == 7


def test_days_within_sixty_days_of_the_nearest_are_its_episode() -> None:
    found = analogues(far_but({400: 0.9, 460: 0.89, 461: 0.89}))
    assert [one.day for one in found.near] == [found.day - 400 * DAY, found.day - 461 * DAY]


def test_an_episode_spans_the_near_days_around_its_nearest() -> None:
    found = analogues(far_but({402: 0.88, 401: 0.89, 400: 0.9, 399: 0.88, 397: 0.9}))
    (one,) = found.near
    assert (one.start, one.end) == (found.day - 402 * DAY, found.day - 399 * DAY)


def test_a_day_that_nothing_resembles_has_no_near_episode() -> None:
    found = analogues(far_but({}))
    assert found.near == ()
    assert len(found.found) == MOST
    assert found.farther == 1.0
    assert all(one.start == one.day == one.end for one in found.found)


def test_what_the_last_sixty_days_were_like_is_no_analogue() -> None:
    assert analogues(far_but({FOLLOWED: 0.9})).near == ()
    assert len(analogues(far_but({FOLLOWED + 1: 0.9})).near) == 1


def test_near_is_what_one_in_twenty_pairs_of_past_days_is() -> None:
    ranks = frame(np.random.default_rng(3).random((1500, 7)))
    found = analogues(ranks)
    values = ranks.to_numpy()[: -FOLLOWED - 1]
    pairs = np.sqrt(((values[:, None] - values[None, :]) ** 2).mean(axis=2))
    apart = np.subtract.outer(np.arange(len(values)), np.arange(len(values))) > FOLLOWED
    assert np.mean(pairs[apart] <= found.cut) == pytest.approx(0.05, abs=0.01)


def test_two_years_of_four_pillars_are_needed() -> None:
    short = analogues(frame(random(700)))
    assert short.found == ()
    assert "699 days" in short.why
    thin = analogues(frame(random(1500, pillars=3)))
    assert "3 of the day's 3 pillars are known, and 4 are needed" in thin.why
    assert analogues(pd.DataFrame(columns=PILLARS, dtype="float64")).why


def test_a_day_with_too_few_pillars_says_how_many_it_has() -> None:
    ranks = frame(random(1500))
    ranks.iloc[-1, 1:] = np.nan
    found = analogues(ranks)
    assert (found.found, found.why) == ((), "1 of the day's 7 pillars is known, and 4 are needed")


def test_pillars_that_never_met_leave_nothing_to_compare_with() -> None:
    ranks = np.full((1500, 8), np.nan)
    ranks[:800, :4], ranks[800:, 4:] = random(800, pillars=4), random(700, pillars=4)
    found = analogues(pd.DataFrame(ranks[:861], index=frame(random(861)).index))
    assert found.found == ()
    assert "in common" in found.why
    assert np.isnan(found.cut)


def test_a_handful_of_scattered_days_cannot_say_what_is_near() -> None:
    found = analogues(frame(random(1500)).iloc[[0, 700, -1]])
    assert (found.found, found.why) == ((), "too few past days are known to say what is near")


@pytest.mark.parametrize("seed", range(6))
def test_every_window_ends_before_the_day_and_none_overlap(seed: int) -> None:
    ranks = frame(random(2000, seed))
    ranks[ranks > 0.97] = np.nan
    found = analogues(ranks)
    days = sorted(one.day for one in found.found)
    assert all(day + FOLLOWED * DAY < found.day for day in days)
    assert all(later - earlier > FOLLOWED * DAY for earlier, later in pairwise(days))
    assert [one.distance for one in found.found] == sorted(one.distance for one in found.found)
    for one in found.found:
        assert one.start <= one.day <= one.end
        both = (one.ranks - found.ranks).dropna()
        assert (len(both), np.sqrt((both**2).mean())) == pytest.approx((one.pillars, one.distance))
    spans = sorted((one.start, one.end) for one in found.found)
    assert all(end < start for (_, end), (start, _) in pairwise(spans))


@pytest.mark.parametrize("seed", range(3))
def test_nothing_after_the_day_moves_what_is_found(seed: int) -> None:
    """Ranks among what came before, as the pillars are: another future leaves everything said of a day as it was."""
    chance = np.random.default_rng(seed)
    values = chance.normal(size=(1600, 7)).cumsum(axis=0)
    shaken = values.copy()
    shaken[1300:] = chance.normal(size=(300, 7)) * 50
    told = [analogues(frame(pd.DataFrame(one).expanding(100).rank(pct=True).to_numpy()).iloc[:1300]) for one in (values, shaken)]
    assert [(one.day, one.distance, one.start, one.end) for one in told[0].found] == [
        (one.day, one.distance, one.start, one.end) for one in told[1].found
    ]
    assert (told[0].cut, told[0].farther) == (told[1].cut, told[1].farther)
    assert told[0].found


def test_eight_years_of_seven_pillars_take_no_time() -> None:
    ranks = frame(random(3000))
    analogues(ranks)
    took = []
    for _ in range(5):
        started = perf_counter()
        analogues(ranks)
        took.append(perf_counter() - started)
    assert min(took) < 0.25
