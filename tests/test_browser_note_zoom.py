"""In a browser: on the note, too, a zoom is the window, whichever of its figures is dragged, and a double click leads back."""

import pytest
from playwright.sync_api import Browser, expect

from tests.test_browser import board, browser, opened

__all__ = ["board", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
RANGES = """() => [...document.querySelectorAll('.js-plotly-plot')].filter((one) => one._fullLayout)
    .map((one) => one._fullLayout.xaxis.range.map((day) => String(day).slice(0, 10)).join())"""
PLACES = """() => {
    const plot = document.querySelectorAll('.js-plotly-plot')[1];
    plot.scrollIntoView({ block: 'center' });
    const box = plot.getBoundingClientRect(), { _offset, _length } = Object.values(plot._fullLayout._plots)[0].yaxis;
    return [0.4, 0.5, 0.6].map((across) => [box.left + across * box.width, box.top + _offset + _length / 2]);
}"""
"""Three points of the second figure's first panel."""


def test_on_the_note_every_figure_tells_its_zoom_and_all_follow(browser: Browser, board: str) -> None:
    page = opened(browser, f"{board}/note?as_of=2025-11-20", height=1400)
    page.wait_for_selector(".fl-ages")
    page.wait_for_timeout(2000)
    whole, tiles = page.evaluate(RANGES), page.locator(".fl-value").all_inner_texts()
    assert len(whole) > 2
    low, middle, high = page.evaluate(PLACES)
    page.mouse.move(*low)
    page.mouse.down()
    page.mouse.move(*high, steps=8)
    page.mouse.up()
    page.wait_for_function("['from=', 'to=', 'as_of='].every((one) => location.search.includes(one))")
    last = page.evaluate("new URLSearchParams(location.search).get('to')")
    assert last < "2025-11-20"
    page.wait_for_function(f"last => ({RANGES})().every((one) => one.endsWith(last))", arg=last)
    page.wait_for_timeout(2000)
    assert page.locator(".fl-value").all_inner_texts() != tiles
    assert page.evaluate("new URLSearchParams(location.search).get('to')") == last
    _, middle, _ = page.evaluate(PLACES)
    page.mouse.dblclick(*middle)
    page.wait_for_function("!location.search.includes('from=')")
    page.wait_for_function(f"whole => ({RANGES})().join() === whole", arg=",".join(whole))
    expect(page.locator(".fl-value").first).to_have_text(tiles[0])
    page.close()
