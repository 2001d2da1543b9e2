"""One day of the stress index, taken apart: what it is made of, and what is not known of it and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from indicators.stress import Composite, Member

DAY, TICK = pd.Timedelta(days=1), pd.Timedelta(1, "us")


@dataclass(frozen=True)
class Made:
    """One member on the day.

    Attributes
    ----------
    member : Member
    value : float
        Its reading, in its unit; NaN when nothing is held.
    time : Timestamp
        What the value is about; NaT when nothing is held.
    observations : int
        Held by the day.
    rank : float
        Among its own past, 1 is the most stress; NaN when it does not count.
    lacks : str
        What keeps it from counting: "" nothing; held, that nothing is; short, a past of two years; old, a number that is recent
        enough; still, a past in which it moved.
    """

    member: Member
    value: float
    time: pd.Timestamp
    observations: int
    rank: float
    lacks: str


@dataclass(frozen=True)
class StressDay:
    """The index on one day.

    Attributes
    ----------
    day : Timestamp
    index, bound, correlation_term : float
        The index is the sum of all contributions, which is the bound, and the correlation term.
    pillars : DataFrame of shape (n_pillars, 3)
        rank, weight and contribution by pillar; NaN rank and no weight for those not known.
    correlations : DataFrame of shape (n_pillars, n_pillars)
    members : tuple of Made
    """

    day: pd.Timestamp
    index: float
    bound: float
    correlation_term: float
    pillars: pd.DataFrame
    correlations: pd.DataFrame
    members: tuple[Made, ...]


def taken_apart(
    whole: Composite, members: Sequence[Member], histories: Mapping[str, pd.Series], day: pd.Timestamp
) -> StressDay | None:
    """Take the index of a day apart.

    Parameters
    ----------
    whole : Composite
    members : sequence of Member
    histories : mapping of Series
        By reading, at least those of the members, cut at the day.
    day : Timestamp
        00:00 UTC.

    Returns
    -------
    StressDay or None
        None when the day lies outside the composite's.
    """
    if day not in whole.pillars.index:
        return None
    place = int(whole.pillars.index.get_loc(day))  # type: ignore[arg-type]
    names = whole.pillars.columns
    pillars = pd.DataFrame(
        {"rank": whole.pillars.loc[day], "weight": whole.weights.loc[day], "contribution": whole.contributions.loc[day]}
    )
    ranks = whole.members.iloc[place].to_dict()
    made = (_made(member, histories[member.reading], float(ranks[member.reading]), day) for member in members)
    return StressDay(
        day,
        float(whole.index[day]),
        float(whole.bound[day]),
        float(whole.correlation_term[day]),
        pillars,
        pd.DataFrame(whole.correlations[place], index=names, columns=names),
        tuple(made),
    )


def _made(member: Member, history: pd.Series, rank: float, day: pd.Timestamp) -> Made:
    held = history[: day + DAY - TICK]
    if held.empty:
        return Made(member, np.nan, cast(pd.Timestamp, pd.NaT), 0, rank, "held")
    time = pd.Timestamp(pd.DatetimeIndex(held.index)[-1])
    lacks = ""
    if not np.isfinite(rank):
        old = day - time.normalize() > member.carried * DAY
        lacks = "short" if len(held) < member.first else "old" if old else "still"
    return Made(member, float(held.to_numpy()[-1]), time, len(held), rank, lacks)
