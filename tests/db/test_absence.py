"""A store that is away is told from a fault: what was asked may be asked again as it is."""

import threading

import pytest
import sqlalchemy as sa

from shared.db.absence import is_away
from shared.db.engines import open_engine


@pytest.fixture
def engine(fresh_database: str) -> sa.Engine:
    """A store whose silent transactions are ended after a second."""
    url = fresh_database.replace("postgresql://", "postgresql+psycopg://")
    return open_engine(url, "public", pool_size=1, longest_idle_seconds=1)


def failure_of(engine: sa.Engine, words: str, *, cut: bool = False, silent_seconds: float = 0) -> Exception:
    """Return what a statement raises within a transaction that was cut, or had been silent."""
    with pytest.raises(sa.exc.SQLAlchemyError) as caught:
        troubled(engine, words, cut, silent_seconds)
    engine.dispose()
    return caught.value


def troubled(engine: sa.Engine, words: str, cut: bool, silent_seconds: float) -> None:
    """Run a statement within such a transaction."""
    with engine.connect() as conn:
        own = conn.scalar(sa.text("select pg_backend_pid()"))
        if cut:
            with engine.connect() as other:
                other.execute(sa.text("select pg_terminate_backend(:pid)"), {"pid": own})
        threading.Event().wait(silent_seconds)
        conn.execute(sa.text(words))


def test_a_connection_that_was_cut(engine: sa.Engine) -> None:
    """A terminated session says nothing about what was asked of it."""
    assert is_away(failure_of(engine, "select 1", cut=True))


def test_a_transaction_that_was_silent_for_too_long(engine: sa.Engine) -> None:
    """A process that was frozen within a transaction finds it rolled back, and does it again."""
    assert is_away(failure_of(engine, "select 1", silent_seconds=1.5))


def test_a_fault_of_what_was_asked(engine: sa.Engine) -> None:
    """A wrong statement stays wrong, however often it is tried."""
    assert not is_away(failure_of(engine, "select * from nothing_of_that_name"))
    assert not is_away(failure_of(engine, "select 1 / 0"))


def test_other_errors() -> None:
    """What no store said is no word about a store; an exhausted pool is."""
    assert not is_away(ZeroDivisionError())
    assert is_away(sa.exc.TimeoutError())
