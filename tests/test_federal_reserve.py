"""The Federal Reserve's answers: FRED's graph files and the Board's calendar."""

from copy import deepcopy
from typing import Any

import pandas as pd
import pytest

from data_sources import federal_reserve
from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload

TARGET = payload("federal_reserve_target.csv")
EFFECTIVE = payload("federal_reserve_effective.csv")
VIX = payload("federal_reserve_vix.csv")
CALENDAR = payload("federal_reserve_calendar.json")


def series(frame: pd.DataFrame, measure: str, asset: str = "FOMC") -> pd.Series:
    return frame[(frame["measure"] == measure) & (frame["asset"] == asset)].set_index("time")["value"]


def rates(target: str = TARGET, effective: str = EFFECTIVE) -> pd.DataFrame:
    return read(federal_reserve.parse_rates, [target, effective], "USD")


def written(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def meetings(asked: str = "2025-12-09", events: Any = CALENDAR["events"]) -> pd.DataFrame:
    return read(federal_reserve.parse_calendar, {"asked": asked, "events": events}, "FOMC")


def meeting(**changed: str) -> list[dict[str, str]]:
    return [{"title": "FOMC Meeting", "time": "2:00 p.m.", "month": "2024-05", "days": "1", "type": "FOMC"} | changed]


def asked_of_fred(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    questions: list[tuple[str, dict[str, str]]] = []

    def answer(url: str, params: dict[str, str]) -> str:
        questions.append((url, params))
        return "as it came"

    monkeypatch.setattr("data_sources.wire.text", answer)
    return questions


def test_percent_becomes_the_fraction_that_the_history_holds() -> None:
    frame = rates()
    assert series(frame, "effr", "USD")[utc("2025-12-11")] == 0.0364
    assert series(frame, "effr", "USD")[utc("2025-12-10")] == 0.0389  # 3.89 / 100 is another number in its last bit
    assert series(frame, "fed_target_upper", "USD")[utc("2025-12-10")] == 0.04
    assert series(frame, "fed_target_lower", "USD")[utc("2025-12-11")] == 0.035
    assert set(frame["entity"]) == {"federal_reserve"}


def test_an_empty_cell_and_a_dot_are_gaps_in_their_series_only() -> None:
    frame = rates()
    assert list(series(frame, "effr", "USD").index) == [utc(f"2025-12-{day}") for day in (10, 11, 12)]
    assert list(series(frame, "fed_target_upper", "USD").index)[-1] == utc("2025-12-25")


def test_days_on_which_one_of_two_files_is_empty_still_bring_the_other() -> None:
    frame = rates(effective=written("observation_date,EFFR"))
    assert set(frame["measure"]) == {"fed_target_upper", "fed_target_lower"}
    assert len(frame) == 12


def test_columns_are_taken_by_name() -> None:
    lines = [line.split(",") for line in TARGET.split()]
    moved = written(*(",".join([line[0], *reversed(line[1:])]) for line in lines))
    pd.testing.assert_frame_equal(rates(moved), rates())


def test_the_first_column_used_to_be_called_date() -> None:
    frame = read(federal_reserve.parse_indices, VIX, "VIX")
    assert series(frame, "level", "VIX")[utc("2024-08-05")] == 38.57
    assert utc("2024-09-02") not in set(frame["time"])  # Labor Day
    pd.testing.assert_frame_equal(read(federal_reserve.parse_indices, VIX.replace("DATE", "observation_date"), "VIX"), frame)
    assert set(frame["entity"]) == {"fred"}


def test_a_week_of_stress_stands_on_its_friday() -> None:
    frame = read(federal_reserve.parse_stress, payload("federal_reserve_stress.csv"), "US")
    assert series(frame, "stlfsi", "US")[utc("2020-03-20")] == 5.3
    assert set(frame["time"].dt.day_name()) == {"Friday"}
    assert set(frame["entity"]) == {"st_louis_fed"}


def test_repeated_and_disordered_days_make_the_same_frame() -> None:
    mixed = [written(header, *lines[::-1], *lines[-3:]) for header, *lines in (TARGET.split(), EFFECTIVE.split())]
    pd.testing.assert_frame_equal(rates(*mixed), rates())


def test_a_file_without_days_is_nothing_published() -> None:
    headers = [written(file.split()[0]) for file in (TARGET, EFFECTIVE)]
    with pytest.raises(NothingPublished):
        rates(*headers)
    with pytest.raises(NothingPublished):
        rates(headers[0] + "2025-12-25,,.\n", headers[1])


@pytest.mark.parametrize(
    "text",
    [
        "",
        TARGET.replace("DFEDTARU", "DFEDTAR"),
        TARGET.replace(",DFEDTARL", ""),
        TARGET.replace("observation_date", "day"),
        TARGET.replace("2025-12-11,", "2025-12-11,7,"),
        TARGET.replace("2025-12-11,", "11/12/2025,"),
        TARGET.replace("3.50", "#N/A"),
        TARGET[:-2],
        "PK\x03\x04 daily.csv",
    ],
    ids=["nothing", "renamed", "short header", "other date", "extra cell", "other form", "no number", "cut off", "an archive"],
)
def test_another_shape_than_freds_is_noticed(text: str) -> None:
    with pytest.raises(PayloadChanged):
        rates(text)


def test_a_rate_of_the_future_is_refused() -> None:
    with pytest.raises(ContractBroken, match="future"):
        rates(TARGET.replace("2025-12-14", "2095-12-14"))


@pytest.mark.parametrize("start", ["1980-01-01", "2026-02-01"])
def test_any_range_is_one_request_per_frequency(monkeypatch: pytest.MonkeyPatch, start: str) -> None:
    questions = asked_of_fred(monkeypatch)
    assert federal_reserve.fetch_rates("USD", utc(start), utc("2026-02-08")) == ["as it came"] * 2
    assert questions == [
        ("https://fred.stlouisfed.org/graph/fredgraph.csv", {"id": names, "cosd": start, "coed": "2026-02-08"})
        for names in ("DFEDTARU,DFEDTARL", "EFFR")
    ]


@pytest.mark.parametrize(("asset", "name"), [("VIX", "VIXCLS"), ("SPX", "SP500"), ("IXIC", "NASDAQCOM")])
def test_an_index_is_asked_by_freds_name(monkeypatch: pytest.MonkeyPatch, asset: str, name: str) -> None:
    questions = asked_of_fred(monkeypatch)
    federal_reserve.fetch_indices(asset, utc("2026-02-01"), utc("2026-02-08"))
    assert [params for _, params in questions] == [{"id": name, "cosd": "2026-02-01", "coed": "2026-02-08"}]


def test_the_stress_of_a_week_that_is_published_late_is_asked_for_two_weeks_back(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = asked_of_fred(monkeypatch)
    federal_reserve.fetch_stress("US", utc("2026-02-15"), utc("2026-02-22"))
    assert [params for _, params in questions] == [{"id": "STLFSI4", "cosd": "2026-02-01", "coed": "2026-02-22"}]


def test_only_meetings_that_decide_are_meetings() -> None:
    held = series(meetings("2026-02-06"), "fomc_meeting")
    assert held.to_dict() == {
        utc("2017-11-01"): 2.0,
        utc("2020-03-15"): 1.0,
        utc("2025-12-10"): 2.0,
        utc("2026-01-28"): 2.0,
    }


def test_days_ahead_are_counted_from_the_day_asked() -> None:
    frame = meetings("2025-12-09")
    assert series(frame, "fomc_days_ahead", "FOMC1").to_dict() == {utc("2025-12-09"): 1.0}
    assert series(frame, "fomc_days_ahead", "FOMC2").to_dict() == {utc("2025-12-09"): 50.0}
    assert series(frame, "fomc_meeting").index.max() == utc("2020-03-15")
    assert set(frame["entity"]) == {"federal_reserve"}


def test_on_the_day_of_the_decision_it_is_no_day_ahead_and_held() -> None:
    frame = meetings("2025-12-10")
    assert series(frame, "fomc_days_ahead", "FOMC1").to_dict() == {utc("2025-12-10"): 0.0}
    assert series(frame, "fomc_meeting")[utc("2025-12-10")] == 2.0


def test_eight_meetings_ahead_are_kept_and_fewer_where_fewer_are_announced() -> None:
    year = [row for month in range(1, 13) for row in meeting(month=f"2024-{month:02d}", days="3")]
    ahead = meetings("2024-01-04", year)["asset"]
    assert set(ahead) == {"FOMC", *(f"FOMC{place}" for place in range(1, 9))}
    assert set(meetings("2024-12-31", year)["asset"]) == {"FOMC"}


@pytest.mark.parametrize(
    ("month", "days", "decided", "length"),
    [
        ("2024-04", "30-1", "2024-05-01", 2),
        ("2024-05", "30-1", "2024-05-01", 2),
        ("2019-05", "30 – 1", "2019-05-01", 2),
        ("2024-06", "31-1", "2024-06-01", 2),
        ("2023-01", "31-1", "2023-02-01", 2),
        ("2024-12", "31-1", "2025-01-01", 2),
        ("2024-07", "30,31", "2024-07-31", 2),
        ("2024-05", "1", "2024-05-01", 1),
    ],
)
def test_a_meeting_decides_on_its_last_day_whichever_month_it_stands_in(month: str, days: str, decided: str, length: int) -> None:
    assert series(meetings("2026-01-01", meeting(month=month, days=days)), "fomc_meeting").to_dict() == {utc(decided): length}


def test_a_meeting_named_together_with_its_press_conference_is_a_meeting() -> None:
    frame = meetings("2026-01-01", meeting(title="FOMC Meeting and Press Conference"))
    assert series(frame, "fomc_meeting").to_dict() == {utc("2024-05-01"): 1.0}


def test_a_meeting_listed_twice_is_one() -> None:
    events = CALENDAR["events"]
    pd.testing.assert_frame_equal(meetings(events=events[::-1] + events[:1]), meetings(events=events))


@pytest.mark.parametrize(
    "events",
    [
        None,
        {"title": "FOMC Meeting"},
        meeting(days="27-30"),
        meeting(days="30-2"),
        meeting(days="45"),
        meeting(days=""),
        meeting(month="May 2024"),
        meeting(title="Beige Book"),
        [{"name" if key == "title" else key: word for key, word in row.items()} for row in CALENDAR["events"]],
    ],
)
def test_a_calendar_of_another_shape_is_noticed(events: Any) -> None:
    with pytest.raises(PayloadChanged):
        meetings(events=events)


def test_a_calendar_without_events_is_nothing_published() -> None:
    with pytest.raises(NothingPublished):
        meetings(events=[])


def test_a_calendar_asked_in_the_future_is_refused() -> None:
    with pytest.raises(ContractBroken, match="future"):
        meetings("2095-01-01", meeting(month="2095-02", days="1-2"))


def test_the_calendar_is_one_request_and_remembers_the_day_it_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    questions: list[str] = []

    def answer(url: str) -> Any:
        questions.append(url)
        return {"events": deepcopy(CALENDAR["events"]), "announcement": []}

    monkeypatch.setattr("data_sources.wire.json", answer)
    got = federal_reserve.fetch_calendar("FOMC", utc("2025-12-01"), utc("2025-12-09T23:59"))
    assert got == CALENDAR
    assert questions == ["https://www.federalreserve.gov/json/calendar.json"]


def test_an_answer_that_is_no_calendar_is_noticed_when_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data_sources.wire.json", lambda url: ["maintenance"])
    got = federal_reserve.fetch_calendar("FOMC", utc("2025-12-01"), utc("2025-12-09"))
    with pytest.raises(PayloadChanged):
        read(federal_reserve.parse_calendar, got, "FOMC")
