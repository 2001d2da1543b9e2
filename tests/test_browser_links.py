"""In a browser: what the copy buttons copy, what a copied link opens, and what is said of a pinned link that was opened."""

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from data_sources.store import Store
from tests.routed import LEVELS, told
from tests.test_browser import FIGURE, LONG, NOISE, browser, opened, serve

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PROOF, SAID, BY_HAND = ".fl-links-proof", ".fl-links-said", ".fl-links-text"
VIX = f"{LEVELS[-1][1]:.1f}"
REFUSED = """() => {
    const refuse = () => Promise.reject(new DOMException('Write permission denied.', 'NotAllowedError'));
    navigator.clipboard.write = navigator.clipboard.writeText = refuse;
}"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a board that keeps three levels of the VIX, and links."""
    folder = tmp_path_factory.mktemp("kept")
    with closing(Store(f"sqlite:///{folder / 'stress.db'}")) as store:
        told(store, *LEVELS)
    process, address = serve(folder)
    yield address
    process.terminate()
    process.wait(10)


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What consoles complained about; any of it fails the test."""
    lines: list[str] = []
    yield lines
    assert [line for line in lines if not NOISE.search(line)] == []


@pytest.fixture
def page(browser: Browser, kept: str, complaints: list[str]) -> Iterator[Page]:
    """The page fear of three months as of a day, which may write to the clipboard."""
    shown = drawn(browser, f"{kept}/fear?window=3m&as_of=2025-11-20", complaints)
    shown.context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield shown
    shown.close()


def drawn(browser: Browser, address: str, complaints: list[str], height: int = 1000) -> Page:
    """Open an address and wait until its copy buttons are there."""
    shown = opened(browser, address, height=height, complaints=complaints)
    shown.wait_for_selector(".fl-ages")
    shown.wait_for_selector(".fl-links-button")
    return shown


def copied(page: Page, name: str) -> str:
    """Press a copy button and give what is on the clipboard then."""
    page.get_by_role("button", name=name, exact=True).first.click()
    expect(page.locator(SAID)).to_contain_text("Copied", timeout=LONG)
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def days(page: Page) -> list[str]:
    """First and last day of the figure's axis."""
    found: list[str] = page.locator(".js-plotly-plot").first.evaluate(
        "gd => gd._fullLayout.xaxis.range.map((one) => String(one).slice(0, 10))"
    )
    return found


def test_a_live_link_opens_the_window_on_the_newest_day(browser: Browser, kept: str, page: Page, complaints: list[str]) -> None:
    link = copied(page, "Copy live link")
    assert link == f"{kept}/fear?window=3m"
    expect(page.locator(SAID)).to_have_text("Copied: a link that moves with the days.")
    other = drawn(browser, link, complaints)
    assert "as_of" not in other.url
    expect(other.locator(PROOF)).to_be_empty()
    other.close()


def test_a_pinned_link_opens_the_same_days_and_says_that_the_numbers_are_the_same(
    browser: Browser, kept: str, page: Page, complaints: list[str]
) -> None:
    link = copied(page, "Copy pinned link")
    assert link.startswith(f"{kept}/fear?")
    other = drawn(browser, link, complaints)
    expect(other.locator(PROOF)).to_contain_text("The same numbers", timeout=LONG)
    expect(other.locator(".fl-tile", has_text="VIX").first).to_contain_text(VIX)
    assert days(other) == days(page)
    compared = other.get_by_role("link", name="What was compared").get_attribute("href")
    assert compared
    assert other.request.get(compared, headers={"accept": "text/html"}).ok
    other.close()


def test_a_short_link_leads_to_the_pinned_one(browser: Browser, kept: str, page: Page, complaints: list[str]) -> None:
    link = copied(page, "Copy short link")
    assert re.fullmatch(rf"{re.escape(kept)}/s/[A-Za-z0-9_-]{{12}}", link)
    other = drawn(browser, link, complaints)
    assert "/fear?" in other.url
    expect(other.locator(PROOF)).to_contain_text("The same numbers", timeout=LONG)
    assert days(other) == days(page)
    other.close()


