"""What a database says when it cannot be used, in words for a person; a corrupted file is moved aside here."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, TimeoutError

from data_sources.errors import StoreUnavailable
from data_sources.schema import sqlite_file

SENTENCES: dict[str, str] = {
    "SQLITE_BUSY": "is in use: another process has been writing for too long; try again in a minute",
    "SQLITE_LOCKED": "is in use: another process has been writing for too long; try again in a minute",
    "SQLITE_READONLY_DIRECTORY": "cannot be opened: its folder is read-only, and SQLite writes beside the file even to read "
    "it; one that nobody writes opens as sqlite:///file:PATH?mode=ro&immutable=1&uri=true",
    "SQLITE_READONLY": "cannot be written: the file or its folder is read-only",
    "SQLITE_PERM": "cannot be opened: permission is denied",
    "SQLITE_AUTH": "cannot be opened: permission is denied",
    "SQLITE_CANTOPEN": "cannot be opened: the file or its folder is missing, closed to this user or of the wrong kind",
    "SQLITE_FULL": "cannot grow: the disk is full",
    "SQLITE_IOERR": "cannot be read or written: the disk reports an error",
}
"""Beginning of SQLite's name of an error to what it means; the first that fits is said."""
STATES: dict[str, str] = {
    "55P03": SENTENCES["SQLITE_BUSY"],
    "42501": "cannot be used for this: the board's role in the database has no right to it",
    "25006": "cannot be written: the database is read-only",
    "53300": "is in use by too many at once; try again",
}
"""The same for the states of PostgreSQL: https://www.postgresql.org/docs/current/errcodes-appendix.html"""
CORRUPT = ("SQLITE_NOTADB", "SQLITE_CORRUPT")


def checked(url: str) -> URL:
    """Read a database URL; what it contains is never repeated, it may hold a password."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise StoreUnavailable(
            "STRESS_DATABASE_URL is not a database URL such as sqlite:///stress.db or postgresql://user@host/name."
        ) from None


@contextmanager
def explained(url: URL, engine: Engine | None = None) -> Iterator[None]:
    """Turn what a database says into StoreUnavailable."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as fault:
        cause = fault.orig if isinstance(fault, DBAPIError) else fault
        name = str(getattr(cause, "sqlite_errorname", ""))
        if name.startswith(CORRUPT):
            if engine is not None:
                engine.dispose()
            raise _corrupted(url) from fault
        known = next((words for start, words in SENTENCES.items() if name.startswith(start)), "")
        known = known or STATES.get(str(getattr(cause, "sqlstate", "")), "")
        raise _refusal(url, known or "does not answer", "" if known else f": {_words(url, cause)}") from fault
    except OSError as fault:
        raise _refusal(url, f"cannot be opened: {fault.strerror or 'the system refuses it'}") from fault
    except (NoSuchModuleError, ModuleNotFoundError):
        raise _refusal(url, f"cannot be opened: no driver for {url.drivername} is installed") from None
    except TimeoutError as fault:
        raise _refusal(url, "is in use by too many readers at once; try again") from fault


def _refusal(url: URL, why: str, more: str = "") -> StoreUnavailable:
    """Say why, naming the store to any reader by its file's name or its kind, and in full by its path or its URL."""
    path = sqlite_file(url)
    name = path.name if path else f"({url.get_backend_name()})"
    whole = str(path) if path else url.render_as_string(hide_password=True)
    return StoreUnavailable(f"The store {name} {why}.", f"The store {whole} {why}{more}.")


def _words(url: URL, cause: object) -> str:
    """Repeat what the database said, on one line and without the password."""
    words = " ".join(str(cause).split()).rstrip(".?")
    return words.replace(str(url.password), "***") if url.password else words


def _corrupted(url: URL) -> StoreUnavailable:
    """Move a corrupted file aside and say what became of it."""
    path = sqlite_file(url)
    if path is None:
        return _refusal(url, "is corrupted")
    try:
        kept = _set_aside(path)
    except OSError as fault:
        return _refusal(url, f"is corrupted or not a database, and cannot be moved aside: {fault.strerror}")
    if kept is None:
        return _refusal(url, "was corrupted; another process has moved it aside; try again")
    begins = f"was corrupted or not a database; it is kept beside it as {kept.name}, and the next start begins a new one"
    return _refusal(url, begins)


def _set_aside(path: Path) -> Path | None:
    """Rename a corrupted file, with what belongs to it; None when another process has already done so.

    The file is locked and looked at again first: a second process that stumbles over the same damage must not move
    the new store that the first one has begun since.
    """
    import fcntl  # absent on Windows, where a file in use cannot be renamed anyway

    if not path.exists():
        return None
    with path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not path.exists() or not os.path.samestat(path.stat(), os.fstat(held.fileno())) or _sound(path):
            return None
        kept = path.with_name(f"{path.name}.corrupt-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
        for tail in ("-wal", "-shm", ""):
            part = path.with_name(path.name + tail)
            if part.exists():
                part.rename(kept.with_name(kept.name + tail))
        return kept


def _sound(path: Path) -> bool:
    """Ask SQLite whether a file is a whole database."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            return bool(connection.execute("PRAGMA quick_check").fetchone() == ("ok",))
        except sqlite3.DatabaseError as fault:
            return not fault.sqlite_errorname.startswith(CORRUPT)
