"""In a browser: the help of the keys is whole on a phone's width, and a page's letter leads to it."""

import pytest
from playwright.sync_api import Browser

from tests.test_browser import board, browser, opened

__all__ = ["board", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
HIDDEN = """() => {
    const help = document.querySelector('dialog.fl-help'), box = help.getBoundingClientRect();
    const out = [...help.querySelectorAll('dt, dd')].filter((one) => one.getBoundingClientRect().right > box.right);
    return [help.open, help.scrollWidth > help.clientWidth, box.right > innerWidth, out.length];
}"""


@pytest.mark.parametrize("width", [390, 660, 1200])
def test_the_help_hides_nothing_beside_itself(browser: Browser, board: str, width: int) -> None:
    page = opened(browser, f"{board}/fear")
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_selector(".fl-ages")
    page.keyboard.press("?")
    page.wait_for_selector("dialog.fl-help[open]")
    assert page.evaluate(HIDDEN) == [True, False, False, 0]
    page.close()


def test_g_and_n_lead_to_the_note(browser: Browser, board: str) -> None:
    page = opened(browser, f"{board}/fear")
    page.wait_for_selector(".fl-ages")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/note**")
    page.close()
