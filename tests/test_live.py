"""The publishers themselves answer as their rows say: ``pytest -m live``, at their own pace, one question after the other."""

from collections.abc import Iterator

import pytest

from data_sources import client
from data_sources.errors import Refused
from data_sources.ledger import Gate, Ledger
from data_sources.question import PROPER
from data_sources.source import Source
from data_sources.sources import PACES
from data_sources.store import Store
from tests.liveness import check_source, sources

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]
REFUSING = {
    "cnn": "CNN answers browsers only, and we do not pose as one",
    "binance": "Binance does not answer from everywhere",
    "bybit": "Bybit does not answer from everywhere",
}
"""Publishers that may refuse an honest client, and why."""


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('live') / 'stress.db'}")
    yield Gate(Ledger(store), lambda host: PACES.get(host, PROPER))
    client.close()
    store.close()


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.name)
def test_a_publisher_answers_as_its_row_says(source: Source, gate: Gate) -> None:
    try:
        check_source(source, source.assets[0], gate)
    except Refused as refusal:
        if source.publisher not in REFUSING:
            raise
        pytest.skip(f"{REFUSING[source.publisher]}: {refusal}")
