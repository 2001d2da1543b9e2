"""The numbers behind a figure as files: CSV for people and spreadsheets, Parquet for programs; both say what they are."""

import base64
import csv
import html
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from components.marks import Figure

COLUMNS = ("panel", "series", "unit", "time", "at", "value")
"""``time`` where a figure has a time axis in UTC, ``at`` where it has anything else: a month, a strike, an exchange's clock."""
MARKUP = re.compile(r"</?(?:a|b|br|em|i|s|span|sub|sup|u)\b[^>]*>", re.IGNORECASE)
"""What Plotly reads as markup in a text."""
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n")
DAY = pd.Timedelta(days=1)
NOTE = "as drawn: one value per day of the window, 32-bit"


@dataclass(frozen=True)
class Facts:
    """What a file says of itself besides its numbers.

    Attributes
    ----------
    page, title : str
        The page's name and its title.
    as_of : Timestamp
        The board's day at 00:00 UTC, of which the end is meant, or a moment of a day.
    board : str
        live or sample.
    publishers : tuple of str
        Who published what the page shows.
    arrived : Timestamp or None
        By when what the page shows of its day had arrived.
    """

    page: str
    title: str
    as_of: pd.Timestamp
    board: str
    publishers: tuple[str, ...] = ()
    arrived: pd.Timestamp | None = None

    @property
    def when(self) -> str:
        """What the numbers stand as of, for a person."""
        whole = self.as_of == self.as_of.normalize()
        told = f"{self.as_of:%Y-%m-%d} (end of day, UTC)" if whole else f"{self.as_of:%Y-%m-%d %H:%M:%S} UTC"
        late = self.arrived is not None and self.arrived > (self.as_of + DAY if whole else self.as_of)
        return f"{told}, with what had arrived by {self.arrived:%Y-%m-%d %H:%M} UTC" if late else told

    @property
    def stamp(self) -> str:
        """The same for a file's name: a moment of a day has its time."""
        return f"{self.as_of:%Y-%m-%d}" if self.as_of == self.as_of.normalize() else f"{self.as_of:%Y-%m-%dT%H%M%SZ}"

    @property
    def lines(self) -> dict[str, str]:
        """Name and text of each, in order; a sample board says so loudly."""
        return {
            "board": f"{self.board}{': SAMPLE DATA, NOT A MARKET' * (self.board == 'sample')}",
            "page": self.title,
            "as of": self.when,
            "published by": named(self.publishers) or "nobody named",
        }


def named(publishers: Iterable[str]) -> str:
    """Name publishers one after another; "Binance, via CoinGlass" is one of them."""
    return "; ".join(publishers)


def file_name(facts: Facts, ending: str, part: str = "") -> str:
    """Name a file ``faultline_<page>_<as-of>.<ending>``, of letters, digits and ``._-`` only."""
    words = (facts.page, *([part] if part else []), facts.stamp, *(["sample"] if facts.board == "sample" else []))
    return f"faultline_{'_'.join(UNSAFE.sub('-', word)[:40].strip('.-') or 'page' for word in words)}.{UNSAFE.sub('', ending)}"


def table(figure: Figure) -> pd.DataFrame:
    """Read the numbers that a figure draws.

    Parameters
    ----------
    figure : Figure

    Returns
    -------
    DataFrame of shape (n_values, 6)
        panel, series, unit, time (UTC; NaT where the axis is no time), at (text; "" where it is), value. Gaps are missing rows;
        a figure that has nothing to draw gives none.
    """
    spec = figure.to_dict()
    parts = [_rows(trace, spec["layout"]) for trace in spec["data"]]
    known = [part for part in parts if len(part)]
    return pd.concat(known, ignore_index=True) if known else _typed(pd.DataFrame(columns=list(COLUMNS)))


def together(drawn: Iterable[Figure | pd.DataFrame]) -> pd.DataFrame:
    """Put the numbers of several figures under one another, as `table` has them; tables of other drawings as they are."""
    tables = [_typed(one) if isinstance(one, pd.DataFrame) else table(one) for one in drawn]
    known = [part for part in tables if len(part)]
    return pd.concat(known, ignore_index=True) if known else _typed(pd.DataFrame(columns=list(COLUMNS)))


