"""Strategy's own board: what is printed, what follows from it, and of which day it is."""

from typing import Any

import pandas as pd
import pytest

from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged
from data_sources.reading import read
from data_sources.strategy import fetch_kpis, parse_kpis
from tests.frames import utc
from tests.recorded import payload


@pytest.fixture
def kpis() -> Any:
    return payload("strategy_kpis.json")


def values(answer: Any) -> pd.Series:
    frame = read(parse_kpis, answer, "MSTR")
    assert set(zip(frame["asset"], frame["entity"], strict=True)) == {("MSTR", "strategy")}
    return frame.set_index(["measure", "time"])["value"]


def test_money_in_millions_becomes_dollars(kpis: Any) -> None:
    assert values(kpis)["debt", utc("2025-11-23")] == 8_214_000_000
    assert values(kpis)["preferred", utc("2025-11-23")] == 7_755_000_000


def test_cash_covers_so_many_months_of_dividends(kpis: Any) -> None:
    assert values(kpis)["cash", utc("2025-11-24")] == 1_440_016_667


def test_coins_follow_from_their_value_to_the_nearest_ten(kpis: Any) -> None:
    assert values(kpis)["holdings", utc("2025-11-24")] == 649_880


def test_coins_that_are_printed_are_taken_as_printed(kpis: Any) -> None:
    kpis["bitcoin"]["results"]["btcHoldings"] = "649,870"
    assert values(kpis)["holdings", utc("2025-11-24")] == 649_870


def test_shares_follow_from_their_value_to_the_nearest_ten_thousand(kpis: Any) -> None:
    assert values(kpis)["shares_outstanding", utc("2025-11-23")] == 287_330_000


def test_a_stamp_in_milliseconds_dates_an_answer(kpis: Any) -> None:
    kpis["bitcoin"]["results"]["msTimestamp"] = 1763855999000
    kpis["company"][1]["msTimeStamp"] = 1763769600000
    days = values(kpis).index.to_frame().set_index("measure")["time"]
    assert days["holdings"] == utc("2025-11-22")
    assert days["debt"] == utc("2025-11-22")


def test_an_answer_without_a_time_is_of_the_day_it_was_asked_for(kpis: Any) -> None:
    del kpis["company"][1]["timeStampUtc"]
    assert set(values(kpis).index.get_level_values("time")) == {utc("2025-11-24")}


def test_a_percentage_is_not_money(kpis: Any) -> None:
    kpis["company"][1]["debt"] = "8.21%"
    with pytest.raises(PayloadChanged):
        values(kpis)


@pytest.mark.parametrize("gap", [None, "", "-"])
def test_a_field_without_a_number_is_refused(kpis: Any, gap: Any) -> None:
    kpis["company"][1]["pref"] = gap
    with pytest.raises(PayloadChanged):
        values(kpis)


@pytest.mark.parametrize("key", ["ufPrice", "btcNavNumber", "totalAnnualDividends", "usdMonthsOfDividends"])
def test_a_field_that_left_the_bitcoin_board_is_refused(kpis: Any, key: str) -> None:
    del kpis["bitcoin"]["results"][key]
    with pytest.raises(PayloadChanged):
        values(kpis)


@pytest.mark.parametrize("key", ["company", "ufPrice", "marketCap", "debt", "pref"])
def test_a_field_that_left_the_list_of_securities_is_refused(kpis: Any, key: str) -> None:
    for row in kpis["company"]:
        row.pop(key, None)
    with pytest.raises(PayloadChanged):
        values(kpis)


def test_a_price_of_nothing_divides_nothing(kpis: Any) -> None:
    kpis["company"][1]["ufPrice"] = 0
    with pytest.raises(PayloadChanged):
        values(kpis)


def test_a_list_without_the_company_publishes_nothing(kpis: Any) -> None:
    kpis["company"] = []
    with pytest.raises(NothingPublished):
        values(kpis)


def test_other_securities_are_not_the_companys_share(kpis: Any) -> None:
    kpis["company"][1]["company"] = "STRC"
    with pytest.raises(NothingPublished):
        values(kpis)


def test_the_company_twice_changes_nothing(kpis: Any) -> None:
    expected = values(kpis)
    kpis["company"] = [*reversed(kpis["company"]), kpis["company"][1]]
    pd.testing.assert_series_equal(values(kpis), expected)


def test_an_answer_of_the_future_is_refused(kpis: Any) -> None:
    kpis["bitcoin"]["results"]["msTimestamp"] = 4_000_000_000_000
    with pytest.raises(ContractBroken):
        values(kpis)


def test_two_questions_make_one_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(url: str) -> str:
        asked.append(url)
        return url[-11:]

    monkeypatch.setattr("data_sources.wire.json", answer)
    end = utc("2025-11-24T23:30")
    assert fetch_kpis("MSTR", end - pd.Timedelta("7D"), end) == {
        "asked": "2025-11-24",
        "bitcoin": "bitcoinKpis",
        "company": "mstrKpiData",
    }
    assert asked == ["https://api.strategy.com/btc/bitcoinKpis", "https://api.strategy.com/btc/mstrKpiData"]
