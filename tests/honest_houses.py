"""What data houses, index publishers and offices answer when they are honest, and by which host."""

import datetime
import math
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from data_sources.coingecko import SYMBOLS as COINS
from data_sources.ecb import SYMBOLS as ECB
from tests.honest import DAY, HOUR, Point, World, bar, body, lines, number, size, text, weekday
from tests.honest_venues import binance, bybit, coinbase, deribit, gate, kraken, okx

OPENING = 9 * HOUR + 1_800
CLOSING = 16 * HOUR
BAR = 300
ZONES = {"^HSI": "Asia/Hong_Kong", "000300.SS": "Asia/Shanghai", "000001.SS": "Asia/Shanghai"}
EPOCH = 14 * DAY


def _day(time: int) -> str:
    return f"{pd.Timestamp(time, unit='s'):%Y-%m-%d}"


def _since(day: str) -> int:
    return int(pd.Timestamp(day, tz="UTC").timestamp())


def _local(time: int, zone: str, seconds: int) -> int:
    """Seconds since 1970 at which it is so many after midnight of a UTC date somewhere."""
    day = datetime.datetime.fromtimestamp(time, datetime.UTC).replace(tzinfo=ZoneInfo(zone))
    return int((day + datetime.timedelta(seconds=seconds)).timestamp())


