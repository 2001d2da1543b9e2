"""The Sources page in words: what is wrong with which feed, who was asked, and how long ago. Pure text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from components import sentences

if TYPE_CHECKING:
    from data_sources.attempts import Attempt
    from data_sources.feeds import Asking
    from data_sources.health import Standing
    from data_sources.live import Run
    from data_sources.source import Need, Source

NONE = "–"
TOLD = 4
"""Groups of feeds that the verdict names."""
REASON = 220
"""Characters of a reason that a sentence repeats."""
NOUNS = {"Coins, daily": "coins", "Coins, hourly": "coins", "Fed funds futures": "contracts"}
"""What the assets of a need are called when they are too many to be named."""
NAMED = 6
STEPS = ((60, "min", 90), (3600, "h", 48), (86_400, "d", 800), (31_557_600, "y", float("inf")))
"""Seconds of a unit, its name, and how many of it are said before the next larger one is."""
WRONG: dict[str, str] = {
    "refused": "refused by {who}",
    "limited": "told by {who} to slow down",
    "down": "no answer from {who}",
    "changed": "{who} answers in a shape we do not know",
    "broken": "{who} sends impossible numbers",
    "implausible": "{who} sends numbers that cannot be believed",
    "drill": "{who} taken for down by the drill",
    "empty": "{who} does not have it",
}
"""Outcome of the question that failed, in the words of the verdict."""
STATES: dict[str, str] = {
    "down": "nobody answers",
    "frozen": "its newest number does not move",
    "disputed": "disputed",
    "late": "late",
    "empty": "nothing held yet",
    "provisional": "not everybody has reported",
}
"""State of a feed of which no failed question says more."""


@dataclass(frozen=True)
class Feed:
    """Assets of one need that stand alike: one row of the table.

    Attributes
    ----------
    need : Need
    standings : tuple of Standing
        One per asset; they share state and reason.
    of : int
        How many assets the need has.
    """

    need: "Need"
    standings: "tuple[Standing, ...]"
    of: int

    @property
    def state(self) -> str:
        """A key of the states; the same for all its assets."""
        return self.standings[0].state

    @property
    def reason(self) -> str:
        """One sentence; the same for all its assets, with an ellipsis where each is named itself."""
        return self.standings[0].reason if len(self.standings) == 1 else _unnamed(self.standings[0])

    @property
    def assets(self) -> tuple[str, ...]:
        """Assets in the order of the need."""
        return tuple(one.asset for one in self.standings)

    @property
    def chain(self) -> "tuple[Source, ...]":
        """Sources that take a question about any of the assets, in order."""
        return tuple(source for source in self.need.sources if set(source.assets) & set(self.assets))


def grouped(asking: "Asking", needs: "Iterable[Need]") -> list[Feed]:
    """Put assets that share need, state and reason into one row; the worst state first, then the order of the needs."""
    known = {need.name: need for need in needs}
    groups: dict[tuple[str, str, str], list[Standing]] = {}
    counts: dict[str, int] = {}
    for one in asking.standings:
        if one.need in known:
            groups.setdefault((one.need, one.state, _unnamed(one)), []).append(one)
            counts[one.need] = counts.get(one.need, 0) + 1
    order = list(asking.STATES)
    rows = [Feed(known[name], tuple(found), counts[name]) for (name, _, _), found in groups.items()]
    return sorted(rows, key=lambda row: order.index(row.state))


def _unnamed(one: "Standing") -> str:
    """Give the reason without the asset's own name, so that twelve coins that nobody lists have one."""
    return re.sub(rf"(?<![A-Za-z0-9]){re.escape(one.asset)}(?![A-Za-z0-9])", "…", one.reason)


