"""Tables and sentences of the page contagion: calm against crisis, lead and lag, tails, and a dated event."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from components import tiles
from components.network import label, named
from components.sentences import NO_VALUE, count, day, listed, percent

if TYPE_CHECKING:
    from indicators.forbes_rigobon import Shift, Windows
    from indicators.lead_lag import LeadLag
    from indicators.tails import CoVaR, Tail

OLD = pd.Timedelta(days=5)
"""Age of a source's last close from which nothing is said of the day."""
CHANCE = 1.645
"""Standard errors that a rise has to exceed: one in twenty rises of unchanged correlations does."""
SHIFTED = (
    "By rule: the crisis runs from the day after the source's highest close of the last 365 days to the day shown, the calm is "
    "the 90 days up to that close; with fewer than 20 days since there is no crisis to measure. The adjusted correlation is the "
    "crisis's with the source's larger moves taken out (Forbes and Rigobon 2002). It assumes that shocks come from the source, "
    "that nothing left out moves both, and that the other does not move the source in turn: where stocks and coins fall on the "
    "same news it says too little. The words beside each pair test the rise against chance (Fisher, about one in twenty); what is "
    "not clearly beyond larger moves may be so all the same: two windows of a few months seldom tell."
)
LATER_CLOSE = (
    "Not the same clock: a coin's day ends at 00:00 UTC, shares close at 16:00 in New York, three or four hours before. What a "
    "coin does in those hours shares can answer only on their next day: a correlation at one day with the coin first is what the "
    "later close makes, and no lead."
)
BY_CHANCE = "Of 21 lags of two unrelated markets one or more lies outside the band in about two windows of three."
TAILED = (
    "A bad day is one of the worst 5%. ΔCoVaR: how much deeper the first market's worst 5% begin when the second has a bad day "
    "instead of its median one (quantile regression, Adrian and Brunnermeier). Together: share of the second's bad days that were "
    "among the first's as well; if the two had nothing to do with each other it would be 5%. The t-copula's number is the same far "
    "out in the tail. Moves are logarithmic returns."
)


@dataclass(frozen=True)
class Compared:
    """One pair, its source's windows and its correlation in them; None where the source has no crisis."""

    source: str
    target: str
    windows: "Windows | None"
    shift: "Shift | None"


def compared(
    pairs: Iterable[tuple[str, str]],
    closes: Mapping[str, pd.Series],
    windows: "Callable[[pd.Series], Windows | None]",
    compare: "Callable[[pd.Series, pd.Series, Windows], Shift]",
) -> list[Compared]:
    """Compare each pair in the calm and the crisis of its source."""
    spans = {source: windows(closes[source]) for source, _ in pairs}
    return [
        Compared(one, other, within, None if within is None else compare(closes[one], closes[other], within))
        for one, other in pairs
        for within in (spans[one],)
    ]


def shifts(found: Sequence[Compared], closes: Mapping[str, pd.Series], as_of: pd.Timestamp) -> str:
    """Write correlation in calm and crisis, raw and adjusted, with the verdict of each pair and the windows by date."""
    table = tiles.table(
        ("From → to", "", "calm", "crisis", "δ, variance", "adjusted", "n calm", "n crisis"),
        [_shift_row(one, closes, as_of) for one in found],
        caption="Contagion, or only larger moves? Correlation freed of the source's variance",
        numeric=2,
    )
    return table + tiles.note(f"{spans(found, closes)} {SHIFTED}".strip())


def _shift_row(one: Compared, closes: Mapping[str, pd.Series], as_of: pd.Timestamp) -> tuple[str, ...]:
    name = f"{label(one.source)} → {named(one.target)}"
    shift = one.shift
    if shift is None or not np.isfinite(shift.adjusted):
        counts = ("0", "0") if shift is None else (str(shift.n_calm), str(shift.n_crisis))
        return (name, unknown(one, closes, as_of), *[NO_VALUE] * 4, *counts)
    calm, crisis, left = (f"{value:.2f}".replace("-", "−") for value in (shift.calm, shift.crisis, shift.adjusted))
    numbers = (calm, crisis, percent(shift.delta, 0, signed=True), left)
    return (name, verdict(shift), *numbers, str(shift.n_calm), str(shift.n_crisis))