def yahoo(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    symbol, interval = path.rpartition("/")[2], query["interval"]
    first, last = int(query["period1"]), int(query["period2"])
    zone = ZONES.get(symbol, "America/New_York")
    rows = _sessions(world, host, first, last, zone) if interval == "1d" else _bars(world, host, first, last, zone)
    columns = zip(*(bar(100, point, number) for _, point in rows), strict=True)
    quote = dict(zip(("open", "high", "low", "close"), map(list, columns), strict=False))
    meta = {"symbol": symbol, "dataGranularity": interval, "exchangeTimezoneName": zone, "regularMarketTime": world.now}
    chart: dict[str, Any] = {"meta": meta, "indicators": {"quote": [{}]}}
    if rows:
        volume = [number(1e6, point, 0) for _, point in rows]
        chart |= {"timestamp": [time for time, _ in rows], "indicators": {"quote": [quote | {"volume": volume}]}}
    return body({"chart": {"result": [chart], "error": None}})


def _sessions(world: World, host: str, first: int, last: int, zone: str) -> list[tuple[int, Point]]:
    """A row for each weekday, stamped with the opening."""
    points = world.told(host, DAY, first - DAY, last, kind="weekdays")
    stamped = [(_local(point.time, zone, OPENING), point) for point in points]
    return [(time, point) for time, point in stamped if first <= time and world.passed(time, point.time)]


def _bars(world: World, host: str, first: int, last: int, zone: str) -> list[tuple[int, Point]]:
    """A row for each five minutes of the regular sessions."""
    hours = {day: (_local(day, zone, OPENING), _local(day, zone, CLOSING)) for day in range(first // DAY * DAY, world.now, DAY)}
    points = world.told(host, BAR, first, last, kind="weekdays")
    return [
        (point.time, point)
        for point in points
        if point.time > world.now or hours[point.time // DAY * DAY][0] <= point.time < hours[point.time // DAY * DAY][1]
    ]


def fred(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    names = query["id"].split(",")
    kind = "fridays" if names == ["STLFSI4"] else "" if "DFEDTARU" in names else "weekdays"
    points = world.told(host, DAY, _since(query["cosd"]), _since(query["coed"]), kind=kind, about=0 if kind == "fridays" else DAY)
    rows = [[_day(point.time), *(text(4.0 + place, point, 2, ".") for place, _ in enumerate(names))] for point in points]
    return lines([["observation_date", *names], *rows])


def cboe(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    points = world.told(host, kind="weekdays")
    rows = [[f"{pd.Timestamp(point.time, unit='s'):%m/%d/%Y}", *bar(20, point)] for point in points]
    return lines([["DATE", "OPEN", "HIGH", "LOW", "CLOSE"], *rows])


def ofr(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    rows = [[_day(point.time), text(2, point, 3), "0.1"] for point in world.told(host, kind="weekdays")]
    return lines([["Date", "OFR FSI", "Credit"], *rows], "\r\n")


def ecb(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    key = f"CISS.{ECB['EURO_AREA']}"
    points = world.told(host, DAY, _since(query["startPeriod"]), _since(query["endPeriod"]), kind="weekdays")
    rows = [[key, "D", _day(point.time), text(0.3, point, 12, "NaN")] for point in points]
    return lines([["KEY", "FREQ", "TIME_PERIOD", "OBS_VALUE"], *rows])


def farside(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    points = world.told(host, kind="weekdays")
    rows = [[f"{pd.Timestamp(point.time, unit='s'):%d %b %Y}", *_flows(point)] for point in points]
    head = [["", "Blackrock", "Fidelity", "Total"], ["", "IBIT", "FBTC", ""], ["Fee", "0.25%", "0.25%", ""]]
    foot = [[name, "1.0", "(2.0)", "(1.0)"] for name in ("Total", "Average", "Maximum", "Minimum")]
    table = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in [*head, *rows, *foot])
    return f'<!DOCTYPE html><html><body><table class="etf">\n{table}\n</table></body></html>'.encode()


def _flows(point: Point) -> list[str]:
    if point.size is None:
        return ["-", "-", "0.0"]
    came, left = round(120 * point.size, 1), round(50 * point.size, 1)
    return [f"{came:,.1f}", f"({left:,.1f})", f"{came - left:,.1f}"]


def alternative_me(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    points = world.told(host, most=int(query["limit"]))[::-1]
    return body({"data": [{"value": text(50, p, 0), "timestamp": str(p.time)} for p in points], "metadata": {"error": None}})


def cnn(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    points = world.told(host, DAY, _since(path.rpartition("/")[2]), kind="weekdays")
    parts = (("fear_and_greed_historical", 50), ("put_call_options", 0.7), ("junk_bond_demand", 3))
    return body({name: {"data": [{"x": 1000.0 * p.time, "y": number(scale, p)} for p in points]} for name, scale in parts})


def mempool(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    rates = [{"timestamp": p.time, "avgHashrate": number(1e21, p, 0)} for p in world.told(host, about=0)]
    epochs = [
        {"time": p.time, "height": 2016 * (p.time // EPOCH), "difficulty": number(1.5e14, p, 0)}
        for p in world.told(host, about=0)
        if p.time % EPOCH == 0
    ]
    return body({"hashrates": rates, "difficulty": epochs})


CHARTS = {
    "hash-rate": ("Hash Rate TH/s", 1e9),
    "difficulty": ("Difficulty", 1.5e14),
    "miners-revenue": ("USD", 4e7),
    "transaction-fees": ("BTC", 5.0),
    "total-bitcoins": ("BTC", 19_900_000.0),
}


def blockchain_info(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    name, days = path.rpartition("/")[2], query["timespan"].removesuffix("days")
    first = 0 if days == "all" else world.now - DAY * int(days)
    points = world.told(host, DAY, first, about=0 if name == "difficulty" else DAY, of=_epoch if name == "difficulty" else size)
    unit, scale = CHARTS[name]
    return body({"status": "ok", "unit": unit, "values": [{"x": p.time, "y": number(scale, p, 4)} for p in points]})


def _epoch(time: int) -> float:
    """Size that holds for a fortnight."""
    return size(time // EPOCH * EPOCH)


def coingecko(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    points = world.state(host)
    if path.endswith("global"):
        markets = [{"updated_at": p.time, "total_market_cap": {"usd": number(3e12, p)}} for p in points]
        return body({"data": markets[-1] if markets else {}})
    stamp = {p.time: f"{pd.Timestamp(p.time, unit='s').isoformat()}Z" for p in points}
    return body([{"id": c, "market_cap": number(1e11, p), "last_updated": stamp[p.time]} for p in points for c in COINS.values()])


def strategy(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    points = world.state(host)
    if path.endswith("bitcoinKpis"):
        boards = [
            {
                "btcHoldings": text(640_000, p, 0),
                "totalAnnualDividends": number(7e8, p, 0),
                "usdMonthsOfDividends": 25.0,
                "msTimestamp": 1000 * p.time,
            }
            for p in points
        ]
        return body({"results": boards[-1] if boards else {}})
    money = (("marketCap", 50_000), ("debt", 8_214), ("pref", 7_755))
    shares = [{name: text(scale, p, 0) for name, scale in money} | {"msTimeStamp": 1000 * p.time} for p in points]
    return body([{"company": "MSTR", "ufPrice": 179.04} | share for share in shares])


def federal_reserve(world: World, host: str, path: str, query: dict[str, str]) -> bytes:
    """Meetings each sixth Wednesday, announced for a year ahead; one that has lost its size has lost its day."""
    ahead = world.until.get(host, world.now + 365 * DAY)
    days = [day for day in range(world.began[DAY] // DAY * DAY, ahead, DAY) if weekday(day) == 2 and day // (7 * DAY) % 6 == 0]
    return body({"events": [_meeting(p) for p in world.spoil(host, [Point(day, 1.0) for day in days], 0, DAY)]})


def _meeting(point: Point) -> dict[str, str | None]:
    moment = pd.Timestamp(point.time, unit="s")
    length = {"description": "Two-day meeting"} if point.size == 1 else {}
    day = None if point.size is None else str(moment.day * math.floor(point.size))
    return {"title": "FOMC Meeting", "month": f"{moment:%Y-%m}", "days": day, "type": "FOMC"} | length


Honest = Callable[[World, str, str, dict[str, str]], bytes]
HOSTS: dict[str, Honest] = {
    "api.binance.com": binance,
    "data-api.binance.vision": binance,
    "fapi.binance.com": binance,
    "api.exchange.coinbase.com": coinbase,
    "api.kraken.com": kraken,
    "www.okx.com": okx,
    "api.bybit.com": bybit,
    "query2.finance.yahoo.com": yahoo,
    "fred.stlouisfed.org": fred,
    "cdn.cboe.com": cboe,
    "www.deribit.com": deribit,
    "api.gateio.ws": gate,
    "farside.co.uk": farside,
    "api.alternative.me": alternative_me,
    "production.dataviz.cnn.io": cnn,
    "mempool.space": mempool,
    "api.blockchain.info": blockchain_info,
    "api.coingecko.com": coingecko,
    "api.strategy.com": strategy,
    "www.federalreserve.gov": federal_reserve,
    "www.financialresearch.gov": ofr,
    "data-api.ecb.europa.eu": ecb,
}
