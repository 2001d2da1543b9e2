"""Facts about quoted facts: each has a home, a day and a publisher, none is shown before it was known, all look quoted."""

import pandas as pd
import pytest

from components import quotes as shown
from components.frame import PAGES
from indicators import quotes
from indicators.quotes import QUOTES, Quote
from indicators.readings import READINGS
from tests.held import utc

ARTICLES = {
    (96e9, "2025-11-18"), (160e9, "2025-11"), (7e9, "2025-11-18"), (10, "2025-11-21"), (9e9, "2025-11-19"), (2.8e9, "2025-11-19"),
    (8.8e9, "2025-11-19"), (59e9, "2025-11-19"), (815_000, "2025-11-20"), (80_000, "2026-02-06"), (70e9, "2025-10-10"),
    (58e9, "2025-10-10"), (94_000, "2025-11"), (713_502, "2026-02-01"), (49.66e9, "2026-02-05"), (4.6e9, "2026-02-05"),
    (0.817, "2026-02-05"), (9e9, "2025-12"),
}  # fmt: skip


@pytest.mark.parametrize("quote", QUOTES, ids=lambda quote: f"{quote.name}, {quote.date}")
def test_every_quote_has_a_day_a_publisher_and_a_page(quote: Quote) -> None:
    assert quote.name[0].isupper()
    assert quote.publisher
    assert quote.link == "" or quote.link.startswith("https://")
    assert quote.page in {page.name for page in PAGES}
    assert quote.unit.startswith("USD") or quote.unit in shown.FORMS
    assert quote.day.strftime("%Y-%m-%d").startswith(quote.date)
    assert not quote.note or quote.note.endswith(".")


def test_what_the_articles_say_has_its_home() -> None:
    assert {(quote.value, quote.date) for quote in QUOTES} >= ARTICLES


def test_a_quote_is_not_known_before_it_was_published() -> None:
    assert quotes.quoted(quotes.MSCI_OUTFLOW, utc("2025-11-19")) is None
    known = quotes.quoted(quotes.MSCI_OUTFLOW, utc("2025-11-20"))
    assert known is not None
    assert (known.value, known.day) == (2.8e9, utc("2025-11-19"))


def test_a_month_is_known_when_it_is_over() -> None:
    quote = Quote("A", 1.0, "USD", "2025-11", "somebody", "")
    assert quote.day == quote.known == utc("2025-11-30")
    assert shown.about(quote) == "Nov 2025"


def test_the_latest_of_several_is_taken() -> None:
    known = quotes.quoted(quotes.SPX_MARKET_VALUE, utc("2025-11-20"))
    assert known is not None
    assert known.value == 59.32e12
    assert quotes.quoted("Price of the moon", utc("2025-11-20")) is None


def test_a_page_gets_its_own_quotes_newest_first() -> None:
    days = [quote.day for quote in quotes.of_page("treasuries", utc("2026-02-05"))]
    assert days == sorted(days, reverse=True)
    assert quotes.of_page("treasuries", utc("2025-11-01")) == []


@pytest.mark.parametrize(
    ("value", "unit", "said", "told"),
    [
        (2.8e9, "USD", "about", "“about $2.8 bn”"),
        (59e9, "USD", "", "“$59 bn”"),
        (160e9, "USD", "", "“$160 bn”"),
        (76_052, "USD/BTC", "", "“$76,052”"),
        (80_000, "USD/BTC", "", "“$80,000”"),
        (815_000, "BTC", "", "“815,000 BTC”"),
        (10, "contracts", "fewer than", "“fewer than 10 contracts”"),
        (0.817, "fraction", "", "“81.7%”"),
        (0.5, "fraction/year", "", "“50% a year”"),
        (0.54, "ratio", "", "“0.54”"),
        (1.1, "multiple", "about", "“about 1.1×”"),
    ],
)
def test_a_quote_stands_in_quotation_marks_with_the_digits_it_was_published_with(
    value: float, unit: str, said: str, told: str
) -> None:
    assert shown.amount(Quote("A", value, unit, "2025-11-20", "somebody", "", said=said)) == told


def test_a_table_of_quotes_names_publisher_and_day_and_escapes_both() -> None:
    html = shown.table([Quote("A <b>", 59e9, "USD", "2025-11-19", "J & P", "https://example.org/?a=1&b=2", note="Read it.")])
    for part in ("A &lt;b&gt;", "“$59 bn”", "19 Nov 2025", "J &amp; P", "a=1&amp;b=2", "Read it.", "quoted"):
        assert part in html, part
    assert shown.table([]) == ""
    assert "<a " not in shown.table([Quote("A", 1.0, "USD", "2025-11-19", "the press", "")])


def test_a_quote_in_a_sentence_names_who_and_when() -> None:
    quote = Quote("A", 9e9, "USD", "2025-11-19", "JPMorgan", "", said="about")
    assert shown.told(quote) == "“about $9 bn” (JPMorgan, 19 Nov 2025)"
    assert shown.told(None) == "nothing quoted"


def test_a_quote_stands_beside_what_the_board_reckons_for_its_day() -> None:
    (holdings,) = (quote for quote in QUOTES if quote.name == "Strategy's holdings" and quote.value == 713_502)
    days = pd.to_datetime(["2026-01-25", "2026-02-01"], utc=True)
    series = {"mstr_holdings": pd.Series([712_647.0, 713_502.0], index=days)}
    assert shown.reckoned(holdings, series) == "713,502 on 01 Feb 2026, the same"
    assert shown.reckoned(holdings, {"mstr_holdings": series["mstr_holdings"][:1]}) == "712,647 on 25 Jan 2026, −0.1%"
    assert shown.reckoned(holdings, {}) == "—"


def test_a_sale_quoted_without_its_sign_is_held_against_its_size() -> None:
    (sales,) = (quote for quote in QUOTES if quote.name.startswith("Retail sales of spot BTC and ETH"))
    flows = {"crypto_etf_flow_mtd": pd.Series([-3.9934e9], index=pd.to_datetime(["2025-11-17"], utc=True))}
    assert shown.reckoned(sales, flows) == "−$3.99 bn on 17 Nov 2025, −0.2%"


def test_what_is_too_old_is_not_held_against_a_quote() -> None:
    (cost,) = (quote for quote in QUOTES if quote.name == "Strategy's average cost")
    old = {"mstr_average_cost": pd.Series([75_000.0], index=pd.to_datetime(["2025-06-30"], utc=True))}
    assert shown.reckoned(cost, old) == "—"
    assert all(name in READINGS for name in shown.RECKONED.values())
    assert set(shown.RECKONED) <= {quote.name for quote in QUOTES}
