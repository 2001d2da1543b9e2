"""Facts about a company that holds bitcoin: cost, result, both multiples, coverage, purchases."""

import math

import pandas as pd
import pytest

from indicators import treasuries
from tests.held import daily, utc

DAY = "2026-02-05"


def filed(value: float, day: str = "2026-02-01") -> pd.Series:
    return daily([value], day)


HOLDINGS, COST = filed(713_502), filed(54.26e9)
MULTIPLE = {
    "share_price": filed(158.45, DAY), "shares_outstanding": filed(3e8), "debt": filed(8e9), "preferred": filed(8e9),
    "cash": filed(2.25e9), "holdings": HOLDINGS, "close": filed(92_000, DAY),
}  # fmt: skip


def test_the_average_cost_of_february_2026_is_the_filed_one_to_its_rounding() -> None:
    average = treasuries.average_cost(HOLDINGS, COST).iloc[-1]
    assert average == pytest.approx(76_047, abs=1)
    assert average == pytest.approx(76_052, abs=7), "54.26 bn is rounded to ten million: seven dollars a coin"


def test_at_69600_the_coins_are_worth_49_66_bn_and_4_6_bn_less_than_they_cost() -> None:
    close = filed(69_600, DAY)
    worth = HOLDINGS.iloc[-1] * close.iloc[-1]
    assert worth == pytest.approx(49.66e9, rel=1e-4)
    assert treasuries.unrealized(HOLDINGS, COST, close).iloc[-1] == pytest.approx(-4.60e9, abs=0.005e9)
    assert treasuries.price_to_cost(HOLDINGS, COST, close).iloc[-1] == pytest.approx(-0.085, abs=0.0005)


def test_enterprise_value_is_market_value_and_debt_and_preferred_less_cash() -> None:
    value = treasuries.mnav(**MULTIPLE).iloc[-1]
    assert value == pytest.approx((3e8 * 158.45 + 8e9 + 8e9 - 2.25e9) / (713_502 * 92_000))
    assert treasuries.premium(*MULTIPLE.values()).iloc[-1] == pytest.approx(value - 1)
    shares = {name: MULTIPLE[name] for name in ("share_price", "shares_outstanding", "holdings", "close")}
    assert treasuries.mnav_market(**shares).iloc[-1] == pytest.approx(3e8 * 158.45 / (713_502 * 92_000))


@pytest.mark.parametrize(("enterprise", "coins", "close", "told"), [
    (62.9e9, 673_783, 92_000, 1.01), (50.4e9, 851_667, 60_000, 0.986),
])  # fmt: skip
def test_published_multiples(enterprise: float, coins: float, close: float, told: float) -> None:
    inputs = MULTIPLE | {"share_price": filed(100, DAY), "shares_outstanding": filed((enterprise - 13.75e9) / 100)}
    inputs |= {"holdings": filed(coins), "close": filed(close, DAY)}
    assert treasuries.mnav(**inputs).iloc[-1] == pytest.approx(told, abs=0.005)


@pytest.mark.parametrize("missing", MULTIPLE)
def test_the_multiple_is_not_known_without_any_of_its_numbers(missing: str) -> None:
    assert treasuries.mnav(**MULTIPLE | {missing: daily([])}).isna().all()


@pytest.mark.parametrize("nothing", ["holdings", "close"])
def test_coins_worth_nothing_have_no_multiple(nothing: str) -> None:
    assert treasuries.mnav(**MULTIPLE | {nothing: MULTIPLE[nothing] * 0}).isna().all()


def test_a_filing_of_today_is_worth_what_both_last_closed_at() -> None:
    today = {name: filed(values.iloc[0], "2026-02-07") for name, values in MULTIPLE.items()}
    inputs = today | {name: MULTIPLE[name] for name in ("share_price", "close")}
    assert treasuries.mnav(**inputs).dropna().index.tolist() == [utc("2026-02-07")]


def test_a_price_stands_for_a_long_weekend_and_a_filing_for_a_quarter() -> None:
    days = daily([92_000.0] * 200, DAY)
    assert treasuries.mnav(**MULTIPLE | {"close": days}).dropna().index[-1] == utc("2026-02-10")
    priced = MULTIPLE | {"close": days, "share_price": daily([150.0] * 200, DAY)}
    assert treasuries.mnav(**priced).dropna().index[-1] == utc("2026-02-01") + treasuries.CARRIED


def test_coverage_is_one_where_the_coins_just_pay_what_comes_first() -> None:
    inputs = {name: MULTIPLE[name] for name in ("debt", "preferred", "cash", "holdings", "close")}
    worth = 713_502 * 92_000
    assert treasuries.coverage(**inputs).iloc[-1] == pytest.approx(worth / 13.75e9)
    assert treasuries.coverage(**inputs | {"debt": filed(worth - 8e9 + 2.25e9)}).iloc[-1] == pytest.approx(1)
    assert treasuries.coverage(**inputs | {"cash": filed(99e9)}).isna().all(), "cash covers everything"


def test_a_purchase_is_a_change_of_the_count_and_small_ones_have_no_price() -> None:
    days = pd.DatetimeIndex(["2026-01-11", "2026-01-19", "2026-01-25", "2026-02-01", "2026-02-02"], tz="UTC").as_unit("us")
    held = pd.Series([687_410.0, 709_715, 709_715, 710_570, 710_560], index=days)
    cost = pd.Series([51.80e9, 53.92e9, 53.92e9, 54.00e9, 54.00e9], index=days)
    bought = treasuries.purchases(held, cost, daily([90_000.0] * 60, "2026-01-01"))
    assert bought["coins"].tolist() == [22_305, 855]
    assert bought["paid"].iloc[0] == pytest.approx(95_046, abs=1)
    assert math.isnan(bought["paid"].iloc[1]), "ten million of rounding are 13% of it"
    assert bought["close"].tolist() == [90_000, 90_000]


def test_without_filings_nothing_was_bought() -> None:
    assert treasuries.purchases(daily([]), daily([]), daily([1.0])).empty
    assert treasuries.purchases(HOLDINGS, COST, daily([])).empty


def test_share_and_bitcoin_start_at_one_on_their_first_common_day() -> None:
    both = treasuries.against(daily([4.0, 8.0], "2024-01-02"), daily([1.0, 2.0, 3.0]), utc("2024-01-01"), utc("2024-01-09"))
    assert both.index[0] == utc("2024-01-02")
    assert both["share"].tolist() == [1, 2]
    assert both["coin"].tolist() == [1, 1.5]
    assert treasuries.against(daily([]), daily([1.0]), utc("2024-01-01"), utc("2024-01-09")).empty


def test_a_company_is_what_was_known_on_the_day() -> None:
    known = {name: filed(float(number)) for number, name in enumerate(treasuries.FILED, 1)}
    share, coin = daily([100.0, 200.0], DAY), daily([7e4, 8e4], DAY)
    company = treasuries.company(share, coin, known, utc(DAY))
    assert (company.price, company.coin, company.holdings, company.cost) == (100, 7e4, 1, 2)
    assert (company.market_value, company.coins_value, company.claims) == (300, 7e4, 4 + 5 - 6)
    assert math.isnan(treasuries.company(share, coin, known, utc("2026-01-31")).holdings)
    assert math.isnan(treasuries.company(share, coin, known, utc("2026-03-01")).price), "a month old"
