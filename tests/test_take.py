"""What can be taken from a page: its record holds what was drawn, and the foot offers it."""

import json
import threading

import pandas as pd
import pytest
import streamlit as st

from components import record, take, tiles
from components.exports import Facts
from components.marks import Figure

FACTS = Facts("fear", "Fear", pd.Timestamp("2026-02-06", tz="UTC"), "sample", ("Cboe", "Deribit"))


@pytest.fixture(autouse=True)
def _own_record() -> None:
    record.end()


def test_a_record_holds_what_was_drawn_in_its_order() -> None:
    drawn = Figure({"data": [], "layout": {}})
    record.begin()
    record.html("<p>a</p>")
    record.figure(drawn, "fear")
    assert [(part.html, part.figure, part.key) for part in record.parts()] == [("<p>a</p>", None, ""), ("", drawn, "fear")]


def test_the_network_brings_the_numbers_that_it_shows() -> None:
    record.begin()
    record.network({"days": []}, pd.DataFrame({"value": [0.5]}))
    (part,) = record.end()
    assert part.numbers is not None
    assert part.numbers["value"].tolist() == [0.5]


def test_a_page_that_begins_forgets_the_one_before() -> None:
    record.begin()
    record.html("old")
    record.begin()
    record.html("new")
    assert [part.html for part in record.end()] == ["new"]


def test_what_a_fragment_draws_after_the_page_has_ended_is_not_part_of_it() -> None:
    record.begin()
    record.html("page")
    ended = record.end()
    record.html("fragment")
    assert [part.html for part in ended] == [part.html for part in record.parts()] == ["page"]


def test_two_visitors_have_two_records() -> None:
    record.begin()
    record.html("mine")
    other: list[record.Part] = []

    def visit() -> None:
        record.begin()
        record.html("theirs")
        other.extend(record.end())

    visitor = threading.Thread(target=visit)
    visitor.start()
    visitor.join()
    assert [part.html for part in record.end()] == ["mine"]
    assert [part.html for part in other] == ["theirs"]


def test_tiles_are_recorded_as_they_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(st, "html", shown.append)
    record.begin()
    tiles.show("<p>a</p>")
    tiles.show("")
    assert [part.html for part in record.end()] == shown == ["<p>a</p>"]


def test_the_browser_is_told_what_a_picture_has_to_say_and_both_themes() -> None:
    told = take.told(FACTS, 2)
    assert (told["as_of"], told["board"], told["publishers"], told["figures"]) == ("2026-02-06", "sample", "Cboe; Deribit", 2)
    assert take.told(FACTS, 2, "/fear?v=1")["pinned"] == "/fear?v=1"
    dark, light = told["themes"]["dark"], told["themes"]["light"]
    assert dark.keys() == light.keys()
    assert dark["ground"] != light["ground"]
    assert len(dark["series"]) == len(light["series"]) == 10
    assert json.loads(json.dumps(told)) == told


def test_the_script_loads_nothing_and_writes_no_markup_of_its_own() -> None:
    script = take.SCRIPT.read_text(encoding="utf-8")
    assert "http://" not in script.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in script
    assert not {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"} & set(
        script.replace("(", " ").replace(".", " ").split()
    )
