"""The Sources page as HTML and as CSV: tiles of states, a table of feeds, a running refresh, publishers and their terms."""

import csv
import io
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from components import feeds, sentences, tiles
from components.feeds import NONE, Feed, ago, utc

if TYPE_CHECKING:
    from data_sources.attempts import Attempt, Outcome
    from data_sources.feeds import Asking
    from data_sources.live import Run
    from data_sources.source import Need, Source

NEWS = 8
"""Results of a running refresh that are shown, the last first."""
SLOT = pd.Timedelta(hours=6)
"""One mark of the strip of questions."""
FAILURES = 2
"""Failed questions that a mark of the strip tells in full."""
MARKS = {"good": "●", "answered": "●", "failed": "×", "mixed": "◐", "unasked": "○"}
"""What a source did the last time it was asked."""
HEADS = (
    ("feed", "What the board wants, and for which assets."),
    ("state", "In one word whether to trust it; worst first."),
    ("why", "One sentence."),
    ("fetched", "When a publisher last answered with numbers."),
    ("newest", "What the newest number held is about."),
    ("next due", "When the number after it should be out; – where nothing is ever due."),
    ("who serves, of whom in order", "● answered, × failed, ○ was not asked; the one in bold gave what is held."),
    ("asked, last 7 days", "Six hours a mark: green answered, orange failed, both some of each."),
)


def states(asking: "Asking") -> str:
    """Write how many feeds are in each state, worst first, with the meaning of each: the legend of the table."""
    counts = pd.Series([one.state for one in asking.standings], dtype=object).value_counts()
    cells = ""
    for state, meaning in asking.STATES.items():
        amount = int(counts.get(state, 0))
        cells += (
            f'<div class="fl-tile fl-feed-tile{"" if amount else " fl-feed-none"}"><div class="fl-feed-count">'
            f'<b>{amount}</b>{chip(state, meaning)}</div><div class="fl-why">{escape(meaning)}</div></div>'
        )
    return f'<div class="fl-tiles fl-feed-tiles">{cells}</div>'


def chip(state: str, meaning: str) -> str:
    """Write a state; what it means is its title."""
    return f'<span class="fl-chip fl-feed-{escape(state)}" title="{escape(meaning)}">{escape(state)}</span>'


def table(asking: "Asking", needs: "Iterable[Need]", now: pd.Timestamp) -> str:
    """Write every feed as a row, worst first; feeds of one need that stand alike share one."""
    head = "".join(f'<th title="{escape(title)}">{escape(name)}</th>' for name, title in HEADS)
    body = "".join(_row(row, asking, now) for row in feeds.grouped(asking, needs))
    body = body or f'<tr><td colspan="{len(HEADS)}" class="fl-gray">none</td></tr>'
    return f'<table class="fl-table fl-feeds"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _row(row: Feed, asking: "Asking", now: pd.Timestamp) -> str:
    fetched = _clock("fetched", [one.fetched for one in row.standings], now, "Nobody has answered with numbers yet.")
    newest = _clock("newest", [one.newest for one in row.standings], now, "Nothing is held.")
    due = _clock("next due", [one.due for one in row.standings], now, "Nothing is ever due: it says how things stand when asked.")
    return (
        f'<tr class="fl-feed-row fl-feed-is-{escape(row.state)}">'
        f'<td class="fl-feed-need"><b>{escape(row.need.name)}</b> <small title="{escape(", ".join(row.assets))}">'
        f"{escape(feeds.named(row))}</small></td>"
        f'<td class="fl-feed-state">{chip(row.state, asking.STATES[row.state])}</td>'
        f'<td class="fl-feed-why" title="{escape(row.reason)}"><span>{escape(row.reason)}</span></td>{fetched}{newest}{due}'
        f'<td class="fl-feed-who">{_chain(row, asking, now)}</td>'
        f'<td class="fl-feed-strip">{_strip(row, asking, now)}</td></tr>'
    )


def _clock(name: str, moments: Sequence[pd.Timestamp | None], now: pd.Timestamp, otherwise: str) -> str:
    """Write the latest of some moments relative to now; where the oldest reads otherwise, it stands in the title too."""
    held = sorted(moment for moment in moments if moment is not None)
    if not held:
        return f'<td class="fl-feed-clock fl-gray" data-name="{escape(name)}" title="{escape(otherwise)}">{NONE}</td>'
    title = utc(held[-1]) + (f"; of another asset {utc(held[0])}" if ago(held[0], now) != ago(held[-1], now) else "")
    return f'<td class="fl-feed-clock" data-name="{escape(name)}" title="{escape(title)}">{escape(ago(held[-1], now))}</td>'


