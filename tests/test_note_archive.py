"""The archive: a note is kept once, found again whole, and compared with any other."""

import dataclasses
import json
from datetime import date

import pandas as pd
import pytest

from data_sources.errors import StoreUnavailable
from data_sources.store import Store
from data_sources.views import View
from notes import archive, desk
from notes.archive import difference
from notes.note import Note
from notes.render_json import data
from tests.frames import observations

Made = tuple[Note, View]


@pytest.fixture(scope="module")
def made() -> Made:
    return desk.noted(date(2025, 11, 20))


def test_a_note_is_kept_once_and_found_again(made: Made, store: Store) -> None:
    note, view = made
    with pytest.raises(StoreUnavailable, match="sample board"):
        archive.keep(store, note, view.values)
    store.append(observations(("2025-11-19", 91_554.96), ("2025-11-20", 86_637.23)), "a test")
    first = archive.keep(store, note, view.values, date(2025, 11, 21))
    assert archive.keep(store, note, view.values, date(2025, 11, 21)) == first
    (kept,) = archive.listed(store)
    assert (kept.id, kept.slot, kept.title) == (first, "2025-11-21", note.title)
    assert kept.body["note"]["headline"]["text"] == note.headline.text
    assert archive.sent(store, date(2025, 11, 21))
    assert not archive.sent(store, date(2025, 11, 22))


def test_two_notes_are_compared_reading_by_reading(made: Made) -> None:
    note, view = made
    later = json.loads(json.dumps(data(note, view.values)))
    body = data(note, view.values)
    assert difference(body, later) == archive.Difference((note.headline.text, note.headline.text), (), (), ())
    (vix,) = [row for row in later["readings"] if row["id"] == "vix"]
    vix |= {"value": 31.0, "state": "extreme"}
    later["note"]["topics"][0]["verdict"]["text"] = "Something else."
    found = difference(body, later)
    assert found.readings == (("VIX", "26.4", "31.0", "stress → extreme"),)
    assert found.gone == (note.topics[0].verdict.text,)
    assert found.come == ("Something else.",)


@pytest.mark.parametrize(
    "body", [{}, {"note": 1, "readings": 2}, {"note": {"topics": [1, {"lines": 3}]}, "readings": [1, {"id": "vix", "value": "x"}]}]
)
def test_what_was_damaged_in_the_archive_is_compared_as_not_known(body: dict[str, object]) -> None:
    assert difference(body, body) == archive.Difference(("", ""), (), (), ())


def test_another_number_has_another_id(made: Made, store: Store) -> None:
    note, view = made
    store.append(observations(("2025-11-19", 91_554.96), ("2025-11-20", 86_637.23)), "a test")
    changed = view.values | {"vix": dataclasses.replace(view.values["vix"], value=1.0, time=pd.Timestamp("2025-11-20", tz="UTC"))}
    assert archive.keep(store, note, view.values) != archive.keep(store, note, changed)
