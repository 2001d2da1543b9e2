"""Federal Reserve: its rates, the St. Louis stress index and index closes by way of FRED, and the rate setters' calendar.

FRED's graph file needs no key and brings a range of any length in one request. Series of one frequency share a file;
those of several are asked for separately, because FRED can then answer with a ZIP archive of a file per frequency. An
empty cell or "." is a gap. The first column was called DATE until the end of 2024. An unknown series is a 404. SP500
reaches back ten years only, whatever is asked. Rates come in percent.

The calendar has more than meetings under its type FOMC: press conferences, minutes (whose description says "Meeting of"),
notation votes. A meeting stands on its last day, and a longer one says so in its description: "Two-day meeting, October
31 - November 1", wrapped in escaped HTML. Days can also be written as a range. Titles vary in case and spaces, and a row
can be empty. Meetings are announced by calendar year: near its end few lie ahead.
"""

import csv
import io
import re
from typing import Any

import pandas as pd

from data_sources import wire
from data_sources.contract import tidy
from data_sources.errors import PayloadChanged
from data_sources.reading import days, numbers, observed, records, table

GRAPH = "https://fred.stlouisfed.org/graph/fredgraph.csv"
CALENDAR = "https://www.federalreserve.gov/json/calendar.json"
RATES = {"DFEDTARU": "fed_target_upper", "DFEDTARL": "fed_target_lower", "EFFR": "effr"}
SYMBOLS: dict[str, str] = {"USD": "DFEDTARU,DFEDTARL;EFFR", "VIX": "VIXCLS", "SPX": "SP500", "IXIC": "NASDAQCOM", "US": "STLFSI4"}
"""Our asset to FRED's series; those of one file are separated by a comma, files by a semicolon."""
DATES = ("observation_date", "DATE")
AHEAD = 8
"""Meetings ahead that are kept: a year of them."""
AFTER = re.compile(r"minutes", re.IGNORECASE)
INSTEAD = re.compile(r"notation vote|cancel", re.IGNORECASE)
LONGER = re.compile(r"\btwo-day\b", re.IGNORECASE)
SPAN = re.compile(r"(\d{1,2})(?:\s*[-–,]\s*(\d{1,2}))?")


