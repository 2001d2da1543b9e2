"""Asking page after page where a publisher gives only so many rows at once."""

from collections.abc import Callable
from typing import Any

from data_sources.errors import PayloadChanged

MOST = 400
"""Pages of one series; the longest here takes some 20."""


def onward(ask: Callable[[int], list[Any]], newest: Callable[[list[Any]], int], start: int, end: int) -> list[list[Any]]:
    """Ask from the oldest to the newest row.

    Parameters
    ----------
    ask : callable
        Time to the page that begins there, inclusive; an empty page where nothing follows.
    newest : callable
        Page to the time of its newest row.
    start, end : int
        First and last time wanted, in the publisher's own unit.

    Returns
    -------
    list of pages
        As they came. A publisher that does not move on when asked to is PayloadChanged, not an endless loop.
    """
    pages: list[list[Any]] = []
    while start <= end:
        page = ask(start)
        if not page:
            break
        reached = newest(page)
        if reached < start:  # only older rows: nothing follows
            break
        pages.append(page)
        start = reached + 1
        if len(pages) > MOST:
            raise PayloadChanged(f"More than {MOST} pages came for one series.")
    return pages


def back(ask: Callable[[int], list[Any]], oldest: Callable[[list[Any]], int], start: int, end: int) -> list[list[Any]]:
    """Ask from the newest to the oldest row.

    Parameters
    ----------
    ask : callable
        Time to the page that ends before or at it; an empty page where nothing came before.
    oldest : callable
        Page to the time of its oldest row.
    start, end : int
        First and last time wanted, in the publisher's own unit.

    Returns
    -------
    list of pages
        Newest page first.
    """
    pages: list[list[Any]] = []
    while end >= start:
        page = ask(end)
        if not page:
            break
        reached = oldest(page)
        if reached > end:
            raise PayloadChanged("A page begins after the time it was asked to end at.")
        pages.append(page)
        end = reached - 1
        if len(pages) > MOST:
            raise PayloadChanged(f"More than {MOST} pages came for one series.")
    return pages
