"""The one contract: what every frame of observations is, checked once where it enters.

========  ==================  ========================================================================
column    dtype               meaning
========  ==================  ========================================================================
time      datetime64[us,UTC]  start of the interval; a US session is 00:00 UTC of its date
measure   str                 a key of MEASURES; it fixes the unit
asset     str                 BTC, SPX, MSTR …; never a venue's symbol
entity    str                 whose number it is: exchange, fund, company, index publisher
value     float64             finite; a gap is a missing row, never NaN, 0 or a fill
========  ==================  ========================================================================

Unique by the first four, sorted by them.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from data_sources.errors import ContractBroken
from data_sources.panels import Panels, panel
from data_sources.rows import UTC_MICROSECONDS, Flags, Rows, from_frame, now, stamp, to_frame
from measures import MEASURES

if TYPE_CHECKING:
    import pandera.pandas as pa

__all__ = ["COLUMNS", "RULES", "Panels", "Rule", "panel", "tidy"]

COLUMNS = ("time", "measure", "asset", "entity", "value")
DTYPES = {"time": UTC_MICROSECONDS, "measure": "str", "asset": "str", "entity": "str", "value": "float64"}
LONGEST_NAME = 40
OLDEST = stamp(pd.Timestamp("1800-01-01", tz="UTC"))
"""Microseconds of a day before which no series here can begin; an earlier one is a typing error such as 0202."""


class Rule(NamedTuple):
    """One thing that must hold for every row.

    Parameters
    ----------
    column : str
        The column at fault where it does not hold.
    reason : str
        What is said then.
    holds : callable
        Rows to one flag per row.
    needs : tuple of str
        Columns that must have their dtype before it can be asked.
    """

    column: str
    reason: str
    holds: Callable[[Rows], Flags]
    needs: tuple[str, ...]


def _for_names(place: int, good: Callable[[str], bool]) -> Callable[[Rows], Flags]:
    """Ask once per series instead of once per row."""
    return lambda rows: np.array([good(key[place]) for key in rows.keys], dtype=bool)[rows.series]


def _bound(pick: Callable[[str], float | None], otherwise: float) -> Callable[[Rows], np.ndarray]:
    """Look up each row's bound; an unknown or unbounded measure gets ``otherwise``."""

    def bounds(rows: Rows) -> np.ndarray:
        found = [pick(measure) if measure in MEASURES else None for measure, _, _ in rows.keys]
        return np.array([otherwise if bound is None else bound for bound in found], dtype=np.float64)[rows.series]

    return bounds


_LOW = _bound(lambda measure: MEASURES[measure].low, -np.inf)
_HIGH = _bound(lambda measure: MEASURES[measure].high, np.inf)
_EXCLUDED = _bound(lambda measure: MEASURES[measure].low if MEASURES[measure].low_open else None, np.nan)
"""The bound itself where it is refused; NaN, equal to nothing, where it is allowed."""


def _unique(rows: Rows) -> Flags:
    """Flag the first row of every key; later ones are repeats."""
    order = rows.order()
    series, time = rows.series[order], rows.time[order]
    first = np.ones(len(rows), dtype=bool)
    first[order[1:]] = (np.diff(series) != 0) | (np.diff(time) != 0)
    return first


TEXTS = ("measure", "asset", "entity")
RULES: tuple[Rule, ...] = (
    Rule("time", "time is missing", lambda rows: rows.time != pd.NaT.value, ("time",)),
    Rule("time", "time is in the future", lambda rows: rows.time <= now(), ("time",)),
    Rule("time", "time is before 1800", lambda rows: (rows.time >= OLDEST) | (rows.time == pd.NaT.value), ("time",)),
    Rule("measure", "measure is not in the dictionary", _for_names(0, MEASURES.__contains__), TEXTS),
    *(
        rule
        for place, column in ((1, "asset"), (2, "entity"))
        for rule in (
            Rule(column, f"{column} is empty", _for_names(place, lambda name: bool(name.strip())), TEXTS),
            Rule(
                column,
                f"{column} is longer than {LONGEST_NAME} characters",
                _for_names(place, lambda name: len(name) <= LONGEST_NAME),
                TEXTS,
            ),
            Rule(column, f"{column} has control characters", _for_names(place, str.isprintable), TEXTS),
            Rule(
                column,
                f"{column} begins or ends with a space",
                _for_names(place, lambda name: name == name.strip() or not name.strip()),
                TEXTS,
            ),
            # a spreadsheet runs a cell that begins so as a formula, and every page offers its table for download
            Rule(
                column,
                f"{column} begins with one of = + - @",
                _for_names(place, lambda name: not name.startswith(("=", "+", "-", "@"))),
                TEXTS,
            ),
        )
    ),
    Rule("value", "value is missing", lambda rows: ~np.isnan(rows.value), ("value",)),
    Rule("value", "value is infinite", lambda rows: ~np.isinf(rows.value), ("value",)),
    Rule("value", "value is below the measure's lowest", lambda rows: ~(rows.value < _LOW(rows)), (*TEXTS, "value")),
    Rule(
        "value",
        "value is the measure's lower bound, which is excluded",
        lambda rows: rows.value != _EXCLUDED(rows),
        (*TEXTS, "value"),
    ),
    Rule("value", "value is above the measure's highest", lambda rows: ~(rows.value > _HIGH(rows)), (*TEXTS, "value")),
)
"""What must hold for each row by itself."""
UNIQUE = Rule("time", "repeats an earlier row of the same time, measure, asset and entity", _unique, ("time", *TEXTS))


def tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Make the one frame, or refuse with every reason.

    Parameters
    ----------
    frame : DataFrame
        The five columns in any order; times in any zone (a time without zone is refused), integers where a whole
        number was published, texts as ``str``, ``object`` or categories.

    Returns
    -------
    DataFrame
        As the contract says: dtypes, sorted, unique, index 0 … n - 1. An empty frame stays an empty frame.

    Raises
    ------
    ContractBroken
        With all violations: ``row`` is the label in ``frame``'s index, None where a whole column is meant.
    """
    import pandera.pandas as pa  # takes 0.4 s to import, and no page needs it before it shows

    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise ContractBroken(_table([(None, str(column), "column stands in the frame twice") for column in twice]))
    typed = pd.DataFrame({column: _typed(column, frame[column]) for column in frame.columns}, index=frame.index)
    rightly = {column for column, dtype in DTYPES.items() if column in typed and typed[column].dtype == dtype}
    rows = from_frame(_whole(typed, rightly))
    asked = [rule for rule in (*RULES, UNIQUE) if rightly.issuperset(rule.needs)]
    schema = pa.DataFrameSchema(
        # pandera takes any column of objects for texts, so that what is meant by a dtype is asked here
        {
            column: pa.Column(checks=pa.Check(lambda series, dtype=dtype: bool(series.dtype == dtype)), nullable=True)
            for column, dtype in DTYPES.items()
        },
        strict=True,
        checks=[pa.Check(lambda _, rule=rule: bool(rule.holds(rows).all()), error=rule.reason) for rule in asked],
    )
    try:
        schema.validate(typed, lazy=True, inplace=True)
    except pa.errors.SchemaErrors as broken:
        raise ContractBroken(_violations(broken, frame, rows, asked)) from None
    return to_frame(rows)


def _typed(column: str, values: pd.Series) -> pd.Series:
    """Give a column its dtype where that loses nothing; leave it for the schema to refuse where it would."""
    if values.dtype == DTYPES.get(column):
        return values
    if column == "time" and isinstance(values.dtype, pd.DatetimeTZDtype):
        return values.dt.tz_convert("UTC").dt.as_unit("us")
    names = values.cat.categories if isinstance(values.dtype, pd.CategoricalDtype) else values
    if column in TEXTS and pd.api.types.infer_dtype(names, skipna=True) in ("string", "empty"):
        return values.astype(object).astype("str")
    if column == "value" and pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return pd.Series(values.to_numpy(np.float64, na_value=np.nan), index=values.index)
    return _NEUTRAL[column].iloc[:0].set_axis(values.index) if column in DTYPES and values.empty else values


def _whole(typed: pd.DataFrame, rightly: set[str]) -> pd.DataFrame:
    """Fill in for columns that are absent or wrong, so that the others can be asked; no rule reads a fill."""
    columns = {
        column: typed[column] if column in rightly else _NEUTRAL[column].repeat(len(typed)).set_axis(typed.index)
        for column in COLUMNS
    }
    return pd.DataFrame(columns, index=typed.index)


_NOUGHT = np.zeros(1, dtype=np.int64)
_NEUTRAL = to_frame(Rows([("", "", "")], _NOUGHT, _NOUGHT, _NOUGHT.astype(np.float64)))


def _violations(broken: "pa.errors.SchemaErrors", frame: pd.DataFrame, rows: Rows, asked: list[Rule]) -> pd.DataFrame:
    """List every violation: whole columns first, as the schema found them, then each row by each rule."""
    found: list[tuple[object, str, str]] = []
    rules = {rule.reason: rule for rule in asked}
    for case in broken.schema_errors:
        rule = rules.get(str(getattr(case.check, "error", None)))
        if rule is not None:
            found += [(label, rule.column, rule.reason) for label in frame.index[~rule.holds(rows)]]
        elif case.reason_code.name == "COLUMN_NOT_IN_DATAFRAME":
            found.append((None, str(case.failure_cases), "column is absent"))
        elif case.reason_code.name == "COLUMN_NOT_IN_SCHEMA":
            found.append((None, str(case.failure_cases), "column is not in the contract"))
        else:
            column = str(case.schema.name)
            naive = column == "time" and pd.api.types.is_datetime64_dtype(frame[column])
            wrong = f"column is {frame[column].dtype}, not {DTYPES[column]}"
            found.append((None, column, "time has no time zone" if naive else wrong))
    return _table(found)


def _table(found: list[tuple[object, str, str]]) -> pd.DataFrame:
    """Violations as ContractBroken holds them; labels of any kind stay what they are."""
    rows, columns, reasons = zip(*found, strict=True)
    return pd.DataFrame({"row": pd.Series(rows, dtype=object), "column": columns, "reason": reasons})