def _chain(row: Feed, asking: "Asking", now: pd.Timestamp) -> str:
    """Write who is asked in order, with what came of it the last time; who serves is linked, and credited in the title."""
    by = feeds.served(asking, row.chain, row.assets, [one.served_by for one in row.standings])
    links, seen = [], set()
    for source in row.chain:
        mark, told = _last(asking, source, row.assets, now)
        name = source.host if source.publisher in seen else feeds.publisher(asking, source.publisher)
        serves = source.publisher == by and source.publisher not in seen
        inner = _linked(asking, by) if serves else escape(name)
        seen.add(source.publisher)
        links.append(
            f'<span class="fl-feed-link{" fl-feed-serves" if serves else ""}" title="{escape(told)}">'
            f'<i class="fl-feed-{mark}">{MARKS[mark]}</i>{inner}</span>'
        )
    if by and by not in seen:
        links.insert(0, f'<span class="fl-feed-link fl-feed-serves" title="What is held is theirs.">{_linked(asking, by)}</span>')
    return " ".join(links)


def _last(asking: "Asking", source: "Source", assets: Sequence[str], now: pd.Timestamp) -> tuple[str, str]:
    """Say what a source did the last time: a key of ``MARKS``, and a title."""
    attempts = feeds.last_of(asking, source, assets)
    head = f"{source.name}, {source.host}"
    if not attempts:
        return "unasked", f"{head}: not asked in the last days."
    outcomes = pd.Series([attempt.outcome for attempt in attempts]).value_counts()
    newest = max(attempts, key=lambda one: one.ended)
    told = "; ".join(f"{asking.OUTCOMES[str(name)]}{f' ({size})' if len(attempts) > 1 else ''}" for name, size in outcomes.items())
    reason = "" if newest.answered or not newest.reason else f"\n{newest.reason}"
    title = f"{head}: {told}; {ago(newest.ended, now)}, {utc(newest.ended)}.{reason}"
    answered = sum(attempt.answered for attempt in attempts)
    if answered not in (0, len(attempts)):
        return "mixed", title
    return ("failed" if not answered else "good" if set(outcomes.index) == {"fresh"} else "answered"), title


def _linked(asking: "Asking", entity: str) -> str:
    known = asking.PUBLISHERS.get(entity)
    if known is None or not known.link:
        return escape(feeds.publisher(asking, entity))
    return f'<a href="{escape(known.link)}" target="_blank" title="{escape(known.credit)}">{escape(known.name)}</a>'


