"""What exchanges answer when they are honest."""

from typing import Any

import pandas as pd

from tests.honest import DAY, HOUR, Point, World, bar, body, number, text

STEPS = {"1d": DAY, "1h": HOUR, "1Dutc": DAY, "1H": HOUR, "D": DAY, "60": HOUR, "1440": DAY, "86400": DAY, "3600": HOUR}
PRICE = 90_000.0
EIGHT = 8 * HOUR


def binance(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    first, last = (int(query[name]) / 1000 for name in ("startTime", "endTime"))
    if path.endswith("klines"):
        step = STEPS[query["interval"]]
        points = world.told(host, step, first, last)[: int(query["limit"])]
        return body([_kline(point, step) for point in points])
    if path.endswith("fundingRate"):
        points = world.told(host, DAY, first, last)
        return body([{"symbol": "BTCUSDT", "fundingTime": time, "fundingRate": rate} for time, rate in _prints(world, points)])
    points = world.told(host, DAY, first, last, about=0)
    return body([{"timestamp": 1000 * point.time, "sumOpenInterestValue": text(9e9, point)} for point in points])


def _kline(point: Point, step: int) -> list[Any]:
    volume = text(1_000, point)
    return [1000 * point.time, *bar(PRICE, point), volume, 1000 * (point.time + step) - 1, volume, 42, volume, volume, "0"]


def _prints(world: World, points: list[Point]) -> list[tuple[int, str | None]]:
    """Three prints of each day's funding, in ms."""
    return [
        (1000 * (point.time + hour), text(1e-4, point, 12))
        for point in points
        for hour in (0, EIGHT, 2 * EIGHT)
        if world.passed(point.time + hour, point.time)
    ]


def coinbase(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    first, last = (pd.Timestamp(query[name]).timestamp() for name in ("start", "end"))
    rows = []
    for point in reversed(world.told(host, STEPS[query["granularity"]], first, last)):
        opened, high, low, close = bar(PRICE, point, number)
        rows.append([point.time, low, high, opened, close, number(1_000, point)])
    return body(rows)


def kraken(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    points = world.told(host, 60 * int(query["interval"]), int(query["since"]) + 1)
    rows = [[point.time, *bar(PRICE, point), text(PRICE, point), text(1_000, point), 42] for point in points]
    return body({"error": [], "result": {query["pair"]: rows[-720:], "last": 0}})


def okx(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    last, most = (int(query.get("after") or query["end"]) - 1) / 1000, int(query["limit"])
    rows: list[Any]
    if path.endswith("history-candles"):
        step = STEPS[query["bar"]]
        points = world.told(host, step, 0, last, most=most)
        confirmed = {point.time: str(int(not world.now - step < point.time <= world.now)) for point in points}
        rows = [[str(1000 * p.time), *bar(PRICE, p), *[text(1_000, p)] * 3, confirmed[p.time]] for p in points]
    elif path.endswith("funding-rate-history"):
        prints = _prints(world, world.told(host, DAY, 0, last, most=most // 3))
        rows = [{"fundingTime": str(time), "realizedRate": rate} for time, rate in prints if not last < time / 1000 <= world.now]
    else:
        points = world.told(host, DAY, 0, last, about=0, most=most)
        rows = [[str(1000 * point.time), text(1e6, point), text(1e4, point), text(3e9, point)] for point in points]
    return body({"code": "0", "msg": "", "data": rows[::-1]})


def bybit(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    first, last = (int(query.get(name) or query[f"{name}Time"]) / 1000 for name in ("start", "end"))
    rows: list[Any]
    if path.endswith("kline"):
        points = world.told(host, STEPS[query["interval"]], first, last, most=int(query["limit"]))
        rows = [[str(1000 * point.time), *bar(PRICE, point), *[text(1_000, point)] * 2] for point in points]
    elif path.endswith("funding/history"):
        prints = _prints(world, world.told(host, DAY, first, last))
        rows = [{"fundingRateTimestamp": str(time), "fundingRate": rate} for time, rate in prints]
    else:
        points = world.told(host, DAY, first, last, about=0)
        rows = [{"timestamp": str(1000 * p.time), "singleOpenInterest": text(5e4, p), "openInterest": text(1e5, p)} for p in points]
    return body({"retCode": 0, "retMsg": "OK", "result": {"list": rows[::-1]}})


def deribit(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    if path.endswith("get_book_summary_by_currency"):
        return body({"result": [row for point in world.state(host) for row in BOOKS[query["kind"]](query["currency"], point)]})
    first, last = (int(query[name]) / 1000 for name in ("start_timestamp", "end_timestamp"))
    if path.endswith("get_volatility_index_data"):
        rows = [[1000 * point.time, *bar(45, point, number)] for point in world.told(host, DAY, first, last)]
        return body({"result": {"data": rows, "continuation": None}})
    hours = [
        (point.time + hour * HOUR, number(1e-5, point, 12))
        for point in world.told(host, DAY, first - DAY, last)
        for hour in range(1, 25)
        if world.passed(point.time + hour * HOUR, point.time)
    ]
    return body({"result": [{"timestamp": 1000 * end, "interest_1h": rate} for end, rate in hours if end >= first]})


def _book(name: str, point: Point, interest: float) -> dict[str, Any]:
    known = {"open_interest": number(interest, point), "volume": number(interest / 10, point)}
    return {"instrument_name": name, "quote_currency": "USD", "creation_timestamp": 1000 * point.time} | known


def _futures(coin: str, point: Point) -> list[dict[str, Any]]:
    return [_book(f"{coin}-PERPETUAL", point, 9e8), _book(f"{coin}-25DEC68", point, 2e8)]


def _options(coin: str, point: Point) -> list[dict[str, Any]]:
    marked = {"mark_iv": number(55.0, point), "bid_price": None, "underlying_price": 95_000.0}
    listed = enumerate(("90000-P", "99000-C"))
    return [_book(f"{coin}-25DEC68-{strike}", point, 1_000.0 + 500 * place) | marked for place, strike in listed]


BOOKS = {"future": _futures, "option": _options}


def gate(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    points = world.told(host, DAY, int(query["from"]))[: int(query["limit"])]
    return body(
        [
            {"time": point.time, "lsr_taker": 1.02, "long_liq_usd": number(2e6, point), "short_liq_usd": number(1e6, point)}
            for point in points
        ]
    )
