"""The strip of days: what it leads to, and that only a day of the board is a step."""

from typing import Any

import pandas as pd
import pytest

from components.days import Span, parse
from components.strip import NEWEST, content, stepped


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC").as_unit("us")


SPAN = Span(first=day("2018-01-01"), newest=day("2026-02-06"), today=day("2026-11-21"))


def steps(told: Any) -> list[pd.Timestamp | None]:
    taken: list[pd.Timestamp | None] = []
    stepped(told, SPAN, taken.append)
    return taken


def test_a_step_is_a_day_of_the_board() -> None:
    assert steps("2025-11-20") == [day("2025-11-20")]
    assert steps("2018-01-01") == [SPAN.first]


def test_the_newest_day_is_no_choice_so_that_it_stays_the_newest() -> None:
    assert steps(NEWEST) == [None]
    assert steps("2026-02-06") == [None]


@pytest.mark.parametrize(
    "told", [None, "", "2017-12-31", "2026-02-07", "2025-02-30", "now", 5, ["2025-11-20"], {}, "2025-11-20T10:00Z"]
)
def test_what_is_no_day_of_the_board_is_no_step(told: Any) -> None:
    assert steps(told) == []


def test_the_strip_leads_to_events_and_worst_days_of_the_board_only() -> None:
    told = content(parse({}, SPAN), SPAN, [day("2022-06-16"), day("2017-01-01"), day("2026-03-01")])
    assert [one for one, _, _ in told["worst"]] == ["2022-06-16"]
    dates = [one for one, _, _ in told["events"]]
    assert dates == sorted(dates)
    assert dates[0] >= "2018-01-01"
    assert "2025-11-20" in dates


def test_the_strip_says_the_day_shown_and_the_time_of_a_moment() -> None:
    assert (content(parse({}, SPAN), SPAN, [])["day"], content(parse({}, SPAN), SPAN, [])["pinned"]) == ("2026-02-06", False)
    moment = content(parse({"as_of": "2025-11-20T14:30Z"}, SPAN), SPAN, [])
    assert (moment["day"], moment["at"], moment["pinned"]) == ("2025-11-20", "14:30 UTC", True)
    assert content(parse({"as_of": "2025-11-20"}, SPAN), SPAN, [])["at"] == ""