def _strip(row: Feed, asking: "Asking", now: pd.Timestamp) -> str:
    """Write the questions of the last days as marks on a line that ends now; each says when, how many and what went wrong."""
    first = (now - asking.REMEMBERED).floor(SLOT)
    width = SLOT / (now.ceil(SLOT) - first)
    slots: dict[int, list[Attempt]] = {}
    for source in row.chain:
        for attempt in (one for asset in row.assets for one in asking.attempts.get((source.name, asset), ())):
            slots.setdefault((attempt.started - first) // SLOT, []).append(attempt)
    marks = "".join(_mark(found, first + slot * SLOT, slot * width) for slot, found in sorted(slots.items()) if slot >= 0)
    return f'<span class="fl-feed-line">{marks}</span>'


def _mark(attempts: "list[Attempt]", began: pd.Timestamp, left: float) -> str:
    answered = sum(attempt.answered for attempt in attempts)
    kind = "good" if answered == len(attempts) else "mixed" if answered else "failed"
    requests, kept = (sum(getattr(attempt, name) for attempt in attempts) for name in ("requests", "added"))
    when = f"{began:%d %b %H:%M} to {began + SLOT:%H:%M} UTC"
    counts = f"{sentences.count(requests, 'request')}, {kept:,} rows kept"
    lines = [f"{when}: {answered} of {len(attempts)} answered, {counts}"]
    failed = [attempt for attempt in attempts if not attempt.answered]
    lines += [f"{one.ended:%H:%M} {one.source} {one.asset}, {one.outcome}: {feeds.short(one.reason)}" for one in failed[-FAILURES:]]
    title = escape("\n".join(lines))
    return f'<i class="fl-feed-{kind}" style="left:{left:.2%}" title="{title}"></i>'


def progress(run: "Run") -> str:
    """Write how far a running refresh is, and its last results as they came."""
    share = run.done / run.total if run.total else 0.0
    last = run.outcomes[-1] if run.outcomes else None
    now = f"{run.done} of {run.total}" if run.total else "finding out what is due"
    head = f"Asking: {now}{f' · {last.need} {last.asset}' if last is not None else ''}"
    news = "".join(_news(outcome) for outcome in reversed(run.outcomes[-NEWS:]))
    return (
        f'<div class="fl-feed-run" role="status"><div>{escape(head)}</div><div class="fl-feed-bar"><i style="width:{share:.1%}">'
        f"</i></div><ul>{news}</ul></div>"
    )


def _news(outcome: "Outcome") -> str:
    """Write one result: the need, and every source it was asked of in order."""
    tried = ""
    for one in outcome.attempts:
        mark = "good" if one.answered else "failed"
        kept = f", {one.added:,} rows".removesuffix("s" * (one.added == 1)) if one.added else ""
        tried += f'<span title="{escape(one.reason)}"><i class="fl-feed-{mark}">{MARKS[mark]}</i>{escape(one.source)} '
        tried += f"{escape(one.outcome)}{kept}</span> "
    return f"<li><b>{escape(outcome.need)}</b> {escape(outcome.asset)} {tried or 'nobody had to be asked'}</li>"


def publishers(asking: "Asking", needs: "Iterable[Need]", now: pd.Timestamp) -> str:
    """Write whose numbers these are: terms, link, hosts, how often they were asked, and which host is left alone and why."""
    chain = {source.name: source for need in needs for source in need.sources}
    rows = ""
    names = sorted({source.publisher for source in chain.values()}, key=lambda name: feeds.publisher(asking, name).lower())
    for name in names:
        own = [source for source in chain.values() if source.publisher == name]
        hosts = "".join(_host(asking, host, chain.values(), now) for host in dict.fromkeys(source.host for source in own))
        known = asking.PUBLISHERS.get(name)
        attempts = [one for source in own for asset in source.assets for one in asking.attempts.get((source.name, asset), ())]
        answered = sum(attempt.answered for attempt in attempts)
        requests = sum(attempt.requests for attempt in attempts)
        told = f"{answered:,} of {len(attempts):,} answered, {sentences.count(requests, 'request')}" if attempts else "not asked"
        credit = NONE if known is None or not known.credit else known.credit
        rows += (
            f'<tr><td><b>{_linked(asking, name)}</b></td><td class="fl-wide">{escape(credit)}</td>'
            f'<td class="fl-feed-hosts">{hosts}</td><td class="fl-gray">{escape(told)}</td></tr>'
        )
    head = "".join(f"<th>{name}</th>" for name in ("publisher", "terms and credit", "hosts", "asked, last 7 days"))
    inner = f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>"
    return f'{tiles.caption("Publishers")}<table class="fl-table fl-feed-publishers">{inner}</table>'


def _host(asking: "Asking", host: str, chain: "Iterable[Source]", now: pd.Timestamp) -> str:
    until = asking.closed.get(host)
    if until is None or until <= now:
        return f"<div>{escape(host)}</div>"
    names = {source.name for source in chain if source.host == host}
    failed = [one for (name, _), known in asking.attempts.items() if name in names for one in known if not one.answered]
    why = max(failed, key=lambda one: one.ended).reason if failed else ""
    told = f"{why} Left alone until {utc(until)}.".strip()
    return f'<div>{escape(host)} {chip("down", told)} <small>{escape(told)}</small></div>'


def foot() -> str:
    """End the page: how its words come about."""
    return f'<div class="fl-ages"><span>{escape(HOW)}</span></div>'


HOW = (
    "Times are UTC. A feed is judged again whenever somebody is asked and every five minutes; without evidence that its newest "
    "number is the one that is due it is not called ok. Who refuses is left alone for a day or as long as they say."
)

COLUMNS = ("need", "asset", "state", "reason", "fetched", "newest", "due", "served_by", "chain", "asked", "outcomes")


def table_csv(asking: "Asking", needs: "Iterable[Need]") -> str:
    """Write the table as CSV, one line per need and asset, worst first; moments in UTC, nothing where there is none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in feeds.grouped(asking, needs):
        for one in row.standings:
            chain = row.need.chain(one.asset)
            last = [asking.attempts.get((source.name, one.asset), (None,))[-1] for source in chain]
            moments = ["" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (one.fetched, one.newest, one.due)]
            names = " > ".join(source.name for source in chain)
            tried = max((attempt.ended for attempt in last if attempt is not None), default=None)
            outcomes = " > ".join("not asked" if attempt is None else attempt.outcome for attempt in last)
            by = feeds.served(asking, chain, (one.asset,), (one.served_by,))
            cells = (one.need, one.asset, one.state, one.reason, *moments, feeds.publisher(asking, by) if by else "", names)
            writer.writerow([_plain(cell) for cell in (*cells, "" if tried is None else f"{tried:%Y-%m-%dT%H:%M:%SZ}", outcomes)])
    return out.getvalue()


def _plain(cell: str) -> str:
    """Keep a spreadsheet from reckoning with a publisher's words."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
