"""What is verified: numbers that are ours, what was revised since, and that nothing changed passes for ours."""

import json
import zlib
from typing import Any

import pandas as pd
import pytest

from data_sources import cached, pins
from data_sources.schema import PIN
from data_sources.store import Store
from notes import proof
from routes import png, short, verify
from tests.frames import utc
from tests.routed import HTML, JSON, PAGE, Tags, ask, board, held, kept, own, picture, revise

__all__ = ["board", "held", "own"]


def pinned(as_of: str = "2025-11-20") -> tuple[str, dict[str, Any]]:
    """A pinned link, and the content it was made of."""
    answer = ask("GET", "/pin", params=PAGE | {"as_of": as_of}, headers=JSON).json()
    view = cached.seen(utc(as_of).as_unit("us"))
    days = utc(as_of).as_unit("us") - pd.DateOffset(months=3), utc(as_of).as_unit("us")
    start = max(days[0], view.board.first)
    values = proof.of_page("fear", view.values)
    content = proof.numbers("fear", "live", days[1], start, days[1], values, known=view.board.arrived)
    assert proof.digest(content) == answer["digest"]
    return answer["path"], content


def test_a_pinned_link_proves_its_numbers_without_having_been_kept(board: Store) -> None:
    path, content = pinned()
    answer = ask("GET", "/verify", params={"link": f"https://board.example.com{path}"}, headers=JSON)
    assert answer.status_code == 200
    told = answer.json()
    assert told["sentence"].startswith("The same numbers: ")
    assert told["as_of"] == content["as_of"]
    assert {one["id"]: one["value"] for one in told["numbers"]}["vix"] == 26.42
    assert (told["differences"], told["revised"]) == ([], [])


def test_what_was_revised_since_is_told_from_and_to_and_when(own: Store) -> None:
    path, _ = pinned()
    digest = kept()["digest"]
    revise(own)
    for asked in ({"link": path}, {"digest": digest}, {"digest": digest[:12]}):
        told = ask("GET", "/verify", params=asked, headers=JSON).json()
        assert told["ok"]
        assert "The store knows more now: " in told["sentence"]
        assert "VIX 26.42 → 26.4" in told["sentence"]
        (one,) = [one for one in told["revised"] if one["id"] == "vix"]
        assert (one["from"], one["to"], one["known"]) == (26.42, 26.4, "2025-11-24T08:00:00Z")


def test_a_digest_that_nobody_kept_is_a_sentence(board: Store) -> None:
    for digest in ("ab" * 32, "x", "%", "ab" * 600):
        answer = ask("GET", "/verify", params={"digest": digest}, headers=JSON)
        assert (answer.status_code, answer.json()["sentence"]) == (404, verify.UNKNOWN)


def test_a_link_whose_day_or_digest_was_changed_is_refused(board: Store) -> None:
    path, _ = pinned()
    for wrong in (path.replace("as_of=2025-11-20", "as_of=2025-11-19").replace("to=2025-11-20", "to=2025-11-19"), path[:-2] + "zz"):
        answer = ask("GET", "/verify", params={"link": wrong}, headers=JSON)
        assert answer.status_code == 422
    changed = path[:-1] + ("0" if path[-1] != "0" else "1")
    told = ask("GET", "/verify", params={"link": changed}, headers=JSON).json()
    assert told["sentence"].startswith("Not the numbers that this link was made of")


def test_a_link_without_a_digest_has_nothing_to_verify(board: Store) -> None:
    answer = ask("GET", "/verify", params={"link": "/fear?window=3m"}, headers=JSON)
    assert (answer.status_code, answer.json()["sentence"]) == (422, verify.NO_PROOF)


def test_a_value_changed_in_the_store_is_refused_by_digest_and_by_link(own: Store) -> None:
    link = kept()
    found = pins.find(own, link["id"])
    assert found is not None
    found.body["content"]["readings"]["vix"][0] = 17.0
    with own.writing() as connection:
        connection.execute(PIN.update().values(body=zlib.compress(json.dumps(found.body).encode())))
    for asked in ("/verify?digest=" + link["digest"], f"/verify?link={link['path']}", link["path"]):
        answer = ask("GET", asked, headers=JSON)
        assert (answer.status_code, answer.json()["sentence"]) == (422, short.TAMPERED)


def test_numbers_that_the_store_did_not_know_are_told_apart_even_with_a_digest_of_their_own(board: Store) -> None:
    _, content = pinned()
    content["readings"]["vix"][0] = 17.0
    answer = ask("POST", "/verify", json={"content": content, "digest": proof.digest(content)}, headers=JSON)
    assert answer.status_code == 422
    assert "Not what this store knew at the end of 20 Nov 2025: 1 of " in answer.json()["sentence"]
    assert "VIX 17.0 the store says 26.4" in answer.json()["sentence"]


def test_content_that_does_not_fit_its_digest_is_refused(board: Store) -> None:
    _, content = pinned()
    digest = proof.digest(content)
    assert ask("POST", "/verify", json={"content": content, "digest": digest}, headers=JSON).json()["ok"]
    content["readings"]["vix"][0] = 26.43
    answer = ask("POST", "/verify", json={"content": content, "digest": digest}, headers=JSON)
    assert (answer.status_code, answer.json()["sentence"]) == (422, verify.CHANGED)