def as_csv(drawn: Iterable[Figure | pd.DataFrame], facts: Facts) -> bytes:
    """Write drawn numbers as CSV under lines of comment that begin with #; UTF-8."""
    rows = together(drawn)
    out = io.StringIO()
    for name, told in {**facts.lines, "values": NOTE}.items():
        out.write(f"# {name}: {' '.join(told.split())}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    times = rows["time"].dt.strftime("%Y-%m-%dT%H:%M:%SZ").str.replace("T00:00:00Z", "", regex=False).fillna("")
    texts = [rows[name].map(guarded) for name in ("panel", "series", "unit")]
    writer.writerows(zip(*texts, times, rows["at"].map(guarded), rows["value"].map(repr), strict=True))
    return out.getvalue().encode("utf-8")


def as_parquet(drawn: Iterable[Figure | pd.DataFrame], facts: Facts) -> bytes:
    """Write drawn numbers as Parquet; what the file says of itself is in its schema's metadata, under ``faultline``."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = together(drawn)
    units = {f"{one.panel} · {one.series}": str(one.unit) for one in rows.drop_duplicates(["panel", "series"]).itertuples()}
    written = pa.Table.from_pandas(rows, preserve_index=False)
    told = json.dumps({**facts.lines, "units": units, "values": NOTE}, ensure_ascii=False).encode("utf-8")
    out = io.BytesIO()
    pq.write_table(written.replace_schema_metadata({**(written.schema.metadata or {}), b"faultline": told}), out)
    return out.getvalue()


def guarded(cell: str) -> str:
    """Keep a spreadsheet from reckoning with somebody's words."""
    return f"'{cell}" if cell.lstrip(" ").startswith(BEGINS) else cell


def words(text: str) -> str:
    """Read a figure's text without its markup."""
    return html.unescape(MARKUP.sub(" ", text)).strip()


def unpacked(values: Any) -> np.ndarray:
    """Read a trace's numbers, packed or listed; what is no number is NaN."""
    if isinstance(values, Mapping):
        raw = np.frombuffer(base64.b64decode(values["bdata"]), dtype=np.dtype(str(values["dtype"])))
        # Through its shortest digits: 0.1 in 32 bits is meant as 0.1, not as 0.10000000149.
        return raw.astype(str).astype(np.float64) if raw.dtype == np.float32 else raw.astype(np.float64)
    return pd.to_numeric(pd.Series(list(values), dtype=object), errors="coerce").to_numpy(dtype=np.float64)


def _rows(trace: Mapping[str, Any], layout: Mapping[str, Any]) -> pd.DataFrame:
    values = unpacked(trace.get("y", ()))
    known = np.isfinite(values)
    if not known.any():
        return pd.DataFrame(columns=list(COLUMNS))
    panel, unit = _named(str(trace.get("yaxis", "y")), layout)
    times, places = _across(trace, layout, len(values))
    rows = pd.DataFrame(
        {
            "panel": panel, "series": _series(trace) or panel, "unit": unit, "time": times, "at": places, "value": values,
        }
    )  # fmt: skip
    return _typed(rows[known])


def _series(trace: Mapping[str, Any]) -> str:
    """Name a trace; one whose marks have colors of their own is named after a color, which is no name of its numbers."""
    if trace.get("fill") or trace.get("opacity") == 0:
        return f"band, {'second' if trace.get('fill') else 'first'} edge"
    return "" if isinstance(trace.get("marker", {}).get("color"), list) else words(str(trace.get("name", "")))


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.astype(dict.fromkeys(("panel", "series", "unit", "at"), "str")).astype(
        {"time": "datetime64[ms, UTC]", "value": "float64"}
    )


def _across(trace: Mapping[str, Any], layout: Mapping[str, Any], length: int) -> tuple[pd.Series, list[str]]:
    """Read where values stand: as times of a time axis that is in UTC, else as text."""
    axis = layout.get("xaxis" + str(trace.get("xaxis", "x"))[1:], {})
    if "x0" in trace:
        at = pd.Series(trace["x0"] + np.arange(length) * trace["dx"])
    else:
        at = pd.Series(list(trace.get("x", range(length))), dtype=object)
    if axis.get("type") == "date" and all(isinstance(one, int | float | np.number) for one in at):
        return pd.to_datetime(at.astype("int64"), unit="ms", utc=True), [""] * length
    return pd.Series(pd.NaT, index=at.index).dt.tz_localize("UTC"), [words(str(one)) for one in at]


def _named(axis: str, layout: Mapping[str, Any]) -> tuple[str, str]:
    """Find the title and the unit of a panel among the figure's texts: a title stands on its top, a unit beside its middle."""
    floor, ceiling = layout.get("yaxis" + axis[1:], {}).get("domain", (0.0, 1.0))
    texts = [one for one in layout.get("annotations", ()) if one.get("yref") == "paper" and one.get("xref") == "paper"]
    titles = [one for one in texts if str(one["text"]).startswith("<b>")]
    units = [one for one in texts if one.get("textangle") == -90]
    return _nearest(titles, ceiling), _nearest(units, (floor + ceiling) / 2)


def _nearest(texts: list[Any], height: float) -> str:
    return words(str(min(texts, key=lambda one: abs(float(one["y"]) - height))["text"])) if texts else ""
