"""What came off the wire is read strictly: a gap is a gap, and anything unknown is an answer in another shape."""

import pandas as pd
import pytest

from data_sources import reading
from data_sources.errors import NothingPublished, PayloadChanged, SourceUnavailable
from tests.held import daily

DAYS = pd.Series(pd.date_range("2025-11-18", periods=3, tz="UTC", unit="us"))


def test_texts_that_are_numbers_are_read_and_gaps_stay_gaps() -> None:
    read = reading.numbers(["1,234.5", " 7 ", 8, None, "", ".", "-", "N/A", "NaN", float("nan")])
    assert read.tolist()[:3] == [1234.5, 7.0, 8.0]
    assert read[3:].isna().all()


@pytest.mark.parametrize("value", ["12 %", "1.2.3", "<td>", [1], True and "yes"])
def test_what_is_neither_a_number_nor_a_gap_is_another_shape(value: object) -> None:
    with pytest.raises(PayloadChanged, match="stands where a number should"):
        reading.numbers([1.0, value])


def test_times_are_counted_in_their_unit() -> None:
    noon = pd.Timestamp("2025-11-21 12:00", tz="UTC")
    assert reading.moments(["1763726400"], "s")[0] == reading.moments([1763726400000], "ms")[0] == noon


@pytest.mark.parametrize("counts", [[1763726400000], [0], [None], [1e30]])
def test_a_time_in_another_unit_is_another_shape(counts: list[object]) -> None:
    with pytest.raises(PayloadChanged, match="no time of this century"):
        reading.moments(counts, "s")


def test_a_day_is_written_in_one_form() -> None:
    assert reading.days(["11/21/2025 "], "%m/%d/%Y")[0] == pd.Timestamp("2025-11-21", tz="UTC")
    with pytest.raises(PayloadChanged, match="not written as"):
        reading.days(["21.11.2025"], "%m/%d/%Y")


def test_a_time_off_the_grid_is_another_shape() -> None:
    assert reading.on_grid(DAYS, "1D").tolist() == DAYS.tolist()
    with pytest.raises(PayloadChanged, match="does not begin an interval of 1D"):
        reading.on_grid(DAYS + pd.Timedelta(hours=16), "1D")


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([], NothingPublished),
        ({}, PayloadChanged),
        (None, PayloadChanged),
        ([[1, 2], [1, 2, 3]], PayloadChanged),
        (["ab"], PayloadChanged),
    ],
)
def test_rows_have_the_documented_cells(rows: list[object], error: type) -> None:
    assert reading.table([[1, 2]], ("time", "close"), "BTC").loc[0, "close"] == 2
    with pytest.raises(error):
        reading.table(rows, ("time", "close"), "BTC")


def test_a_key_that_one_row_lacks_is_a_gap_and_one_that_no_row_has_another_shape() -> None:
    read = reading.records([{"time": 1, "close": 2}, {"time": 2}], ("time", "close"), "BTC")
    assert read["close"].tolist() == [2, None]
    with pytest.raises(PayloadChanged, match="have no open"):
        reading.records([{"time": 1}], ("time", "open"), "BTC")
    with pytest.raises(NothingPublished):
        reading.records([], ("time",), "BTC")
    with pytest.raises(PayloadChanged):
        reading.records([["time"]], ("time",), "BTC")


def test_of_rows_with_one_time_the_last_is_taken_and_a_gap_leaves_none() -> None:
    times = pd.concat([DAYS, DAYS[2:]], ignore_index=True)
    tidy = reading.observed(times, "BTC", "kraken", {"close": pd.Series([1.0, float("nan"), 3.0, 4.0])})
    assert tidy[["time", "value"]].to_numpy().tolist() == [[DAYS[0], 1.0], [DAYS[2], 4.0]]


def test_only_gaps_are_nothing() -> None:
    with pytest.raises(NothingPublished, match="no number in it"):
        reading.observed(DAYS, "BTC", "kraken", {"close": pd.Series([float("nan")] * 3)})


def candles(**changed: list[object]) -> pd.DataFrame:
    bars = {"open": [1, 2, 3], "high": [3, 4, 5], "low": [1, 1, 2], "close": [2, 3, 4]} | changed
    names = {name: name for name in ("open", "high", "low", "close")}
    return reading.candles(pd.DataFrame(bars, dtype=object), DAYS, "BTC", "kraken", names)


def test_half_a_bar_is_a_gap() -> None:
    held = candles(open=[1, None, 3])
    assert sorted(held["time"].unique()) == [DAYS[0], DAYS[2]]
    assert len(held) == 8


@pytest.mark.parametrize("changed", [{"close": [2, 9, 4]}, {"open": [0.5, 2, 3]}, {"high": [1, 1, 1], "low": [3, 4, 5]}])
def test_a_bar_outside_its_high_and_low_means_that_columns_have_moved(changed: dict[str, list[object]]) -> None:
    with pytest.raises(PayloadChanged, match="the columns have moved"):
        candles(**changed)


def test_a_shape_that_nobody_expected_is_told_with_its_asset_and_our_own_errors_pass() -> None:
    with pytest.raises(PayloadChanged, match="The answer for BTC has another shape than documented: KeyError: 'result'"):
        reading.read(lambda payload, asset: payload["result"], {}, "BTC")
    with pytest.raises(SourceUnavailable, match="No answer"):
        reading.shaped("BTC", _unavailable)
    assert reading.shaped("BTC", lambda: daily([1.0])).iloc[0] == 1.0


def _unavailable() -> None:
    raise SourceUnavailable("No answer.")
