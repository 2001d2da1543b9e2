"""Reading what came off the wire: the few steps that every ``parse_`` shares."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import pandas as pd

from data_sources.contract import tidy
from data_sources.errors import NothingPublished, PayloadChanged, SourceError

GAPS = ("", ".", "-", "--", "nan", "none", "null", "n/a")
"""What publishers write where they have no number, in lower case."""


FUNDING_HOURS = frozenset(frozenset(range(0, 24, spacing)) for spacing in (8, 4, 2, 1))
"""Hours of the prints of a whole day, by the spacing that a venue has chosen."""
T = TypeVar("T")


def read(parse: Callable[[Any, str], pd.DataFrame], payload: Any, asset: str) -> pd.DataFrame:
    """Read a payload; an answer in a shape that the reader did not expect is PayloadChanged.

    Raises
    ------
    PayloadChanged
        The answer is not the documented one.
    NothingPublished
        It is, and holds nothing.
    ContractBroken
        It holds numbers that cannot be, such as one of tomorrow.
    """
    return shaped(asset, lambda: parse(payload, asset))


def shaped(asset: str, step: Callable[[], T]) -> T:
    """Take one step of asking or reading; what an unexpected shape makes of it is PayloadChanged."""
    try:
        return step()
    except SourceError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, pd.errors.InvalidIndexError) as fault:
        said = f"{type(fault).__name__}: {' '.join(str(fault).split())[:120]}"
        raise PayloadChanged(f"The answer for {asset} has another shape than documented: {said}.") from fault


def table(rows: Sequence[Any], columns: Sequence[str], asset: str) -> pd.DataFrame:
    """Lay out list rows under their documented names.

    Parameters
    ----------
    rows : sequence of sequences
        Each exactly as long as ``columns``: an extra or a missing cell shifts all that follow.

    Raises
    ------
    NothingPublished
        Without any row.
    PayloadChanged
        When one row has another length.
    """
    if not isinstance(rows, list):
        raise PayloadChanged(f"The rows for {asset} are {type(rows).__name__}, not a list.")
    if not rows:
        raise NothingPublished(f"The answer for {asset} has no rows.")
    wrong = next((row for row in rows if not isinstance(row, list) or len(row) != len(columns)), None)
    if wrong is not None:
        raise PayloadChanged(f"A row for {asset} does not have the {len(columns)} documented cells.")
    return pd.DataFrame(rows, columns=list(columns), dtype=object)


def records(rows: Sequence[Any], columns: Sequence[str], asset: str) -> pd.DataFrame:
    """Lay out rows that are dictionaries, taking the named keys; raises as ``table`` does, also for a key that no row has."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise PayloadChanged(f"The rows for {asset} are not a list of records.")
    if not rows:
        raise NothingPublished(f"The answer for {asset} has no rows.")
    absent = [name for name in columns if all(name not in row for row in rows)]
    if absent:
        raise PayloadChanged(f"The rows for {asset} have no {', '.join(absent)}.")
    return pd.DataFrame([[row.get(name) for name in columns] for row in rows], columns=list(columns), dtype=object)


def numbers(column: Sequence[Any] | pd.Series) -> pd.Series:
    """Read numbers, or texts that are numbers; what stands for a gap becomes NaN.

    Raises
    ------
    PayloadChanged
        When a text is neither a number nor a known sign for a gap.
    """
    values = pd.Series(column, dtype=object)
    texts = values.map(lambda value: value.strip().replace(",", "") if isinstance(value, str) else value)
    gaps = texts.map(lambda value: value is None or (isinstance(value, str) and value.lower() in GAPS)).astype(bool)
    read_ = pd.to_numeric(texts.mask(gaps), errors="coerce").astype("float64")
    wrong = read_.isna() & ~gaps & ~texts.map(lambda value: isinstance(value, float) and value != value).astype(bool)
    if wrong.any():
        raise PayloadChanged(f"{str(values[wrong].iloc[0])[:40]!r} stands where a number should.")
    return read_


