"""Tables about publishers: whose number is taken first, and how each one is named, linked and credited."""

from typing import NamedTuple

_VENUES = ("binance", "coinbase", "kraken", "okx", "bybit")
_INDICES = ("cboe", "yahoo", "fred")

ENTITY_ORDER: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("open", "high", "low", "close", "volume"), (*_VENUES, "yahoo")),
    **dict.fromkeys(("hour_open", "hour_high", "hour_low", "hour_close", "hour_volume"), _VENUES),
    **dict.fromkeys(("bar_open", "bar_high", "bar_low", "bar_close"), ("yahoo", "feed")),
    **dict.fromkeys(("level", "level_open", "level_high", "level_low"), _INDICES),
    "difficulty": ("bitcoin", "blockchain_info"),
    "hash_rate": ("bitcoin", "mempool", "coinmetrics", "blockchain_info"),
    "supply": ("bitcoin", "coinmetrics", "blockchain_info"),
    "fees": ("bitcoin", "blockchain_info"),
    "open_interest": ("all_venues", "bybit", "okx", "binance", "deribit"),
    "funding_rate": ("binance", "bybit", "deribit", "okx"),
    "liquidations_long": ("binance", "gate"),
    "liquidations_short": ("binance", "gate"),
    "holdings": ("strategy",),
    "cost_basis": ("strategy",),
}
"""Per measure, the entities in the order in which one is taken for a whole series where several publish it."""

INTERCHANGEABLE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("open", "high", "low", "close"), _VENUES),
    **dict.fromkeys(("hour_open", "hour_high", "hour_low", "hour_close"), _VENUES),
    **dict.fromkeys(("bar_open", "bar_high", "bar_low", "bar_close"), ("yahoo", "feed")),
    **dict.fromkeys(("level", "level_open", "level_high", "level_low"), _INDICES),
}
"""Per measure, entities that publish one and the same number within a hair: where one has no row, the next one's stands.

Bitcoin trades within some hundredths of a percent on these exchanges. Volumes, funding rates and open interest are each
venue's own, and estimates of the hash rate differ by a quarter: those are never put together.
"""

PARTS = ("net_flow",)
"""Measures whose entities are parts, each fund its own: whole only when every one has reported."""


class Publisher(NamedTuple):
    """How one publisher is printed.

    Parameters
    ----------
    name : str
        The name to print.
    link : str
        The page a reader can check.
    credit : str
        The attribution its terms ask for, or the terms in one sentence.
    """

    name: str
    link: str
    credit: str


_FARSIDE = Publisher(
    "Farside", "https://farside.co.uk/btc/", "Fund flows compiled by Farside Investors from issuers' reports."
)
_FARSIDE_ETHER = _FARSIDE._replace(link="https://farside.co.uk/eth/")
_COINGLASS = Publisher("CoinGlass", "https://www.coinglass.com/", "Data: CoinGlass; a link back is asked for.")

