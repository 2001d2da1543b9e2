"""The one table of quoted facts: name, value, unit, date, publisher, link; and where on the board each stands."""

from indicators.quote import Quote

ETHER_SUPPLY = "Ether in existence"
SPX_MARKET_VALUE = "Market value of the S&P 500"
MSTR_MARKET_VALUE = "Strategy's market value"
MSTR_PASSIVE = "Strategy's shares in passive hands"
MSCI_OUTFLOW = "Outflow from Strategy if MSCI drops it"
ALL_OUTFLOW = "Outflow from Strategy if other providers follow"

_FALL_SNAPSHOT = "S&P Dow Jones Indices, by way of Political Calculations"
_INDEX_RISK = ("JPMorgan, by way of CoinDesk", "https://www.aicoin.com/en/article/501637", "treasuries")
_RETAIL = ("JPMorgan, by way of Wallstreetcn", "https://longbridge.cn/news/266859125", "etf_flows")
_PERPETUALS = (
    "JPMorgan, by way of TraderZone",
    "https://traderzone.ai/en/news/crypto/jpmorgan-crypto-native-leverage-drove-sell-off-etfs-barely-flinched-2025-10-18",
    "leverage",
)
_EXPIRY = ("Greeks.live, by way of BlockBeats", "https://en.theblockbeats.news/flash/331497", "options")
_GATE = ("Gate Research", "", "options")
_COINGLASS = ("CoinGlass", "https://www.coinglass.com/LiquidationData", "leverage")
_MINERS = ("JPMorgan, by way of the press", "", "production_cost")
_FILING = ("Strategy, filing 8-K", "https://www.strategy.com/purchases", "treasuries")

