"""What a figure is made of: lines, the thresholds they are read against, and the panels they stand in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from indicators.readings import READINGS


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
    kind : {"line", "step", "dash", "bar", "edge", "band"}
        An edge is not drawn; a band fills the space to the edge before it.
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
