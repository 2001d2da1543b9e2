"""Readings of the page etf_flows: who is selling, for how many days, how does the month compare."""

from functools import partial

import pandas as pd

from indicators import flows
from indicators.row import Reading, Thresholds

PAGE = "etf_flows"
BTC_FUNDS, ETH_FUNDS = ("*net_flow", "BTC"), ("*net_flow", "ETH")
FARSIDE_BTC, FARSIDE_ETH = "https://farside.co.uk/btc/", "https://farside.co.uk/eth/"


def streak(funds: pd.DataFrame) -> pd.Series:
    """Reported days in a row with money leaving."""
    return flows.on_complete_days(funds, flows.outflow_streak)


def week(funds: pd.DataFrame) -> pd.Series:
    """Sum over the last five reported days."""
    return flows.on_complete_days(funds, partial(flows.rolling_sum, days=flows.WEEK_OF_SESSIONS))


def month(funds: pd.DataFrame) -> pd.Series:
    """Sum over the last twenty reported days."""
    return flows.on_complete_days(funds, flows.rolling_sum)


ROWS: tuple[Reading, ...] = (
    Reading(
        "btc_etf_net_flow",
        "Bitcoin ETFs",
        "USD/day",
        PAGE,
        (BTC_FUNDS,),
        flows.total,
        "low",
        "exchange",
        "US spot bitcoin funds took in {value} USD.",
        "{:+,.0f}",
        Thresholds(
            0.0,
            -500e6,
            "Below 0 money leaves; days with more than half a billion leaving are the worst few percent since "
            "the launch.",
            FARSIDE_BTC,
        ),
    ),
    Reading(
        "eth_etf_net_flow",
        "Ether ETFs",
        "USD/day",
        PAGE,
        (ETH_FUNDS,),
        flows.total,
        "low",
        "exchange",
        "US spot ether funds took in {value} USD.",
        "{:+,.0f}",
        Thresholds(
            0.0,
            -200e6,
            "Below 0 money leaves; days with more than 200 million leaving are the worst few percent since the launch.",
            FARSIDE_ETH,
        ),
    ),
    Reading(
        "ibit_net_flow",
        "IBIT",
        "USD/day",
        PAGE,
        (BTC_FUNDS,),
        flows.total,
        "low",
        "exchange",
        "IBIT, the largest fund, took in {value} USD.",
        "{:+,.0f}",
        Thresholds(
            0.0,
            -300e6,
            "Below 0 money leaves; the records are near half a billion (523 million on 2025-11-18).",
            FARSIDE_BTC,
        ),
        entities=("IBIT",),
    ),
    Reading(
        "crypto_etf_flow_mtd",
        "ETFs this month",
        "USD",
        PAGE,
        (BTC_FUNDS, ETH_FUNDS),
        flows.together_month_to_date,
        "low",
        "exchange",
        "Bitcoin and ether funds together stand at {value} USD this month.",
        "{:+,.0f}",
        Thresholds(
            0.0,
            -3_500e6,
            "Below 0 money leaves; 3.5 bn was the record month, February 2025, until November 2025.",
            FARSIDE_BTC,
        ),
    ),
    Reading(
        "btc_etf_outflow_streak",
        "Outflow streak",
        "days",
        PAGE,
        (BTC_FUNDS,),
        streak,
        "high",
        "exchange",
        "Money has left bitcoin funds for {value} reported days in a row.",
        "{:.0f}",
        Thresholds(
            3,
            5,
            "Three days are a run, five a trading week: the streak that ended with IBIT's record outflow of "
            "2025-11-18.",
            FARSIDE_BTC,
        ),
    ),
    Reading(
        "btc_etf_flow_5d",
        "Flow, 5 days",
        "USD",
        PAGE,
        (BTC_FUNDS,),
        week,
        "low",
        "exchange",
        "Over the last five reported days bitcoin funds took in {value} USD.",
        "{:+,.0f}",
        Thresholds(
            0.0,
            -1_200e6,
            "Below 0 a week of trading drained the funds; since the launch one week in twenty lost more than 1.2 bn.",
            FARSIDE_BTC,
        ),
        observations=flows.WEEK_OF_SESSIONS,
    ),
    Reading(
        "btc_etf_flow_20d",
        "Flow, 20 days",
        "USD",
        PAGE,
        (BTC_FUNDS,),
        month,
        "low",
        "exchange",
        "Over the last twenty reported days bitcoin funds took in {value} USD.",
        "{:+,.0f}",
        Thresholds(
            0.0,
            -3_000e6,
            "Below 0 a month of trading drained the funds; 3 bn is on the scale of the two record months of "
            "2025 (3.6 and 3.5 bn).",
            FARSIDE_BTC,
        ),
        observations=flows.MONTH_OF_SESSIONS,
    ),
)
