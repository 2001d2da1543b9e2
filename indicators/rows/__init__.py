"""The rows of the readings, one module per page, in page order."""

from indicators.row import Reading
from indicators.rows import (
    contagion,
    drawdowns,
    etf_flows,
    fear,
    leverage,
    options,
    overview,
    production_cost,
    rates,
    resonance,
    treasuries,
)

PAGES = (overview, resonance, production_cost, etf_flows, drawdowns, fear, contagion, leverage, options, treasuries, rates)

ROWS: tuple[Reading, ...] = tuple(row for page in PAGES for row in page.ROWS)
