"""Several processes on one store: no question twice, no gap after a death, and a company's proxy between them and the world."""

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pandas as pd
import pytest

from data_sources.client import CA_VARIABLES, PROXY_VARIABLES
from data_sources.ledger import Ledger
from data_sources.store import Store
from tests.loopback import Loopback

ROOT = Path(__file__).parents[1]
DERIBIT, ALTERNATIVE, OFR = "www.deribit.com", "api.alternative.me", "www.financialresearch.gov"
FIRST_DVOL = pd.Timestamp("2021-03-24", tz="UTC")
DAY = pd.Timedelta(days=1)
PAGE = 1_000
PATIENCE = 60.0
"""Seconds in which a refresh ends; a lease that nobody gives back would last longer."""


@pytest.fixture
def publishers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loopback]:
    """Three publishers with timely numbers."""
    with Loopback(tmp_path_factory.mktemp("publishers")) as opened:
        opened.answer(DERIBIT, dvol)
        opened.answer(ALTERNATIVE, fear)
        opened.answer(OFR, stress)
        yield opened


@pytest.fixture
def surroundings(publishers: Loopback, database_url: str) -> dict[str, str]:
    """An environment in which the publishers are asked for a store of the test."""
    return bare() | publishers.environment() | {"STRESS_DATABASE_URL": database_url}


def bare() -> dict[str, str]:
    """What is set here, without any proxy and certificates."""
    return {name: value for name, value in os.environ.items() if name not in (*CA_VARIABLES, *PROXY_VARIABLES)}


def today() -> pd.Timestamp:
    return pd.Timestamp.now("UTC").normalize()


def milliseconds(moment: pd.Timestamp) -> int:
    return int(moment.timestamp() * 1_000)


def dvol(path: str, query: dict[str, str]) -> bytes:
    """Deribit's days, the newest thousand of those asked for."""
    first, last = (pd.Timestamp(int(query[name]), unit="ms", tz="UTC") for name in ("start_timestamp", "end_timestamp"))
    days = pd.date_range(max(first, FIRST_DVOL), min(last, today()), freq="D")
    shown = [[milliseconds(day), 50.0, 55.0, 45.0, 50.0 + day.day / 10] for day in days[-PAGE:]]
    left = milliseconds(days[-PAGE] - DAY) if len(days) > PAGE else None
    return json.dumps({"jsonrpc": "2.0", "result": {"data": shown, "continuation": left}}).encode()


def fear(path: str, query: dict[str, str]) -> bytes:
    days = pd.date_range(end=today(), periods=400, freq="D")[::-1]
    rows = [{"value": str(20 + day.day), "timestamp": str(int(day.timestamp()))} for day in days]
    return json.dumps({"name": "Fear and Greed Index", "data": rows, "metadata": {"error": None}}).encode()


def stress(path: str, query: dict[str, str]) -> bytes:
    days = pd.date_range(end=today() - DAY, periods=400, freq="D")
    return "".join(["Date,OFR FSI\n", *(f"{day:%Y-%m-%d},{day.day / 10}\n" for day in days)]).encode()


