"""Addresses that are no pages: links completed, kept and opened, and numbers verified, as a browser or a program asks."""

import hashlib
import re
from collections import defaultdict, deque
from pathlib import Path

import pytest

from data_sources import load, pins
from data_sources.store import Store
from notes import proof
from routes import short
from routes.sheets import Said
from tests.routed import HTML, JSON, LEVELS, PAGE, Tags, ask, board, held, kept, own, revise, told

__all__ = ["board", "held", "own"]


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample board, whose store does not exist."""
    monkeypatch.setenv("STRESS_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    return tmp_path / "none.db"


def test_a_pinned_link_is_completed_with_the_beginning_of_its_numbers_digest(board: Store) -> None:
    answer = ask("GET", "/pin", params=PAGE, headers=JSON).json()
    assert answer["path"].endswith(f"as_of=2025-11-20&known=2025-11-21T00%3A00%3A00Z&v=1&n={answer['digest'][:12]}")
    assert "It opens " in answer["sentence"]
    assert hashlib.sha256(answer["content"].encode()).hexdigest() == answer["digest"]


def test_without_a_day_a_link_is_pinned_to_the_newest_one(board: Store) -> None:
    assert "as_of=2025-11-20" in ask("GET", "/pin", params={"page": "fear"}, headers=JSON).json()["path"]


def test_the_same_state_has_the_same_digest_on_another_machine_and_other_numbers_have_another(
    board: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask("GET", "/pin", params=PAGE, headers=JSON).json()
    digests = []
    for name, level in (("same", 26.42), ("other", 26.43)):
        monkeypatch.setenv("STRESS_DATABASE_URL", f"sqlite:///{tmp_path / name}.db")
        told(load.opened(), *LEVELS[:2], ("2025-11-20", level))
        digests.append(ask("GET", "/pin", params=PAGE, headers=JSON).json()["digest"])
        load.opened().close()
    assert digests[0] == first["digest"] != digests[1]


def test_a_short_link_is_kept_once_and_takes_a_browser_to_the_pinned_address(board: Store) -> None:
    first, again = kept(), kept()
    assert first["path"] == again["path"]
    page = ask("GET", first["path"], headers=HTML)
    tags = Tags(page.text)
    refresh = tags.meta("refresh") or ""
    assert page.status_code == 200
    assert refresh.startswith("0; url=https://board.example.com/fear?from=")
    assert f"n={first['digest'][:12]}" in refresh


def test_a_chat_gets_title_description_and_picture_with_the_verdict_of_the_time(own: Store) -> None:
    link = kept()
    revise(own, 99.0)
    tags = Tags(ask("GET", link["path"]).text)
    assert (tags.meta("og:title") or "").startswith("Fear: The VIX is at 26.4")
    assert "VIX 26.4" in (tags.meta("og:description") or "")
    assert re.search(r" Kept \d\d \w{3} \d{4}, \d\d:\d\d UTC\. ", tags.meta("og:description") or "")
    assert (tags.meta("og:image") or "").startswith("https://board.example.com/render/fear.png?from=")
    assert tags.meta("og:url") == f"https://board.example.com{link['path']}"


@pytest.mark.parametrize("id", ["AAAAAAAAAAAA", "x", "%27%20OR%201=1", "..%2F..", "a" * 3000, "<script>"])
def test_an_unknown_short_link_is_a_sentence(board: Store, id: str) -> None:
    kept()
    answer = ask("GET", f"/s/{id}", headers=JSON)
    assert answer.status_code == 404
    if "sentence" in answer.text:
        assert answer.json()["sentence"] == short.UNKNOWN


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}, {"sec-fetch-site": "same-site"}],
)
def test_another_site_keeps_no_links_here(own: Store, headers: dict[str, str]) -> None:
    answer = ask("POST", "/s", params=PAGE, headers=JSON | headers)
    assert answer.status_code == 403
    assert "this request came from another one" in answer.json()["sentence"]
    assert pins.listed(own, "link") == []


def test_the_board_itself_keeps_links(board: Store) -> None:
    headers = JSON | {"origin": "https://board.example.com", "sec-fetch-site": "same-origin"}
    assert ask("POST", "/s", params=PAGE, headers=headers).status_code == 201


@pytest.mark.parametrize("wrong", [{"as_of": "2025-02-30"}, {"window": "7y"}, {"page": "<b>"}, {"v": "9"}, {"kwh": "many"}])
def test_a_link_that_cannot_be_read_is_refused_with_a_sentence(board: Store, wrong: dict[str, str]) -> None:
    for method, path in (("GET", "/pin"), ("POST", "/s")):
        answer = ask(method, path, params=PAGE | wrong, headers=JSON)
        assert answer.status_code == 422
        assert answer.json()["sentence"].endswith(".")
        assert "<" not in answer.json()["sentence"]


def test_what_is_hostile_in_the_store_is_escaped_and_leads_nowhere_else(board: Store) -> None:
    body = {
        "content": {},
        "path": "https://evil.example/x?y",
        "sentence": "<script>alert(1)</script>",
        "described": '"><img src=x>',
    }
    id = pins.keep(board, "link", body, proof.digest({}))
    page = ask("GET", f"/s/{id}").text
    assert "<script" not in page
    assert "<img" not in page
    assert "evil.example" not in page
    assert (Tags(page).meta("refresh") or "").startswith("0; url=https://board.example.com/")


def test_a_hostile_host_is_escaped(board: Store) -> None:
    path = kept()["path"]
    page = ask("GET", path, headers={"host": 'x"><script>alert(1)</script>'}).text
    assert "<script" not in page


def test_on_the_sample_board_links_are_pinned_and_not_kept(sample: Path) -> None:
    answer = ask("GET", "/pin", params={"page": "fear"}, headers=JSON)
    assert "of the sample board" in answer.json()["sentence"]
    refused = ask("POST", "/s", params={"page": "fear"}, headers=JSON)
    assert refused.status_code == 503
    assert refused.json()["sentence"].startswith("Nothing can be kept on the sample board")
    assert ask("GET", "/verify", params={"link": answer.json()["path"]}, headers=JSON).json()["ok"]
    assert not sample.exists()


def test_a_read_only_store_completes_links_and_says_why_none_is_kept(
    own: Store, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("a file can be read-only; a server's store has other ways")
    monkeypatch.setenv("STRESS_DATABASE_URL", database_url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true")
    assert ask("GET", "/pin", params=PAGE, headers=JSON).status_code == 200
    answer = ask("POST", "/s", params=PAGE, headers=JSON)
    assert answer.status_code == 503
    assert "cannot be written" in answer.json()["sentence"]


def test_a_store_out_of_reach_is_a_sentence_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRESS_DATABASE_URL", "no database")
    for method, path in (("GET", "/pin"), ("POST", "/s"), ("GET", "/s/AAAAAAAAAAAA"), ("GET", "/verify?digest=" + "ab" * 32)):
        answer = ask(method, path, headers=JSON)
        assert answer.status_code == 503
        assert answer.json()["sentence"].startswith("STRESS_DATABASE_URL is not a database URL")


def test_a_visitor_learns_the_name_of_the_stores_file_and_no_folder_of_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stress.db").mkdir()
    monkeypatch.setenv("STRESS_DATABASE_URL", f"sqlite:///{tmp_path / 'stress.db'}")
    for method, path in (("GET", "/pin"), ("POST", "/s"), ("GET", "/s/AAAAAAAAAAAA")):
        told = ask(method, path, params=PAGE, headers=JSON)
        assert told.status_code == 503
        assert told.json()["sentence"].startswith("The store stress.db cannot be opened")
        assert str(tmp_path) not in told.text


def test_a_preview_names_the_address_that_readers_use_where_the_operator_has_said_it(
    board: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept()["path"]
    monkeypatch.setenv("STRESS_ADDRESS", "https://stress.example.com/board")
    assert Tags(ask("GET", path).text).meta("og:url") == f"https://stress.example.com/board{path}"


def test_so_many_links_a_minute_are_kept_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(short, "_LATELY", defaultdict(deque))
    for _ in range(short.MOST):
        short._in_turn(short.LINK, lambda: 100.0)
    with pytest.raises(Said, match="within a minute"):
        short._in_turn(short.LINK, lambda: 159.0)
    short._in_turn(short.DRAWN, lambda: 159.0)
    short._in_turn(short.LINK, lambda: 161.0)
