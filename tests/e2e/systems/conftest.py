"""One house for all towns of these tests: they stand on it in turn."""

from collections.abc import Iterator

import pytest

from gridcase.simulation.house import SimulatedHouse
from tests.e2e.systems.shipped_town import standing_house


@pytest.fixture(scope="session")
def house() -> Iterator[SimulatedHouse]:
    """The house."""
    with standing_house() as made:
        yield made
