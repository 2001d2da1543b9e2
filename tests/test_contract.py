from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data_sources.contract import COLUMNS, Panels, panel, tidy
from data_sources.errors import ContractBroken
from data_sources.registry import ENTITY_ORDER, publisher
from measures import MEASURES
from tests.frames import observations, utc

PRICES = observations(("2025-11-19", 91_554.96), ("2025-11-20", 86_637.23))
YAHOO = observations(("2025-11-18", 92_948.88), ("2025-11-20", 86_631.90), entity="yahoo")


def reasons(frame: pd.DataFrame) -> list[tuple[object, str, str]]:
    with pytest.raises(ContractBroken) as refusal:
        tidy(frame)
    return list(refusal.value.violations.itertuples(index=False, name=None))


def test_a_good_frame_comes_back_sorted_with_the_contracts_dtypes() -> None:
    frame = tidy(pd.concat([PRICES.iloc[::-1], YAHOO]).sample(frac=1, random_state=1))
    assert list(frame.columns) == list(COLUMNS)
    assert [str(dtype) for dtype in frame.dtypes] == ["datetime64[us, UTC]", "str", "str", "str", "float64"]
    assert frame["time"].is_monotonic_increasing
    assert frame.index.equals(pd.RangeIndex(4))
    assert frame["entity"].tolist() == ["yahoo", "binance", "binance", "yahoo"]


def test_tidying_twice_changes_nothing() -> None:
    once = tidy(pd.concat([PRICES, YAHOO]))
    pd.testing.assert_frame_equal(tidy(once), once)


def test_an_empty_frame_stays_an_empty_frame_with_dtypes() -> None:
    frame = tidy(pd.DataFrame(columns=list(COLUMNS)))
    assert frame.empty
    assert str(frame["time"].dtype) == "datetime64[us, UTC]"
    assert frame["value"].dtype == "float64"


@pytest.mark.parametrize("dtype", ["object", "category", "string"])
def test_texts_may_come_in_other_dtypes(dtype: str) -> None:
    frame = tidy(PRICES.astype(dict.fromkeys(["measure", "asset", "entity"], dtype)))
    pd.testing.assert_frame_equal(frame, PRICES)


def test_whole_numbers_become_floats() -> None:
    assert tidy(PRICES.assign(value=[1, 2]))["value"].tolist() == [1.0, 2.0]


def test_times_of_any_zone_and_resolution_become_utc_microseconds() -> None:
    there = PRICES.assign(time=PRICES["time"].dt.tz_convert("America/New_York").dt.as_unit("ns"))
    pd.testing.assert_frame_equal(tidy(there), PRICES)


def test_a_time_without_zone_is_refused() -> None:
    assert reasons(PRICES.assign(time=PRICES["time"].dt.tz_localize(None))) == [(None, "time", "time has no time zone")]


def _with(column: str, value: Any) -> Callable[[], pd.DataFrame]:
    def frame() -> pd.DataFrame:
        rows = PRICES.set_index(pd.Index([7, 9])).astype({"measure": object, "asset": object, "entity": object})
        rows.loc[9, column] = value
        return rows

    return frame


@pytest.mark.parametrize(
    ("frame", "column", "reason"),
    [
        (_with("value", np.nan), "value", "value is missing"),
        (_with("value", np.inf), "value", "value is infinite"),
        (_with("value", -np.inf), "value", "value is infinite"),
        (_with("value", -1.0), "value", "value is below the measure's lowest"),
        (_with("value", 0.0), "value", "value is the measure's lower bound, which is excluded"),
        (_with("measure", "closing"), "measure", "measure is not in the dictionary"),
        (_with("measure", None), "measure", "measure is not in the dictionary"),
        (_with("asset", ""), "asset", "asset is empty"),
        (_with("asset", "  "), "asset", "asset is empty"),
        (_with("asset", None), "asset", "asset is empty"),
        (_with("entity", "x" * 41), "entity", "entity is longer than 40 characters"),
        (_with("entity", "bin\tance"), "entity", "entity has control characters"),
        (_with("entity", "bin\x1bance"), "entity", "entity has control characters"),
        (_with("entity", " binance"), "entity", "entity begins or ends with a space"),
        (_with("entity", "=cmd()"), "entity", "entity begins with one of = + - @"),
        (_with("entity", "@sum"), "entity", "entity begins with one of = + - @"),
        (_with("time", pd.NaT), "time", "time is missing"),
        (_with("time", utc("2999-01-01")), "time", "time is in the future"),
        (_with("time", utc("0202-05-01")), "time", "time is before 1800"),
    ],
)
def test_a_bad_row_is_refused_by_its_label_and_reason(frame: Callable[[], pd.DataFrame], column: str, reason: str) -> None:
    assert (9, column, reason) in reasons(frame())
    assert {row for row, _, _ in reasons(frame())} == {9}


def test_a_value_above_its_measures_range_is_refused_and_its_highest_is_not() -> None:
    greed = observations(("2025-11-20", 100.0), ("2025-11-21", 101.0), measure="fear_greed", asset="CRYPTO")
    assert reasons(greed) == [(1, "value", "value is above the measure's highest")]


def test_a_repeated_key_is_refused_where_it_repeats() -> None:
    twice = pd.concat([PRICES, PRICES.iloc[[0]]], ignore_index=True)
    assert reasons(twice) == [(2, "time", "repeats an earlier row of the same time, measure, asset and entity")]


