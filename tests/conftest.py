"""What tests share: real history where it is given, and databases of their own."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from data_sources.store import Store
from tests.frames import GOOD, HEADER

DATABASES = ["sqlite", *(["server"] if "STRESS_TEST_DATABASE_URL" in os.environ else [])]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave publishers alone unless they are asked for by name: ``pytest -m live``."""
    if "live" in (config.option.markexpr or ""):
        return
    asking = [item for item in items if item.get_closest_marker("live")]
    if asking:
        config.hook.pytest_deselected(items=asking)
        items[:] = [item for item in items if item not in asking]


@pytest.fixture(scope="session")
def history_folder() -> Path:
    """Folder of real history; where none is given, what needs it is reported as not run."""
    folder = os.environ.get("STRESS_HISTORY")
    if not folder:
        pytest.skip("STRESS_HISTORY names no folder of real history")
    found = Path(folder)
    if not any(found.glob("*.csv.gz")):
        pytest.fail(f"STRESS_HISTORY is {folder}, where there is no *.csv.gz")
    return found


@pytest.fixture(scope="session", autouse=True)
def _nobodys_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep every test away from the store of whoever runs it, and every server that one starts from the publishers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRESS_DATABASE_URL", f"sqlite:///{tmp_path_factory.mktemp('empty') / 'stress.db'}")
        patch.setenv("STRESS_REFRESH_MINUTES", "0")
        yield


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that holds nothing: a SQLite file, and a schema of STRESS_TEST_DATABASE_URL where that is set."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'stress.db'}"
        return
    server = make_url(os.environ["STRESS_TEST_DATABASE_URL"])
    schema = f"faultline_{uuid4().hex}"
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    yield server.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture
def command_store(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command line use the test's own database."""
    monkeypatch.setenv("STRESS_DATABASE_URL", database_url)


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    """A tidy file of two good rows."""
    path = tmp_path / "prices.csv"
    path.write_text(HEADER + GOOD)
    return path


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store."""
    opened = Store(database_url)
    yield opened
    opened.close()