@pytest.mark.parametrize(
    "content",
    [
        {}, [], 7, {"readings": {}}, {"readings": [], "as_of": "2025-11-20T23:59:59.999999Z"},
        {"readings": {"vix": 1}, "as_of": "x"},
        {"readings": {"vix": [1]}, "as_of": "9999-12-31T23:59:59.999999Z"}, {"readings": {}, "as_of": "0001-01-01"},
        {"readings": {"vix": None}, "as_of": "2025-11-20T23:59:59.999999Z", "chosen": 7},
        {"readings": {"vix": None}, "as_of": "2025-11-20T23:59:59.999999Z", "from": {"x": 1}},
    ],
)  # fmt: skip
def test_content_of_another_shape_is_a_sentence(board: Store, content: Any) -> None:
    answer = ask("POST", "/verify", json={"content": content, "digest": proof.digest(content)}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["sentence"].endswith(".")


def test_a_reading_nobody_knows_is_told_as_such_and_escaped(board: Store) -> None:
    _, content = pinned()
    content["readings"]["<b>"] = [1.0, "<i>", "<u>"]
    body = {"content": content, "digest": proof.digest(content)}
    answer = ask("POST", "/verify", json=body, headers=HTML)
    assert answer.status_code == 422
    assert not {"b", "i", "u"} & {tag for tag, _ in Tags(answer.text).found}
    assert "names readings that this board does not have: ·b·." in Tags(answer.text).text


@pytest.mark.parametrize("way", ["raw", "form"])
def test_a_picture_is_verified_by_the_digest_in_it(board: Store, way: str) -> None:
    made = picture(faultline_digest=kept()["digest"])
    more: dict[str, Any] = {"content": made} if way == "raw" else {"files": {"picture": ("a.png", made, "image/png")}}
    answer = ask("POST", "/verify", headers=JSON, **more)
    assert answer.status_code == 200, answer.text
    assert answer.json()["sentence"].startswith("The same numbers")


def test_a_picture_that_carries_its_numbers_is_verified_where_they_were_never_kept(board: Store) -> None:
    _, content = pinned()
    text, digest = proof.canonical(content).decode(), proof.digest(content)
    assert ask("POST", "/verify", content=picture(faultline_digest=digest, faultline_content=text), headers=JSON).json()["ok"]
    changed = picture(faultline_digest=digest, faultline_content=text.replace("26.42", "20.42"))
    answer = ask("POST", "/verify", content=changed, headers=JSON)
    assert (answer.status_code, answer.json()["sentence"]) == (422, verify.CHANGED)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (b"", verify.UNREADABLE),
        (b"GIF89a", verify.UNREADABLE),
        (b"[]", verify.UNREADABLE),
        (b'{"digest": 1}', verify.UNREADABLE),
        (b"[" * 100_000, verify.UNREADABLE),
        (picture(), verify.NO_DIGEST),
        (picture(faultline_digest="zz"), verify.NO_DIGEST),
        (picture(faultline_digest="ab" * 32), verify.UNKNOWN),
        (picture(faultline_digest="ab" * 32, faultline_content="{"), verify.UNREADABLE),
        (picture()[:-6], png.BROKEN),
        (picture()[:20] + b"x" + picture()[21:], png.BROKEN),
        (png.SIGNATURE + b"\xff\xff\xff\xff" + b"IHDR", png.BROKEN),
    ],
)
def test_what_is_no_picture_of_ours_is_a_sentence(board: Store, sent: bytes, told: str) -> None:
    answer = ask("POST", "/verify", content=sent, headers=JSON)
    assert answer.status_code in (404, 422)
    assert answer.json()["sentence"] == told


def test_a_picture_too_large_is_not_read_to_its_end(board: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "LARGEST", 1000)
    answer = ask("POST", "/verify", content=b"x" * 20_000, headers=JSON)
    assert (answer.status_code, answer.json()["sentence"]) == (413, verify.TOO_LARGE)
    answer = ask("POST", "/verify", content=b"x" * 1500, headers=JSON)
    assert answer.status_code == 413


def test_a_person_gets_a_page_with_the_numbers_and_a_form(board: Store) -> None:
    path, _ = pinned()
    tags = Tags(ask("GET", "/verify", params={"link": path}, headers=HTML).text)
    assert "The same numbers" in tags.text
    assert "26.4" in tags.text
    assert [one["action"] for tag, one in tags.found if tag == "form"] == ["verify"] * 3
    assert "Are these our numbers?" in ask("GET", "/verify", headers=HTML).text


def test_no_script_runs_on_these_pages_and_nobody_frames_them(board: Store) -> None:
    for path in ("/verify", kept()["path"], "/s/AAAAAAAAAAAA"):
        headers = ask("GET", path, headers=HTML).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_a_moment_of_a_day_is_verified_as_known_at_that_moment(own: Store) -> None:
    revise(own)
    before, after = (
        ask("GET", "/pin", params=PAGE | {"as_of": f"2025-11-24T{hour}:00Z"}, headers=JSON).json()["path"] for hour in ("07", "09")
    )
    told = ask("GET", "/verify", params={"link": before}, headers=JSON).json()
    assert "as known on 24 Nov 2025 at 07:00:00 UTC. The store knows more now: " in told["sentence"]
    assert [(one["from"], one["to"], one["known"]) for one in told["revised"] if one["id"] == "vix"] == [
        (26.42, 26.4, "2025-11-24T08:00:00Z")
    ]
    told = ask("GET", "/verify", params={"link": after}, headers=JSON).json()
    assert told["revised"] == []
    assert {one["id"]: one["value"] for one in told["numbers"]}["vix"] == 26.4
