import os
import sqlite3
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from data_sources import faults, schema
from data_sources.errors import StoreUnavailable
from data_sources.store import Store
from tests.frames import observations

DAYS = observations(("2025-11-18", 92_960.83), ("2025-11-19", 91_554.96), ("2025-11-20", 86_637.23))
REVISION = observations(("2025-11-19", 1.0))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A SQLite store on disk that holds three days."""
    path = tmp_path / "stress.db"
    with closing(Store(f"sqlite:///{path}")) as store:
        store.append(DAYS, "test")
    return path


def test_readers_read_while_somebody_writes_and_a_second_writer_hears_why_not(file: Path) -> None:
    with (
        closing(sqlite3.connect(file, isolation_level=None)) as writer,
        closing(Store(f"sqlite:///{file}?timeout=0.1")) as store,
    ):
        writer.execute("BEGIN IMMEDIATE")
        assert len(store.read()) == 3
        with pytest.raises(StoreUnavailable, match="is in use: another process"):
            store.append(REVISION, "test")
        writer.execute("ROLLBACK")
        assert store.append(REVISION, "test") == 1


def test_who_waits_too_long_for_a_writer_hears_so_on_every_database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.1)
    with closing(Store(database_url)) as first, closing(Store(database_url)) as second:
        first.append(DAYS, "test")
        with first.writing() as connection:
            connection.execute(select(schema.LATCH.c.id).with_for_update())
            with pytest.raises(StoreUnavailable, match="is in use: another process"):
                second.append(REVISION, "test")
        assert second.append(REVISION, "test") == 1


@pytest.mark.parametrize("how", ["mode=ro", "mode=ro&immutable=1"])
def test_a_read_only_store_is_read_and_says_that_it_cannot_be_written(file: Path, how: str) -> None:
    with closing(Store(f"sqlite:///file:{file}?{how}&uri=true")) as store:
        assert len(store.read()) == 3
        with pytest.raises(StoreUnavailable, match="cannot be written: the file or its folder is read-only"):
            store.append(REVISION, "test")
    assert len(list(file.parent.glob("*.corrupt-*"))) == 0


def test_a_store_in_an_impossible_place_says_so(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("not a folder")
    below = Store(f"sqlite:///{tmp_path / 'plain' / 'stress.db'}")
    with closing(below) as store, pytest.raises(StoreUnavailable, match=r"^The store stress\.db cannot be opened: ") as refusal:
        store.append(DAYS, "test")
    assert f"{tmp_path}/plain/stress.db cannot be opened: " in refusal.value.in_full
    with closing(Store(f"sqlite:///{tmp_path}")) as store, pytest.raises(StoreUnavailable, match="cannot be opened"):
        store.read()


def _overwrite_header(file: Path) -> None:
    file.write_bytes(b"this is no database " * 500)


def _tear_a_page(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    file.write_bytes(content)


def _cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5_000])


@pytest.mark.parametrize("damage", [_overwrite_header, _tear_a_page, _cut_off])
def test_a_corrupted_store_is_moved_aside_and_the_next_start_works(file: Path, damage: Callable[[Path], None]) -> None:
    damage(file)
    damaged = file.read_bytes()
    file.with_name("stress.db-wal").write_bytes(b"left over")
    with closing(Store(f"sqlite:///{file}")) as store, pytest.raises(StoreUnavailable) as refusal:
        store.read()
    kept = [path for path in file.parent.glob("stress.db.corrupt-*") if not path.name.endswith(("-wal", "-shm"))]
    assert len(kept) == 1
    assert f"kept beside it as {kept[0].name}" in str(refusal.value)
    assert (str(file.parent) in refusal.value.in_full, str(file.parent) in str(refusal.value)) == (True, False)
    assert kept[0].read_bytes() == damaged
    assert not file.exists()
    with closing(Store(f"sqlite:///{file}")) as store:
        assert store.version() == 0
        assert store.append(DAYS, "test") == 3
    assert kept[0].read_bytes() == damaged


def test_a_sound_file_is_never_moved_aside(file: Path) -> None:
    # a second process may stumble over damage when the first has already begun a new store under the same name
    assert faults._set_aside(file) is None
    assert [path.name for path in file.parent.iterdir()] == ["stress.db"]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://teller:s3cret@127.0.0.1:1/stress", "does not answer"),
        ("postgres://teller:s3cret@127.0.0.1/stress", "no driver"),
        ("mysql+nothing://teller:s3cret@127.0.0.1/stress", "no driver"),
        ("teller:s3cret@127.0.0.1/stress", "is not a database URL"),
    ],
)
def test_a_database_out_of_reach_is_one_sentence_without_the_password(url: str, sentence: str) -> None:
    with pytest.raises(StoreUnavailable, match=sentence) as refusal:
        Store(url).version()
    assert str(refusal.value).count("\n") == refusal.value.in_full.count("\n") == 0
    assert "s3cret" not in refusal.value.in_full
    assert not [word for word in ("teller", "127.0.0.1") if word in str(refusal.value)], "a visitor learns neither user nor host"
    assert "s3cret" not in "".join(traceback.format_exception(refusal.value))