def test_every_violation_is_told_at_once() -> None:
    frame = pd.concat([PRICES, PRICES], ignore_index=True).drop(columns="asset").assign(note="x")
    frame["value"] = [np.nan, np.inf, -1.0, 5.0]
    frame["entity"] = ["", "a", "b", "=c"]
    assert set(reasons(frame)) == {
        (None, "asset", "column is absent"),
        (None, "note", "column is not in the contract"),
        (0, "value", "value is missing"),
        (1, "value", "value is infinite"),
    }
    assert {(0, "entity", "entity is empty"), (3, "entity", "entity begins with one of = + - @")} <= set(
        reasons(frame.drop(columns="note").assign(asset="BTC"))
    )


@pytest.mark.parametrize("values", [["a", "b"], [True, False]])
def test_values_that_are_no_numbers_are_refused_as_a_column(values: Any) -> None:
    ((row, column, reason),) = reasons(PRICES.assign(value=values))
    assert (row, column) == (None, "value")
    assert reason.endswith("not float64")


def test_the_message_counts_by_reason() -> None:
    with pytest.raises(ContractBroken, match=r"value is missing \(2\)"):
        tidy(PRICES.assign(value=np.nan))


def test_a_panel_takes_the_registrys_first_publisher_for_the_whole_series() -> None:
    wide = panel(tidy(pd.concat([PRICES, YAHOO])), "close")
    assert wide.attrs["publishers"] == {"BTC": "binance"}
    assert wide["BTC"].tolist() == [91_554.96, 86_637.23]  # the 18th, which only Yahoo has, is not borrowed


def test_without_an_order_the_publisher_with_most_rows_is_taken() -> None:
    long = observations(("2025-11-19", 1.0), ("2025-11-20", 2.0), measure="dvol", entity="zeta")
    short = observations(("2025-11-20", 3.0), measure="dvol", entity="alpha")
    assert "dvol" not in ENTITY_ORDER
    assert Panels(tidy(pd.concat([long, short]))).publisher("dvol", "BTC") == "zeta"


def test_a_panel_by_entity_keeps_gaps_and_refuses_to_mix_assets() -> None:
    both = tidy(pd.concat([PRICES, YAHOO]))
    wide = panel(both, "close", by="entity")
    assert list(wide.columns) == ["binance", "yahoo"]
    assert wide["binance"].isna().tolist() == [True, False, False]
    ether = observations(("2025-11-20", 2_800.0), asset="ETH")
    with pytest.raises(ValueError, match="choose one asset"):
        panel(tidy(pd.concat([both, ether])), "close", by="entity")


def test_what_is_not_held_is_an_empty_series_in_utc() -> None:
    held = Panels(PRICES)
    series = held.series("close", "ETH")
    assert series.empty
    assert str(series.index.dtype) == "datetime64[us, UTC]"
    assert series.dtype == "float64"
    assert held.publisher("close", "ETH") is None
    assert held.entities("close", "ETH").empty
    assert held.assets("level") == []


def test_a_cut_ends_with_the_day_and_a_state_counts_from_its_moment() -> None:
    epochs = observations(("2025-11-12T02:00", 1.5e14), ("2025-11-21T00:00", 1.6e14), measure="difficulty", entity="bitcoin")
    bars = observations(("2025-11-20T23:55", 1.0), ("2025-11-20T23:56", 2.0), measure="bar_close", asset="SPY", entity="feed")
    held = Panels(pd.concat([PRICES, epochs, bars])).cut(utc("2025-11-20"))
    assert held.series("close", "BTC").index[-1] == utc("2025-11-20")
    assert held.series("difficulty", "BTC").tolist() == [1.5e14]
    assert held.series("bar_close", "SPY").tolist() == [1.0]  # the second bar ends at 00:01 of the next day
    assert held.cut(utc("2025-11-19")).series("close", "BTC").tolist() == [91_554.96]
    assert held.cut(utc("2025-11-30")).series("close", "BTC").equals(held.series("close", "BTC"))


def test_a_month_is_complete_on_its_last_day() -> None:
    months = observations(("2025-01-01", 24.0), ("2025-02-01", 23.9), measure="fleet_efficiency", entity="cambridge")
    assert len(Panels(months).cut("2025-02-27").series("fleet_efficiency", "BTC")) == 1
    assert len(Panels(months).cut("2025-02-28").series("fleet_efficiency", "BTC")) == 2


def test_the_choice_of_a_publisher_never_depends_on_later_rows() -> None:
    early = Panels(pd.concat([PRICES, YAHOO])).cut("2025-11-18")
    assert early.publisher("close", "BTC") == "yahoo"
    assert list(early.entities("close", "BTC").columns) == ["yahoo"]
    assert Panels(PRICES).cut("2025-11-01").assets("close") == []


def test_writing_into_a_series_does_not_change_the_history() -> None:
    held = Panels(PRICES)
    series = held.series("close", "BTC")
    series.iloc[0] = 1.0
    assert held.series("close", "BTC").iloc[0] == 91_554.96


def test_every_ordered_measure_exists_and_every_publisher_of_the_history_is_credited(history_folder: object) -> None:
    assert set(ENTITY_ORDER) <= set(MEASURES)
    for path in sorted(history_folder.glob("*.csv.gz")):  # type: ignore[attr-defined]
        for entity in pd.read_csv(path, usecols=["entity"])["entity"].unique():
            assert publisher(entity).link.startswith("https://"), entity


def test_liquidations_are_credited_to_whom_they_come_by() -> None:
    assert publisher("binance", "liquidations_long").name == "Binance, via CoinGlass"
    assert publisher("binance", "close").name == "Binance"
    assert publisher("IBIT").name == "Farside"
    assert publisher("my own").name == "my own"
