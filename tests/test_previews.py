"""What a chat's preview and a server's picture say of a page: the very sentence that stands on it."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import links
from components.frame import PAGES
from data_sources import cached
from data_sources.__main__ import main as data
from routes import places
from tests.frames import utc

ROOT = Path(__file__).parents[1]
NAMES = [row.name for row in PAGES]
VERDICT = re.compile(r'<p class="fl-verdict[^>]*>(.*?)</p>')
SLOW = 120
"""Seconds; a page takes one, and a busy machine many."""


@pytest.fixture(scope="module")
def real(history_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A live board of real history."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRESS_DATABASE_URL", f"sqlite:///{tmp_path_factory.mktemp('real') / 'stress.db'}")
        assert data(["import", *map(str, sorted(history_folder.glob("*.csv.gz")))]) == 0
        yield


def on_the_page(name: str, day: str) -> str:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=SLOW).run()
    page.switch_page(f"pages/{name}.py")
    page.query_params["as_of"] = day
    page.run()
    assert not page.exception, page.exception
    (told,) = VERDICT.findall(" ".join(str(element.proto.body) for element in page.get("html")))
    return unescape(re.sub(r"<[^>]+>", "", told))


def in_the_preview(name: str, day: str) -> str:
    held = places.span()
    return places.verdict(name, places.opened(links.of_query({"page": name, "as_of": day}, held), held).view)


def test_every_page_has_a_verdict_for_its_preview() -> None:
    assert set(places.VERDICTS) == set(NAMES)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "sources"])
@pytest.mark.parametrize("day", ["2025-11-20", "2019-03-12"])
def test_a_preview_of_the_sample_board_says_what_the_page_says(name: str, day: str) -> None:
    assert in_the_preview(name, day) == on_the_page(name, day)


@pytest.mark.usefixtures("real")
@pytest.mark.parametrize("name", [name for name in NAMES if name != "sources"])
@pytest.mark.parametrize("day", ["2025-11-20", "2026-02-05"])
def test_a_preview_of_the_live_board_says_what_the_page_says(name: str, day: str) -> None:
    assert cached.seen(utc(day).as_unit("us")).board.kind == "live"
    assert in_the_preview(name, day) == on_the_page(name, day)


def test_feeds_are_told_as_they_stand_now_and_a_preview_says_when_it_was_kept() -> None:
    assert in_the_preview("sources", "2025-11-20") == on_the_page("sources", "2025-11-20")
