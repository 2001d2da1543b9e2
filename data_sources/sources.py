"""The table of sources: what each publisher can be asked, and in which order the board asks whom for what.

Adding a source is adding a row. Limits are the publishers' documented ones, kept well below; where none is documented,
the pace is a courtesy.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from types import ModuleType
from typing import Any

import pandas as pd

from data_sources import (
    alternative_me,
    binance,
    blockchain_info,
    bybit,
    cboe,
    cnn,
    coinbase,
    coingecko,
    deribit,
    ecb,
    farside,
    federal_reserve,
    gate,
    kraken,
    mempool,
    ofr,
    okx,
    strategy,
    yahoo,
)
from data_sources.calendars import DAY, HOUR
from data_sources.ledger import Pace
from data_sources.source import MINUTE, Need, Source

COINS = ("BTC", "ETH", "BNB", "SOL", "XRP", "DOGE", "ADA", "TRX", "LINK", "BCH", "LTC", "XLM")
PAIR = ("BTC", "ETH")
PRICES = ("open", "high", "low", "close", "volume")
HOURS = tuple(f"hour_{name}" for name in PRICES)
BARS = ("bar_open", "bar_high", "bar_low", "bar_close")
LEVELS = ("level", "level_open", "level_high", "level_low")
OPTION_MEASURES = (
    "put_call_oi", "put_call_volume_24h", "option_open_interest", "option_volume", "skew_25d",
    *(f"iv_{days}d" for days in deribit.TENORS),
)
MONTH_OF_HOURS = 30 * DAY
"""Hourly bars serve the last day's changes; 720 of them are what every exchange of the chain gives, Kraken at most."""
MENDED = 30 * DAY
"""How much of the days held is asked for again where that costs no further request: a gap of last week is mended."""

PACES: dict[str, Pace] = {
    "api.binance.com": Pace(600, 20),  # 6,000 weight a minute, a page of candles weighs 2
    "data-api.binance.vision": Pace(600, 20),  # the same
    "fapi.binance.com": Pace(90, 10),  # 500 and 1,000 in five minutes
    "api.exchange.coinbase.com": Pace(300, 5),  # 10 a second
    "api.kraken.com": Pace(50, 2),  # about 1 a second
    "www.okx.com": Pace(120, 1),  # 10 to 20 in two seconds, its statistics 5
    "api.bybit.com": Pace(600, 20),  # 600 in five seconds
    "query2.finance.yahoo.com": Pace(55, 4),  # undocumented; about 1 a second is left alone
    "www.deribit.com": Pace(240, 10),  # 20 a second
    "api.gateio.ws": Pace(300, 10),  # 200 in ten seconds
    "api.coingecko.com": Pace(5, 2),  # 5 to 15 a minute without a key
    "api.blockchain.info": Pace(5, 1),  # about 1 in ten seconds
    "mempool.space": Pace(10, 2),
    "api.alternative.me": Pace(30, 2),  # 60 a minute
    "farside.co.uk": Pace(6, 2),
    "production.dataviz.cnn.io": Pace(6, 1),
    "api.strategy.com": Pace(12, 2),
}


def _daily(name: str, publisher: str, host: str, fetch: Callable[..., Any], venue: ModuleType, **more: Any) -> Source:
    listed = tuple(coin for coin in COINS if coin in venue.SYMBOLS)
    usual: dict[str, Any] = {"first": "2013-01-01", "overlap": MENDED}
    return Source(name, publisher, host, PRICES, listed, fetch, venue.parse_daily, **(usual | more))


def _hourly(name: str, publisher: str, host: str, fetch: Callable[..., Any], venue: ModuleType) -> Source:
    listed = tuple(coin for coin in COINS if coin in venue.SYMBOLS)
    return Source(
        name, publisher, host, HOURS, listed, fetch, venue.parse_hourly,
        calendar="hourly", depth=MONTH_OF_HOURS, overlap=2 * DAY, patience=6 * HOUR,
    )


def _yahoo(name: str, assets: Sequence[str], measures: tuple[str, ...], calendar: str, first: str, **more: Any) -> Source:
    usual: dict[str, Any] = {"parse": yahoo.parse_daily, "overlap": MENDED}
    return Source(
        name, "yahoo", "query2.finance.yahoo.com", measures, tuple(assets), yahoo.fetch_daily,
        calendar=calendar, ready=30 * MINUTE, every=HOUR, first=first, patience=4 * DAY, **(usual | more),
    )


