"""The verdict of the page analogues: what the day resembles, how near that is, and what followed then. All of it is past."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from components.sentences import count, day, listed, percent

if TYPE_CHECKING:
    from indicators.analogues import Analogue, Analogues

NAMED = 4
"""Episodes named in the verdict; the others are counted."""
HORIZON = 20
"""Days after an episode of which the verdict tells."""


def month(one: "Analogue") -> str:
    """Name an episode by the month of its nearest day."""
    return f"{one.day:%b %Y}"


def analogues(found: "Analogues", after: pd.DataFrame, usual: pd.DataFrame) -> str:
    """Say which episodes the day resembles and what bitcoin did after them, beside what it did after any day.

    Parameters
    ----------
    found : Analogues
    after, usual : DataFrame by horizon
        What bitcoin did after the near episodes, and after all days.
    """
    if found.why:
        return f"No comparison: {found.why}."
    if not found.near:
        nearest = found.found[0]
        return (
            f"No past day is near: the nearest, {day(nearest.day)}, lies {nearest.distance:.3f} away, and near is up to "
            f"{found.cut:.3f}{_rare(found)}."
        )
    named = [f"{month(one)} ({one.distance:.2f})" for one in found.near]
    if len(named) > NAMED:
        named = [*named[:NAMED], f"{len(named) - NAMED} more"]
    text = f"The day resembles {count(len(found.near), 'past episode')} on {_compared(found)}: {listed(named)}{_rare(found)}"
    return f"{text}; {_followed(*(table.T.to_dict()[HORIZON] for table in (after, usual)))}."


def _compared(found: "Analogues") -> str:
    """Say on how many of the day's pillars the near episodes were compared."""
    fewest, most = min(one.pillars for one in found.near), max(one.pillars for one in found.near)
    known = int(found.ranks.notna().sum())
    counted = f"{fewest}" if fewest == most else f"{fewest} to {most}"
    if fewest == known:
        return f"all its {known} known pillars"
    ranked = [str(name) for name, rank in found.ranks.items() if np.isfinite(rank)]
    never = [name for name in ranked if all(np.isnan(one.ranks[name]) for one in found.near)]
    without = f" (never {listed(never)})" if never else ""
    return f"{counted} of its {known} known pillars{without}"


def _followed(after: Mapping[str, float], usual: Mapping[str, float]) -> str:
    n = int(after["n"])
    if not n:
        return "no close of bitcoin is held for what followed"
    if n == 1:
        text = f"over the {HORIZON} days that followed bitcoin moved {percent(after['median'], signed=True)}, n = 1"
    else:
        low, middle, high = (percent(after[name], signed=True) for name in ("lowest", "median", "highest"))
        text = f"over the {HORIZON} days that followed bitcoin moved between {low} and {high}, median {middle}, n = {n}"
    if np.isfinite(usual["median"]):
        text += f"; after any day the median was {percent(usual['median'], signed=True)}"
    return text


def _rare(found: "Analogues") -> str:
    """Say how many past days had a nearer one of their own."""
    return f"; on {percent(found.farther, 0)} of past days the nearest other day lay nearer"


def nearness(found: "Analogues") -> str:
    """Say what is called near, and how usual the distance of the nearest day is; empty where nothing was compared."""
    if not found.found:
        return ""
    nearest, past = found.found[0], found.past
    span = f"{len(past):,} past days since {past.index[0]:%b %Y}"
    return (
        f"Distance is the root mean square difference of the pillars' ranks: 0 is the same ranks, 1 the opposite. Of {span}, the "
        f"nearest is {day(nearest.day)} at {nearest.distance:.3f}{_rare(found)}. Near is up to {found.cut:.3f}, "
        "as near as one pair of past days in twenty."
    )
