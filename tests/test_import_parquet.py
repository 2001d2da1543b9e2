from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_sources.contract import tidy
from data_sources.store import Store
from tests.frames import bring, observations

pytestmark = pytest.mark.usefixtures("command_store")


def test_parquet_is_read_like_csv(tmp_path: Path, store: Store, capsys: pytest.CaptureFixture) -> None:
    frame = observations(("2025-11-19", 1.0), ("2025-11-20", 2.0), ("2025-11-21", float("nan")))
    path = tmp_path / "prices.parquet"
    frame.assign(simulated=[True, False, False]).astype({"asset": "category"}).to_parquet(path)
    assert bring(path) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{path}, row 1: simulated: belongs to the sample board",
        f"{path}, row 3: value is missing",
    ]
    assert store.read()["value"].tolist() == [2.0]


def test_parquet_times_are_days_or_have_a_zone(tmp_path: Path, store: Store, capsys: pytest.CaptureFixture) -> None:
    frame = observations(("2025-11-19", 1.0), ("2025-11-20", 2.0))
    days, naive, away = tmp_path / "days.parquet", tmp_path / "naive.parquet", tmp_path / "away.parquet"
    frame.assign(time=frame["time"].dt.date).to_parquet(days)
    frame.assign(time=frame["time"].dt.tz_localize(None)).to_parquet(naive)
    frame.assign(time=frame["time"].dt.tz_convert("Asia/Hong_Kong").dt.as_unit("ns"), asset="ETH").to_parquet(away)
    assert bring(days) == 0
    assert bring(naive) == 1
    assert "row 1: time has no time zone" in capsys.readouterr().err
    assert bring(away) == 0
    expected = tidy(pd.concat([frame, frame.assign(asset="ETH")]))
    pd.testing.assert_frame_equal(store.read(), expected)


def _parquet(path: Path, time: pa.Array, value: list[float] | pa.Array) -> Path:
    names = {"measure": ["net_flow"] * len(time), "asset": ["BTC"] * len(time), "entity": ["IBIT"] * len(time)}
    pq.write_table(pa.table({"time": time, **names, "value": value}), path)
    return path


def test_a_time_that_is_null_is_missing_and_never_another_rows(
    tmp_path: Path, store: Store, capsys: pytest.CaptureFixture
) -> None:
    mixed = pa.array(["2025-11-19", None, "2025-11-20T00:00:00Z"])
    path = _parquet(tmp_path / "mixed.parquet", mixed, [1.0, 2.0, 3.0])
    assert bring(path) == 1
    assert capsys.readouterr().err == f"{path}, row 2: time is missing\n"
    assert store.read()["value"].tolist() == [1.0, 3.0]


@pytest.mark.parametrize("times", [pa.nulls(2), pa.nulls(2, pa.string()), pa.array(["", None])])
def test_a_column_without_any_time_is_refused_row_by_row(
    tmp_path: Path, capsys: pytest.CaptureFixture, times: pa.Array
) -> None:
    path = _parquet(tmp_path / "none.parquet", times, [1.0, 2.0])
    assert bring(path) == 1
    assert capsys.readouterr().err.splitlines() == [f"{path}, row {row}: time is missing" for row in (1, 2)]


def test_whole_numbers_that_no_float_holds_exactly_are_kept_as_the_nearest(tmp_path: Path, store: Store) -> None:
    values = pa.array([2**53 + 1, -(2**62) - 1, 5], pa.int64())
    assert bring(_parquet(tmp_path / "long.parquet", pa.array(["2025-11-18", "2025-11-19", "2025-11-20"]), values)) == 0
    assert store.read()["value"].tolist() == [2.0**53, -(2.0**62), 5.0]
