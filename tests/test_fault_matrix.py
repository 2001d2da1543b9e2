"""Every source meets every fault: each ends in a named outcome, what was kept stays, and other hosts are served meanwhile."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select

from data_sources import client, health, wire
from data_sources.attempts import ANSWERED, Attempt
from data_sources.calendars import DAY
from data_sources.engine import Engine
from data_sources.ledger import Ledger, Pace
from data_sources.panels import Panels
from data_sources.schema import OBSERVATION, SERIES
from data_sources.source import Need, Source
from data_sources.sources import needs
from data_sources.store import Store
from tests import honest
from tests.damage import DAMAGES, Damage, renamed
from tests.honest import World
from tests.honest_houses import HOSTS
from tests.loopback import Loopback

NOW = (pd.Timestamp.now("UTC").normalize() - pd.Timedelta(hours=6)).as_unit("us")
"""A moment of yesterday: nothing that a publisher tells of it can lie ahead of the real clock."""
SOURCES: dict[str, Source] = {source.name: source for need in needs(NOW) for source in need.sources}
PACES = {source.host: Pace(1_000_000, 1_000_000) for source in SOURCES.values()}
BYSTANDERS = ("alternative_me_index", "ecb_ciss")
HELD_DAYS = {honest.DAY: 60, honest.HOUR: 2, 300: 3}
"""By the seconds from one number to the next, of how many days good ones are held."""
SHORT = 0.3
"""Seconds of a source that is left hanging."""
STATES = {"fresh": "ok", "frozen": "frozen", "implausible": "disputed"}
"""State of a number after an outcome; every other outcome leaves a publisher that is down."""

FILES = ("cboe_indices", "fred_indices", "fred_vix", "fred_rates", "fred_stress", "ofr_stress", "ecb_ciss", "farside_flows")
BOUNDED = ("alternative_me_index", "cnn_index", "ecb_ciss")
SNAPSHOTS = ("deribit_options", "deribit_open_interest", "coingecko_global", "coingecko_caps", "strategy_kpis")
EXCEPTIONS: dict[tuple[str, str], tuple[str, str]] = {
    **{(name, "truncated"): ("changed", "Its last line says that the text breaks off.") for name in FILES},
    **{(name, "jump"): ("broken", "The measure is bounded: such a number cannot be.") for name in BOUNDED},
    **{(name, "revision"): ("frozen", "One told anew for an earlier day is an old one.") for name in SNAPSHOTS},
    ("farside_flows", "maintenance"): ("changed", "A web page is what is asked for, and this one has no table of flows."),
    ("coingecko_global", "no_rows"): ("changed", "The answer is one number under its name, not rows of which there may be none."),
    ("strategy_kpis", "gaps"): ("changed", "Every field is an amount that has to be there."),
    ("fomc_calendar", "gaps"): ("changed", "A meeting without a day is none that the calendar writes."),
    ("fomc_calendar", "jump"): ("changed", "Its only number is the day of the month, of which there is no hundredfold."),
    ("fomc_calendar", "future"): ("fresh", "Meetings that lie ahead are what a calendar is for."),
}
"""(source, fault) that ends otherwise than the fault's row says: the outcome, and why."""
CELLS = [
    pytest.param(name, fault, id=f"{name}-{fault}", marks=pytest.mark.xdist_group(name)) for name in SOURCES for fault in DAMAGES
]


@dataclass
class Publishers:
    """All publishers behind one loopback, and a warm store for each source.

    Attributes
    ----------
    loopback : Loopback
    world : World
    folder : Path
    honest : dict of source to DataFrame
        What is held after an honest answer.
    """

    loopback: Loopback
    world: World
    folder: Path
    honest: dict[str, pd.DataFrame] = field(default_factory=dict)

    def heal(self) -> None:
        """Let every host be honest, and up to date."""
        self.loopback.heal()
        self.world.until, self.world.spoiled = {}, {}

    def refresh(self, store: Store, source: Source, moment: pd.Timestamp) -> list[Attempt]:
        """Ask a source and a bystander, as of a moment; their attempts."""
        self.world.now = int(moment.timestamp())
        asked = [Need(one.name, (one,)) for one in (source, bystander(source))]
        return [outcome.attempts[0] for outcome in Engine(store, asked, PACES, now=lambda: moment).refresh()]

    def warm(self, source: Source) -> Path:
        """A store in which a source's honest numbers are kept up to some weeks ago; made once."""
        path = self.folder / f"{source.name}.db"
        kept = kept_at(source)
        began = int(kept.timestamp())
        self.world.began = {every: began - days * honest.DAY for every, days in HELD_DAYS.items()}
        if source.name not in self.honest:
            with closing(Store(f"sqlite:///{path}")) as store:
                assert {attempt.outcome for attempt in self.refresh(store, source, kept)} == {"fresh"}
            with closing(duplicate(path, path.with_suffix(".honest"))) as store:
                assert {attempt.outcome for attempt in self.refresh(store, source, NOW)} == {"fresh"}
                self.honest[source.name] = store.read()
        return path

    def spoil(self, source: Source, damage: Damage) -> None:
        """Let a source's host do damage from now on."""
        kept = int(kept_at(source).timestamp())
        if damage.wire:
            more = {"damage": partial(renamed, source.name)} if damage is DAMAGES["renamed"] else {}
            self.loopback.fault(source.host, **damage.wire | more)
        if damage.points is not None:
            self.world.spoiled[source.host] = damage.points(self.world, kept)
        if damage.frozen:
            self.world.until[source.host] = kept


