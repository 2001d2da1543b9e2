"""Facts about the readings as JSON: the keys, the gaps, the times, and the questions that are refused."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from data_sources.contract import Panels
from indicators.readings import READINGS, evaluate_all
from notes.__main__ import main
from notes.export import as_data
from tests.held import daily, frame, made_up, utc

KEYS = ["id", "label", "value", "unit", "time", "state", "change_1d", "percentile_1y", "publishers", "why"]


def printed(held: Panels, day: str) -> dict[str, dict[str, object]]:
    data = json.loads(json.dumps(as_data("sample", utc(day), evaluate_all(held, utc(day))), allow_nan=False))
    assert (data["as_of"], data["board"]) == (day, "sample")
    assert [row["id"] for row in data["readings"]] == list(READINGS)
    return {row["id"]: row for row in data["readings"]}


def test_every_reading_is_printed_with_the_same_keys_in_the_same_order() -> None:
    rows = printed(Panels(made_up(1)), "2025-02-20")
    for name in ("stress_index", "stress_index_percentile_1y"):
        assert rows.pop(name)["why"] == READINGS[name].short, "ranks need two years"
    for row in rows.values():
        assert list(row) == KEYS
        assert row["value"] is not None
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", str(row["time"]))
        assert row["publishers"]


def test_what_is_not_known_is_null_and_says_why() -> None:
    for row in printed(Panels(made_up(1).iloc[:0]), "1990-01-01").values():
        assert row["value"] is row["time"] is row["change_1d"] is row["percentile_1y"] is None
        assert row["state"] == "unknown"
        assert row["publishers"] == []
        assert row["why"]


def test_a_value_is_printed_in_its_unit_with_its_change() -> None:
    row = printed(Panels(frame("level", "VIX", "cboe", daily([20.0, 26.5], "2025-11-19"))), "2025-11-20")["vix"]
    assert (row["value"], row["change_1d"], row["unit"], row["state"]) == (26.5, 6.5, "points", "stress")
    assert (row["time"], row["publishers"], row["why"]) == ("2025-11-20T00:00:00Z", ["cboe"], "")


def test_a_bad_day_is_refused_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    tomorrow = f"{pd.Timestamp.now('UTC') + pd.Timedelta(days=2):%Y-%m-%d}"
    for wrong, said in (
        ("2025-13-01", "is not a day; write it as YYYY-MM-DD"),
        ("soon", "is not a day"),
        (tomorrow, "has not come yet"),
    ):
        with pytest.raises(SystemExit) as refused:
            main(["--as-of", wrong])
        assert refused.value.code == 2
        assert said in capsys.readouterr().err


def test_without_a_store_the_sample_board_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--as-of", "2025-11-20", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["as_of"], data["board"]) == ("2025-11-20", "sample")
    values = {row["id"]: row["value"] for row in data["readings"]}
    assert values["btc_close"] == 86_637.23
    assert values["btc_production_cost"] == pytest.approx(92_432.10, abs=0.01)


def test_a_store_that_cannot_be_read_is_one_sentence_and_no_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "stress.db"
    broken.write_text("this is not a database, and long enough to be told apart from an empty file" * 20)
    monkeypatch.setenv("STRESS_DATABASE_URL", f"sqlite:///{broken}")
    assert main([]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
