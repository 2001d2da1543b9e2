"""Quotes: figures of others beside our own, always in quotation marks, with their day, publisher and link."""

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from components import sentences

if TYPE_CHECKING:
    from indicators.quotes import Quote

FORMS: Mapping[str, str] = {
    "BTC": "{:,.0f} BTC", "ETH": "{:,.0f} ETH", "contracts": "{:,.0f} contracts", "fraction": "{:.1%}",
    "fraction/year": "{:.0%} a year",
    "ratio": "{:.2f}", "multiple": "{:.2f}×", "0–100": "{:.0f}",
}
"""How an amount of each unit is printed; dollars are money."""
ZEROS = re.compile(r"\.0+\b|(\.\d*?[1-9])0+\b")
"""Decimals that nobody published: $59.00 bn is $59 bn."""
RECKONED: Mapping[str, str] = {
    "Strategy's holdings": "mstr_holdings", "Strategy's average cost": "mstr_average_cost",
    "Strategy's loss on paper": "mstr_unrealised", "Strategy's mNAV": "mstr_mnav",
    "Production cost of bitcoin": "btc_production_cost", "Odds of a Fed cut in December 2025": "cut_odds_next",
    "Retail sales of spot BTC and ETH funds, month to date": "crypto_etf_flow_mtd",
    "Implied volatility of bitcoin in its year": "btc_dvol_percentile_1y",
}
"""Quoted fact to the reading that reckons the same thing."""
DAY, NEAR, MONTH = pd.Timedelta(days=1), pd.Timedelta(days=7), pd.Timedelta(days=31)
"""How far before a quote's day, and its month's end, a reading may lie to be held against it."""
SAME = 5e-5
MARK = '<span class="fl-chip fl-unknown" title="What somebody published, not what this board computed">quoted</span>'


def amount(quote: "Quote") -> str:
    """Print a quoted figure in quotation marks, limited as its publisher limits it: “about $9.00 bn”."""
    number = sentences.money(quote.value) if quote.unit.startswith("USD") else FORMS[quote.unit].format(quote.value)
    number = ZEROS.sub(r"\1", number)
    return f"“{quote.said} {number}”" if quote.said else f"“{number}”"


def about(quote: "Quote") -> str:
    """Say the day a quote is about, or the month where its publisher gave no day."""
    return f"{quote.day:%b %Y}" if len(quote.date) == len("2025-11") else sentences.day(quote.day)


def told(quote: "Quote | None") -> str:
    """Say one quote within a sentence; "nothing quoted" where nobody had said it by then."""
    return "nothing quoted" if quote is None else f"{amount(quote)} ({quote.publisher}, {about(quote)})"


def linked(name: str, link: str) -> str:
    """Write a publisher as HTML, with its page where one is known."""
    return f'<a href="{escape(link)}" target="_blank">{escape(name)}</a>' if link else escape(name)


def table(
    quotes: Iterable["Quote"], series: Mapping[str, pd.Series] | None = None, caption: str = "What others said, as they said it"
) -> str:
    """Write quotes as a table of their own, beside each what this board reckons for that day; empty where there are none."""
    rows = "".join(
        f'<tr><td style="min-width:10rem">{escape(quote.name)} {MARK}</td><td class="fl-num">{escape(amount(quote))}</td>'
        f'<td class="fl-gray">{escape(about(quote))}</td><td class="fl-gray">{linked(quote.publisher, quote.link)}</td>'
        f'<td class="fl-gray">{escape(reckoned(quote, series or {}))}</td><td class="fl-wide">{escape(quote.note)}</td></tr>'
        for quote in quotes
    )
    if not rows:
        return ""
    names = "<th>about</th><th>publisher</th><th>reckoned here, and how far from it</th><th>to be read with</th>"
    title = f'<p class="fl-caption">{escape(caption)}</p>'
    head = f"<tr><th>quoted fact</th><th class=fl-num>value</th>{names}</tr>"
    return f'{title}<div class="fl-scroll"><table class="fl-table"><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def reckoned(quote: "Quote", series: Mapping[str, pd.Series]) -> str:
    """Say what the board itself reckons for a quote's day, and how much larger or smaller that is; a dash where it does not.

    Of a month the last day held of it counts. Sizes are compared: a sale is quoted without its sign.
    """
    name = RECKONED.get(quote.name, "")
    if name not in series:
        return sentences.NO_VALUE
    known = series[name][: quote.day + DAY - pd.Timedelta(1, "us")].dropna()
    if known.empty or known.index[-1].normalize() < quote.day - (MONTH if len(quote.date) == len("2025-11") else NEAR):
        return sentences.NO_VALUE
    apart = abs(float(known.iloc[-1]) / quote.value) - 1
    text = f"{sentences.reading(float(known.iloc[-1]), name)} on {sentences.day(known.index[-1])}"
    return f"{text}, {sentences.percent(apart, signed=True)}" if abs(apart) >= SAME else f"{text}, the same"
