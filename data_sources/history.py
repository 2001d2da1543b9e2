"""Every revision of every number, and what of it was known when."""

from dataclasses import dataclass

import numpy as np

from data_sources.rows import Flags, Floats, Integers, Key, Rows, concat, last_instants

ALWAYS = int(np.iinfo(np.int64).min)
"""When something was learned that did not have to be."""
NEVER = int(np.iinfo(np.int64).max)
"""When something is learned that has not been."""


@dataclass(frozen=True, eq=False)
class History:
    """The latest revision of each key, with the earlier ones beside.

    Parameters
    ----------
    rows : Rows of length n
        Latest revisions, in order of series and time.
    last : array of shape (n,), microseconds UTC
        Last instant each row is about.
    learned : array of shape (n,), microseconds UTC
        When the key was first known.
    place, known, value : arrays of shape (m,)
        Every revision of the keys that have several: its key's place in ``rows``, when it was known, what it said;
        in order of key and ``known``.
    """

    rows: Rows
    last: Integers
    learned: Integers
    place: Integers
    known: Integers
    value: Floats

    def values(self, moment: int) -> Floats:
        """What each key said as known before a moment.

        Parameters
        ----------
        moment : int, microseconds UTC

        Returns
        -------
        array of shape (n,)
            The last revision known before the moment. Where there was none, the first ever known: it is
            closest to what stood published then, and it does not move when later revisions come.
        """
        values = self.rows.value
        if len(self.place):
            starts = np.flatnonzero(np.diff(self.place, prepend=-1))
            published = np.add.reduceat((self.known < moment).astype(np.int64), starts)
            values = values.copy()
            values[self.place[starts]] = self.value[starts + np.maximum(published - 1, 0)]
        return values

    @property
    def began(self) -> int:
        """When the first of it was learned, microseconds UTC; for what was always known there is no such moment: the largest."""
        learned = self.learned[self.learned > ALWAYS]
        return int(learned.min()) if len(learned) else NEVER

    @property
    def ended(self) -> int:
        """When the last of it was learned, microseconds UTC; ALWAYS where nothing ever had to be."""
        return int(max(self.learned.max(initial=ALWAYS), self.known.max(initial=ALWAYS)))

    def complete(self, moment: int) -> Flags:
        """Flag the rows whose interval was over before a moment."""
        return self.last < moment

    def as_of(self, moment: int) -> Rows:
        """Rows complete before a moment, as they were known then."""
        rows = self.rows
        return Rows(rows.keys, rows.series, rows.time, self.values(moment)).take(self.complete(moment))

    def revised(self, moment: int) -> Flags:
        """Flag the rows complete before a moment that say something else today."""
        return self.complete(moment) & (self.values(moment) != self.rows.value)

    def learned_later(self, moment: int) -> Flags:
        """Flag the rows complete before a moment that were first known only after it."""
        return self.complete(moment) & (self.learned >= moment)


def from_revisions(keys: list[Key], series: Integers, time: Integers, known: Integers, value: Floats) -> History:
    """Sort out revisions that are in order of series, time and known."""
    new = (np.diff(series, prepend=-1) != 0) | (np.diff(time, prepend=0) != 0)
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(series))[: len(starts)] - 1
    rows = Rows(keys, series[ends], time[ends], value[ends])
    several = np.repeat(ends > starts, ends - starts + 1)
    place = np.repeat(np.arange(len(starts)), ends - starts + 1)
    return History(rows, last_instants(rows), known[starts], place[several], known[several], value[several])


def unrevised(rows: Rows) -> History:
    """Make a history of rows that were always known as they are."""
    rows = rows.take(rows.order())
    none = np.array([], dtype=np.int64)
    return History(rows, last_instants(rows), np.full(len(rows), ALWAYS), none, none, none.astype(np.float64))


def joined(history: History, rows: Rows) -> History:
    """Add series that were always known; a series that the history holds stays as it is there."""
    held = {history.rows.keys[place] for place in np.unique(history.rows.series).tolist()}
    extra = rows.take(np.array([key not in held for key in rows.keys], dtype=bool)[rows.series])
    both = concat(history.rows, extra)
    order = both.order()
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    learned = np.append(history.learned, np.full(len(extra), ALWAYS))[order]
    ordered = both.take(order)
    return History(ordered, last_instants(ordered), learned, rank[history.place], history.known, history.value)
