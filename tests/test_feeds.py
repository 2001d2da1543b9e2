"""The Sources page's words and rows: worst first, alike together, escaped, and never empty."""

import csv
import io
import re
from typing import Any

import pandas as pd
import pytest

from components import feed_rows, feeds
from data_sources.attempts import OUTCOMES, Attempt, Outcome
from data_sources.feeds import Asking
from data_sources.health import STATES, Standing
from data_sources.live import Run
from data_sources.source import Need, Source

NOW = pd.Timestamp("2026-02-06 12:30", tz="UTC")
HOUR, DAY = pd.Timedelta(hours=1), pd.Timedelta(days=1)
HOSTILE = '<img src=x onerror="alert(1)"> & co.'


def source(name: str, publisher: str, *assets: str) -> Source:
    return Source(name, publisher, f"{publisher}.example", ("close",), assets, lambda *_: None, lambda *_: pd.DataFrame())


THREE = ("BTC", "ETH", "SOL")
COINS = Need("Coins, daily", (source("kraken_daily", "kraken", *THREE), source("okx_daily", "okx", *THREE)))
FEAR = Need("US equity fear & greed", (source("cnn_index", "cnn", "US_EQUITY"),))
HASHES = Need("Hash rate", (source("mempool_mining", "mempool", "BTC"),))
NEEDS = (COINS, FEAR, HASHES)


def standing(need: str, asset: str, state: str = "ok", reason: str = "Kraken serves.", **rest: Any) -> Standing:
    fields: dict[str, Any] = {"fetched": NOW - HOUR, "newest": NOW - DAY, "due": NOW + 2 * HOUR, "served_by": "kraken"} | rest
    return Standing(need, asset, state, reason, measures=("close",), covers=(asset,), **fields)


def attempt(name: str, asset: str, outcome: str = "fresh", reason: str = "", **rest: Any) -> Attempt:
    newest = NOW - DAY if outcome == "fresh" else None
    fields: dict[str, Any] = {"started": NOW - HOUR, "ended": NOW - HOUR, "newest": newest, "requests": 2} | rest
    return Attempt(name, asset, outcome=outcome, reason=reason, **fields)


def asking(*standings: Standing, attempts: tuple[Attempt, ...] = (), closed: dict[str, pd.Timestamp] | None = None) -> Asking:
    known: dict[tuple[str, str], tuple[Attempt, ...]] = {}
    for one in attempts:
        known[one.source, one.asset] = (*known.get((one.source, one.asset), ()), one)
    return Asking(standings, known, {}, closed or {})


REFUSED = "cnn.example turns us away (418)."
MIXED = asking(
    *(standing("Coins, daily", asset) for asset in ("BTC", "ETH", "SOL")),
    standing("US equity fear & greed", "US_EQUITY", "down", REFUSED, fetched=None, newest=None, served_by=""),
    standing("Hash rate", "BTC", "late", "A newer number is due.", served_by="mempool", due=None),
    attempts=(
        *(attempt("kraken_daily", asset) for asset in ("BTC", "ETH", "SOL")),
        attempt("cnn_index", "US_EQUITY", "refused", REFUSED),
        attempt("mempool_mining", "BTC", "late", newest=NOW - 3 * DAY),
    ),
    closed={"cnn.example": NOW + 23 * HOUR},
)


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_the_verdict_counts_what_is_ok_and_names_the_worst_first() -> None:
    sentence, state = feeds.verdict(MIXED, NEEDS, Run(), live=True)
    assert sentence == (
        "3 of 5 feeds are as new as they should be; US equity fear & greed: refused by CNN; Hash rate: late."
    )
    assert state == "stress"


def test_when_all_is_well_the_verdict_is_short_and_calm() -> None:
    calm = asking(*(standing("Coins, daily", asset) for asset in ("BTC", "ETH")), attempts=(attempt("kraken_daily", "BTC"),))
    assert feeds.verdict(calm, NEEDS, Run(), live=True) == ("All 2 feeds are as new as they should be.", "calm")


def test_every_state_and_every_failed_outcome_has_words_of_its_own() -> None:
    assert set(feeds.STATES) == set(STATES) - {"ok"}
    assert set(feeds.WRONG) == {name for name in OUTCOMES if not attempt("a", "b", name).answered}