PUBLISHERS: dict[str, Publisher] = {
    "binance": Publisher(
        "Binance", "https://www.binance.com/en/markets", "Public market data of Binance; its API terms apply."
    ),
    "bybit": Publisher("Bybit", "https://www.bybit.com/en/markets/overview", "Public market data of Bybit."),
    "coinbase": Publisher(
        "Coinbase Exchange", "https://exchange.coinbase.com/", "Public market data of Coinbase Exchange; its terms apply."
    ),
    "kraken": Publisher("Kraken", "https://www.kraken.com/prices", "Public market data of Kraken."),
    "okx": Publisher("OKX", "https://www.okx.com/markets/prices", "Public market data of OKX; its API terms apply."),
    "gate": Publisher("Gate", "https://www.gate.com/futures", "Public market data of Gate; liquidations of one venue, sampled."),
    "mempool": Publisher(
        "mempool.space", "https://mempool.space/mining", "Estimated by mempool.space from recent blocks; open source."
    ),
    "blockchain_info": Publisher(
        "Blockchain.com", "https://www.blockchain.com/explorer/charts", "Blockchain.com Charts; attribution is asked for."
    ),
    "st_louis_fed": Publisher(
        "St. Louis Fed", "https://fred.stlouisfed.org/series/STLFSI4", "Federal Reserve Bank of St. Louis; public."
    ),
    "fred": Publisher(
        "FRED", "https://fred.stlouisfed.org/", "Retrieved from FRED, Federal Reserve Bank of St. Louis; owners' terms apply."
    ),
    "ecb": Publisher(
        "ECB", "https://data.ecb.europa.eu/data/datasets/CISS", "European Central Bank; free with the source named."
    ),
    "bitcoin": Publisher(
        "Bitcoin network", "https://mempool.space/mining", "Facts of the public Bitcoin block chain; free of rights."
    ),
    "cboe": Publisher(
        "Cboe",
        "https://www.cboe.com/tradable_products/vix/vix_historical_data/",
        "VIX is a trademark of Cboe Exchange, Inc.; index history as published by Cboe.",
    ),
    "cnn": Publisher("CNN", "https://edition.cnn.com/markets/fear-and-greed", "Fear & Greed Index by CNN Business."),
    "coinglass": _COINGLASS,
    "all_venues": _COINGLASS,
    "coinmetrics": Publisher(
        "Coin Metrics",
        "https://charts.coinmetrics.io/crypto-data/",
        "Coin Metrics community data, licensed CC BY-NC 4.0: not for commercial use.",
    ),
    "farside": _FARSIDE,
    "deribit": Publisher(
        "Deribit", "https://www.deribit.com/statistics/BTC/volatility-index", "Public market data of Deribit."
    ),
    "federal_reserve": Publisher(
        "Federal Reserve",
        "https://fred.stlouisfed.org/series/EFFR",
        "Federal Reserve data by way of FRED, Federal Reserve Bank of St. Louis; public domain.",
    ),
    "feed": Publisher(
        "Intraday feed",
        "https://finance.yahoo.com/quote/SPY/",
        "Five-minute bars as delivered by the market-data feed.",
    ),
    "coingecko": Publisher("CoinGecko", "https://www.coingecko.com/en/global-charts", "Data provided by CoinGecko."),
    "ofr": Publisher(
        "OFR",
        "https://www.financialresearch.gov/financial-stress-index/",
        "Office of Financial Research, U.S. Treasury; public domain.",
    ),
    "strategy": Publisher(
        "Strategy (SEC filings)",
        "https://www.strategy.com/purchases",
        "Form 8-K, 10-Q and 10-K filings with the U.S. Securities and Exchange Commission; public.",
    ),
    "yahoo": Publisher(
        "Yahoo Finance", "https://finance.yahoo.com/", "Quotes as shown by Yahoo Finance; for personal use."
    ),
    "alternative.me": Publisher(
        "alternative.me",
        "https://alternative.me/crypto/fear-and-greed-index/",
        "Crypto Fear & Greed Index by alternative.me; attribution beside the number is required.",
    ),
    "cambridge": Publisher(
        "Cambridge (CCAF)",
        "https://ccaf.io/cbnsi/cbeci",
        "Cambridge Bitcoin Electricity Consumption Index, Cambridge Centre for Alternative Finance.",
    ),
    **dict.fromkeys(("ARKB", "BITB", "BRRR", "BTC", "BTCO", "BTCW", "EZBC", "FBTC", "GBTC", "HODL", "IBIT"), _FARSIDE),
    **dict.fromkeys(("ETH", "ETHA", "ETHE", "ETHV", "ETHW", "EZET", "FETH", "QETH", "TETH"), _FARSIDE_ETHER),
}
"""Entity, as it stands in the tidy frame, to its publisher; a fund's flow is published by Farside."""

VIA: dict[tuple[str, str], Publisher] = {
    ("liquidations_long", "binance"): _COINGLASS._replace(name="Binance, via CoinGlass"),
    ("liquidations_short", "binance"): _COINGLASS._replace(name="Binance, via CoinGlass"),
}
"""(measure, entity) whose number reaches us through another publisher than the entity itself."""


BY_MEASURE: dict[str, Publisher] = {"net_flow": _FARSIDE}
"""Measure whose entities are names that come and go, such as funds, to the one who publishes them all."""


def publisher(entity: str, measure: str = "") -> Publisher:
    """Who to credit for an entity's number.

    Parameters
    ----------
    entity : str
        As in the tidy frame.
    measure : str
        Decides where an entity's measures come by different ways.

    Returns
    -------
    Publisher
        An entity without a row (a user's own import) is printed as it is written, with no link.
    """
    return (
        VIA.get((measure, entity))
        or PUBLISHERS.get(entity)
        or BY_MEASURE.get(measure)
        or Publisher(entity, "", "Imported by the operator of this board.")
    )