def verdict(asking: "Asking", needs: "Sequence[Need]", run: "Run", *, live: bool) -> tuple[str, str]:
    """Say how many feeds are as new as they should be, and what is wrong with the worst.

    Parameters
    ----------
    asking : Asking
    needs : sequence of Need
    run : Run
        The refresh that is under way, if one is.
    live : bool
        Whether the board shows what was published; on the sample board nothing has arrived.

    Returns
    -------
    sentence, state : str
        The state is one of a reading, for its color.
    """
    total = len(asking.standings)
    if not total:
        return "The settings leave nobody to ask: STRESS_SOURCES and STRESS_SOURCES_OFF exclude every source.", "stress"
    if not live:
        return f"Nothing has arrived yet: {_nothing(asking, run, total)}", "stress" if asking.attempts else "unknown"
    good = sum(one.state == "ok" for one in asking.standings)
    bad = _by_state(asking, needs)
    feeds = f"All {total} feeds are" if good == total else f"{good} of {sentences.count(total, 'feed')} are"
    text = f"{feeds} as new as they should be"
    if bad:
        more = sum(len(row.assets) for row in bad[TOLD:])
        text += f"; {'; '.join(f'{_called(row)}: {_wrong(row, asking)}' for row in bad[:TOLD])}"
        text += f"; and {more} more below" if more else ""
    alone = "" if asking.attempts else f" No publisher has been asked: {_unasked(asking, run)}."
    loud = {one.state for one in asking.standings} & {"down", "frozen", "disputed"}
    return f"{text}.{alone}", "stress" if loud else "calm" if good == total else "unknown"


def asked(asking: "Asking", run: "Run", now: pd.Timestamp) -> str:
    """Say when publishers were asked last, what came of it, and when the server looks again."""
    ends = [known[-1].ended for known in asking.attempts.values() if known[-1].outcome != "drill"]
    began = [pd.Timestamp(run.began, unit="s", tz="UTC")] if run.began else []
    last = max([*ends, *began], default=None)
    text = f"Last asked {ago(last, now)}, {utc(last)}." if last is not None else "Nobody has been asked yet."
    if run.began and not run.running:
        served = sum(one.served_by is not None for one in run.outcomes)
        due = len(run.outcomes)  # not the total, which counts questions asked for comparison too
        text += f" Of {sentences.count(due, 'feed')} due, {served} got an answer." if due else " Nothing was due."
        text += f" It ended early: {short(run.fault)}" if run.fault else ""
    again = f"The server looks every {asking.minutes:g} min for what is due" if asking.minutes else SELF
    return f"{text} {again}."


SELF = "The server asks nobody by itself (STRESS_REFRESH_MINUTES=0)"
DRILLS_OFF = "Drills are off (STRESS_DRILL)."
NOW_ONLY = "Feeds are shown as they stand now, whatever day was asked for."


def drill_notices(off: Iterable[str], asking: "Asking") -> list[tuple[str, str]]:
    """Say loudly who is taken for down; nothing while no drill is on."""
    names = [publisher(asking, name) for name in sorted(off)]
    told = f"Drill: this server takes {sentences.listed(names)} for down, for every visitor, until the list is empty again."
    return [("down", f"{told} Nothing that is kept is touched.")] if names else []


def drillable(needs: "Iterable[Need]") -> list[str]:
    """Name everybody who can be taken for down: publishers, then single sources."""
    chain = [source for need in needs for source in need.sources]
    return [*sorted({source.publisher for source in chain}), *sorted({source.name for source in chain})]


def file_name(now: pd.Timestamp) -> str:
    """Name the download after the moment it is about."""
    return f"faultline-sources-{now:%Y-%m-%dT%H%M}Z.csv"


def served(asking: "Asking", chain: "Iterable[Source]", assets: Iterable[str], imported: Iterable[str]) -> str:
    """Name the publisher who answered last with the newest numbers, the first in the chain of equals; else whose are held."""
    wanted = tuple(assets)
    found: tuple[pd.Timestamp, str] | None = None
    for source in chain:
        for attempt in (one for asset in wanted for one in asking.attempts.get((source.name, asset), ())):
            if attempt.answered and attempt.newest is not None and (found is None or attempt.newest > found[0]):
                found = attempt.newest, source.publisher
    return found[1] if found is not None else next((entity for entity in imported if entity), "")


