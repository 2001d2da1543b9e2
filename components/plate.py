"""A figure as it is printed: its page and verdict above it, and below it when, by whom and on which board; all in one picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from components.marks import Figure
from components.picture import FONT, color, themed

BOARD = "Faultline"
SIDE, ABOVE, BELOW = 16, 14, 12
"""Pixels between what is written and the picture's edges."""
SMALL, LARGE = 11, 16
"""Pixels of the small print and of the verdict."""
LEADING = 1.3
"""Height of a line over the size of its letters, as Plotly sets them."""
GAP = 12
"""Pixels between the writing and the figure."""
INDENT = 13
"""Pixels from the bar of a verdict's state to the verdict."""
STATES = {"stress": "orangeTextColor", "extreme": "redTextColor", "calm": "greenTextColor"}
LONGEST = 600
"""Characters of a sentence that are printed."""
STAMP, STAMPED = "SAMPLE BOARD", "not a market"
EVERY = 480
"""Pixels of height for each stamp, so that no part of a picture can be cut out without one."""
EMS = {sign: ems for signs, ems in (("ilj|!'’.,:; ·", 0.33), ("tfrI()[]-/", 0.42), ("ckszvxyJ", 0.58)) for sign in signs}
EMS |= dict.fromkeys("mwMW@%—…", 1.0) | dict.fromkeys("ABCDEFGHKLNOPQRSTUVXYZ&", 0.79)
"""Widths of signs over the size, as the widest of the fonts that may be there, DejaVu Sans, sets them."""
OTHER, IDEOGRAM = 0.64, 1.0


@dataclass(frozen=True)
class Words:
    """What is written around a figure.

    Attributes
    ----------
    title : str
        The page.
    question, verdict : str
        What the page asks, and its answer in one sentence; "" where there is none.
    state : str
        The worst state in the verdict.
    facts : tuple of str
        As of when, published by whom, which board, digest, link: what the picture must not be without.
    sample : bool
        Whether days of the board are simulated.
    """

    title: str
    question: str
    verdict: str
    state: str
    facts: tuple[str, ...]
    sample: bool


def plate(figure: Figure, words: Words, theme: str, width: int) -> dict[str, Any]:
    """Write around a figure what a picture of it has to say by itself.

    Parameters
    ----------
    figure : Figure
        With a height and margins; made for the web.
    words : Words
        Anything may be in them; nothing of it is taken for markup.
    theme : {"dark", "light"}
    width : int
        Pixels.

    Returns
    -------
    dict
        ``data`` and ``layout`` as Plotly takes them, with the colors of the theme, a width and a height.
    """
    spec = themed(figure, theme)
    layout = spec["layout"]
    inner = width - 2 * SIDE
    asked = broken(f"{BOARD} · {words.title} · {words.question}", inner, SMALL)
    answer = broken(words.verdict, inner - INDENT, LARGE)
    foot = parted(words.facts, inner, SMALL)
    top = round(ABOVE + _high(asked, SMALL) + _high(answer, LARGE) + 2 * GAP)
    bottom = round(GAP + _high(foot, SMALL) + BELOW)
    margin = dict(layout["margin"])
    _closed_up(layout, margin)
    paper = _Paper(theme, margin, width - margin["l"] - margin["r"], layout["height"] - margin["t"] - margin["b"])
    highest = top + margin["t"] - ABOVE
    beside = highest - _high(asked, SMALL) - GAP / 2
    written = [
        *paper.lines(asked, SMALL, "grayTextColor", x=SIDE, y=highest, at=1),
        *paper.lines(answer, LARGE, "textColor", x=SIDE + INDENT, y=beside, at=1),
        *paper.lines(foot, SMALL, "grayTextColor", x=SIDE, y=-margin["b"] - GAP, at=0),
        *(paper.stamps(width) if words.sample else ()),
    ]
    drawn = [paper.rule(-margin["b"] - GAP / 2), *([paper.bar(words.state, beside, _high(answer, LARGE))] if answer else [])]
    layout |= {
        "width": width,
        "height": layout["height"] + top + bottom,
        "margin": margin | {"t": margin["t"] + top, "b": margin["b"] + bottom},
        "annotations": [*layout.get("annotations", ()), *written],
        "shapes": [*layout.get("shapes", ()), *drawn],
    }
    return spec


def _closed_up(layout: dict[str, Any], margin: dict[str, Any]) -> None:
    """Take away the room above the figure that its tools have on the web."""
    upright = [one["text"] for one in layout.get("annotations", ()) if one.get("textangle") == -90 and one.get("y") == 1]
    spare = margin["t"] - max((wide(label, SMALL) for label in upright), default=0) - GAP
    if upright and spare > 0:
        margin["t"] -= round(spare)
        layout["height"] -= round(spare)


