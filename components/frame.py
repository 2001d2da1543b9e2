"""The list of pages, and the way into one."""

from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from components import keys, record

BOARD = "Faultline"
ENTERED = "entered"
"""Session key: app.py has run the menu in this session."""
SHOWN = "page_shown"
"""Session key: name of the page on the screen."""


@dataclass(frozen=True)
class PageRow:
    """One page of the board: its file's name, its title in the menu and its question."""

    name: str
    title: str
    question: str


PAGES: tuple[PageRow, ...] = (
    PageRow("overview", "Overview", "Is there stress, how much, where does it come from, what changed since yesterday?"),
    PageRow("production_cost", "Production cost", "What does a coin cost to make, and who is under water?"),
    PageRow("etf_flows", "ETF flows", "Who is selling, for how many days, and how does the month compare?"),
    PageRow("drawdowns", "Drawdowns", "How far from the peak are stocks and coins, and how fast was the worst fall?"),
    PageRow("fear", "Fear", "What do the fear indices and implied volatility say, against their own year?"),
    PageRow("contagion", "Contagion", "Does BNB (and who else) fall with bitcoin; who sends stress, who receives it?"),
    PageRow("leverage", "Leverage", "Who is levered, what does it cost, and who has been forced out?"),
    PageRow("options", "Options", "Who pays for insurance, how much, and where does it hurt?"),
    PageRow("treasuries", "Treasuries", "When would Strategy have to sell, and who would have to sell Strategy?"),
    PageRow("rates", "Rates", "What is the Fed expected to do, and how did that change?"),
    PageRow("resonance", "Easing", "Which easing signals are lit, since when, and what followed in the past?"),
    PageRow("analogues", "Analogues", "When was it like this before, and what followed?"),
    PageRow("note", "Note", "What is there to say this morning?"),
    PageRow("sources", "Sources", "Is every number as new as it should be, and if not, why?"),
)
BY_NAME = {row.name: row for row in PAGES}


def file_of(name: str) -> str:
    """Name the script of a page, as ``st.page_link`` and ``st.navigation`` want it."""
    return f"pages/{name}.py"


ICON = Path(__file__).with_name("icon.png")
STYLE = Path(__file__).with_name("style.css")
VARIABLES = {
    "text": "textColor",
    "gray": "grayTextColor",
    "line": "borderColor",
    "raised": "secondaryBackgroundColor",
    "stress": "orangeTextColor",
    "stress-behind": "orangeBackgroundColor",
    "extreme": "redTextColor",
    "extreme-behind": "redBackgroundColor",
    "calm": "greenTextColor",
    "series": "primaryColor",
}
"""CSS variable of the style sheet and the theme's option that fills it, for dark and for light."""


def run() -> None:
    """Configure the browser page, draw the menu and run the page that the address asks for."""
    page = _menu()
    st.set_page_config(page_title=f"{page.title} · {BOARD}", page_icon=ICON, layout="wide")
    st.session_state[ENTERED] = True
    page.run()


def enter(name: str) -> PageRow:
    """Open a page: put the style sheet in place and return the page's row.

    A folder named ``pages/`` puts the server in its old multipage mode until ``st.navigation`` has run once in the
    process: a bookmark opened first after a restart would arrive without menu and title. Running the menu here and
    starting over mends it.
    """
    if not st.session_state.get(ENTERED):
        st.session_state[ENTERED] = True
        _menu()
        st.rerun()
    record.begin()
    embedded = bool(st.context.is_embedded)
    st.html(_style(embedded))
    st.session_state[SHOWN] = name
    if not embedded:
        asked = keys.listen((row.name, row.title) for row in PAGES)
        if asked is not None and asked != name:
            st.switch_page(file_of(asked))
    return BY_NAME[name]


def notices(lines: list[tuple[str, str]]) -> None:
    """Say what holds for the whole page, above everything else; each line is its kind and its sentence."""
    for kind, line in lines:
        told = f'<p class="fl-notice fl-{escape(kind)}" role="status">{escape(line)}</p>'
        record.html(told)
        st.html(told)


def _menu() -> Page:
    return st.navigation(
        [st.Page(file_of(row.name), title=row.title, url_path=row.name, default=row is PAGES[0]) for row in PAGES],
        position="top",
    )


@cache
def _style(embedded: bool) -> str:
    """Build the style sheet once: the rules of style.css under the theme's colors, one for light and one for dark.

    In another page's frame there is no menu, and no room for one.
    """
    pairs = (
        f"--fl-{name}: light-dark({st.get_option(f'theme.light.{option}')}, {st.get_option(f'theme.dark.{option}')});"
        for name, option in VARIABLES.items()
    )
    room = ".stApp .stMainBlockContainer { padding-top: 0.8rem; } .stApp .stAppHeader { display: none; }" if embedded else ""
    return f"<style>.stApp {{ {' '.join(pairs)} }}\n{STYLE.read_text(encoding='utf-8')}{room}</style>"
