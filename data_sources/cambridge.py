"""Cambridge: how much energy the Bitcoin network spends per hash, month by month.

A bundled reference table, not an adapter: the monthly ratio of the Cambridge Bitcoin Electricity Consumption Index's
best-guess power (site overhead of 1.10 included) to the network's hash rate. Cambridge revises its history, so every
row of ``cambridge.csv`` says when it was retrieved. November 2025 is missing at the source and stays missing.
"""

from pathlib import Path

import pandas as pd

TABLE = Path(__file__).with_name("cambridge.csv")


def read_efficiency() -> pd.DataFrame:
    """Energy per hash of the whole fleet.

    Returns
    -------
    DataFrame of shape (n_months, 5), tidy
        Measure ``fleet_efficiency`` in J/TH, asset BTC, entity cambridge; ``time`` is the start of the month.
        A month without an estimate is a missing row.
    """
    table = pd.read_csv(TABLE)
    return pd.DataFrame(
        {
            "time": pd.to_datetime(table["month"], format="%Y-%m", utc=True).astype("datetime64[us, UTC]"),
            "measure": "fleet_efficiency",
            "asset": "BTC",
            "entity": "cambridge",
            "value": table["joules_per_terahash"].astype("float64"),
        }
    )