_DERIBIT = (
    "Deribit, by way of CryptoPotato", "https://cryptopotato.com/will-markets-crash-further-when-2b-bitcoin-options-expire-today/",
    "options", "", "2026-02-06",
)
_COINDESK = ("CoinDesk, by way of RootData", "https://www.rootdata.com/news/527048", "options")
QUOTES: tuple[Quote, ...] = (
    Quote(
        SPX_MARKET_VALUE, 50.57e12, "USD", "2024-09-30", _FALL_SNAPSHOT,
        "https://seekingalpha.com/article/4724847-fall-2024-snapshot-of-sp500-market-cap", "drawdowns",
    ),
    Quote(
        SPX_MARKET_VALUE, 59.32e12, "USD", "2025-09-30", _FALL_SNAPSHOT,
        "https://politicalcalculations.blogspot.com/2025/10/fall-2025-snapshot-of-s-500s-market-cap.html", "drawdowns",
    ),
    Quote("Value erased within 80 minutes, US shares", 1.5e12, "USD", "2025-11-20", "the press", "", "drawdowns", "about"),
    Quote("Value erased in a day, all coins", 120e9, "USD", "2025-11-20", "Watcher Guru", "", "drawdowns", "about"),
    # Treasuries: who would have to sell Strategy.
    Quote(MSTR_MARKET_VALUE, 59e9, "USD", "2025-11-19", *_INDEX_RISK, "about", "2025-11-20"),
    Quote(
        MSTR_PASSIVE, 9e9, "USD", "2025-11-19", *_INDEX_RISK, "about", "2025-11-20",
        "Exchange-traded and mutual funds that track Nasdaq-100, MSCI USA, MSCI World and others.",
    ),
    Quote(MSCI_OUTFLOW, 2.8e9, "USD", "2025-11-19", *_INDEX_RISK, "about", "2025-11-20"),
    Quote(
        ALL_OUTFLOW, 8.8e9, "USD", "2025-11-19", *_INDEX_RISK, "up to", "2025-11-20",
        "Most read it as the total, 2.8 included; some add the two to 11.6 bn, more than the 9 bn in passive hands.",
    ),
    Quote(
        "Outflow from Strategy, the two added", 11e9, "USD", "2025-11-19", "JPMorgan, as xpool.eu read it",
        "https://xpool.eu/2025/11/20/financial-fallout-looming-as-msci-index-removal-may-cost-2-8-billion",
        "treasuries", "over", "2025-11-20", "2.8 + 8.8 = 11.6: the other reading of the same note.",
    ),
    Quote("Strategy's mNAV", 1.1, "multiple", "2025-11-24", "the press", "", "treasuries", "about"),
    Quote("Strategy's enterprise value", 63e9, "USD", "2026-01", "bitnewsbot", "", "treasuries", "just under"),
    Quote("Strategy's dollar reserve", 1.44e9, "USD", "2025-12-01", *_FILING),
    Quote("Strategy's dollar reserve", 2.25e9, "USD", "2026-01-05", *_FILING),
    Quote("Strategy's holdings", 713_502, "BTC", "2026-02-01", *_FILING, "", "2026-02-02"),
    Quote("Strategy's average cost", 76_052, "USD/BTC", "2026-02-01", *_FILING, "", "2026-02-02"),
    Quote("Value of Strategy's coins", 49.66e9, "USD", "2026-02-05", "the press", "", "treasuries"),
    Quote("Strategy's loss on paper", 4.6e9, "USD", "2026-02-05", "the press", "", "treasuries", "more than"),
    Quote(
        "Strategy's market value over its coins", 0.82, "multiple", "2026-02-04", "Protos",
        "https://protos.com/michael-saylor-missed-out-on-a-33-billion-profit-at-strategy/", "treasuries", "", "2026-02-05",
        "Shares alone, without debt and preferred stock.",
    ),
    # Flows: who bought what while coins were sold.
    Quote("Retail sales of spot BTC and ETH funds, month to date", 4e9, "USD", "2025-11-18", *_RETAIL, "about", "2025-11-21"),
    Quote("Net inflow of stock ETFs worldwide, month to date", 96e9, "USD", "2025-11-18", *_RETAIL, "", "2025-11-21"),
    Quote(
        "Net inflow of stock ETFs worldwide, the month's pace", 160e9, "USD", "2025-11", *_RETAIL, "about", "2025-11-21",
        "96 bn in 18 of 30 days.",
    ),
    Quote("Net inflow of leveraged stock ETFs, month to date", 7e9, "USD", "2025-11-18", *_RETAIL, "", "2025-11-21"),
    Quote(
        "Most contracts of a small trader's option order", 10, "contracts", "2025-11-21", "JPMorgan, by way of the press", "",
        "etf_flows", "fewer than", "", "By this cohort JPMorgan reads what retail does in stock options.",
    ),
    # Production cost.
    Quote("Production cost of bitcoin", 24_000, "USD/BTC", "2022-06", *_MINERS),
    Quote("Production cost of bitcoin", 13_000, "USD/BTC", "2022-07-13", *_MINERS),
    Quote("Production cost of bitcoin", 18_000, "USD/BTC", "2023-09-06", *_MINERS),
    Quote("Production cost of bitcoin", 45_000, "USD/BTC", "2024-05-16", *_MINERS),
    Quote(
        "Production cost of bitcoin", 94_000, "USD/BTC", "2025-11", *_RETAIL[:2], "production_cost", "about", "2025-11-21",
        "It says the price fell below for the first time since July 2020; our reckoning does not bear that out.",
    ),
    Quote("Production cost of bitcoin", 90_000, "USD/BTC", "2025-12", *_MINERS),
    Quote(
        "Production cost of bitcoin", 87_000, "USD/BTC", "2026-02-05", "Checkonchain, by way of CoinDesk", "", "production_cost",
        "about", "", "A regression of market value on difficulty: another model than JPMorgan's.",
    ),
    Quote("Production cost of bitcoin", 77_000, "USD/BTC", "2026-02", *_MINERS),
    # Leverage.
    Quote("Open perpetual futures, bitcoin, before the fall", 70e9, "USD", "2025-10-10", *_PERPETUALS, "about", "2025-10-18"),
    Quote(
        "Open perpetual futures, bitcoin, after it", 58e9, "USD", "2025-10-10", *_PERPETUALS, "about", "2025-10-18",
        "A fall of 17%.",
    ),
    Quote("Open perpetual futures, ether, before the fall", 28e9, "USD", "2025-10-10", *_PERPETUALS, "about", "2025-10-18"),
    Quote(
        "Open perpetual futures, ether, after it", 20e9, "USD", "2025-10-10", *_PERPETUALS, "19 to", "2025-10-18",
        "It says a fall of 35%; its own numbers give 29 to 32%.",
    ),
    Quote("Liquidations in a day, all venues", 19e9, "USD", "2025-10-10", *_COINGLASS, "more than", "2025-10-11"),
    Quote(
        "Liquidations within 14 hours", 9.89e9, "USD", "2025-10-10", "Amberdata", "", "leverage", "", "2025-10-11",
        "8.30 bn of it longs.",
    ),
    # Options.
    Quote("Max pain, options expiring on 6 Feb 2026", 80_000, "USD/BTC", "2026-02-06", *_EXPIRY),
    Quote("Options expiring on 6 Feb 2026", 33_000, "BTC", "2026-02-06", *_EXPIRY),
    Quote("Put/call ratio, options expiring on 6 Feb 2026", 0.54, "ratio", "2026-02-06", *_EXPIRY),
    Quote("Value of BTC options expiring on 6 Feb 2026", 2.1e9, "USD", "2026-02-06", *_EXPIRY, "about"),
    Quote("Implied volatility of bitcoin", 0.50, "fraction/year", "2026-02-05", *_GATE, "about"),
    Quote(
        "Implied volatility of bitcoin in its year", 0.817, "fraction", "2026-02-05", *_GATE, "", "",
        "Percentile; which series and which window is not said.",
    ),
    Quote(
        "Volume of bitcoin options on Bullish, quarter", 9e9, "USD", "2025-12", "Bullish", "", "options", "more than", "2026-02-05",
    ),
    Quote("Max pain, options expiring on 6 Feb 2026", 82_000, "USD/BTC", "2026-02-05", *_DERIBIT),
    Quote(
        "Put/call ratio, options expiring on 6 Feb 2026", 1.42, "ratio", "2026-02-05", *_DERIBIT,
        "Greeks.live gives 0.54 of the same expiry; which side is divided by which is not said.",
    ),
    Quote("Max pain, ether options expiring on 6 Feb 2026", 2_400, "USD/ETH", "2026-02-06", *_EXPIRY),
    Quote("Put/call ratio, ether options expiring on 6 Feb 2026", 0.91, "ratio", "2026-02-06", *_EXPIRY),
    Quote("DVOL rank of bitcoin, after a rise from 37 to 44", 36, "0–100", "2026-01-30", *_COINDESK),
    Quote(
        "DVOL percentile of bitcoin, after a rise from 37 to 44", 50, "0–100", "2026-01-30", *_COINDESK, "close to", "",
        "Of the same moment as the rank of 36: the one counts days, the other measures distance.",
    ),
    Quote(
        ETHER_SUPPLY, 120.52e6, "ETH", "2022-09-15", "ultrasound.money", "https://ultrasound.money/", "leverage", "", "",
        "At the Merge; the supply has stayed within about 1% of it since.",
    ),
    # Rates.
    Quote("Odds of a Fed cut in December 2025", 0.621, "fraction", "2025-11-13", "Jin10, from CME FedWatch", "", "rates"),
    Quote(
        "Odds of a Fed cut in December 2025", 0.70, "fraction", "2025-11-24", "Jin10, from CME FedWatch", "", "rates", "69% to", "",
        "Publishers differ on the levels of these days.",
    ),
    # Easing: weak hands.
    Quote(
        "Coins sold by long-term holders within 30 days", 815_000, "BTC", "2025-11-20", "CryptoQuant", "", "overview", "", "",
        "Gross spending, moves within exchanges included: not net sales.",
    ),
    Quote(
        "Coins sold by long-term holders within 30 days", 900_000, "BTC", "2025-11", "CryptoQuant, by way of CryptoCoinBizz",
        "https://cryptocoinbizz.com/2026/01/07/bitcoin-long-term-holder-selloff-flawed-by-exchange-transfers", "overview", "about",
        "2026-01-07", "November's peak, 1.55 million, less some 650,000 moved within Coinbase.",
    ),
    Quote(
        "Coins held by long-term holders", 14_302_998, "BTC", "2025-11-16", "Glassnode", "", "overview", "", "",
        "452,532 fewer than in July 2025.",
    ),
)
"""Every quoted fact of the board, by page."""
