"""Judging a tidy file that somebody brings: what can be kept, and line by line what cannot, and why."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data_sources.contract import RULES, TEXTS, UNIQUE
from data_sources.files import SIMULATED, WORDS, Contents, NotTidy, load
from data_sources.rows import Flags, Floats, Integers, Rows, microseconds, named

CLOCK = r"[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?"
TIME = rf"^\d{{4}}-\d\d-\d\d({CLOCK}(Z|[+-]\d\d(:?\d\d)?)?)?$"
NAIVE = rf"^.{{10}}{CLOCK}$"
NUMBER = r"^\s*[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[iI]nf(inity)?|[nN]a[nN])\s*$"
TRUTH = {"true": True, "1": True, "false": False, "0": False, "": False}
NO_ZONE = "time has no time zone"


@dataclass(frozen=True)
class Judged:
    """What a file holds.

    Parameters
    ----------
    rows : Rows
        The good ones, each key once.
    read : int
        Rows in the file.
    refused : DataFrame of shape (n_faults, 3)
        ``place``, ``column``, ``reason``, in order of place; a row with several faults stands here several times.
    unit : str
        What a place is: ``line`` of a CSV file or ``row`` of a Parquet file.
    ignored : list of str
        Columns that a tidy file does not have.
    """

    rows: Rows
    read: int
    refused: pd.DataFrame
    unit: str
    ignored: list[str]


class _Faults:
    """Collects what is wrong with which row; of each cell only the first fault."""

    def __init__(self, length: int) -> None:
        self.found: list[tuple[Integers, str, str]] = []
        self._bad: dict[str, Flags] = defaultdict(lambda: np.zeros(length, dtype=bool))
        self.good = np.ones(length, dtype=bool)

    def add(self, bad: Flags, column: str, reason: str) -> None:
        """Refuse the flagged rows."""
        fresh = bad & ~self._bad[column]
        if fresh.any():
            self.found.append((np.flatnonzero(fresh), column, reason))
            self._bad[column] |= fresh
            self.good &= ~fresh


def read(path: Path) -> Judged:
    """Read and judge one file.

    Parameters
    ----------
    path : Path
        CSV, plain or gzipped, or Parquet, with the contract's columns; a date without a clock time is that day's
        start, 00:00 UTC. A further column ``simulated`` marks rows that nobody ever published.

    Raises
    ------
    NotTidy
        When the file as a whole cannot be read.
    """
    contents = load(path)
    faults = _Faults(len(contents.place))
    time = _times(contents.table["time"], faults)
    value = _values(contents.table["value"], faults)
    names = [_words(contents.table[column], column) for column in TEXTS]
    rows = Rows(*named(*names), time, value)
    _simulated(contents.table, faults)
    for rule in RULES:
        faults.add(~rule.holds(rows), rule.column, rule.reason)
    good = np.flatnonzero(faults.good)
    repeats = np.zeros(len(rows), dtype=bool)
    repeats[good[~UNIQUE.holds(rows.take(good))]] = True
    faults.add(repeats, UNIQUE.column, UNIQUE.reason)
    count = len(rows) + len(contents.misshapen)
    return Judged(rows.take(faults.good), count, _refused(contents, faults), contents.unit, contents.ignored)


def _refused(contents: Contents, faults: _Faults) -> pd.DataFrame:
    """List every fault in the order of the file."""
    columns = ["place", "column", "reason"]
    tables = [
        pd.DataFrame({"place": contents.place[rows], "column": column, "reason": reason}) for rows, column, reason in faults.found
    ]
    tables += [pd.DataFrame([(place, "", reason) for place, reason in contents.misshapen], columns=columns)]
    return pd.concat(tables, ignore_index=True).sort_values("place", kind="stable", ignore_index=True)


def _times(column: pa.ChunkedArray, faults: _Faults) -> Integers:
    """Read times; what is not one gets a neutral moment and a fault."""
    column = _regular(column)
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.tz is None:
        faults.add(np.ones(len(column), dtype=bool), "time", NO_ZONE)
        return np.zeros(len(column), dtype=np.int64)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        stamps = pc.cast(column, pa.timestamp("us", "UTC"), safe=False)
        faults.add(pc.is_null(stamps).to_numpy(zero_copy_only=False), "time", "time is missing")
        return stamps.cast(pa.int64()).fill_null(0).to_numpy().astype(np.int64)
    codes, texts = _words(column, "time")
    texts = [*texts, ""]  # where the place -1, a missing text, points
    known = pa.array(texts, pa.string())
    right = pc.match_substring_regex(known, TIME).to_numpy(zero_copy_only=False)
    naive = pc.match_substring_regex(known, NAIVE).to_numpy(zero_copy_only=False)
    read = pd.Series(pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce")).where(right)
    faults.add((np.array(texts) == "")[codes], "time", "time is missing")
    faults.add(naive[codes], "time", NO_ZONE)
    faults.add(read.isna().to_numpy()[codes], "time", "time is neither a date nor a time")
    return np.where(read.isna(), 0, microseconds(read))[codes]


def _regular(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Convert texts at once where all are days, or all are whole seconds in UTC; leave them where one is not."""
    if not pa.types.is_string(column.type):
        return column
    lengths = pc.min_max(pc.binary_length(column)).as_py()
    try:
        if lengths == {"min": 10, "max": 10}:
            return column.cast(pa.date32())
        if lengths == {"min": 20, "max": 20} and pc.all(pc.ends_with(column, "Z")).as_py():
            return column.cast(pa.timestamp("us", "UTC"))
    except pa.ArrowInvalid:
        pass  # one of them is not a time: it is looked for one by one
    return column


