"""What a figure is made of: lines, the thresholds they are read against, and the panels they stand in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from indicators.readings import READINGS

SERIES = ("main", "second", "third", "fourth", "fifth", "sixth", "seventh")
"""Roles of series, in the order in which unnamed ones take them."""


@dataclass(frozen=True)
class Line:
    """One series of a panel.

    Parameters
    ----------
    name : str
        What the crosshair calls it.
    values : Series
        Indexed by UTC time.
    role : str
        Key of COLORS.
    form : str
        d3 format of one value, with the unit where a panel's axis does not give it.
    kind : {"line", "step", "dash", "bar", "area", "edge", "band"}
        Areas of a panel stand on one another. An edge is not drawn; a band fills the space to the edge before it.
    prefix, suffix : str
        Printed around the value under the crosshair.
    """

    name: str
    values: pd.Series
    role: str = "main"
    form: str = ",.2f"
    kind: str = "line"
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class Threshold:
    """A level worth drawing, with what crossing it means."""

    value: float
    label: str
    role: str = "stress"


@dataclass(frozen=True)
class Mark:
    """A day of a panel worth naming, at a height that no line of the panel passes above."""

    time: pd.Timestamp
    value: float
    label: str


@dataclass(frozen=True)
class Panel:
    """One strip of a linked figure: its title is the question it answers, its axis says the unit."""

    title: str
    unit: str
    lines: Sequence[Line]
    thresholds: Sequence[Threshold] = ()
    height: int = 150
    log: bool = False
    tickformat: str = ""
    prefix: str = ""
    limits: tuple[float, float] | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    marks: Sequence[Mark] = ()


def of(
    series: Mapping[str, pd.Series],
    reading: str,
    role: str = "main",
    kind: str = "line",
    *,
    name: str = "",
    scale: float = 1.0,
    suffix: str = "",
) -> Line:
    """Make a line of a reading: its label, its history and its format, as the readings' row has them."""
    row = READINGS[reading]
    values = series[reading] / scale if scale != 1 else series[reading]
    form = row.format.strip("{}").lstrip(":") if scale == 1 else "+,.0f"
    return Line(name or row.label, values, role, form, kind, "$" if row.unit.startswith("USD") and scale == 1 else "", suffix)


def levels(reading: str) -> tuple[Threshold, ...]:
    """Draw where a reading turns stress and extreme, from its own row; nothing where its row goes by percentile."""
    row = READINGS[reading]
    if row.thresholds is None or row.thresholds.on == "percentile":
        return ()
    limits = row.thresholds
    return Threshold(limits.stress, "stress", "stress"), Threshold(limits.extreme, "extreme", "extreme")


def stack(columns: pd.DataFrame, named: int, suffix: str = " m") -> tuple[Line, ...]:
    """Make bars that stand on one another: one for each of the columns that move most, one for all others.

    Parameters
    ----------
    columns : DataFrame of shape (n_days, n_columns)
        Parts of a whole, in the panel's unit.
    named : int
        How many columns get a name and a color of their own.
    suffix : str
        Printed behind the value under the crosshair.
    """
    largest = columns.abs().sum().sort_values(ascending=False).index
    roles = zip(largest[:named], SERIES, strict=False)
    lines = [Line(str(name), columns[name], role, "+,.1f", "bar", suffix=suffix) for name, role in roles]
    rest = columns[largest[named:]]
    others = Line(f"{rest.shape[1]} others", rest.sum(axis=1, min_count=1), "faint", "+,.1f", "bar", suffix=suffix)
    return (*lines, others) if rest.shape[1] else tuple(lines)
