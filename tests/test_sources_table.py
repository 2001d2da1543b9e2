"""Every row of the table of sources is whole, and a day of asking stays under every limit that publishers document."""

import inspect
import sys
from collections import Counter, defaultdict
from functools import cache, lru_cache, partial

import pandas as pd
import pytest

from data_sources import calendars, engine
from data_sources.attempts import Attempt
from data_sources.calendars import CALENDARS, expected
from data_sources.engine import Engine
from data_sources.question import PROPER
from data_sources.registry import PUBLISHERS
from data_sources.source import Need, Source
from data_sources.sources import PACES, needs
from data_sources.store import Store
from data_sources.wire import TRIES
from measures import MEASURES

DAY_OF_ASKING = pd.Timestamp("2025-11-19", tz="UTC")
"""A Wednesday: exchanges are open, and it is not the day of a clock change."""
STEP = pd.Timedelta(minutes=5)
TABLE = needs(DAY_OF_ASKING)
SOURCES = list({source.name: source for need in TABLE for source in need.sources}.values())
INCREMENT = {"strategy_kpis": 2, "fred_rates": 2, "bybit_open_interest": 2, "okx_open_interest": 2}
"""Requests that an increment takes, where it is more than one."""

LIMITS: dict[str, tuple[tuple[int, float], ...]] = {
    "api.binance.com": ((3_000, 60),),  # weight 6,000 a minute, a page weighs 2
    "data-api.binance.vision": ((3_000, 60),),
    "fapi.binance.com": ((500, 300),),  # funding; statistics have 1,000
    "api.exchange.coinbase.com": ((10, 1),),
    "api.kraken.com": ((60, 60),),
    "www.okx.com": ((5, 2),),  # statistics; candles have 10 to 20
    "api.bybit.com": ((600, 5),),
    "query2.finance.yahoo.com": ((60, 60),),
    "www.deribit.com": ((20, 1),),
    "api.gateio.ws": ((200, 10),),
    "api.coingecko.com": ((5, 60), (330, 86_400)),  # 10,000 a month
    "api.blockchain.info": ((6, 60),),
    "api.alternative.me": ((60, 60),),
    "farside.co.uk": ((6, 60),),
}
"""Per host, how many requests its publisher allows in how many seconds, or what is known to be left alone."""


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_row_is_whole(source: Source) -> None:
    assert source.publisher in PUBLISHERS
    assert set(source.measures) <= set(MEASURES)
    assert source.calendar in CALENDARS
    assert source.assets
    assert len(set(source.assets)) == len(source.assets)
    assert pd.Timestamp(source.first, tz="UTC") < DAY_OF_ASKING
    assert source.every >= STEP
    assert source.again >= source.every


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_asking_and_reading_are_functions_of_an_adapter(source: Source) -> None:
    for step, begin in ((source.fetch, "fetch_"), (source.parse, "parse_")):
        written = step.func if isinstance(step, partial) else step
        assert inspect.isfunction(written)
        assert written.__module__.startswith("data_sources.")
        assert any(known is step for name, known in vars(sys.modules[written.__module__]).items() if name.startswith(begin))


def test_a_name_means_one_row() -> None:
    rows = [source for need in TABLE for source in need.sources]
    assert {source.name: source for source in rows} == {source.name: source for source in reversed(rows)}
    assert len({need.name for need in TABLE}) == len(TABLE)
    assert not {source.name for source in rows} & {source.publisher for source in rows} - {"cnn"}


@pytest.mark.parametrize("need", TABLE, ids=lambda need: need.name)
def test_the_first_of_a_chain_brings_everything_that_the_others_stand_in_for(need: Need) -> None:
    first = need.sources[0]
    for source in need.sources[1:]:
        assert set(need.measures) & set(source.measures)
        assert set(source.assets) <= set(first.assets)
    assert set(need.only) <= set(first.measures)


