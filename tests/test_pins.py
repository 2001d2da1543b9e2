"""Pins: kept once, found by id and by digest, never on a board without a store, and nothing in them is trusted."""

import zlib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import func, select

from data_sources import pins
from data_sources.errors import StoreUnavailable
from data_sources.schema import METADATA, PIN
from data_sources.store import Store
from tests.frames import observations, utc

DIGEST, OTHER = "ab" * 32, "cd" * 32
BODY: dict[str, Any] = {
    "content": {"page": "fear", "readings": {"vix": [26.42, "points", "2025-11-20T00:00:00Z"]}},
    "path": "/fear",
}


@pytest.fixture
def held(store: Store) -> Store:
    """A store that holds two closes."""
    store.append(observations(("2025-11-19", 91_554.96), ("2025-11-20", 86_637.23)), "test", utc("2025-11-21"))
    return store


def count(store: Store) -> int:
    with store.reading() as connection:
        assert connection is not None
        return int(connection.scalar(select(func.count()).select_from(PIN)) or 0)


def test_what_is_kept_is_found_by_its_id_and_by_its_digest(held: Store) -> None:
    id = pins.keep(held, "link", BODY, DIGEST)
    found = pins.find(held, id)
    assert found is not None
    assert (found.id, found.kind, found.digest, found.body) == (id, "link", DIGEST, BODY)
    assert pd.Timestamp.now("UTC") - found.created < pd.Timedelta(minutes=1)
    assert pins.by_digest(held, DIGEST) == pins.by_digest(held, DIGEST[:12]) == found


def test_the_same_is_kept_once_and_another_kind_digest_or_body_beside_it(held: Store) -> None:
    first = pins.keep(held, "link", BODY, DIGEST)
    assert pins.keep(held, "link", BODY, DIGEST) == first
    assert count(held) == 1
    others = [pins.keep(held, "note", BODY, DIGEST), pins.keep(held, "link", BODY, OTHER), pins.keep(held, "link", {}, DIGEST)]
    assert len({first, *others}) == count(held) == 4


