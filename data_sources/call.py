"""One source asking: its deadline, its gate, its name for the publisher. Whatever it asks counts against them."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

from data_sources.errors import SourceError

SOURCE_SECONDS = 60.0
"""Longest one source may take for one asset, unless its row says otherwise."""


class Gate(Protocol):
    """What stands between us and a host, however many processes ask it."""

    def admit(self, host: str) -> float:
        """Take the next turn at a host.

        Returns
        -------
        float
            Seconds to wait for it.

        Raises
        ------
        SourceUnavailable
            While the host is closed to us; the type is that of the failure that closed it.
        """

    def answered(self, host: str) -> None:
        """Note that the host answered properly."""

    def failed(self, host: str, fault: SourceError) -> None:
        """Note that it did not."""


class Open:
    """A gate that always stands open: for one question by hand."""

    def admit(self, host: str) -> float:
        """Let everybody through at once."""
        return 0.0

    def answered(self, host: str) -> None:
        """Remember nothing."""

    def failed(self, host: str, fault: SourceError) -> None:
        """Remember nothing."""


@dataclass
class Call:
    """One source asking: until when, through which gate, how often it asked."""

    deadline: float
    gate: Gate
    contact: str = ""
    keys: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    requests: int = 0

    @property
    def left(self) -> float:
        """Seconds left."""
        return self.deadline - time.monotonic()


_CALL: ContextVar[Call | None] = ContextVar("call", default=None)


@contextmanager
def asking(
    seconds: float = SOURCE_SECONDS,
    gate: Gate | None = None,
    contact: str = "",
    keys: Mapping[str, Mapping[str, str]] | None = None,
) -> Iterator[Call]:
    """Let one source ask within a deadline; everything asked inside counts against it.

    ``keys`` are headers that only one host may see; they are never repeated in a message.
    """
    call = Call(time.monotonic() + seconds, gate or Open(), contact, keys or {})
    token = _CALL.set(call)
    try:
        yield call
    finally:
        _CALL.reset(token)


def current() -> Call:
    """The call under way, or one of its own for a question asked by hand."""
    return _CALL.get() or Call(time.monotonic() + SOURCE_SECONDS, Open())