def broken(text: str, width: float, size: float) -> list[str]:
    """Break a text into lines no wider than some pixels, between words where that is possible; no text has no line."""
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    plain = plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"
    return _filled([piece for word in plain.split(" ") for piece in _pieces(word, width, size)], " ", width, size) if plain else []


def parted(parts: Sequence[str], width: float, size: float) -> list[str]:
    """Put parts on lines with a point between them; a part is broken only where it is wider than a line."""
    return _filled([line for part in parts for line in broken(part, width, size)], "  ·  ", width, size)


def wide(text: str, size: float) -> float:
    """Reckon the width of a text in pixels, in the widest of the fonts that may be there."""
    return size * sum(EMS.get(sign, IDEOGRAM if ord(sign) > 0x2FFF else OTHER) for sign in text)


def _filled(pieces: Sequence[str], between: str, width: float, size: float) -> list[str]:
    lines = [""]
    for piece in pieces:
        longer = f"{lines[-1]}{between}{piece}" if lines[-1] else piece
        if lines[-1] and wide(longer, size) > width:
            lines.append(piece)
        else:
            lines[-1] = longer
    return lines


def _pieces(word: str, width: float, size: float) -> list[str]:
    """Cut a word that is wider than a line."""
    most = max(int(width / size), 1)
    return [word] if wide(word, size) <= width else [word[at : at + most] for at in range(0, len(word), most)]


def _high(lines: Sequence[str], size: float) -> float:
    return len(lines) * size * LEADING


@dataclass(frozen=True)
class _Paper:
    """What is written on: a theme, the figure's margins, and its plot's width and height; places are pixels from the plot."""

    theme: str
    margin: dict[str, Any]
    width: float
    height: float

    def lines(self, lines: Sequence[str], size: float, option: str, *, x: float, y: float, at: int) -> list[dict[str, Any]]:
        """Write lines under one another, from the left edge of the picture and from the top (1) or bottom (0) of the plot."""
        # Markup of others stays what it is, signs: Plotly reads HTML's entities.
        text = "<br>".join(map(escape, lines))
        written = {
            "name": "plate", "text": text, "xref": "paper", "yref": "paper", "x": 0, "y": at,
            "xshift": x - self.margin["l"], "yshift": y, "xanchor": "left", "yanchor": "top",
            "align": "left", "showarrow": False, "borderpad": 0,
            "font": {"family": FONT, "size": size, "color": color(option, self.theme)},
        }  # fmt: skip
        return [written] if text else []

    def rule(self, y: float) -> dict[str, Any]:
        """Draw a line between the figure and the small print."""
        left, right = (SIDE - self.margin["l"]) / self.width, 1 + (self.margin["r"] - SIDE) / self.width
        return {
            "name": "plate", "type": "line", "xref": "paper", "yref": "paper", "x0": left, "x1": right,
            "y0": y / self.height, "y1": y / self.height, "line": {"color": color("borderColor", self.theme), "width": 1},
        }  # fmt: skip

    def bar(self, state: str, y: float, height: float) -> dict[str, Any]:
        """Draw a verdict's state beside it."""
        left = (SIDE - self.margin["l"]) / self.width
        return {
            "name": "plate", "type": "rect", "xref": "paper", "yref": "paper", "x0": left, "x1": left + 4 / self.width,
            "y0": 1 + y / self.height, "y1": 1 + (y - height) / self.height,
            "line": {"width": 0}, "fillcolor": color(STATES.get(state, "grayTextColor"), self.theme),
        }  # fmt: skip

    def stamps(self, width: float) -> list[dict[str, Any]]:
        """Stamp a sample across, faint enough to read through and too large to be overlooked."""
        count, size = max(round(self.height / EVERY), 1), min(width / 12, 100)
        under = f'<span style="font-size:{size / 2.4:.0f}px">{STAMPED}</span>'
        return [
            {
                "name": "stamp", "text": f"<b>{STAMP}</b><br>{under}", "xref": "paper", "yref": "paper",
                "x": 0.5, "y": (place + 0.5) / count, "xanchor": "center", "yanchor": "middle",
                "textangle": -20, "showarrow": False, "opacity": 0.18,
                "font": {"family": FONT, "size": size, "color": color("redTextColor", self.theme)},
            }
            for place in range(count)
        ]  # fmt: skip
