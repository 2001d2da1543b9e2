"""Exchanges that stand for each other make up one series; who published each number stays known."""

import pandas as pd
import pytest

from data_sources.panels import Panels
from data_sources.registry import ENTITY_ORDER, INTERCHANGEABLE, PUBLISHERS
from measures import MEASURES
from tests.held import daily, frame, utc

FIRST, GAP, SECOND, LAST = (utc(f"2024-01-0{day}") for day in range(1, 5))


def closes(entity: str, values: dict[pd.Timestamp, float], measure: str = "close") -> pd.DataFrame:
    return frame(measure, "BTC", entity, pd.Series(values))


@pytest.fixture
def panels() -> Panels:
    """Binance has a gap and stops a day early, Coinbase has every day, Yahoo is no exchange."""
    whole = {FIRST: 11.0, GAP: 12.0, SECOND: 13.0, LAST: 14.0}
    return Panels(
        pd.concat(
            [
                closes("coinbase", whole),
                closes("binance", {FIRST: 1.0, SECOND: 3.0}),
                closes("yahoo", {**whole, utc("2024-01-05"): 99.0}),
                closes("coinbase", whole, "volume"),
                closes("binance", {FIRST: 1.0, SECOND: 3.0}, "volume"),
            ],
            ignore_index=True,
        )
    )


def test_where_the_first_has_no_row_the_next_ones_stands(panels: Panels) -> None:
    assert panels.series("close", "BTC").to_dict() == {FIRST: 1.0, GAP: 12.0, SECOND: 3.0, LAST: 14.0}


def test_it_is_credited_to_who_published_its_newest_row(panels: Panels) -> None:
    assert panels.publisher("close", "BTC") == "coinbase"
    assert panels.cut("2024-01-03").publisher("close", "BTC") == "binance"
    assert panels.cut("2024-01-02").publisher("close", "BTC") == "coinbase"


def test_what_one_venue_alone_measures_is_never_put_together(panels: Panels) -> None:
    assert panels.series("volume", "BTC").to_dict() == {FIRST: 1.0, SECOND: 3.0}
    assert panels.publisher("volume", "BTC") == "binance"


def test_a_cut_never_looks_ahead(panels: Panels) -> None:
    assert panels.cut("2024-01-02").series("close", "BTC").to_dict() == {FIRST: 1.0, GAP: 12.0}


def test_each_venues_own_numbers_stay_apart(panels: Panels) -> None:
    apart = panels.entities("close", "BTC")
    assert sorted(apart.columns) == ["binance", "coinbase", "yahoo"]
    assert (apart["binance"][SECOND], apart["coinbase"][SECOND]) == (3.0, 13.0)


def test_one_venue_alone_is_itself() -> None:
    alone = Panels(frame("close", "BTC", "kraken", daily([1.0, 2.0])))
    assert alone.series("close", "BTC").tolist() == [1.0, 2.0]
    assert alone.publisher("close", "BTC") == "kraken"


def test_before_the_first_row_there_is_nobody(panels: Panels) -> None:
    before = panels.cut("2023-12-31")
    assert before.series("close", "BTC").empty
    assert before.publisher("close", "BTC") is None


@pytest.mark.parametrize("measure", INTERCHANGEABLE)
def test_whoever_stands_for_another_is_a_known_publisher_in_the_same_order(measure: str) -> None:
    group = INTERCHANGEABLE[measure]
    assert measure in MEASURES
    assert set(group) <= set(PUBLISHERS)
    assert [entity for entity in ENTITY_ORDER[measure] if entity in group] == list(group)
