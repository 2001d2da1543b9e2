"""The commands that take a day: which days both understand, and a reader who leaves early."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from data_sources.__main__ import main as data
from notes.__main__ import main as notes

ROOT = Path(__file__).parents[1]
AFTER_TOMORROW = f"{pd.Timestamp.now('UTC') + pd.Timedelta(days=2):%Y-%m-%d}"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("20251120", "is not a day; write it as YYYY-MM-DD"),
        ("2025-W47-4", "is not a day"),
        ("2025-1-2", "is not a day"),
        ("\uff12\uff10\uff12\uff15-11-20", "is not a day"),
        ("2025-11-20\n", "is not a day"),
        ("2025-02-29", "is not a day"),
        ("0000-01-01", "is not a day"),
        ("0001-01-01", "is before 1800-01-01"),
        ("1677-01-01", "is before 1800-01-01"),
        ("2099-01-01", "has not come yet"),
        (AFTER_TOMORROW, "has not come yet"),
    ],
)
def test_both_commands_refuse_the_same_days_with_the_same_sentence(day: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    sentences = set()
    for main, arguments in ((data, ["export", "--measure", "close"]), (notes, [])):
        with pytest.raises(SystemExit) as refused:
            main([*arguments, "--as-of", day])
        assert refused.value.code == 2
        sentences.add(capsys.readouterr().err.splitlines()[-1].split("error: ")[1])
    (sentence,) = sentences
    assert said in sentence


def test_the_oldest_day_and_today_are_understood(capsys: pytest.CaptureFixture[str]) -> None:
    for day in ("1800-01-01", f"{pd.Timestamp.now('UTC'):%Y-%m-%d}"):
        assert notes(["--as-of", day]) == 0
        assert f'"as_of": "{day}"' in capsys.readouterr().out


def test_a_reader_who_leaves_before_the_first_line_is_no_error(database_url: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        printed = subprocess.run(
            [sys.executable, "-m", "notes"],
            cwd=ROOT, env=os.environ | {"STRESS_DATABASE_URL": database_url}, stdout=writing, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert (printed.returncode, printed.stderr) == (0, b"")
