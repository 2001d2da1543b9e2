import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Select, create_engine, select

from data_sources.errors import ContractBroken
from data_sources.rows import stamp
from data_sources.schema import BATCH, OBSERVATION
from data_sources.store import Store
from tests.frames import observations, utc

ROOT = Path(__file__).parents[1]
DAYS = observations(("2025-11-18", 92_960.83), ("2025-11-19", 91_554.96), ("2025-11-20", 86_637.23))


def values(store: Store, as_of: str | None = None) -> list[float]:
    return store.read(as_of)["value"].tolist()


def asked(url: str, statement: Select) -> list[tuple]:
    """What the tables themselves hold."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(statement)]
    engine.dispose()
    return rows


def restated(value: float, day: str = "2025-11-19") -> pd.DataFrame:
    return observations((day, value))


def test_a_new_store_holds_nothing_and_makes_nothing(tmp_path: Path) -> None:
    with closing(Store(f"sqlite:///{tmp_path / 'new' / 'stress.db'}")) as store:
        assert store.version() == 0
        assert not store.has()
        assert store.read().empty
        assert store.held().empty
        assert store.revised_since(utc("2025-11-20")) == set()
    assert list(tmp_path.iterdir()) == []


def test_what_is_kept_is_read_back_exactly(store: Store) -> None:
    frame = pd.concat([
        observations(("2025-11-20T15:40:00.000123Z", 0.1 + 0.2), measure="bar_close", asset="SPY", entity="feed"),
        observations(("1990-01-02", -1.79769e308), ("2025-11-20", 5e-324), measure="net_flow", entity="IBIT"),
    ])  # fmt: skip
    assert store.append(frame, "test") == 3
    pd.testing.assert_frame_equal(store.read(), frame.sort_values("time", ignore_index=True))


def test_times_are_kept_as_microseconds(store: Store, database_url: str) -> None:
    store.append(observations(("2025-11-20T15:40:00.000123Z", 1.0)), "test", utc("2025-11-21"))
    kept = asked(database_url, select(OBSERVATION.c.time, OBSERVATION.c.known_at))
    assert kept == [(1_763_653_200_000_123, 1_763_683_200_000_000)]


def test_keeping_the_same_again_adds_nothing_and_the_version_stays(store: Store) -> None:
    assert store.append(DAYS, "test") == 3
    version = store.version()
    assert store.append(DAYS, "test") == 0
    assert store.version() == version > 0


def test_the_version_grows_with_each_batch_that_adds(store: Store) -> None:
    seen = [store.version()]
    for value in (1.0, 2.0, 1.0):
        store.append(restated(value), "test")
        seen.append(store.version())
    assert seen == sorted(set(seen))


def test_an_empty_frame_adds_nothing(store: Store) -> None:
    assert store.append(DAYS.iloc[:0], "test") == 0
    assert store.version() == 0


def test_a_frame_that_breaks_the_contract_is_kept_in_no_part(store: Store) -> None:
    with pytest.raises(ContractBroken):
        store.append(DAYS.assign(value=[1.0, np.nan, 2.0]), "test")
    assert not store.has()


def test_only_what_changed_is_added_and_the_latest_is_read(store: Store, database_url: str) -> None:
    store.append(DAYS, "test")
    assert store.append(DAYS.assign(value=[92_960.83, 1.0, 86_637.23]), "test") == 1
    assert values(store) == [92_960.83, 1.0, 86_637.23]
    assert asked(database_url, select(BATCH.c.added, BATCH.c.revised).order_by(BATCH.c.id)) == [(3, 0), (1, 1)]


def test_a_value_that_returns_to_what_it_was_is_a_revision_too(store: Store) -> None:
    for value in (1.0, 2.0, 1.0):
        assert store.append(restated(value), "test") == 1
    assert values(store) == [1.0]


def test_series_differ_by_entity_asset_and_measure(store: Store) -> None:
    for measure, asset, entity in (("close", "BTC", "binance"), ("close", "BTC", "yahoo"), ("close", "ETH", "yahoo"), ("open", "ETH", "yahoo")):  # fmt: skip # noqa: E501
        assert store.append(observations(("2025-11-20", 1.0), measure=measure, asset=asset, entity=entity), "test") == 1
    assert len(store.read(measure="close")) == 3
    assert store.read(measure="close", asset="ETH")["entity"].tolist() == ["yahoo"]
    assert store.has("open", "ETH")
    assert not store.has("open", "BTC")
    assert store.read(asset="DOGE").empty


def test_what_is_held_is_listed_without_counting_revisions(store: Store) -> None:
    store.append(DAYS, "test")
    store.append(restated(1.0), "test")
    (row,) = store.held().itertuples(index=False, name=None)
    assert row == ("close", "BTC", "binance", utc("2025-11-18"), utc("2025-11-20"), 3)


def test_as_of_a_day_reads_what_was_known_at_its_end(store: Store) -> None:
    store.append(restated(1.0), "test", utc("2025-11-20T00:10"))
    store.append(restated(2.0), "test", utc("2025-11-20T23:59:59.999999"))
    store.append(restated(3.0), "test", utc("2025-11-21T00:00"))
    store.append(restated(4.0), "test", utc("2025-12-24"))
    assert values(store, "2025-11-20") == [2.0]
    assert values(store, "2025-11-21") == [3.0]
    assert values(store, "2025-12-23") == [3.0]
    assert values(store) == values(store, "2025-12-24") == [4.0]


def test_what_was_learned_later_reads_as_first_published_and_never_moves(store: Store) -> None:
    store.append(DAYS, "import", utc("2026-01-10"))
    before = values(store, "2025-11-20")
    store.append(restated(1.0), "correction", utc("2026-02-01"))
    assert values(store, "2025-11-20") == before == [92_960.83, 91_554.96, 86_637.23]
    assert values(store, "2026-02-01") == [92_960.83, 1.0, 86_637.23]


def test_as_of_a_day_nothing_later_is_read(store: Store) -> None:
    store.append(DAYS, "test", utc("2025-11-18T12:00"))
    assert values(store, "2025-11-17") == []
    assert values(store, "2025-11-19") == [92_960.83, 91_554.96]  # a day belongs once it is over


def test_the_as_of_day_is_a_utc_day_whatever_the_clocks_do(store: Store) -> None:
    # New York leaves daylight saving time on 2025-11-02: its midnights are 25 hours apart, days in UTC never are.
    midnights = pd.date_range("2025-11-01", "2025-11-04", tz="America/New_York", unit="us")
    frame = observations(*((str(moment), float(day)) for day, moment in enumerate(midnights, 1)), measure="bar_close", asset="SPY", entity="feed")  # fmt: skip # noqa: E501
    store.append(frame, "test", utc("2025-11-01"))
    assert store.read()["time"].dt.hour.tolist() == [4, 4, 5, 5]
    late_evening = pd.Timestamp("2025-11-02 20:30", tz="America/New_York")  # already the 3rd in UTC
    assert [len(store.read(day)) for day in ("2025-11-01", "2025-11-02", late_evening)] == [1, 2, 3]


def test_revisions_since_a_day_are_named(store: Store) -> None:
    store.append(DAYS, "test", utc("2025-11-21"))
    store.append(observations(("2025-11-20", 5.0), asset="ETH"), "test", utc("2025-11-21"))
    assert store.revised_since(utc("2025-11-21")) == set()
    store.append(restated(1.0), "test", utc("2025-11-25"))
    assert store.revised_since(utc("2025-11-21")) == {("close", "BTC")}
    assert store.revised_since(utc("2025-11-18")) == set()  # what was revised is about a later day
    assert store.revised_since(utc("2025-11-25")) == set()


def test_a_revision_is_known_after_the_one_before_even_if_the_clock_went_back(
    store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.append(restated(1.0), "test", utc("2025-11-20T12:00"))
    monkeypatch.setattr("data_sources.store.now", lambda: stamp(utc("2025-11-20T11:00")))
    store.append(restated(2.0), "test")
    assert values(store) == [2.0]
    noon = stamp(utc("2025-11-20T12:00"))
    assert asked(database_url, select(OBSERVATION.c.known_at).order_by(OBSERVATION.c.known_at)) == [
        (noon,),
        (noon + 1,),
    ]


def test_a_revision_learned_before_the_last_one_takes_its_place_among_them(store: Store) -> None:
    store.append(restated(1.0), "test", utc("2025-11-20T12:00"))
    store.append(restated(3.0), "test", utc("2025-11-24T12:00"))
    version = store.version()
    assert store.append(restated(2.0), "test", utc("2025-11-22T12:00")) == 1
    assert store.version() > version
    assert [values(store, f"2025-11-{day}") for day in (20, 21, 22, 23, 24)] == [[1.0], [1.0], [2.0], [2.0], [3.0]]
    assert values(store) == [3.0]
    assert store.append(restated(1.0), "test", utc("2025-11-21T12:00")) == 0  # what was in force then
    assert store.append(restated(0.5), "test", utc("2025-11-19T12:00")) == 1  # before anything was known
    assert values(store, "2025-11-19") == [0.5]
    assert values(store, "2025-11-20") == [1.0]


def test_what_is_learned_at_a_moment_that_is_taken_comes_after_it(store: Store, database_url: str) -> None:
    days = ["2025-11-18", "2025-11-19"]
    noon = utc("2025-11-20T12:00")
    for value in (1.0, 2.0, 3.0):
        for turn in (1, 0):  # a second time nothing is added
            assert store.append(observations(*((day, value) for day in days)), "test", noon) == 2 * turn
    store.append(observations((days[0], 9.0)), "test", utc("2025-11-21"))
    known = asked(database_url, select(OBSERVATION.c.known_at).order_by(OBSERVATION.c.time, OBSERVATION.c.known_at))
    first = [stamp(noon) + place for place in range(3)]
    assert [moment for (moment,) in known] == [*first, stamp(utc("2025-11-21")), *first]
    assert values(store, "2025-11-20") == [3.0, 3.0]


@pytest.mark.parametrize("moment", [pd.NaT, pd.Timestamp("2025-11-20")])
def test_a_moment_that_is_none_or_has_no_zone_is_refused(store: Store, moment: pd.Timestamp) -> None:
    for frame in (DAYS, DAYS.iloc[:0]):
        with pytest.raises(ValueError, match="known_at must be a moment with a time zone"):
            store.append(frame, "test", moment)
    assert not store.has()


def test_another_process_sees_what_was_added_and_a_new_store_has_a_new_name(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'stress.db'}"
    with closing(Store(url)) as one, closing(Store(url)) as other:
        one.append(DAYS, "test")
        first = other.state()
        assert first == one.state()
        one.close()
        for path in tmp_path.iterdir():
            path.unlink()
        assert other.version() == 0
        one.append(DAYS, "test")
        assert other.state()[1] == first[1]
        assert other.state()[0] != first[0]


def test_four_processes_that_keep_the_same_rows_at_once_keep_them_once(store: Store, database_url: str) -> None:
    code = (
        "import pandas as pd; from data_sources.store import Store; from tests.test_store import many;"
        "store = Store(); print(sum(store.append(many(part), 'test') for part in range(6)))"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=_environment(database_url), stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    added = [int(writer.communicate()[0]) for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 4
    assert sum(added) == 6 * 2_000
    assert len(store.history().place) == 0  # no key has two revisions
    assert len(store.read()) == 6 * 2_000


def test_a_process_killed_while_it_writes_leaves_the_last_complete_state(store: Store, database_url: str) -> None:
    store.append(many(0), "test")
    code = (
        "import time; from data_sources import writing; from data_sources.store import Store\n"
        "from tests.test_store import many\n"
        "insert = writing._insert\n"
        "def stuck(*given):\n    insert(*given); print('written', flush=True); time.sleep(60)\n"
        "writing._insert = stuck\n"
        "Store().append(many(1), 'test')"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=_environment(database_url), stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        assert len(store.read()) == 2_000  # nobody sees what is not complete
        writer.send_signal(signal.SIGKILL)
    assert len(store.read()) == 2_000
    assert store.append(many(1), "test") == 2_000  # and the next writer is not kept waiting
    assert len(store.read()) == 4_000


def many(part: int) -> pd.DataFrame:
    """Two thousand days of one of several assets."""
    days = pd.date_range("2015-01-01", periods=2_000, tz="UTC", unit="us")
    return observations(*((day.isoformat(), 1.0 + number) for number, day in enumerate(days)), asset=f"COIN{part}")


def _environment(url: str) -> dict[str, str]:
    return os.environ | {"STRESS_DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
