"""The overview: the index of the day can be reckoned again from the page's own CSV, and what is left out is said."""

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components import stress_figures, stress_tables, verdicts_overview
from data_sources import cambridge
from data_sources.contract import Panels
from indicators import readings
from indicators.readings import READINGS, Computed
from indicators.rows.overview import MEMBERS
from indicators.stress import NEEDED
from indicators.stress_day import StressDay, taken_apart
from indicators.stretches import run_since, stretches
from tests.held import history, utc

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def held(history_folder: Path) -> tuple[Panels, Computed]:
    """Real history with the bundled fleet efficiency, and every reading of it."""
    panels = Panels(pd.concat([history(history_folder), cambridge.read_efficiency()]))
    return panels, readings.computed(panels)


def day_of(computed: Computed, day: str) -> StressDay:
    known = {name: values[: utc(day)] for name, values in computed.series.items()}
    apart = taken_apart(computed.works["stress_index"].until(utc(day) + pd.Timedelta(days=1)), MEMBERS, known, utc(day))
    assert apart is not None
    return apart


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(line for line in text.splitlines(keepends=True) if not line.startswith("#")))))


@pytest.mark.parametrize("day", ["2018-12-24", "2020-03-16", "2025-11-20", "2026-02-05"])
def test_the_index_can_be_reckoned_by_hand_from_the_csv(held: tuple[Panels, Computed], day: str) -> None:
    rows = rows_of(stress_tables.arithmetic(day_of(held[1], day), "live", []))
    ranks: dict[str, list[float]] = {}
    for row in rows:
        if row["part"] == "member" and row["counts"] == "yes":
            ranks.setdefault(row["other"], []).append(float(row["rank"]))
    pillars = {pillar: sum(known) / len(known) for pillar, known in ranks.items()}
    weighted = {pillar: rank / len(pillars) for pillar, rank in pillars.items()}
    index = sum(
        float(row["value"]) * weighted[row["name"]] * weighted[row["other"]]
        for row in rows
        if row["part"] == "correlation" and row["value"]
    )
    told = {row["part"]: float(row["value"]) for row in rows if row["part"] in ("index", "bound", "correlation_term")}
    added = sum(float(row["value"]) for row in rows if row["part"] == "contribution" and row["value"])
    assert len(pillars) >= NEEDED
    assert index == pytest.approx(told["index"], abs=1e-12)
    assert sum(weighted.values()) ** 2 == pytest.approx(told["bound"], abs=1e-12)
    assert added + told["correlation_term"] == pytest.approx(told["index"], abs=1e-12)
    assert told["index"] == pytest.approx(held[1].series["stress_index"][utc(day)])


def test_flows_are_left_out_in_november_and_counted_in_february(held: tuple[Panels, Computed]) -> None:
    november, february = day_of(held[1], "2025-11-20"), day_of(held[1], "2026-02-05")
    assert november.pillars["weight"].to_dict() == pytest.approx(dict.fromkeys(november.pillars.index, 1 / 6) | {"flows": 0})
    assert february.pillars["weight"].to_dict() == pytest.approx(dict.fromkeys(february.pillars.index, 1 / 7))
    said = stress_tables.now(value_of(held, "2025-11-20"), november, None, "", "")
    assert "left out: Flow, 5 days has 463 of the 504 observations that two years are" in said


def value_of(held: tuple[Panels, Computed], day: str) -> readings.Value:
    series = held[1].series
    return readings.evaluate("stress_index", series["stress_index"], utc(day), percentiles=series["stress_index_percentile_1y"])


def test_a_member_says_why_it_does_not_count(held: tuple[Panels, Computed]) -> None:
    lacking = {made.member.reading: stress_tables.lacking(made) for made in day_of(held[1], "2026-02-05").members}
    assert lacking["vix"] == ""
    assert lacking["mstr_mnav"] == "mNAV is not held"
    assert lacking["liquidation_stress"].startswith("Liquidations / usual day has 276 of the 730 observations")
    assert lacking["btc_etf_flow_20d"].startswith("Flow, 20 days has 499 of the 504")


def test_the_verdict_answers_whether_since_when_how_much_and_from_where(held: tuple[Panels, Computed]) -> None:
    panels, computed = held
    index = computed.series["stress_index"][: utc("2025-11-20")]
    values = readings.evaluate_all(panels, utc("2025-11-20"), computed.series)
    since = run_since(stress_figures.under_stress(index, computed.works["stress_index"].percentiles))
    told = verdicts_overview.overview(values, {}, float("nan"), day_of(computed, "2025-11-20"), since)
    assert told.startswith("Extreme stress: the stress index is 0.16, the highest of its year, ")
    assert ", under stress since 16 Nov 2025 (5 days); " in told
    assert "most of it comes from miners, Strategy's treasury and prices. " in told
    assert stress_figures.state(values) == "extreme"


