"""How long a first refresh of everything takes: ``STRESS_REPLAY=… python -m benchmarks.refresh``.

The publishers are replayed, the paces are the real ones. Hosts are asked in parallel, so that the whole may not take much
longer than the slowest of them does by itself.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pandas as pd

from benchmarks.report import Measured, show
from data_sources.ledger import Ledger
from data_sources.live import table
from data_sources.store import Store
from tests.replaying import given, replaying

ROOT = Path(__file__).resolve().parents[1]
WHOLE = 1.5
"""Limit of a first refresh as a multiple of what its slowest host takes by itself, waiting for its turns included."""
AGAIN = 0.0
"""Limit of questions that a second refresh asks at once after the first."""
SHOWN = 8


def refresh(environment: Mapping[str, str]) -> float:
    """Run the command that asks the publishers, and say how long it took, its own start included."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "data_sources", "refresh"]
    subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - began


def by_host(url: str) -> list[tuple[str, float]]:
    """Seconds that each host's questions took together, since they are asked one after the other; the slowest first."""
    hosts = {source.name: source.host for need in table() for source in need.sources}
    taken = dict.fromkeys(hosts.values(), 0.0)
    with closing(Store(url)) as store:
        for attempt in Ledger(store).attempts(pd.Timestamp(0, tz="UTC")):
            taken[hosts[attempt.source]] += (attempt.ended - attempt.started).total_seconds()
    return sorted(taken.items(), key=lambda one: -one[1])


def main() -> int:
    """Measure two refreshes in a row; 0 when all limits are kept, or when there is nothing to measure."""
    code = given()
    if code is None:
        print("benchmarks.refresh was not run: STRESS_REPLAY does not name a folder of a replay of the publishers.")
        return 0
    with tempfile.TemporaryDirectory() as name, replaying(code, Path(name)) as replay:
        url = f"sqlite:///{Path(name) / 'stress.db'}"
        environment = os.environ | replay.environment() | {"STRESS_DATABASE_URL": url}
        first = refresh(environment)
        asked = Counter(call.host for call in replay.calls())
        second = refresh(environment)
        again = len(replay.calls()) - asked.total()
        taken = by_host(url)
    slowest, alone = taken[0]
    print(f"A first refresh takes {first:.1f} s and {asked.total()} requests; one more {second:.1f} s.")
    for host, seconds in taken[:SHOWN]:
        print(f"  {host:<28} {seconds:5.1f} s {asked[host]:4d} requests")
    rows = [
        Measured(f"first refresh / {slowest} alone", first / alone, WHOLE, "×"),
        Measured("requests of a second refresh", float(again), AGAIN, ""),
    ]
    return show("Refresh", rows)


if __name__ == "__main__":
    sys.exit(main())
