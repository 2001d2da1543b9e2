"""alternative.me's answers: the crypto fear and greed index."""

from copy import deepcopy
from typing import Any

import pandas as pd
import pytest

from data_sources import alternative_me
from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged, SourceUnavailable
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload

ANSWER = payload("alternative_me_index.json")


def index(rows: Any = ANSWER["data"]) -> pd.DataFrame:
    return read(alternative_me.parse_index, ANSWER | {"data": rows}, "CRYPTO")


def changed(**cells: Any) -> list[dict[str, Any]]:
    """The readings, with another newest one."""
    return [ANSWER["data"][0] | cells, *deepcopy(ANSWER["data"][1:])]


def asked(monkeypatch: pytest.MonkeyPatch, start: str, end: str, answer: Any = ANSWER) -> list[tuple[str, dict[str, Any]]]:
    questions: list[tuple[str, dict[str, Any]]] = []

    def wire(url: str, params: dict[str, Any], judge: Any) -> Any:
        questions.append((url, params))
        judge(answer, "")
        return answer

    monkeypatch.setattr("data_sources.wire.json", wire)
    assert alternative_me.fetch_index("CRYPTO", utc(start), utc(end)) == answer
    return questions


def test_a_reading_stands_at_the_beginning_of_its_day() -> None:
    frame = index()
    assert set(frame["entity"]) == {"alternative.me"}
    assert set(frame[["measure", "asset"]].itertuples(index=False, name=None)) == {("fear_greed", "CRYPTO")}
    values = frame.set_index("time")["value"]
    assert values[utc("2024-10-27")] == 74.0
    assert values[utc("2024-10-24")] == 69.0


def test_a_day_that_was_never_published_is_no_row() -> None:
    assert utc("2024-10-26") not in set(index()["time"])


def test_repeated_and_disordered_rows_make_the_same_frame() -> None:
    pd.testing.assert_frame_equal(index(ANSWER["data"][::-1] + ANSWER["data"][:3]), index())


@pytest.mark.parametrize("gap", [None, "", "NaN"])
def test_a_reading_without_a_number_is_no_row(gap: str | None) -> None:
    assert index(changed(value=gap))["time"].max() == utc("2024-10-28")


def test_no_readings_are_nothing_published() -> None:
    with pytest.raises(NothingPublished):
        index([])


@pytest.mark.parametrize(
    "rows",
    [
        None,
        [{"score": row["value"], "timestamp": row["timestamp"]} for row in ANSWER["data"]],
        changed(timestamp="10-29-2024"),
        changed(timestamp="1730160000000"),
        changed(timestamp="1730163600"),
        changed(value="Greed"),
    ],
    ids=["no rows", "renamed", "a date", "milliseconds", "off the day", "a word"],
)
def test_another_shape_is_noticed(rows: Any) -> None:
    with pytest.raises(PayloadChanged):
        index(rows)


@pytest.mark.parametrize("cells", [{"timestamp": "3786912000"}, {"value": "101"}])
def test_a_reading_of_the_future_and_one_above_100_are_refused(cells: dict[str, str]) -> None:
    with pytest.raises(ContractBroken):
        index(changed(**cells))


def test_a_week_asks_for_little_more_than_a_week(monkeypatch: pytest.MonkeyPatch) -> None:
    # the range lies ahead, so that the clock does not matter
    questions = asked(monkeypatch, "2095-01-01T09:30", "2095-01-08T03:00")
    assert questions == [("https://api.alternative.me/fng/", {"limit": 9, "format": "json"})]


def test_a_range_that_ended_long_ago_is_reached_from_today(monkeypatch: pytest.MonkeyPatch) -> None:
    ((_, params),) = asked(monkeypatch, "2024-10-01", "2024-10-08")
    today = pd.Timestamp.now("UTC").normalize()
    assert today - pd.Timedelta(days=params["limit"] - 1) <= utc("2024-10-01")


def test_the_beginning_is_asked_for_with_a_limit_of_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [params["limit"] for _, params in asked(monkeypatch, "2010-01-01", "2026-02-06")] == [0]


def test_an_error_inside_a_good_answer_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceUnavailable, match="out of order"):
        asked(monkeypatch, "2026-02-01", "2026-02-06", {"data": [], "metadata": {"error": "out of order"}})
