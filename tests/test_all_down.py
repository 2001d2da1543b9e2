"""Every publisher is down at once: a refresh ends, nothing that was kept is lost, and every number says how it stands."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from data_sources import client, health, live, wire
from data_sources.attempts import Outcome
from data_sources.calendars import DAY
from data_sources.engine import Engine
from data_sources.ledger import Pace
from data_sources.load import board
from data_sources.panels import Panels
from data_sources.source import Need
from data_sources.sources import needs
from data_sources.store import Store
from tests import honest
from tests.honest import World
from tests.honest_houses import HOSTS
from tests.loopback import Loopback

pytestmark = pytest.mark.xdist_group("all down")
NOW = (pd.Timestamp.now("UTC").normalize() - pd.Timedelta(hours=6)).as_unit("us")
TABLE = needs(NOW)
PACES = {host: Pace(1_000_000, 1_000_000) for host in HOSTS}
KEPT = NOW - 7 * DAY
HELD_DAYS = {honest.DAY: 30, honest.HOUR: 2, 300: 1}


def first_assets(table: tuple[Need, ...]) -> tuple[Need, ...]:
    """Each need and each source of it, asked for its first asset alone."""
    return tuple(
        replace(need, sources=tuple(replace(source, assets=source.assets[:1]) for source in need.sources)) for need in table
    )


@pytest.fixture(scope="module")
def loopback(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loopback]:
    with pytest.MonkeyPatch.context() as patch, Loopback(tmp_path_factory.mktemp("certificates")) as opened:
        patch.setattr(wire, "PAUSE", 0.0)
        for name, value in opened.environment().items():
            patch.setenv(name, value)
        yield opened
        client.close()


@pytest.fixture(scope="module")
def world(loopback: Loopback) -> World:
    """What all publishers tell when they are honest."""
    told = World(0, {every: int(KEPT.timestamp()) - days * honest.DAY for every, days in HELD_DAYS.items()})
    for host, answer in HOSTS.items():
        loopback.answer(host, partial(answer, told, host))
    return told


@pytest.fixture(scope="module")
def warm(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which a week ago everything was fresh."""
    path = tmp_path_factory.mktemp("warm") / "stress.db"
    world.now = int(KEPT.timestamp())
    with closing(Store(f"sqlite:///{path}")) as store:
        assert [outcome for outcome in refreshed(store, KEPT) if not outcome.fresh] == []
    return path


@pytest.fixture
def stored(warm: Path, tmp_path: Path) -> Iterator[Store]:
    with closing(sqlite3.connect(warm)) as held, closing(sqlite3.connect(tmp_path / "stress.db")) as made:
        held.backup(made)
    with closing(Store(f"sqlite:///{tmp_path / 'stress.db'}")) as store:
        yield store


@pytest.fixture(params=[("reset", {}), ("status", {"code": 503}), ("status", {"code": 403}), ("html", {})], ids=str)
def down(request: pytest.FixtureRequest, loopback: Loopback) -> Iterator[None]:
    """Every host fails in one way."""
    mode, more = request.param
    loopback.fault("*", mode, **more)
    yield
    loopback.heal()


def refreshed(store: Store, moment: pd.Timestamp) -> list[Outcome]:
    return Engine(store, first_assets(TABLE), PACES, now=lambda: moment).refresh()


def stand(store: Store) -> list[health.Standing]:
    history = store.history()
    return health.standings(first_assets(TABLE), live.attempts(store, NOW), Panels.of(history.rows, history.last), NOW)


@pytest.mark.usefixtures("down")
def test_nothing_that_was_kept_is_lost_and_every_number_says_why_it_is_old(stored: Store) -> None:
    before = stored.read()
    outcomes = refreshed(stored, NOW)
    pd.testing.assert_frame_equal(stored.read(), before)
    assert {outcome.fresh for outcome in outcomes} == {False}
    assert all(outcome.attempts for outcome in outcomes)
    for one in stand(stored):
        assert one.state == "down", one
        assert "What is shown was kept before" in one.reason
        assert one.reason.endswith(".")
        assert one.fetched == KEPT


@pytest.mark.usefixtures("down")
def test_of_an_empty_store_nothing_becomes_a_board_of_its_own(tmp_path: Path) -> None:
    with closing(Store(f"sqlite:///{tmp_path / 'stress.db'}")) as store:
        assert {outcome.served_by for outcome in refreshed(store, NOW)} == {None}
        assert not store.has()
        assert board(store=store).kind == "sample"
        for one in stand(store):
            assert (one.state, one.newest, one.fetched) == ("down", None, None)
            assert one.reason.endswith(".")


def test_what_is_back_is_fresh_again_as_soon_as_it_is_asked(stored: Store, loopback: Loopback, world: World) -> None:
    loopback.fault("*", "reset")
    refreshed(stored, NOW)
    loopback.heal()
    later = NOW + pd.Timedelta(hours=2)
    world.now = int(later.timestamp())
    asked = [outcome for outcome in refreshed(stored, later) if outcome.attempts]
    assert {outcome.attempts[-1].outcome for outcome in asked} == {"fresh"}
    assert {outcome.need for outcome in asked} >= {"Coins, daily", "US indices", "Hash rate", "Implied volatility of coins"}
