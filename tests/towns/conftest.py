"""Houses whose towns move."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.towns.house import House, opened

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)]


@pytest.fixture(params=BOTH)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """An empty house, on each kind of store."""
    database = request.getfixturevalue("fresh_database") if request.param == "postgresql" else None
    with opened(tmp_path / "house", database) as found:
        yield found


@pytest.fixture
def small(tmp_path: Path) -> Iterator[House]:
    """An empty house on files."""
    with opened(tmp_path / "house") as found:
        yield found
