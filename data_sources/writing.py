"""Adding to the store what it does not know yet, inside one transaction of its one writer."""

from functools import lru_cache
from itertools import chain, count

import numpy as np
from sqlalchemy import Connection, Dialect, bindparam, func, select

from data_sources.rows import Flags, Integers, Key, Rows
from data_sources.schema import BATCH, HELD, OBSERVATION, SERIES, fetch

_HELD_BETWEEN = HELD.where(
    OBSERVATION.c.series_id == bindparam("series"), OBSERVATION.c.time.between(bindparam("first"), bindparam("final"))
)
BLOCK = 100
"""Rows to one INSERT."""
NEVER = int(np.iinfo(np.int64).min)
"""When a key was known that never was."""


def keep(connection: Connection, rows: Rows, source: str, moment: int, exact: bool = False) -> int:
    """Insert new keys and changed values; the caller holds the latch.

    Parameters
    ----------
    connection : Connection
        In the writer's transaction.
    rows : Rows
        In order of series and time, each key once.
    source : str
        Where they came from.
    moment : int, microseconds UTC
        When they were learned.
    exact : bool
        Whether they were learned at that moment whatever is held: a row then takes its place among the revisions and
        is held against the one in force then. Otherwise it comes after the last revision, even if the clock went back.

    Returns
    -------
    int
        Rows inserted.
    """
    held: dict[Key, int] = {(row.measure, row.asset, row.entity): row.id for row in connection.execute(select(SERIES))}
    same = np.zeros(len(rows), dtype=bool)
    before = np.full(len(rows), NEVER)
    edges = np.searchsorted(rows.series, np.arange(len(rows.keys) + 1)).tolist()
    for key, start, stop in zip(rows.keys, edges[:-1], edges[1:], strict=True):
        if key in held and stop > start:
            mine = slice(start, stop)
            same[mine], before[mine] = _compare(connection, held[key], rows.take(mine), moment if exact else None)
    news = ~same
    if not news.any():
        return 0
    known = np.maximum(moment, before + 1)
    numbers = _number(connection, rows, news, held)
    _insert(connection, numbers[rows.series[news]], rows.time[news], known[news], rows.value[news])
    batch = 1 + (connection.scalar(select(func.max(BATCH.c.id))) or 0)
    added, revised = int(news.sum()), int((news & (before != NEVER)).sum())
    connection.execute(BATCH.insert().values(id=batch, known_at=moment, source=source[:400], added=added, revised=revised))
    return added


def _compare(connection: Connection, number: int, rows: Rows, moment: int | None) -> tuple[Flags, Integers]:
    """Hold one series against the last revisions kept, or against those in force at a moment.

    Returns
    -------
    same : array of shape (n_rows,)
        Whether that revision says the same.
    before : array of shape (n_rows,), microseconds UTC
        When that revision was known; NEVER where there is none.
    """
    kept = fetch(connection, _HELD_BETWEEN, series=number, first=int(rows.time[0]), final=int(rows.time[-1]))
    if moment is not None:
        kept = kept[_in_force(kept, moment)]
    kept = kept[np.diff(kept["time"], append=np.iinfo(np.int64).max) != 0]  # the last revision of each time
    if not len(kept):
        return np.zeros(len(rows), dtype=bool), np.full(len(rows), NEVER)
    place = np.minimum(np.searchsorted(kept["time"], rows.time), len(kept) - 1)
    found = kept["time"][place] == rows.time
    return found & (kept["value"][place] == rows.value), np.where(found, kept["known"][place], NEVER)


def _in_force(kept: np.ndarray, moment: int) -> Flags:
    """Flag the revisions known by a moment; no two of a key share a microsecond, so the next free one counts as it."""
    late = kept["known"] >= moment
    later: Integers = np.cumsum(late) - late  # late ones before each; of them, those of the same time:
    starts = np.flatnonzero(np.diff(kept["time"], prepend=NEVER) != 0)
    later -= np.repeat(later[starts], np.diff(starts, append=len(kept)))
    in_force: Flags = kept["known"] <= moment + later
    return in_force


def _number(connection: Connection, rows: Rows, news: Flags, held: dict[Key, int]) -> Integers:
    """Find each series' number, giving one to those that are new."""
    unnamed = [rows.keys[place] for place in np.unique(rows.series[news]).tolist() if rows.keys[place] not in held]
    fresh = dict(zip(unnamed, count(max(held.values(), default=0) + 1), strict=False))
    if fresh:
        connection.execute(
            SERIES.insert(),
            [
                {"id": number, "measure": measure, "asset": asset, "entity": entity}
                for (measure, asset, entity), number in fresh.items()
            ],
        )
    numbers = held | fresh
    return np.array([numbers.get(key, 0) for key in rows.keys], dtype=np.int64)


def _insert(connection: Connection, *columns: np.ndarray) -> None:
    """Hand the driver plain values, many rows to a statement: one by one, or as dictionaries, takes twice as long."""
    values = list(chain.from_iterable(zip(*(column.tolist() for column in columns), strict=True)))
    whole = len(values) // (BLOCK * len(columns)) * BLOCK * len(columns)
    for rows, mine in ((BLOCK, values[:whole]), (1, values[whole:])):
        width = rows * len(columns)
        blocks = [tuple(mine[start : start + width]) for start in range(0, len(mine), width)]
        if blocks:
            connection.exec_driver_sql(_insertion(connection.dialect, rows), blocks)


@lru_cache(maxsize=8)
def _insertion(dialect: Dialect, rows: int) -> str:
    """Write out the INSERT of so many rows: SQLAlchemy's words for one, its placeholders repeated."""
    start, values, row = str(OBSERVATION.insert().compile(dialect=dialect)).partition(" VALUES ")
    return start + values + ", ".join([row] * rows)
