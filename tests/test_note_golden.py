"""The notes of three dated days, made by the command from real history and checked in: read them, then read them again."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data_sources.__main__ import main as data
from notes.__main__ import main as notes

GOLDEN = Path(__file__).parent / "golden"
DAYS = ("2025-11-20", "2025-11-21", "2026-02-05")
FACTS = {
    "2025-11-20": (
        r"Bitcoin at \$86,637 is 6% below the \$92,432 a coin costs to make, for 2 days now",
        r"US bitcoin funds lost \$903.2 m on 20 Nov 2025; November stands at −\$5.57 bn with ether",
        r"since November began it has lost \$2.08 bn",
        r"the lowest month of 23 since launch; the lowest before it was February 2025, −\$3.50 bn",
        r"S\&P 500 fell 1.56% in a day",
        "on 20 Nov 2025 SPY fell 2.38%, from 675.44 in the bar of 10:40 to 659.39 in the bar of 11:55, New York time",
        r"about \$1.40 tn of the S\&P 500's market value, reckoned from \$59.32 tn quoted for 30 Sep 2025",
        "Crypto fear & greed reads 11 (extreme fear)",
        "crypto fear & greed 15 → 11",
        r"Strategy holds 649,870 BTC, bought at \$74,430 on average",
    ),
    "2025-11-21": (
        r"Bitcoin at \$85,129 is 8% below the \$92,432 a coin costs to make",
        r"US bitcoin funds took in \$238.4 m on 21 Nov 2025",
        "Outflows from bitcoin funds ended after 1 day.",
    ),
    "2026-02-05": (
        r"Bitcoin at \$62,910 is 27% below the \$85,996 a coin costs to make, for 8 days now",
        "the VIX is at 21.8, higher than on 82% of days in its year; bitcoin's DVOL is at 82.6, the highest of its year",
        r"BNB closed at \$608.30",
        "BNB fell 12.76% in a day",
        r"Strategy holds 713,502 BTC, bought at \$76,047 on average; at the day's close they are worth \$44.89 bn",
        r"Strategy's coins are worth \$9.37 bn less than they cost",
        "the last five-minute bars of SPY are of 21 Nov 2025",
    ),
}
"""What the articles of those days told, as the board reckons it; the signs that Markdown knows are escaped."""
FORECASTS = re.compile(
    r"\b(?:likely|expect\w*|forecast\w*|predict\w*|will|should|may|might|could|buy|sell signal)\b", re.IGNORECASE
)


@pytest.fixture(scope="module")
def made(history_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The notes as the command makes them now."""
    folder = tmp_path_factory.mktemp("notes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRESS_DATABASE_URL", f"sqlite:///{folder / 'stress.db'}")
        patch.delenv("STRESS_ADDRESS", raising=False)
        assert data(["import", *(str(path) for path in sorted(history_folder.glob("*.csv.gz")))]) == 0
        for day in DAYS:
            for form, ending in (("markdown", "md"), ("json", "json")):
                assert notes(["--as-of", day, "--format", form, "--out", str(folder / f"note_{day}.{ending}")]) == 0
        yield folder


@pytest.mark.parametrize("day", DAYS)
def test_the_command_makes_the_markdown_that_is_checked_in(made: Path, day: str) -> None:
    assert (made / f"note_{day}.md").read_text("utf-8") == (GOLDEN / f"note_{day}.md").read_text("utf-8")


@pytest.mark.parametrize("day", DAYS)
def test_the_command_makes_the_json_that_is_checked_in(made: Path, day: str) -> None:
    now, then = (json.loads((folder / f"note_{day}.json").read_text("utf-8")) for folder in (made, GOLDEN))
    alike(now, then)


def alike(one: Any, other: Any, where: str = "") -> None:
    """Equal but for the last bits of numbers, which depend on how many windows were multiplied at once."""
    if isinstance(one, float) and isinstance(other, float):
        assert one == pytest.approx(other, rel=1e-9, abs=1e-9), where
    elif isinstance(one, dict) and isinstance(other, dict):
        assert list(one) == list(other), where
        for name in one:
            alike(one[name], other[name], f"{where}/{name}")
    elif isinstance(one, list) and isinstance(other, list):
        assert len(one) == len(other), where
        for place, pair in enumerate(zip(one, other, strict=True)):
            alike(*pair, f"{where}/{place}")
    else:
        assert one == other, where


@pytest.mark.parametrize("day", DAYS)
def test_a_note_has_the_numbers_of_the_articles_of_its_day(day: str) -> None:
    written = (GOLDEN / f"note_{day}.md").read_text("utf-8").replace(r"\$", "$").replace(r"\&", "&")
    for fact in FACTS[day]:
        assert fact.replace(r"\$", "$").replace(r"\&", "&") in written


@pytest.mark.parametrize("day", DAYS)
def test_no_note_says_what_is_going_to_happen(day: str) -> None:
    assert FORECASTS.findall((GOLDEN / f"note_{day}.md").read_text("utf-8")) == []


@pytest.mark.parametrize("day", DAYS)
def test_every_sentence_with_a_number_has_a_day_an_age_and_a_publisher(day: str) -> None:
    note = json.loads((GOLDEN / f"note_{day}.json").read_text("utf-8"))["note"]
    told = [note["headline"], note["stress_index"], *note["beside"], *note["extremes"]]
    told += [one for topic in note["topics"] for one in (topic["verdict"], *topic["lines"])]
    told += [one for kind in note["changes"].values() for one in kind if not one["text"].startswith("And ")]
    assert len(told) > 30
    for one in told:
        assert re.fullmatch(r"\d\d \w{3} \d{4} · (?:same day|\d+ d old|[\d.]+ y old) · \S.*", one["foot"]), one
        assert re.fullmatch(rf"/\w*\?as_of={day}&from={int(day[:4]) - 1}{day[4:]}&to={day}#\w+", one["link"]), one
        assert one["readings"]
