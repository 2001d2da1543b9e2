"""Easing: which of the five signs that stress lets up are lit, since when, and what followed when they were lit before."""

from components import charts, easing_tables, frame, sentences, take, tiles, verdicts_resonance, zoom
from components import quotes as shown_quotes
from components.window import choose
from data_sources import cached
from indicators import aftermath, quotes
from indicators.events import EVENTS
from indicators.rows import resonance
from indicators.signals import starts

TILES = (
    "resonance", "btc_dvol", "btc_dvol_percentile_1y", "hash_ribbon", "hashprice", "oi_to_market_cap_btc", "btc_funding_apr",
    "btc_etf_flow_5d",
)
BY_SIGNAL = {
    "strong_hands": resonance.STRONG_HANDS, "volatility": resonance.VOLATILITY, "miners": resonance.MINERS,
    "leverage": resonance.LEVERAGE, "flows": resonance.FLOWS,
}  # fmt: skip

row = frame.enter("resonance")
window = choose(*cached.limits())
view = cached.view(window.as_of, window.known)
frame.notices(sentences.notices(view, cached.today(), window.as_of, window.known))
easing, close, as_of = view.work("resonance"), view.panels.series("close", "BTC"), view.board.as_of
sources = {name: view.ages(inputs) for name, inputs in BY_SIGNAL.items()}
tiles.show(tiles.verdict(row.question, verdicts_resonance.verdict(easing, as_of), "unknown"))
tiles.show(view.keep((row.name, "cards"), lambda: easing_tables.cards(easing, as_of, sources)))
tiles.show(view.keep((row.name, "tiles"), lambda: tiles.row(view.values, TILES, view.series)))


def figure() -> charts.Figure:
    """The price, what is lit, and what each signal looks at, over the window."""
    linked = charts.linked(easing_tables.panels(easing, close), window.start, window.end, EVENTS, stacked=True)
    return charts.footed(linked, sentences.oldest(view.ages(resonance.INPUTS)), window)


zoom.draw(view.keep((row.name, window.start, window.end), figure), row.name, charts.CONFIG)


def followed() -> str:
    """What bitcoin did after each signal was first lit, and after any day since it is known."""
    judged = {verdicts_resonance.TITLES[name]: signal.lit for name, signal in easing.signals.items()}
    judged["Three or more lit at once"] = easing.several
    rows = []
    for name, lit in judged.items():
        held, begun = lit[close.first_valid_index() :].dropna(), aftermath.merged(starts(lit))
        since = held.index[0] if len(held) else None
        base = aftermath.base_rate(close[since:] if len(held) else close.iloc[:0])
        rows.append(easing_tables.Followed(name, begun, since, aftermath.after(close, begun), base))
    return easing_tables.followed(rows, made=view.board.kind == "sample")


tiles.show(view.keep((row.name, "followed"), followed))
tiles.show(view.keep((row.name, "watched"), lambda: easing_tables.watched(easing, as_of, sources)))
held = [quote for quote in quotes.of_page("overview", as_of) if "long-term holders" in quote.name]
tiles.show(shown_quotes.table(held, view.series, "Strong hands, as others counted them"))
take.foot(row, view, resonance.INPUTS)
