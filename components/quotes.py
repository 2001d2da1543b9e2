"""Quotes: figures of others beside our own, always in quotation marks, with their day, publisher and link."""

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING

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


def table(quotes: Iterable["Quote"], caption: str = "What others said, as they said it") -> str:
    """Write quotes as a table of their own; empty where there are none."""
    rows = "".join(
        f'<tr><td style="min-width:10rem">{escape(quote.name)} {MARK}</td><td class="fl-num">{escape(amount(quote))}</td>'
        f'<td class="fl-gray">{escape(about(quote))}</td><td class="fl-gray">{linked(quote.publisher, quote.link)}</td>'
        f'<td class="fl-wide">{escape(quote.note)}</td></tr>'
        for quote in quotes
    )
    if not rows:
        return ""
    head = "<tr><th>quoted fact</th><th class=fl-num>value</th><th>about</th><th>publisher</th><th>to be read with</th></tr>"
    title = f'<p class="fl-caption">{escape(caption)}</p>'
    return f'{title}<div class="fl-scroll"><table class="fl-table"><thead>{head}</thead><tbody>{rows}</tbody></table></div>'
