"""The numbers we keep: appended, never overwritten, readable as they stood on any day."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, func, inspect, select
from sqlalchemy.exc import IntegrityError, ProgrammingError

from data_sources import faults, writing
from data_sources.contract import tidy
from data_sources.history import History, from_revisions
from data_sources.rows import Rows, day_end, from_frame, now, stamp, times, to_frame
from data_sources.schema import (
    BATCH,
    BUSY_SECONDS,
    HELD,
    LATCH,
    METADATA,
    OBSERVATION,
    SERIES,
    SNAPSHOT,
    WRITING,
    connect,
    fetch,
    sqlite_file,
)
from data_sources.settings import settings

_STATE = select(func.max(BATCH.c.id), select(LATCH.c.born).scalar_subquery())


class Store:
    """A database of observations with two times each: what a number is about, and when we learned it.

    Parameters
    ----------
    url : str, optional
        A SQLAlchemy database URL; without it the environment's ``STRESS_DATABASE_URL``, without that a SQLite
        file in the project's ``var`` folder.

    Notes
    -----
    Every method raises StoreUnavailable, with a sentence for a person, where the database is locked, read-only,
    corrupted or out of reach. A corrupted SQLite file is moved aside, never deleted. Nothing is created before
    the first row is kept.
    """

    def __init__(self, url: str | None = None) -> None:
        self._url = faults.checked(url or settings().database_url)
        self._file = sqlite_file(self._url)
        with faults.explained(self._url):
            self._engine = connect(self._url)
        self._inode: tuple[int, int] | None = None
        self._made = self._whole = False

    @property
    def name(self) -> str:
        """The database's URL without its password."""
        return self._url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def append(self, frame: pd.DataFrame, source: str, known_at: pd.Timestamp | None = None) -> int:
        """Keep what is new in a frame.

        Parameters
        ----------
        frame : DataFrame
            Checked by ``tidy`` first.
        source : str
            Where it came from, for the record.
        known_at : Timestamp, optional
            When it was learned, with a time zone; now, unless told. A moment before a key's last revision is kept
            as that moment, and compared with the revision in force then.

        Returns
        -------
        int
            Rows added: keys never seen, and keys whose value differs from the last revision.

        Raises
        ------
        ContractBroken
            With every violation; nothing is kept then.
        ValueError
            When ``known_at`` is no moment or has no time zone.
        """
        return self.keep(from_frame(tidy(frame)), source, known_at)

    def keep(self, rows: Rows, source: str, known_at: pd.Timestamp | None = None) -> int:
        """Keep what is new in rows that are known to fulfil the contract; see ``append``.

        Looking and adding are one transaction of the one writer, so however many processes write at once, nothing
        is kept twice. By the store's own clock a revision is known strictly after the one before it, even if the
        clock went back.
        """
        if known_at is not None and (pd.isna(known_at) or known_at.tzinfo is None):
            raise ValueError(f"known_at must be a moment with a time zone, and {known_at} is none.")
        if not len(rows):
            return 0
        moment = None if known_at is None else stamp(known_at)
        rows = rows.take(rows.order())
        with faults.explained(self._url, self._engine):
            self._prepare()
            with self._engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
                connection.execute(select(LATCH.c.id).with_for_update())
                # the clock is read only now: who waited for the latch learns no sooner than who held it
                learned = now() if moment is None else moment
                return writing.keep(connection, rows, source, learned, exact=moment is not None)

    def version(self) -> int:
        """Number of the last batch that added rows; 0 when nothing has been kept."""
        return self.state()[1]

    def state(self) -> tuple[str, int]:
        """Name and version, for a cache: a store begun anew under the same URL has another name."""
        with self.reading() as connection:
            if connection is None:
                return self.name, 0
            version, born = connection.execute(_STATE).one()
            return f"{self.name}#{born}", version or 0

    def has(self, measure: str | None = None, asset: str | None = None) -> bool:
        """Whether any observation is held, of a measure or an asset if one is named."""
        with self.reading() as connection:
            wanted = select(SERIES.c.id).where(*_named(measure, asset)).limit(1)
            return connection is not None and connection.scalar(wanted) is not None

    def held(self, measure: str | None = None, asset: str | None = None) -> pd.DataFrame:
        """What is held, one row per series.

        Returns
        -------
        DataFrame of shape (n_series, 6)
            measure, asset, entity, first and last (times, UTC), rows (observations; revisions are not counted).
        """
        columns = ["measure", "asset", "entity", "first", "last", "rows"]
        counted = (
            select(
                SERIES.c.measure,
                SERIES.c.asset,
                SERIES.c.entity,
                func.min(OBSERVATION.c.time),
                func.max(OBSERVATION.c.time),
                func.count(OBSERVATION.c.time.distinct()),
            )
            .join_from(SERIES, OBSERVATION, SERIES.c.id == OBSERVATION.c.series_id)
            .where(*_named(measure, asset))
            .group_by(SERIES.c.id)
            .order_by(SERIES.c.measure, SERIES.c.asset, SERIES.c.entity)
        )
        with self.reading() as connection:
            found = [] if connection is None else [tuple(row) for row in connection.execute(counted)]
        held = pd.DataFrame(found, columns=columns)
        for column in ("first", "last"):
            held[column] = times(held[column].to_numpy(np.int64))
        return held

    def history(self, measure: str | None = None, asset: str | None = None) -> History:
        """Every revision held, of a measure or an asset if one is named."""
        with self.reading() as connection:
            if connection is None:
                none = np.array([], dtype=np.int64)
                return from_revisions([], none, none, none, none.astype(np.float64))
            found = connection.execute(select(SERIES).where(*_named(measure, asset)))
            numbers = {(row.measure, row.asset, row.entity): row.id for row in found}
            everything = measure is None and asset is None
            rows = fetch(connection, HELD if everything else HELD.where(OBSERVATION.c.series_id.in_(numbers.values())))
        keys = sorted(numbers)
        place = np.zeros(max(numbers.values(), default=0) + 1, dtype=np.int64)
        place[[numbers[key] for key in keys]] = range(len(keys))
        series = place[rows["series"]]
        order = np.argsort(series, kind="stable")
        return from_revisions(keys, series[order], *(rows[column][order] for column in ("time", "known", "value")))

    def read(self, as_of: object = None, measure: str | None = None, asset: str | None = None) -> pd.DataFrame:
        """What is held, as one tidy frame.

        Parameters
        ----------
        as_of : date or Timestamp, optional
            Rows whose interval was over by the end of that day (UTC), as they were known then; what was first
            learned later reads as first published. Without it, the latest revision of everything.
        measure, asset : str, optional
            Only these.

        Returns
        -------
        DataFrame
            Tidy; empty where nothing is held.
        """
        history = self.history(measure, asset)
        return to_frame(history.rows if as_of is None else history.as_of(day_end(as_of)))

    def revised_since(self, as_of: object) -> set[tuple[str, str]]:
        """(measure, asset) of which something known at the end of a day says something else by now."""
        history = self.history()
        series = np.unique(history.rows.series[history.revised(day_end(as_of))])
        return {history.rows.keys[place][:2] for place in series.tolist()}

    def newest(self) -> dict[tuple[str, str, str], int]:
        """Time of the newest observation of each (measure, asset, entity), in microseconds UTC."""
        wanted = select(SERIES.c.measure, SERIES.c.asset, SERIES.c.entity, func.max(OBSERVATION.c.time))
        wanted = wanted.join_from(SERIES, OBSERVATION, SERIES.c.id == OBSERVATION.c.series_id).group_by(SERIES.c.id)
        with self.reading() as connection:
            rows = [] if connection is None else connection.execute(wanted).all()
        return {(measure, asset, entity): time for measure, asset, entity, time in rows}

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open one transaction that writes what is not an observation, making the store where there is none."""
        with faults.explained(self._url, self._engine):
            self._prepare()
            with self._engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """Open one consistent look at the store; None where nothing was ever kept."""
        with faults.explained(self._url, self._engine):
            if not self._exists():
                yield None
                return
            with self._engine.connect() as connection:
                yield connection

    def _exists(self) -> bool:
        """Whether the tables are there; a file that was moved or replaced since is noticed."""
        if self._file is not None:
            found = self._file.stat() if self._file.exists() else None
            inode = (found.st_dev, found.st_ino) if found else None
            if inode != self._inode:
                self._engine.dispose()
                self._inode, self._made, self._whole = inode, False, False
            if inode is None:
                return False
        # a store of an earlier version lacks the youngest table, and gets it when something is next written
        self._whole = self._whole or inspect(self._engine).has_table(SNAPSHOT.name)
        self._made = self._whole or inspect(self._engine).has_table(LATCH.name)
        return self._made

    def _prepare(self) -> None:
        """Make what is missing: the folder, the file, the tables."""
        if self._exists() and self._whole:
            return
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._write_ahead()
        try:
            with self._engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
                METADATA.create_all(connection)
                if connection.scalar(select(LATCH.c.id)) is None:
                    connection.execute(LATCH.insert().values(id=1, born=now()))
        except (IntegrityError, ProgrammingError):  # two processes began the store at once
            if not self._exists():
                raise

    def _write_ahead(self) -> None:
        """Let readers read while one process writes; the file remembers it."""
        patience = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                with closing(self._engine.raw_connection()) as connection:
                    connection.cursor().execute("PRAGMA journal_mode = WAL").close()
                return
            except sqlite3.OperationalError as fault:
                # SQLite does not wait here while another process does the same
                if fault.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > patience:
                    raise
                time.sleep(0.05)


def _named(measure: str | None, asset: str | None) -> list[ColumnElement[bool]]:
    """Conditions on the series table."""
    wanted = ((SERIES.c.measure, measure), (SERIES.c.asset, asset))
    return [column == name for column, name in wanted if name is not None]
