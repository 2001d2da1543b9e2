"""Answers kept whole: of each source and asset the last one of every day, readable as of any day.

For what a publisher tells only of now, such as a chain of options: what is not read out of it today cannot be asked for tomorrow.
"""

import json
import zlib
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, select

from data_sources.rows import DAY_US, end_of, now, stamp
from data_sources.schema import LATCH, SNAPSHOT
from data_sources.store import Store


def keep(store: Store, source: str, asset: str, time: pd.Timestamp, payload: Any, known_at: pd.Timestamp | None = None) -> None:
    """Keep an answer in place of an earlier one of the same day.

    Days (UTC) are those on which answers were learned, so that what is known as of a day that is over never changes. An answer that
    is older than the one already learned on its day is not kept.

    Parameters
    ----------
    store : Store
    source, asset : str
        Who was asked about what.
    time : Timestamp
        What time the answer is about.
    payload : any
        Whatever JSON can hold.
    known_at : Timestamp, optional
        When it was learned; now, unless told.
    """
    body = zlib.compress(json.dumps(payload, separators=(",", ":")).encode(), 9)
    with store.writing() as connection:
        connection.execute(select(LATCH.c.id).with_for_update())  # one writer: two at once would both find nothing to replace
        learned = now() if known_at is None else stamp(known_at)
        day = learned - learned % DAY_US
        same = (
            (SNAPSHOT.c.source == source)
            & (SNAPSHOT.c.asset == asset)
            & (SNAPSHOT.c.known_at >= day)
            & (SNAPSHOT.c.known_at < day + DAY_US)
        )
        newest = connection.scalar(select(func.max(SNAPSHOT.c.time)).where(same))
        if newest is not None and newest > stamp(time):
            return
        connection.execute(SNAPSHOT.delete().where(same))
        row = {"source": source, "asset": asset, "known_at": learned, "time": stamp(time), "body": body}
        connection.execute(SNAPSHOT.insert().values(**row))


def latest(store: Store, source: str, asset: str, as_of: object = None) -> Any:
    """Give the last answer known by the end of a day (UTC), or by a moment; of all without one. None where none is held."""
    wanted = select(SNAPSHOT.c.body).where(SNAPSHOT.c.source == source, SNAPSHOT.c.asset == asset)
    if as_of is not None:
        wanted = wanted.where(SNAPSHOT.c.known_at < end_of(as_of))
    with store.reading() as connection:
        if connection is None or not _there(connection):
            return None
        body = connection.scalar(wanted.order_by(SNAPSHOT.c.known_at.desc()).limit(1))
    return None if body is None else json.loads(zlib.decompress(body))


def _there(connection: Connection) -> bool:
    """Whether the store is new enough to have the table."""
    return connection.dialect.has_table(connection, SNAPSHOT.name)