def publisher(asking: "Asking", name: str) -> str:
    """Print a publisher's name; of anything else what it is called."""
    known = asking.PUBLISHERS.get(name)
    return name if known is None else known.name


def ago(moment: pd.Timestamp | None, now: pd.Timestamp) -> str:
    """Say how far a moment lies from now, in the largest unit that still tells two of them apart; a dash without one."""
    if moment is None or pd.isna(moment):
        return NONE
    seconds = (now - moment).total_seconds()
    for size, unit, most in STEPS:
        amount = round(abs(seconds) / size)
        if amount < most:
            length = f"{amount} {unit}"
            break
    if abs(seconds) < STEPS[0][0] / 2:
        return "now"
    return f"{length} ago" if seconds > 0 else f"in {length}"


def utc(moment: pd.Timestamp | None) -> str:
    """Print a moment to the minute; a dash without one."""
    return NONE if moment is None or pd.isna(moment) else f"{moment:%d %b %Y %H:%M} UTC"


def named(row: Feed) -> str:
    """Name the assets of a row, or count them where they are many."""
    if len(row.assets) <= NAMED:
        return ", ".join(row.assets)
    return f"{len(row.assets)} {NOUNS.get(row.need.name, 'assets')}"


def _called(row: Feed) -> str:
    """Name a row in a sentence; its assets only where the need has others."""
    if len(row.assets) == row.of:
        return row.need.name
    return f"{row.need.name} ({row.assets[0] if len(row.assets) == 1 else f'{len(row.assets)} of {row.of}'})"


def _by_state(asking: "Asking", needs: "Iterable[Need]") -> list[Feed]:
    """Rows that are not ok, worst first; for a sentence, one per need and state whatever the reasons are."""
    merged: dict[tuple[str, str], Feed] = {}
    for row in grouped(asking, needs):
        if row.state != "ok":
            key = row.need.name, row.state
            merged[key] = Feed(row.need, (*(merged[key].standings if key in merged else ()), *row.standings), row.of)
    return list(merged.values())


def last_of(asking: "Asking", source: "Source", assets: Iterable[str]) -> "list[Attempt]":
    """Last attempt of a source for each of some assets that it was asked about."""
    return [asking.attempts[source.name, asset][-1] for asset in assets if (source.name, asset) in asking.attempts]


def _wrong(row: Feed, asking: "Asking") -> str:
    """Say in a few words what is wrong with a row."""
    failed = [
        (source, attempt)
        for source in row.chain
        for attempt in last_of(asking, source, row.assets[:1])
        if attempt.outcome in WRONG and (row.state != "disputed" or attempt.outcome == "implausible")
    ]
    if row.state not in ("down", "empty", "disputed") or not failed:
        return STATES.get(row.state, row.state)
    others = len({source.publisher for source, _ in failed} - {failed[0][0].publisher})
    told = WRONG[failed[0][1].outcome].format(who=publisher(asking, failed[0][0].publisher))
    return f"{told}, {sentences.count(others, 'other')} no better" if others else told


def _nothing(asking: "Asking", run: "Run", total: int) -> str:
    """Say why the board has nothing but its sample."""
    if run.running:
        return "publishers are being asked right now."
    if not asking.attempts:
        return f"none of {total} feeds has been asked for, because {_unasked(asking, run)}."
    reasons = dict.fromkeys(known[-1].reason for known in asking.attempts.values() if known[-1].reason and not known[-1].answered)
    told = " ".join(short(reason) for reason in list(reasons)[:2])
    return f"{sentences.count(len(asking.attempts), 'question')} went out and no answer could be used. {told}".strip()


def _unasked(asking: "Asking", run: "Run") -> str:
    if run.fault:
        return f"the last refresh ended early ({short(run.fault)})"
    return "the server is about to begin" if asking.minutes else "the server asks nobody by itself (STRESS_REFRESH_MINUTES=0)"


def short(reason: str) -> str:
    """Cut a reason to what a sentence can bear."""
    return reason if len(reason) <= REASON else f"{reason[: REASON - 2].rsplit(' ', 1)[0]} …"
