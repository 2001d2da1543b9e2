"""What somebody wanted to find again: links, pictures and notes, kept whole under an id that says nothing about the others.

An id comes from what is kept, so keeping the same twice keeps it once, on every machine under the same id.
"""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Select, delete, func, select

from data_sources.errors import StoreUnavailable
from data_sources.history import NEVER
from data_sources.rows import end_of, now, stamp, times
from data_sources.schema import LATCH, PIN
from data_sources.store import Store

ID = re.compile(r"[A-Za-z0-9_-]{12}")
KIND = re.compile(r"[a-z_]{1,16}")
MOST = 50_000
"""Pins kept of one kind: a stranger who keeps asking fills no disk."""
PASSING = ("picture",)
"""Kinds of which the oldest give way when there are too many; of the others no more are taken."""
LARGEST = 4_000_000
"""Bytes of one body, packed; unpacked no more than MOST_UNPACKED."""
MOST_UNPACKED = 64_000_000


@dataclass(frozen=True)
class Pin:
    """One thing kept: its kind, the digest of the numbers in it, when it was kept (UTC), and whatever JSON can hold."""

    id: str
    kind: str
    digest: str
    created: pd.Timestamp
    body: Any


def keep(store: Store, kind: str, body: Any, digest: str, allowed: Callable[[], None] | None = None) -> str:
    """Keep something and give its id; the same kind, digest and body give the same id and are kept once.

    Parameters
    ----------
    store : Store
    kind : str
        link, picture, note …: small letters.
    body : any
        Whatever JSON can hold; under ``content`` the numbers that the digest binds.
    digest : str
        As ``notes.proof.digest`` gives it.
    allowed : callable, optional
        Asked before anything new is kept; what it raises is raised.

    Raises
    ------
    StoreUnavailable
        When nothing was ever kept in the store, so that there is no file yet; when it cannot be written; when it is full.
    ValueError
        For a kind that is none, or a body that JSON cannot hold.
    """
    if not KIND.fullmatch(kind):
        raise ValueError(f"{kind!r} is no kind of pin.")
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    name = hashlib.sha256(b"\0".join((kind.encode(), digest.encode(), text))).digest()
    id, packed = base64.urlsafe_b64encode(name)[:12].decode(), zlib.compress(text, 9)
    if len(packed) > LARGEST or len(text) > MOST_UNPACKED:
        raise StoreUnavailable(f"It is too large to be kept: {len(packed):,} bytes of at most {LARGEST:,}.")
    with store.reading() as connection:
        if connection is None:
            raise StoreUnavailable("Nothing can be kept on the sample board: the store begins with the first number that arrives.")
        if _there(connection) and connection.scalar(select(PIN.c.id).where(PIN.c.id == id)) is not None:
            return id
    if allowed is not None:
        allowed()
    with store.writing() as connection:
        connection.execute(select(LATCH.c.id).with_for_update())  # one writer: two at once would both make the table
        PIN.create(connection, checkfirst=True)  # a store of an earlier version lacks it
        if connection.scalar(select(PIN.c.id).where(PIN.c.id == id)) is None:
            full = (connection.scalar(select(func.count()).where(PIN.c.kind == kind)) or 0) >= MOST
            if full and kind in PASSING:
                oldest = select(PIN.c.id).where(PIN.c.kind == kind).order_by(PIN.c.created, PIN.c.id).limit(MOST // 100 + 1)
                connection.execute(delete(PIN).where(PIN.c.id.in_(oldest)))
            elif full:
                raise StoreUnavailable(f"The store already keeps {MOST:,} of this kind and takes no more.")
            connection.execute(PIN.insert().values(id=id, kind=kind, digest=digest, created=now(), body=packed))
    return id


def find(store: Store, id: str) -> Pin | None:
    """Give what is kept under an id; None where nothing is, and for what cannot be an id."""
    if not ID.fullmatch(id):
        return None
    found = _fetched(store, select(PIN).where(PIN.c.id == id))
    return found[0] if found else None


def by_digest(store: Store, digest: str) -> Pin | None:
    """Give what was first kept of a digest, whole or at least its first 12 hex digits; None where nothing was."""
    if not re.fullmatch(r"[0-9a-f]{12,64}", digest):
        return None
    found = _fetched(store, select(PIN).where(PIN.c.digest.startswith(digest)).order_by(PIN.c.created, PIN.c.id).limit(1))
    return found[0] if found else None


def listed(store: Store, kind: str, most: int = 1000) -> list[Pin]:
    """Give what is kept of a kind, the newest first."""
    wanted = select(PIN).where(PIN.c.kind == kind)
    return _fetched(store, wanted.order_by(PIN.c.created.desc(), PIN.c.id).limit(most))


def revised_at(
    store: Store, inputs: set[tuple[str, str]], as_of: pd.Timestamp, arrived: pd.Timestamp | None = None
) -> pd.Timestamp | None:
    """Say when something of these (measure, asset) that was known by the end of a day, or by a moment, was last told otherwise.

    None where nothing was. ``as_of`` at 00:00 is a day. What was first learned after ``arrived``, where it is given, counts,
    too: it does not stand on that board. An asset that ends with * stands for all that begin so.
    """
    moment, latest = end_of(as_of), 0
    absent = NEVER if arrived is None else stamp(arrived)
    for measure, asset in sorted(inputs):
        wild = asset.endswith("*")
        history = store.history(measure.lstrip("*"), None if wild else asset)
        keys = history.rows.keys
        of = np.array([not wild or key[1].startswith(asset[:-1]) for key in keys], dtype=bool)
        shown = history.complete(moment) & (of[history.rows.series] if len(keys) else True)
        again = history.known[shown[history.place] & (history.known >= moment)]
        first = history.learned[shown & (history.learned > absent)]
        latest = max(latest, int(again.max(initial=0)), int(first.max(initial=0)))
    return times(np.array([latest]))[0] if latest else None


def _fetched(store: Store, statement: Select[Any]) -> list[Pin]:
    with store.reading() as connection:
        if connection is None or not _there(connection):
            return []
        rows = connection.execute(statement).all()
    pins = (_read(row.id, row.kind, row.digest, row.created, row.body) for row in rows)
    return [pin for pin in pins if pin is not None]


def _read(id: str, kind: str, digest: str, created: int, body: bytes) -> Pin | None:
    """Unpack a pin; one that was damaged in the store is as if it were not there."""
    try:
        unpacking = zlib.decompressobj()
        told = json.loads(unpacking.decompress(body, MOST_UNPACKED))
    except (zlib.error, ValueError, RecursionError):
        return None
    return Pin(id, kind, digest, times(np.array([created]))[0], told)


def _there(connection: Connection) -> bool:
    """Whether the store is new enough to have the table."""
    return connection.dialect.has_table(connection, PIN.name)
