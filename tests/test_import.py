import gzip
import io
from pathlib import Path

import pandas as pd
import pytest

from data_sources.__main__ import SHOWN
from data_sources.store import Store
from tests.frames import GOOD, HEADER, bring, observations, utc

ROOT = Path(__file__).parents[1]


pytestmark = pytest.mark.usefixtures("command_store")


def test_a_tidy_file_is_kept_and_a_second_time_adds_nothing(csv: Path, store: Store, capsys: pytest.CaptureFixture) -> None:
    assert bring(csv) == 0
    said = capsys.readouterr()
    assert said.out == f"{csv}: 2 rows, 2 added\n2 rows added.\n"
    assert said.err == ""
    assert bring(csv) == 0
    assert capsys.readouterr().out == f"{csv}: 2 rows, nothing new\nNothing new: no row was added.\n"
    assert store.read()["value"].tolist() == [91_554.96, 86_637.23]


def test_a_restated_file_adds_what_changed(csv: Path, store: Store, capsys: pytest.CaptureFixture) -> None:
    bring(csv)
    csv.write_text(HEADER + GOOD.replace("91554.96", "91554.97"))
    assert bring(csv) == 0
    assert "2 rows, 1 added" in capsys.readouterr().out
    assert store.read()["value"].tolist() == [91_554.97, 86_637.23]


def test_a_date_is_the_start_of_its_day_in_utc_and_a_zone_is_heeded(csv: Path, store: Store) -> None:
    csv.write_text(
        HEADER + "2025-11-20,close,BTC,binance,1\n"
        "2025-11-21T05:30:00+05:30,close,ETH,binance,2\n"
        "2025-11-20 15:40:00.000123Z,bar_close,SPY,feed,3\n"
    )
    assert bring(csv) == 0
    assert store.read().set_index("asset")["time"].to_dict() == {
        "BTC": utc("2025-11-20"), "ETH": utc("2025-11-21"), "SPY": utc("2025-11-20T15:40:00.000123"),
    }  # fmt: skip


BAD = [
    ("2025-11-19T00:00:00,close,ETH,binance,1", "time has no time zone"),
    ("2025-11-19 00:00,close,ETH,binance,1", "time has no time zone"),
    ("20251119,close,ETH,binance,1", "time is neither a date nor a time"),
    ("2025-13-40,close,ETH,binance,1", "time is neither a date nor a time"),
    ("1763510400,close,ETH,binance,1", "time is neither a date nor a time"),
    (",close,ETH,binance,1", "time is missing"),
    ("2999-01-01,close,ETH,binance,1", "time is in the future"),
    ("0202-05-01,close,ETH,binance,1", "time is before 1800"),
    ("2025-11-19,closing,ETH,binance,1", "measure is not in the dictionary"),
    ("2025-11-19,close,,binance,1", "asset is empty"),
    ("2025-11-19,close,=HYPERLINK(),binance,1", "asset begins with one of = + - @"),
    (f"2025-11-19,close,ETH,{'x' * 41},1", "entity is longer than 40 characters"),
    ("2025-11-19,close,ETH,bin\x07ance,1", "entity has control characters"),
    ("2025-11-19,close,ETH,binance,", "value is missing"),
    ("2025-11-19,close,ETH,binance,nan", "value is missing"),
    ("2025-11-19,close,ETH,binance,inf", "value is infinite"),
    ("2025-11-19,close,ETH,binance,-1", "value is below the measure's lowest"),
    ("2025-11-19,close,ETH,binance,0", "value is the measure's lower bound, which is excluded"),
    ("2025-11-19,fear_greed,CRYPTO,alternative.me,101", "value is above the measure's highest"),
    ("2025-11-19,close,ETH,binance,many", "value is not a number"),
    ("2025-11-19,close,ETH,binance,1_000", "value is not a number"),
    ('2025-11-19,close,ETH,binance,"1,000"', "value is not a number"),
    ("2025-11-19,close,ETH,binance", "the line has 4 fields instead of 5"),
    ("2025-11-19,close,ETH,binance,1,2", "the line has 6 fields instead of 5"),
    ("2025-11-20,close,BTC,binance,86637.23", "repeats an earlier row of the same time, measure, asset and entity"),
]