def test_part_of_a_need_is_named_by_its_asset_or_by_its_share() -> None:
    good = [standing("Coins, daily", asset) for asset in THREE]
    late = [standing("Coins, daily", asset, "late", f"There is no {asset} yet, {place}.") for place, asset in enumerate(THREE)]
    one, two = asking(late[0], *good[1:]), asking(*late[:2], good[2])
    assert "; Coins, daily (BTC): late" in feeds.verdict(one, NEEDS, Run(), live=True)[0]
    assert "; Coins, daily (2 of 3): late" in feeds.verdict(two, NEEDS, Run(), live=True)[0]


def test_rows_come_worst_first_and_assets_that_stand_alike_share_one() -> None:
    rows = feeds.grouped(MIXED, NEEDS)
    assert [(row.need.name, row.assets) for row in rows] == [
        ("US equity fear & greed", ("US_EQUITY",)), ("Hash rate", ("BTC",)), ("Coins, daily", ("BTC", "ETH", "SOL")),
    ]
    table = feed_rows.table(MIXED, NEEDS, NOW)
    assert table.count("<tr") == 4
    assert table.index("US equity") < table.index("Hash rate") < table.index("Coins, daily")


def test_reasons_that_differ_only_in_the_asset_are_one_reason() -> None:
    empty = [standing("Coins, daily", asset, "empty", f"okx.example has nothing at /{asset}-USD (404).") for asset in THREE[:2]]
    (row,) = feeds.grouped(asking(*empty), NEEDS)
    assert row.reason == "okx.example has nothing at /…-USD (404)."
    assert row.assets == ("BTC", "ETH")


def test_a_single_asset_keeps_its_reason_word_for_word() -> None:
    (row,) = feeds.grouped(asking(standing("Hash rate", "BTC", "late", "BTC is late.")), NEEDS)
    assert row.reason == "BTC is late."


def test_more_assets_than_can_be_named_are_counted() -> None:
    names = tuple(f"COIN{number}" for number in range(12))
    need = Need("Coins, daily", (source("kraken_daily", "kraken", *names),))
    (row,) = feeds.grouped(asking(*(standing("Coins, daily", name) for name in names)), (need,))
    assert feeds.named(row) == "12 coins"


def test_what_a_publisher_says_cannot_become_markup() -> None:
    hostile = asking(
        standing(FEAR.name, "US_EQUITY", "down", HOSTILE),
        attempts=(attempt("cnn_index", "US_EQUITY", "refused", HOSTILE),),
        closed={"cnn.example": NOW + HOUR},
    )
    outcome = Outcome(FEAR.name, HOSTILE, None, (attempt("cnn_index", "US_EQUITY", "refused", HOSTILE),), False)
    running = feed_rows.progress(Run(running=True, done=1, total=2, outcomes=(outcome,)))
    for html in (feed_rows.table(hostile, NEEDS, NOW), feed_rows.publishers(hostile, NEEDS, NOW), running):
        assert "&lt;img src=x" in html
        assert "<img" not in html


def test_every_cell_says_something_and_clocks_carry_the_moment() -> None:
    table = feed_rows.table(MIXED, NEEDS, NOW)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", table, re.DOTALL)
    assert len(cells) == 3 * len(feed_rows.HEADS)
    assert all(text(cell) or 'class="fl-feed-line"' in cell for cell in cells)
    assert 'data-name="fetched" title="06 Feb 2026 11:30 UTC">60 min ago<' in table
    assert 'data-name="next due" title="06 Feb 2026 14:30 UTC">in 2 h<' in table
    assert 'title="Nobody has answered with numbers yet.">–<' in table


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (9, "now"),
        (60, "1 min ago"),
        (5400, "2 h ago"),
        (-7200, "in 2 h"),
        (129_600, "36 h ago"),
        (3e5, "3 d ago"),
        (9e7, "3 y ago"),
    ],
)
def test_a_distance_is_said_in_the_largest_unit_that_still_tells(seconds: float, said: str) -> None:
    assert feeds.ago(NOW - pd.Timedelta(seconds=seconds), NOW) == said


