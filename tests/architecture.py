"""Who may import whom, and what else nobody writes: the tables that the house rules are tested by."""

PACKAGES = ("app", "routes", "pages", "components", "data_sources", "indicators", "notes", "measures")

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "app": ("components.frame", "data_sources.cached", "notes.schedule", "routes"),
    "routes": ("routes", "components", "indicators", "notes", "data_sources.cached", "data_sources.errors"),
    "pages": ("components", "indicators", "notes", "data_sources.cached", "data_sources.contract"),
    "components": ("components", "measures", "indicators.readings", "indicators.events"),
    "data_sources": ("data_sources", "measures"),
    "indicators": ("indicators",),
    "notes": (
        "notes", "indicators", "components.charts", "components.sentences", "components.picture", "components.stress_figures",
        "components.verdicts", "components.verdicts_overview", "data_sources.contract", "data_sources.pins",
    ),
    "measures": (),
}
"""Our own modules that each part may import; a name covers what is below it."""

NEVER_IMPORTS: dict[str, tuple[str, ...]] = {
    "pages": ("plotly", "requests", "sqlalchemy"),
    "data_sources": ("streamlit", "plotly"),
    "indicators": ("os", "time", "socket", "http", "urllib", "logging", "subprocess"),
}
NUMERIC = {"numpy", "pandas", "scipy", "statsmodels"}
"""The only libraries of others in indicators."""

EXCEPTIONS: dict[tuple[str, str], str] = {
    ("data_sources/cached.py", "streamlit"): "",
    ("notes/__main__.py", "data_sources.load"): "0002",
    ("notes/__main__.py", "data_sources.errors"): "0002",
    ("notes/desk.py", "data_sources.load"): "0002",
    ("notes/desk.py", "data_sources.views"): "0002",
    ("notes/desk.py", "data_sources.feeds"): "0002",
    ("notes/desk.py", "data_sources.settings"): "0002",
    ("notes/archive.py", "data_sources.errors"): "0002",
    ("notes/archive.py", "data_sources.load"): "0002",
    ("notes/archive.py", "data_sources.store"): "0002",
    ("notes/schedule.py", "data_sources.errors"): "0002",
    ("notes/schedule.py", "data_sources.ledger"): "0002",
    ("notes/schedule.py", "data_sources.load"): "0002",
    ("notes/schedule.py", "data_sources.settings"): "0002",
    ("data_sources/views.py", "indicators.readings"): "0003",
    ("app.py", "components.assets"): "0005",
}
"""(file, import) that the tables above would refuse, and the number of the decision record that allows it.

The one without a number stands in the rule itself: cached.py is where data meets Streamlit's caches.
"""

PINNED_WITHOUT_IMPORT = {
    "ccxt": "the one client of the exchanges, chosen by the owner",
    "yfinance": "the client of Yahoo's quotes, chosen by the owner",
    "plotly": "st.plotly_chart draws with it",
    "psycopg": "SQLAlchemy loads it when STRESS_DATABASE_URL names PostgreSQL",
}
