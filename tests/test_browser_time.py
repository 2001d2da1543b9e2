"""In a browser: a zoom is the window, keys lead everywhere, the strip steps and plays, and a frame shows the page alone."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from data_sources.store import Store
from tests.frames import observations
from tests.test_browser import FIGURE, LONG, NOISE, SHORT, board, browser, opened, serve

__all__ = ["board", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
YESTERDAY = pd.Timestamp.now("UTC").normalize() - pd.Timedelta(days=1)
FIRST_PANEL = "gd => Object.values(gd._fullLayout._plots).map(p => p.yaxis).map(a => [a._offset, a._length])[0]"
DAYS = "document.querySelector('.js-plotly-plot')?._fullLayout?.xaxis?.range?.map((one) => String(one).slice(0, 10))"


@pytest.fixture
def page(browser: Browser, board: str) -> Iterator[Page]:
    """A page with a linked figure, whose errors fail the test."""
    complaints: list[str] = []
    shown = opened(browser, f"{board}/fear", height=1400, complaints=complaints)
    shown.wait_for_selector(".fl-ages")
    shown.wait_for_timeout(1500)
    yield shown
    assert [line for line in complaints if not NOISE.search(line)] == []
    shown.close()


def place(page: Page, across: float) -> tuple[float, float]:
    """A point in the middle of the first panel."""
    plot = page.locator(".js-plotly-plot").first
    box, (offset, length) = plot.bounding_box(), plot.evaluate(FIRST_PANEL)
    assert box is not None
    return box["x"] + across * box["width"], box["y"] + offset + length / 2


def drag(page: Page, low: float, high: float) -> None:
    page.mouse.move(*place(page, low))
    page.mouse.down()
    page.mouse.move(*place(page, high), steps=8)
    page.mouse.up()


def address_has(page: Page, *parts: str) -> None:
    page.wait_for_function("parts => parts.every((one) => location.search.includes(one))", arg=list(parts))


def address_lacks(page: Page, *parts: str) -> None:
    page.wait_for_function("parts => parts.every((one) => !location.search.includes(one))", arg=list(parts))


def test_a_zoom_is_the_window_of_tiles_figures_and_address_and_a_double_click_leads_back(page: Page) -> None:
    tiles, days = page.locator(".fl-value").all_inner_texts(), page.evaluate(DAYS)
    drag(page, 0.4, 0.6)
    address_has(page, "from=", "to=", "as_of=")
    last = page.evaluate("new URLSearchParams(location.search).get('to')")
    expect(page.locator(".fl-strip-day")).to_contain_text(str(int(last[8:])))
    page.wait_for_function(f"{DAYS}?.[1] === '{last}'")
    page.wait_for_timeout(1500)
    assert page.locator(".fl-value").all_inner_texts() != tiles
    assert page.evaluate("new URLSearchParams(location.search).get('to')") == last, "a figure drawn for its window is no new zoom"
    page.mouse.dblclick(*place(page, 0.5))
    address_lacks(page, "from=", "to=", "as_of=")
    page.wait_for_function(f"JSON.stringify({DAYS}) === '{str(days).replace(chr(39), chr(34)).replace(' ', '')}'")
    expect(page.locator(".fl-value").first).to_have_text(tiles[0])


def test_a_zoom_within_a_zoom_leads_back_to_the_preset_at_once(page: Page) -> None:
    page.get_by_role("radio", name="6M").or_(page.get_by_role("button", name="6M")).first.click()
    address_has(page, "window=6m")
    page.wait_for_timeout(1500)
    drag(page, 0.2, 0.8)
    address_has(page, "from=")
    page.wait_for_timeout(2000)
    first = page.url
    drag(page, 0.3, 0.7)
    page.wait_for_function(f"location.href !== '{first}'")
    page.wait_for_timeout(2000)
    page.keyboard.press("z")
    address_has(page, "window=6m")
    address_lacks(page, "from=", "as_of=")


def test_newer_numbers_arrive_on_a_zoom_that_reaches_the_newest_day_and_do_not_undo_it(browser: Browser, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'stress.db'}")
    days = [(f"{day:%Y-%m-%d}", 20.0 + day.day / 10) for day in pd.date_range(YESTERDAY - pd.Timedelta(days=700), YESTERDAY)]
    store.append(observations(*days, measure="level", asset="VIX", entity="cboe"), "a test")
    process, address = serve(tmp_path)
    try:
        page = opened(browser, f"{address}/fear", height=1400)
        page.wait_for_selector(".fl-ages")
        page.wait_for_timeout(2000)
        whole = page.evaluate(DAYS)
        drag(page, 0.4, 1.0)
        address_has(page, "from=")
        address_lacks(page, "as_of=")
        page.wait_for_timeout(2000)
        zoomed = page.evaluate(DAYS)
        assert zoomed != whole
        store.append(observations((f"{YESTERDAY:%Y-%m-%d}", 61.25), measure="level", asset="VIX", entity="cboe"), "a test")
        expect(page.locator(".fl-tile", has_text="VIX").first).to_contain_text("61", timeout=LONG)
        page.wait_for_timeout(1500)
        assert page.evaluate(DAYS) == zoomed
        page.mouse.dblclick(*place(page, 0.5))
        address_lacks(page, "from=")
        page.wait_for_function(f"{DAYS}?.[0] === '{whole[0]}'")
        page.close()
    finally:
        process.kill()
        process.wait()
        store.close()


def test_without_the_script_the_presets_work(page: Page) -> None:
    page.evaluate("document.querySelectorAll('[class*=st-key-zoom_]').forEach((one) => one.remove())")
    before = page.evaluate(DAYS)
    page.get_by_role("radio", name="3M").or_(page.get_by_role("button", name="3M")).first.click()
    address_has(page, "window=3m")
    page.wait_for_function(f"{DAYS}?.[0] !== '{before[0]}'")


def test_keys_lead_to_days_windows_and_pages_and_not_while_something_is_typed(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("[")
    address_has(page, "as_of=2026-02-03")
    page.keyboard.press("w")
    page.keyboard.press("1")
    address_has(page, "window=3m", "as_of=2026-02-03")
    page.keyboard.press("n")
    address_lacks(page, "as_of=")
    page.keyboard.press("?")
    expect(page.locator("dialog.fl-help")).to_be_visible(timeout=SHORT)
    page.keyboard.press("Escape")
    expect(page.locator("dialog.fl-help")).to_be_hidden(timeout=SHORT)
    page.locator(".fl-strip-jump").focus()
    page.keyboard.press("4")
    page.wait_for_timeout(800)
    assert "/fear" in page.url
    page.locator(".fl-question").click()
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page.locator(".fl-question")).to_contain_text("peak", timeout=SHORT)
    address_has(page, "window=3m")


def test_two_keys_belong_together_by_when_they_were_pressed_not_by_when_a_busy_page_comes_to_them(page: Page) -> None:
    press = """(keys) => keys.forEach(([key, at]) => {
      const event = new KeyboardEvent("keydown", { key, bubbles: true });
      Object.defineProperty(event, "timeStamp", { value: at });
      document.body.dispatchEvent(event);
    })"""
    page.evaluate(press, [["w", 1_000], ["1", 1_200]])
    address_has(page, "window=3m")
    page.evaluate(press, [["w", 11_000], ["4", 19_000]])
    page.wait_for_url("**/drawdowns?window=3m")


def test_the_strip_leads_to_an_event_and_plays_on_from_it(page: Page) -> None:
    page.locator(".fl-strip-jump").select_option("2025-11-20")
    address_has(page, "as_of=2025-11-20")
    expect(page.locator(".fl-strip-near")).to_have_text("Nov 20 fall", timeout=SHORT)
    page.keyboard.press("p")
    address_has(page, "as_of=2025-11-22")
    page.locator(".fl-strip-play").click()
    page.wait_for_timeout(2500)
    stopped = page.url
    page.wait_for_timeout(3000)
    assert page.url == stopped


def test_a_frame_shows_the_page_without_menu_strip_and_keys(browser: Browser, board: str) -> None:
    framed = opened(browser, f"{board}/fear?embed=true&window=3m")
    framed.wait_for_selector(".fl-ages")
    assert framed.locator(".fl-strip, .fl-keys").count() == 0
    expect(framed.get_by_role("link", name="Drawdowns", exact=True)).to_have_count(0)
    expect(framed.locator(".st-key-fl-controls")).to_be_visible(timeout=SHORT)
    assert framed.locator(FIGURE).count() >= 1
    answer = framed.request.get(f"{board}/fear?embed=true")
    assert answer.headers["content-security-policy"] == "frame-ancestors 'self'"
    framed.close()


def test_a_moment_of_a_day_is_said_and_shown(browser: Browser, board: str) -> None:
    shown = opened(browser, f"{board}/fear?as_of=2025-11-20T14:30Z")
    shown.wait_for_selector(".fl-ages")
    expect(shown.locator(".st-key-fl-controls")).to_contain_text("14:30 UTC")
    expect(shown.locator(".fl-age").first).to_contain_text("19 Nov 2025")
    shown.close()
