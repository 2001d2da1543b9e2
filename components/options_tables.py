"""Tables, choices and notes of the page options."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from components import sentences, tiles
from components.sentences import NO_VALUE, count, day, money, number, percent, whole

NAMES = {"BTC": "bitcoin", "ETH": "ether"}
SHOWN_LENGTH = 24
"""Characters of a refused value that are repeated on the screen."""
NOTES = (
    "DVOL is the volatility that Deribit's options price in for the next 30 days, a year's worth; over √365 it is a day's. "
    "Percentile: on how many days of the last year it was lower. Rank: how far it stands from the year's low to its high. A "
    "single spike stretches the range of a whole year and is one day among 365, which is why percentile and rank can stand at 50 "
    "and 36. Realized: standard deviation of the last 30 daily log returns, a year's worth.",
    "Signs. Skew is the implied volatility of 25-delta calls less that of puts, 30 days out: below 0 puts are bid; other "
    "publishers take puts less calls, or divide by the volatility at the money. Term structure is 180 days less 7: below 0 it is "
    "inverted and the next week is the dearer one.",
    "Max pain is the strike at which all holders of an expiry together would be paid least; it describes what is open and "
    "predicts nothing. Who holds what is not known: puts are bought as insurance and sold for income alike. Open interest counts "
    "coins, not contracts; options expire at 08:00 UTC; the price beside a max pain is the forward of its expiry, not the spot "
    "price.",
)


def choice(name: str, label: str, known: Sequence[str], default: str, told: Callable[[str], str] = str) -> str:
    """Draw a choice that the address holds; one that is not among the known is said, and the default taken.

    Parameters
    ----------
    name : str
        Key in the address.
    label : str
    known : sequence of str
        What may be chosen, as the address writes it.
    default : str
        One of them; the address leaves it out.
    told : callable
        How each is shown.
    """
    raw = st.query_params.get(name, default)
    if raw not in known:
        shown = "".join(letter for letter in raw[:SHOWN_LENGTH] if letter.isalnum() or letter in " .:+/-")
        st.warning(f"“{shown}” is not among the choices of {label.lower()}; showing {told(default)}.", icon=":material/link_off:")
        raw = default
    st.session_state[name] = raw
    st.selectbox(label, known, key=name, format_func=told, on_change=_on_choice, args=(name, default), width=250)
    return raw


def _on_choice(name: str, default: str) -> None:
    if st.session_state[name] == default:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = st.session_state[name]


def expiry(table: pd.DataFrame, nearest: pd.Timestamp | None) -> pd.Timestamp | None:
    """Draw the choice of an expiry; None, and no choice, where none is listed.

    Parameters
    ----------
    table : DataFrame
        One row per expiry.
    nearest : Timestamp or None
        What is shown unless the reader chooses.
    """
    if nearest is None:
        return None
    days = {f"{pd.Timestamp(one):%Y-%m-%d}": pd.Timestamp(one) for one in table.index}
    return days[choice("expiry", "Expiry", list(days), f"{nearest:%Y-%m-%d}", lambda chosen: day(days.get(chosen)))]


def no_chain(coin: str, as_of: pd.Timestamp) -> str:
    """Say why nothing is shown by strike and expiry."""
    return tiles.note(
        f"No options on {NAMES.get(coin, coin)} are held by strike and expiry as of {day(as_of)}: the exchange tells what is open "
        "now and keeps no history, so one snapshot of each day is kept from the first day this board asked."
    )


def kept(days: int, first: pd.Timestamp | None) -> str:
    """Say how long the history of what only snapshots tell is."""
    if first is None:
        return tiles.note("Put/call, skew and term structure are read off snapshots; none is held as of this day.")
    return tiles.note(
        f"Put/call, skew and term structure are read off snapshots, which begin on {day(first)}: {count(days, 'day')} so far, "
        "one more each day; a place in the year needs 365 before it."
    )


def snapshot(coin: str, time: pd.Timestamp, age: pd.Timedelta, publisher: str) -> str:
    """Say when a chain was taken, how old it is and whose it is, as the foot of a figure."""
    told = f"Options on {NAMES.get(coin, coin)}: {time:%d %b %Y %H:%M} UTC, {sentences.old(age)}"
    return f"{told} · {publisher}" if publisher else told


def expiries(coin: str, table: pd.DataFrame, taken: pd.Timestamp, far: float) -> str:
    """Write each expiry: how far, how large, puts per call, where it would hurt, against the price; and the sum of all above.

    Parameters
    ----------
    coin : str
    table : DataFrame
        As the indicator gives it by expiry.
    taken : Timestamp
        Of the snapshot.
    far : float
        Share of the open options that expire later than 90 days from it.
    """
    total, worth = float(table["open_interest"].sum(skipna=False)), float(table["notional"].sum(skipna=False))
    caption = f"{whole(total)} {coin} of options are open in {count(len(table), 'expiry', 'expiries')}, worth {money(worth)}"
    caption += f"; {percent(far, 0)} of them expire in more than 90 days" if np.isfinite(far) else ""
    heads = (
        "Expiry", "days", f"open, {coin}", "max pain", "forward", "max pain off it", "puts per call", "worth", "of all",
        "traded, 24 h",
    )  # fmt: skip
    dates = pd.DatetimeIndex(table.index)
    rows = (_expiry(dates[at], table.iloc[at], taken, total) for at in range(len(table)))
    return tiles.table(heads, rows, caption=caption)


def _expiry(expiry: pd.Timestamp, row: pd.Series, taken: pd.Timestamp, total: float) -> tuple[str, ...]:
    size, forward, pain = float(row["open_interest"]), float(row["underlying"]), float(row["max_pain"])
    return (
        day(expiry).replace(" ", "\u00a0"),
        f"{(expiry - taken) / sentences.DAY:.0f}",
        whole(size),
        money(pain),
        money(forward),
        percent(pain / forward - 1, signed=True),
        number(float(row["put_call"]), "{:.2f}"),
        money(float(row["notional"])),
        percent(size / total) if total > 0 else NO_VALUE,
        whole(float(row["volume"])),
    )


def notes() -> str:
    """Write what the words of the page mean, and which way its signs point."""
    return tiles.caption("What the words mean") + "".join(map(tiles.note, NOTES))