def test_the_chain_marks_who_answered_who_failed_and_who_was_not_asked() -> None:
    failing = asking(
        standing("Coins, daily", "BTC"),
        attempts=(attempt("kraken_daily", "BTC", "down", "kraken.example did not answer."), attempt("okx_daily", "BTC")),
    )
    table = feed_rows.table(failing, NEEDS, NOW)
    assert '<i class="fl-feed-failed">×</i>Kraken' in table
    assert "kraken_daily, kraken.example: did not answer; 60 min ago, 06 Feb 2026 11:30 UTC." in table
    assert re.search(r'fl-feed-serves"[^>]*><i class="fl-feed-good">●</i><a href="[^"]+" target="_blank" title="[^"]+">OKX', table)
    untouched = feed_rows.table(asking(standing("Coins, daily", "BTC", "empty", served_by="")), NEEDS, NOW)
    assert untouched.count('<i class="fl-feed-unasked">○</i>') == 2


def test_an_import_names_its_publisher_although_nobody_was_asked() -> None:
    imported = feed_rows.table(asking(standing("Coins, daily", "BTC", "late", served_by="binance")), NEEDS, NOW)
    assert 'title="What is held is theirs."><a href="https://www.binance.com' in imported


def test_the_strip_has_one_mark_for_six_hours_and_tells_what_failed() -> None:
    asked_thrice = asking(
        standing("Hash rate", "BTC"),
        attempts=(
            attempt("mempool_mining", "BTC", started=NOW - 9 * DAY),  # the last answer may be older than the strip
            attempt("mempool_mining", "BTC", started=NOW - 2 * HOUR, added=12),
            attempt("mempool_mining", "BTC", "down", "No answer.", started=NOW - 3 * HOUR),
            attempt("mempool_mining", "BTC", "down", "No answer.", started=NOW - 3 * DAY),
        ),
    )
    table = feed_rows.table(asked_thrice, NEEDS, NOW)
    marks = re.findall(r'<i class="fl-feed-(\w+)" style="left:([\d.]+)%" title="([^"]*)"', table)
    assert [kind for kind, _, _ in marks] == ["failed", "mixed"]
    assert float(marks[0][1]) < float(marks[1][1]) < 100
    assert marks[1][2].splitlines() == [
        "06 Feb 06:00 to 12:00 UTC: 1 of 2 answered, 4 requests, 12 rows kept", "11:30 mempool_mining BTC, down: No answer.",
    ]


def test_a_closed_host_says_until_when_and_why() -> None:
    told = text(feed_rows.publishers(MIXED, NEEDS, NOW))
    assert f"cnn.example down {REFUSED} Left alone until 07 Feb 2026 11:30 UTC." in told
    assert "Fear &amp; Greed Index by CNN Business." in told
    assert "Left alone" not in text(feed_rows.publishers(MIXED, NEEDS, NOW + 2 * DAY))


def test_the_csv_has_one_line_per_need_and_asset_worst_first() -> None:
    rows = list(csv.DictReader(io.StringIO(feed_rows.table_csv(MIXED, NEEDS))))
    assert [(row["need"], row["asset"]) for row in rows][:2] == [("US equity fear & greed", "US_EQUITY"), ("Hash rate", "BTC")]
    assert len(rows) == 5
    assert rows[0] | {"due": ""} == {
        "need": "US equity fear & greed", "asset": "US_EQUITY", "state": "down", "reason": REFUSED, "fetched": "", "newest": "",
        "due": "", "served_by": "", "chain": "cnn_index", "asked": "2026-02-06T11:30:00Z", "outcomes": "refused",
    }
    assert rows[2]["outcomes"] == "fresh > not asked"
    assert feeds.file_name(NOW) == "faultline-sources-2026-02-06T1230Z.csv"


def test_no_spreadsheet_reckons_with_a_publishers_words() -> None:
    (row,) = csv.DictReader(io.StringIO(feed_rows.table_csv(asking(standing("Hash rate", "BTC", "late", "=1+1")), NEEDS)))
    assert row["reason"] == "'=1+1"


def test_a_refresh_that_ended_says_what_came_of_it() -> None:
    outcomes = (Outcome("a", "b", "kraken_daily", (), True), Outcome("a", "c", None, (), False))
    ended = Run(done=2, total=2, outcomes=outcomes, began=NOW.timestamp() - 120, fault="The store is full.")
    told = feeds.asked(MIXED, ended, NOW)
    assert told.startswith("Last asked 2 min ago, 06 Feb 2026 12:28 UTC. Of 2 feeds due, 1 got an answer.")
    assert "It ended early: The store is full." in told
