"""The foot of a page: how old its numbers are, and what can be taken away from it: pictures, numbers, the page in one file."""

from collections.abc import Iterable, Mapping
from functools import cache, partial
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from components import attach, exports, links, picture, record, tiles
from components.exports import Facts, file_name

if TYPE_CHECKING:
    from components.frame import PageRow
    from data_sources.cached import View
    from indicators.readings import Value

SCRIPT = Path(__file__).with_name("take.js")
ROLES = {
    "ground": "backgroundColor",
    "text": "textColor",
    "gray": "grayTextColor",
    "line": "borderColor",
    "raised": "secondaryBackgroundColor",
    "stress": "orangeTextColor",
    "extreme": "redTextColor",
}
"""What the script calls a color, and the theme's option."""

ATTACHED = "This page in one file: it opens anywhere, without a server or a network, and prints."


def foot(row: "PageRow", view: "View", inputs: Iterable[tuple[str, str]]) -> None:
    """End a page: the ages of its inputs, and a row of buttons that hand out what stands on it.

    Pictures are made in the reader's browser, files on the server, and only once somebody asks for one.

    Parameters
    ----------
    row : PageRow
    view : View
    inputs : iterable of (measure, asset)
        What the page shows; none where it has said so itself.
    """
    wanted = tuple(inputs)
    sources = view.keep(("foot", row.name, wanted), lambda: view.ages(wanted))
    if sources:
        tiles.show(view.keep(("foot", row.name, wanted, "told"), lambda: tiles.ages(sources)))
    parts = record.end()
    publishers = tuple(dict.fromkeys(source.publisher for source in sources if source.publisher))
    arrived = view.board.arrived if view.asking is None else None  # without a day the board says what is known now
    facts = Facts(row.name, row.title, view.board.known, view.board.kind, publishers, arrived)
    figures = [part.figure for part in parts if part.figure is not None]
    drawn = [one for part in parts for one in (part.figure, part.numbers) if one is not None]
    offer = partial(st.download_button, on_click="ignore", type="tertiary")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="fl-take"):
        _tools()(key=f"take_{row.name}", data=told(facts, len(figures), links.of_page(row.name), view.values), width="content")
        if figures:
            name = partial(file_name, facts, part="page")
            offer("Numbers, CSV", partial(exports.as_csv, drawn, facts), name("csv"), "text/csv", key="take_csv")
            kind = "application/vnd.apache.parquet"
            offer("Parquet", partial(exports.as_parquet, drawn, facts), name("parquet"), kind, key="take_parquet")
        whole = partial(attach.document, parts, facts, row.question, [measure.lstrip("*") for measure, _ in wanted])
        offer("Attach", whole, file_name(facts, "html"), "text/html", key="take_html", help=ATTACHED)


def told(facts: Facts, figures: int, pinned: str = "", values: Mapping[str, "Value"] | None = None) -> dict[str, Any]:
    """What the script writes into a picture, both themes' colors, the address whose numbers' digest it asks for, and these numbers.

    A digest of other numbers than those shown, revised since or newer, is not put into a picture.
    """
    return {
        "page": facts.page,
        "title": facts.title,
        "as_of": facts.stamp,
        "when": facts.when,
        "board": facts.board,
        "publishers": exports.named(facts.publishers),
        "figures": figures,
        "pinned": pinned,
        "values": {name: value.value if isfinite(value.value) else None for name, value in (values or {}).items()},
        "themes": _themes(),
    }


@cache
def _themes() -> dict[str, dict[str, Any]]:
    return {
        theme: {name: picture.color(option, theme) for name, option in ROLES.items()}
        | {"series": list(st.get_option(f"theme.{theme}.chartCategoricalColors"))}
        for theme in (picture.DARK, picture.LIGHT)
    }


@cache
def _tools() -> Any:
    return st.components.v2.component(
        "faultline_take", html='<div class="fl-take-page"></div>', js=SCRIPT.read_text(encoding="utf-8"), isolate_styles=False
    )
