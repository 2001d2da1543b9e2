"""What a note is made of: sentences, each with the readings, the source and the age behind it and the chart that shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pandas as pd

HOME = "overview"
"""The page that has the board's own address."""
LONGEST = 160
"""Characters of a name or a reason from outside that a note repeats."""


@dataclass(frozen=True)
class Told:
    """One sentence of the note.

    Attributes
    ----------
    text : str
        The sentence, without markup.
    page : str
        The page whose chart shows it; "" where none does.
    readings : tuple of str
        The readings that the sentence was written from.
    foot : str
        Day, age and publishers of what is in the sentence.
    state : str
        Of the reading, or the worst of the readings.
    """

    text: str
    page: str = ""
    readings: tuple[str, ...] = ()
    foot: str = ""
    state: str = "calm"


@dataclass(frozen=True)
class Mover:
    """One pillar of the stress index: its rank, how it moved since the day before, and what it adds; NaN where not known."""

    name: str
    rank: float
    moved: float
    adds: float


@dataclass(frozen=True)
class Topic:
    """One card: a page's question, its verdict, and the sentences under it."""

    page: str
    question: str
    verdict: Told
    lines: tuple[Told, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What changed since the note of the day before.

    Attributes
    ----------
    crossed : tuple of Told
        Readings whose state is another one, the worst first.
    ranks : tuple of Told
        Readings whose place in their year moved most.
    streaks : tuple of Told
        Runs of days that went on, began or ended.
    revised : tuple of Told
        Numbers of the day before that publishers have changed since.
    """

    crossed: tuple[Told, ...] = ()
    ranks: tuple[Told, ...] = ()
    streaks: tuple[Told, ...] = ()
    revised: tuple[Told, ...] = ()

    @property
    def groups(self) -> tuple[tuple[str, tuple[Told, ...]], ...]:
        """Each kind of change under its title; kinds without any are left out."""
        named = (
            ("Thresholds crossed", self.crossed), ("Ranks that moved most", self.ranks), ("Streaks", self.streaks),
            ("Revisions received", self.revised),
        )  # fmt: skip
        return tuple((title, told) for title, told in named if told)


@dataclass(frozen=True)
class Note:
    """The morning note of a day.

    Attributes
    ----------
    board : str
        live or sample.
    as_of, start : Timestamp
        The day, 00:00 UTC, or a moment of it; and the first day of the charts that it points to.
    notices : tuple of str
        What holds for the whole note, such as that its board is the sample.
    headline, index : Told
        The verdict of the day, and the stress index.
    movers : tuple of Mover
        Known pillars of the index, the one that moved most first.
    topics : tuple of Topic
    beside, extremes : tuple of Told
        What is told every day beside the topics, and what else is extreme.
    more : tuple of str
        Labels of further extreme readings, for which a page has no room.
    changes : Changes
    late, missing : tuple of Told
        Numbers that are late, by their last day, and those that are not known, by the reason.
    sources : tuple of str
        Whose numbers are in the note.
    arrived : Timestamp or None
        By when what it says had arrived, for its links; None for the sample, for a moment's own numbers and for imported days.
    content : mapping
        The numbers that it says, as ``proof.numbers`` gathers them: what its digest binds.
    """

    board: str
    as_of: pd.Timestamp
    start: pd.Timestamp
    notices: tuple[str, ...]
    headline: Told
    index: Told
    movers: tuple[Mover, ...] = ()
    topics: tuple[Topic, ...] = ()
    beside: tuple[Told, ...] = ()
    extremes: tuple[Told, ...] = ()
    more: tuple[str, ...] = ()
    changes: Changes = field(default_factory=Changes)
    late: tuple[Told, ...] = ()
    missing: tuple[Told, ...] = ()
    sources: tuple[str, ...] = ()
    arrived: pd.Timestamp | None = None
    content: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Name of the note; on the sample board it says so."""
        moment = f", {self.as_of:%H:%M} UTC" * (self.as_of != self.as_of.normalize())
        day = f"{self.as_of:%A} {self.as_of.day} {self.as_of:%B %Y}{moment}"
        return f"Faultline morning note, {day}{' (SAMPLE BOARD)' * self.sample}"

    @property
    def known(self) -> str:
        """As of when the note speaks, and whose numbers are in it."""
        within = self.as_of != self.as_of.normalize()
        moment = f"As of {self.as_of:%Y-%m-%d %H:%M}, UTC." if within else f"As of the end of {self.as_of:%Y-%m-%d}, UTC."
        return f"{moment} Numbers from {'; '.join(self.sources) or 'nobody'}."

    @property
    def sample(self) -> bool:
        """Whether days of the board are simulated."""
        return self.board == "sample"

    @property
    def name(self) -> str:
        """Name of a file that the note is written to, without its ending."""
        return f"faultline_note_{self.as_of:%Y-%m-%d}{'_sample' * self.sample}"

    def link(self, page: str, base: str = "") -> str:
        """Address of a page's figure as it was on the day, with the year before it; relative without a base."""
        named = quote(page, safe="")
        return f"{base.rstrip('/')}/{named if page != HOME else ''}?{self.window}#{named}"

    def picture(self, page: str, base: str = "") -> str:
        """Address of a page's picture, over the same days as its link."""
        return f"{base.rstrip('/')}/render/{quote(page, safe='')}.png?{self.window}"

    @property
    def window(self) -> str:
        """The day and the year before it, as an address has them."""
        within = self.as_of != self.as_of.normalize()
        moment = f"{self.as_of:%Y-%m-%dT%H:%M{':%S' * bool(self.as_of.second)}Z}" if within else f"{self.as_of:%Y-%m-%d}"
        known = "" if self.arrived is None else f"{self.arrived:&known=%Y-%m-%dT%H:%M:%S.%f}".removesuffix(".000000") + "Z"
        return f"as_of={moment}&from={self.start:%Y-%m-%d}&to={self.as_of:%Y-%m-%d}{known}"


def clean(text: str, longest: int = LONGEST) -> str:
    """Make text from outside fit for every format: on one line, without signs that do not print, not too long.

    What a format gives a meaning to is escaped by the format.
    """
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"
