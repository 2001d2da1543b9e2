"""Readings of the page production_cost: what a coin costs to make, and who is under water."""

import pandas as pd

from indicators import miners, mining, spells
from indicators.row import Reading, Thresholds

PAGE = "production_cost"
CLOSE, DIFFICULTY, SUPPLY = ("close", "BTC"), ("difficulty", "BTC"), ("supply", "BTC")
FLEET, HASH_RATE = ("fleet_efficiency", "BTC"), ("hash_rate", "BTC")
HAYES = "https://doi.org/10.1080/13504851.2018.1488040"


def cost(close: pd.Series, difficulty: pd.Series) -> pd.Series:
    """Hayes' cost on the days that have a close, USD per BTC."""
    return mining.production_cost(difficulty, pd.DatetimeIndex(close.index))


def price_to_cost(close: pd.Series, difficulty: pd.Series) -> pd.Series:
    """Close over Hayes' cost; below 1 a coin costs more electricity than it fetches."""
    return close / cost(close, difficulty)


def days_below_cost(close: pd.Series, difficulty: pd.Series) -> pd.Series:
    """Days in a row with the close below cost, up to and including each day."""
    return spells.run_length(price_to_cost(close, difficulty).dropna() < 1)


def margin(close: pd.Series, difficulty: pd.Series) -> pd.Series:
    """Share of a miner's revenue left after electricity."""
    return mining.miner_margin(mining.hashprice_of_day(close, difficulty))


def under_water(close: pd.Series, difficulty: pd.Series, fleet_efficiency: pd.Series) -> pd.Series:
    """Share of the hash rate that loses money on electricity."""
    return miners.hash_rate_under_water(mining.hashprice_of_day(close, difficulty), fleet_efficiency)


def hash_ribbon(hash_rate: pd.Series) -> pd.Series:
    """Mean hash rate of the last 30 observations over that of the last 60, less one; below 0 miners switch off."""
    ribbons = miners.hash_ribbons(hash_rate)
    return ribbons["short"] / ribbons["long"].where(ribbons["long"] > 0) - 1


ROWS: tuple[Reading, ...] = (
    Reading(
        "btc_close",
        "Bitcoin",
        "USD",
        PAGE,
        (CLOSE,),
        lambda close: close,
        "low",
        "crypto",
        "Bitcoin closed at {value} USD.",
        "{:,.0f}",
        Thresholds(
            0.10,
            0.02,
            "Among the lowest tenth, or fiftieth, of its own last year: no level of a price is stress as such.",
            "https://www.binance.com/en/trade/BTC_USDT",
            on="percentile",
        ),
    ),
    Reading(
        "btc_production_cost",
        "Production cost",
        "USD",
        PAGE,
        (CLOSE, DIFFICULTY),
        cost,
        "none",
        "crypto",
        "The electricity for one coin costs {value} USD.",
        "{:,.0f}",
    ),
    Reading(
        "btc_price_to_cost",
        "Price / cost",
        "multiple",
        PAGE,
        (CLOSE, DIFFICULTY),
        price_to_cost,
        "low",
        "crypto",
        "Bitcoin trades at {value} times its production cost.",
        "{:.2f}",
        Thresholds(
            1.0,
            0.75,
            "Below 1 the average rig loses money on electricity alone; below 0.75 a quarter of the "
            "electricity is unpaid.",
            HAYES,
        ),
    ),
    Reading(
        "btc_days_below_cost",
        "Days below cost",
        "days",
        PAGE,
        (CLOSE, DIFFICULTY),
        days_below_cost,
        "high",
        "crypto",
        "Bitcoin has closed below its production cost for {value} days in a row.",
        "{:.0f}",
        Thresholds(
            1,
            14,
            "One close below cost is an inversion; two weeks outlast a difficulty epoch, after which cost follows "
            "price down.",
            HAYES,
        ),
    ),
    Reading(
        "hashprice",
        "Hashprice",
        "USD per PH/s per day",
        PAGE,
        (CLOSE, DIFFICULTY),
        mining.hashprice_of_day,
        "low",
        "crypto",
        "A petahash per second earns {value} USD a day.",
        "{:.2f}",
        Thresholds(
            0.10,
            0.02,
            "Among the lowest tenth, or fiftieth, of its own last year: hashprice falls for good as "
            "hardware improves, so no level lasts.",
            "https://hashrateindex.com/hashprice",
            on="percentile",
        ),
    ),
    Reading(
        "miner_margin",
        "Miner margin",
        "fraction",
        PAGE,
        (CLOSE, DIFFICULTY),
        margin,
        "low",
        "crypto",
        "Miners keep {value} of revenue after electricity.",
        "{:+.1%}",
        Thresholds(
            0.0,
            -1 / 3,
            "Below 0 electricity costs more than the coins fetch; a third below is a price at three quarters of cost.",
            HAYES,
        ),
    ),
    Reading(
        "puell_multiple",
        "Puell multiple",
        "multiple",
        PAGE,
        (CLOSE, SUPPLY),
        miners.puell_multiple,
        "low",
        "crypto",
        "Miners' daily income is {value} times its average of the year.",
        "{:.2f}",
        Thresholds(
            0.5,
            0.4,
            "Half a usual day's income marked the lows of 2018, 2020 and 2022 (0.35, 0.49, 0.44).",
            "https://www.bitcoinmagazinepro.com/charts/puell-multiple/",
        ),
        observations=366,
    ),
    Reading(
        "hash_rate_under_water",
        "Under water",
        "fraction",
        PAGE,
        (CLOSE, DIFFICULTY, FLEET),
        under_water,
        "high",
        "crypto",
        "An estimated {value} of the hash rate loses money on electricity.",
        "{:.0%}",
        Thresholds(
            0.25,
            0.50,
            "A quarter of the machines unpaid is pressure to switch off; half of them is capitulation. The share "
            "rests on an assumed spread of machines.",
            "https://ccaf.io/cbnsi/cbeci/methodology",
        ),
    ),
    Reading(
        "hash_ribbon",
        "Hash ribbon, 30/60 d",
        "fraction",
        PAGE,
        (HASH_RATE,),
        hash_ribbon,
        "low",
        "crypto",
        "The mean hash rate of 30 days stands {value} from that of 60 days.",
        "{:+.1%}",
        Thresholds(
            0.0,
            -0.03,
            "Below 0 machines are switched off faster than they are added, as on one day in six since 2016; 3% below stood one "
            "day in twenty, in late 2018, 2020, 2021, 2022 and January 2026.",
            "https://charts.bgeometrics.com/hashribbons.html",
        ),
        observations=miners.RIBBON[1],
    ),
)
