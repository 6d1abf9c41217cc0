"""A connection that the server has ended is replaced before anybody works on it."""

import pytest
import sqlalchemy as sa

from shared.db.engines import open_engine

pytestmark = pytest.mark.servers


def test_whoever_comes_next_gets_a_connection_that_works(fresh_database: str) -> None:
    """All connections that lay idle when the server ended them are replaced, and nobody is refused."""
    engine = open_engine(fresh_database, "public", pool_size=2)
    with engine.connect() as first, engine.connect() as second:
        ended = [each.scalar(sa.text("select pg_backend_pid()")) for each in (first, second)]
    with open_engine(fresh_database, "public", pool_size=0).connect() as other:
        for pid in ended:
            other.execute(sa.text("select pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    for _ in range(3):
        with engine.connect() as conn:
            assert conn.scalar(sa.text("select pg_backend_pid()")) not in ended
    engine.dispose()


def test_a_connection_that_lives_is_kept(fresh_database: str) -> None:
    """Looking at a connection costs no other one."""
    engine = open_engine(fresh_database, "public", pool_size=1)
    pids = set()
    for _ in range(3):
        with engine.connect() as conn:
            pids.add(conn.scalar(sa.text("select pg_backend_pid()")))
    assert len(pids) == 1
    engine.dispose()
