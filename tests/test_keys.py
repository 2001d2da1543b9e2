"""Keys lead to pages and windows; whatever else a browser tells is left alone."""

from typing import Any

import pytest
import streamlit as st

from components import keys, window
from components.frame import PAGES

ALL = [(row.name, row.title) for row in PAGES]


def test_every_page_has_a_letter_of_its_own() -> None:
    assert set(keys.LETTERS) == {name for name, _ in ALL}
    assert len(set(keys.LETTERS.values())) == len(ALL)
    assert keys.content(ALL)["letters"] == {letter: name for name, letter in keys.LETTERS.items()}


def test_a_letter_stands_in_its_pages_title_and_is_the_first_of_no_page_but_its_own() -> None:
    firsts = {title[0].lower() for _, title in ALL}
    for name, title in ALL:
        letter = keys.LETTERS[name]
        assert letter in title.lower()
        assert letter == title[0].lower() or letter not in firsts


def test_the_first_ten_pages_have_a_digit_and_every_preset_one_after_w() -> None:
    told = keys.content(ALL)
    assert list(told["digits"].values()) == [name for name, _ in ALL][:10]
    assert list(told["presets"].values()) == list(window.PRESETS)


def test_the_help_names_every_page_and_every_window() -> None:
    meanings = [meaning for _, rows in keys.content(ALL)["help"] for _, meaning in rows]
    assert {title for _, title in ALL} <= set(meanings)
    assert {name.upper() for name in window.PRESETS} <= set(meanings)


def test_a_page_that_is_asked_for_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    session: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", session)
    keys.pressed({"page": "fear"}, ALL)
    assert session == {keys.GO: "fear"}


@pytest.mark.parametrize(
    "told",
    [None, "fear", [], {"page": "../app"}, {"page": ["fear"]}, {"preset": "7y"}, {"preset": ["3m"]}, {"act": "drop"}, {"page": {}}],
)
def test_what_is_no_key_of_ours_does_nothing(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    session: dict[str, Any] = {window.SPAN: None}
    monkeypatch.setattr(st, "session_state", session)
    keys.pressed(told, ALL)
    assert session == {window.SPAN: None}


def test_a_window_asked_for_before_any_was_drawn_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    session: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", session)
    keys.pressed({"preset": "3m"}, ALL)
    keys.pressed({"act": keys.ZOOM_OUT}, ALL)
    assert session == {}
