"""The board as of a day: what the store holds, or the bundled sample while it holds nothing."""

import argparse
import re
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import lru_cache

import numpy as np
import pandas as pd

from data_sources import cambridge
from data_sources.contract import OLDEST
from data_sources.history import ALWAYS, NEVER, History, joined, unrevised
from data_sources.panels import Panels
from data_sources.rows import DAY_US, Flags, Integers, end_of, from_frame, now, stamp, times
from data_sources.settings import settings
from data_sources.store import Store


@dataclass(frozen=True)
class Board:
    """Everything a page may show as of a day; sample and live numbers never stand on one board.

    Attributes
    ----------
    kind : str
        ``live``, or ``sample`` while the store holds nothing.
    panels : Panels
        The history as it was known at the end of the day, or at the moment of it that was asked for; open intervals are not in it.
    as_of : Timestamp
        The day, 00:00 UTC; of a moment, the last day of which anything was over by then.
    moment : Timestamp or None
        The moment of the day that was asked for; None: its end.
    arrived : Timestamp or None
        The moment by which all that stands on it had been learned and was over; None for the sample.
    settled : bool
        Whether the newest day, asked for as a day, says what is known of it now; told where no day was asked for.
    first, newest : Timestamp
        First and last day of which anything is held, whatever the day asked for.
    version : int
        The store's version; 0 for the sample.
    published_later : bool
        Whether something in ``panels`` was learned only after the day that was asked for.
    revised : bool
        Whether something in ``panels`` says something else by now, or something that is known by now is left out; never where no
        day was asked for.
    """

    kind: str
    panels: Panels
    as_of: pd.Timestamp
    first: pd.Timestamp
    newest: pd.Timestamp
    version: int
    published_later: bool
    revised: bool
    moment: pd.Timestamp | None = None
    arrived: pd.Timestamp | None = None
    settled: bool = True
    _made: Panels | None = field(default=None, repr=False)

    @property
    def known(self) -> pd.Timestamp:
        """What the store is asked by for what was known: the moment, or the day."""
        return self.as_of if self.moment is None else self.moment

    def simulated_share(self, measure: str, asset: str) -> float:
        """Fraction of a series' observations up to the day that were made, not published; 0 on the live board."""
        made = self._made.series(measure, asset) if self._made is not None else pd.Series(dtype=np.float64)
        return float(made.mean()) if len(made) else 0.0

    def made(self, measure: str, asset: str, time: pd.Timestamp) -> bool:
        """Whether a series' observation at a time, or the last one before it, was made, not published."""
        if self._made is None or pd.isna(time):
            return False
        flags = self._made.series(measure, asset)[:time]
        return bool(len(flags) and flags.iloc[-1])


@dataclass(frozen=True, eq=False)
class _Whole:
    """The whole history in memory, from which every day's board is cut.

    ``observed`` holds the last instants of what was observed: the bundled reference table does not make a day newer.
    """

    kind: str
    history: History
    panels: Panels
    first: int
    observed: Integers
    made: Panels | None


_KEPT = 4
_WHOLES: dict[str, tuple[tuple[str, int], _Whole]] = {}
"""By store, the state that was read and what was read; a new state takes the place of the one before it."""
_READING = threading.Lock()


def board(as_of: date | None = None, store: Store | None = None, known: pd.Timestamp | None = None) -> Board:
    """Open the board as of a day.

    Parameters
    ----------
    as_of : date, optional
        A UTC day, whose end is meant; a zoned timestamp within a day is a moment: what was known and over by then. Without it the
        newest day of which anything complete is held, at most today. A day before all data has a board with empty panels.
    store : Store, optional
        Without it, the one that the environment names.
    known : Timestamp, optional
        Of a day, what was learned only after it stands on its board as far as it had been learned by this moment; all of it
        without one. A board of a day is for good only with it.

    Raises
    ------
    StoreUnavailable
        When the store cannot be read.
    """
    store = store or opened()
    state = store.state()
    whole = _whole(store, state)
    moment = now()
    complete = whole.observed[whole.observed < moment]
    newest = int(complete.max()) if len(complete) else whole.first
    end = end_of(times(np.array([min(newest, moment)]))[0].normalize() if as_of is None else as_of)
    limit = min(end, moment)
    shown = whole.history.complete(limit)
    # without a day the board speaks of now, and says what is known now; a day is shown as it was known then
    revised = as_of is not None and bool((whole.history.revised(end) & shown).any())
    later = whole.history.learned_later(end) & shown
    # A moment from the store's beginning on is shown as it was: what came after it was not there. Of days, and of what was before
    # the store, the first thing ever known stands in (docs/adr/0001).
    exact = _within(end) is not None and end >= whole.history.began
    hidden = later & (whole.history.learned > (end - 1 if exact else NEVER if known is None else stamp(known)))
    stands, fewer = shown & ~hidden, bool(hidden.any())
    seen = whole.panels if not (revised or fewer) else _as_known(whole.history, end, ~hidden if fewer else None)
    return Board(
        kind=whole.kind,
        panels=seen.before(limit),
        as_of=_last_day(whole.history, stands, end),
        first=_day(whole.first),
        newest=_day(newest),
        version=state[1],
        published_later=as_of is not None and bool((later & stands).any()),
        revised=revised or fewer,
        moment=_within(end),
        arrived=_arrived(whole, stands, max(newest, whole.history.ended) if as_of is None else end - (end % DAY_US > 0)),
        settled=as_of is not None or not (whole.history.revised(end_of(_day(newest))) & shown).any(),
        _made=whole.made and whole.made.before(limit),
    )


