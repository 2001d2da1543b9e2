"""Reading of the page overview: how many signs of easing are lit."""

from typing import Any

from indicators import easing, leverage
from indicators.row import Part, Reading
from indicators.signals import days_of

PAGE = "overview"
VOLATILITY = (("dvol", "BTC"), ("iv_180d", "BTC"), ("iv_7d", "BTC"))
MINERS = (("hash_rate", "BTC"), ("close", "BTC"), ("difficulty", "BTC"))
LIQUIDATIONS = tuple((f"liquidations_{side}", asset) for side in ("long", "short") for asset in ("BTC", "ETH"))
LEVERAGE = (("open_interest", "BTC"), ("supply", "BTC"), ("funding_rate", "BTC"), *LIQUIDATIONS)
FLOWS = (("*net_flow", "BTC"),)
STRONG_HANDS = (("long_term_supply", "BTC"), ("exchange_balance", "BTC"))
INPUTS = (*VOLATILITY, *MINERS, *LEVERAGE, *FLOWS, *STRONG_HANDS)


def signals(*inputs: Any) -> easing.Easing:
    """All signals on the days on which any of the inputs was observed: series in the order of INPUTS, the funds' as a frame."""
    held, days = dict(zip(INPUTS, inputs, strict=True)), days_of(inputs)
    open_interest, supply, funding_rate, *forced = (held[key] for key in LEVERAGE)
    share = leverage.open_interest_to_market_cap(open_interest, held["close", "BTC"], supply)
    turning, institutions = easing.flows_turning(days, *(held[key] for key in FLOWS))
    signals = (
        easing.strong_hands(days, *(held[key] for key in STRONG_HANDS)),
        easing.volatility(days, *(held[key] for key in VOLATILITY)),
        easing.miners_easing(days, *(held[key] for key in MINERS)),
        easing.leverage_out(days, share, funding_rate, leverage.liquidations(*forced)),
        turning,
    )
    return easing.Easing({signal.name: signal for signal in signals}, institutions)


ROWS: tuple[Reading, ...] = (
    Reading(
        "resonance",
        "Easing signals lit",
        "signals",
        PAGE,
        INPUTS,
        Part(signals, lambda work: work.count),
        "none",
        "crypto",
        "Of the five easing signals, those not known left aside, {value} are lit.",
        "{:.0f}",
    ),
)