@pytest.mark.parametrize("name", ["Copy live link", "Copy pinned link", "Copy short link"])
def test_where_the_browser_does_not_copy_the_link_stands_in_a_field_to_be_copied_by_hand(page: Page, name: str) -> None:
    page.evaluate(REFUSED)
    expect(page.locator(BY_HAND)).to_be_hidden()
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(BY_HAND)).to_be_visible(timeout=LONG)
    expect(page.locator(SAID)).to_contain_text("does not let us copy")
    link = page.locator(BY_HAND).input_value()
    assert link.startswith("http://127.0.0.1:")
    assert page.evaluate("getSelection().toString() || document.activeElement.value") == link, "selected, ready to be copied"


def test_where_no_short_link_can_be_kept_the_reason_is_said_and_nothing_is_copied(page: Page, complaints: list[str]) -> None:
    page.route("**/s?*", lambda route: route.fulfill(status=429, json={"sentence": "Too many links were kept."}))
    page.evaluate("navigator.clipboard.writeText('before')")
    page.get_by_role("button", name="Copy short link", exact=True).click()
    expect(page.locator(SAID)).to_have_text("Too many links were kept.", timeout=LONG)
    assert page.evaluate("navigator.clipboard.readText()") == "before"
    complaints[:] = [line for line in complaints if "/s?" not in line]


def test_a_figures_link_opens_the_page_at_that_figure(browser: Browser, page: Page, complaints: list[str]) -> None:
    figure = page.locator(".stPlotlyChart").last
    figure.hover()
    figure.locator(".fl-links-figure").click()
    expect(page.locator(SAID)).to_contain_text("Copied", timeout=LONG)
    link = page.evaluate("navigator.clipboard.readText()")
    key = figure.evaluate("one => one.closest('[class*=st-key-]').className.match(/st-key-(\\S+)/)[1]")
    assert link.endswith(f"#{key}")
    other = drawn(browser, link, complaints, height=500)
    other.wait_for_function(
        "key => { const top = document.querySelector(`.st-key-${key} .stPlotlyChart`)?.getBoundingClientRect().top;"
        " return top > -5 && top < 200; }",
        arg=key,
    )
    expect(other.locator(PROOF)).to_contain_text("The same numbers", timeout=LONG)
    other.close()


@pytest.mark.parametrize("digest", ["000000000000", "not-a-digest", "<b>bold</b>"])
def test_a_link_whose_digest_was_changed_is_refused_where_a_reader_sees_it(
    browser: Browser, page: Page, complaints: list[str], digest: str
) -> None:
    link = copied(page, "Copy pinned link")
    assert re.search(r"[?&]n=[0-9a-f]{12}", link)
    other = drawn(browser, re.sub(r"([?&]n=)[0-9a-f]{12}", rf"\g<1>{digest}", link), complaints)
    refusal = other.locator(f"{PROOF}.fl-links-refused")
    expect(refusal).to_be_visible(timeout=LONG)
    expect(refusal).not_to_contain_text("The same numbers")
    assert refusal.locator("b").count() == 0
    complaints[:] = [line for line in complaints if "/verify?" not in line]  # a refusal is a status, which a console writes down
    other.close()


def test_elsewhere_the_proof_of_an_opened_link_goes_away(browser: Browser, page: Page, complaints: list[str]) -> None:
    other = drawn(browser, copied(page, "Copy pinned link"), complaints)
    expect(other.locator(PROOF)).to_contain_text("The same numbers", timeout=LONG)
    other.get_by_role("radio", name="6M").or_(other.get_by_role("button", name="6M")).first.click()
    other.wait_for_function("!/[?&][nv]=/.test(location.search)")
    expect(other.locator(PROOF)).to_be_empty(timeout=LONG)
    other.wait_for_selector(FIGURE)
    other.close()