def state() -> tuple[str, int]:
    """Name and version of the store that the environment names: what a cache of boards goes by."""
    return opened().state()


def opened() -> Store:
    """The store that the settings name, opened once."""
    return _store(settings().database_url)


@lru_cache(maxsize=_KEPT)
def _store(url: str) -> Store:
    return Store(url)


def _whole(store: Store, state: tuple[str, int]) -> _Whole:
    """Read a store once per state, however many threads ask."""
    with _READING:
        kept = _WHOLES.pop(store.name, None)
        if kept is None or kept[0] != state:
            kept = state, _live(store) if state[1] else _sample()
        while len(_WHOLES) >= _KEPT:
            _WHOLES.pop(next(iter(_WHOLES)))
        _WHOLES[store.name] = kept
        return kept[1]


def _live(store: Store) -> _Whole:
    return _joined("live", store.history(), None)


@lru_cache(maxsize=1)
def _sample() -> _Whole:
    from data_sources import sample  # only a board without data needs it

    frame = sample.read()
    return _joined("sample", unrevised(from_frame(frame)), Panels(frame.assign(value=frame["simulated"].astype("float64"))))


def _joined(kind: str, history: History, made: Panels | None) -> _Whole:
    """Join the reference table that is bundled with both boards."""
    whole = joined(history, from_frame(cambridge.read_efficiency()))
    return _Whole(kind, whole, Panels.of(whole.rows, whole.last), int(history.rows.time.min()), history.last, made)


def _as_known(history: History, moment: int, only: Flags | None = None) -> Panels:
    """Give panels of what was known before a moment; of the flagged rows alone, where some are flagged."""
    rows = replace(history.rows, value=history.values(moment))
    return Panels.of(rows, history.last) if only is None else Panels.of(rows.take(only), history.last[only])


def _arrived(whole: _Whole, stands: Flags, over: int) -> pd.Timestamp | None:
    learned = int(whole.history.learned[stands].max(initial=ALWAYS))
    return None if whole.kind == "sample" else times(np.array([max(learned, over)]))[0]


def _last_day(history: History, stands: Flags, end: int) -> pd.Timestamp:
    """The day before an end; of a moment, the last one of which anything observed was over, as the board showed it then."""
    over = history.last[stands & (history.learned > ALWAYS)]
    return _day(end - 1 if _within(end) is None or not len(over) else int(over.max()))


def _within(end: int) -> pd.Timestamp | None:
    """The moment before an end; None where a day ends there."""
    return None if end % DAY_US == 0 else times(np.array([end - 1]))[0]


def _day(instant: int) -> pd.Timestamp:
    return times(np.array([instant]))[0].normalize()


def day(text: str) -> date:
    """Read the day of a command's ``--as-of``: YYYY-MM-DD and nothing else, UTC, from 1800 to today.

    Raises
    ------
    ArgumentTypeError
        With one sentence, which argparse prints before it ends with status 2.
    """
    try:
        wanted = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        wanted = None
    if wanted is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as YYYY-MM-DD, such as 2025-11-20")
    today = datetime.now(UTC).date()
    if wanted > today:
        raise argparse.ArgumentTypeError(f"{wanted} has not come yet; the newest day is {today}")
    oldest = _day(OLDEST).date()
    if wanted < oldest:  # where no number can be, and nanoseconds, which pandas may count in, do not reach
        raise argparse.ArgumentTypeError(f"{wanted} is before {oldest}, from which the oldest number could be")
    return wanted


def moment(text: str) -> pd.Timestamp:
    """Read a command's moment: YYYY-MM-DDTHH:MM:SSZ, to the microsecond at most, UTC.

    Raises
    ------
    ArgumentTypeError
        With one sentence.
    """
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?Z", text):
            return pd.Timestamp(text).as_unit("us")
    except ValueError:
        pass  # the shape of a moment but none: 2025-02-30T00:00Z
    raise argparse.ArgumentTypeError(f"{text!r} is not a moment; write it as YYYY-MM-DDTHH:MM:SSZ, such as 2025-11-21T06:50:00Z")
