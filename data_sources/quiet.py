"""Keeping a library's deprecation warnings to itself, one thread at a time: what is ignored belongs to the whole process."""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_ONE = threading.RLock()


@contextmanager
def quiet(category: type[Warning] = Warning) -> Iterator[None]:
    """Ignore warnings of a kind while a library does something.

    Two threads that did this at once would take each other's filters away, and the last one out would leave its own behind.
    """
    with _ONE, warnings.catch_warnings():
        warnings.simplefilter("ignore", category)
        yield
