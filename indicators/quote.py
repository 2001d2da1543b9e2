"""A figure that somebody published, as they published it."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Quote:
    """A figure somebody published, as they published it.

    Parameters
    ----------
    name : str
        What it is the value of.
    value : float
        In ``unit``.
    unit : str
        USD, USD/BTC, USD/ETH, BTC, ETH, fraction, fraction/year, ratio, multiple, contracts or 0–100.
    date : str
        ISO day the figure is about; a month where its publisher gave no day.
    publisher, link : str
        The link is "" where the publisher is known and no public page of it is.
    page : str
        Page of the board beside whose numbers it stands.
    said : str
        How its publisher limits it, such as "about" or "up to".
    published : str
        ISO day, or month, from which it could be known; "" when that is the day it is about.
    note : str
        What a reader has to know to read it right: one sentence, or "".
    """

    name: str
    value: float
    unit: str
    date: str
    publisher: str
    link: str
    page: str = ""
    said: str = ""
    published: str = ""
    note: str = ""

    @property
    def day(self) -> pd.Timestamp:
        """The day the figure is about, 00:00 UTC; of a month its last."""
        return _day(self.date)

    @property
    def known(self) -> pd.Timestamp:
        """The day from which it may be shown, 00:00 UTC; of a month its last."""
        return _day(self.published or self.date)


def _day(iso: str) -> pd.Timestamp:
    return pd.Period(iso).end_time.normalize().tz_localize("UTC")
