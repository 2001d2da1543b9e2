"""A page of the board in one file: what stood on it, its figures alive, its glossary, and nothing that a network would give."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from components import charts, frame, network, picture, sentences
from components.exports import Facts
from components.marks import Figure
from components.panels import SERIES
from components.record import Part
from indicators.readings import READINGS
from measures import MEASURES

STYLE = Path(__file__).with_name("style.css")
VARIABLES = frame.VARIABLES | {"ground": "backgroundColor"}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:; font-src data:"
"""The file asks nobody for anything, and a browser holds it to that."""
PRINTED = 900
"""Pixels across of a figure on paper: as many as can still be read on a page; more where it is so high that it would be narrow."""
ACROSS, HIGHEST = 188, 162
"""Millimeters that a sheet has across, and those that a figure may be high: with two rows of tiles above it."""
LETTERS = Path(st.__file__).parent / "static" / "static" / "media"
"""Streamlit's own font, for which the figures are set; where a version keeps it elsewhere the machine's font has to do."""
SHEET = """
:root { color-scheme: light dark; font-size: 14px; }
body { margin: 0 auto; padding: 18px 22px; max-width: 1560px; background: var(--fl-ground); color: var(--fl-text);
  font: 1rem/1.5 FONT; display: flex; flex-direction: column; gap: 9px; }
