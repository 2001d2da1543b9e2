"""How a number stands is said in one word and one sentence, and without evidence nothing is called ok."""

from typing import Any

import pandas as pd
import pytest

from data_sources import health
from data_sources.attempts import Attempt
from data_sources.contract import Panels
from data_sources.health import STATES, Standing
from data_sources.source import Need
from tests.desk import DAY, LAST, NOON, Clock, Desk
from tests.held import daily, frame

FETCHED = NOON - pd.Timedelta(hours=11)
CLOCK = Clock()
BINANCE, COINBASE = (Desk(name, CLOCK).source() for name in ("binance", "coinbase"))
COINS = Need("Coins, daily", (BINANCE, COINBASE), witness=True)
STATE = Need("Options", (Desk("deribit", CLOCK).source(calendar="whenever", patience=2 * DAY),))


def tried(outcome: str, source: str = "binance_daily", newest: pd.Timestamp | None = LAST, reason: str = "Why.") -> Attempt:
    answered = outcome in ("fresh", "late", "frozen")
    return Attempt(source, "BTC", FETCHED, FETCHED, outcome, "" if outcome == "fresh" else reason, newest if answered else None)


def closes(last: pd.Timestamp = LAST, entity: str = "binance", value: float = 100.0) -> pd.DataFrame:
    return frame("close", "BTC", entity, daily([value] * 30, str((last - 29 * DAY).date())))


def stands(*attempts: Attempt, held: pd.DataFrame | None = None, need: Need = COINS, now: pd.Timestamp = NOON) -> Standing:
    panels = Panels(closes() if held is None else held)
    (standing,) = health.standings([need], attempts, panels, now)
    assert standing.state in STATES
    assert standing.reason.endswith(".")
    return standing


NOTHING = closes().iloc[:0]


@pytest.mark.parametrize(
    ("attempts", "held", "state", "reason"),
    [
        ([tried("fresh")], closes(), "ok", "Binance serves."),
        (
            [tried("refused", reason="Binance refuses."), tried("fresh", "coinbase_daily")],
            closes(entity="coinbase"), "ok", "Coinbase Exchange serves. Binance refuses.",
        ),
        (
            [tried("down", reason="No answer."), tried("refused", "coinbase_daily", reason="Not you.")],
            closes(), "down", "No answer. Not you. What is shown was kept before; it ends on 20 Nov 2025.",
        ),
        ([tried("down", reason="No answer.")], NOTHING, "down", "No answer."),
        ([tried("drill", reason="A drill is on.")], NOTHING, "down", "A drill is on."),
        ([tried("empty", reason="It has nothing.")], NOTHING, "empty", "It has nothing."),
        ([], NOTHING, "empty", "Nothing has been asked for yet."),
        (
            [tried("frozen", newest=LAST - 9 * DAY)], closes(LAST - 9 * DAY),
            "frozen", "Binance answers, but its newest number is still of 11 Nov 2025.",
        ),
        (
            [tried("late", newest=LAST - DAY)], closes(LAST - DAY),
            "late", "A newer number than that of 19 Nov 2025 is due from Binance and has not come.",
        ),
        ([tried("implausible", reason="Too much."), tried("fresh", "coinbase_daily")], closes(), "disputed", "Too much."),
        (
            [tried("implausible", reason="Too much."), tried("down", "coinbase_daily", reason="No answer.")], closes(),
            "disputed", "Too much. No answer. What is shown was kept before; it ends on 20 Nov 2025.",
        ),
    ],
)
def test_a_state_and_its_sentence(attempts: list[Attempt], held: pd.DataFrame, state: str, reason: str) -> None:
    found = stands(*attempts, held=held)
    assert (found.state, found.reason) == (state, reason)


def test_it_says_who_served_when_and_when_the_next_is_due() -> None:
    found = stands(tried("fresh"))
    assert (found.served_by, found.fetched, found.newest) == ("binance", FETCHED, LAST)
    assert found.due == pd.Timestamp("2025-11-22 00:05", tz="UTC")


def test_a_failure_since_does_not_make_the_last_answer_forgotten() -> None:
    found = stands(tried("fresh"), tried("down", reason="No answer."))
    assert (found.state, found.fetched) == ("down", FETCHED)


