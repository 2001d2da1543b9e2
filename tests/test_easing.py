"""Facts about the signals of easing: when each is lit, when it is unknown, and that none looks ahead."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data_sources.contract import Panels
from indicators import easing, readings
from indicators.readings import READINGS
from indicators.rows import resonance
from indicators.rows.production_cost import hash_ribbon
from indicators.signals import bridged, days_of, every, holds, one_of, starts, within
from tests.held import daily, made_up, panels, utc

NONE = daily([])
DAY = pd.Timedelta(days=1)


def judged(held: Panels) -> easing.Easing:
    work: easing.Easing = resonance.signals(*readings.inputs_of(READINGS["resonance"], held))
    return work


def truth(*values: float) -> pd.Series:
    return daily(list(values))


def lit_on(signal: Any, day: str) -> bool:
    return bool(signal.lit[utc(day)] == 1)


def test_unknown_conditions_leave_open_only_what_they_could_change() -> None:
    unknown = float("nan")
    left, right = truth(1, 1, 1, 0, 0, unknown), truth(1, 0, unknown, 0, unknown, unknown)
    assert every([left, right]).tolist() == pytest.approx([1, 0, unknown, 0, 0, unknown], nan_ok=True)
    assert one_of([left, right]).tolist() == pytest.approx([1, 1, 1, 0, unknown, unknown], nan_ok=True)
    assert holds(left > 0, right).tolist() == pytest.approx([1, 1, unknown, 0, unknown, unknown], nan_ok=True)
    held = within(truth(0, 1, 0, 0, unknown, 0), "3D")
    assert held.tolist() == pytest.approx([0, 1, 1, 1, unknown, 0], nan_ok=True)


def test_a_spell_starts_after_a_day_known_not_to_be_lit_and_a_short_gap_ends_none() -> None:
    unknown = float("nan")
    lit = truth(1, 0, 1, unknown, 1, 0, unknown, 1)
    assert starts(lit).tolist() == [utc("2024-01-03"), utc("2024-01-08")]
    long = truth(0, *[unknown] * 8, 1, 0, 1)
    assert starts(long).tolist() == [utc("2024-01-12")], "after a long gap nobody knows when it began"
    assert bridged(long).isna().sum() == 1


def test_volatility_is_lit_when_dvol_has_fallen_by_a_fifth_from_a_high_of_the_month() -> None:
    dvol = daily([*[40.0 + 0.01 * day for day in range(365)], 60.0, 60.0, *[48.0] * 40])
    signal = easing.volatility(days_of([dvol]), dvol, NONE, NONE)
    fallen, last = dvol.index[367], dvol.index[366 + 29]
    assert signal.starts.tolist() == [fallen]
    assert signal.lit[last] == 1
    assert signal.lit[last + DAY] == 0, "thirty days on, the high is out of the month"
    day = signal.parts.loc[fallen]
    assert (day["dvol"], day["peak"], day["fall"]) == pytest.approx((48, 60, -0.2))
    assert day["peak_day"] == dvol.index[365]


def test_an_inverted_term_structure_puts_volatility_out() -> None:
    dvol = daily([*[40.0 + 0.01 * day for day in range(365)], 60.0, *[45.0] * 5])
    moment = pd.DatetimeIndex([dvol.index[-1] + pd.Timedelta(hours=13)])
    far = pd.Series([60.0], index=moment)
    for near, state in ((95.0, 0), (55.0, 1)):
        signal = easing.volatility(days_of([dvol]), dvol, far, pd.Series([near], index=moment))
        assert signal.lit.iloc[-1] == state
        assert signal.lit.iloc[-2] == 1, "where it is not held the first two decide"


def test_an_old_number_makes_a_signal_unknown_and_names_itself() -> None:
    dvol = daily([40.0] * 400)
    days = days_of([dvol, daily([1.0] * 410)])
    signal = easing.volatility(days, dvol, NONE, NONE)
    assert signal.lit.iloc[399 + 3] == 0
    assert np.isnan(signal.lit.iloc[399 + 4])
    assert signal.lacking(days[-1]) == {"DVOL": dvol.index[-1]}
    assert signal.since() is None
    upto = signal.until(dvol.index[-1] + DAY)
    assert upto.on(dvol.index[-1] + 3 * DAY) == 0
    assert np.isnan(upto.on(dvol.index[-1] + 4 * DAY))


HASHED = daily([100.0] * 60 + [60.0] * 30 + [150.0] * 60)
EPOCHS = daily([1.0] * 12, "2024-01-01", "14D")


def test_miners_ease_when_the_mean_of_their_hash_rate_crosses_back() -> None:
    signal = easing.miners_easing(days_of([HASHED]), HASHED, NONE, EPOCHS)
    ribbon = hash_ribbon(HASHED)
    crossed = ribbon.index[(ribbon >= 0) & (ribbon.shift() < 0)]
    assert signal.starts.tolist() == []
    assert signal.lit[crossed[0]] == 1, "what is not known before, the hashprice, could not put it out"
    assert np.isnan(signal.lit[crossed[0] - DAY])


def test_miners_are_not_eased_by_a_hashprice_that_was_never_below_electricity() -> None:
    close = daily(np.linspace(1e5, 2e5, len(HASHED)))
    signal = easing.miners_easing(days_of([HASHED]), HASHED, close, daily(list(1e14 * 1.01 ** np.arange(12)), "2024-01-01", "14D"))
    begun = signal.checks.index[signal.checks["pressed"] == 1][0]
    assert signal.checks.loc[begun, ["recrossed", "earning", "raised"]].tolist() == [0, 0, 0]
    assert signal.lit[begun] == 0


@pytest.mark.parametrize(("steps", "lit"), [((-1, -1, 1), 1), ((1, -1, 1), 0), ((-1, -1, -1), 0), ((-1, -1, 0), 0)])
def test_a_rise_of_difficulty_counts_after_two_cuts(steps: tuple[int, ...], lit: int) -> None:
    difficulty = daily(list(1e14 * np.cumprod([1.0, 1.01, *[1 + 0.01 * step for step in steps]])), "2024-01-01", "14D")
    hash_rate = daily(np.linspace(100.0, 200.0, 75))
    signal = easing.miners_easing(days_of([hash_rate]), hash_rate, daily([2e5] * 75), difficulty)
    assert signal.lit.iloc[-1] == lit


def test_leverage_is_out_when_all_three_agree_and_unknown_when_one_is_missing() -> None:
    share = daily([*[0.03] * 120, 0.02, 0.02])
    funding = daily([*[1e-4] * 118, -1e-4, -1e-4, 0.0, 1e-4])
    forced = daily([*[5e8] * 120, 1e8, 9e8])
    signal = easing.leverage_out(days_of([share]), share, funding, forced)
    assert signal.lit.tolist()[-3:] == [0, 1, 0]
    assert signal.starts.tolist() == [share.index[-2]]
    assert easing.leverage_out(days_of([share]), share, funding, NONE).lit.isna().all()
    assert easing.leverage_out(days_of([share]), share, funding.abs(), forced).lit.iloc[-2] == 0, "funding was never negative"


def test_flows_turn_when_the_sum_of_five_reported_days_goes_above_nothing() -> None:
    funds = pd.DataFrame({"IBIT": daily([5.0] * 5 + [-9.0] * 5 + [4.0, 4.0, 4.0, 20.0, 1.0])})
    turning, institutions = easing.flows_turning(pd.DatetimeIndex(funds.index), funds)
    assert turning.lit.iloc[4] == 0, "above 0 from the first sum on is no turn"
    assert turning.starts.tolist() == [funds.index[13]]
    assert turning.lit.iloc[-1] == 1
    assert institutions.parts["run"].iloc[-1] == 5
    assert institutions.lit.isna().iloc[-1], "twenty days are not held"


def test_strong_hands_are_unknown_until_somebody_counts_them() -> None:
    days = days_of([daily([0.0] * 40)])
    unknown = easing.strong_hands(days, NONE, NONE)
    assert unknown.lit.isna().all()
    assert all(pd.isna(last) for last in unknown.lacking(days[-1]).values())
    held, listed = daily(np.linspace(14e6, 14.1e6, 40)), daily(np.linspace(3e6, 2.9e6, 40))
    assert easing.strong_hands(days, held, listed).lit.dropna().eq(1).all()
    assert easing.strong_hands(days, held, held).lit.dropna().eq(0).all()


def test_nothing_held_is_nothing_known() -> None:
    nothing = judged(Panels(made_up(1).iloc[:0]))
    assert nothing.count.empty
    assert all(np.isnan(signal.on(utc("2024-01-01"))) for signal in nothing.signals.values())
    assert nothing.signals["volatility"].lacking(utc("2024-01-01")).keys() == {"DVOL"}


def test_the_count_needs_three_known_signals() -> None:
    work = judged(Panels(made_up(2)))
    assert work.count.isna().equals(work.known < easing.LEAST_KNOWN)
    assert work.count.dropna().between(0, 5).all()
    assert (work.several == 1).equals(work.count >= 3)


@pytest.mark.parametrize("seed", range(3))
def test_no_signal_looks_ahead(seed: int) -> None:
    rows, day = made_up(seed), utc("2024-01-01") + pd.Timedelta(days=150 + 70 * seed)
    later = (rows["time"] >= day + DAY).to_numpy()
    chance = np.random.default_rng(seed)
    shaken = rows.assign(value=rows["value"].where(~later, rows["value"] * chance.uniform(0.2, 5, len(rows))))
    whole, other, cut = (judged(held).until(day + DAY) for held in (Panels(rows), Panels(shaken), Panels(rows).cut(day)))
    for moved in (other, cut):
        for name, signal in {**whole.signals, "institutions": whole.institutions}.items():
            found = {**moved.signals, "institutions": moved.institutions}[name]
            for part in ("lit", "checks", "parts", "seen"):
                left, right = getattr(signal, part), getattr(found, part)
                check = pd.testing.assert_series_equal if part == "lit" else pd.testing.assert_frame_equal
                check(left, right, check_freq=False, check_dtype=False)


def test_the_signals_of_late_2025(history_folder: Path) -> None:
    work = judged(panels(history_folder))
    volatility, leverage, flows = (work.signals[name] for name in ("volatility", "leverage", "flows"))
    assert utc("2025-12-09") in volatility.starts
    assert not lit_on(volatility, "2025-11-20")
    assert lit_on(leverage, "2025-10-23"), "two weeks after the liquidations of 2025-10-10"
    assert utc("2025-11-28") in flows.starts
    assert not lit_on(flows, "2025-11-20")
    day = volatility.until(utc("2025-12-13")).parts.iloc[-1]
    assert (day["dvol"], day["peak"], day["peak_day"]) == (44.22, 59.16, utc("2025-11-22"))


def test_miners_recover_where_the_hash_ribbons_are_known_to_have_crossed(history_folder: Path) -> None:
    begun = judged(panels(history_folder)).signals["miners"].checks["recrossed"]
    assert {utc(day) for day in ("2019-01-10", "2020-04-24", "2021-08-07", "2022-08-19", "2023-01-14")} <= set(starts(begun))


def test_as_of_november_20_2025_open_futures_are_too_old_to_judge_leverage(history_folder: Path) -> None:
    day = utc("2025-11-20")
    work = judged(panels(history_folder)).until(day + DAY)
    assert {name for name, signal in work.signals.items() if np.isnan(signal.on(day))} == {"strong_hands", "leverage"}
    assert work.count.iloc[-1] == 0
    assert work.signals["leverage"].lacking(day) == dict.fromkeys(("open interest", "liquidations"), utc("2025-11-14"))


def test_the_hash_ribbon_stood_below_nothing_one_day_in_six(history_folder: Path) -> None:
    ribbon = readings.series("hash_ribbon", panels(history_folder))
    assert (ribbon < 0).mean() == pytest.approx(1 / 6, abs=0.01)
    assert (ribbon < -0.03).mean() == pytest.approx(1 / 20, abs=0.005)
    assert ribbon[utc("2026-02-05")] == pytest.approx(-0.0508, abs=1e-4)
