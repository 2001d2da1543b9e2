"""Pictures by address: whole, in both themes, signed, remembered by whoever asks, and refused in a sentence where they must be."""

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import anyio
import httpx
import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageColor
from starlette.applications import Starlette

from components import picture, plate
from data_sources.store import Store
from notes import cards, chromium, printer
from routes import png, render, verify
from tests import routed
from tests.pictures import edges, patient, pixels, undrawn

__all__ = ["undrawn"]
PAGES = [name for name in cards.PANELS if name != "note"]
PLACEHOLDER = re.compile("#" + r"0000[0-4][0-9]\b")


def ask(*paths: str, method: str = "GET", **more: Any) -> list[httpx.Response]:
    """Ask for pictures, all at once, as a server would be asked."""
    answers: list[httpx.Response] = []

    async def one(client: httpx.AsyncClient, path: str) -> None:
        answers.append(await client.request(method, path, **more))

    async def asked() -> None:
        app = httpx.ASGITransport(Starlette(routes=[*render.ROUTES, *verify.ROUTES]))
        async with (
            httpx.AsyncClient(transport=app, base_url="https://board.example.com", timeout=120) as client,
            anyio.create_task_group() as group,
        ):
            for path in paths:
                group.start_soon(one, client, path)

    anyio.run(asked)
    return answers


@pytest.fixture(scope="module")
def drawing() -> Iterator[None]:
    with patient():
        yield


