"""The rows of the readings, one module per page, in page order."""

from indicators.row import Reading
from indicators.rows import contagion, drawdowns, etf_flows, fear, leverage, production_cost, treasuries

ROWS: tuple[Reading, ...] = tuple(
    row for page in (production_cost, etf_flows, drawdowns, fear, contagion, leverage, treasuries) for row in page.ROWS
)
