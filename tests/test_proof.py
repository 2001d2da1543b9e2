"""What a picture says, as bytes: the same numbers always give the same digest, and no other numbers do."""

import hashlib
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.readings import READINGS, Value
from notes import proof

DAY = pd.Timestamp("2025-11-20", tz="UTC").as_unit("us")
START = pd.Timestamp("2025-08-20", tz="UTC").as_unit("us")


def value(id: str, number: float, time: pd.Timestamp = DAY) -> Value:
    return Value(id, number, time, math.nan, math.nan, math.nan, "calm", ("cboe",), "", pd.Timedelta(0))


def content(number: float = 26.42, **more: Any) -> dict[str, Any]:
    values = {"vix": value("vix", number), "dvol_btc": value("dvol_btc", math.nan)}
    return proof.numbers("fear", "live", DAY, START, DAY, values, **more)


def test_the_bytes_are_json_with_sorted_keys_and_no_spaces() -> None:
    assert proof.canonical({"b": [1, 0.1, None], "a": "−ü"}) == '{"a":"−ü","b":[1,0.1,null]}'.encode()


def test_the_digest_is_what_anybody_reckons_from_the_bytes() -> None:
    told = content()
    assert proof.digest(told) == hashlib.sha256(proof.canonical(told)).hexdigest()
    assert proof.short(proof.digest(told)) == proof.digest(told)[:12]
    assert proof.digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_content_says_the_page_the_board_the_instant_the_window_and_each_number_with_its_unit_and_time() -> None:
    assert content() == {
        "page": "fear",
        "board": "live",
        "as_of": "2025-11-20T23:59:59.999999Z",
        "from": "2025-08-20",
        "to": "2025-11-20",
        "version": 1,
        "readings": {"vix": [26.42, READINGS["vix"].unit, "2025-11-20T00:00:00Z"], "dvol_btc": None},
    }


@pytest.mark.parametrize("as_of", [DAY, DAY + pd.Timedelta("14h30min"), DAY + pd.Timedelta("23:59:59")])
def test_the_day_or_the_moment_is_read_back_from_the_instant(as_of: pd.Timestamp) -> None:
    assert proof.as_of(proof.numbers("fear", "live", as_of, START, DAY, {})) == as_of


@pytest.mark.parametrize("wrong", [{}, {"as_of": None}, {"as_of": "yesterday"}, {"as_of": [1]}, {"as_of": "9" * 400}])
def test_content_without_an_instant_is_refused_as_a_value(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        proof.as_of(wrong)


def test_the_smallest_change_of_a_number_changes_the_digest() -> None:
    assert proof.digest(content()) != proof.digest(content(math.nextafter(26.42, 27)))


def test_a_line_is_one_value_a_day_with_gaps_as_null() -> None:
    days = pd.DatetimeIndex(["2025-11-17", "2025-11-18 09:00", "2025-11-18 21:00", "2025-11-20"], tz="UTC")
    line = pd.Series([1.0, 2.0, 3.0, 4.0], index=days)
    told = content(series={"VIX": ("points", line)})["series"]["VIX"]
    assert told == {"unit": "points", "first": "2025-11-17", "step": "1D", "values": [1.0, 3.0, None, 4.0]}


def test_a_line_without_any_value_has_no_first_day() -> None:
    line = pd.Series([math.nan], index=pd.DatetimeIndex(["2025-11-17"], tz="UTC"))
    assert content(series={"VIX": ("points", line)})["series"]["VIX"]["values"] == []


def test_numbers_a_reader_set_are_part_of_what_is_said() -> None:
    assert proof.digest(content(chosen={"kwh": "0.08"})) not in {
        proof.digest(content()),
        proof.digest(content(chosen={"kwh": "0.07"})),
    }


def test_a_page_speaks_of_its_own_readings_and_the_overview_of_all() -> None:
    values = {name: value(name, 1.0) for name in READINGS}
    assert set(proof.of_page("fear", values)) == {name for name, row in READINGS.items() if row.page == "fear"}
    assert proof.of_page("overview", values) == values
    assert proof.of_page("sources", values) == values


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError):
        proof.canonical({"x": object()})
    with pytest.raises(ValueError, match="surrogates not allowed"):
        proof.canonical({"x": "\ud800"})


def test_differences_name_each_number_that_is_another_one() -> None:
    assert proof.differences(content(), content()) == []
    assert proof.differences(content(), content(26.40)) == [("vix", 26.42, 26.40)]
    assert proof.differences(content(), content(math.nan)) == [("vix", 26.42, None)]


@pytest.mark.parametrize(
    "hostile",
    [
        {},
        {"readings": 7},
        {"readings": {"vix": "26"}},
        {"readings": {"vix": []}},
        {"readings": {"vix": [True, {}]}},
        {"readings": {"vix": [10**400]}},
        {"readings": {"vix": [-(10**400), "points", ""]}},
    ],
)
def test_content_of_another_shape_has_no_numbers_but_does_not_raise(hostile: dict[str, Any]) -> None:
    proof.differences(content(), hostile)


@pytest.mark.parametrize(
    "forged",
    [7, [], [26.42], [26.42, "%", "2025-11-20T00:00:00Z"], [10**400], [True], [26.42, "points", "2025-11-20T00:00:00Z", 1]],
)
def test_a_reading_is_the_same_by_value_unit_and_time(forged: Any) -> None:
    told = content()["readings"]
    assert proof.altered(content(), content()) == []
    assert proof.altered({"readings": told | {"vix": forged}}, content()) == ["vix"]
    assert proof.altered({"readings": {"other": None, "vix": None, "dvol_btc": forged}}, content()) == ["other", "vix", "dvol_btc"]


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=12,
)


@given(plain)
def test_reading_the_bytes_and_writing_them_again_gives_the_same_bytes(anything: Any) -> None:
    written = proof.canonical(anything)
    assert proof.canonical(json.loads(written)) == written


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_comes_back_from_the_bytes_to_the_last_bit(number: float) -> None:
    (back,) = json.loads(proof.canonical([np.float64(number)]))
    assert np.float64(back).tobytes() == np.float64(number).tobytes()


WRITES = """
from data_sources import load, views
from indicators import readings
from notes import proof

board = load.board()
values = readings.evaluate_all(board.panels, board.as_of, views.computed(board).series)
print(proof.digest(proof.numbers("overview", board.kind, board.as_of, board.first, board.as_of, values)))
"""


def test_another_processor_finds_the_same_digest(tmp_path: Path) -> None:
    """Without AVX, matrices are multiplied in another order, and the last digits of connectedness differ."""
    plain = {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX2 FMA3"}
    digests = set()
    for processor in ({}, plain):
        known = os.environ | {"STRESS_DATABASE_URL": f"sqlite:///{tmp_path / 'none.db'}"} | processor
        asked = [sys.executable, "-W", "ignore", "-c", WRITES]
        written = subprocess.run(asked, env=known, capture_output=True, text=True, check=True)
        digests.add(written.stdout.strip())
    assert len(digests) == 1
    assert proof.DIGEST.fullmatch(digests.pop())
