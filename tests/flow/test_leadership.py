"""One relay at a time on a store, and another as soon as the first is silent."""

import threading

import pytest
import sqlalchemy as sa

from shared.db.engines import open_engine
from shared.db.flow_tables import flow_tables
from shared.db.store import Store
from shared.flow.leadership import leading


@pytest.fixture
def store(fresh_database: str) -> Store:
    """A store in PostgreSQL."""
    url = fresh_database.replace("postgresql://", "postgresql+psycopg://")
    return Store("public", open_engine(url, "public"), flow_tables(sa.MetaData()))


def test_a_leader_that_falls_silent_is_replaced_and_hears_of_it(store: Store) -> None:
    """A frozen process does not keep the others from its task; when it thaws, it learns that it lost the lead."""
    with pytest.raises(sa.exc.DBAPIError):
        lead_silently(store)
    store.close()


def lead_silently(store: Store) -> None:
    """Lead, say nothing until somebody else has taken over, and look whether one still leads."""
    stop = threading.Event()
    with leading(store, "relay", stop, 1) as first:
        with leading(store, "relay", stop, 1) as second:  # waits until the first one's silence is too long
            second.check()
        while True:
            first.check()


def test_a_leader_that_checks_keeps_its_lead(store: Store) -> None:
    """As long as it shows itself, nobody takes its place."""
    stop, won = threading.Event(), threading.Event()

    def wait_for_it() -> None:
        with leading(store, "relay", stop, 2):
            won.set()

    with leading(store, "relay", stop, 2) as lead:
        rival = threading.Thread(target=wait_for_it)
        rival.start()
        for _ in range(35):
            lead.check()
            threading.Event().wait(0.1)
        assert not won.is_set()
    rival.join(20)
    assert won.is_set()
    store.close()
