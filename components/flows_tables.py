"""The tables and the months of the ETF flows page."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from components import charts, sentences, tiles

if TYPE_CHECKING:
    from components.marks import Figure

MILLION = 1e6
WORST = 10


def months(table: pd.DataFrame, pace: float) -> "Figure":
    """Draw every month since launch, the running one with its pace.

    Parameters
    ----------
    table : DataFrame
        As ``flows.monthly`` gives it.
    pace : float, USD
        Where the last month would end.
    """
    now = table.iloc[-1]
    stand = f"{table.index[-1]:%B %Y}: {sentences.money(now.net_flow, signed=True)}"
    stand += f" in {int(now.days)} days, pace {sentences.money(pace, signed=True)}" * bool(now.running)
    latest = ["faint"] * (len(table) - 1) + ["main"]
    # Where money came in every month so far, the smallest inflow is a record too, but nothing left.
    left = table["record"] & (table["net_flow"] < 0)
    roles = ["extreme" if record else role for record, role in zip(left, latest, strict=True)]
    bars = [("red: more left than in any month before", list(table["net_flow"] / MILLION), "faint")]
    return charts.bars(
        "How does the month compare? Both markets", "USD m", [f"{month:%b %y}" for month in table.index], bars,
        marks=roles, notes=[stand], tickformat=",.0f", form="+,.0f",
    )


def worst_days(both: pd.Series, told: Mapping[str, pd.Series]) -> str:
    """Write the days on which most money left both markets, and what each market had of it."""
    return tiles.table(
        ("Day", "both", *told),
        (
            (f"{day:%d %b %Y}", *map(sentences.money, (flow, *(one.get(day, float("nan")) for one in told.values()))))
            for day, flow in both.sort_values().head(WORST).items()
        ),
        caption="The worst days, bitcoin and ether funds together",
    )


def fund_by_fund(sums: Iterable[pd.DataFrame]) -> str:
    """Write what each fund took in or lost lately and since its launch, from one ``flows.by_fund`` per market."""
    return tiles.table(
        ("Fund", "last day", "5 days", "20 days", "since launch"),
        ((fund, *map(sentences.money, amounts)) for market in sums for fund, *amounts in market.itertuples()),
        caption="Fund by fund, up to the last day on which all have reported",
    )
