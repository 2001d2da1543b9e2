"""What can go wrong between a publisher and the board; the type of an error decides what happens next."""

import pandas as pd


class SourceError(Exception):
    """Anything that keeps a publisher's number from the board; its message is one sentence for a person."""

    @property
    def in_full(self) -> str:
        """The same for whoever runs the board, with what a visitor need not know."""
        return str(self)


class SourceUnavailable(SourceError):
    """The publisher did not answer; asking again later may help.

    Parameters
    ----------
    message : str
    passing : bool
        Whether asking again at once can help.
    retry_after : float, optional
        Seconds that the publisher asks us to wait.
    """

    def __init__(self, message: str, *, passing: bool = True, retry_after: float | None = None) -> None:
        self.passing = passing
        self.retry_after = retry_after
        super().__init__(message)


class RateLimited(SourceUnavailable):
    """The publisher asks us to slow down."""


class Refused(SourceUnavailable):
    """The publisher will not answer us (451, 403, 418); terminal for that host for a day."""


class PayloadChanged(SourceError):
    """The publisher answered in a shape that we do not know."""


class NothingPublished(SourceError):
    """The publisher answered properly and has nothing."""


class ContractBroken(SourceError):
    """A frame is not the one tidy frame.

    Parameters
    ----------
    violations : DataFrame of shape (n_violations, 3)
        ``row`` (the frame's index label; None where a whole column is meant), ``column`` and ``reason``.
    """

    def __init__(self, violations: pd.DataFrame) -> None:
        self.violations = violations
        reasons = violations["reason"].value_counts()
        shown = "; ".join(f"{reason} ({count:,})" for reason, count in reasons.head(5).items())
        more = "; and more" if len(reasons) > 5 else ""
        super().__init__(f"The frame breaks the contract: {shown}{more}.")


class StoreUnavailable(SourceError):
    """The store is locked, read-only, corrupted or out of reach; the message says which, and what was kept where.

    Parameters
    ----------
    message : str
        For any reader: no folder, host or user of the server is in it.
    in_full : str, optional
        For the commands' standard error and the server's log, with these.
    """

    def __init__(self, message: str, in_full: str = "") -> None:
        self._in_full = in_full or message
        super().__init__(message)

    @property
    def in_full(self) -> str:
        """The message with the store's place."""
        return self._in_full
