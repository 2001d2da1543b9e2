"""What must hold of every publisher's answer, whether the publisher itself gives it or a stand-in for it."""

import pandas as pd
from pandas.testing import assert_frame_equal

from data_sources import reading, wire
from data_sources.calendars import DAY, expected
from data_sources.call import Gate
from data_sources.contract import tidy
from data_sources.rows import from_frame, last_instants, stamp
from data_sources.source import Source
from data_sources.sources import needs

WINDOW = 45 * DAY
"""How far back a short first fill begins: the slowest weekly number is in it, and no holiday is longer."""
KEY = ["time", "measure", "asset", "entity"]

PRICE, POINTS, USD_A_DAY = (1e-3, 1e6), (1.0, 1e5), (0.0, 1e12)
RANGES: dict[str, tuple[float, float]] = {
    **dict.fromkeys(("open", "high", "low", "close", "hour_open", "hour_high", "hour_low", "hour_close"), PRICE),
    **dict.fromkeys(("bar_open", "bar_high", "bar_low", "bar_close"), (10.0, 1e4)),
    **dict.fromkeys(("volume", "hour_volume"), (0.0, 1e13)),
    **dict.fromkeys(("level", "level_open", "level_high", "level_low"), POINTS),
    **dict.fromkeys(("liquidations_long", "liquidations_short"), (0.0, 2e10)),
    **dict.fromkeys(("fed_target_lower", "fed_target_upper", "effr"), (-0.01, 0.2)),
    **dict.fromkeys(("debt", "preferred", "cash"), USD_A_DAY),
    "futures_price": (85.0, 101.0),
    "net_flow": (-5e9, 5e9),
    "fear_greed": (0.0, 100.0),
    "put_call_volume": (0.1, 5.0),
    "high_yield_spread": (0.002, 0.3),
    "put_call_oi": (0.05, 10.0),
    "put_call_volume_24h": (0.01, 50.0),
    "skew_25d": (-60.0, 60.0),
    **{f"iv_{days}d": (5.0, 400.0) for days in (7, 30, 60, 90, 180)},
    "option_volume": (0.0, 1e8),
    "option_open_interest": (1e3, 1e8),
    "dvol": (10.0, 300.0),
    "difficulty": (1e13, 1e16),
    "hash_rate": (1e20, 1e22),
    "fees": (0.1, 2e3),
    "miners_revenue": (1e6, 1e9),
    "supply": (1.9e7, 2.1e7),
    "holdings": (1e5, 2.1e6),
    "shares_outstanding": (1e8, 1e10),
    "open_interest": (1e7, 1e11),
    "funding_rate": (-0.01, 0.01),
    "fomc_meeting": (1.0, 10.0),
    "fomc_days_ahead": (0.0, 800.0),
    "stlfsi": (-5.0, 15.0),
    "ciss": (0.0, 1.0),
    "ofr_fsi": (-15.0, 40.0),
    "market_cap": (1e8, 2e13),
}
"""Per measure, between which numbers a recent one lies; a publisher's other unit lies outside."""
NARROWER: dict[tuple[str, str], tuple[float, float]] = {
    ("close", "BTC"): (1e4, 1e6),
    ("hour_close", "BTC"): (1e4, 1e6),
    ("level", "SPX"): (2e3, 2e4),
    ("level", "VIX"): (5.0, 150.0),
    ("market_cap", "CRYPTO"): (3e11, 2e13),
}
"""The same for single assets, of which more is known."""

FEWER: dict[tuple[str, str], set[str]] = {("cboe_indices", "VVIX"): {"level"}, ("cboe_indices", "SKEW"): {"level"}}
"""Of a source's measures, those of assets that have not all: Cboe publishes only the close of some indices."""


def sources() -> list[Source]:
    """Every row of the table, once, in its order."""
    rows = (source for need in needs(pd.Timestamp.now("UTC")) for source in need.sources)
    return list({source.name: source for source in rows}.values())


def check_source(source: Source, asset: str, gate: Gate | None = None) -> None:
    """Ask a source as a short first fill does, then as an increment does, and hold both answers to what its row says.

    Parameters
    ----------
    source : Source
    asset : str
        One of those it takes questions about.
    gate : Gate, optional
        Keeps the pace of hosts that have one.
    """
    now = pd.Timestamp.now("UTC").as_unit("us")
    since = max(source.oldest(now), now - max(WINDOW, source.patience))
    filled = _answer(source, asset, since, now, gate)
    newest = filled["time"].max()

    assert set(filled["measure"]) == FEWER.get((source.name, asset), set(source.measures))
    assert set(filled["asset"]) <= set(source.covers or (asset,))
    due = expected(source.calendar, now, source.ready)
    assert newest >= (now - source.patience if due is None else due), f"the newest number is of {newest}"
    for measure, of, value in filled.loc[filled["time"] >= since, ["measure", "asset", "value"]].itertuples(index=False):
        low, high = NARROWER.get((measure, of), RANGES[measure])
        assert low <= value <= high, f"{measure} of {of} is {value}"

    increment = _answer(source, asset, newest - source.overlap, now, gate)
    assert increment["time"].min() <= newest <= increment["time"].max(), "an increment leaves a gap"
    if not source.snapshot:  # a state moves between two answers; what is over does not
        both = filled.merge(increment, on=KEY, suffixes=("", "_again"))
        assert set(both["measure"]) == set(filled["measure"])
        assert both["value"].tolist() == both["value_again"].tolist()


def _answer(source: Source, asset: str, start: pd.Timestamp, end: pd.Timestamp, gate: Gate | None) -> pd.DataFrame:
    """What a source says, without the interval that is still open."""
    with wire.asking(source.seconds, gate):
        frame = reading.read(source.parse, source.fetch(asset, start, end), asset)
    assert_frame_equal(tidy(frame), frame)
    return frame if source.snapshot else frame[last_instants(from_frame(frame)) < stamp(end)]
