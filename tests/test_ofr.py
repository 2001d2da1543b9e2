"""The Office of Financial Research's file of its stress index."""

import pandas as pd
import pytest

from data_sources import ofr
from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload

FILE = payload("ofr_fsi.csv").replace("\n", "\r\n")
"""As published: lines end in CRLF, which reading a file as text takes away."""
LINES = FILE.splitlines()


def stress(text: str = FILE) -> pd.DataFrame:
    return read(ofr.parse_stress, text, "GLOBAL")


def test_the_index_is_taken_and_not_its_parts() -> None:
    frame = stress()
    assert set(frame[["measure", "asset", "entity"]].itertuples(index=False, name=None)) == {("ofr_fsi", "GLOBAL", "ofr")}
    assert frame.set_index("time")["value"].to_dict() == {
        utc("2025-04-03"): -0.074,
        utc("2025-04-04"): 1.269,
        utc("2025-04-07"): 2.743,
    }


def test_columns_are_taken_by_name() -> None:
    moved = "".join(",".join(reversed(line.split(","))) + "\r\n" for line in LINES)
    pd.testing.assert_frame_equal(stress(moved), stress())


def test_repeated_and_disordered_days_make_the_same_frame() -> None:
    pd.testing.assert_frame_equal(stress("\n".join([LINES[0], *LINES[:0:-1], *LINES[1:3], ""])), stress())


@pytest.mark.parametrize("text", ["", f"{LINES[0]}\n", f"{LINES[0]}\n{LINES[-1]}\n"], ids=["nothing", "header", "a holiday"])
def test_a_file_without_a_number_is_nothing_published(text: str) -> None:
    with pytest.raises(NothingPublished):
        stress(text)


@pytest.mark.parametrize(
    "text",
    [
        FILE.replace("OFR FSI", "FSI"),
        FILE.replace("Date", "Day"),
        FILE.replace("2025-04-04,", "2025-04-04,1,"),
        FILE[: FILE.index("-0.1,-0.024")],
        FILE.rstrip(),
        FILE.replace("2025-04-04", "04/04/2025"),
    ],
    ids=["renamed index", "renamed day", "extra cell", "cut off in a row", "cut off", "other form"],
)
def test_another_shape_is_noticed(text: str) -> None:
    with pytest.raises(PayloadChanged):
        stress(text)


def test_a_day_of_the_future_is_refused() -> None:
    with pytest.raises(ContractBroken, match="future"):
        stress(FILE.replace("2025-04-07", "2095-04-07"))


def test_the_whole_file_is_asked_once_whatever_the_range(monkeypatch: pytest.MonkeyPatch) -> None:
    questions: list[str] = []

    def answer(url: str) -> str:
        questions.append(url)
        return FILE

    monkeypatch.setattr("data_sources.wire.text", answer)
    assert ofr.fetch_stress("GLOBAL", utc("2026-02-01"), utc("2026-02-08")) == FILE
    assert questions == ["https://www.financialresearch.gov/financial-stress-index/data/fsi.csv"]
