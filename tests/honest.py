"""What honest publishers answer: a made-up past that never changes, told in each one's own shape, as of a moment.

A world tells points, a time and a size of about 1; ``honest_venues`` and ``honest_houses`` write them down as publishers
do. Damage is done to points, between what is and what is told, or to the written answer.
"""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

HOUR = 3_600
DAY = 24 * HOUR


class Point(NamedTuple):
    """A time in seconds since 1970, and a size of about 1; None is a gap."""

    time: int
    size: float | None


Spoil = Callable[[list[Point], int], list[Point]]
"""Honest points, and how many seconds each is about, to what is told instead."""


@dataclass
class World:
    """What happened, as of a moment.

    Attributes
    ----------
    now : int
        Seconds since 1970.
    began : dict of step to int
        Since when there is anything that is counted in steps of so many seconds.
    until : dict of host to int
        Since when a host tells nothing new.
    spoiled : dict of host to Spoil
        What a host does to its points.
    """

    now: int
    began: dict[int, int]
    until: dict[str, int] = field(default_factory=dict)
    spoiled: dict[str, Spoil] = field(default_factory=dict)

    def told(
        self,
        host: str,
        every: int = DAY,
        first: float = 0,
        last: float = math.inf,
        *,
        about: int | None = None,
        kind: str = "",
        of: Callable[[int], float] | None = None,
        most: int = 0,
    ) -> list[Point]:
        """Tell points of a range, oldest first.

        Parameters
        ----------
        host : str
        every : int
            Seconds from one to the next.
        first, last : float
            Seconds since 1970, both counting.
        about : int, optional
            How many seconds each is about; as many as to the next one, unless said.
        kind : str
            ``weekdays``, ``fridays``, or all.
        of : callable, optional
            Another size than the usual one.
        most : int
            How many at most, of the newest; all without it.
        """
        begin = max(self.began[every] // every * every, -(-first // every) * every)
        end = min(last, self.until.get(host, self.now))
        times = range(int(begin), int(end) + 1, every) if end >= begin else range(0)
        points = [Point(time, (of or size)(time)) for time in times if DAYS[kind](weekday(time))]
        return self.spoil(host, points[-most:], about, every)

    def spoil(self, host: str, points: list[Point], about: int | None, every: int) -> list[Point]:
        """Let a host do to points what it does."""
        return self.spoiled[host](points, every if about is None else about) if host in self.spoiled else points

    def state(self, host: str) -> list[Point]:
        """Tell how things stand: one point, at the moment."""
        moment = self.until.get(host, self.now)
        return self.spoil(host, [Point(moment, size(moment))], 0, 0)

    def passed(self, time: int, day: int) -> bool:
        """Whether a part of a day is told: what lies ahead in the present day is not."""
        return time <= self.now or day > self.now


DAYS: dict[str, Callable[[int], bool]] = {
    "": lambda _: True,
    "weekdays": lambda day: day < 5,
    "fridays": lambda day: day == 4,
}


def size(time: int) -> float:
    """How large anything is at a time: within 3 % of 1, and never twice the same."""
    return 1 + 0.03 * math.sin(time / 150_000)


def weekday(time: int) -> int:
    """Day of the week of a time, counted from Monday as 0; 1 January 1970 was a Thursday."""
    return (time // DAY + 3) % 7


def number(scale: float, point: Point, digits: int = 6) -> float | None:
    """Write a point's size as a number."""
    return None if point.size is None else round(scale * point.size, digits)


def text(scale: float, point: Point, digits: int = 6, gap: str | None = None) -> str | None:
    """Write a point's size as a text."""
    return gap if point.size is None else f"{scale * point.size:.{digits}f}"


def bar(scale: float, point: Point, write: Callable[[float, Point], Any] = text) -> list[Any]:
    """Write a point as open, high, low and close."""
    return [write(scale * part, point) for part in (0.999, 1.01, 0.99, 1.0)]


def body(answer: Any) -> bytes:
    """Put an answer on the wire."""
    return json.dumps(answer).encode()


def lines(rows: Iterable[Sequence[str | None]], end: str = "\n") -> bytes:
    """Put rows of a file on the wire."""
    return "".join(",".join(cell or "" for cell in row) + end for row in rows).encode()
