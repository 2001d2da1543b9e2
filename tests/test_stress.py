"""The stress index: published vectors, a day reckoned by hand, and what it does when a part is missing."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_sources import cambridge
from data_sources.contract import Panels
from indicators import decaying, readings, stress
from indicators.stress import Composite, Member
from indicators.stretches import stretches
from tests.held import daily, history, utc

PILLARS = ("price", "volatility", "flows", "leverage", "miners")
MEMBERS = (
    *(Member(f"{pillar} one", pillar, "high", 60, 3) for pillar in PILLARS),
    Member("price two", "price", "low", 60, 3),
    Member("price late", "price", "high", 120, 3),
)
DAYS = 400


def walks(seed: int = 1, days: int = DAYS) -> list[pd.Series]:
    """A history for every member, all of them pushed by the same shocks; one trades on weekdays only."""
    chance = np.random.default_rng(seed)
    common = np.cumsum(chance.normal(size=days))
    histories = [daily(common + np.cumsum(chance.normal(size=days)), "2022-01-01") for _ in MEMBERS]
    histories[1] = histories[1][pd.DatetimeIndex(histories[1].index).day_of_week < 5]
    return histories


def put(histories: list[pd.Series]) -> Composite:
    return stress.composite(MEMBERS, histories)


WHOLE = put(walks())


@pytest.mark.parametrize(
    ("ranks", "correlations", "expected"),
    [
        ([0.9] * 5, np.ones((5, 5)), 0.81),
        ([0.9] * 5, np.eye(5), 0.1782),
        ([0.2, 0.9, 0.6, 0.8, 0.4], np.full((5, 5), 0.5) + 0.5 * np.eye(5), 0.240525),
    ],
)
def test_the_aggregate_is_the_published_formula(ranks: list[float], correlations: np.ndarray, expected: float) -> None:
    weights = np.array([0.15, 0.15, 0.25, 0.30, 0.15])
    assert stress.aggregate(np.array(ranks), weights, correlations) == pytest.approx(expected, abs=1e-12)


def test_the_squared_average_of_the_vector_is_its_bound() -> None:
    ranks, weights = np.array([0.2, 0.9, 0.6, 0.8, 0.4]), np.array([0.15, 0.15, 0.25, 0.30, 0.15])
    assert weights @ ranks == pytest.approx(0.615)
    assert stress.aggregate(ranks, weights, np.ones((5, 5))) == pytest.approx(0.378225)


def test_a_rank_counts_ties_by_half_and_looks_back_only() -> None:
    ranks = stress.expanding_ranks(daily([3, 1, 2, 2, 5, 0]), first=3)
    assert ranks.tolist() == pytest.approx([3 / 3, 1 / 3, 2 / 3, 2.5 / 4, 5 / 5, 1 / 6])


def test_a_series_that_stands_still_has_no_rank_until_it_moves() -> None:
    ranks = stress.expanding_ranks(daily([7, 7, 7, 7, 8]), first=3)
    assert ranks.isna().tolist() == [True, True, True, True, False]


def test_fewer_values_than_the_block_have_no_rank() -> None:
    assert stress.expanding_ranks(daily([1, 2, 3]), first=4).isna().all()


def test_half_of_a_covariance_is_forgotten_in_as_many_days_as_the_weekly_one_takes() -> None:
    weeks = np.log(0.5) / np.log(0.93)
    assert weeks == pytest.approx(9.55, abs=0.005)
    assert np.log(0.5) / np.log(decaying.DECAY) == pytest.approx(7 * weeks)
    assert pytest.approx(0.98969, abs=5e-6) == decaying.DECAY


def test_contributions_and_the_correlation_term_sum_to_the_index() -> None:
    total = WHOLE.contributions.sum(axis=1) + WHOLE.correlation_term
    known = WHOLE.index.dropna().index
    assert len(known) > 300
    assert total[known].to_numpy() == pytest.approx(WHOLE.index[known].to_numpy(), abs=1e-12)
    assert (WHOLE.correlation_term[known] <= 1e-12).all()


def test_a_day_is_what_the_formula_gives_by_hand() -> None:
    day = utc("2022-12-24")
    ranks, weights = WHOLE.pillars.loc[day], WHOLE.weights.loc[day]
    correlations = WHOLE.correlations[WHOLE.pillars.index.get_loc(day)]
    assert WHOLE.index[day] == pytest.approx(stress.aggregate(ranks.to_numpy(), weights.to_numpy(), correlations))
    price = WHOLE.members.loc[day, ["price one", "price two", "price late"]].mean()
    assert ranks["price"] == pytest.approx(price)


def test_correlations_follow_the_recursion_from_the_average_of_the_block() -> None:
    histories = walks()
    one, other = (stress.expanding_ranks(histories[place], 60) - 0.5 for place in (2, 3))
    # The 60th day is the last of the block and the first that is shown: it fills the start.
    moments = [product.iloc[: decaying.START].mean() for product in (one * other, one * one, other * other)]
    for place in range(decaying.START, DAYS):
        today = (one.iloc[place] * other.iloc[place], one.iloc[place] ** 2, other.iloc[place] ** 2)
        moments = [decaying.DECAY * old + (1 - decaying.DECAY) * new for old, new in zip(moments, today, strict=True)]
    expected = moments[0] / np.sqrt(moments[1] * moments[2])
    assert WHOLE.correlations[-1, 2, 3] == pytest.approx(expected, rel=1e-9)


def test_a_missing_pillar_leaves_its_weight_to_the_others_alike() -> None:
    histories = walks()
    histories[4] = histories[4].iloc[:200]
    partly = put(histories)
    last = partly.pillars.index[-1]
    assert np.isnan(partly.pillars.loc[last, "miners"])
    assert partly.weights.loc[last].to_dict() == pytest.approx({**dict.fromkeys(PILLARS[:4], 0.25), "miners": 0.0})
    assert np.isfinite(partly.index[last])
    assert partly.index[: utc("2022-07-01")].to_numpy() == pytest.approx(WHOLE.index[: utc("2022-07-01")].to_numpy(), nan_ok=True)


def test_without_four_pillars_there_is_no_index() -> None:
    histories = walks()
    for place in (3, 4):
        histories[place] = histories[place][:0]
    assert put(histories).index.isna().all()


def test_a_constant_member_is_left_out_and_says_no_number() -> None:
    histories = walks()
    histories[2] = histories[2] * 0 + 5
    whole = put(histories)
    assert whole.pillars["flows"].isna().all()
    assert whole.weights.iloc[-1]["flows"] == 0
    assert np.isfinite(whole.index.iloc[-1])


@pytest.mark.parametrize("days", [0, 1, 59])
def test_too_short_a_history_gives_no_days_and_no_exception(days: int) -> None:
    whole = put(walks(days=days) if days else [walks()[0][:0]] * len(MEMBERS))
    assert len(whole.index) == 0
    assert whole.pillars.columns.tolist() == list(PILLARS)


def test_a_rank_is_carried_over_a_weekend_and_not_over_a_week() -> None:
    histories = walks()
    histories[1] = histories[1][: utc("2022-12-23")]
    shown = put(histories).members["volatility one"]
    assert shown[utc("2022-12-26")] == shown[utc("2022-12-23")]
    assert np.isnan(shown[utc("2022-12-27")])


def test_the_blocks_of_members_that_join_later_change_nothing_before() -> None:
    without = stress.composite(MEMBERS[:-1], walks()[:-1])
    before = slice(None, utc("2022-04-29"))  # the late member's 120th day is the 30th of April
    assert WHOLE.index[before].to_numpy() == pytest.approx(without.index[before].to_numpy(), nan_ok=True)
    assert WHOLE.pillars["price"][utc("2022-05-01")] != without.pillars["price"][utc("2022-05-01")]


@settings(max_examples=15, deadline=None)
@given(st.integers(70, DAYS - 1), st.integers(0, 1000))
def test_nothing_after_a_day_moves_it(place: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    day = pd.DatetimeIndex(walks()[0].index)[place]
    shaken = [values.where(values.index <= day, values * chance.normal(size=len(values))) for values in walks()]
    shaken = [values[(values.index <= day) | (chance.random(len(values)) > 0.3)] for values in shaken]
    end = day + pd.Timedelta(days=1)
    moved, cut = put(shaken).until(end), put([values[:day] for values in walks()])
    expected = WHOLE.until(end)
    for found in (moved, cut):
        assert found.index.to_numpy() == pytest.approx(expected.index.to_numpy(), abs=1e-12, nan_ok=True)
        assert found.correlations == pytest.approx(expected.correlations, abs=1e-12, nan_ok=True)
        assert found.percentiles.to_numpy() == pytest.approx(expected.percentiles.to_numpy(), abs=1e-12, nan_ok=True)
        told = [stretches(one.index, one.bound, one.percentiles) for one in (found, expected)]
        assert told[0] == told[1]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_the_index_lies_between_zero_and_its_bound(seed: int) -> None:
    whole = put(walks(seed))
    known = whole.index.dropna()
    assert ((known >= 0) & (known <= whole.bound[known.index] + 1e-12)).all()
    assert (whole.bound[known.index] <= 1).all()


def test_stretches_are_the_days_above_nineteen_in_twenty_of_their_year() -> None:
    index = daily(np.linspace(0.1, 0.7, 100), "2020-01-01")
    places = daily(np.zeros(100), "2020-01-01")
    places.iloc[[10, 11, 12, 40, 90]] = 0.95, 0.99, 0.96, 0.97, 1.0
    bound = index.copy()
    bound.iloc[11] = 0.9
    first, last = stretches(index, bound, places)
    assert (first.start, first.end, first.days) == (index.index[10], index.index[40], 4)
    assert (first.worst, first.bound, first.index) == (index.index[11], 0.9, index.iloc[40])
    assert (last.start, last.worst) == (index.index[90], index.index[90])


def test_its_place_in_the_year_is_that_of_plain_ranks_while_no_pillar_comes_or_goes() -> None:
    found = stress.composite(tuple(Member(pillar, pillar, "high", 60, 3) for pillar in PILLARS), walks(days=600)[2:7])
    index = found.index.dropna()
    plain = [(index.iloc[max(at - 365, 0) : at] < index.iloc[at]).mean() for at in range(200, len(index))]
    assert found.percentiles.iloc[200:].to_numpy() == pytest.approx(plain)


def test_correlations_start_from_the_average_of_the_published_block() -> None:
    members = tuple(Member(pillar, pillar, "high", 100, 3) for pillar in PILLARS)
    histories = walks()[:5]
    histories[1] = histories[0] * 0.5 + histories[1].reindex(histories[0].index).ffill().bfill()
    found = stress.composite(members, histories)
    one, other = (stress.expanding_ranks(histories[place], 100) - 0.5 for place in (0, 1))
    moments = [product.iloc[:99].mean() for product in (one * other, one * one, other * other)]  # the 100th day is shown
    for place in range(99, 130):
        today = (one.iloc[place] * other.iloc[place], one.iloc[place] ** 2, other.iloc[place] ** 2)
        moments = [decaying.DECAY * old + (1 - decaying.DECAY) * new for old, new in zip(moments, today, strict=True)]
    expected = moments[0] / np.sqrt(moments[1] * moments[2])
    assert found.correlations[130 - 100, 0, 1] == pytest.approx(expected, rel=1e-9)


def test_on_real_history_the_worst_days_are_those_everybody_remembers(history_folder: Path) -> None:
    held = Panels(pd.concat([history(history_folder), cambridge.read_efficiency()]))
    known = readings.computed(held)
    whole = known.works["stress_index"]
    found = {f"{stretch.worst:%Y-%m}" for stretch in stretches(whole.index, whole.bound, whole.percentiles)}
    assert {"2018-12", "2020-03", "2022-06", "2022-11", "2026-02"} <= found
    values = readings.evaluate_all(held, utc("2026-02-05"), known.series)
    assert values["stress_index"].state == "stress"
    assert values["stress_index"].value == pytest.approx(whole.index[utc("2026-02-05")])