def moments(column: Sequence[Any] | pd.Series, unit: str) -> pd.Series:
    """Read times counted since 1970 (``unit`` s or ms), whether written as numbers or as texts.

    Raises
    ------
    PayloadChanged
        When one is missing or lies outside 2000 to 2100: another unit, or a shifted column.
    """
    counts = numbers(column)
    times = pd.to_datetime(counts, unit=unit, utc=True, errors="coerce").dt.as_unit("us")  # type: ignore[call-overload]
    if times.isna().any() or not times.dt.year.between(2000, 2100).all():
        raise PayloadChanged("A time is missing or is no time of this century.")
    result: pd.Series = times
    return result


def days(column: Sequence[Any] | pd.Series, form: str) -> pd.Series:
    """Read days written in one ``strptime`` form, as 00:00 UTC; PayloadChanged when one is not."""
    times = pd.to_datetime(pd.Series(column, dtype=object).astype(str).str.strip(), format=form, utc=True, errors="coerce")
    if times.isna().any():
        raise PayloadChanged(f"A day is not written as {form}.")
    result: pd.Series = times.dt.as_unit("us")
    return result


def on_grid(times: pd.Series, interval: str) -> pd.Series:
    """Give times back unless one does not begin an interval; PayloadChanged then."""
    if (times.dt.floor(interval) != times).any():
        raise PayloadChanged(f"A time does not begin an interval of {interval}.")
    return times


def observed(times: pd.Series, asset: str, entity: str, values: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Make the tidy frame from columns side by side.

    Parameters
    ----------
    times : Series of shape (n,), UTC
    asset, entity : str
    values : mapping of measure to Series of shape (n,)
        NaN is a gap and leaves no row. Of rows with one time the last is taken: publishers repeat the newest one.

    Raises
    ------
    NothingPublished
        When all are gaps.
    ContractBroken
        When a number cannot be.
    """
    wide = pd.DataFrame({"time": times.to_numpy()} | {name: column.to_numpy() for name, column in values.items()})
    wide["time"] = pd.DatetimeIndex(times).as_unit("us")
    long = wide.drop_duplicates("time", keep="last").melt("time", var_name="measure", value_name="value").dropna(subset="value")
    if long.empty:
        raise NothingPublished(f"The answer for {asset} has no number in it.")
    long["measure"] = long["measure"].astype("str")
    long["value"] = long["value"].astype("float64")
    return tidy(long.assign(asset=asset, entity=entity))


def candles(rows: pd.DataFrame, times: pd.Series, asset: str, entity: str, measures: Mapping[str, str]) -> pd.DataFrame:
    """Make the tidy frame of price bars.

    Parameters
    ----------
    rows : DataFrame
        With columns open, high, low, close and whatever else ``measures`` names; texts or numbers.
    measures : mapping of column to measure

    Raises
    ------
    PayloadChanged
        When a bar's high is below its low or its close lies outside: the columns are not what they are called.
    """
    read_ = {column: numbers(rows[column]) for column in measures}
    high, low = read_["high"], read_["low"]
    slack = 1e-9 * high.abs()
    for column in ("open", "close"):
        outside = (read_[column] > high + slack) | (read_[column] < low - slack)
        if outside.any():
            raise PayloadChanged(f"A bar of {asset} has its {column} outside its high and low: the columns have moved.")
    # a bar with a gap in one price is a gap in all: half a bar would pass for a whole one
    whole = pd.DataFrame(read_).notna().all(axis=1)
    return observed(times, asset, entity, {measures[column]: values.where(whole) for column, values in read_.items()})


def funding_by_day(times: pd.Series, rates: pd.Series) -> pd.Series:
    """Funding per eight hours of each whole day.

    Parameters
    ----------
    times : Series of shape (n_prints,), UTC
    rates : Series of shape (n_prints,), fraction per interval between prints

    Returns
    -------
    Series by day
        Without the days that are not evenly filled from 00:00 on, such as the one on which the interval changes.
    """
    # milliseconds past the hour are the venue's own delay
    hours = on_grid(times.dt.floor("s"), "1h")
    prints = pd.DataFrame({"hour": hours, "rate": rates}).dropna(subset="rate").drop_duplicates("hour", keep="last")
    by_day = prints.assign(due=prints["hour"].dt.hour).groupby(prints["hour"].dt.floor("1D"))
    whole = by_day["due"].agg(frozenset).map(FUNDING_HOURS.__contains__).astype(bool)
    # everything paid in the day, per eight hours: the mean of the prints times eight hours over their spacing
    paid: pd.Series = by_day["rate"].sum() / 3
    return paid[whole]
