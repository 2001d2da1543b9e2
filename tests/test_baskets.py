"""Facts about the baskets: what equal amounts become, what a missing share does, and who is asked for them."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from data_sources import yahoo
from data_sources.sources import needs
from indicators import baskets
from indicators.baskets import Basket, Member
from tests.held import daily, utc

NONE = np.nan
SIX = Basket("six", tuple(Member(share, "A reason.") for share in "ABCDEF"))


def prices(**columns: list[float]) -> dict[str, pd.Series]:
    return {name: daily(values, "2025-11-03", "B").dropna() for name, values in columns.items()}


def compared(closes: dict[str, pd.Series], sessions: int = 3) -> baskets.Comparison:
    return baskets.compare(closes, daily([50.0, 55.0, 60.0][:sessions], "2025-11-03", "B"), (SIX,))


FLAT = {share: [10.0, 10.0, 10.0] for share in "ABCDE"}


def test_equal_amounts_are_bought_once_and_not_rebalanced() -> None:
    wide = pd.DataFrame({"A": daily([10, 20, 40]), "B": daily([100, 50, 50])})
    assert baskets.equal_weight(wide).tolist() == [100, 125, 225]  # rebalanced daily it would end at 187.5
    assert baskets.equal_weight(wide[:0]).empty


def test_relative_strength_is_worth_over_worth() -> None:
    assert baskets.relative_strength(daily([100, 110]), daily([100, 105])).iloc[-1] == pytest.approx(1.047619)


def test_a_basket_starts_with_the_index_at_100_and_is_measured_against_it() -> None:
    (one,) = compared(prices(**FLAT, F=[10.0, 5.0, 40.0])).standings
    assert one.level.tolist() == pytest.approx([100, 91.6667, 150], abs=1e-4)
    assert one.strength.tolist() == pytest.approx([1, 0.833333, 1.25])
    assert one.fall.tolist() == pytest.approx([0, -0.083333, 0], abs=1e-6)
    assert (one.missing, one.silent) == ((), ())


def test_a_missing_share_is_named_and_the_others_are_the_basket_while_they_are_four() -> None:
    (one,) = compared(prices(**FLAT)).standings
    assert (one.missing, one.known) == (("F",), True)
    assert one.level.tolist() == [100, 100, 100]
    (few,) = compared(prices(A=[1, 1, 1], B=[1, 1, 1], C=[1, 1, 1])).standings
    assert few.missing == ("D", "E", "F")
    assert not few.known
    assert few.level.isna().all()


def test_a_day_without_one_close_has_no_basket() -> None:
    comparison = compared(prices(**FLAT, F=[10.0, NONE, 40.0]))
    (one,) = comparison.standings
    assert np.isnan(one.level.iloc[1])
    assert one.level.iloc[2] == 150
    assert comparison.changes["F"] == 3.0


def test_a_share_that_falls_silent_ends_the_basket_and_is_named() -> None:
    comparison = compared(prices(**FLAT, F=[10.0, 20.0, NONE]))
    (one,) = comparison.standings
    assert one.silent == ("F",)
    assert one.level.last_valid_index() == utc("2025-11-04")
    assert comparison.changes["F"] == 1.0


def test_a_price_at_or_below_nought_is_a_gap() -> None:
    (one,) = compared(prices(**FLAT, F=[10.0, -1.0, 0.0])).standings
    assert one.silent == ("F",)
    assert one.level.notna().tolist() == [True, False, False]


def test_all_begin_on_the_first_session_on_which_all_have_a_close() -> None:
    comparison = compared(prices(**FLAT, F=[NONE, 10.0, 20.0]))
    assert comparison.index.index[0] == utc("2025-11-04")
    assert comparison.index.tolist() == pytest.approx([100, 109.0909], abs=1e-4)
    assert comparison.standings[0].level.iloc[0] == 100


def test_one_session_none_and_no_share_are_no_mistakes() -> None:
    assert compared(prices(**FLAT), sessions=1).standings[0].level.tolist() == [100]
    assert not compared(prices(**FLAT), sessions=0).known
    nothing = baskets.compare({}, daily([1.0, 2.0]))
    assert not nothing.known
    assert [one.missing for one in nothing.standings] == [one.shares for one in baskets.BASKETS]


def test_no_later_close_moves_an_earlier_day() -> None:
    chance = np.random.default_rng(3)
    walks = {share: daily(100 * np.exp(np.cumsum(chance.normal(0, 0.03, 60)))) for share in "ABCDEF"}
    index = daily(np.linspace(50, 60, 60))
    whole = baskets.compare(walks, index, (SIX,)).standings[0]
    earlier = baskets.compare({share: walk[:40] for share, walk in walks.items()}, index[:40], (SIX,)).standings[0]
    for name in ("level", "strength", "fall"):
        pd.testing.assert_series_equal(getattr(earlier, name), getattr(whole, name)[:40], check_freq=False)


def test_every_member_has_its_reason_and_is_in_one_basket() -> None:
    assert len(set(baskets.SHARES)) == len(baskets.SHARES)
    for one in baskets.BASKETS:
        assert 6 <= len(one.members) <= 8
        for member in one.members:
            assert member.reason.endswith(".")
            assert bool(member.link) == bool(member.source) == bool(member.date)
            assert member.day <= baskets.CHOSEN
    assert dataclasses.replace(baskets.RETAIL.members[0], date="").day == baskets.CHOSEN


def test_yahoo_is_asked_for_every_member_from_the_first_session_on_and_for_all_days_each_time() -> None:
    (need,) = (need for need in needs(utc("2026-11-21")) if need.name == "Basket shares")
    (source,) = need.sources
    assert source.assets == tuple(yahoo.BASKETS) == baskets.SHARES
    assert utc(source.first) == baskets.FIRST
    # A split rescales a share's whole past: new prices on old ones would look like a crash.
    assert utc("2026-11-21") - source.overlap < baskets.FIRST
