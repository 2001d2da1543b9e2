"""Do buyers of stocks sell crypto? The signs of both sides by month, and two baskets of shares beside the S&P 500."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from components import charts, quotes, sentences, tiles
from components.charts import Line, Panel, Threshold
from components.sentences import count, day, listed, money, percent

if TYPE_CHECKING:
    from components.marks import Figure
    from data_sources.cached import Source
    from indicators.baskets import Basket, Comparison, Member, Standing
    from indicators.divergence import Month
    from indicators.events import Event
    from indicators.quotes import Quote

QUESTION = "Do buyers of stocks sell crypto?"
NO_SERIES = (
    "No free source that a program may ask publishes what goes into stock funds: it stands where a figure was quoted, and "
    "nowhere else is anything said about stocks."
)
SIGNS = (
    "Bitcoin and ether funds together, by month: ▲ money in, ▼ money out, … not over yet, red: more out than in any month before. "
    "Stocks: ETFs worldwide, as quoted, up to the quote's day; – no quote."
)
HINDSIGHT = (
    "The lists are ours, drawn up on {day} with the outcome known: what was a favorite earlier and failed is mostly missing, "
    "so before that day they look better than anybody's holdings were. No share is on both."
)
METHOD = (
    "Equal amounts bought at the window's first session, none traded since; closes are adjusted for splits and leave out "
    "dividends, as the index does. Relative strength is the basket's worth over the S&P 500's: 1 at the start, above it the "
    "basket has done better."
)
REFRESH = "They are asked of Yahoo with every refresh of the live board (python -m data_sources refresh yahoo_baskets)."
ROLES = ("main", "seventh")
INDEX = "S&P 500"


def sides(
    months: Sequence["Month"], chosen: Sequence["Month"], publisher: str, said: Sequence["Quote"], series: Mapping[str, pd.Series]
) -> str:
    """Write the question, its answer, the table of signs, what cannot be said, and what others said.

    Parameters
    ----------
    months : sequence of Month
    chosen : sequence of Month
        Those that ``publisher`` named as months of selling.
    publisher : str
    said : sequence of Quote
        Known on the day.
    series : mapping of reading to Series
        What the board reckons itself.
    """
    lines = [NO_SERIES, named(chosen, publisher)]
    return (
        tiles.caption(QUESTION)
        + f'<p class="fl-note"><b>{escape(answer(months))}</b></p>'
        + (signs(months) if months else "")
        + tiles.note(" ".join(line for line in lines if line))
        + quotes.table(said, series)
    )


def answer(months: Sequence["Month"]) -> str:
    """Say in one sentence whether the last month with a quote diverges, and what is not known since."""
    if not months:
        return "No answer: no flows of crypto funds are held."
    last = months[-1]
    now = f"{last.start:%B %Y}: crypto funds {_moved(last.flow)}{' so far' * last.running}"
    told = [(month, month.quote) for month in months if month.quote is not None and np.isfinite(month.by_quote)]
    if not told:
        return f"Not known for {now}, but no figure of stock funds was quoted for this month or any before."
    month, quote = told[-1]
    yes, stocks = "Yes" if month.diverges else "No", "lost" if quote.value < 0 else "took in"
    text = f"up to {day(quote.day)} crypto funds {_moved(month.by_quote)} while stock ETFs worldwide {stocks} {quotes.told(quote)}"
    if month is last:
        return f"{yes}, in {month.start:%B %Y}: {text}."
    then = f"Last known for {month.start:%B %Y}: {yes.lower()}, {text}."
    return f"Not known for {now}, but no figure of stock funds was quoted. {then}"


def _moved(amount: float) -> str:
    return f"{'lost' if amount < 0 else 'took in'} {money(abs(amount))}"


def named(months: Sequence["Month"], publisher: str) -> str:
    """Say what the months that somebody named as months of selling come to here; "" where none was named yet."""
    if not months:
        return ""
    flows = listed([f"{month.start:%B %Y} ({money(month.flow, signed=True)}{' so far' * month.running})" for month in months])
    agree = sum(month.flow < 0 for month in months)
    return (
        f"Named as months in which private investors sold their crypto funds ({publisher}), with the flows held here: {flows}. "
        f"Money left in {'each of them' if agree == len(months) else f'{agree} of {len(months)}'}."
    )


def signs(months: Sequence["Month"]) -> str:
    """Write the table of signs: a pair of rows per year, crypto funds as computed and stock funds as quoted."""
    names = [f"{pd.Timestamp(2024, month, 1):%b}" for month in range(1, 13)]
    head = "<th></th>" + "".join(f"<th class=fl-num>{name}</th>" for name in names)
    body = ""
    for year, group in groupby(months, key=lambda month: month.start.year):
        by_month = {month.start.month: month for month in group}
        rows = (("crypto", _crypto), ("stocks", _stocks))
        for name, cell in rows:
            cells = "".join(cell(by_month[at]) if at in by_month else "<td></td>" for at in range(1, 13))
            body += f"<tr><td>{year} {name}</td>{cells}</tr>"
    return (
        tiles.caption("Both sides, month by month")
        + f'<div class="fl-scroll"><table class="fl-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        + tiles.note(SIGNS)
    )


def _sign(amount: float) -> str:
    return f"{'▼' if amount < 0 else '▲'} {money(abs(amount))}" if amount else "0"


def _crypto(month: "Month") -> str:
    told = _sign(month.flow) + " …" * month.running
    meaning = f"{month.start:%B %Y}{', so far' * month.running}: {money(month.flow, signed=True)}"
    if month.record:
        told = f'<span class="fl-chip fl-extreme">{told}</span>'
    return f'<td class="fl-num{" fl-gray" * (month.flow >= 0)}" title="{escape(meaning)}">{told}</td>'


def _stocks(month: "Month") -> str:
    if month.quote is None:
        return '<td class="fl-num fl-gray" title="no figure of stock funds was quoted for this month">–</td>'
    quote = month.quote
    meaning = f"{quote.name}, {day(quote.day)}: {quote.publisher}. Crypto funds by then: {money(month.by_quote, signed=True)}."
    return f'<td class="fl-num" title="{escape(meaning)}">{"▼" if quote.value < 0 else "▲"} {escape(quotes.amount(quote))}</td>'


def beside(compared: "Comparison", fewest: int) -> str:
    """Write how the baskets did beside the index, and which shares are missing."""
    lines = [line for line in (reading(compared), *gaps(compared, fewest)) if line]
    return tiles.caption("And what became of the shares they buy?") + "".join(map(tiles.note, lines))


def reading(compared: "Comparison") -> str:
    """Say how both baskets did beside the index since the same session."""
    if not compared.known:
        return ""
    told = [(one, one.level.dropna()) for one in compared.standings if one.known]
    parts = [
        f"{one.basket.name} {percent(level.iloc[-1] / level.iloc[0] - 1, signed=True)} (relative strength "
        f"{one.strength.dropna().iloc[-1]:.2f}, {percent(abs(one.fall.dropna().iloc[-1]))} below their peak since)"
        for one, level in told
    ]
    index = compared.index.dropna()
    change = percent(index.iloc[-1] / index.iloc[0] - 1, signed=True)
    return f"From {day(index.index[0])} to {day(index.index[-1])}: {', '.join(parts)}; the {INDEX} {change}."


def gaps(compared: "Comparison", fewest: int) -> list[str]:
    """Say which shares are missing from which basket, and what that makes of it; nothing where none is."""
    nothing_held = not any(one.held for one in compared.standings)
    if nothing_held:
        return [f"No basket can be drawn: of none of the shares below is a close held at the window's start. {REFRESH}"]
    return [told for one in compared.standings for told in _gap(one, fewest)]


def _gap(one: "Standing", fewest: int) -> list[str]:
    lines = []
    if one.missing and not one.known:
        lines.append(
            f"{one.basket.name} are not drawn: no close at the window's start of {listed(one.missing)}, which leaves "
            f"{len(one.held)}; at least {fewest} are needed. A later start may bring them in."
        )
    elif one.missing:
        lines.append(
            f"{one.basket.name} without {listed(one.missing)}, of which no close is held at the window's start: what is shown "
            f"are the other {count(len(one.held), 'share')}."
        )
    if one.silent:
        last = one.level.dropna().index.max()
        lines.append(f"{one.basket.name} end on {day(last)}: since then a close of {listed(one.silent)} is missing.")
    return lines


def figure(compared: "Comparison", start: pd.Timestamp, end: pd.Timestamp, events: Sequence["Event"]) -> "Figure":
    """Draw worth, relative strength and fall from the peak of both baskets under one axis."""
    known = [(one, role) for one, role in zip(compared.standings, ROLES, strict=True) if one.known]
    worth = [Line(one.basket.name, one.level, role, ",.1f") for one, role in known]
    index = Line(INDEX, compared.index, "second", ",.1f")
    strength = [Line(one.basket.name, one.strength, role, ".2f") for one, role in known]
    falls = [Line(one.basket.name, one.fall, role, ".1%") for one, role in known]
    even = (Threshold(1, "as the index", "faint"),)
    own = Line(INDEX, compared.index / compared.index.cummax() - 1, "second", ".1%")
    strips = (
        Panel("What became of 100 put into each?", "100 at the start", (*worth, index), height=160),
        Panel("Do they beat the S&P 500? Relative strength", "basket over index", strength, even, height=110),
        Panel("How far from the peak since the start?", "drawdown", (*falls, own), height=110, tickformat=".0%"),
    )
    return charts.linked(strips, start, end, events)


def constituents(
    baskets: Sequence["Basket"], compared: "Comparison", sources: Mapping[str, "Source"], chosen: pd.Timestamp
) -> str:
    """Write who is in which basket and why, how each did since the start, and how new its close is."""
    columns = ("Share", "Basket", "since the start", "from its peak since", "Why it is in", "newest close")
    sides = ("", "", " class=fl-num", " class=fl-num", "", "")
    head = "".join(f"<th{side}>{name}</th>" for name, side in zip(columns, sides, strict=True))
    body = "".join(_member(one, basket, compared, sources[one.share]) for basket in baskets for one in basket.members)
    return (
        tiles.caption("Who is in the baskets, and why")
        + f'<div class="fl-scroll"><table class="fl-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        + tiles.note(f"{HINDSIGHT.format(day=day(chosen))} {METHOD}")
    )


def _member(one: "Member", basket: "Basket", compared: "Comparison", source: "Source") -> str:
    said = f' <a href="{escape(one.link)}" target="_blank">{escape(one.source)}, {day(one.day)}</a>' if one.link else " Our choice."
    changed, fell = (numbers.get(one.share, float("nan")) for numbers in (compared.changes, compared.falls))
    newest = "no close held"
    if source.newest is not None and source.age is not None:
        newest = f"{source.publisher}, {day(source.newest)}, {sentences.old(source.age)}"
    return (
        f"<tr><td><b>{escape(one.share)}</b></td><td>{escape(basket.name)}</td>"
        f"<td class=fl-num>{percent(changed, signed=True)}</td><td class=fl-num>{percent(fell)}</td>"
        f"<td class=fl-wide>{escape(one.reason)}{said}</td><td class=fl-gray>{escape(newest)}{tiles.feed_chip(source)}</td></tr>"
    )
