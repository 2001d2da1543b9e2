"""Facts about cut odds: CME's examples, the tree, the Fed's calendar, and what is said when a price is missing."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import cut_odds, rates
from indicators.fomc import SCHEDULE, Meetings
from indicators.rates import CME, STEP, Fixings, contract, contract_month, month_of, path
from tests.held import daily, utc

NONE = daily([])
UNFIXED = Fixings(NONE)
NO_CALENDAR = pd.DataFrame(index=NONE.index)
EFFECTIVE = 0


def months(**prices: float) -> dict[int, float]:
    """Contracts by name, as the rate that each month implies."""
    return {month: 1 - price / 100 for name, price in prices.items() if (month := contract_month(name)) is not None}


def table(days: int = 40, first: str = "2025-10-20", **prices: float) -> pd.DataFrame:
    """Contracts that did not move, by business day."""
    index = pd.bdate_range(first, periods=days, tz="UTC").as_unit("us")
    return pd.DataFrame(dict(prices), index=index, dtype="float64")


def test_cme_s_example_of_september_2015_gives_a_hike_53_6_percent() -> None:
    after = rates.rate_after(100 - 99.805, 100 - 99.8675, days=30, old=16)
    assert after == pytest.approx(0.26643, abs=5e-6)
    chances = rates.distribution((after - (100 - 99.8675)) / 0.25)
    assert chances[1] == pytest.approx(0.535714, abs=1e-6)
    assert chances[0] == pytest.approx(0.464, abs=5e-4)


def test_the_whole_path_of_september_2015_gives_the_same() -> None:
    calendar = [date(2015, 7, 29), date(2015, 9, 17), date(2015, 10, 28)]
    (first, _) = path(date(2015, 8, 20), months(ZQQ15=99.8675, ZQU15=99.805), UNFIXED, calendar)
    assert date(2015, 9, 17).day + CME == 16
    assert first.before == pytest.approx(0.001325)
    assert first.after == pytest.approx(0.0026643, abs=5e-8)
    assert first.change == pytest.approx(0.535714, abs=1e-6)


def test_counting_the_day_of_the_meeting_at_the_old_rate_is_a_parameter() -> None:
    calendar = [date(2015, 9, 17), date(2015, 10, 28)]
    held = months(ZQQ15=99.8675, ZQU15=99.805)
    first = path(date(2015, 8, 20), held, UNFIXED, calendar, EFFECTIVE)[0]
    assert first.change == pytest.approx((0.195 - 0.1325) * 30 / 13 / 0.25)


def test_cme_s_aggregated_example_of_2024_adds_up_to_one_move_by_july() -> None:
    may, june, july = (100 - price for price in (94.875, 94.750, 94.625))
    in_june = (rates.rate_after(june, may, days=30, old=0) - may) / 0.25
    in_july = (rates.rate_after(july, june, days=31, old=0) - june) / 0.25
    assert rates.distribution(in_june)[1] == rates.distribution(in_july)[1] == 0.5
    by_july = rates.tree([in_june, in_july])[-1]
    assert sum(moves * chance for moves, chance in by_july.items()) == 1
    assert by_july == {0: 0.25, 1: 0.5, 2: 0.25}


def test_the_tree_of_december_and_january_2025_is_the_published_one() -> None:
    cut_in_january = 1 - 0.304 / 0.409
    assert 1 - cut_in_january == pytest.approx(0.7433, abs=5e-5)
    december, january = rates.tree([-0.591, -cut_in_january])
    assert december == {-1: pytest.approx(0.591), 0: pytest.approx(0.409)}
    assert january[0] == pytest.approx(0.304)
    assert january[-1] == pytest.approx(0.544, abs=5e-4)
    assert january[-2] == pytest.approx(0.152, abs=5e-4)


def test_more_than_one_move_is_split_between_its_neighbors() -> None:
    assert rates.distribution(-1.3) == {-2: pytest.approx(0.3), -1: pytest.approx(0.7)}
    assert rates.distribution(1.25) == {1: 0.75, 2: 0.25}
    assert rates.distribution(-1.0) == {-1: 1.0}
    assert rates.distribution(float("nan")) == {}
    assert rates.cut_odds(pd.Series([-1.3, -0.4, 0.3, np.nan])).tolist()[:3] == [1.0, 0.4, 0.0]


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=8))
def test_a_tree_keeps_its_probability_and_its_mean(changes: list[float]) -> None:
    last = rates.tree(changes)[-1]
    assert sum(last.values()) == pytest.approx(1)
    assert min(last.values()) >= 0
    assert sum(moves * chance for moves, chance in last.items()) == pytest.approx(sum(changes), abs=1e-6)


def test_a_tree_ends_before_the_first_decision_without_a_price() -> None:
    assert len(rates.tree([-0.5, float("nan"), -0.5])) == 1
    assert rates.tree([]) == []


def test_a_meeting_in_the_last_days_takes_the_month_behind_it() -> None:
    calendar = [date(2025, 12, 10), date(2026, 1, 28), date(2026, 3, 18)]
    held = months(ZQF26=96.36, ZQG26=96.46, ZQH26=96.50)
    january = path(date(2026, 1, 5), held, Fixings(daily([0.0364] * 5, "2026-01-01")), calendar)[0]
    assert january.before == 0.0364
    assert january.after == pytest.approx(0.0354)
    assert january.change == pytest.approx(-0.4)


def test_a_meeting_in_the_last_days_without_that_month_has_no_odds_and_says_why() -> None:
    calendar = [date(2025, 12, 10), date(2026, 1, 28), date(2026, 3, 18)]
    fixed = Fixings(daily([0.0364] * 5, "2026-01-01"))
    january, march = path(date(2026, 1, 5), months(ZQF26=96.36, ZQH26=96.5), fixed, calendar)
    assert np.isnan(january.change)
    assert january.why == march.why == "the contract of February 2026 is not held"
    assert np.isnan(march.before)


def test_the_last_day_of_a_month_leaves_no_day_at_the_new_rate() -> None:
    assert np.isnan(rates.rate_after(0.05, 0.05, days=31, old=31))


def test_a_month_without_a_meeting_starts_the_path_again() -> None:
    calendar = [date(2026, 1, 28), date(2026, 3, 18)]
    january, march = path(date(2026, 1, 5), months(ZQG26=96.46, ZQH26=96.5), UNFIXED, calendar)
    assert january.why == "no fixing of the effective rate since the last decision is held"
    assert march.before == pytest.approx(0.0354)
    assert np.isfinite(march.after)


def test_the_running_month_counts_what_is_fixed() -> None:
    """A fixing that strayed before the meeting is no news about the meeting."""
    calendar = [date(2025, 10, 29), date(2025, 12, 10), date(2026, 1, 28)]
    strayed = Fixings(daily([0.0400, 0.0388, 0.0388, 0.0388], "2025-12-01"))
    average = (0.0400 + 8 * 0.0388 + 22 * 0.0368) / 31
    december = path(date(2025, 12, 4), {month_of(date(2025, 12, 1)): average}, strayed, calendar)[0]
    assert december.before == 0.0388
    assert december.after == pytest.approx(0.0368)


def test_after_a_decision_its_own_month_says_the_new_rate_until_one_is_fixed() -> None:
    calendar = [date(2026, 3, 18), date(2026, 4, 29), date(2026, 6, 17)]
    fixed = Fixings(daily([0.0364] * 18, "2026-03-01"))
    average = (17 * 0.0364 + 14 * 0.0339) / 31
    held = {month_of(date(2026, 3, 1)): average, month_of(date(2026, 5, 1)): 0.0339}
    april = path(date(2026, 3, 18), held, fixed, calendar)[0]
    assert april.before == pytest.approx(0.0339)
    assert april.change == pytest.approx(0, abs=1e-9)
    later = path(date(2026, 3, 19), held, Fixings(daily([0.0364] * 18 + [0.0340], "2026-03-01")), calendar)[0]
    assert later.before == 0.0340


def test_a_decision_of_the_day_is_over_at_its_end() -> None:
    calendar = [date(2025, 12, 10), date(2026, 1, 28)]
    held = months(ZQZ25=96.2, ZQF26=96.3, ZQG26=96.4)
    assert [one.day for one in path(date(2025, 12, 10), held, UNFIXED, calendar)] == [utc("2026-01-28")]


def test_contracts_are_named_by_their_month() -> None:
    assert contract(month_of(date(2026, 12, 9))) == "ZQZ26"
    assert contract_month("ZQX26") == month_of(date(2026, 11, 1))
    assert all(contract_month(name) is None for name in ("ZQ", "ZQA26", "ESZ26", "ZQZ2", "ZQ*"))


def test_the_fed_s_calendar_is_used_only_from_when_it_was_announced() -> None:
    bundled = Meetings(NONE, NO_CALENDAR)
    assert bundled.as_of(date(2024, 11, 1)) == [], "the meeting of December 2024 is not in the table"
    assert bundled.as_of(date(2025, 9, 4))[-1] == date(2027, 1, 27)
    assert bundled.as_of(date(2025, 9, 5))[-1] == date(2028, 1, 26)
    assert all(known < day for day, known in SCHEDULE.items())
    assert len(SCHEDULE) == 25


def test_a_calendar_that_is_held_comes_before_the_bundled_one() -> None:
    ahead = pd.DataFrame({"FOMC1": [10.0, np.nan], "FOMC2": [60.0, 5.0]}, index=daily([0, 0], "2025-11-20").index)
    held = Meetings(daily([2.0], "2025-10-29"), ahead)
    assert held.as_of(date(2025, 11, 20)) == [date(2025, 10, 29), date(2025, 11, 30), date(2026, 1, 19)]
    assert held.as_of(date(2025, 11, 25))[-1] == date(2025, 11, 26), "the newest day up to the one asked"
    assert held.as_of(date(2025, 11, 19))[1] == date(2025, 12, 10), "before it was asked, what was announced"


@pytest.mark.parametrize("ahead", [np.inf, -5.0, 1e12, np.nan])
def test_what_is_no_distance_is_no_meeting(ahead: float) -> None:
    held = Meetings(NONE, pd.DataFrame({"FOMC1": [ahead]}, index=daily([0], "2025-11-20").index))
    assert held.as_of(date(2025, 11, 20)) == Meetings(NONE, NO_CALENDAR).as_of(date(2025, 11, 20))


def test_odds_by_session_go_on_with_the_next_meeting() -> None:
    found = cut_odds.expectations(table(ZQX25=96.12, ZQZ25=96.2, ZQF26=96.3, ZQG26=96.4), NONE, NONE, NO_CALENDAR)
    odds = cut_odds.of_next(found).dropna()
    december = (100 - 96.2 - 3.88) * 31 / 22 / 0.25
    assert odds[utc("2025-11-20")] == pytest.approx(-december)
    assert found.following[utc("2025-12-09")] == utc("2025-12-10")
    assert found.following[utc("2025-12-10")] == utc("2026-01-28")
    assert found.newest[0].day == utc("2026-01-28")


def test_a_new_next_meeting_moves_nothing() -> None:
    found = cut_odds.expectations(
        table(ZQX25=96.12, ZQZ25=96.2, ZQF26=96.3, ZQG26=96.4), daily([0.0388] * 100, "2025-10-01"), NONE, NO_CALENDAR
    )
    moved = cut_odds.moved(found, cut_odds.WEEK)[utc("2025-11-10") : utc("2025-11-28")]
    assert moved.notna().all()
    assert moved.abs().max() < 1e-9
    odds = cut_odds.of_next(found)
    assert abs(odds[utc("2025-12-12")] - odds[utc("2025-12-09")]) > 0.05, "while the reading itself changes its subject"


def test_a_fall_of_the_odds_is_that_of_one_meeting() -> None:
    prices = table(ZQX25=96.12, ZQZ25=96.22, ZQF26=96.3)
    prices.loc[utc("2025-11-20") :, "ZQZ25"] = 96.17
    found = cut_odds.expectations(prices, NONE, NONE, NO_CALENDAR)
    moved = cut_odds.moved(found, cut_odds.WEEK)
    assert moved[utc("2025-11-20")] == pytest.approx(-0.05 * 31 / 22 / 0.25)
    assert moved[utc("2025-11-27")] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan])
def test_a_price_that_is_none_is_carried_on_for_three_sessions_and_no_longer(bad: float) -> None:
    prices = table(ZQX25=96.12, ZQZ25=96.2)
    prices.loc[utc("2025-11-17") : utc("2025-11-21"), "ZQZ25"] = bad
    odds = cut_odds.of_next(cut_odds.expectations(prices, NONE, NONE, NO_CALENDAR))
    assert odds[utc("2025-11-19")] == odds[utc("2025-11-14")]
    assert odds[utc("2025-11-20") : utc("2025-11-21")].isna().all()
    assert np.isfinite(odds[utc("2025-11-24")])


def test_without_futures_there_are_no_odds_and_no_error() -> None:
    for prices in (NO_CALENDAR, table(0, ZQX25=96.0), table(5, SOMETHING=1.0)):
        found = cut_odds.expectations(prices, daily([0.0388]), NONE, NO_CALENDAR)
        assert cut_odds.of_next(found).empty
        assert cut_odds.moved(found, 5).empty
        assert found.half_year.empty
        assert found.newest == ()


def test_one_session_has_odds_and_no_change() -> None:
    found = cut_odds.expectations(table(1, "2025-11-20", ZQX25=96.12, ZQZ25=96.2), NONE, NONE, NO_CALENDAR)
    assert cut_odds.of_next(found).notna().all()
    assert cut_odds.moved(found, 5).isna().all()


def test_half_a_year_on_is_the_contract_of_that_month_less_the_newest_fixing() -> None:
    found = cut_odds.expectations(table(1, "2025-11-20", ZQK26=96.62), daily([0.0388], "2025-11-19"), NONE, NO_CALENDAR)
    assert found.half_year.iloc[0] == pytest.approx(0.0338 - 0.0388)


def test_a_change_of_the_range_stands_on_the_day_of_its_decision() -> None:
    lower = daily([0.0400, 0.0400, 0.0375, 0.0375], "2025-10-28")
    changes = cut_odds.target_changes(lower, lower + STEP)
    assert changes.index.tolist() == [utc("2025-10-30")]
    told = cut_odds.decided(NONE, changes, utc("2025-10-31"))
    assert told[utc("2025-10-29")] == pytest.approx(-STEP)
    assert told[utc("2025-09-17")] == 0
    assert told.index[-1] == utc("2025-10-29"), "nothing dated after the day"
    assert cut_odds.decided(daily([1.0], "2020-01-29"), changes, utc("2025-10-31"))[utc("2025-10-30")] == pytest.approx(-STEP)


def test_until_the_new_range_is_published_the_futures_say_which_it_is() -> None:
    lower, decisions = daily([0.0375] * 3, "2025-12-08"), daily([0.0], "2025-12-10")
    assert cut_odds.floor_in_force(lower, 0.0364, decisions, utc("2025-12-10")) == pytest.approx(0.0350)
    published = daily([0.0375] * 3 + [0.0350], "2025-12-08")
    assert cut_odds.floor_in_force(published, 0.0390, decisions, utc("2025-12-11")) == 0.0350
    assert np.isnan(cut_odds.floor_in_force(NONE, 0.0364, decisions, utc("2025-12-10")))


def test_markets_are_compared_over_the_same_days() -> None:
    closes = daily([100, 110, 121], "2025-11-17")
    assert cut_odds.change_between(closes, utc("2025-11-17"), utc("2025-11-22")) == pytest.approx(0.21)
    assert np.isnan(cut_odds.change_between(closes, utc("2025-11-01"), utc("2025-11-22")))
    assert cut_odds.rebased(closes, utc("2025-11-18"), utc("2025-12-01")).tolist() == pytest.approx([100, 110])
    assert cut_odds.rebased(NONE, utc("2025-11-18"), utc("2025-12-01")).empty
