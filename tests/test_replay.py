"""Whole refreshes of everything, asked of a replay that answers in the publishers' own formats."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from benchmarks.serving import Server, Visitor, serving
from data_sources import client, live
from data_sources.attempts import Outcome
from data_sources.calendars import expected
from data_sources.engine import Engine
from data_sources.errors import NothingPublished, Refused, SourceUnavailable
from data_sources.ledger import Pace
from data_sources.source import Source
from data_sources.sources import COINS, ST_LOUIS
from data_sources.store import Store
from tests.liveness import check_source, sources
from tests.replaying import Asked, Replay, given, replaying, resources

pytestmark = pytest.mark.xdist_group("replay")
ROOT = Path(__file__).parents[1]
AT_ONCE = Pace(per_minute=60_000, burst=1_000)
PATIENCE = 300.0
"""Seconds after which a refresh counts as one that never ends; one of everything takes half a minute."""
SESSIONS = 20
SLOW = "yahoo_fed_funds"
"""Left out where everything goes at the publishers' own pace: sixteen contracts, a second each, of a host asked anyway."""
LISTED = ("BTC", "ETH", "BNB", "SOL", "XRP", "DOGE")


class Unserved(NamedTuple):
    """What the replay cannot answer, and the error that this becomes."""

    source: str
    assets: tuple[str, ...]
    error: type[Exception]
    why: str


UNSERVED: tuple[Unserved, ...] = (
    Unserved("*_daily", COINS[6:], NothingPublished, "it lists six of the twelve coins"),
    Unserved("*_hourly", COINS[6:], NothingPublished, "it lists six of the twelve coins"),
    Unserved("coinbase_*", ("BNB",), NothingPublished, "its Coinbase does not list BNB"),
    Unserved("kraken_*", ("BNB",), NothingPublished, "its Kraken does not list BNB"),
    Unserved("coingecko_caps", ("COINS",), NothingPublished, "it knows the market value of six coins, and some is none"),
    Unserved("blockchain_info_fees", ("BTC",), NothingPublished, "it has no such chart: 404"),
    Unserved("blockchain_info_supply", ("BTC",), NothingPublished, "it has no such chart: 404"),
    Unserved("cboe_indices", ("SKEW",), SourceUnavailable, "it has no handler for this file: 502"),
    Unserved("cnn_index", ("US_EQUITY",), Refused, "it answers browsers only, as CNN does: 418"),
)
UNANSWERED = {
    **{(f"Coins, {often}", coin): "empty" for often in ("daily", "hourly") for coin in COINS[6:]},
    ("Market value by coin", "COINS"): "empty",
    ("Fees", "BTC"): "empty",
    ("Supply", "BTC"): "empty",
    ("Volatility indices", "SKEW"): "down",
    ("US equity fear & greed", "US_EQUITY"): "refused",
}
"""What this makes of a refresh: need and asset to its outcome; all others are fresh."""
HOLIDAYS = ((1, 1), (6, 19), (7, 4), (12, 25))
FRIDAY = expected("fridays", pd.Timestamp.now("UTC"), ST_LOUIS.ready)
if FRIDAY is not None and (FRIDAY.month, FRIDAY.day) in HOLIDAYS:
    UNSERVED += (Unserved("fred_stress", ("US",), AssertionError, "it leaves out the week that ends on a holiday"),)
    UNANSWERED["St. Louis stress index", "US"] = "late"
CELLS = [
    (source, asset)
    for source in sources()
    for asset in source.assets
    if asset not in LISTED[1:] or source.measures[0] not in ("open", "hour_open")  # a listed coin is like another
]


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    """A replay to which every question of this process goes."""
    code = given()
    if code is None:
        pytest.skip("STRESS_REPLAY names no folder of a replay of the publishers")
    with replaying(code, tmp_path_factory.mktemp("replay")) as running, pytest.MonkeyPatch.context() as patch:
        for name, value in running.environment().items():
            patch.setenv(name, value)
        yield running
        client.close()


class Filled(NamedTuple):
    """A store after a first refresh of everything, and what was asked for it."""

    url: str
    outcomes: list[Outcome]
    calls: list[Asked]


@pytest.fixture(scope="module")
def filled(replay: Replay, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    url = f"sqlite:///{tmp_path_factory.mktemp('filled') / 'stress.db'}"
    before = len(replay.calls())
    outcomes = refreshed(url)
    return Filled(url, outcomes, replay.calls()[before:])


def refreshed(url: str) -> list[Outcome]:
    """Refresh everything without waiting for anybody's turn."""
    with closing(Store(url)) as store:
        hosts = {source.host for source in sources()}
        return Engine(store, live.table(), dict.fromkeys(hosts, AT_ONCE)).refresh()


@pytest.mark.parametrize(("source", "asset"), CELLS, ids=[f"{source.name}-{asset}" for source, asset in CELLS])
def test_every_source_answers_as_its_row_says(source: Source, asset: str, replay: Replay) -> None:
    cannot = [row for row in UNSERVED if fnmatchcase(source.name, row.source) and asset in row.assets]
    if not cannot:
        check_source(source, asset)
        return
    with pytest.raises(cannot[0].error):
        check_source(source, asset)


def test_a_first_refresh_fills_the_whole_board(filled: Filled) -> None:
    missing = {(one.need, one.asset): one.attempts[-1].outcome for one in filled.outcomes if not one.fresh}
    assert missing == UNANSWERED


def test_a_second_refresh_asks_nobody(filled: Filled, replay: Replay) -> None:
    before = len(replay.calls())
    assert not [one for one in refreshed(filled.url) if one.attempts]
    assert replay.calls()[before:] == []


def test_nobody_is_asked_twice_for_one_thing(filled: Filled) -> None:
    heard = [call for call in filled.calls if call.status < 500]  # after trouble of its own a host is asked once more
    assert [asked for asked in heard if heard.count(asked) > 1] == []


def test_a_server_with_twenty_visitors_and_two_commands_ask_as_often_as_one_command(
    filled: Filled, replay: Replay, tmp_path: Path
) -> None:
    settings = {
        "STRESS_DATABASE_URL": f"sqlite:///{tmp_path / 'stress.db'}",
        "STRESS_REFRESH_MINUTES": "60",
        "STRESS_SOURCES_OFF": SLOW,
    }
    before = len(replay.calls())
    with serving(ROOT / "app.py", settings) as server:
        commands = [
            subprocess.Popen(
                [sys.executable, "-m", "data_sources", "refresh"], cwd=ROOT, env=os.environ | settings, stdout=subprocess.DEVNULL
            )
            for _ in range(2)
        ]
        asyncio.run(visited(server))
        assert [command.wait(PATIENCE) for command in commands] == [1, 1]  # what the replay cannot answer is not fresh
    asked = resources(replay.calls()[before:])
    assert asked == resources([call for call in filled.calls if not call.path.startswith("/v8/finance/chart/ZQ")])


async def visited(server: Server) -> None:
    """Let everybody open the board at once."""

    async def visit() -> None:
        async with Visitor(server) as visitor:
            await visitor.see("")

    await asyncio.gather(*(visit() for _ in range(SESSIONS)))
