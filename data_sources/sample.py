"""The sample board: what a fresh clone shows, offline and at once. Facts stand exactly, the days between are simulated.

``facts.csv`` is the table of dated public figures with who published each: month ends, the highest and lowest close of
every year, the weeks the board is about, every count of Strategy's coins, every Fed decision, monthly totals of fund
flows. Everything else of ``sample.parquet`` is made here by a seeded simulation and says so row by row (``simulated``):

* Prices, levels and indices are bridges between facts (``simulate``), moving together as the facts move together. They
  stay inside the closes that are known as extremes of their year, and a price below the record that stands two facts on.
* Opens, highs and lows are drawn around the closes; where no open is known, a day opens where the last closed.
* Fund flows of a month add up to its published total to the cent (``simulate_flows``).
* Coins issued and hash rate follow from one simulated count of blocks a day, the supply known and the difficulty.

What no fact is known of is not here at all, and nothing goes on after its last fact. No number of this board is to be
taken for a quote. The same facts always give the same frame: ``python -m data_sources.sample`` builds the file again.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from data_sources import simulate_flows, simulate_paths
from data_sources.contract import COLUMNS
from data_sources.simulate_paths import Series
from measures import MEASURES

FACTS = Path(__file__).with_name("facts.csv")
BUNDLE = Path(__file__).with_name("sample.parquet")
SEED = 20260206
KEY = ["measure", "asset", "entity"]
IN_FORCE = ("fed_target_lower", "fed_target_upper")
"""Measures that a decision fixes until the next one: every day between is as much a fact as the day of the decision."""


def read() -> pd.DataFrame:
    """The bundled sample board.

    Returns
    -------
    DataFrame of shape (n_rows, 6)
        The tidy frame and ``simulated``: False where a publisher's figure stands, True where we made the number.
    """
    return pd.read_parquet(BUNDLE)


def read_facts() -> pd.DataFrame:
    """The table of dated public figures.

    Returns
    -------
    DataFrame with columns time (day, no zone), measure, asset, entity, value, source
        Besides measures of the board: ``net_flow_day`` and ``net_flow_month``, published sums over all funds, USD,
        of a day and of a month up to and including the date.
    """
    table = pd.read_csv(FACTS).rename(columns={"date": "time"})
    return table.assign(time=pd.to_datetime(table["time"], format="%Y-%m-%d").astype("datetime64[us]"))


def build(facts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Make the sample board from facts; the same facts always give the same frame.

    Parameters
    ----------
    facts : DataFrame, optional
        As ``read_facts`` returns them, which is the default.

    Returns
    -------
    DataFrame of shape (n_rows, 6)
        As ``read`` returns it.
    """
    facts = read_facts() if facts is None else facts
    days = pd.date_range(facts["time"].min(), facts["time"].max(), unit="us")
    rng = np.random.default_rng(SEED)
    known: Series = {
        (str(measure), str(asset), str(entity)): rows.set_index("time")["value"].sort_index()
        for (measure, asset, entity), rows in facts[facts["measure"].isin(list(MEASURES))].groupby(KEY)
    }
    paths, spreads = simulate_paths.walks(known, days, rng)
    made = paths | simulate_paths.ranges(paths, spreads, known, rng) | simulate_paths.chain(known, days, rng)
    for family in simulate_flows.FAMILIES:
        made |= _flows(facts, family, paths["close", family.asset, "binance"], days, rng)
    standing = {key: series.reindex(days).ffill().dropna() for key, series in known.items() if key[0] in IN_FORCE}
    # A fact comes first, so it is the one that stays where a simulated path passes through it.
    rows = [_long(known | standing).assign(simulated=False), _long(made).assign(simulated=True)]
    frame = pd.concat(rows, ignore_index=True)
    frame = frame.drop_duplicates(["time", *KEY]).sort_values(list(COLUMNS[:4]), ignore_index=True)
    frame["time"] = frame["time"].dt.tz_localize("UTC")
    return frame[[*COLUMNS, "simulated"]]


def _flows(
    facts: pd.DataFrame,
    family: simulate_flows.Family,
    closes: pd.Series,
    days: pd.DatetimeIndex,
    rng: np.random.Generator,
) -> Series:
    """Flows per fund of one coin; a known day keeps the gaps its publisher left."""
    ours = facts[facts["asset"] == family.asset]
    known = ours[ours["measure"] == "net_flow"].pivot(index="time", columns="entity", values="value")
    sums = ours[ours["measure"].isin(["net_flow_day", "net_flow_month"])].sort_values(["measure", "time"])
    monthly = sums["measure"] == "net_flow_month"
    totals = pd.DataFrame(
        {
            "first": sums["time"].where(~monthly, sums["time"].dt.to_period("M").dt.start_time),
            "last": sums["time"],
            "value": sums["value"],
        }
    )
    traded = simulate_paths.sessions("XNYS", days[days >= pd.Timestamp(family.start)])
    flows = simulate_flows.fill(known, totals, np.log(closes).diff().reindex(traded), family, rng)
    return {("net_flow", family.asset, str(fund)): flows[fund].dropna() for fund in flows}


def _long(series: Series) -> pd.DataFrame:
    """Series one under the other, as the tidy frame has them."""
    rows = [
        pd.DataFrame({"time": values.index, **dict(zip(KEY, key, strict=True)), "value": values.to_numpy()})
        for key, values in series.items()
    ]
    return pd.concat(rows, ignore_index=True)


def main() -> None:
    """Build the bundled file again and say what it holds."""
    frame = build()
    frame.to_parquet(BUNDLE, engine="pyarrow", compression="zstd", compression_level=19, index=False)
    days = frame["time"].dt.strftime("%Y-%m-%d")
    print(
        f"{BUNDLE.name}: {len(frame):,} rows, {frame.groupby(KEY).ngroups} series, {days.iloc[0]} to {days.iloc[-1]},"
        f" {1 - frame['simulated'].mean():.1%} facts, {BUNDLE.stat().st_size / 1000:,.0f} kB"
    )


if __name__ == "__main__":
    main()
