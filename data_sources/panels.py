"""Series cut out of the tidy frame: what readings are computed from."""

import numpy as np
import pandas as pd

from data_sources.registry import ENTITY_ORDER, INTERCHANGEABLE
from data_sources.rows import Floats, Integers, Key, Rows, day_end, from_frame, last_instants, times

FOREVER = int(np.iinfo(np.int64).max)
JOINED = ""
"""Stands for the entity of a series that several interchangeable ones make up."""


class Panels:
    """The history as series, each cut out of the tidy frame once.

    Parameters
    ----------
    frame : DataFrame
        Tidy; further columns are not looked at.

    Notes
    -----
    Where several entities publish one (measure, asset), one is taken for the whole series: the first of the registry's
    order that is held, else the one with most rows (alphabetically first of equals). Entities that the registry calls
    interchangeable make up one series: at each time the first of them that has a row there. After ``cut`` only rows
    up to that day count, so the choice never depends on later ones.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        rows = from_frame(frame)
        rows = rows.take(rows.order())
        self._fill(rows, last_instants(rows))

    @classmethod
    def of(cls, rows: Rows, last: Integers) -> "Panels":
        """Make panels of rows in order of series and time, whose last instants are known."""
        panels = cls.__new__(cls)
        panels._fill(rows, last)
        return panels

    def _fill(self, rows: Rows, last: Integers) -> None:
        edges = np.searchsorted(rows.series, np.arange(len(rows.keys) + 1)).tolist()
        self._arrays: dict[Key, tuple[Integers, Floats, Integers]] = {
            key: (rows.time[start:stop], rows.value[start:stop], last[start:stop])
            for key, start, stop in zip(rows.keys, edges[:-1], edges[1:], strict=True)
            if stop > start
        }
        self._rivals: dict[tuple[str, str], list[str]] = {}
        for measure, asset, entity in self._arrays:
            self._rivals.setdefault((measure, asset), []).append(entity)
        self._served: dict[tuple[str, str], tuple[list[str], Integers]] = {}
        for (measure, asset), rivals in self._rivals.items():
            group = [entity for entity in INTERCHANGEABLE.get(measure, ()) if entity in rivals]
            if len(group) > 1:
                self._join(measure, asset, group)
        self._wholes: dict[Key, pd.Series] = {}
        self._begin(FOREVER)

    def _join(self, measure: str, asset: str, group: list[str]) -> None:
        """Make one series of interchangeable ones, and remember whose each row is."""
        parts = [self._arrays[measure, asset, entity] for entity in group]
        stamps, values, last = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        rank = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
        order = np.lexsort((rank, stamps))
        order = order[np.diff(stamps[order], prepend=-FOREVER) != 0]
        self._arrays[measure, asset, JOINED] = stamps[order], values[order], last[order]
        self._served[measure, asset] = group, rank[order]

    def _begin(self, limit: int) -> None:
        self._limit = limit
        self._cuts: dict[Key, pd.Series] = {}
        self._wide: dict[tuple[str, str], pd.DataFrame] = {}

    def cut(self, day: object) -> "Panels":
        """Give the same history as it stood at the end of a day.

        Parameters
        ----------
        day : date or Timestamp
            UTC; an observation belongs when its interval is over by the end of that day.

        Returns
        -------
        Panels
            Shares its arrays with this one.
        """
        return self.before(day_end(day))

    def before(self, moment: int) -> "Panels":
        """Keep what was complete before a moment, in microseconds UTC."""
        shorter = Panels.__new__(Panels)
        shorter._arrays, shorter._rivals, shorter._wholes = self._arrays, self._rivals, self._wholes
        shorter._served = self._served
        shorter._begin(min(moment, self._limit))
        return shorter

    def _rows(self, key: Key) -> int:
        """Count the rows of a series within the cut."""
        return int(np.searchsorted(self._arrays[key][2], self._limit))

    def _held(self, measure: str, asset: str) -> list[str]:
        """Entities with at least one row within the cut, alphabetical."""
        return [entity for entity in self._rivals.get((measure, asset), ()) if self._rows((measure, asset, entity))]

    def _one(self, key: Key) -> pd.Series:
        """One entity's series within the cut."""
        if key not in self._cuts:
            if key not in self._wholes:
                stamps, values, _ = self._arrays[key]
                self._wholes[key] = pd.Series(values, index=times(stamps), name=key[1])
            self._cuts[key] = self._wholes[key].iloc[: self._rows(key)]
        return self._cuts[key].copy(deep=False)  # a reader who writes into it writes into a copy

    def publisher(self, measure: str, asset: str) -> str | None:
        """Whose series is taken, of a joined one whose the newest row is; None when nobody's is held."""
        entity = self._taken(measure, asset)
        if entity != JOINED:
            return entity
        group, rank = self._served[measure, asset]
        return group[rank[self._rows((measure, asset, JOINED)) - 1]]

    def _taken(self, measure: str, asset: str) -> str | None:
        if (measure, asset) in self._served and self._rows((measure, asset, JOINED)):
            return JOINED
        held = self._held(measure, asset)
        if not held:
            return None
        first = next((entity for entity in ENTITY_ORDER.get(measure, ()) if entity in held), None)
        return first or max(held, key=lambda entity: self._rows((measure, asset, entity)))

    def series(self, measure: str, asset: str) -> pd.Series:
        """One asset's history from one publisher.

        Returns
        -------
        Series of shape (n_observations,), the measure's unit
            Named after the asset; UTC index, sorted and unique; gaps are missing rows; empty when nothing is held.
        """
        entity = self._taken(measure, asset)
        if entity is None:
            return pd.Series([], index=times(np.array([], dtype=np.int64)), dtype=np.float64, name=asset)
        return self._one((measure, asset, entity))

    def entities(self, measure: str, asset: str) -> pd.DataFrame:
        """Everybody's numbers for one asset, side by side.

        Returns
        -------
        DataFrame of shape (n_times, n_entities), the measure's unit
            A gap is NaN; empty when nothing is held.
        """
        if (measure, asset) not in self._wide:
            held = self._held(measure, asset)
            columns = {entity: self._one((measure, asset, entity)) for entity in held}
            self._wide[measure, asset] = side_by_side(columns)
        return self._wide[measure, asset].copy(deep=False)

    def assets(self, measure: str) -> list[str]:
        """Assets of which at least one observation is held, alphabetical."""
        return sorted(asset for known, asset in self._rivals if known == measure and self._held(known, asset))


