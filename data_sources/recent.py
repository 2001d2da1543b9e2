"""The last numbers held of a few series: what a new answer is compared with."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sqlalchemy import select

from data_sources.registry import INTERCHANGEABLE
from data_sources.rows import Floats, Integers, Key
from data_sources.schema import OBSERVATION, SERIES
from data_sources.store import Store


def recent(store: Store, keys: Iterable[Key], count: int) -> dict[Key, tuple[Integers, Floats]]:
    """Give the last observations of series, as they stand now.

    Parameters
    ----------
    store : Store
    keys : iterable of (measure, asset, entity)
        Where an entity has none, those of one whose numbers stand for its are given.
    count : int
        Observations of each, at most.

    Returns
    -------
    dict of key to (times, values)
        Microseconds UTC and the measure's unit, oldest first; a series of which nobody holds anything is left out.
    """
    found = {}
    with store.reading() as connection:
        if connection is None:
            return {}
        for measure, asset, entity in keys:
            for name in (entity, *INTERCHANGEABLE.get(measure, ())):
                number = connection.scalar(
                    select(SERIES.c.id).where(SERIES.c.measure == measure, SERIES.c.asset == asset, SERIES.c.entity == name)
                )
                if number is None:
                    continue
                last = (
                    select(OBSERVATION.c.time, OBSERVATION.c.value)
                    .where(OBSERVATION.c.series_id == number)
                    .order_by(OBSERVATION.c.time.desc(), OBSERVATION.c.known_at.desc())
                    .limit(2 * count)  # revisions among them
                )
                found[measure, asset, entity] = _arrays(connection.execute(last).all())
                break
    return found


def _arrays(rows: Sequence[Any]) -> tuple[Integers, Floats]:
    """Turn rows, newest first, into arrays, oldest first; of each time the last revision."""
    latest = dict(tuple(row) for row in reversed(rows))
    return np.array(list(latest), dtype=np.int64), np.array(list(latest.values()), dtype=np.float64)
