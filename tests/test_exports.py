"""The numbers behind a figure as files: nothing is lost, everything says its unit, and nothing in a cell is a formula."""

import csv
import io
import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from components import charts, exports
from components.charts import Line, Panel, Threshold
from components.exports import Facts
from components.marks import Figure

START, END = pd.Timestamp("2025-10-01", tz="UTC"), pd.Timestamp("2025-10-05", tz="UTC")
FACTS = Facts("fear", "Fear", END, "live", ("Cboe", "Deribit"))
HOSTILE = '=HYPERLINK("http://x"),\n<b>"a"</b>'


def days(*values: float) -> pd.Series:
    return pd.Series(values, index=pd.date_range(START, periods=len(values), freq="D"), dtype="float64")


def linked(*panels: Panel) -> Figure:
    return charts.linked(panels, START, END)


def two() -> Figure:
    below = Panel("How far?", "fraction", (Line("gap", days(0.1, np.nan, -0.3)),), (Threshold(0.2, "stress"),))
    return linked(Panel("How high?", "points", (Line("VIX", days(16.25, 17, 18, 19, 20)),)), below)


def read(written: bytes) -> tuple[list[str], list[dict[str, str]]]:
    """The comments of a CSV file, and its rows as a spreadsheet reads them."""
    lines = written.decode("utf-8").split("\n")
    comments = [line for line in lines if line.startswith("#")]
    return comments, list(csv.DictReader(io.StringIO("\n".join(lines[len(comments) :]))))


def test_every_value_has_its_panel_its_series_its_unit_and_its_day() -> None:
    rows = exports.table(two())
    assert list(rows.columns) == list(exports.COLUMNS)
    assert rows.groupby("series")["unit"].unique().map(list).to_dict() == {"VIX": ["points"], "gap": ["fraction"]}
    assert rows.groupby("series")["panel"].first().to_dict() == {"VIX": "How high?", "gap": "How far?"}
    assert rows.loc[rows["series"] == "VIX", "time"].tolist() == list(pd.date_range(START, END))


def test_a_gap_is_a_missing_row() -> None:
    rows = exports.table(two()).query("series == 'gap'")
    assert rows["time"].dt.day.tolist() == [1, 3]


def test_a_number_has_the_digits_it_had_before_it_was_packed() -> None:
    assert exports.table(two()).query("series == 'gap'")["value"].tolist() == [0.1, -0.3]


def test_what_does_not_stand_on_a_time_axis_in_utc_stands_where_the_figure_says() -> None:
    months = exports.table(charts.bars("Which month?", "USD m", ["Jan 26", "Feb 26"], [("flows", [1.5, float("nan")], "main")]))
    assert months[["at", "unit", "value"]].to_numpy().tolist() == [["Jan 26", "USD m", 1.5]]
    assert months["time"].isna().all()
    clock = exports.table(charts.path("When?", "SPY, USD", days(1, 2), timezone="America/New_York"))
    assert clock["time"].isna().all(), "an exchange's clock is not UTC"
    assert clock["at"].tolist() == ["2025-09-30T20:00:00", "2025-10-01T20:00:00"]


def test_a_band_has_two_edges_and_a_bar_with_a_color_of_its_own_is_not_named_after_it() -> None:
    band = linked(Panel("Band?", "share", (Line("", days(1, 1), kind="edge"), Line("", days(2, 2), kind="band"))))
    assert exports.table(band)["series"].unique().tolist() == ["band, first edge", "band, second edge"]
    marked = charts.bars("Which?", "days", ["a", "b"], [("red: worst", [1.0, 2.0], "main")], marks=["main", "extreme"])
    assert exports.table(marked)["series"].unique().tolist() == ["Which?"]


def test_a_figure_with_nothing_to_draw_gives_no_rows() -> None:
    empty = linked(Panel("Nothing?", "USD", (Line("none", days()),)))
    assert exports.table(empty).empty
    assert read(exports.as_csv([empty], FACTS))[1] == []
    assert pq.read_table(io.BytesIO(exports.as_parquet([empty], FACTS))).num_rows == 0


def test_the_csv_says_whose_numbers_they_are_as_of_when_and_on_which_board() -> None:
    comments, rows = read(exports.as_csv([two()], FACTS))
    assert comments[:4] == [
        "# board: live", "# page: Fear", "# as of: 2025-10-05 (end of day, UTC)", "# published by: Cboe; Deribit",
    ]  # fmt: skip
    assert rows[0] == {"panel": "How high?", "series": "VIX", "unit": "points", "time": "2025-10-01", "at": "", "value": "16.25"}


