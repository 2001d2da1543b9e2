"""What a note is made of, opened: the board of a day with all that is computed from it, and the board of the day before."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from data_sources import load, views
from data_sources.settings import settings
from notes.compose import compose
from notes.note import Note

if TYPE_CHECKING:
    from data_sources.feeds import Asking

DAY = pd.Timedelta(days=1)


def base() -> str:
    """Address at which the board is reached, as the settings have it; "" makes links relative."""
    return settings().address


def opened(as_of: date | None, known: pd.Timestamp | None = None) -> tuple[views.View, views.View | None]:
    """Open the board as of a day and as of the day before it, as that was known then.

    Parameters
    ----------
    as_of : date or None
        UTC; None for the newest day held.
    known : Timestamp, optional
        What was learned only after the day counts as far as it had arrived by this moment: it makes an earlier note again.

    Returns
    -------
    view, eve : View
        None for the day before when nothing was known then.

    Raises
    ------
    StoreUnavailable
        When the store or a setting cannot be read.
    """
    board = load.board(as_of, known=known)
    whole = views.computed(board)
    newest = as_of is None and board.kind == "live"
    view = views.evaluated(board, views.cut(whole, board), _today() if newest else board.as_of, _asking(board) if newest else None)
    if board.as_of <= board.first:
        return view, None
    before = load.board((board.as_of - DAY).date(), known=known)
    same = not before.revised and not board.revised
    then = views.cut(whole if same else views.computed(before), before)
    return view, views.evaluated(before, then if same else replace(then, works={}), before.as_of, None)


def noted(as_of: date | None, known: pd.Timestamp | None = None) -> tuple[Note, views.View]:
    """Compose the note of a day, with the view it was composed from; see `opened`."""
    view, eve = opened(as_of, known)
    return compose(view, eve), view


def _today() -> pd.Timestamp:
    return pd.Timestamp.now("UTC").normalize().as_unit("us")


def _asking(board: load.Board) -> "Asking":
    """How the feeds stand now; only a board that speaks of now asks."""
    from data_sources import feeds  # brings every adapter along

    return feeds.judged(load.opened(), board.panels, pd.Timestamp.now("UTC"))