@pytest.mark.parametrize("need", [need for need in TABLE if need.witness], ids=lambda need: need.name)
def test_a_witness_is_another_publisher(need: Need) -> None:
    assert len({source.publisher for source in need.sources}) > 1


def test_every_pace_is_of_a_host_that_is_asked() -> None:
    assert set(PACES) <= {source.host for source in SOURCES}


@pytest.mark.parametrize(("host", "limit"), [(host, limit) for host, limits in LIMITS.items() for limit in limits])
def test_a_first_fill_cannot_be_faster_than_a_publisher_allows(host: str, limit: tuple[int, float]) -> None:
    if limit[1] <= 10:  # pages follow one another for longer than that
        pace = PACES[host]
        assert pace.burst + pace.per_minute * limit[1] / 60 <= limit[0]


@cache
def day_of_asking(failing: bool) -> dict[str, list[int]]:
    """Requests to each host in each of the 288 steps of a day; when all fail, without what a closed host saves us."""
    now = DAY_OF_ASKING
    asking = Engine(Store("sqlite://"), TABLE, now=lambda: now)
    last: dict[tuple[str, str], Attempt] = {}
    steps: dict[str, list[int]] = defaultdict(lambda: [0] * 288)
    for step in range(-288, 288):  # a day to fill up, and the one that counts
        now = DAY_OF_ASKING + step * STEP
        due = [job for job in asking._jobs(frozenset()) if _due(asking, job, last)]
        for job in due:
            for source in job.chain:
                known = last.get((source.name, job.asset))
                if known is not None and known.ended == now:
                    continue
                newest = None if failing else expected(source.calendar, now, source.ready) or now
                last[source.name, job.asset] = Attempt(
                    source.name, job.asset, now, now, "down" if failing else "fresh", newest=newest
                )
                if step >= 0:
                    steps[source.host][step] += TRIES if failing else INCREMENT.get(source.name, 1)
                if not failing:
                    break
    return dict(steps)


def _due(asking: Engine, job: engine._Job, last: dict[tuple[str, str], Attempt]) -> bool:
    return asking._witness_due(job, last) if job.witness else asking.due(job.need, job.asset, last)


@pytest.fixture(scope="module", autouse=True)
def _quick_calendars() -> object:
    """Look up each calendar once per moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "expected", lru_cache(maxsize=None)(calendars.expected))
        yield


@pytest.mark.parametrize("failing", [False, True], ids=["all answer", "all fail"])
@pytest.mark.parametrize("host", LIMITS)
def test_a_day_of_asking_stays_under_every_documented_limit(host: str, failing: bool) -> None:
    steps = day_of_asking(failing).get(host, [0])
    pace = PACES.get(host, PROPER)
    for allowed, seconds in LIMITS[host]:
        span = int(seconds // STEP.total_seconds()) + 1  # steps that can fall into so many seconds
        wanted = max(sum(steps[at : at + span]) for at in range(len(steps)))
        assert min(wanted, pace.burst + pace.per_minute * seconds / 60) <= allowed


@pytest.mark.parametrize("failing", [False, True], ids=["all answer", "all fail"])
def test_what_is_asked_in_a_step_gets_its_turn_before_the_next_one(failing: bool) -> None:
    for host, steps in day_of_asking(failing).items():
        pace = PACES.get(host, PROPER)
        assert max(steps) <= pace.burst + pace.per_minute * STEP.total_seconds() / 60, host


def test_on_a_good_day_a_daily_number_is_asked_for_a_few_times_and_an_hourly_one_once_an_hour() -> None:
    asked = Counter({host: sum(steps) for host, steps in day_of_asking(False).items()})
    assert asked["cdn.cboe.com"] == 5
    assert asked["api.coingecko.com"] == 48
    assert asked["farside.co.uk"] <= 6
    assert asked["api.exchange.coinbase.com"] <= 24
    assert 12 * 24 <= asked["api.binance.com"] <= 12 * 26