def test_a_sample_says_so_in_the_file_and_in_its_name() -> None:
    sample = Facts("fear", "Fear", END, "sample")
    assert "SAMPLE DATA" in read(exports.as_csv([two()], sample))[0][0]
    assert exports.file_name(sample, "csv") == "faultline_fear_2025-10-05_sample.csv"
    assert exports.file_name(FACTS, "csv") == "faultline_fear_2025-10-05.csv"


def test_somebody_elses_words_are_no_formula_no_new_line_and_no_path() -> None:
    told = linked(Panel(HOSTILE, "+1", (Line("@x", days(1)),)))
    hostile = Facts("../../etc/passwd", 'T"\n=1', END, "live", ("=a\r\nb",))
    comments, rows = read(exports.as_csv([told], hostile))
    assert len(comments) == 5, "nothing breaks out of its line of comment"
    assert len(rows) == 1
    assert [rows[0][name][:2] for name in ("panel", "series", "unit")] == ["'=", "'@", "'+"]
    assert exports.file_name(hostile, "csv") == "faultline_etc-passwd_2025-10-05.csv"


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "  =1"])
def test_a_cell_that_a_spreadsheet_would_reckon_with_is_guarded(cell: str) -> None:
    assert exports.guarded(cell) == f"'{cell}"
    assert exports.guarded(f"a{cell}") == f"a{cell}"


def test_the_parquet_file_holds_the_same_rows_and_says_the_same_of_itself() -> None:
    read_back = pq.read_table(io.BytesIO(exports.as_parquet([two(), two()], FACTS)))
    told = json.loads(read_back.schema.metadata[b"faultline"])
    assert told["units"] == {"How high? · VIX": "points", "How far? · gap": "fraction"}
    assert (told["board"], told["as of"], told["published by"]) == ("live", "2025-10-05 (end of day, UTC)", "Cboe; Deribit")
    pd.testing.assert_frame_equal(read_back.to_pandas(), exports.together([two(), two()]), check_dtype=False)


def test_series_of_one_name_keep_the_unit_of_their_panel() -> None:
    both = linked(Panel("Price?", "USD", (Line("bitcoin", days(1)),)), Panel("Fall?", "fraction", (Line("bitcoin", days(2)),)))
    told = json.loads(pq.read_table(io.BytesIO(exports.as_parquet([both], FACTS))).schema.metadata[b"faultline"])
    assert told["units"] == {"Price? · bitcoin": "USD", "Fall? · bitcoin": "fraction"}


def test_a_publisher_whose_name_has_a_comma_is_told_from_the_next() -> None:
    lines = Facts("fear", "Fear", END, "live", ("Binance", "CoinGlass", "Binance, via CoinGlass")).lines
    assert lines["published by"] == "Binance; CoinGlass; Binance, via CoinGlass"


def test_a_table_of_numbers_stands_under_the_figures() -> None:
    shares = pd.DataFrame([("Who?", "Bitcoin → Ether", "share", END, "", 0.25)], columns=list(exports.COLUMNS))
    _, rows = read(exports.as_csv([two(), shares], FACTS))
    told = {"panel": "Who?", "series": "Bitcoin → Ether", "unit": "share", "time": "2025-10-05", "at": "", "value": "0.25"}
    assert rows[-1] == told
    assert len(rows) == 8
    assert pq.read_table(io.BytesIO(exports.as_parquet([two(), shares], FACTS))).num_rows == 8


def test_a_moment_of_a_day_is_said_and_named_with_its_time() -> None:
    facts = Facts("fear", "Fear", pd.Timestamp("2025-11-20T14:30", tz="UTC"), "live")
    assert facts.lines["as of"] == "2025-11-20 14:30:00 UTC"
    assert exports.file_name(facts, "csv") == "faultline_fear_2025-11-20T143000Z.csv"


def test_what_came_after_the_day_is_said_with_the_moment_by_which_it_had_come() -> None:
    late, settled = END + pd.Timedelta("36h"), END + pd.Timedelta("24h")
    assert Facts("fear", "Fear", END, "live", arrived=settled).when == f"{END:%Y-%m-%d} (end of day, UTC)"
    told = Facts("fear", "Fear", END, "live", arrived=late).when
    assert told == f"{END:%Y-%m-%d} (end of day, UTC), with what had arrived by {late:%Y-%m-%d %H:%M} UTC"