def side_by_side(columns: dict[str, pd.Series]) -> pd.DataFrame:
    """Align series by time without filling; no column gives an empty frame with a UTC index."""
    if not columns:
        return pd.DataFrame(index=times(np.array([], dtype=np.int64)), dtype=np.float64)
    return pd.concat(columns, axis=1, sort=True)


def panel(frame: pd.DataFrame, measure: str, by: str = "asset") -> pd.DataFrame:
    """Pivot one measure without aggregating.

    Parameters
    ----------
    frame : DataFrame
        Tidy.
    measure : str
    by : {"asset", "entity"}
        What becomes the columns. By asset, one publisher is taken per asset as ``Panels`` does; by entity, the frame
        must hold a single asset of the measure.

    Returns
    -------
    DataFrame of shape (n_times, n_columns), the measure's unit
        UTC index; a gap is NaN; ``attrs["publishers"]`` says which entity was taken per asset.

    Raises
    ------
    ValueError
        By entity, where the measure has several assets: their numbers would fall on one another.
    """
    panels = Panels(frame[frame["measure"] == measure])
    assets = panels.assets(measure)
    if by == "entity":
        if len(assets) > 1:
            raise ValueError(f"{measure} is held for {', '.join(assets)}: choose one asset to compare entities")
        return panels.entities(measure, assets[0]) if assets else side_by_side({})
    if by != "asset":
        raise ValueError(f"by must be asset or entity, not {by!r}")
    wide = side_by_side({asset: panels.series(measure, asset) for asset in assets})
    wide.attrs["publishers"] = {asset: panels.publisher(measure, asset) for asset in assets}
    return wide