def _chart(measure: str) -> Source:
    return Source(
        f"blockchain_info_{measure}", "blockchain_info", "api.blockchain.info", (measure,), ("BTC",),
        getattr(blockchain_info, f"fetch_{measure}"), getattr(blockchain_info, f"parse_{measure}"),
        ready=36 * HOUR, every=6 * HOUR, first="2009-01-03", overlap=7 * DAY, patience=(20 if measure == "difficulty" else 4) * DAY,
        calendar="whenever" if measure == "difficulty" else "daily",
    )


def _fred(name: str, assets: tuple[str, ...]) -> Source:
    return Source(
        name, "fred", "fred.stlouisfed.org", ("level",), assets, federal_reserve.fetch_indices, federal_reserve.parse_indices,
        calendar="New York", ready=4 * DAY, every=6 * HOUR, first="1971-02-05", overlap=10 * DAY, patience=7 * DAY,
    )


VENUES = (
    _daily("binance_daily", "binance", "api.binance.com", binance.fetch_daily, binance),
    _daily("binance_mirror_daily", "binance", "data-api.binance.vision", binance.fetch_daily_mirror, binance),
    _daily("coinbase_daily", "coinbase", "api.exchange.coinbase.com", coinbase.fetch_daily, coinbase),
    _daily("kraken_daily", "kraken", "api.kraken.com", kraken.fetch_daily, kraken, depth=720 * DAY),
    _daily("okx_daily", "okx", "www.okx.com", okx.fetch_daily, okx),
    _daily("bybit_daily", "bybit", "api.bybit.com", bybit.fetch_daily, bybit),
)
VENUES_HOURLY = (
    _hourly("binance_hourly", "binance", "api.binance.com", binance.fetch_hourly, binance),
    _hourly("binance_mirror_hourly", "binance", "data-api.binance.vision", binance.fetch_hourly_mirror, binance),
    _hourly("coinbase_hourly", "coinbase", "api.exchange.coinbase.com", coinbase.fetch_hourly, coinbase),
    _hourly("kraken_hourly", "kraken", "api.kraken.com", kraken.fetch_hourly, kraken),
    _hourly("okx_hourly", "okx", "www.okx.com", okx.fetch_hourly, okx),
    _hourly("bybit_hourly", "bybit", "api.bybit.com", bybit.fetch_hourly, bybit),
)
FUNDING = (
    Source(
        "binance_funding", "binance", "fapi.binance.com", ("funding_rate",), PAIR, binance.fetch_funding, binance.parse_funding,
        ready=15 * MINUTE, first="2019-09-10",
    ),
    Source(
        "bybit_funding", "bybit", "api.bybit.com", ("funding_rate",), PAIR, bybit.fetch_funding, bybit.parse_funding,
        ready=15 * MINUTE, first="2020-03-25",
    ),
    Source(
        "deribit_funding", "deribit", "www.deribit.com", ("funding_rate",), PAIR, deribit.fetch_funding, deribit.parse_funding,
        ready=HOUR, first="2019-05-01",
    ),
    Source(
        "okx_funding", "okx", "www.okx.com", ("funding_rate",), PAIR, okx.fetch_funding, okx.parse_funding,
        ready=15 * MINUTE, depth=90 * DAY,
    ),
)
OPEN_INTEREST = {
    "Binance": Source(
        "binance_open_interest", "binance", "fapi.binance.com", ("open_interest",), PAIR,
        binance.fetch_open_interest, binance.parse_open_interest, ready=30 * MINUTE, depth=29 * DAY,
    ),
    "Bybit": Source(
        "bybit_open_interest", "bybit", "api.bybit.com", ("open_interest",), PAIR,
        bybit.fetch_open_interest, bybit.parse_open_interest, ready=30 * MINUTE, first="2020-07-20",
    ),
    "OKX": Source(
        "okx_open_interest", "okx", "www.okx.com", ("open_interest",), PAIR, okx.fetch_open_interest, okx.parse_open_interest,
        ready=HOUR, depth=1440 * DAY,
    ),
    "Deribit": Source(
        "deribit_open_interest", "deribit", "www.deribit.com", ("open_interest",), PAIR,
        deribit.fetch_open_interest, deribit.parse_open_interest, calendar="whenever", every=HOUR, snapshot=True,
    ),
}
LIQUIDATIONS = Source(
    "gate_liquidations", "gate", "api.gateio.ws", ("liquidations_long", "liquidations_short"), PAIR,
    gate.fetch_liquidations, gate.parse_liquidations, ready=30 * MINUTE, first="2020-01-01",
)
DVOL = Source(
    "deribit_dvol", "deribit", "www.deribit.com", ("dvol",), PAIR, deribit.fetch_dvol, deribit.parse_dvol,
    ready=10 * MINUTE, first="2021-03-24",
)
OPTIONS = Source(
    "deribit_options", "deribit", "www.deribit.com", OPTION_MEASURES, PAIR, deribit.fetch_options, deribit.parse_options,
    calendar="whenever", every=HOUR, snapshot=True, keeps=True,
)
VIX = Source(
    "cboe_indices", "cboe", "cdn.cboe.com", LEVELS, ("VIX", "VIX9D", "VIX3M", "VVIX", "SKEW"), cboe.fetch_index, cboe.parse_index,
    calendar="New York", ready=6 * HOUR, every=HOUR, first="1990-01-02", overlap=7 * DAY, patience=4 * DAY,
)
RATES = Source(
    "fred_rates", "federal_reserve", "fred.stlouisfed.org", ("fed_target_upper", "fed_target_lower", "effr"), ("USD",),
    federal_reserve.fetch_rates, federal_reserve.parse_rates,
    calendar="New York", ready=4 * DAY, every=6 * HOUR, first="2000-07-03", overlap=10 * DAY, patience=7 * DAY,
)
ST_LOUIS = Source(
    "fred_stress", "st_louis_fed", "fred.stlouisfed.org", ("stlfsi",), ("US",),
    federal_reserve.fetch_stress, federal_reserve.parse_stress,
    calendar="fridays", ready=7 * DAY, every=12 * HOUR, first="1993-12-31", overlap=40 * DAY, patience=14 * DAY,
)
MEETINGS = Source(
    "fomc_calendar", "federal_reserve", "www.federalreserve.gov", ("fomc_meeting", "fomc_days_ahead"), ("FOMC",),
    federal_reserve.fetch_calendar, federal_reserve.parse_calendar, calendar="whenever", every=DAY, snapshot=True,
    covers=("FOMC", *(f"FOMC{place}" for place in range(1, 9))),
)
OFR = Source(
    "ofr_stress", "ofr", "www.financialresearch.gov", ("ofr_fsi",), ("GLOBAL",), ofr.fetch_stress, ofr.parse_stress,
    calendar="New York", ready=5 * DAY, every=6 * HOUR, first="2000-01-03", overlap=14 * DAY, patience=7 * DAY,
)
CISS = Source(
    "ecb_ciss", "ecb", "data-api.ecb.europa.eu", ("ciss",), ("EURO_AREA",), ecb.fetch_ciss, ecb.parse_ciss,
    calendar="Frankfurt", ready=5 * DAY, every=6 * HOUR, first="1980-01-03", overlap=14 * DAY, patience=7 * DAY,
)
CRYPTO_FEAR = Source(
    "alternative_me_index", "alternative.me", "api.alternative.me", ("fear_greed",), ("CRYPTO",),
    alternative_me.fetch_index, alternative_me.parse_index, ready=30 * MINUTE, first="2018-02-01", snapshot=True,
)
EQUITY_FEAR = Source(
    "cnn_index", "cnn", "production.dataviz.cnn.io", ("fear_greed", "put_call_volume", "high_yield_spread"), ("US_EQUITY",),
    cnn.fetch_index, cnn.parse_index, calendar="New York", ready=8 * HOUR, every=6 * HOUR, first="2021-02-01",
    overlap=14 * DAY, patience=4 * DAY, covers=("US_EQUITY", "US"),
)
FLOWS = Source(
    "farside_flows", "farside", "farside.co.uk", ("net_flow",), PAIR, farside.fetch_flows, farside.parse_flows,
    calendar="New York", ready=12 * HOUR, every=3 * HOUR, first="2024-01-11", overlap=7 * DAY, patience=4 * DAY,
)
MINING = Source(
    "mempool_mining", "mempool", "mempool.space", ("hash_rate", "difficulty"), ("BTC",), mempool.fetch_mining, mempool.parse_mining,
    ready=6 * HOUR, every=HOUR, first="2009-01-03", overlap=20 * DAY,
)
MARKET = Source(
    "coingecko_global", "coingecko", "api.coingecko.com", ("market_cap",), ("CRYPTO",),
    coingecko.fetch_global, coingecko.parse_global, calendar="whenever", every=HOUR, snapshot=True,
)
CAPS = Source(
    "coingecko_caps", "coingecko", "api.coingecko.com", ("market_cap",), ("COINS",), coingecko.fetch_caps, coingecko.parse_caps,
    calendar="whenever", every=HOUR, snapshot=True, covers=COINS,
)
TREASURY = Source(
    "strategy_kpis", "strategy", "api.strategy.com", ("holdings", "shares_outstanding", "debt", "preferred", "cash"), ("MSTR",),
    strategy.fetch_kpis, strategy.parse_kpis, calendar="whenever", every=12 * HOUR, snapshot=True, patience=10 * DAY,
)
BARS_5M = Source(
    "yahoo_bars", "yahoo", "query2.finance.yahoo.com", BARS, ("SPY", "QQQ"), yahoo.fetch_bars, yahoo.parse_bars,
    calendar="New York, five minutes", ready=20 * MINUTE, depth=58 * DAY, overlap=DAY, patience=DAY,
)


