"""Fear: the fear indices and implied volatility, each against its own year, percentile and rank told apart."""

from functools import partial

from components import charts, frame, sentences, take, tiles, verdicts, zoom
from components.charts import Line, Panel, levels
from components.window import choose
from data_sources import cached
from indicators import fear
from indicators.events import EVENTS

TILES = (
    "crypto_fear_greed", "equity_fear_greed", "vix", "vix_percentile_1y", "btc_dvol", "btc_dvol_percentile_1y", "btc_dvol_rank_1y",
)
INPUTS = (("fear_greed", "CRYPTO"), ("fear_greed", "US_EQUITY"), ("level", "VIX"), ("dvol", "BTC"))
TABLE = (
    ("crypto_fear_greed", "Crypto fear & greed", fear.CRYPTO_YEAR),
    ("equity_fear_greed", "US equity fear & greed", fear.EXCHANGE_YEAR),
    ("vix", "VIX", fear.EXCHANGE_YEAR),
    ("btc_dvol", "DVOL", fear.CRYPTO_YEAR),
)

row = frame.enter("fear")
window = choose(*cached.limits())
view = cached.view(window.as_of, window.known)
frame.notices(sentences.notices(view, cached.today(), window.as_of, window.known))
values, series = view.values, view.series
tiles.show(tiles.verdict(row.question, verdicts.fear(values), sentences.worst(values[name] for name in TILES)))
tiles.show(view.keep((row.name, "tiles"), partial(tiles.row, values, TILES, series)))


def figure() -> charts.Figure:
    """Indices, implied volatility, percentile and rank over the window."""
    line = partial(charts.of, series)
    vix_rank = view.keep("vix rank", partial(fear.rank_of_year, series["vix"], fear.EXCHANGE_YEAR))
    strips = (
        Panel(
            "How afraid is the crowd?", "0–100, low is fear",
            (line("crypto_fear_greed", name="crypto"), line("equity_fear_greed", "second", name="US equities")),
            levels("crypto_fear_greed"), height=170, limits=(0, 100),
        ),
        Panel("What do S&P options price?", "VIX, points", (line("vix", "second"),), levels("vix"), 130),
        Panel("What do bitcoin options price?", "DVOL, points", (line("btc_dvol"),), levels("btc_dvol"), 130),
        Panel(
            "On how many days was it lower? Percentile", "share of year",
            (line("vix_percentile_1y", "second", name="VIX percentile"), line("btc_dvol_percentile_1y", name="DVOL percentile")),
            levels("vix_percentile_1y"), height=120, tickformat=".0%", limits=(0, 1.02),
        ),
        Panel(
            "Where between the year's low and high? Rank", "share of range",
            (Line("VIX rank", vix_rank, "second", ".0%"), line("btc_dvol_rank_1y", name="DVOL rank")),
            height=120, tickformat=".0%",
        ),
    )
    linked = charts.linked(strips, window.start, window.end, EVENTS)
    return charts.footed(linked, sentences.oldest(view.ages(INPUTS)), window)


shown = view.keep((row.name, window.start, window.end), figure)
zoom.draw(shown, row.name, charts.CONFIG)


def standings() -> str:
    """Where each index stands on its last day; an index without a history is left out."""
    stood = ((name, fear.standing(series[reading], year)) for reading, name, year in TABLE)
    return tiles.table(
        (
            "How low, how high?", "now", "percentile, 1 year", "rank, 1 year", "percentile, all history", "since", "lowest ever",
            "on", "highest ever", "on",
        ),
        [sentences.standing(name, one) for name, one in stood if one is not None],
        caption="Percentile: how many days were lower. Rank: how far from the year's low to its high; over 100% is a new high.",
    )


tiles.show(view.keep("standings", standings))
take.foot(row, view, INPUTS)
