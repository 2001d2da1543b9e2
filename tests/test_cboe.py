"""Cboe's index files, read."""

import pandas as pd
import pytest

from data_sources import cboe
from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged
from data_sources.panels import panel
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload

VIX = str(payload("cboe_vix.csv"))


def values(text: str, measure: str = "level", asset: str = "VIX") -> pd.Series:
    frame = read(cboe.parse_index, text, asset)
    return frame[frame["measure"] == measure].set_index("time")["value"]


def test_the_vix_closed_at_its_record_on_16_march_2020() -> None:
    assert values(VIX)[utc("2020-03-16")] == 82.69
    assert values(VIX, "level_high")[utc("2020-03-16")] == 83.56


def test_a_level_of_the_first_years_is_open_high_low_and_close_at_once() -> None:
    frame = read(cboe.parse_index, VIX, "VIX")
    first = frame[frame["time"] == utc("1990-01-02")]
    assert dict(zip(first["measure"], first["value"], strict=True)) == dict.fromkeys(
        ("level", "level_high", "level_low", "level_open"), 17.24
    )


def test_an_open_of_0_is_a_gap_and_the_close_stands() -> None:
    assert utc("2025-11-20") not in values(VIX, "level_open")
    assert values(VIX)[utc("2025-11-20")] == 26.42


def test_a_session_that_contradicts_itself_keeps_its_close_alone() -> None:
    text = VIX.replace("82.690000", "84.690000")
    assert values(text)[utc("2020-03-16")] == 84.69
    assert utc("2020-03-16") not in values(text, "level_high")


def test_a_file_of_one_column_has_closes_only_whatever_stands_above_its_header() -> None:
    frame = read(cboe.parse_index, payload("cboe_vvix.csv"), "VVIX")
    assert set(frame["measure"]) == {"level"}
    assert set(frame["entity"]) == {"cboe"}
    assert values(str(payload("cboe_vvix.csv")), asset="VVIX")[utc("2020-03-16")] == 207.59


def test_an_empty_cell_is_a_gap() -> None:
    assert list(values(str(payload("cboe_vvix.csv")), asset="VVIX").index) == [utc("2020-03-16"), utc("2025-11-20")]


def test_lines_out_of_order_and_twice_read_the_same() -> None:
    header, *lines = VIX.splitlines()
    shuffled = "\r\n".join([header, *reversed(lines), lines[2]])
    pd.testing.assert_frame_equal(read(cboe.parse_index, shuffled, "VIX"), read(cboe.parse_index, VIX, "VIX"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("CLOSE", "SETTLE"),
        ("OPEN,HIGH,LOW,CLOSE", "CLOSE,HIGH,LOW,OPEN"),
        ("DATE,", "DAY,"),
        ("17.240000\n", "17.240000,1\n"),
        ("01/02/1990", "1990-01-02"),
        ("82.690000", "n.m."),
    ],
)
def test_another_shape_is_a_changed_payload(old: str, new: str) -> None:
    with pytest.raises(PayloadChanged):
        read(cboe.parse_index, VIX.replace(old, new), "VIX")


def test_high_and_low_exchanged_throughout_is_a_changed_payload() -> None:
    line = "{},20.0,19.0,21.0,20.0\n"
    text = "DATE,OPEN,HIGH,LOW,CLOSE\n" + "".join(map(line.format, ("11/18/2025", "11/19/2025", "11/20/2025")))
    with pytest.raises(PayloadChanged, match="columns have moved"):
        read(cboe.parse_index, text, "VIX")


def test_the_file_of_another_index_is_a_changed_payload() -> None:
    with pytest.raises(PayloadChanged, match="VVIX"):
        read(cboe.parse_index, payload("cboe_vvix.csv"), "SKEW")


@pytest.mark.parametrize("missing", [2, 6, 9, 11, 15, 39, 45])
def test_a_file_that_breaks_off_within_a_line_is_not_read(missing: int) -> None:
    with pytest.raises(PayloadChanged):
        read(cboe.parse_index, VIX[:-missing], "VIX")


def test_a_header_alone_is_nothing_published() -> None:
    with pytest.raises(NothingPublished):
        read(cboe.parse_index, VIX.splitlines()[0], "VIX")


def test_a_level_of_tomorrow_is_refused() -> None:
    tomorrow = (pd.Timestamp.now("UTC") + pd.Timedelta(days=2)).strftime("%m/%d/%Y")
    with pytest.raises(ContractBroken, match="future"):
        read(cboe.parse_index, f"{VIX}{tomorrow},17.000000,18.000000,16.000000,17.000000\n", "VIX")


def test_a_week_and_all_years_are_the_same_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(url: str) -> str:
        asked.append(url)
        return VIX

    monkeypatch.setattr("data_sources.wire.text", answer)
    for start in ("1990-01-01", "2025-11-14"):
        assert cboe.fetch_index("VIX", utc(start), utc("2025-11-21")) == VIX
    assert asked == ["https://cdn.cboe.com/api/global/us_indices/daily_prices/VIX_History.csv"] * 2


@pytest.mark.parametrize("asset", cboe.SYMBOLS)
def test_no_index_can_be_told_apart_from_its_column_alone(asset: str) -> None:
    text = f"DATE,{asset}\n11/20/2025,100.5\n"
    frame = read(cboe.parse_index, text, asset)
    assert panel(frame, "level")[asset].to_dict() == {utc("2025-11-20"): 100.5}
