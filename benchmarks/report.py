"""The table in which every benchmark answers."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """One number beside its limit.

    Parameters
    ----------
    what : str
        What was measured, in words.
    value, limit : float
        In ``unit``; the number is good when it is not above its limit.
    unit : str
        ms, s, kB, MB or × (a ratio).
    """

    what: str
    value: float
    limit: float
    unit: str

    @property
    def good(self) -> bool:
        """Whether the number keeps its limit; one that could not be measured (NaN) does not."""
        return self.value <= self.limit


def show(title: str, rows: Iterable[Measured]) -> int:
    """Print the table; 0 when every number keeps its limit, 1 otherwise."""
    table = list(rows)
    width = max(len(row.what) for row in table)
    print(f"\n{title:{width}}  {'measured':>12}  {'limit':>12}")
    for row in table:
        mark = "" if row.good else "  above its limit"
        print(f"{row.what:{width}}  {_text(row.value, row.unit):>12}  {_text(row.limit, row.unit):>12}{mark}")
    return 0 if all(row.good for row in table) else 1


def _text(value: float, unit: str) -> str:
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}"
