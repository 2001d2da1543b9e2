"""An open page follows what is kept, and a reader's zoom outlasts it."""

from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, expect

from data_sources.store import Store
from tests.frames import observations
from tests.test_browser import LONG, browser, opened, serve

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
RANGE = "gd => gd._fullLayout.xaxis.range.map(day => String(day).slice(0, 10))"
YESTERDAY = pd.Timestamp.now("UTC").normalize() - pd.Timedelta(days=1)


def test_newer_numbers_arrive_on_an_open_page_and_the_zoom_stays_until_a_double_click(browser: Browser, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'stress.db'}")
    days = [(f"{day:%Y-%m-%d}", 20.0 + day.day / 10) for day in pd.date_range(YESTERDAY - pd.Timedelta(days=700), YESTERDAY)]
    store.append(observations(*days, measure="level", asset="VIX", entity="cboe"), "a test")
    process, address = serve(tmp_path)
    try:
        page = opened(browser, f"{address}/fear")
        page.wait_for_selector(".fl-ages")
        page.wait_for_timeout(2000)
        plot = page.locator(".js-plotly-plot").first
        whole = plot.evaluate(RANGE)
        box = plot.bounding_box()
        assert box is not None
        height = 0.3 * box["height"]  # within the only panel that has a line
        page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + height)
        page.mouse.down()
        page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + height, steps=8)
        page.mouse.up()
        page.wait_for_timeout(1500)
        zoomed = plot.evaluate(RANGE)
        assert zoomed != whole
        store.append(observations((f"{YESTERDAY:%Y-%m-%d}", 61.25), measure="level", asset="VIX", entity="cboe"), "a test")
        expect(page.locator(".fl-tile", has_text="VIX").first).to_contain_text("61", timeout=LONG)
        page.wait_for_timeout(1500)
        plot = page.locator(".js-plotly-plot").first
        assert plot.evaluate(RANGE) == zoomed
        page.mouse.dblclick(box["x"] + 0.5 * box["width"], box["y"] + height)
        page.wait_for_timeout(2500)
        assert page.locator(".js-plotly-plot").first.evaluate(RANGE) == whole
        page.close()
    finally:
        process.kill()
        process.wait()
        store.close()
