"""What can go wrong between a publisher and the board, each under the name by which a test calls it."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.honest import DAY, Point, World

FAR = 399 * DAY
"""How far into the future a wrong time lies; whole weeks, since a publisher's weekend rows are left out."""
RETRY_AFTER = 7_200
LATENCY = 0.05

RENAMED: dict[str, tuple[bytes, bytes]] = {
    "binance_funding": (b"fundingRate", b"rate"),
    "binance_open_interest": (b"sumOpenInterestValue", b"value"),
    "bybit_funding": (b"fundingRateTimestamp", b"timestamp"),
    "okx_funding": (b"realizedRate", b"realized"),
    "deribit_funding": (b"interest_1h", b"interest"),
    "deribit_options": (b"open_interest", b"interest"),
    "deribit_open_interest": (b"open_interest", b"interest"),
    "gate_liquidations": (b"long_liq_usd", b"long_liq"),
    "cboe_indices": (b"CLOSE", b"LAST"),
    "ofr_stress": (b"OFR FSI", b"FSI"),
    "ecb_ciss": (b"OBS_VALUE", b"VALUE"),
    "farside_flows": (b"Total", b"Sum"),
    "alternative_me_index": (b"value", b"index"),
    "cnn_index": (b"put_call_options", b"put_call"),
    "mempool_mining": (b"avgHashrate", b"hashrate"),
    "coingecko_global": (b"total_market_cap", b"market_cap"),
    "coingecko_caps": (b"market_cap", b"cap"),
    "strategy_kpis": (b"debt", b"loans"),
    "fomc_calendar": (b"title", b"name"),
    **dict.fromkeys(("fred_indices", "fred_vix", "fred_rates", "fred_stress"), (b"observation_date", b"day")),
    **dict.fromkeys(
        (
            *("yahoo_indices", "yahoo_hong_kong", "yahoo_shanghai", "yahoo_shares", "yahoo_baskets", "yahoo_bars", "yahoo_vix"),
            "yahoo_fed_funds",
        ),
        (b"close", b"last"),
    ),
    **dict.fromkeys(
        (f"blockchain_info_{name}" for name in ("hash_rate", "difficulty", "miners_revenue", "fees", "supply")), (b'"y"', b'"v"')
    ),
}
"""What a source's columns are renamed from and to; the rows of the others, which have no names, get one more cell."""


@dataclass(frozen=True)
class Damage:
    """One thing that goes wrong, and what is to come of it.

    Parameters
    ----------
    outcome : str
        Of the attempt; a key of ``attempts.OUTCOMES``.
    wire : dict, optional
        What the loopback does to the answer, as its ``fault`` takes it.
    points : callable, optional
        What a host does to its points; made for the world and for the moment at which good data was last kept.
    frozen : bool
        The host tells nothing that is newer than that moment.
    closed : float
        Seconds for which the host is left alone afterwards.
    """

    outcome: str
    wire: dict[str, Any] = field(default_factory=dict)
    points: Callable[[World, int], Callable[[list[Point], int], list[Point]]] | None = None
    frozen: bool = False
    closed: float = 0.0


def _status(code: int, outcome: str, closed: float, **more: Any) -> Damage:
    return Damage(outcome, {"mode": "status", "code": code} | more, closed=closed)


def _gaps(points: list[Point], about: int) -> list[Point]:
    return [Point(point.time, None) for point in points]


def _future(points: list[Point], about: int) -> list[Point]:
    """The newer half lies ahead."""
    half = len(points) // 2
    return points[:half] + [Point(point.time + FAR, point.size) for point in points[half:]]


def _twice(points: list[Point], about: int) -> list[Point]:
    return random.Random(7).sample(points * 2, 2 * len(points))


def _jump(world: World, kept: int) -> Callable[[list[Point], int], list[Point]]:
    def told(points: list[Point], about: int) -> list[Point]:
        newest = max((point.time for point in points if point.time + about <= world.now), default=0)
        return [point if point.time < newest else Point(point.time, (point.size or 0) * 100) for point in points]

    return told


def _revision(world: World, kept: int) -> Callable[[list[Point], int], list[Point]]:
    def told(points: list[Point], about: int) -> list[Point]:
        if len(points) == 1:  # a state has no past, but for the one that was told
            return [Point(kept, 1.09)]
        return [Point(point.time, (point.size or 0) * 1.09) if point.time <= kept else point for point in points]

    return told


def renamed(source: str, body: bytes) -> bytes:
    """Rename a column of a source's answer, or add a cell to each row."""
    if source in RENAMED:
        return body.replace(*RENAMED[source])
    return re.sub(rb"([^\[\]{}])\]", rb"\1, 0]", body)


def cut(body: bytes) -> bytes:
    """Break off, where there are lines before the last character of one."""
    first = body[: len(body) * 2 // 3]
    return first.rpartition(b"\n")[0].rstrip()[:-1] or first


DAMAGES: dict[str, Damage] = {
    "latency": Damage("fresh", {"mode": "latency", "seconds": LATENCY}),
    "hang": Damage("down", {"mode": "hang"}),
    "reset": Damage("down", {"mode": "reset"}),
    "429": _status(429, "limited", 60.0),
    "429_retry_after": _status(429, "limited", float(RETRY_AFTER), retry_after=RETRY_AFTER),
    "418": _status(418, "refused", float(DAY)),
    "451": _status(451, "refused", float(DAY)),
    "403": _status(403, "refused", float(DAY)),
    "500": _status(500, "down", 0.0),
    "maintenance": Damage("down", {"mode": "html"}),
    "truncated": Damage("down", {"mode": "body", "damage": cut}),
    "empty": Damage("empty", {"mode": "empty"}),
    "no_rows": Damage("empty", points=lambda world, kept: lambda points, about: []),
    "gaps": Damage("empty", points=lambda world, kept: _gaps),
    "renamed": Damage("changed", {"mode": "body"}),
    "future": Damage("broken", points=lambda world, kept: _future),
    "twice": Damage("fresh", points=lambda world, kept: _twice),
    "frozen": Damage("frozen", frozen=True),
    "jump": Damage("implausible", points=_jump),
    "revision": Damage("fresh", points=_revision),
}
