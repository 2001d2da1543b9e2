"""Readings of the page treasuries: what Strategy holds, paid and is worth."""

from indicators import treasuries
from indicators.row import FILING_AGE, Reading, Thresholds

PAGE = "treasuries"
HOLDINGS, COST, BTC = ("holdings", "MSTR"), ("cost_basis", "MSTR"), ("close", "BTC")
BALANCE_SHEET = tuple((measure, "MSTR") for measure in ("shares_outstanding", "debt", "preferred", "cash"))
STRATEGY = "https://www.strategy.com/purchases"

ROWS: tuple[Reading, ...] = (
    Reading(
        "mstr_holdings",
        "Strategy holds",
        "BTC",
        PAGE,
        (HOLDINGS,),
        lambda holdings: holdings,
        "none",
        "exchange",
        "Strategy holds {value} BTC.",
        "{:,.0f}",
        interval="0D",
        max_age=FILING_AGE,
    ),
    Reading(
        "mstr_average_cost",
        "Average cost",
        "USD",
        PAGE,
        (HOLDINGS, COST),
        treasuries.average_cost,
        "none",
        "exchange",
        "Its coins cost {value} USD each on average.",
        "{:,.0f}",
        interval="0D",
        max_age=FILING_AGE,
    ),
    Reading(
        "mstr_unrealised",
        "Unrealized gain",
        "USD",
        PAGE,
        (HOLDINGS, COST, BTC),
        treasuries.unrealized,
        "low",
        "crypto",
        "Strategy's coins are worth {value} USD more than they cost.",
        "{:+,.0f}",
        Thresholds(
            0.0,
            -5e9,
            "Below 0 the coins are worth less than was paid; 4.6 bn was the loss reported on 2026-02-05.",
            STRATEGY,
        ),
    ),
    Reading(
        "mstr_mnav",
        "mNAV",
        "multiple",
        PAGE,
        (("close", "MSTR"), *BALANCE_SHEET, HOLDINGS, BTC),
        treasuries.mnav,
        "low",
        "exchange",
        "The market pays {value} times the coins' value for the company.",
        "{:.2f}",
        Thresholds(
            1.1,
            1.0,
            "Near 1 issuing shares no longer buys coins at a profit; below 1 it loses.",
            "https://www.strategy.com/",
        ),
    ),
)
