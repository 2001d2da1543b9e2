"""The ECB's answers: the indicator of systemic stress."""

import pandas as pd
import pytest

from data_sources import ecb
from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload

FILE = payload("ecb_ciss.csv")
LINES = FILE.split()


def ciss(text: str = FILE) -> pd.DataFrame:
    return read(ecb.parse_ciss, text, "EURO_AREA")


def test_values_keep_all_their_digits_and_a_zero_is_a_number() -> None:
    frame = ciss()
    assert set(frame[["measure", "asset", "entity"]].itertuples(index=False, name=None)) == {("ciss", "EURO_AREA", "ecb")}
    assert frame.set_index("time")["value"].to_dict() == {
        utc("2025-04-04"): 0.21,
        utc("2025-04-07"): 0.3456789012345678,
        utc("2025-04-09"): 0.0,
    }


def test_a_gap_may_be_without_its_day() -> None:
    pd.testing.assert_frame_equal(ciss(FILE.replace("IDX,2025-04-08,NaN", "IDX,,")), ciss())


def test_repeated_and_disordered_days_make_the_same_frame() -> None:
    header, *lines = FILE.split()
    pd.testing.assert_frame_equal(ciss("\r\n".join([header, *lines[::-1], *lines[:2], ""])), ciss())


@pytest.mark.parametrize("text", ["", f"{LINES[0]}\n", f"{LINES[0]}\n{LINES[3]}\n"], ids=["nothing", "header", "a gap"])
def test_a_file_without_a_number_is_nothing_published(text: str) -> None:
    with pytest.raises(NothingPublished):
        ciss(text)


@pytest.mark.parametrize(
    "text",
    [
        FILE.replace("OBS_VALUE", "VALUE"),
        FILE.replace("TIME_PERIOD", "PERIOD"),
        FILE.replace("IDX,2025-04-07", "IDX,A,2025-04-07"),
        FILE.replace("2025-04-07", "2025-W15"),
        FILE.replace("CISS.D.U2.Z0Z.4F.EC.SS_CIN.IDX", "CISS.D.U2.Z0Z.4F.EC.SS_CI.IDX", 1),
        FILE.replace("9,0\n", "9,0.12"),
    ],
    ids=["renamed value", "renamed day", "extra cell", "a week", "another series", "cut off"],
)
def test_another_shape_is_noticed(text: str) -> None:
    with pytest.raises(PayloadChanged):
        ciss(text)


@pytest.mark.parametrize("text", [FILE.replace("2025-04-07", "2095-04-07"), FILE.replace(",0.21", ",21")])
def test_a_day_of_the_future_and_a_percentage_are_refused(text: str) -> None:
    with pytest.raises(ContractBroken):
        ciss(text)


@pytest.mark.parametrize("start", ["1980-01-01", "2026-02-01"])
def test_any_range_is_one_request(monkeypatch: pytest.MonkeyPatch, start: str) -> None:
    questions: list[tuple[str, dict[str, str]]] = []

    def answer(url: str, params: dict[str, str]) -> str:
        questions.append((url, params))
        return "as it came"

    monkeypatch.setattr("data_sources.wire.text", answer)
    assert ecb.fetch_ciss("EURO_AREA", utc(start), utc("2026-02-08")) == "as it came"
    wanted = {"format": "csvdata", "detail": "dataonly", "startPeriod": start, "endPeriod": "2026-02-08"}
    assert questions == [("https://data-api.ecb.europa.eu/service/data/CISS/D.U2.Z0Z.4F.EC.SS_CIN.IDX", wanted)]