def test_an_id_tells_nothing_of_the_others_and_is_the_same_in_another_store(held: Store, tmp_path: Path) -> None:
    ids = [pins.keep(held, "link", {"at": at}, DIGEST) for at in range(20)]
    assert all(pins.ID.fullmatch(id) for id in ids)
    assert len({id[:2] for id in ids}) > 10
    elsewhere = Store(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    elsewhere.append(observations(("2025-11-19", 1.0)), "test")
    assert pins.keep(elsewhere, "link", {"at": 3}, DIGEST) == ids[3]
    elsewhere.close()


@pytest.mark.parametrize("id", ["", "x", "' OR 1=1 --", "../../etc", "a" * 12, "é" * 12, "a" * 5000, "AAAAAAAAAAA\n"])
def test_an_id_of_nothing_finds_nothing(held: Store, id: str) -> None:
    pins.keep(held, "link", BODY, DIGEST)
    assert pins.find(held, id) is None


@pytest.mark.parametrize("digest", ["", "ab", "%" * 12, "_" * 64, "ab" * 5, DIGEST.upper(), OTHER, DIGEST + "ab"])
def test_a_digest_of_nothing_finds_nothing(held: Store, digest: str) -> None:
    pins.keep(held, "link", BODY, DIGEST)
    assert pins.by_digest(held, digest) is None


def test_a_kind_is_listed_newest_first(held: Store) -> None:
    ids = [pins.keep(held, "note", {"at": at}, DIGEST) for at in range(3)]
    pins.keep(held, "link", BODY, DIGEST)
    assert [pin.id for pin in pins.listed(held, "note")] == ids[::-1]
    assert len(pins.listed(held, "note", most=2)) == 2


def test_without_a_store_nothing_is_kept_nothing_found_and_nothing_made(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'new' / 'stress.db'}")
    with pytest.raises(StoreUnavailable, match="Nothing can be kept on the sample board"):
        pins.keep(store, "link", BODY, DIGEST)
    assert pins.find(store, "a" * 12) is None
    assert pins.by_digest(store, DIGEST) is None
    assert pins.listed(store, "link") == []
    assert list(tmp_path.iterdir()) == []
    store.close()


def test_a_store_that_cannot_be_written_says_so_and_what_it_keeps_is_still_found(held: Store, database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("a file can be read-only; a server's store has other ways")
    id = pins.keep(held, "link", BODY, DIGEST)
    reading = Store(database_url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true")
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        pins.keep(reading, "link", {}, DIGEST)
    assert pins.keep(reading, "link", BODY, DIGEST) == id
    reading.close()


def test_a_store_of_an_earlier_version_is_read_and_gets_the_table_with_its_first_pin(held: Store, database_url: str) -> None:
    with held.writing() as connection:
        METADATA.tables["pin"].drop(connection)
    opened = Store(database_url)
    assert pins.find(opened, "a" * 12) is None
    id = pins.keep(opened, "link", BODY, DIGEST)
    assert pins.find(opened, id) is not None
    assert opened.read()["value"].tolist() == [91_554.96, 86_637.23]
    opened.close()


def test_a_full_store_takes_no_more_and_says_so(held: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "MOST", 2)
    ids = [pins.keep(held, "link", {"at": at}, DIGEST) for at in range(2)]
    with pytest.raises(StoreUnavailable, match="already keeps 2 of this kind"):
        pins.keep(held, "link", {"at": 2}, DIGEST)
    assert pins.keep(held, "link", {"at": 1}, DIGEST) == ids[1]
    assert pins.keep(held, "note", {"at": 2}, DIGEST)


def test_what_is_too_large_is_not_kept(held: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "LARGEST", 10)
    with pytest.raises(StoreUnavailable, match="too large to be kept"):
        pins.keep(held, "link", BODY, DIGEST)


@pytest.mark.parametrize("kind", ["", "Link", "a b", "x" * 17, "a'--"])
def test_a_kind_that_is_none_is_the_callers_mistake(held: Store, kind: str) -> None:
    with pytest.raises(ValueError, match="is no kind of pin"):
        pins.keep(held, kind, BODY, DIGEST)


@pytest.mark.parametrize("body", [b"", b"no zlib", zlib.compress(b"{not json"), zlib.compress(b"[" * 200_000)])
def test_a_pin_damaged_in_the_store_is_as_if_it_were_not_there(held: Store, body: bytes) -> None:
    id = pins.keep(held, "link", BODY, DIGEST)
    with held.writing() as connection:
        connection.execute(PIN.update().values(body=body))
    assert pins.find(held, id) is None
    assert pins.listed(held, "link") == []


def test_what_unpacks_to_more_than_a_body_can_be_is_not_read(held: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    id = pins.keep(held, "link", {"long": "x" * 10_000}, DIGEST)
    monkeypatch.setattr(pins, "MOST_UNPACKED", 5_000)
    assert pins.find(held, id) is None


def test_a_revision_is_dated_when_it_was_learned(held: Store) -> None:
    assert pins.revised_at(held, {("close", "BTC")}, utc("2025-11-21")) is None
    held.append(observations(("2025-11-20", 86_000.0)), "test", utc("2025-11-25 08:00"))
    assert pins.revised_at(held, {("close", "BTC")}, utc("2025-11-21")) == utc("2025-11-25 08:00")
    assert pins.revised_at(held, {("close", "B*"), ("close", "ETH")}, utc("2025-11-21")) == utc("2025-11-25 08:00")
    assert pins.revised_at(held, {("close", "E*"), ("level", "VIX")}, utc("2025-11-21")) is None
    assert pins.revised_at(held, {("close", "BTC")}, utc("2025-11-18")) is None
    assert pins.revised_at(held, {("close", "BTC")}, utc("2025-11-25")) is None
