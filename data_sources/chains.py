"""Chains of options as they were kept, laid out for pages."""

import pandas as pd

from data_sources import deribit, snapshots
from data_sources.errors import SourceError, StoreUnavailable
from data_sources.reading import shaped
from data_sources.sources import OPTIONS
from data_sources.store import Store


def chain(store: Store, asset: str, as_of: pd.Timestamp | None) -> tuple[pd.DataFrame, pd.Timestamp | None]:
    """Give the last chain known by the end of a day (None: of all), as ``deribit.chain`` lays it out, with its time.

    An empty frame and None where none is held, or where one was kept by a version that read it otherwise.
    """
    held = snapshots.latest(store, OPTIONS.name, asset, as_of)
    if held is None:
        return deribit.NO_OPTIONS, None
    try:
        return shaped(asset, lambda: (deribit.chain(held, asset), deribit.made(held, asset)))
    except StoreUnavailable:
        raise
    except SourceError:
        return deribit.NO_OPTIONS, None