@contextmanager
def refreshing(surroundings: dict[str, str], *names: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command that asks the publishers; it does not outlive the block."""
    command = [sys.executable, "-m", "data_sources", "refresh", "--json", *names]
    process = subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def outcomes(process: subprocess.Popen[str]) -> dict[tuple[str, str], str]:
    """Wait for a refresh to end; need and asset to what came of it."""
    said, complaint = process.communicate(timeout=PATIENCE)
    assert complaint == ""
    return {(row["need"], row["asset"]): row["outcome"] for row in json.loads(said)}


def pages(publishers: Loopback) -> Counter[tuple[str, str]]:
    """How often each page of Deribit's was asked for: coin, and the day until which."""
    asked = [call.query for call in publishers.calls if call.host == DERIBIT]
    until = [pd.Timestamp(int(query["end_timestamp"]), unit="ms") for query in asked]
    return Counter((query["currency"], f"{moment:%Y-%m-%d}") for query, moment in zip(asked, until, strict=True))


def days_held(url: str) -> dict[str, list[pd.Timestamp]]:
    """Per coin, the days whose implied volatility is held."""
    with closing(Store(url)) as store:
        rows = store.read(measure="dvol")
    return {str(asset): list(times) for asset, times in rows.groupby("asset")["time"]}


def whole() -> list[pd.Timestamp]:
    """Every day that is over, once."""
    return list(pd.date_range(FIRST_DVOL, today() - DAY, freq="D"))


def test_two_processes_at_once_ask_each_question_once(
    publishers: Loopback, surroundings: dict[str, str], database_url: str
) -> None:
    both = threading.Barrier(2, timeout=PATIENCE)  # each process asks for one thing that the other does not
    together = threading.Event()

    def when_both(answer: Callable[[str, dict[str, str]], bytes]) -> Callable[[str, dict[str, str]], bytes]:
        def late(path: str, query: dict[str, str]) -> bytes:
            both.wait()
            together.set()
            return answer(path, query)

        return late

    def after(path: str, query: dict[str, str]) -> bytes:
        assert together.wait(PATIENCE)
        return dvol(path, query)

    publishers.answer(ALTERNATIVE, when_both(fear))
    publishers.answer(OFR, when_both(stress))
    publishers.answer(DERIBIT, after)
    with (
        refreshing(surroundings, "deribit_dvol", "alternative_me_index") as one,
        refreshing(surroundings, "deribit_dvol", "ofr_stress") as other,
    ):
        told = [outcomes(process) for process in (one, other)]
    assert {word for words in told for word in words.values()} == {"fresh"}
    assert set(pages(publishers).values()) == {1}
    assert days_held(database_url) == {"BTC": whole(), "ETH": whole()}


def test_who_hears_of_a_host_at_the_same_moment_does_not_stumble(database_url: str) -> None:
    many = 4
    with ExitStack() as stack:
        ledgers = [Ledger(stack.enter_context(closing(Store(database_url)))) for _ in range(many)]
        ledgers[0].take("anything", PATIENCE)  # the tables are there
        pool = stack.enter_context(ThreadPoolExecutor(many))
        together = threading.Barrier(many, timeout=PATIENCE)

        def take(ledger: Ledger, name: str) -> bool:
            together.wait()
            return ledger.take(name, PATIENCE)

        for number in range(25):
            name = f"host:h{number}.example.com"
            assert sorted(pool.map(take, ledgers, [name] * many)) == [False, False, False, True]


@pytest.mark.parametrize(("coin", "page"), [("BTC", 1), ("BTC", 2), ("ETH", 1)])
def test_after_a_death_the_next_refresh_fills_what_is_missing_and_nothing_twice(
    coin: str, page: int, publishers: Loopback, surroundings: dict[str, str], database_url: str
) -> None:
    reached, over = threading.Event(), threading.Event()

    def stuck(path: str, query: dict[str, str]) -> bytes:
        number = sum(call.host == DERIBIT and call.query["currency"] == coin for call in publishers.calls)
        if query["currency"] == coin and number == page and not over.is_set():
            reached.set()
            over.wait(PATIENCE)
        return dvol(path, query)

    publishers.answer(DERIBIT, stuck)
    try:
        with refreshing(surroundings, "deribit_dvol") as dying:
            assert reached.wait(PATIENCE)
            dying.kill()
            dying.wait(PATIENCE)
    finally:
        over.set()
    before = publishers.calls
    with refreshing(surroundings, "deribit_dvol") as following:
        assert outcomes(following).get(("Implied volatility of coins", "ETH")) == "fresh"
    asked_again = {call.query["currency"] for call in publishers.calls[len(before) :]}
    assert asked_again == ({"BTC", "ETH"} if coin == "BTC" else {"ETH"})
    assert days_held(database_url) == {"BTC": whole(), "ETH": whole()}


@pytest.mark.parametrize("variable", CA_VARIABLES)
def test_a_company_needs_to_name_its_proxy_and_its_certificates_once(
    variable: str, publishers: Loopback, tmp_path: Path
) -> None:
    named = publishers.environment()
    store = {"STRESS_DATABASE_URL": f"sqlite:///{tmp_path / 'stress.db'}"}
    company = bare() | store | {name: named[name] for name in ("HTTPS_PROXY", variable)}
    with refreshing(company, "alternative_me_index", "deribit_dvol") as process:
        assert set(outcomes(process).values()) == {"fresh"}
    assert {call.host for call in publishers.calls} == {ALTERNATIVE, DERIBIT}


def test_a_proxy_for_which_nobody_vouches_learns_nothing(publishers: Loopback, tmp_path: Path) -> None:
    store = {"STRESS_DATABASE_URL": f"sqlite:///{tmp_path / 'stress.db'}"}
    with refreshing(bare() | store | {"HTTPS_PROXY": publishers.environment()["HTTPS_PROXY"]}, "alternative_me_index") as process:
        assert outcomes(process) == {("Crypto fear & greed", "CRYPTO"): "down"}
    assert publishers.calls == []