def _values(column: pa.ChunkedArray, faults: _Faults) -> Floats:
    """Read numbers; a gap is NaN, which no rule lets pass, and what is no number gets a fault."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        if pa.types.is_boolean(column.type):
            raise NotTidy("the column value is bool, not a number")
        if pa.types.is_integer(column.type):  # beyond 2**53 the nearest number that a float can hold, as CSV is read
            column = pc.cast(column, pa.float64(), safe=False)
        return _cast(column, "value", pa.float64(), "a number").to_numpy().astype(np.float64)
    texts = column.combine_chunks()
    blank = pc.equal(pc.utf8_trim_whitespace(texts), "").fill_null(True)
    right = pc.match_substring_regex(texts, NUMBER).fill_null(False)
    faults.add(~pc.or_(right, blank).to_numpy(zero_copy_only=False), "value", "value is not a number")
    numbers = pc.if_else(right, texts, "nan").to_pylist()
    return np.array([float(number) for number in numbers], dtype=np.float64)


def _words(column: pa.ChunkedArray, name: str) -> tuple[Integers, list[str]]:
    """Places in a list of names, and the list; a missing name counts as an empty one."""
    words = column if column.type == WORDS else _cast(column, name, pa.string(), "text").dictionary_encode()
    words = words.unify_dictionaries().combine_chunks()
    words = words.chunk(0) if isinstance(words, pa.ChunkedArray) else words
    return words.indices.fill_null(-1).to_numpy().astype(np.int64), words.dictionary.to_pylist()


def _cast(column: pa.ChunkedArray, name: str, kind: pa.DataType, wanted: str) -> pa.ChunkedArray:
    try:
        return column.cast(kind)
    except pa.ArrowException:
        raise NotTidy(f"the column {name} is {column.type}, not {wanted}") from None


def _simulated(table: pa.Table, faults: _Faults) -> None:
    """Refuse rows that were made, not published: they would stand on the live board as if they were real."""
    if SIMULATED not in table.column_names:
        return
    codes, texts = _words(_cast(table[SIMULATED], SIMULATED, pa.string(), "true or false"), SIMULATED)
    said = [TRUTH.get(text.strip().lower()) for text in texts]
    for wrong, reason in (
        (True, "simulated: belongs to the sample board"),
        (None, "simulated is neither true nor false"),
    ):
        faults.add(np.array([*(truth is wrong for truth in said), False], dtype=bool)[codes], SIMULATED, reason)