body p { margin: 0; }
.fl-head { display: flex; justify-content: space-between; flex-wrap: wrap; gap: 4px 20px; color: var(--fl-gray); }
.fl-head h1 { font-size: 1.5rem; line-height: 1.2; margin: 0; color: var(--fl-text); }
.fl-figure img { display: none; }
.fl-net-place { width: 100%; }
.fl-scroll { mask-image: none !important; }
.fl-stamp { position: fixed; inset: 0; display: grid; place-items: center; pointer-events: none; z-index: 9; }
.fl-stamp b { font-size: 15vmin; transform: rotate(-16deg); color: var(--fl-stress); opacity: 0.13; white-space: nowrap; }
dl { margin: 0; display: grid; grid-template-columns: minmax(9rem, 15rem) 1fr; gap: 3px 18px; font-size: 0.86rem; }
dt { font-weight: 600; }
dd { margin: 0; color: var(--fl-gray); }
a { color: inherit; }
@media (max-width: 640px) { body { padding: 10px; } dl { grid-template-columns: 1fr; } }
@page { margin: 11mm; }
@media print {
  :root { color-scheme: light; font-size: 10px; }
  body { padding: 0; max-width: none; display: block;
    print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body > * { margin-bottom: 7px !important; }
  .fl-figure .fl-live { display: none; }
  .fl-figure img { display: block; margin: 0 auto; max-width: 100%; max-height: HIGHESTmm; }
  .fl-morning + .fl-figure img { max-height: 62mm; }
  .fl-morning:has(+ .fl-figure) { break-inside: avoid; break-after: avoid; }
  .fl-net-root { max-width: 430px; }
  .fl-net-root > button { display: none; }
  .fl-tile, tr, .fl-figure, .fl-net-place, .fl-signal, .fl-changes li, dt, dd, .fl-stress-now { break-inside: avoid; }
  .fl-caption, dt { break-after: avoid; }
  .fl-tiles { grid-template-columns: repeat(8, minmax(0, 1fr)); gap: 4px; }
  .fl-tile { padding: 4px 5px; }
  .fl-change { white-space: normal; }
  .fl-label { flex-wrap: wrap; }
  .fl-value { font-size: 1.25rem; }
  .fl-scroll { overflow: visible; }
  .fl-table td, .fl-table th { white-space: normal; padding: 2px 5px; }
  .fl-table td.fl-num { white-space: nowrap; }
  .fl-head { font-size: 0.9rem; }
  .fl-chip, .fl-chip.fl-feed-late, .fl-chip[class*="fl-feed"] { padding: 0 3px; line-height: 1.3; }
  .fl-age { line-height: 1.45; }
  dl { display: block; columns: 2; column-gap: 16px; font-size: 0.76rem; line-height: 1.3; break-inside: avoid; }
  dt, dd { display: inline; }
  dt::after { content: " "; }
  dd::after { content: "\\A"; white-space: pre; }
  a { text-decoration: none; }
}
"""
SCRIPT = """
const dark = matchMedia("(prefers-color-scheme: dark)");
const figures = JSON.parse(document.getElementById("figures").textContent);
const quiet = { displaylogo: false, showSendToCloud: false }; // what is attached offers to send itself to nobody
const config = { ...quiet, responsive: true, doubleClick: "reset", modeBarButtonsToRemove: REMOVED };
const copy = (one) => JSON.parse(JSON.stringify(one));
const draw = () => document.querySelectorAll(".fl-live").forEach((place, at) => {
  const shown = copy(figures[at][dark.matches ? "dark" : "light"]);
  Plotly.react(place, shown.data, shown.layout, config);
});
dark.addEventListener("change", draw);
draw();
// Paper is light and has a width of its own: what is printed is drawn once, ahead.
document.querySelectorAll(".fl-figure img").forEach(async (image, at) => {
  const paper = copy(figures[at].light);
  const { height } = paper.layout;
  const width = Math.max(PRINTED, Math.round((height * ACROSS) / HIGHEST));
  const asked = { format: "svg", imageDataOnly: true, width, height };
  const drawn = await Plotly.toImage(paper, asked);
  const letters = `<style>${document.getElementById("letters").textContent}</style>`;
  image.src = "data:image/svg+xml," + encodeURIComponent(drawn.replace(/>/, `>${letters}`));
});
"""

NETWORKS = """
const drawings = JSON.parse(document.getElementById("networks").textContent);
document.querySelectorAll(".fl-net-place").forEach((parentElement, at) => {
  draws({ data: drawings[at], parentElement, setTriggerValue: () => {} });
});
"""
"""What a reader clicks on is told to nobody: no server follows."""
EXPORTED = "export default function ("
"""How the script of the network hands itself to Streamlit; in the file nobody imports it."""


def document(parts: Sequence[Part], facts: Facts, question: str, measures: Iterable[str] = ()) -> bytes:
    """Write a page as one HTML file that needs nothing else.

    Parameters
    ----------
    parts : sequence of Part
        What stood on the page, in order, as `record` has it.
    facts : Facts
    question : str
        The page's, for the glossary's head and the file's description.
    measures : iterable of str
        Keys of MEASURES that the page's inputs have.

    Returns
    -------
    bytes
        UTF-8. Written HTML is taken as it is: whoever wrote it has escaped what came from outside.
    """
    figures = [part.figure for part in parts if part.figure is not None]
    networks = [part.network for part in parts if part.network is not None]
    body = "".join(map(_written, parts))
    shown = "".join(part.html for part in parts)
    told = " · ".join(f"{name} {text}" if name != "board" else f"{text} board" for name, text in _head(facts).items())
    stamp = '<div class="fl-stamp"><b>SAMPLE DATA</b></div>' if facts.board == "sample" else ""
    written = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="description" content="{escape(question)}">'
        f"<title>{escape(facts.title)} · Faultline · {facts.as_of:%Y-%m-%d}</title>{_style()}</head><body>"
        f'<div class="fl-head"><h1>{escape(facts.title)}</h1><span>Faultline · {escape(told)}</span></div>{stamp}{body}'
        f"{glossary(shown, measures)}{_scripts(figures)}{_drawers(networks)}</body></html>"
    )
    return written.encode("utf-8")


def glossary(shown: str, measures: Iterable[str]) -> str:
    """Explain the readings whose names stand on a page, and the measures behind them."""
    readings = {row.label: sentences.meaning(name) for name, row in READINGS.items() if f">{escape(row.label)}" in shown}
    known = {MEASURES[name].label: f"{MEASURES[name].definition} ({MEASURES[name].unit})" for name in measures if name in MEASURES}
    words = readings | {name: told for name, told in known.items() if name not in readings}
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(words[name])}</dd>" for name in sorted(words, key=str.lower))
    return f'<p class="fl-caption">What the words mean</p><dl>{rows}</dl>' if rows else ""


def _head(facts: Facts) -> dict[str, str]:
    return {name: text for name, text in facts.lines.items() if name in ("board", "as of")}


def _written(part: Part) -> str:
    if part.network is not None:
        return f'<div class="fl-net-place">{network.PLACE}</div>'
    if part.figure is None:
        return part.html
    height = int(part.figure.to_dict()["layout"].get("height", 450))
    return f'<div class="fl-figure"><div class="fl-live" style="height:{height}px"></div><img alt=""></div>'


def _scripts(figures: Sequence[Figure]) -> str:
    """Write the figures in both themes with what draws them; nothing where there is none."""
    if not figures:
        return ""
    drawn = [{theme: picture.themed(figure, theme) for theme in (picture.DARK, picture.LIGHT)} for figure in figures]
    script = SCRIPT.replace("REMOVED", json.dumps(charts.CONFIG["modeBarButtonsToRemove"]))
    for name, number in (("PRINTED", PRINTED), ("ACROSS", ACROSS), ("HIGHEST", HIGHEST)):
        script = script.replace(name, str(number))
    return f"<script>{_plotly()}</script>{_held('figures', drawn)}<script>{script}</script>"


def _drawers(networks: Sequence[Mapping[str, Any]]) -> str:
    """Write what networks are drawn from with the page's own script, which finds the linked figure by itself."""
    if not networks:
        return ""
    draws = network.SCRIPT.read_text(encoding="utf-8").replace(EXPORTED, "const draws = function (")
    return f'{_held("networks", networks)}<script type="module">{draws}{NETWORKS}</script>'


def _held(name: str, told: object) -> str:
    """Put data into the file: a title may hold anything, and in a script only "<" could end it."""
    written = json.dumps(told, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{written}</script>'


@cache
def _plotly() -> str:
    from plotly.offline import get_plotlyjs  # 5 MB that only this file needs

    return str(get_plotlyjs())


@cache
def _style() -> str:
    """Build the style sheet: the board's own rules under the theme's colors, then those of a page that stands alone."""
    pairs = " ".join(
        f"--fl-{name}: light-dark({picture.color(option, picture.LIGHT)}, {picture.color(option, picture.DARK)});"
        for name, option in VARIABLES.items()
    )
    pairs += f" --st-background-color: var(--fl-ground); {_side('sender', network.SENDER)} {_side('receiver', network.RECEIVER)}"
    sheet = SHEET.replace("FONT", picture.FONT).replace("HIGHEST", str(HIGHEST))
    rules = f":root {{ {pairs} }}\n{STYLE.read_text(encoding='utf-8')}{sheet}"
    return f'<style id="letters">{_letters()}</style><style>{rules}</style>'


def _side(name: str, role: str) -> str:
    """Color one side of the network in both themes; on the board its script asks Streamlit for the color."""
    themes, at = (picture.LIGHT, picture.DARK), SERIES.index(role)
    light, dark = (st.get_option(f"theme.{theme}.chartCategoricalColors")[at] for theme in themes)
    return f"--fl-net-{name}: light-dark({light}, {dark});"


def _letters() -> str:
    """Put the font into the file; nothing where Streamlit has none of that name."""
    found = sorted(LETTERS.glob("SourceSansVF-Upright*.woff2"))
    if not found:
        return ""
    inline = base64.b64encode(found[0].read_bytes()).decode("ascii")
    return f'@font-face {{ font-family: "Source Sans"; font-weight: 100 900; src: url("data:font/woff2;base64,{inline}"); }}'