def fetch_rates(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[str]:
    """Ask FRED for two files: the federal funds target range of every day, and the effective rate of business days."""
    return [_ask(names, start, end) for names in SYMBOLS[asset].split(";")]


def parse_rates(payload: list[str], asset: str) -> pd.DataFrame:
    """Read the target range (every day) and the effective rate (business days).

    Returns
    -------
    DataFrame of shape (n, 5), tidy
        Measures ``fed_target_upper``, ``fed_target_lower`` and ``effr``, fractions per year; entity federal_reserve.
        A change of the range counts from the day after the decision.

    Raises
    ------
    PayloadChanged
        When a series is absent, an unknown one is there, or a file is cut off.
    """
    target, effective = (_columns(file, names) for file, names in zip(payload, SYMBOLS[asset].split(";"), strict=True))
    cells = target.merge(effective, on="time", how="outer")
    # rounded, because 3.89 / 100 misses 0.0389 by the last bit, which would look like a revision
    rates = {measure: (numbers(cells[name]) / 100).round(8) for name, measure in RATES.items()}
    return observed(cells["time"], asset, "federal_reserve", rates)


def fetch_indices(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Ask FRED for the closes of VIX, SPX or IXIC."""
    return _ask(SYMBOLS[asset], start, end)


def parse_indices(payload: str, asset: str) -> pd.DataFrame:
    """Read an index's closes: measure ``level`` in points, entity fred; a holiday is a missing row. Raises as ``parse_rates``."""
    cells = _columns(payload, SYMBOLS[asset])
    return observed(cells["time"], asset, "fred", {"level": numbers(cells[SYMBOLS[asset]])})


def fetch_stress(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Ask FRED for the St. Louis Fed Financial Stress Index, from two weeks before ``start`` on.

    A week's number appears on the Thursday after its Friday: the last seven days rarely hold one.
    """
    return _ask(SYMBOLS[asset], start - pd.Timedelta(days=14), end)


def parse_stress(payload: str, asset: str) -> pd.DataFrame:
    """Read the stress index: measure ``stlfsi``, 0 is average and positive is stress; a week stands on its Friday.

    Entity st_louis_fed. Past weeks can be revised. Raises as ``parse_rates``.
    """
    cells = _columns(payload, SYMBOLS[asset])
    return observed(cells["time"], asset, "st_louis_fed", {"stlfsi": numbers(cells[SYMBOLS[asset]])})


def fetch_calendar(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> dict[str, Any]:
    """Ask for the Board's calendar, all years in one file.

    Returns
    -------
    dict
        ``events`` as they came, and ``asked``, the day of ``end``: how far a meeting lies ahead depends on it.
    """
    answer = wire.json(CALENDAR)
    return {"asked": f"{end:%Y-%m-%d}", "events": answer.get("events") if isinstance(answer, dict) else None}


def parse_calendar(payload: dict[str, Any], asset: str) -> pd.DataFrame:
    """Read the meetings of the Federal Open Market Committee.

    Returns
    -------
    DataFrame of shape (n, 5), tidy
        ``fomc_meeting``: length in days, 1 or 2, at the day of the decision, for meetings decided by the day asked.
        ``fomc_days_ahead``: days from the day asked to the decision, 0 on the day itself, at the day asked; assets FOMC1,
        FOMC2 … for as many of the next eight as are announced. Entity federal_reserve.

    Raises
    ------
    PayloadChanged
        When events are not the documented ones, none is a meeting, or a meeting has no day.
    """
    events = records(payload["events"], ("title", "month", "days", "type"), asset)
    events["description"] = [event.get("description") for event in payload["events"]]  # which plain meetings do without
    rows = events.fillna("").astype(str).itertuples(index=False)
    found = dict(sorted(_meeting(row) for row in rows if _is_meeting(row)))
    if not found:
        raise PayloadChanged(f"The calendar for {asset} has events, but no meeting among them.")
    asked = pd.Timestamp(payload["asked"], tz="UTC")
    ahead = [day for day in found if day >= asked][:AHEAD]
    held = [(day, "fomc_meeting", asset, length) for day, length in found.items() if day <= asked]
    near = [(asked, "fomc_days_ahead", f"{asset}{place}", (day - asked).days) for place, day in enumerate(ahead, 1)]
    frame = pd.DataFrame(held + near, columns=["time", "measure", "asset", "value"])
    return tidy(frame.assign(entity="federal_reserve"))


def _ask(names: str, start: pd.Timestamp, end: pd.Timestamp) -> str:
    return wire.text(GRAPH, {"id": names, "cosd": f"{start:%Y-%m-%d}", "coed": f"{end:%Y-%m-%d}"})


def _columns(payload: str, names: str) -> pd.DataFrame:
    """Lay out a graph file: ``time``, and a column of texts for each series asked for, and for no other; perhaps no rows."""
    lines = [line for line in csv.reader(io.StringIO(payload)) if line]
    header = lines[0] if lines else []
    if not header or header[0] not in DATES or sorted(header[1:]) != sorted(names.split(",")):
        raise PayloadChanged(f"FRED's file for {names} does not have the columns asked for.")
    if not payload.endswith("\n"):  # the last number may have lost digits
        raise PayloadChanged(f"FRED's file for {names} is cut off.")
    cells = table(lines[1:], header, names) if lines[1:] else pd.DataFrame(columns=header, dtype=object)
    return cells.assign(time=days(cells[header[0]], "%Y-%m-%d")).drop(columns=header[0])


def _is_meeting(event: Any) -> bool:
    """Whether an event is a meeting that decides, and not what comes after one or instead of one."""
    if event.type.strip().upper() != "FOMC" or "meeting" not in event.title.lower():
        return False
    return not AFTER.search(event.title) and not INSTEAD.search(f"{event.title} {event.description}")


def _meeting(event: Any) -> tuple[pd.Timestamp, int]:
    """Day of a meeting's decision, its last one, and its length in days."""
    span = SPAN.fullmatch(event.days.strip())
    if span is None:
        raise PayloadChanged(f"A meeting of {event.month[:10]!r} has the days {event.days[:10]!r}.")
    first, last = int(span[1]), int(span[2] or span[1])
    month = days([event.month], "%Y-%m").iloc[0]
    if last < first and first != month.days_in_month:  # the month named is that of the decision: 2024-05 with 30-1
        month -= pd.DateOffset(months=1)
    end = month.replace(day=first) + pd.Timedelta(days=int(last != first))
    if end.day != last:
        raise PayloadChanged(f"A meeting of {event.month} takes the days {event.days}, which are not one or two.")
    return end, 2 if last != first or LONGER.search(event.description) else 1
