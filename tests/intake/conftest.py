"""What several of intake's tests on PostgreSQL stand on."""

from collections.abc import Callable, Iterator

import pytest

from shared.db.engines import open_engine
from shared.kernel.ids import new_id
from tests.intake.house import House


@pytest.fixture
def houses(services_own: Callable[[str], str]) -> Iterator[list[House]]:
    """Two services on one store, as two processes would be."""
    url = services_own("intake")
    made = [House(engine=open_engine(url, "intake"), make_id=new_id) for _ in range(2)]
    yield made
    for house in made:
        house.store.close()