def one_asset(name: str) -> Source:
    """A row of the table, asked for its first asset only."""
    return replace(SOURCES[name], assets=SOURCES[name].assets[:1])


def bystander(source: Source) -> Source:
    """Somebody on another host."""
    return next(one for one in map(one_asset, BYSTANDERS) if one.host != source.host)


def kept_at(source: Source) -> pd.Timestamp:
    """When good numbers were last kept: longer ago than a source's patience, whatever its weekends, holidays and lag."""
    return NOW - source.patience - source.ready - 12 * DAY


def duplicate(path: Path, copy: Path) -> Store:
    """Copy a store, what is still in its log too."""
    with closing(sqlite3.connect(path)) as held, closing(sqlite3.connect(copy)) as made:
        held.backup(made)
    return Store(f"sqlite:///{copy}")


def revisions(store: Store) -> set[tuple[object, ...]]:
    """Every revision held, as it lies in the store."""
    columns = (SERIES.c.measure, SERIES.c.asset, SERIES.c.entity, OBSERVATION.c.time, OBSERVATION.c.known_at, OBSERVATION.c.value)
    with store.reading() as connection:
        assert connection is not None
        return {tuple(row) for row in connection.execute(select(*columns).where(SERIES.c.id == OBSERVATION.c.series_id))}


def latest(store: Store, source: Source) -> pd.Series:
    """What a source's publisher and measures read now, by key."""
    frame = store.read().set_index(["measure", "asset", "entity", "time"])["value"]
    ours = frame.index.get_level_values("measure").isin(source.measures)
    return frame[ours & frame.index.get_level_values("asset").isin(source.covers or source.assets)]


def standing(store: Store, source: Source) -> health.Standing:
    history = store.history()
    attempts = Ledger(store, NOW.timestamp).attempts(NOW - 7 * DAY)
    (found,) = health.standings([Need(source.name, (source,))], attempts, Panels.of(history.rows, history.last), NOW)
    return found


@pytest.fixture(scope="module")
def publishers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publishers]:
    folder = tmp_path_factory.mktemp("publishers")
    world = World(0, {})
    with pytest.MonkeyPatch.context() as patch, Loopback(tmp_path_factory.mktemp("certificates")) as loopback:
        patch.setattr(wire, "PAUSE", 0.0)
        for name, value in loopback.environment().items():
            patch.setenv(name, value)
        for host, answer in HOSTS.items():
            loopback.answer(host, partial(answer, world, host))
        yield Publishers(loopback, world, folder)
        client.close()


@pytest.fixture
def copied(publishers: Publishers, tmp_path: Path) -> Iterator[Callable[[Source], Store]]:
    """A copy of a source's warm store, and honest publishers again afterwards."""
    opened: list[Store] = []

    def copy(source: Source) -> Store:
        store = duplicate(publishers.warm(source), tmp_path / "stress.db")
        opened.append(store)
        return store

    yield copy
    publishers.heal()
    for store in opened:
        store.close()


def test_every_host_of_the_table_has_an_honest_publisher() -> None:
    assert {source.host for source in SOURCES.values()} == HOSTS.keys()


def test_every_exception_is_a_cell_that_ends_otherwise_and_has_its_reason() -> None:
    for (name, fault), (outcome, reason) in EXCEPTIONS.items():
        assert name in SOURCES
        assert outcome != DAMAGES[fault].outcome
        assert reason.endswith(".")


@pytest.mark.parametrize(("name", "fault"), CELLS)
def test_a_fault_ends_by_its_name_and_spoils_nothing(
    name: str, fault: str, publishers: Publishers, copied: Callable[[Source], Store]
) -> None:
    damage, source = DAMAGES[fault], one_asset(name)
    store = copied(source)
    held, before = revisions(store), latest(store, source)
    publishers.spoil(source, damage)
    asked = replace(source, seconds=SHORT) if fault == "hang" else source
    attempt, other = publishers.refresh(store, asked, NOW)
    after = latest(store, source)

    outcome = EXCEPTIONS.get((name, fault), (damage.outcome,))[0]
    assert attempt.outcome == outcome, attempt.reason
    assert (attempt.reason == "") == (outcome == "fresh")
    assert attempt.reason == "" or attempt.reason.endswith(".")
    assert other.outcome == "fresh"
    assert other.added > 0
    assert held <= revisions(store)
    if fault == "revision":
        assert (after[before.index] != before).any()
    else:
        pd.testing.assert_series_equal(after[before.index], before)
    if fault in ("latency", "twice"):
        pd.testing.assert_frame_equal(store.read(), publishers.honest[name])
    if outcome not in ANSWERED:
        assert set(after.index) == set(before.index)
    closed = Ledger(store, NOW.timestamp).closed()
    assert closed == ({source.host: NOW + pd.Timedelta(seconds=damage.closed)} if damage.closed else {})
    stands = standing(store, source)
    assert stands.state == STATES.get(outcome, "down"), stands.reason
    assert stands.reason.endswith(".")
    assert (stands.fetched == NOW) == (outcome in ANSWERED)
