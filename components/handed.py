"""Files that are made when asked for, and may be refused: the page says why, where Streamlit says only that there is none."""

from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue

import streamlit as st

WAIT = 180.0
"""Seconds for which a reader's browser waits for a file."""
SILENT = "The file was not made within three minutes; please ask again."


def made(key: str, make: Callable[[], bytes], refusals: tuple[type[Exception], ...]) -> Callable[[], bytes]:
    """Let a download button make a file once it is asked for.

    Parameters
    ----------
    key : str
        The button's, under which `outcome` tells what came of it.
    make : callable
    refusals : tuple of exception types
        Whose message is a sentence; of any other failure is said that there was one.

    Returns
    -------
    callable
        Raises what ``make`` raises, so that no file is handed out that is not the one asked for.
    """
    return partial(_make, make, refusals, _told(key))


def outcome(key: str) -> str:
    """Wait for what comes of a file that was asked for: "" when it is handed out, else the sentence that says why not."""
    told = _told(key)
    try:
        return told.get(timeout=WAIT)
    except Empty:
        return SILENT


def _told(key: str) -> "SimpleQueue[str]":
    """What the thread that makes a file tells the page that waits; a session keeps it from one run to the next."""
    kept: SimpleQueue[str] = st.session_state.setdefault(f"made_{key}", SimpleQueue())
    return kept


def _make(make: Callable[[], bytes], refusals: tuple[type[Exception], ...], told: "SimpleQueue[str]") -> bytes:
    sentence = "The file could not be made, for a reason that nobody foresaw; the server's log has it."
    try:
        file = make()
        sentence = ""
    except refusals as refusal:
        sentence = str(refusal)
        raise
    finally:
        told.put(sentence)
    return file
