"""In a browser: the network moves with the crosshair, keeps the day of a click, steps, slides and plays."""

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
import streamlit as st
from playwright.sync_api import Browser, Page, expect

from components import picture
from components.network import RECEIVER, SENDER
from components.panels import SERIES
from tests.test_browser import LONG, NOISE, board, browser, opened
from tests.test_browser_take import taken

__all__ = ["board", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
HEAD, SENTENCE, TABLE = ".fl-net-head", ".st-key-fl-network .fl-note", ".fl-net-table"
DAY = re.compile(r"\d\d [A-Z][a-z]{2} \d{4}")
PANEL = """() => {
    const plot = [...document.querySelectorAll('.js-plotly-plot')].find(one => one.layout?.meta?.window);
    const box = plot.getBoundingClientRect(), { _offset, _length } = Object.values(plot._fullLayout._plots)[0].yaxis;
    return [box.left, box.top + _offset + _length / 2, box.width];
}"""
"""Left edge, the height of the first panel's middle, and width of the page's linked figure, in pixels."""
POINTED = "() => [...document.querySelectorAll('.js-plotly-plot')].find(one => one.layout?.meta?.window)._hoverdata[0].x"


@pytest.fixture
def page(browser: Browser, board: str) -> Iterator[Page]:
    """The page contagion as of a day, whose errors fail the test."""
    complaints: list[str] = []
    shown = opened(browser, f"{board}/contagion?as_of=2025-11-20", height=1400, wait=HEAD, complaints=complaints)
    shown.wait_for_selector(".fl-ages")
    shown.wait_for_timeout(1500)
    yield shown
    kept_nowhere = "/s?"  # the sample board keeps no links, and a console writes down the refusal
    assert [line for line in complaints if not NOISE.search(line) and kept_nowhere not in line] == []
    shown.close()


def point(page: Page, across: float) -> tuple[float, float]:
    """Move to a point of the linked figure's first panel; its place on the screen."""
    left, middle, width = page.evaluate(PANEL)
    page.mouse.move(left + (across - 0.01) * width, middle)
    page.mouse.move(left + across * width, middle)
    page.wait_for_timeout(400)
    return left + across * width, middle


def drawn(page: Page) -> pd.Timestamp:
    """The day that the network draws."""
    return day(page.locator(HEAD).text_content())


def told(page: Page) -> pd.Timestamp:
    """The day that the sentence under the network tells of."""
    return day(page.locator(SENTENCE).first.inner_text())


def day(text: str | None) -> pd.Timestamp:
    found = DAY.search(text or "")
    assert found, text
    return pd.Timestamp(found.group())


def tells(page: Page, wanted: pd.Timestamp) -> None:
    """Wait until the sentence tells of a day."""
    expect(page.locator(SENTENCE).first).to_contain_text(f"On {wanted:%d %b %Y} ", timeout=LONG)


def settled(page: Page) -> None:
    """Wait as long as a click could still become half of a double click, and its answer could come."""
    page.wait_for_timeout(2000)


def test_the_drawing_follows_the_crosshair_and_goes_back_to_its_day(page: Page) -> None:
    before, words = drawn(page), page.locator(SENTENCE).first.inner_text()
    assert before == told(page)
    flows = page.locator(".fl-net-flow").all_text_contents()
    for across in (0.6, 0.4):
        point(page, across)
        pointed = pd.Timestamp(page.evaluate(POINTED)).normalize()
        assert pd.Timedelta(0) <= pointed - drawn(page) <= pd.Timedelta("5D"), "the last estimate by the day under the crosshair"
    assert page.locator(".fl-net-flow").all_text_contents() != flows
    assert page.locator(SENTENCE).first.inner_text() == words, "a look costs the server nothing"
    page.mouse.move(5, 5)
    page.wait_for_timeout(400)
    assert drawn(page) == before


def test_a_click_on_the_figure_keeps_the_day_and_the_words_below_are_of_that_day(page: Page) -> None:
    before, table = told(page), page.locator(TABLE).inner_text()
    page.mouse.click(*point(page, 0.5))
    kept = drawn(page)
    assert kept < before
    tells(page, kept)
    expect(page.locator(TABLE)).not_to_have_text(table)
    total = re.search(r"total ([\d.]+%)", page.locator(HEAD).text_content() or "")
    assert total
    assert total.group(1) in page.locator(TABLE).inner_text()
    page.mouse.move(5, 5)
    settled(page)
    assert drawn(page) == told(page) == kept


def test_a_day_that_was_kept_is_in_the_address_and_in_every_link(browser: Browser, page: Page) -> None:
    page.mouse.click(*point(page, 0.5))
    kept = drawn(page)
    page.wait_for_function("day => location.search.includes(`network=${day}`)", arg=f"{kept:%Y-%m-%d}")
    tells(page, kept)
    settled(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for name in ("Copy live link", "Copy pinned link"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator(".fl-links-said")).to_contain_text("Copied", timeout=LONG)
        other = opened(browser, page.evaluate("navigator.clipboard.readText()"), wait=HEAD)
        tells(other, kept)
        assert drawn(other) == kept
        other.close()


def test_a_double_click_chooses_no_day(page: Page) -> None:
    before = told(page)
    page.mouse.dblclick(*point(page, 0.5))
    page.mouse.move(5, 5)
    settled(page)
    expect(page.locator(HEAD)).to_contain_text(f"{before:%d %b %Y}", timeout=LONG)
    assert told(page) == before
    assert "network=" not in page.url


def test_arrows_and_slider_lead_from_estimate_to_estimate(page: Page) -> None:
    last = told(page)
    back, on = (page.get_by_role("button", name=name, exact=True) for name in ("◀", "▶"))
    expect(on).to_be_disabled()
    back.first.click()
    one = pd.offsets.BDay().rollback(last - pd.Timedelta("1D"))
    tells(page, one)
    assert drawn(page) == one
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowLeft")
    two = pd.offsets.BDay().rollback(one - pd.Timedelta("1D"))
    tells(page, two)
    expect(page.locator(HEAD)).to_contain_text(f"{two:%d %b %Y}")
    on.first.click()
    tells(page, one)


def test_play_moves_the_network_and_pause_keeps_the_day_where_it_stopped(page: Page) -> None:
    last = told(page)
    play = page.locator(".fl-net-root > button")
    play.click()
    expect(play).to_have_text("❚❚ Pause")
    page.wait_for_timeout(1500)
    first = drawn(page)
    assert first < last, "from the window's first day, where it stood on the last"
    point(page, 0.95)
    page.wait_for_timeout(1000)
    assert first < drawn(page) < last, "the crosshair does not lead while it plays"
    assert told(page) == last
    play.click()
    kept = drawn(page)
    tells(page, kept)
    page.mouse.move(5, 5)
    settled(page)
    assert drawn(page) == told(page) == kept
    play.click()
    page.wait_for_timeout(1000)
    assert drawn(page) > kept, "it goes on from there"


def test_on_another_window_the_days_are_others_and_the_crosshair_still_leads(page: Page) -> None:
    page.mouse.click(*point(page, 0.2))
    early = drawn(page)
    tells(page, early)
    page.get_by_role("radio", name="3M").or_(page.get_by_role("button", name="3M")).first.click()
    page.wait_for_function("location.search.includes('window=3m')")
    start = pd.Timestamp("2025-08-20")
    expect(page.locator(SENTENCE).first).not_to_contain_text(f"{early:%d %b %Y}", timeout=LONG)
    settled(page)
    assert early < start <= drawn(page) == told(page)
    point(page, 0.7)
    pointed = pd.Timestamp(page.evaluate(POINTED)).normalize()
    assert pd.Timedelta(0) <= pointed - drawn(page) <= pd.Timedelta("5D")
    assert drawn(page) > start


COLORS = """async ([written, colors]) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${written}`)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    const { data } = pen.getImageData(0, 0, image.width, image.height), seen = new Uint32Array(1 << 24);
    for (let at = 0; at < data.length; at += 4) seen[(data[at] << 16) | (data[at + 1] << 8) | data[at + 2]] += 1;
    return colors.map((one) => seen[parseInt(one.slice(1), 16)]);
}"""
"""How many pixels of a picture have each of some colors."""


def sides(theme: str) -> list[str]:
    """Colors of the ground, of senders and of receivers in a theme."""
    series = st.get_option(f"theme.{theme}.chartCategoricalColors")
    return [picture.color("backgroundColor", theme), *(str(series[SERIES.index(role)]) for role in (SENDER, RECEIVER))]


def test_the_picture_of_the_page_has_the_network_in_the_colors_of_its_theme(page: Page) -> None:
    _, dark = taken(page, "Picture of the page")
    with page.expect_download(timeout=LONG) as download:
        page.locator(".fl-take-page").get_by_role("button", name="PNG ◐", exact=True).click()
    name, light = download.value.suggested_filename, Path(download.value.path()).read_bytes()
    assert "page-light" in name
    for drawing, theme, not_its in ((dark, "dark", "light"), (light, "light", "dark")):
        written = base64.b64encode(drawing).decode("ascii")
        ground, sends, receives, *others = page.evaluate(COLORS, [written, sides(theme) + sides(not_its)])
        assert ground > sends > 10_000, "two disks at least 20 pixels across, twice as fine"
        assert receives > 10_000
        assert max(others) < 1_000


def test_the_network_is_taken_away_by_itself_with_what_its_numbers_mean(page: Page) -> None:
    files = {}
    tools = page.locator(".fl-net-root > .fl-tools")
    for name in ("PNG", "PNG ◐", "SVG"):
        with page.expect_download(timeout=LONG) as download:
            tools.get_by_role("button", name=name, exact=True).click()
        files[download.value.suggested_filename] = Path(download.value.path()).read_bytes()
    names = ("network", "network-light", "network")
    endings = ("png", "png", "svg")
    assert list(files) == [
        f"faultline_contagion_{part}_2025-11-20_sample.{ending}" for part, ending in zip(names, endings, strict=True)
    ]
    dark, light, lines = files.values()
    for drawing, theme in ((dark, "dark"), (light, "light")):
        ground, sends, receives = page.evaluate(COLORS, [base64.b64encode(drawing).decode("ascii"), sides(theme)])
        assert ground > sends > 10_000
        assert receives > 10_000
    said = " ".join(ElementTree.fromstring(lines).itertext())
    assert "Net: what it sends less what it receives, in percentage points" in said
    assert "As of 2025-11-20 (end of day, UTC)" in said


def test_the_pages_numbers_have_the_networks_day(page: Page) -> None:
    page.mouse.click(*point(page, 0.5))
    kept = drawn(page)
    tells(page, kept)
    settled(page)
    name, written = taken(page, "Numbers, CSV")
    assert name == "faultline_contagion_page_2025-11-20_sample.csv"
    rows = pd.read_csv(io.BytesIO(written), comment="#").query("panel == 'Who sends to whom?'")
    assert len(rows) == 20
    assert set(rows["time"]) == {f"{kept:%Y-%m-%d}"}
    total = rows["value"].sum() / 5
    assert f"{total:.1%}" in (page.locator(HEAD).text_content() or ""), "its sums are those of the drawing"


def test_in_the_page_in_one_file_the_network_lives_without_a_server_and_prints(
    browser: Browser, page: Page, tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_bytes(taken(page, "Attach")[1])
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 1600})
    alone = context.new_page()
    complaints: list[str] = []
    alone.on("pageerror", lambda error: complaints.append(str(error)))
    alone.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    alone.goto((tmp_path / "page.html").as_uri())
    alone.wait_for_selector(".fl-live .main-svg")
    alone.wait_for_selector(HEAD)
    last = drawn(alone)
    assert last == told(page)
    point(alone, 0.5)
    assert drawn(alone) < last, "its crosshair leads there, too"
    alone.mouse.move(5, 5)
    alone.wait_for_timeout(400)
    assert drawn(alone) == last
    alone.set_viewport_size({"width": 711, "height": 1039})  # a sheet of A4 less its margins
    alone.emulate_media(media="print")
    alone.wait_for_function("[...document.images].every((one) => one.complete && one.naturalWidth > 0)")
    assert alone.evaluate("document.images[0].getBoundingClientRect().bottom + scrollY") < 1039, "tiles and figure on one sheet"
    expect(alone.locator(".fl-net")).to_be_visible()
    expect(alone.locator(".fl-net-root > button")).to_be_hidden()
    assert alone.pdf(format="A4")[:5] == b"%PDF-"
    assert complaints == []
    context.close()
