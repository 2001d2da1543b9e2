"""The command that asks says on standard output what came of it, and by its status whether all that is due is held."""

import json
from pathlib import Path

import pandas as pd
import pytest

from data_sources import live
from data_sources.__main__ import main
from data_sources.errors import SourceUnavailable
from data_sources.source import Need, Source
from tests.desk import Clock, Desk


@pytest.fixture
def desks(monkeypatch: pytest.MonkeyPatch, command_store: None) -> dict[str, Desk]:
    """Two exchanges as the whole table of sources."""
    clock = Clock(pd.Timestamp.now("UTC"))
    days = pd.date_range(end=clock.moment.normalize(), periods=31, unit="us")
    found = {name: Desk(name, clock, pd.Series(90_000.0, index=days)) for name in ("binance", "kraken")}
    rows: dict[str, Source] = {name: desk.source() for name, desk in found.items()}
    needs = (Need("Coins, daily", (rows["binance"],)), Need("Coins, hourly", (rows["kraken"],)))
    monkeypatch.setattr(live, "table", lambda now=None: needs)
    return found


def test_when_all_that_is_due_is_held_the_status_is_0(desks: dict[str, Desk], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["refresh"]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[-1] == "2 of 2 fresh, 60 rows added, 0 requests."
    assert told.err == ""


def test_asking_again_at_once_asks_nobody_and_all_is_still_held(
    desks: dict[str, Desk], capsys: pytest.CaptureFixture[str]
) -> None:
    assert [main(["refresh"]), main(["refresh"])] == [0, 0]
    assert len(desks["binance"].asked) == 1
    assert capsys.readouterr().out.count("not due") == 2


def test_when_one_is_not_the_status_is_1_and_its_reason_is_printed(
    desks: dict[str, Desk], capsys: pytest.CaptureFixture[str]
) -> None:
    desks["kraken"].fault = SourceUnavailable("api.kraken.com does not answer.")
    assert main(["refresh"]) == 1
    assert "    api.kraken.com does not answer." in capsys.readouterr().out.splitlines()


def test_a_source_that_does_not_exist_is_a_wrong_command(desks: dict[str, Desk], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["refresh", "kraken", "krakken"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "There is no source 'krakken'; there are binance, binance_daily, kraken, kraken_daily.\n"
    assert desks["kraken"].asked == []


@pytest.mark.parametrize("name", ["kraken", "kraken_daily"])
def test_one_can_keep_to_a_source_or_a_publisher(desks: dict[str, Desk], name: str) -> None:
    assert main(["refresh", name]) == 0
    assert (len(desks["kraken"].asked), desks["binance"].asked) == (1, [])


def test_as_json_it_is_one_list_of_records_and_nothing_else(desks: dict[str, Desk], capsys: pytest.CaptureFixture[str]) -> None:
    desks["kraken"].fault = SourceUnavailable("api.kraken.com does not answer.")
    assert main(["refresh", "--json"]) == 1
    served, failed = json.loads(capsys.readouterr().out)
    yesterday = (pd.Timestamp.now("UTC").normalize() - pd.Timedelta(days=1)).isoformat()
    assert served == {
        "need": "Coins, daily", "asset": "BTC", "outcome": "fresh", "fresh": True, "served_by": "binance_daily",
        "newest": yesterday, "added": 30, "requests": 0, "reasons": [],
    }
    assert (failed["outcome"], failed["served_by"], failed["newest"]) == ("down", None, None)
    assert failed["reasons"] == ["api.kraken.com does not answer."]


def test_a_setting_that_cannot_be_understood_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STRESS_DRILL", "perhaps")
    assert main(["refresh"]) == 1
    assert capsys.readouterr().err.startswith("A setting cannot be understood: STRESS_DRILL (")


def test_a_store_out_of_reach_is_one_sentence(
    desks: dict[str, Desk], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("STRESS_DATABASE_URL", f"sqlite:///{tmp_path}/file/stress.db")
    assert main(["refresh"]) == 1
    told = capsys.readouterr()
    assert told.err.count("\n") == 1
    assert told.err.startswith("The store ")
