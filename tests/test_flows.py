"""Facts about fund flows: which days count, what a streak is, how a month compares."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indicators import flows
from indicators.spells import run_length, spells
from tests.held import daily, panels, utc

NONE = np.nan


def funds(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame({name: daily(values, "2025-11-03", "B") for name, values in columns.items()})


def test_a_day_on_which_a_fund_has_not_reported_yet_is_no_total() -> None:
    table = funds(IBIT=[1, 2, 3], FBTC=[10, 20, NONE])
    assert flows.total(table).tolist() == [11, 22]


def test_a_reported_zero_is_a_number() -> None:
    assert flows.total(funds(IBIT=[1, 0], FBTC=[10, 0])).tolist() == [11, 0]


def test_a_fund_not_yet_launched_does_not_hold_up_the_total() -> None:
    assert flows.total(funds(IBIT=[1, 2, 3], NEW=[NONE, NONE, 5])).tolist() == [1, 2, 8]


def test_a_closed_fund_holds_up_the_total_for_nine_rows_and_no_longer() -> None:
    table = funds(IBIT=[1.0] * 14, CLOSED=[1.0] + [NONE] * 13)
    assert flows.complete_days(table).equals(table.index[[0, 10, 11, 12, 13]])


def test_no_fund_has_no_complete_day() -> None:
    assert flows.total(pd.DataFrame(index=daily([]).index)).empty
    assert flows.reported(pd.DataFrame(index=daily([]).index)).empty
    with pytest.raises(ValueError, match="at least one row"):
        flows.complete_days(funds(IBIT=[1]), 0)


def test_a_day_that_stayed_incomplete_is_in_the_sums_of_later_days() -> None:
    table = funds(IBIT=[1, 2, 4], FBTC=[10, NONE, 40])
    assert flows.on_complete_days(table, flows.month_to_date).tolist() == [11, 57]
    assert flows.reported(table).tolist() == [11, 2, 44]
    assert flows.reported(table.iloc[:2]).tolist() == [11], "the newest day may still be completed"


def test_a_zero_ends_a_streak_of_outflows() -> None:
    assert flows.outflow_streak(daily([-1, -2, 0, -1, 5])).tolist() == [1, 2, 0, 1, 0]
    assert flows.outflow_streak(daily([])).empty


def test_a_run_counts_from_where_the_condition_began_to_hold() -> None:
    holds = daily([1, 1, 0, 1]) > 0
    assert run_length(holds).tolist() == [1, 2, 0, 1]
    assert spells(holds.to_numpy()) == [(0, 2), (3, 4)]
    assert spells(np.array([], dtype=bool)) == []


def test_a_month_to_date_begins_anew_on_the_first() -> None:
    assert flows.month_to_date(daily([1, 2, 3, 4], "2025-10-30")).tolist() == [1, 3, 3, 7]


def test_the_pace_of_november_by_calendar_days_is_160_and_by_sessions_152() -> None:
    sold = pd.Series([96.0], index=[utc("2025-11-18")])
    assert flows.pace_calendar(sold).iloc[0] == pytest.approx(160)
    assert flows.pace_trading(96, 12, 19) == pytest.approx(152)
    with pytest.raises(ValueError, match="no part of a month"):
        flows.pace_trading(96, 0, 19)


def test_two_markets_are_summed_on_the_days_complete_in_both() -> None:
    bitcoin, ether = funds(IBIT=[1, 2, 3]), funds(ETHA=[NONE, 20, 30])
    together = flows.together_month_to_date(bitcoin, ether)
    assert together.tolist() == [23, 56]


def test_the_first_month_cannot_be_a_record_and_an_equal_one_is_none() -> None:
    months = flows.monthly(daily([-5.0] * 31 + [-5.0] * 31 + [-6.0] * 28, "2023-12-01"))
    assert months["net_flow"].tolist() == [-155, -155, -168]
    assert months["record"].tolist() == [False, False, True]
    assert months["running"].tolist() == [False, False, True]
    assert months.index[0] == utc("2023-12-01")


def test_a_month_is_over_with_its_last_business_day() -> None:
    assert flows.monthly(daily([1.0] * 28, "2025-11-01"))["running"].tolist() == [False]
    assert flows.monthly(daily([1.0] * 27, "2025-11-01"))["running"].tolist() == [True]
    assert flows.monthly(daily([])).empty


def test_a_sum_over_twenty_days_needs_twenty_days() -> None:
    sums = flows.rolling_sum(daily(np.arange(21.0)), 20)
    assert sums.isna().sum() == 19
    assert sums.iloc[-2:].tolist() == [190, 210]
    assert flows.rolling_sum(daily([1, 2]), 20).isna().all()
    with pytest.raises(ValueError, match="at least one day"):
        flows.rolling_sum(daily([1]), 0)


MONTHS = {
    "BTC": [
        1459.6,
        6036.2,
        4636.6,
        -345.1,
        2072.9,
        666.5,
        3168.5,
        -92.2,
        1262.8,
        5348.2,
        6465.3,
        4566.6,
        5255.9,
        -3560.4,
        -801.2,
        2969.0,
        5245.2,
        4599.7,
        6012.6,
        -749.2,
        3511.0,
        3424.9,
        -3466.7,
        -1092.5,
        -1604.8,
    ],
    "ETH": [
        -483.6,
        6.2,
        -46.0,
        43.0,
        1057.2,
        2084.1,
        101.5,
        60.0,
        -389.0,
        66.1,
        564.2,
        1165.1,
        5430.9,
        3871.7,
        285.6,
        570.1,
        -1423.6,
        -616.3,
        -342.6,
    ],
}


@pytest.mark.parametrize("asset", MONTHS)
def test_monthly_sums_are_the_published_ones(history_folder: Path, asset: str) -> None:
    months = flows.monthly(flows.reported(panels(history_folder).entities("net_flow", asset)))["net_flow"]
    assert (months.loc[:"2026-01"] / 1e6).round(1).tolist() == MONTHS[asset]


def test_november_2025_was_a_record_for_both_together_and_not_for_bitcoin_alone(history_folder: Path) -> None:
    bitcoin, ether = (flows.reported(panels(history_folder).entities("net_flow", asset)) for asset in ("BTC", "ETH"))
    assert not flows.monthly(bitcoin)["record"][utc("2025-11-01")]
    assert flows.monthly(bitcoin.add(ether, fill_value=0))["record"][utc("2025-11-01")]


def test_the_funds_had_sold_four_billion_by_november_17(history_folder: Path) -> None:
    held = panels(history_folder)
    sold = flows.together_month_to_date(*(held.entities("net_flow", asset) for asset in ("BTC", "ETH")))
    assert (sold.loc["2025-11-17":"2025-11-18"] / 1e6).round(1).tolist() == [-3993.4, -4440.4]


def test_the_streak_of_november_2025_lasted_five_days(history_folder: Path) -> None:
    streak = flows.outflow_streak(flows.total(panels(history_folder).entities("net_flow", "BTC")))
    assert streak.loc["2025-11-12":"2025-11-19"].tolist() == [1, 2, 3, 4, 5, 0]
