"""The store's tables and its engine.

``series`` names each (measure, asset, entity) once. ``observation`` holds every revision of every number and is only
ever appended to. ``batch`` says when rows came and from where. ``latch`` has one row; who holds it is the one
writer. ``attempt`` remembers every question to a publisher and what came of it; ``lease`` and ``host`` let processes share
who asks, when the next turn is, and which host is closed to us. ``snapshot`` keeps whole answers that cannot be had again.
``pin`` keeps what somebody wanted to find again: links, pictures and notes, with the numbers in them.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import numpy as np
from sqlalchemy import (
    URL,
    BigInteger,
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    UniqueConstraint,
    create_engine,
    event,
    select,
)

WRITING = "faultline_writing"
"""Execution option of a connection that is going to write."""
BUSY_SECONDS = 30
"""How long a question waits for whoever writes, before it says so."""
CONNECT_SECONDS = 10

METADATA = MetaData()
SERIES = Table(
    "series",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("measure", String(64), nullable=False),
    Column("asset", String(64), nullable=False),
    Column("entity", String(64), nullable=False),
    UniqueConstraint("measure", "asset", "entity"),
)
OBSERVATION = Table(
    "observation",
    METADATA,
    Column("series_id", Integer, primary_key=True, autoincrement=False),
    Column("time", BigInteger, primary_key=True, autoincrement=False, comment="microseconds UTC"),
    Column("known_at", BigInteger, primary_key=True, autoincrement=False, comment="microseconds UTC"),
    Column("value", Float(53), nullable=False),
    sqlite_with_rowid=False,
)
BATCH = Table(
    "batch",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("known_at", BigInteger, nullable=False, comment="microseconds UTC"),
    Column("source", String(400), nullable=False),
    Column("added", Integer, nullable=False, comment="rows, revisions among them"),
    Column("revised", Integer, nullable=False),
)
LATCH = Table(
    "latch",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("born", BigInteger, nullable=False, comment="microseconds UTC; tells a store from the one before it"),
)

ATTEMPT = Table(
    "attempt",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source", String(64), nullable=False),
    Column("asset", String(64), nullable=False),
    Column("started", BigInteger, nullable=False, index=True, comment="microseconds UTC"),
    Column("ended", BigInteger, nullable=False, comment="microseconds UTC"),
    Column("outcome", String(16), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("newest", BigInteger, comment="microseconds UTC; time of the newest observation in the answer"),
    Column("added", Integer, nullable=False, comment="rows kept, revisions among them"),
    Column("requests", Integer, nullable=False),
)
LEASE = Table(
    "lease",
    METADATA,
    Column("name", String(80), primary_key=True),
    Column("holder", String(120), nullable=False),
    Column("until", Float(53), nullable=False, comment="seconds since 1970"),
)
HOST = Table(
    "host",
    METADATA,
    Column("name", String(80), primary_key=True),
    Column("next_turn", Float(53), nullable=False, comment="seconds since 1970; the theoretical arrival time"),
    Column("failures", Integer, nullable=False, comment="in a row"),
    Column("closed_until", Float(53), nullable=False, comment="seconds since 1970"),
    Column("closed_by", String(32), nullable=False, comment="type of the error that closed it"),
    Column("reason", String(400), nullable=False),
)
SNAPSHOT = Table(
    "snapshot",
    METADATA,
    Column("source", String(64), primary_key=True),
    Column("asset", String(64), primary_key=True),
    Column("known_at", BigInteger, primary_key=True, autoincrement=False, comment="microseconds UTC"),
    Column("time", BigInteger, nullable=False, comment="microseconds UTC; of the newest observation in the answer"),
    Column("body", LargeBinary, nullable=False, comment="the answer as it came: JSON, compressed by zlib"),
)
PIN = Table(
    "pin",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("kind", String(16), nullable=False, index=True),
    Column("digest", String(64), nullable=False, index=True, comment="SHA-256 of the numbers, hex"),
    Column("created", BigInteger, nullable=False, comment="microseconds UTC"),
    Column("body", LargeBinary, nullable=False, comment="what was kept: JSON, compressed by zlib"),
)

HELD = select(OBSERVATION.c.series_id, OBSERVATION.c.time, OBSERVATION.c.known_at, OBSERVATION.c.value).order_by(
    OBSERVATION.c.series_id, OBSERVATION.c.time, OBSERVATION.c.known_at
)
"""Every revision of every number, in order of series, time and known."""
_ROW = np.dtype([("series", "i8"), ("time", "i8"), ("known", "i8"), ("value", "f8")])


def fetch(connection: Connection, statement: Select, **values: object) -> np.ndarray:
    """Fetch observations as one structured array with fields series, time, known and value."""
    result = connection.execute(statement, values)
    assert result.cursor is not None  # a SELECT has one
    return np.fromiter(
        cast("Iterable[tuple]", result.cursor), dtype=_ROW
    )  # the driver's own rows: half the time of SQLAlchemy's


def connect(url: URL) -> Engine:
    """Make an engine; nothing is opened until it is first used."""
    arguments: dict[str, Any] = {}
    backend = url.get_backend_name()
    if backend == "sqlite" and "timeout" not in url.query:
        arguments["timeout"] = BUSY_SECONDS
    if backend in ("postgresql", "mysql", "mariadb") and "connect_timeout" not in url.query:
        arguments["connect_timeout"] = CONNECT_SECONDS
    # plain placeholders, so that rows can be handed over as they are
    style = "qmark" if backend == "sqlite" else "format"
    engine = create_engine(
        url, connect_args=arguments, paramstyle=style, hide_parameters=True, pool_pre_ping=backend != "sqlite"
    )
    if backend == "sqlite":
        event.listen(engine, "connect", _let_us_begin)
        event.listen(engine, "begin", _begin)
    if backend == "postgresql":
        event.listen(engine, "connect", _wait_no_longer)
    return engine


def sqlite_file(url: URL) -> Path | None:
    """Path of a SQLite database that lives in a file; None for other databases and for one in memory."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database).removeprefix("file:"))


def _let_us_begin(connection: Any, _: object) -> None:
    """Keep the driver from beginning transactions its own way.

    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#enabling-non-legacy-sqlite-transactional-modes
    """
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous = NORMAL")  # with WAL a power cut can lose the last commits, never tear one


def _wait_no_longer(connection: Any, _: object) -> None:
    """Keep a question from waiting without end for a table or a latch that another process holds; PostgreSQL would.

    Said in a statement: pools in front of a database refuse it among the parameters of a connection.
    """
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    cursor.close()
    connection.commit()


def _begin(connection: Connection) -> None:
    """Begin as a writer at once, so that what is read before writing cannot change in between."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITING) else "BEGIN")