@pytest.fixture
def no_chromium(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(chromium.CHROMIUM, "nowhere/chromium")


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """A live board of three days."""
    url = f"sqlite:///{tmp_path / 'live.db'}"
    monkeypatch.setenv("STRESS_DATABASE_URL", url)
    with closing(Store(url)) as held:
        routed.told(held, *routed.LEVELS)


def unseen(spec: dict[str, Any], seen: Any, scale: float) -> list[str]:
    """Series of a figure whose color is nowhere in their panel."""
    layout, missing = spec["layout"], []
    margin, height, width = layout["margin"], layout["height"], layout["width"]
    inner = height - margin["t"] - margin["b"]
    for trace in spec["data"]:
        if "y0" in trace or "yaxis" not in trace:
            continue
        floor, ceiling = layout["yaxis" + trace["yaxis"][1:]]["domain"]
        top, bottom = (round((margin["t"] + (1 - at) * inner) * scale) for at in (ceiling, floor))
        panel = seen[top : bottom + 3, round(margin["l"] * scale) : round((width - margin["r"]) * scale)]
        color = ImageColor.getrgb((trace.get("line") or trace["marker"])["color"])
        if (np.abs(panel - np.array(color)).max(axis=-1) <= 2).sum() < 12:
            missing.append(trace["name"])
    return missing


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_no_color_is_left_to_streamlits_browser_side(page: str, theme: str, undrawn: list[dict[str, Any]]) -> None:
    (answer,) = ask(f"/render/{page}.png?theme={theme}&as_of=2025-11-20")
    assert answer.status_code == 200, answer.text
    (spec,) = undrawn
    assert PLACEHOLDER.findall(json.dumps(spec)) == []
    assert spec["layout"]["template"]["layout"]["paper_bgcolor"] == picture.color("backgroundColor", theme)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.browser
@pytest.mark.xdist_group("printer")
def test_every_series_is_in_the_picture_and_nothing_is_cut_off(
    page: str, theme: str, drawing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    specs: list[dict[str, Any]] = []
    draw = printer.png

    def watched(spec: dict[str, Any], **how: Any) -> bytes:
        specs.append(spec)
        return draw(spec, **how)

    monkeypatch.setattr(printer, "png", watched)
    width = 420 if theme == "dark" else 1200
    (answer,) = ask(f"/render/{page}.png?theme={theme}&width={width}")
    assert answer.status_code == 200, answer.text
    seen = pixels(answer.content)
    assert seen.shape[1] == 2 * width
    assert unseen(specs[0], seen, 2.0) == []
    assert edges(seen) == {ImageColor.getrgb(picture.color("backgroundColor", theme))}


def test_what_a_picture_must_not_be_without_is_in_it(undrawn: list[dict[str, Any]]) -> None:
    (answer,) = ask("/render/fear.png?as_of=2025-11-20")
    told = " ".join(one["text"].replace("<br>", " ") for one in undrawn[0]["layout"]["annotations"] if one.get("name") == "plate")
    digest = png.texts(answer.content)[verify.DIGEST]
    for said in (
        "Fear",
        "As known at the end of 20 Nov 2025",
        "20 Nov 2024 – 20 Nov 2025",
        "Published by",
        "Board: SAMPLE",
        "Oldest input",
    ):
        assert said in told
    assert f"Digest {digest[:12]}" in told
    stamps = [one for one in undrawn[0]["layout"]["annotations"] if one.get("name") == "stamp"]
    assert stamps
    assert all(plate.STAMP in one["text"] and one["textangle"] for one in stamps)


@pytest.mark.usefixtures("live")
def test_a_picture_prints_the_address_of_the_settings_and_not_one_that_a_stranger_names(
    undrawn: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRESS_ADDRESS", "https://stress.example.com/board/")
    for named in ({"host": "evil.example"}, {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}):
        (answer,) = ask("/render/fear.png?as_of=2025-11-20", headers=named)
        assert answer.status_code == 200, answer.text
        drawn = json.dumps(undrawn.pop()).replace("<br>", "")
        assert "https://stress.example.com/board/s/" in drawn
        assert "evil" not in drawn + answer.content.decode("latin-1") + json.dumps(dict(answer.headers))


def test_a_live_board_is_not_stamped(live: None, undrawn: list[dict[str, Any]]) -> None:
    ask("/render/fear.png?as_of=2025-11-20")
    texts = [one["text"] for one in undrawn[0]["layout"]["annotations"]]
    assert not any(plate.STAMP in text for text in texts)
    assert any("Board: live" in text for text in texts)


def test_a_picture_carries_its_numbers_and_verifies(live: None, undrawn: list[dict[str, Any]]) -> None:
    (answer,) = ask("/render/fear.png?as_of=2025-11-20")
    carried = png.texts(answer.content)
    assert json.loads(carried[verify.CONTENT])["readings"]["vix"][0] == 26.42
    Image.open(io.BytesIO(answer.content)).load()
    (judged,) = ask("/verify", method="POST", content=answer.content, headers={"accept": "application/json"})
    assert judged.json()["ok"], judged.text


def test_who_has_the_picture_already_is_not_sent_it_again(no_chromium: None, undrawn: list[dict[str, Any]]) -> None:
    path = "/render/fear.png?as_of=2025-11-20"
    (first,) = ask(path)
    tag = first.headers["etag"]
    for known in (tag, f'W/"other", {tag}', f"W/{tag}"):
        (again,) = ask(path, headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    others = (
        f"{path}&theme=dark",
        f"{path}&width=900",
        f"{path}&scale=1",
        "/render/fear.png?as_of=2025-11-19",
        f"{path}&window=3m",
    )
    tags = {one.headers["etag"] for one in ask(*others)}
    assert len(tags | {tag}) == len(others) + 1


def test_a_day_that_is_over_may_be_kept_and_the_newest_may_not(
    live: None, undrawn: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRESS_ADDRESS", "https://stress.example.com")
    today = f"{pd.Timestamp.now('UTC'):%Y-%m-%d}"
    kept = {
        path: ask(f"/render/fear.png{path}")[0].headers["cache-control"] for path in ("?as_of=2025-11-19", "", f"?as_of={today}")
    }
    assert list(kept.values()) == ["public, max-age=86400", "no-cache", "no-cache"]
    monkeypatch.delenv("STRESS_ADDRESS")  # what it prints then is the address that whoever asked has named
    assert ask("/render/fear.png?as_of=2025-11-19")[0].headers["cache-control"] == "private, max-age=86400"


def test_the_sample_board_may_not_be_kept(undrawn: list[dict[str, Any]]) -> None:
    assert ask("/render/fear.png?as_of=2025-11-19")[0].headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("sources.png", 404, "There is no picture of this name. There are: overview,"),
        ("nowhere.png", 404, "There is no picture of this name."),
        ("..%2F..%2Fetc%2Fpasswd.png", 404, ""),
        ("fear.gif", 404, "Pictures are png or svg."),
        ("fear.png?theme=<script>", 400, "A theme is light or dark."),
        ("fear.png?width=359", 400, "A width is a whole number of pixels from 360 to 2400."),
        ("fear.png?width=2401", 400, "A width is a whole number"),
        ("fear.png?width=9e9", 400, "A width is a whole number"),
        ("fear.png?width=-400", 400, "A width is a whole number"),
        ("fear.png?width=%D9%A5%D9%A0%D9%A0", 400, "A width is a whole number"),
        ("fear.png?scale=nan", 400, "A scale is a number from 1 to 3."),
        ("fear.png?scale=0.5", 400, "A scale is a number"),
        ("fear.png?scale=3.1", 400, "A scale is a number"),
        ("fear.png?link=../../etc", 404, "There is no link of this name here"),
        ("fear.png?link=AAAAAAAAAAAA", 404, "There is no link of this name here"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(path: str, status: int, sentence: str) -> None:
    (answer,) = ask(f"/render/{path}")
    assert answer.status_code == status
    assert answer.text.startswith(sentence)
    assert "<" not in answer.text


def test_a_window_that_cannot_be_meant_is_its_default_and_said_in_a_header(undrawn: list[dict[str, Any]]) -> None:
    (answer,) = ask("/render/fear.png?as_of=2025-02-30&window=%0d%0aSet-Cookie:x")
    assert answer.status_code == 200
    note = answer.headers["x-faultline-note"]
    assert '"2025-02-30" is not a day' in note
    assert "There is no window" in note
    assert "set-cookie" not in answer.headers


def test_without_chromium_the_route_says_so_and_the_rest_works(no_chromium: None) -> None:
    (refusal,) = ask("/render/fear.png")
    assert (refusal.status_code, refusal.headers["content-type"]) == (503, "text/plain; charset=utf-8")
    assert refusal.text == "Pictures need Chromium, and STRESS_CHROMIUM names none; everything else works.\n"
    assert ask("/verify")[0].status_code == 200


@pytest.mark.parametrize(
    ("failure", "status", "again"),
    [(printer.Busy("Too many."), 429, "3"), (printer.TooSlow("Late."), 504, "3"), (ValueError("Too large."), 400, None)],
)
def test_a_printer_that_cannot_is_passed_on(
    failure: Exception, status: int, again: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> bytes:
        raise failure

    monkeypatch.setattr(printer, "png", fail)
    (answer,) = ask("/render/fear.png")
    assert (answer.status_code, answer.text, answer.headers.get("retry-after")) == (status, f"{failure}\n", again)
    assert answer.headers["cache-control"] == "no-store"


def test_a_store_that_cannot_be_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRESS_REFRESH_MINUTES", "often")
    (answer,) = ask("/render/fear.png")
    assert answer.status_code == 503
    assert "STRESS_REFRESH_MINUTES" in answer.text


@pytest.mark.browser
@pytest.mark.xdist_group("printer")
def test_of_fifty_at_once_nine_are_drawn_and_the_others_are_asked_to_come_again(drawing: None) -> None:
    ask("/render/fear.png")
    answers = ask(*["/render/fear.png?width=400"] * 50)
    assert Counter(one.status_code for one in answers) == {200: printer.WAITING + 1, 429: 50 - printer.WAITING - 1}
    assert {one.headers["retry-after"] for one in answers if one.status_code == 429} == {"3"}
    assert ask("/render/fear.png?width=400")[0].status_code == 200


@pytest.mark.browser
@pytest.mark.xdist_group("printer")
def test_the_same_as_svg(drawing: None) -> None:
    (answer,) = ask("/render/fear.svg?theme=dark")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert answer.text.startswith("<svg")
    assert plate.STAMP in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", answer.text)