@pytest.mark.parametrize(("line", "reason"), BAD)
def test_a_bad_line_is_refused_by_its_number_and_the_good_ones_are_kept(
    csv: Path, store: Store, capsys: pytest.CaptureFixture, line: str, reason: str
) -> None:
    csv.write_text(f"{HEADER}{GOOD}{line}\n2025-11-18,close,BTC,binance,5")
    assert bring(csv) == 1
    said = capsys.readouterr()
    assert said.err == f"{csv}, line 4: {reason}\n"
    assert "4 rows, 3 added, 1 refused" in said.out
    assert store.read()["value"].tolist() == [5.0, 91_554.96, 86_637.23]


def test_lines_are_counted_past_empty_ones_and_quoted_line_breaks(csv: Path, capsys: pytest.CaptureFixture) -> None:
    csv.write_text(HEADER + '\n2025-11-19,close,"E\nTH",binance,1\r\n\n2025-11-19,close,ETH,binance,-1\n')
    assert bring(csv) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{csv}, line 3: asset has control characters",
        f"{csv}, line 6: value is below the measure's lowest",
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_an_empty_line_is_nothings_fault_and_is_counted(
    csv: Path, store: Store, capsys: pytest.CaptureFixture, ending: str
) -> None:
    lines = f"{HEADER}\n{GOOD}\n,,,,\n2025-11-21,close,BTC,binance,-1\n\n\n"
    csv.write_bytes(lines.replace("\n", ending).encode())
    assert bring(csv) == 1
    said = capsys.readouterr()
    assert f"{csv}: 4 rows, 2 added, 2 refused" in said.out
    assert [line.split(": ")[0] for line in said.err.splitlines()] == [f"{csv}, line 6", f"{csv}, line 7"]
    csv.write_bytes((HEADER + GOOD + "\n").replace("\n", ending).encode())
    assert bring(csv) == 0
    assert len(store.read()) == 2


def test_a_field_of_any_length_costs_only_its_own_line(csv: Path, store: Store, capsys: pytest.CaptureFixture) -> None:
    csv.write_text(f'{HEADER}{GOOD}2025-11-19,close,"{"x" * 200_000}",binance,1\n')
    assert bring(csv) == 1
    assert capsys.readouterr().err == f"{csv}, line 4: asset is longer than 40 characters\n"
    assert len(store.read()) == 2


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ('2025-11-18,close,"BTC,x,1\n2025-11-17,close,BTC,x,1\n', "is opened and never closed; nothing was read up to line 5"),
        ('2025-11-18,close,"B"TC,x,1\n', "stands inside a field"),
        ('2025-11-18,close,"BTC,x,1\n2025-11-17,close,"BTC",x,1\n', "stands inside a field; nothing was read up to line 5"),
    ],
)
def test_a_quote_in_the_wrong_place_is_named_and_the_good_lines_are_kept(
    csv: Path, store: Store, capsys: pytest.CaptureFixture, lines: str, reason: str
) -> None:
    csv.write_text(HEADER + GOOD + lines)
    assert bring(csv) == 1
    assert capsys.readouterr().err == f"{csv}, line 4: a quote {reason}\n"
    assert len(store.read()) == 2


@pytest.mark.parametrize("zone", ["Z", "+00", "+00:00", "+0000"])
def test_a_zone_may_be_written_without_minutes(csv: Path, store: Store, zone: str) -> None:
    csv.write_text(f"{HEADER}2020-01-01 00:00:00{zone},close,BTC,binance,1\n2020-01-02 05:30:00+0530,close,BTC,binance,2\n")
    assert bring(csv) == 0
    assert store.read()["time"].tolist() == [utc("2020-01-01"), utc("2020-01-02")]


def test_every_fault_of_a_row_is_told(csv: Path, capsys: pytest.CaptureFixture) -> None:
    csv.write_text(HEADER + "2025-11-19T10:00,closing,,binance,nan\n")
    assert bring(csv) == 1
    faults = "time has no time zone; measure is not in the dictionary; asset is empty; value is missing"
    assert capsys.readouterr().err == f"{csv}, line 2: {faults}\n"


def test_of_two_different_rows_of_one_key_the_first_is_kept(csv: Path, store: Store) -> None:
    csv.write_text(HEADER + "2025-11-19,close,BTC,binance,nan\n2025-11-19,close,BTC,binance,1\n2025-11-19,close,BTC,binance,2\n")
    assert bring(csv) == 1
    assert store.read()["value"].tolist() == [1.0]  # the first that is good