def test_a_crisis_that_lasts_a_year_does_not_end_up_calm(held: tuple[Panels, Computed]) -> None:
    value = value_of(held, "2022-11-21")
    assert value.percentile_1y < 0.9
    assert value.state == "stress"
    assert value.value > 0.25, "its level is enough"


def test_the_history_says_from_when_on_it_is(held: tuple[Panels, Computed]) -> None:
    told = stress_tables.history_told(held[1].series["stress_index"][: utc("2025-11-20")])
    assert told == "higher than on 79% of all days since Feb 2018"


def test_every_pillar_has_a_name_on_the_screen_and_in_a_sentence() -> None:
    named = {member.pillar for member in MEMBERS}
    assert set(stress_tables.PILLARS) == set(verdicts_overview.PILLARS) == named
    assert set(READINGS["stress_index"].members) == {member.reading for member in MEMBERS}


def test_a_run_begins_after_the_last_other_day() -> None:
    days = pd.date_range("2024-01-01", periods=5, tz="UTC")
    assert run_since(pd.Series([True, False, True, True, True], index=days)) == days[2]
    assert run_since(pd.Series([True] * 5, index=days)) == days[0]
    assert run_since(pd.Series([], dtype=bool)) is None


def test_the_panels_name_the_worst_days_and_draw_what_is_held(held: tuple[Panels, Computed]) -> None:
    whole = held[1].works["stress_index"]
    official = {key: held[0].series(*key) for key in (("ciss", "EURO_AREA"), ("stlfsi", "US"), ("ofr_fsi", "GLOBAL"))}
    first, added, public = stress_figures.panels(
        whole, stretches(whole.index, whole.bound, whole.percentiles), official, utc("2018-01-01"), utc("2026-02-06")
    )
    assert {"Dec 2018", "Mar 2020", "Jun 2022", "Nov 2022", "Feb 2026"} <= {mark.label for mark in first.marks}
    assert [line.name for line in public.lines] == ["OFR financial stress"]
    day = utc("2020-03-16")
    contributions = sum(line.values[day] for line in stress_figures._contributions(whole, weekly=False) if line.kind == "area")
    assert contributions == pytest.approx(whole.bound[day])
    assert added.lines[-1].name == "less: not moving as one"
    assert np.nanmax(first.lines[1].values) <= 1


def test_a_pillar_that_enters_is_no_stress(held: tuple[Panels, Computed]) -> None:
    index, places = (held[1].series[name] for name in ("stress_index", "stress_index_percentile_1y"))
    entered = utc("2026-01-22")
    assert index[entered] / index[entered - pd.Timedelta(days=1)] > 1.3, "fund flows came with a high rank"
    assert places[entered] == pytest.approx(places[entered - pd.Timedelta(days=1)], abs=0.08)
    assert value_of(held, "2026-02-03").state == "calm"
    said = stress_tables.now(value_of(held, "2026-01-22"), day_of(held[1], "2026-01-22"), day_of(held[1], "2026-01-21"), "", "")
    assert "Fund flows entered since the day before: the change is not one of stress alone." in said


def test_the_run_is_told_by_the_days_and_not_where_the_state_is_unknown() -> None:
    under = pd.Series([True, False, False], index=pd.date_range("2024-01-01", periods=3, tz="UTC"))
    assert stress_tables.run_told("calm", under, run_since(under)) == "calm since 02 Jan 2024, 2 days"
    assert stress_tables.run_told("unknown", under, run_since(under)) == ""
    assert stress_tables.run_told("stress", under[:1], run_since(under[:1])) == "under stress since 01 Jan 2024, 1 day"


def test_old_numbers_are_not_told_as_those_of_the_day(held: tuple[Panels, Computed]) -> None:
    panels, computed = held
    values = readings.evaluate_all(panels, utc("2026-03-20"), computed.series)
    told = verdicts_overview.overview(values, {}, 0.5)
    assert told.startswith("Little is known: none of the ")
    assert "spreading" not in told


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AppTest:
    """The overview of the sample board."""
    monkeypatch.setenv("STRESS_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()


def test_the_page_offers_the_arithmetic_and_marks_a_sample(page: AppTest) -> None:
    assert not page.exception
    written = " ".join(str(element.value) for element in page.main if hasattr(element, "value"))
    assert "fl-stress-now" in written
    assert "Sample board" in written
    assert "The day's arithmetic, CSV" in [button.proto.label for button in page.get("download_button")]


def test_every_line_of_the_samples_csv_says_so(held: tuple[Panels, Computed]) -> None:
    text = stress_tables.arithmetic(day_of(held[1], "2025-11-20"), "sample", [])
    assert text.startswith("# Faultline stress index as of 2025-11-20, sample board: SAMPLE DATA\n")
    assert {row["board"] for row in rows_of(text)} == {"sample"}
