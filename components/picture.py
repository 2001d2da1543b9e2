"""A figure outside of Streamlit: with the colors of a theme in it, for a file, a printer or another page."""

import json
from typing import Any

import streamlit as st
from streamlit.elements.lib import streamlit_plotly_theme as placeholder

from components.marks import Figure

DARK, LIGHT = "dark", "light"
FONT = "'Source Sans', 'Source Sans 3', 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
"""Streamlit's own font where it is there; elsewhere the nearest that a machine has."""
SIZE = 10.5
"""Pixels of a figure's small text, as Streamlit sets it under the theme's base size."""


def color(option: str, theme: str) -> str:
    """Read one color of a theme: ``color("textColor", "light")``."""
    return str(st.get_option(f"theme.{theme}.{option}"))


def themed(figure: Figure, theme: str) -> dict[str, Any]:
    """Give a figure as plain data and layout, with a theme's colors where Streamlit's browser side would put them.

    Parameters
    ----------
    figure : Figure
    theme : {"dark", "light"}

    Returns
    -------
    dict
        ``data`` and ``layout`` as Plotly takes them; JSON can hold it. The figure itself stays as it is.
    """
    spec = figure.to_dict()
    layout = {name: part for name, part in spec["layout"].items() if name != "template"}
    written = json.dumps({"data": list(spec["data"]), "layout": layout})
    for told, real in _colors(theme).items():
        written = written.replace(told, real)
    plain: dict[str, Any] = json.loads(written)
    plain["layout"]["template"] = {"layout": _base(theme), "data": {"scatter": [{"marker": {"line": {"width": 0}}}]}}
    return plain


def _colors(theme: str) -> dict[str, str]:
    """What Streamlit writes for a color, and the color."""
    series = st.get_option(f"theme.{theme}.chartCategoricalColors")
    named = {getattr(placeholder, f"CATEGORY_{at}"): str(one) for at, one in enumerate(series)}
    return named | {
        placeholder.BG_COLOR: color("backgroundColor", theme),
        placeholder.BG_MIX: color("secondaryBackgroundColor", theme),
        placeholder.GRAY_70: color("grayTextColor", theme),
        placeholder.GRAY_90: color("textColor", theme),
        placeholder.FADED_TEXT_05: color("borderColor", theme),
    }


def _base(theme: str) -> dict[str, Any]:
    """Lay out what figures leave to Streamlit: ground, grid, and the size and color of small text."""
    ground, line, gray = (color(name, theme) for name in ("backgroundColor", "borderColor", "grayTextColor"))
    font = {"color": gray, "family": FONT, "size": SIZE}
    axis = {"gridcolor": line, "zerolinecolor": line, "tickcolor": line, "tickfont": font, "automargin": True}
    return {
        "font": font,
        "paper_bgcolor": ground,
        "plot_bgcolor": ground,
        "colorway": list(st.get_option(f"theme.{theme}.chartCategoricalColors")),
        "margin": {"pad": 7, "l": 0, "r": 0},
        "xaxis": axis | {"showgrid": False, "zeroline": False},
        "yaxis": axis | {"ticklabelposition": "outside"},
        "hoverlabel": {"bgcolor": ground, "bordercolor": line, "font": font},
    }
