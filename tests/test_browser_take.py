"""What a reader takes away, in a real browser: pictures with their pixels, numbers, and the page in one file without a network."""

import io
import json
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pandas as pd
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page

from data_sources.store import Store
from routes import png, verify
from tests.routed import JSON, LEVELS, revise, told
from tests.test_browser import LONG, board, browser, opened, serve

__all__ = ["board", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
TOOLS = ".fl-tools"
HOSTILE = "</text><script>alert(1)</script>\"'&<img src=x>"


@pytest.fixture
def fear(browser: Browser, board: str) -> Iterator[Page]:
    page = opened(browser, f"{board}/fear", wait=TOOLS)
    page.wait_for_selector(".fl-ages")
    page.wait_for_timeout(1500)
    yield page
    page.close()


def taken(page: Page, name: str) -> tuple[str, bytes]:
    """Press a button and give the file that comes of it."""
    with page.expect_download(timeout=LONG) as download:
        page.get_by_role("button", name=name, exact=True).first.click()
    path = download.value.path()
    return download.value.suggested_filename, Path(path).read_bytes()


def size(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high = struct.unpack(">II", png[16:24])
    return int(wide), int(high)


def ground(page: Page, png: bytes) -> list[int]:
    """The color of a picture's first pixel, as the browser reads it."""
    return page.evaluate(
        """async (bytes) => {
        const image = await createImageBitmap(new Blob([new Uint8Array(bytes)])), canvas = new OffscreenCanvas(1, 1);
        canvas.getContext("2d").drawImage(image, 0, 0);
        return [...canvas.getContext("2d").getImageData(0, 0, 1, 1).data].slice(0, 3);
        }""",
        list(png),
    )


def rows(written: bytes) -> list[str]:
    return [line for line in written.decode("utf-8").split("\n") if line and not line.startswith("#")]


def test_a_figure_comes_as_a_picture_1600_wide_twice_as_fine_and_in_either_theme(fear: Page) -> None:
    name, dark = taken(fear, "PNG")
    assert re.fullmatch(r"faultline_fear_\d{4}-\d\d-\d\d_sample\.png", name)
    fear.wait_for_timeout(1800)
    other, light = taken(fear, "PNG ◐")
    assert "light" in other
    assert size(dark) == size(light)
    assert size(dark)[0] == 3200
    assert size(dark)[1] > 1600
    assert max(ground(fear, dark)) < 60
    assert min(ground(fear, light)) > 230


def test_a_phone_gets_the_same_picture_and_its_buttons_stand_under_the_figure(browser: Browser, board: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{board}/fear")
    page.wait_for_selector(TOOLS)
    page.wait_for_timeout(1500)
    tools, plot = page.locator(TOOLS).first, page.locator(".js-plotly-plot").first
    stands, drawn = tools.bounding_box(), plot.bounding_box()
    assert stands is not None
    assert drawn is not None
    assert stands["y"] >= drawn["y"] + drawn["height"] - 1
    assert tools.evaluate("one => getComputedStyle(one).opacity") == "1"
    assert size(taken(page, "PNG")[1])[0] == 3200
    context.close()


def test_a_drawing_holds_the_sentence_the_stamp_and_the_board_and_no_script_whatever_it_says(fear: Page) -> None:
    fear.evaluate("told => { document.querySelector('.fl-verdict').textContent = told; }", HOSTILE)
    name, drawn = taken(fear, "SVG")
    assert name.endswith(".svg")
    root = ElementTree.fromstring(drawn)
    told = [text for text in root.itertext() if text.strip()]
    assert HOSTILE in told
    assert "SAMPLE DATA" in told
    assert any(text.startswith("As of ") and "sample board" in text and "published by" in text for text in told)
    assert not [one.tag for one in root.iter() if re.search(r"script|img|foreignObject", str(one.tag), re.IGNORECASE)]
    assert root.get("width") == "1600"


def test_the_browsers_numbers_are_the_servers(fear: Page) -> None:
    _, by_browser = taken(fear, "CSV")
    name, by_server = taken(fear, "Numbers, CSV")
    assert name.endswith("_sample.csv")
    assert rows(by_browser)[0] == rows(by_server)[0]
    here, there = (pd.read_csv(io.BytesIO(written), comment="#") for written in (by_browser, by_server))
    pd.testing.assert_frame_equal(here, there)
    assert b"SAMPLE DATA" in by_browser.split(b"\n")[0]
    _, packed = taken(fear, "Parquet")
    assert pq.read_table(io.BytesIO(packed)).num_rows == len(there)


def test_a_name_in_the_browsers_numbers_is_no_formula(fear: Page) -> None:
    fear.evaluate("() => { document.querySelector('.js-plotly-plot').data[0].name = '=cmd|a\\n,\"b'; }")
    written = taken(fear, "CSV")[1]
    named = pd.read_csv(io.BytesIO(written), comment="#")["series"]
    assert named.iloc[0] == "'=cmd|a\n,\"b"


def test_a_picture_of_the_page_holds_its_tiles_and_figures(browser: Browser, board: str) -> None:
    page = opened(browser, f"{board}/etf_flows", wait=TOOLS)
    page.wait_for_selector(".fl-ages")
    page.wait_for_timeout(1500)
    high = page.evaluate("[...document.querySelectorAll('.js-plotly-plot')].reduce((sum, one) => sum + one.offsetHeight, 0)")
    name, picture = taken(page, "Picture of the page")
    assert "_page_" in name
    assert size(picture)[1] > 2 * high
    foot = page.locator(".fl-take-page")
    for button, part, ending in (("PNG ◐", "_page-light_", ".png"), ("SVG", "_page_", ".svg")):
        with page.expect_download(timeout=LONG) as download:
            foot.get_by_role("button", name=button, exact=True).click()
        assert part in download.value.suggested_filename
        assert download.value.suggested_filename.endswith(ending)
        turned = Path(download.value.path()).read_bytes()
        if ending == ".png":
            assert size(turned) == size(picture)
            assert min(ground(page, turned)) > 230 > 60 > max(ground(page, picture))
        else:
            assert float(ElementTree.fromstring(turned).get("height") or 0) == size(picture)[1] / 2
    page.close()


@pytest.fixture
def held(browser: Browser, tmp_path: Path) -> Iterator[tuple[Page, str]]:
    """A page of a board that keeps numbers, as of a day, and the board's address."""
    with closing(Store(f"sqlite:///{tmp_path / 'stress.db'}")) as store:
        told(store, *LEVELS)
    process, address = serve(tmp_path)
    page = opened(browser, f"{address}/fear?as_of=2025-11-20", wait=TOOLS)
    page.wait_for_selector(".fl-ages")
    page.wait_for_timeout(1500)
    yield page, address
    page.close()
    process.kill()
    process.wait()


def verified(address: str, sent: bytes) -> httpx.Response:
    return httpx.post(f"{address}/verify", content=sent, headers=JSON, timeout=30, trust_env=False)


def changed(picture: bytes, digest: str) -> bytes:
    """The picture with one digit of its digest changed, its checksums right."""
    at = picture.index(digest.encode())
    first = picture.rindex(b"iTXt", 0, at)
    part = picture[first:at] + (b"0" if digest[0] != "0" else b"1") + picture[at + 1 : at + 64]
    return picture[:first] + part + struct.pack(">I", zlib.crc32(part)) + picture[at + 68 :]


def test_the_server_knows_its_numbers_in_a_picture_made_in_the_browser_and_refuses_a_changed_digest(held: tuple[Page, str]) -> None:
    page, address = held
    _, drawn = taken(page, "PNG")
    digest = png.texts(drawn)[verify.DIGEST]
    answer = verified(address, drawn)
    assert answer.status_code == 200, answer.text
    assert answer.json()["sentence"].startswith("The same numbers")
    assert [one["value"] for one in answer.json()["numbers"] if one["id"] == "vix"] == [LEVELS[-1][1]]
    refused = verified(address, changed(drawn, digest))
    assert (refused.status_code, refused.json()["sentence"]) == (422, verify.CHANGED)
    _, lines = taken(page, "SVG")
    assert verified(address, lines).json()["digest"] == digest
    assert verified(address, lines.replace(b"26.42", b"20.42")).json()["sentence"] == verify.CHANGED
    root = ElementTree.fromstring(lines)
    assert any(f" · numbers {digest[:12]}" in text for text in root.itertext())
    (metadata,) = root.iter("{http://www.w3.org/2000/svg}metadata")
    assert metadata.text is not None
    assert json.loads(metadata.text)["digest"] == digest
    assert f"# numbers: {digest}\n".encode() in taken(page, "CSV")[1]


def test_a_newest_day_that_was_revised_is_proven_as_known_by_the_revision(held: tuple[Page, str], tmp_path: Path) -> None:
    page, address = held
    with closing(Store(f"sqlite:///{tmp_path / 'stress.db'}")) as store:
        revise(store, 61.25)
    page.goto(f"{address}/fear")
    page.locator(".fl-tile", has_text="61.").first.wait_for(timeout=LONG)
    page.wait_for_timeout(2000)
    told = verified(address, taken(page, "PNG")[1]).json()
    assert told["sentence"].startswith("The same numbers: ")
    assert "as known on 24 Nov 2025 at 08:00:00 UTC" in told["sentence"]
    assert [one["value"] for one in told["numbers"] if one["id"] == "vix"] == [61.25]


def test_numbers_that_are_not_those_of_the_digest_are_not_said_to_be(held: tuple[Page, str]) -> None:
    page, address = held
    other = httpx.get(f"{address}/pin?page=fear&as_of=2025-11-19", headers=JSON, timeout=30, trust_env=False).json()
    page.route(re.compile(r"/(s|pin)\?"), lambda route: route.fulfill(json=other))
    assert verify.DIGEST not in png.texts(taken(page, "PNG")[1])


def test_a_picture_prints_the_short_link_that_opens_it(held: tuple[Page, str]) -> None:
    page, address = held
    told = " ".join(ElementTree.fromstring(taken(page, "SVG")[1]).itertext())
    (link,) = re.findall(r"http://\S+/s/[A-Za-z0-9_-]{12}", told)
    assert link.startswith(address)
    page.goto(link)
    page.wait_for_url("**/fear?**as_of=2025-11-20**")
    page.get_by_text("The same numbers").first.wait_for(timeout=LONG)


def test_a_server_that_gives_no_digest_keeps_nobody_from_a_picture(fear: Page) -> None:
    fear.route(re.compile(r"/(s|pin)\?"), lambda route: route.abort())
    assert verify.DIGEST not in png.texts(taken(fear, "PNG")[1])
    assert b"# numbers:" not in taken(fear, "CSV")[1]


def test_after_another_day_is_chosen_what_is_taken_is_of_that_day(fear: Page) -> None:
    fear.locator(".fl-strip-jump").select_option("2025-11-20")
    fear.wait_for_function("location.search.includes('as_of=2025-11-20')")
    fear.wait_for_timeout(3000)
    name, drawn = taken(fear, "SVG")
    assert name == "faultline_fear_2025-11-20_sample.svg"
    assert "As of 2025-11-20 (end of day, UTC)" in drawn.decode("utf-8")
    assert b"# as of: 2025-11-20" in taken(fear, "CSV")[1]


def test_the_picture_goes_to_the_clipboard(fear: Page) -> None:
    fear.context.grant_permissions(["clipboard-read", "clipboard-write"])
    fear.get_by_role("button", name="Copy", exact=True).first.click()
    fear.get_by_role("button", name="✓", exact=True).first.wait_for(timeout=LONG)
    kinds = fear.evaluate("async () => (await navigator.clipboard.read()).flatMap((one) => one.types)")
    assert kinds == ["image/png"]


def test_the_page_in_one_file_opens_without_a_server_or_a_network_and_prints(browser: Browser, fear: Page, tmp_path: Path) -> None:
    name, written = taken(fear, "Attach")
    assert name.endswith(".html")
    assert len(written) < 6_000_000
    (tmp_path / "page.html").write_bytes(written)
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_selector(".fl-live .main-svg")
    page.wait_for_function("[...document.images].every((one) => one.complete && one.naturalWidth > 0)")
    assert page.locator(".fl-tile").count() == fear.locator(".fl-tile").count()
    assert page.locator(".fl-verdict").inner_text() == fear.locator(".fl-verdict").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.mouse.move(600, 700)
    pdf = page.pdf(format="A4")
    assert pdf[:5] == b"%PDF-"
    assert [one for one in asked if not one.startswith(("file:", "data:", "blob:"))] == []
    assert complaints == []
    context.close()
