import gzip
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_sources.__main__ import main
from data_sources.contract import COLUMNS
from data_sources.store import Store
from measures import MEASURES
from tests.frames import HEADER, bring, observations, utc

ROOT = Path(__file__).parents[1]


pytestmark = pytest.mark.usefixtures("command_store")


def test_a_store_that_cannot_be_used_is_one_sentence(
    csv: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("STRESS_DATABASE_URL", "postgresql://teller:s3cret@127.0.0.1:1/stress")
    assert bring(csv) == 1
    err = capsys.readouterr().err
    assert err.startswith("The store postgresql://teller:***@127.0.0.1:1/stress does not answer")
    assert err.count("\n") == 1
    assert "s3cret" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["refine"],
        ["import"],
        ["export"],
        ["export", "--measure", "closing"],
        ["export", "--measure", "close", "--as-of", "soon"],
    ],
)
def test_a_wrong_command_ends_with_status_2(arguments: list[str], capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as ending:
        main(arguments)
    assert ending.value.code == 2
    if "closing" in arguments:
        assert "there is no measure 'closing'" in capsys.readouterr().err


def test_what_is_not_held_is_said_and_ends_with_status_1(csv: Path, capsys: pytest.CaptureFixture) -> None:
    bring(csv)
    capsys.readouterr()
    assert main(["export", "--measure", "close", "--asset", "DOGE", "--as-of", "2025-11-20"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "Nothing is held for close DOGE 2025-11-20.\n"


def test_an_export_is_tidy_csv_as_known_on_the_day(csv: Path, store: Store, capsys: pytest.CaptureFixture) -> None:
    bring(csv)
    store.append(observations(("2025-11-19", 1.0)), "correction")
    capsys.readouterr()
    assert main(["export", "--measure", "close", "--as-of", "2025-11-19"]) == 0
    assert capsys.readouterr().out == HEADER + "2025-11-19T00:00:00Z,close,BTC,binance,91554.96\n"
    assert main(["export", "--measure", "close"]) == 0
    assert "2025-11-19T00:00:00Z,close,BTC,binance,1.0\n" in capsys.readouterr().out


def test_the_sample_board_is_exported_with_its_mark_and_what_was_made_up_is_not_taken_back(
    tmp_path: Path, store: Store, capsys: pytest.CaptureFixture
) -> None:
    assert main(["export", "--measure", "close", "--asset", "BTC", "--as-of", "2025-11-20"]) == 0
    path = tmp_path / "sample.csv"
    path.write_text(capsys.readouterr().out)
    frame = pd.read_csv(path)
    assert list(frame.columns) == [*COLUMNS, "simulated"]
    assert frame["simulated"].dtype == bool
    assert frame["time"].max() == "2025-11-20T00:00:00Z"
    assert bring(path) == 1
    assert len(store.read()) == (~frame["simulated"]).sum()


def test_the_list_says_which_board_and_what_it_holds(csv: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["list"]) == 0
    assert capsys.readouterr().out.startswith("sample board: ")
    bring(csv)
    capsys.readouterr()
    assert main(["list"]) == 0
    first, _, row = capsys.readouterr().out.splitlines()
    assert first.startswith("live board: 1 series, 2 rows; store ")
    assert row.split() == ["close", "BTC", "binance", "2025-11-19", "00:00", "2025-11-20", "00:00", "2"]


def test_a_reader_who_has_seen_enough_is_no_error(tmp_path: Path, database_url: str) -> None:
    path = tmp_path / "long.parquet"
    days = pd.date_range("1900-01-01", periods=40_000, tz="UTC", unit="us")
    frame = pd.DataFrame({"time": days, "measure": "net_flow", "asset": "BTC", "entity": "IBIT", "value": 1.0})
    frame.to_parquet(path)
    assert bring(path) == 0
    with subprocess.Popen(
        [sys.executable, "-m", "data_sources", "export", "--measure", "net_flow"],
        cwd=ROOT, env=os.environ | {"STRESS_DATABASE_URL": database_url}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as export:  # fmt: skip
        assert export.stdout is not None
        assert export.stderr is not None
        assert export.stdout.readline() == HEADER.encode()
        export.stdout.close()
        assert export.stderr.read() == b""
    assert export.returncode == 0


def test_a_file_whose_name_is_not_text_is_kept_and_named(csv: Path, tmp_path: Path, database_url: str) -> None:
    odd = os.fsencode(tmp_path) + b"/pr\xe9s.csv"
    Path(os.fsdecode(odd)).write_bytes(csv.read_bytes() + b"2025-11-19,close,ETH,binance,-1\n")
    report = tmp_path / "refused.csv"
    brought = subprocess.run(
        [sys.executable, "-m", "data_sources", "import", odd, "--refused", str(report)],
        cwd=ROOT, env=os.environ | {"STRESS_DATABASE_URL": database_url}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert brought.returncode == 1
    assert brought.stdout.startswith(f"{tmp_path}/pr?s.csv: 3 rows, 2 added, 1 refused\n")
    assert brought.stderr == f"{tmp_path}/pr?s.csv, line 4: value is below the measure's lowest\n"
    assert "pr?s.csv,4,value," in report.read_text()
    assert main(["export", "--measure", "close", "--asset", os.fsdecode(b"\xe9")]) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("command", ["data_sources list", "data_sources export --measure close", "notes"])
def test_an_output_that_cannot_be_written_is_one_sentence_and_a_closed_one_none(command: str, database_url: str) -> None:
    def run(where: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-c", f'"$0" -m {command} {where}', sys.executable],
            cwd=ROOT, env=os.environ | {"STRESS_DATABASE_URL": database_url}, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip

    full, closed = run(">/dev/full"), run(">&-")
    assert (full.returncode, full.stderr) == (1, "The output cannot be written: No space left on device.\n")
    assert (closed.returncode, closed.stderr) == (0, "")


NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12).filter(
    lambda name: name[0] not in "=+-@"
)
MOMENTS = st.datetimes(min_value=utc("1800-01-01").replace(tzinfo=None), max_value=utc("2026-01-01").replace(tzinfo=None))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(MOMENTS, st.floats(allow_nan=False, allow_infinity=False), NAMES, NAMES),
        min_size=1, unique_by=lambda row: (row[0], row[2], row[3]),
    )
)  # fmt: skip
def test_importing_an_export_adds_nothing(
    rows: list[tuple[object, float, str, str]], tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MEASURES["net_flow"].low is None
    frame = pd.DataFrame(rows, columns=["time", "value", "asset", "entity"]).assign(measure="net_flow")
    frame["time"] = pd.to_datetime(frame["time"], utc=True).dt.as_unit("us")
    file = tmp_path / "property.db"
    for part in tmp_path.glob("property.db*"):
        part.unlink()
    monkeypatch.setenv("STRESS_DATABASE_URL", f"sqlite:///{file}")
    with closing(Store()) as store:
        assert store.append(frame[list(COLUMNS)], "test") == len(frame)
        capsys.readouterr()
        assert main(["export", "--measure", "net_flow"]) == 0
        exported = tmp_path / "exported.csv"
        exported.write_text(capsys.readouterr().out, encoding="utf-8")
        before = store.read()
        assert bring(exported) == 0
        assert capsys.readouterr().out.endswith("Nothing new: no row was added.\n")
        pd.testing.assert_frame_equal(store.read(), before)


def _history(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.csv.gz"))


def test_the_whole_history_is_kept_without_a_refusal(history_folder: Path, store: Store, capsys: pytest.CaptureFixture) -> None:
    assert bring(*_history(history_folder)) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.endswith("267,376 rows added.\n")
    held = store.held()
    assert held["rows"].sum() == 267_376
    close = store.read(measure="close", asset="BTC").query("entity == 'binance'").set_index("time")["value"]
    assert close[utc("2025-11-20")] == 86_637.23
    assert close[utc("2026-02-05")] == 62_909.86
    assert bring(*_history(history_folder)) == 0
    assert capsys.readouterr().out.endswith("Nothing new: no row was added.\n")


def test_an_import_killed_half_way_has_kept_whole_files_and_can_be_run_again(
    history_folder: Path, store: Store, database_url: str
) -> None:
    files = _history(history_folder)
    sizes = [gzip.decompress(path.read_bytes()).count(b"\n") - 1 for path in files]
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "data_sources", "import", *map(str, files)],
        cwd=ROOT, env=os.environ | {"STRESS_DATABASE_URL": database_url}, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    kept = len(store.read())
    assert kept in [sum(sizes[: count + 1]) for count in range(len(files))]
    assert kept < sum(sizes)
    assert bring(*files) == 0
    assert len(store.read()) == sum(sizes)


def test_four_processes_importing_the_same_files_keep_each_row_once(history_folder: Path, store: Store, database_url: str) -> None:
    files = _history(history_folder)
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "data_sources", "import", *map(str, files)],
            cwd=ROOT, env=os.environ | {"STRESS_DATABASE_URL": database_url}, stdout=subprocess.DEVNULL,
        )
        for _ in range(4)
    ]  # fmt: skip
    assert [process.wait() for process in processes] == [0] * 4
    history = store.history()
    assert len(history.rows) == 267_376
    assert len(history.place) == 0
