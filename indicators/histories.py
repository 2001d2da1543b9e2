"""Histories: what readings are computed from, and the whole past of each.

What several readings share is computed once, and a reading made of others takes their histories, not their inputs.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, Self

import pandas as pd

from indicators.row import Part, Reading
from indicators.rows import ROWS

READINGS: dict[str, Reading] = {row.id: row for row in ROWS}
"""Every reading by its id, in page order."""



class Panels(Protocol):
    """What readings are computed from: measures as series, cut out of the history by (measure, asset)."""

    def series(self, measure: str, asset: str) -> pd.Series:
        """One asset's history from one publisher; empty when nothing is held."""

    def entities(self, measure: str, asset: str) -> pd.DataFrame:
        """Everybody's numbers for one asset, side by side; empty when nothing is held."""

    def assets(self, measure: str) -> list[str]:
        """Assets of which something is held, alphabetical."""

    def publisher(self, measure: str, asset: str) -> str | None:
        """Whose series is taken; None when nobody's is held."""

    def cut(self, day: Any) -> Self:
        """The same history as it stood at the end of a day."""


def inputs_of(reading: Reading, panels: Panels) -> list[Any]:
    """What a reading's function is called with: a Series for each plain input, a DataFrame for each starred one."""
    return [_input(reading, panels, measure, asset) for measure, asset in reading.inputs]


def _input(reading: Reading, panels: Panels, measure: str, asset: str) -> pd.Series | pd.DataFrame:
    """One input: a series, or side by side all entities of a starred measure, or all assets of a starred name."""
    if measure.startswith("*"):
        return entities_of(reading, panels, measure[1:], asset)
    if not asset.endswith("*"):
        return panels.series(measure, asset)
    columns = {one: panels.series(measure, one) for one in assets_of(panels, measure, asset)}
    return pd.concat(columns, axis=1, sort=True) if columns else panels.entities(measure, asset)


def assets_of(panels: Panels, measure: str, asset: str) -> list[str]:
    """Assets that an input names: itself, or with a star at its end all held ones that begin as it does."""
    return [one for one in panels.assets(measure) if one.startswith(asset[:-1])] if asset.endswith("*") else [asset]


def entities_of(reading: Reading, panels: Panels, measure: str, asset: str) -> pd.DataFrame:
    """All entities of an input, or those the row names that are held."""
    everybody = panels.entities(measure, asset)
    if not reading.entities:
        return everybody
    return everybody[[name for name in reading.entities if name in everybody]].dropna(how="all")


@dataclass(frozen=True)
class Computed:
    """Whole histories of readings, and the larger computations that some of them are parts of.

    Attributes
    ----------
    series : dict of Series
        By reading; each in its unit, UTC index, sorted and unique; a gap is a missing row.
    works : dict
        By reading whose function is a Part: what its work returned, the same object for all that share it.
    """

    series: dict[str, pd.Series] = field(default_factory=dict)
    works: dict[str, Any] = field(default_factory=dict)


def _history(reading: Reading, panels: Panels, done: Computed, shared: dict[Any, Any]) -> pd.Series:
    """Whole history of a reading; what it shares with its siblings, and what it is made of, is computed once."""
    if reading.id in done.series:
        return done.series[reading.id]
    arguments = partial(_arguments, reading, panels, done, shared)
    if isinstance(reading.function, Part):
        key = (reading.function.work, reading.inputs)
        if key not in shared:
            shared[key] = reading.function.work(*arguments())
        done.works[reading.id] = shared[key]
        values = reading.function.pick(shared[key])
    else:
        values = reading.function(*arguments())
    known = values.dropna().astype("float64").rename(reading.id)
    known.index.name = None
    done.series[reading.id] = known
    return known


def _arguments(reading: Reading, panels: Panels, done: Computed, shared: dict[Any, Any]) -> list[Any]:
    """What a reading's function is called with: its inputs, or the histories of the readings it is made of."""
    if not reading.members:
        return inputs_of(reading, panels)
    return [_history(READINGS[member], panels, done, shared) for member in reading.members]


def series(id: str, panels: Panels) -> pd.Series:
    """Whole history of one reading.

    Parameters
    ----------
    id : str
        A key of READINGS.
    panels : Panels

    Returns
    -------
    Series, the reading's unit
        UTC index, sorted and unique; a gap is a missing row. The value at t depends on inputs up to t only.

    Raises
    ------
    KeyError
        When there is no such reading.
    """
    return _history(READINGS[id], panels, Computed(), {})


def computed(panels: Panels) -> Computed:
    """Whole history of every reading, by id, in page order; what several share is computed once."""
    done, shared = Computed(), {}  # type: tuple[Computed, dict[Any, Any]]
    for reading in READINGS.values():
        _history(reading, panels, done, shared)
    return Computed({id: done.series[id] for id in READINGS}, done.works)


def all_series(panels: Panels) -> dict[str, pd.Series]:
    """Whole history of every reading, by id, in page order."""
    return computed(panels).series


def prepare(panels: Panels) -> None:
    """Compute ahead what pages will ask for and functions remember."""
    for reading in READINGS.values():
        if isinstance(reading.function, Part) and reading.function.ahead is not None:
            reading.function.ahead(*inputs_of(reading, panels))
