"""CNN's answers: the index of fear and greed on the US stock market and two of its parts."""

from copy import deepcopy
from typing import Any

import pandas as pd
import pytest

from data_sources import cnn
from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload

ANSWER = payload("cnn_index.json")
INDEX = "fear_and_greed_historical"


def index(answer: Any = ANSWER) -> pd.DataFrame:
    return read(cnn.parse_index, answer, "US_EQUITY")


def series(frame: pd.DataFrame, measure: str) -> dict[Any, float]:
    return frame[frame["measure"] == measure].set_index("time")["value"].to_dict()


def with_points(part: str, points: Any) -> dict[str, Any]:
    answer = deepcopy(ANSWER)
    answer[part]["data"] = points
    return answer


def test_index_and_ratio_are_the_markets_and_the_spread_is_the_countrys() -> None:
    assert set(index()[["measure", "asset", "entity"]].itertuples(index=False, name=None)) == {
        ("fear_greed", "US_EQUITY", "cnn"),
        ("put_call_volume", "US_EQUITY", "cnn"),
        ("high_yield_spread", "US", "cnn"),
    }


def test_a_midnight_is_the_date_it_says_and_the_running_session_replaces_its_own() -> None:
    assert series(index(), "fear_greed") == {utc("2021-02-01"): 43.4, utc("2026-02-05"): 34.9, utc("2026-02-06"): 45.4}


def test_a_point_after_midnight_utc_belongs_to_new_yorks_date() -> None:
    assert max(series(index(), "high_yield_spread")) == utc("2026-02-06")


def test_the_spread_comes_in_percent_and_becomes_a_fraction() -> None:
    assert series(index(), "high_yield_spread")[utc("2021-02-01")] == pytest.approx(0.0219)


def test_placeholders_before_february_2021_are_left_out_and_a_null_is_no_row() -> None:
    assert series(index(), "put_call_volume") == {utc("2021-02-01"): 0.51, utc("2026-02-06"): 0.8}


def test_repeated_and_disordered_points_make_the_same_frame() -> None:
    points = ANSWER[INDEX]["data"]
    pd.testing.assert_frame_equal(index(with_points(INDEX, points[-3:] + points[::-1])), index())


@pytest.mark.parametrize("points", [[], ANSWER[INDEX]["data"][:1]], ids=["none", "placeholders only"])
def test_one_part_without_points_is_a_failure_and_not_a_shorter_frame(points: list[Any]) -> None:
    with pytest.raises(NothingPublished):
        index(with_points(INDEX, points))


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {name: part for name, part in ANSWER.items() if name != "junk_bond_demand"},
        with_points(INDEX, [{"time": row["x"], "y": row["y"]} for row in ANSWER[INDEX]["data"]]),
        with_points(INDEX, [[row["x"], row["y"]] for row in ANSWER[INDEX]["data"]]),
        with_points(INDEX, [{"x": row["x"] / 1000, "y": row["y"]} for row in ANSWER[INDEX]["data"]]),
        with_points(INDEX, [{"x": 1770249600000.0, "y": "fear"}]),
    ],
    ids=["no object", "a part gone", "renamed", "pairs", "seconds", "a word"],
)
def test_another_shape_is_noticed(answer: Any) -> None:
    with pytest.raises(PayloadChanged):
        index(answer)


def test_a_point_of_the_future_is_refused() -> None:
    with pytest.raises(ContractBroken, match="future"):
        index(with_points(INDEX, [*ANSWER[INDEX]["data"], {"x": 3786912000000.0, "y": 40.0}]))


@pytest.mark.parametrize(("start", "first"), [("1990-01-01", "2020-09-19"), ("2026-01-30", "2026-01-30")])
def test_one_request_begins_where_wanted_and_never_before_cnn_answers(
    monkeypatch: pytest.MonkeyPatch, start: str, first: str
) -> None:
    questions: list[str] = []

    def answer(url: str) -> Any:  # takes no headers: we say who we are, and nothing else
        questions.append(url)
        return ANSWER

    monkeypatch.setattr("data_sources.wire.json", answer)
    assert cnn.fetch_index("US_EQUITY", utc(start), utc("2026-02-06")) == ANSWER
    assert questions == [f"https://production.dataviz.cnn.io/index/fearandgreed/graphdata/{first}"]