def test_what_was_ok_becomes_late_by_the_clock_alone() -> None:
    assert stands(tried("fresh"), now=pd.Timestamp("2025-11-22 00:04", tz="UTC")).state == "ok"
    assert stands(tried("fresh"), now=pd.Timestamp("2025-11-22 00:05", tz="UTC")).state == "late"


@pytest.mark.parametrize(("last", "state"), [(LAST, "ok"), (LAST - DAY, "late"), (LAST - 300 * DAY, "late")])
def test_imported_numbers_are_ok_only_when_they_are_the_newest_that_are_due(last: pd.Timestamp, state: str) -> None:
    found = stands(held=closes(last))
    assert found.state == state
    assert "imported" in found.reason


@pytest.mark.parametrize(("last", "said"), [(LAST, "asked whether it still holds"), (LAST - 9 * DAY, "since it was imported")])
def test_an_imported_state_is_never_ok_before_somebody_was_asked(last: pd.Timestamp, said: str) -> None:
    found = stands(held=closes(last, "deribit"), need=STATE)
    assert found.state == "late"
    assert said in found.reason


def test_two_publishers_that_contradict_each_other_are_both_shown() -> None:
    both = pd.concat([closes(), closes(entity="coinbase", value=103.0)], ignore_index=True)
    found = stands(tried("fresh"), tried("fresh", "coinbase_daily"), held=both)
    assert found.state == "disputed"
    assert found.reason == (
        "Binance 100.00 and Coinbase Exchange 103.00 for the close of BTC on 20 Nov 2025: 3.0% apart, more than 1.0%."
    )


def test_two_that_differ_as_exchanges_do_are_not_disputed() -> None:
    both = pd.concat([closes(), closes(entity="coinbase", value=100.9)], ignore_index=True)
    assert stands(tried("fresh"), tried("fresh", "coinbase_daily"), held=both).state == "ok"


def flows(*missing: str, gone: str = "") -> pd.DataFrame:
    """Ten days of three funds' flows, of which some have not reported the last, and one has stopped long ago."""
    funds = {name: daily([1e6] * (9 if name in missing else 10), "2025-11-11") for name in ("IBIT", "FBTC", "GBTC")}
    funds |= {gone: daily([1e6] * 5, "2024-01-11")} if gone else {}
    return pd.concat([frame("net_flow", "BTC", name, values) for name, values in funds.items()], ignore_index=True)


@pytest.mark.parametrize(
    ("held", "state", "reason"),
    [
        (flows("GBTC"), "provisional", "2 of 3 have reported 20 Nov 2025; not yet: GBTC."),
        (flows("FBTC", "GBTC"), "provisional", "1 of 3 have reported 20 Nov 2025; not yet: FBTC, GBTC."),
        (flows(), "ok", "Farside serves."),
    ],
)
def test_a_sum_is_provisional_until_every_fund_has_reported(held: pd.DataFrame, state: str, reason: str) -> None:
    row: dict[str, Any] = vars(Desk("farside", CLOCK).source()) | {"measures": ("net_flow",)}
    found = stands(tried("fresh", "farside_daily"), held=held, need=Need("ETF flows", (type(BINANCE)(**row),)))
    assert (found.state, found.reason) == (state, reason)


def test_a_fund_that_stopped_long_ago_is_not_waited_for() -> None:
    row: dict[str, Any] = vars(Desk("farside", CLOCK).source()) | {"measures": ("net_flow",)}
    need = Need("ETF flows", (type(BINANCE)(**row),))
    assert stands(tried("fresh", "farside_daily"), held=flows(gone="DEFI"), need=need).state == "ok"
    found = stands(tried("fresh", "farside_daily"), held=flows("GBTC", gone="DEFI"), need=need)
    assert found.reason == "2 of 3 have reported 20 Nov 2025; not yet: GBTC."


def test_of_several_the_worst_is_found_and_an_input_stands_as_its_best() -> None:
    ok, late = stands(tried("fresh")), stands(tried("late", newest=LAST - DAY), held=closes(LAST - DAY))
    assert health.worst([ok, late]) is late
    assert health.worst([]) is None
    assert health.by_input([late, ok]) == health.by_input([ok, late]) == {("close", "BTC"): ok}
