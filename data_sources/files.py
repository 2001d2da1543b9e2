"""Opening a tidy file that somebody brings, CSV or Parquet; nothing is judged here, only read."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_sources.contract import COLUMNS
from data_sources.errors import PayloadChanged
from data_sources.rows import Integers

SIMULATED = "simulated"
WORDS = pa.dictionary(pa.int32(), pa.string())
_CSV_TYPES = {"time": pa.string(), "measure": WORDS, "asset": WORDS, "entity": WORDS, "value": pa.float64(), SIMULATED: WORDS}
_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"


class NotTidy(PayloadChanged):
    """A file cannot be read as a tidy file at all; the message says why, in one sentence."""


@dataclass(frozen=True)
class Contents:
    """What stands in a file.

    Parameters
    ----------
    table : pyarrow.Table
        The contract's columns, and ``simulated`` where the file has it.
    place : array of shape (n_rows,)
        Where each row stands: its line in a CSV file, the header being line 1; its number in a Parquet file, from 1.
    unit : str
        ``line`` or ``row``.
    misshapen : list of (place, reason)
        Lines that have too few or too many fields; they are not in the table.
    ignored : list of str
        Columns of the file that a tidy file does not have.
    """

    table: pa.Table
    place: Integers
    unit: str
    misshapen: list[tuple[int, str]]
    ignored: list[str]


def load(path: Path) -> Contents:
    """Read a whole file.

    Raises
    ------
    NotTidy
        When it is missing, a folder, empty, cut short, in another format or without one of the columns.
    """
    try:
        content = path.read_bytes()
        if content.startswith(_GZIP):
            content = gzip.decompress(content)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise NotTidy("the compressed file is cut short or damaged") from None
    except OSError as fault:
        raise NotTidy(f"it cannot be read: {fault.strerror}") from None
    if not content.strip():
        raise NotTidy("the file is empty")
    contents = _parquet(content) if content.startswith(_PARQUET) or path.suffix == ".parquet" else _csv(content)
    if not len(contents.place) and not contents.misshapen:
        raise NotTidy("the file has columns but no rows")
    return contents


def _columns(names: list[str]) -> tuple[list[str], list[str]]:
    """Sort a file's columns into those to read and those to ignore."""
    absent = [name for name in COLUMNS if name not in names]
    if absent:
        shown = ", ".join(names)[:80]
        raise NotTidy(f"it is not a tidy file: there is no column {', '.join(absent)} (it begins: {shown!r})")
    wanted = [name for name in (*COLUMNS, SIMULATED) if name in names]
    twice = [name for name in wanted if names.count(name) > 1]
    if twice:
        raise NotTidy(f"it is not a tidy file: the column {', '.join(twice)} stands in it twice")
    return wanted, [name for name in names if name not in wanted]


def _csv(content: bytes) -> Contents:
    """Read CSV quickly where it is regular, line by line where it is not."""
    import pyarrow.csv  # 0.1 s, and the board itself never reads CSV

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotTidy("it is neither Parquet nor text in UTF-8") from None
    try:
        with _fields_of_any_length(text):
            names = next(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as fault:
        raise NotTidy(f"it is not a tidy file: in its columns' names {_misquoted(str(fault), 1, 1)}") from None
    wanted, ignored = _columns(names)
    if '"' not in text:  # a quoted line break would upset the counting of lines
        try:
            table = pyarrow.csv.read_csv(
                pa.BufferReader(content),
                parse_options=pyarrow.csv.ParseOptions(quote_char=False, ignore_empty_lines=False),
                convert_options=pyarrow.csv.ConvertOptions(
                    include_columns=wanted, column_types={name: _CSV_TYPES[name] for name in wanted}
                ),
            )
            return _without_empty_lines(Contents(table, np.arange(len(table)) + 2, "line", [], ignored), text)
        except pa.ArrowInvalid:
            pass  # some line is not as it should be: which one, the slower reading tells
    with _fields_of_any_length(text):
        return _line_by_line(text, names, wanted, ignored)


@contextmanager
def _fields_of_any_length(text: str) -> Iterator[None]:
    """Let Python's reader read a field as long as the file; too long a name is the contract's business."""
    before = csv.field_size_limit()
    csv.field_size_limit(max(before, len(text)))
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _without_empty_lines(contents: Contents, text: str) -> Contents:
    """Leave out the lines on which nothing stands, not even a comma; the others keep their numbers."""
    candidates = np.flatnonzero(pc.equal(contents.table["time"], "").fill_null(True).to_numpy())
    if not len(candidates):
        return contents
    lines = list(io.StringIO(text, newline=""))
    filled = np.ones(len(contents.place), dtype=bool)
    filled[[row for row in candidates.tolist() if not lines[row + 1].strip("\r\n")]] = False
    return replace(contents, table=contents.table.filter(pa.array(filled)), place=contents.place[filled])


def _line_by_line(text: str, names: list[str], wanted: list[str], ignored: list[str]) -> Contents:
    """Read CSV with Python's reader, which knows where it is."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    next(reader)
    places: list[int] = []
    lines: list[list[str]] = []
    misshapen: list[tuple[int, str]] = []
    while True:
        begins = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            break
        except csv.Error as fault:
            misshapen.append((begins, _misquoted(str(fault), begins, reader.line_num)))
            continue
        if len(fields) == len(names):
            places.append(begins)
            lines.append(fields)
        elif fields:  # an empty line says nothing and is nothing's fault
            misshapen.append((begins, f"the line has {len(fields)} fields instead of {len(names)}"))
    at = {name: names.index(name) for name in wanted}
    table = pa.table({name: pa.array([fields[place] for fields in lines], pa.string()) for name, place in at.items()})
    return Contents(table, np.array(places, dtype=np.int64), "line", misshapen, ignored)


def _misquoted(fault: str, begins: int, ends: int) -> str:
    """Say what Python's reader stumbled over, and which lines went with it."""
    lost = f"; nothing was read up to line {ends}" if ends > begins else ""
    if fault == "unexpected end of data":
        return f"a quote is opened and never closed{lost}"
    return f"a quote stands inside a field{lost}" if "expected after" in fault else f"{fault}{lost}"


def _parquet(content: bytes) -> Contents:
    """Read Parquet."""
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(pa.BufferReader(content))
        wanted, ignored = _columns(file.schema_arrow.names)
        table = file.read(columns=wanted)
    except (pa.ArrowException, OSError):
        raise NotTidy("it is not a Parquet file, or is cut short") from None
    return Contents(table, np.arange(len(table)) + 1, "row", [], ignored)
