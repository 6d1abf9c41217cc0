"""One house for all lives: its packs are compiled once, its stores put back to their beginning before each run."""

from collections.abc import Iterator

import pytest

from tests.lives.house import House


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """The four towns with all their editions."""
    made = House()
    yield made
    made.close()