@lru_cache(maxsize=2)
def _needs(month: str) -> tuple[Need, ...]:
    contracts = tuple(yahoo.contracts(pd.Timestamp(month, tz="UTC"), back=3))
    fed_funds = Source(
        "yahoo_fed_funds", "yahoo", "query2.finance.yahoo.com", ("futures_price",), contracts, yahoo.fetch_fed_funds,
        yahoo.parse_fed_funds, calendar="whenever", every=12 * HOUR, first="2022-01-03", overlap=7 * DAY, patience=400 * DAY,
    )
    shares = _yahoo("yahoo_shares", tuple(yahoo.SHARES), PRICES, "New York", "1999-03-10", overlap=yahoo.CLOSES["overlap"])
    indices = _yahoo("yahoo_indices", ("SPX", "IXIC", "NDX", "DXY"), LEVELS, "New York", "1971-01-04")
    vix = _yahoo("yahoo_vix", ("VIX",), LEVELS, "New York", "1990-01-02")
    return (
        Need("Coins, daily", VENUES, witness=True),
        Need("Coins, hourly", VENUES_HOURLY),
        Need("US indices", (indices, _fred("fred_indices", ("SPX", "IXIC"))), witness=True),
        Need("Hong Kong", (_yahoo("yahoo_hong_kong", ("HSI",), LEVELS, "Hong Kong", "1987-01-02"),)),
        Need("Mainland China", (_yahoo("yahoo_shanghai", ("CSI300", "SSEC"), LEVELS, "Shanghai", "1997-07-02"),)),
        Need("Shares and funds", (shares,)),
        Need("Basket shares", (_yahoo("yahoo_baskets", (*yahoo.BASKETS,), ("close",), "New York", "2018-01-02", **yahoo.CLOSES),)),
        Need("Five-minute bars", (BARS_5M,)),
        Need("Volatility indices", (VIX, vix, _fred("fred_vix", ("VIX",))), witness=True),
        Need("Implied volatility of coins", (DVOL,)),
        Need("Options on coins", (OPTIONS,)),
        Need("ETF flows", (FLOWS,)),
        Need("Crypto fear & greed", (CRYPTO_FEAR,)),
        Need("US equity fear & greed", (EQUITY_FEAR,)),
        Need("Hash rate", (MINING, _chart("hash_rate")), only=("hash_rate",)),
        Need("Difficulty", (MINING, _chart("difficulty")), only=("difficulty",)),
        Need("Miners' revenue", (_chart("miners_revenue"),)),
        Need("Fees", (_chart("fees"),)),
        Need("Supply", (_chart("supply"),)),
        Need("Funding rates", FUNDING),
        *(Need(f"Open interest, {venue}", (source,)) for venue, source in OPEN_INTEREST.items()),
        Need("Liquidations", (LIQUIDATIONS,)),
        Need("Market value of all coins", (MARKET,)),
        Need("Market value by coin", (CAPS,)),
        Need("Strategy", (TREASURY,)),
        Need("Fed funds futures", (fed_funds,)),
        Need("Fed funds rate", (RATES,)),
        Need("FOMC meetings", (MEETINGS,)),
        Need("OFR stress index", (OFR,)),
        Need("ECB stress index", (CISS,)),
        Need("St. Louis stress index", (ST_LOUIS,)),
    )


def needs(now: pd.Timestamp, only: frozenset[str] = frozenset(), never: frozenset[str] = frozenset()) -> tuple[Need, ...]:
    """Everything the board asks for, as of a moment: contracts on the fed funds rate come and go.

    Parameters
    ----------
    now : Timestamp
    only, never : set of str
        Sources or publishers to keep to, and to leave out; ``only`` empty means all.
    """

    def wanted(source: Source) -> bool:
        names = {source.name, source.publisher}
        return (not only or bool(names & only)) and not names & never

    kept = ((need, tuple(filter(wanted, need.sources))) for need in _needs(f"{now:%Y-%m}"))
    return tuple(Need(need.name, chain, need.witness, need.only) for need, chain in kept if chain)