def test_after_many_refusals_the_rest_is_counted_by_reason_and_listed_in_a_file(
    csv: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    many = "".join(f"2025-11-19,close,A{number},x,-1\n" for number in range(SHOWN + 30))
    csv.write_text(HEADER + many + GOOD)
    assert bring(csv, refused=tmp_path / "refused.csv") == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == SHOWN + 1
    assert lines[-1] == f"{csv}: 30 more were refused; in all: value is below the measure's lowest (80)."
    listed = pd.read_csv(tmp_path / "refused.csv")
    assert listed["place"].tolist() == list(range(2, SHOWN + 32))
    assert set(listed["reason"]) == {"value is below the measure's lowest"}


def test_a_report_that_cannot_be_written_stops_before_anything_is_kept(csv: Path, tmp_path: Path, store: Store) -> None:
    assert bring(csv, refused=tmp_path / "nowhere" / "refused.csv") == 2
    assert not store.has()


def test_columns_may_stand_in_any_order_and_unknown_ones_are_named(csv: Path, store: Store, capsys: pytest.CaptureFixture) -> None:
    csv.write_text("\ufeffvalue,note,entity,asset,measure,time\n5,hello,binance,BTC,close,2025-11-20\n", encoding="utf-8")
    assert bring(csv) == 0
    assert capsys.readouterr().err == f"{csv}: ignored the columns note.\n"
    assert store.read()["value"].tolist() == [5.0]


@pytest.mark.parametrize(("said", "kept"), [("true", 0), ("True", 0), ("1", 0), ("false", 1), ("", 1), ("perhaps", 0)])
def test_rows_that_were_made_up_are_refused(csv: Path, store: Store, capsys: pytest.CaptureFixture, said: str, kept: int) -> None:
    csv.write_text(f"time,measure,asset,entity,value,simulated\n2025-11-20,close,BTC,binance,5,{said}\n")
    assert bring(csv) == 1 - kept
    assert len(store.read()) == kept
    err = capsys.readouterr().err
    assert ("simulated: belongs to the sample board" in err) == (said.lower() in ("true", "1"))


def test_a_gzipped_file_is_read_whatever_its_name(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "prices"
    path.write_bytes(gzip.compress((HEADER + GOOD).encode()))
    assert bring(path) == 0
    assert len(store.read()) == 2


def _files_that_are_none(folder: Path) -> dict[str, Path]:
    """What is said of each, and the file."""
    content = gzip.compress((HEADER + GOOD * 100).encode())
    parquet = io.BytesIO()
    observations(("2025-11-19", 1.0)).to_parquet(parquet)
    (folder / "folder.csv").mkdir()
    made: dict[str, tuple[str, bytes | None]] = {
        "the file is empty": ("empty.csv", b""),
        "the file has columns but no rows": ("header.csv", HEADER.encode()),
        "there is no column time, value": ("other.csv", b"date,measure,asset,entity,price\n1,2,3,4,5\n"),
        "there is no column time, measure, asset, entity, value": ("semicolons.csv", b"time;measure;asset;entity;value\n"),
        "stands in it twice": ("twice.csv", b"time,measure,asset,entity,value,value\n"),
        "in its columns' names a quote stands inside a field": ("inside.csv", b'"ti"me,measure,asset,entity,value\n1,2,3,4,5\n'),
        "in its columns' names a quote is opened and never closed": ("open.csv", b'time,measure,asset,entity,"value\n1,2,3,4,5\n'),
        "is neither Parquet nor text in UTF-8": ("picture.csv", b"\x89PNG\xff\xfe"),
        "the compressed file is cut short or damaged": ("cut.csv.gz", content[:-20]),
        "it is not a Parquet file, or is cut short": ("cut.parquet", parquet.getvalue()[:-30]),
        "it cannot be read: No such file or directory": ("missing.csv", None),
        "it cannot be read: Is a directory": ("folder.csv", None),
    }
    for name, data in made.values():
        if data is not None:
            (folder / name).write_bytes(data)
    return {sentence: folder / name for sentence, (name, _) in made.items()}


def test_a_file_that_is_none_gets_one_sentence_and_the_others_are_read(
    csv: Path, tmp_path: Path, store: Store, capsys: pytest.CaptureFixture
) -> None:
    files = _files_that_are_none(tmp_path)
    assert bring(*files.values(), csv) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == len(files)
    for line, (sentence, path) in zip(lines, files.items(), strict=True):
        assert line.startswith(f"{path}: ")
        assert sentence in line
        assert line.endswith(".")
    assert len(store.read()) == 2
