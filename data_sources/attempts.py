"""What is remembered of every question to a publisher."""

from dataclasses import dataclass

import pandas as pd

from data_sources.rows import times


@dataclass(frozen=True)
class Attempt:
    """One question to a source about one asset, and what came of it.

    Attributes
    ----------
    source, asset : str
    started, ended : Timestamp, UTC
    outcome : str
        A key of ``OUTCOMES``.
    reason : str
        One sentence; empty where all went well.
    newest : Timestamp or None
        Time of the newest observation in the answer.
    added : int
        Rows kept, revisions among them.
    requests : int
        Requests sent.
    """

    source: str
    asset: str
    started: pd.Timestamp
    ended: pd.Timestamp
    outcome: str
    reason: str = ""
    newest: pd.Timestamp | None = None
    added: int = 0
    requests: int = 0

    @property
    def answered(self) -> bool:
        """Whether the publisher answered with numbers that could be kept, new or not."""
        return self.outcome in ANSWERED


OUTCOMES: dict[str, str] = {
    "fresh": "answered with the newest numbers that are due",
    "late": "answered, but the number that is due is not there yet",
    "frozen": "answers, but its newest number does not move",
    "empty": "answered properly and had nothing",
    "implausible": "answered with a number that cannot be believed",
    "changed": "answered in a shape that we do not know",
    "broken": "answered with numbers that cannot be",
    "limited": "asked us to slow down",
    "refused": "refuses to answer us",
    "down": "did not answer",
    "drill": "taken for down by the operator's drill",
}
ANSWERED = frozenset({"fresh", "late", "frozen"})


@dataclass(frozen=True)
class Outcome:
    """What came of one need for one asset.

    Attributes
    ----------
    need, asset : str
    served_by : str or None
        The source with the newest answer that was kept, now or, where nobody was asked, before; None where nobody's was.
    attempts : tuple of Attempt
        In order; empty where nothing was due.
    fresh : bool
        Whether the newest number that is due is held now.
    """

    need: str
    asset: str
    served_by: str | None
    attempts: tuple[Attempt, ...]
    fresh: bool


def from_row(row: object) -> Attempt:
    """Make an attempt of a row of its table."""
    found = dict(row._mapping)  # type: ignore[attr-defined]
    found.pop("id")
    started, ended = times(pd.array([found["started"], found["ended"]], dtype="int64").to_numpy())
    newest = found["newest"]
    at = None if newest is None else times(pd.array([newest], dtype="int64").to_numpy())[0]
    return Attempt(**found | {"started": started, "ended": ended, "newest": at})