def unknown(one: Compared, closes: Mapping[str, pd.Series], as_of: pd.Timestamp) -> str:
    """Say why a pair cannot be compared."""
    missing = [named(asset) for asset in (one.source, one.target) if closes[asset].empty]
    if missing:
        return f"not held: {listed(missing)}"
    ended = pd.Timestamp(closes[one.source].index[-1])
    if one.windows is None and as_of - ended > OLD:
        return f"{named(one.source)} ended on {day(ended)}"
    if one.windows is None:
        year = closes[one.source][closes[one.source].index[-1] - pd.Timedelta(days=364) :]
        return f"no crisis: at its high on {day(pd.Timestamp(year.index[::-1][int(year.to_numpy()[::-1].argmax())]))}"
    return "too few common days, or a price stood still"


def verdict(shift: "Shift") -> str:
    """Say in words what the adjustment leaves of a change in correlation."""
    if _apart(shift.adjusted, shift) > CHANCE:
        return "spread: closer beyond larger moves"
    if _apart(shift.crisis, shift) > CHANCE:
        return "closer; beyond larger moves not clearly"
    return "looser than in calm" if _apart(shift.crisis, shift) < -CHANCE else "no change beyond chance"


def _apart(correlation: float, shift: "Shift") -> float:
    """How many standard errors a correlation of the crisis lies above the calm's, by Fisher's transformation."""
    here, there = np.arctanh(np.clip([correlation, shift.calm], -0.9999, 0.9999))
    return float((here - there) / np.sqrt(1 / (shift.n_calm - 3) + 1 / (shift.n_crisis - 3)))


def spans(found: Sequence[Compared], closes: Mapping[str, pd.Series]) -> str:
    """Name each source's two windows by date, and tell the first pair's numbers in a sentence."""
    told: list[str] = []
    for one in found:
        if one.windows is None or any(named(one.source) in text for text in told):
            continue
        calm, crisis = one.windows.calm, one.windows.crisis
        told.append(f"{named(one.source)}: calm {day(calm[0])} to {day(calm[1])}, crisis {day(crisis[0])} to {day(crisis[1])}")
    first = next((one for one in found if one.shift is not None and np.isfinite(one.shift.adjusted)), None)
    windows = f"Windows. {'; '.join(told)}." if told else ""
    if first is None or first.shift is None:
        return windows
    shift = first.shift
    way = "rose" if shift.crisis > shift.calm else "fell"
    text = f"{label(first.source)} and {named(first.target)}: the raw correlation {way} from {shift.calm:.2f} to {shift.crisis:.2f}"
    size = "larger" if shift.delta > 0 else "smaller"
    return f"{text}; of that {shift.adjusted:.2f} remains once {named(first.source)}'s {size} moves are taken out. {windows}"


def led(first: str, second: str, found: "LeadLag") -> str:
    """Say at which lag two markets correlate most, and whether one of them moved first beyond chance."""
    if found.lag is None:
        return f"{label(first)} and {named(second)}: {found.n} common days are held, too few to tell who moves first."
    outside = [lag for lag in map(int, found.correlations.index) if lag and abs(found.correlations[lag]) > found.band]
    most = float(found.correlations[found.lag])
    when = "on the same day" if found.lag == 0 else f"with {named(first if found.lag > 0 else second)} {_days(found.lag)} before"
    text = f"{label(first)} and {named(second)} correlate most {when} ({most:.2f})".replace("(-", "(−")
    if not found.outside:
        return f"{text}, inside the band: no lag tells them from unrelated markets."
    if not outside:
        return f"{text}; no other day lies outside the band: neither moved first."
    leads = listed([f"{named(first if lag > 0 else second)} {_days(lag)} before" for lag in outside])
    return f"{text}; outside the band as well: {leads}."


def _days(lag: int) -> str:
    return count(abs(lag), "day")


def tails(pairs: Sequence[tuple[str, str, "CoVaR | None", "Tail | None"]], since: str) -> str:
    """Write ΔCoVaR and tail dependence of each pair: the first given the second."""
    rows = []
    for first, second, covar, tail in pairs:
        name = f"{label(first)} given {named(second)}"
        if covar is None or tail is None or not np.isfinite(covar.delta):
            rows.append((name, *[NO_VALUE] * 5, "0" if covar is None else f"{covar.n:,}"))
            continue
        rows.append(
            (
                name, percent(covar.value_at_risk, 2), percent(covar.covar, 2), percent(covar.delta, 2),
                f"{percent(tail.empirical, 0)} of {tail.n_tail}", percent(tail.t_copula, 0), f"{covar.n:,}",
            )
        )  # fmt: skip
    table = tiles.table(
        ("Bad days of the second", "its bad day", "first's worst 5% then", "ΔCoVaR", "together", "t-copula", "n"),
        rows,
        caption=f"How much worse is one market on another's bad day? {since}",
    )
    return table + tiles.note(TAILED)
