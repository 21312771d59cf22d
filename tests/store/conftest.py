"""What a test of the store says holds on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import databases
from reelmill.store.database import Database


@pytest.fixture(params=databases.CHOSEN)
def kind(request: pytest.FixtureRequest) -> str:
    """Which database it is."""
    return str(request.param)


@pytest.fixture
def database(kind: str, tmp_path: Path) -> Iterator[Database]:
    """An empty one at the newest schema."""
    made = Database(databases.migrated(kind, tmp_path))
    yield made
    made.close()
