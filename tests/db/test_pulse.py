"""A store that takes no writes is not well, though it answers; one without room is known by what it refused."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.db.pulse import FULL_FOR_SECONDS, WRITE_EVERY_SECONDS, Pulse
from shared.db.store import Store
from shared.obs.health import Health
from tests.flow.stores import fresh_url, make_store
from tests.flow.test_outbox import say


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Store]:
    """A store whose file has no room to grow."""
    store = make_store(f"sqlite:///{tmp_path}/full.db", "full")
    yield store
    store.close()


def fill_up(store: Store) -> None:
    """Let no connection of a SQLite store take another page."""

    def no_room(connection: object, *_: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # type: ignore[attr-defined]

    sa.event.listen(store.engine, "checkout", no_room)


def test_a_full_disk_is_seen_by_a_store_that_still_reads(full: Store) -> None:
    """Reading goes on as before; what was refused for want of room is remembered, and the word is 'full'."""
    assert full.ping() is None
    fill_up(full)
    with pytest.raises(sa.exc.OperationalError, match="full"):
        say(full, ["a"] * 500)
    with full.read() as conn:
        assert conn.scalar(sa.text("select count(*) from outbox")) == 0
    assert full.ping() == "full"


def test_a_store_that_refuses_every_write_is_not_well(full: Store) -> None:
    """Nobody need have reported anything: health tries a write by itself."""

    def read_only(connection: object, *_: object) -> None:
        connection.execute("PRAGMA query_only=1")  # type: ignore[attr-defined]

    sa.event.listen(full.engine, "checkout", read_only)
    assert full.ping() == "away"


class Hand:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_writes_are_few_however_often_health_is_asked() -> None:
    """One within the time that a write stands for; after one that failed the next question tries again."""
    clock, wrote, fails = Hand(), [], [False]

    def write() -> None:
        wrote.append(clock.now)
        if fails[0]:
            raise sa.exc.OperationalError("insert", {}, Exception("no"))

    pulse = Pulse("any", clock)
    for _ in range(100):
        assert pulse.ping(lambda: None, write) is None
    assert wrote == [0.0]
    clock.now, fails[0] = WRITE_EVERY_SECONDS, True
    assert [pulse.ping(lambda: None, write) for _ in range(3)] == ["away"] * 3
    assert len(wrote) == 4


def test_a_refusal_for_want_of_room_is_forgotten_in_time() -> None:
    """Half a minute after the last of them the store is well again."""
    clock = Hand()
    pulse = Pulse("any", clock)

    class Full(Exception):
        sqlstate = "53100"

    with pytest.raises(sa.exc.OperationalError), pulse.noting():
        raise sa.exc.OperationalError("insert", {}, Full())
    assert pulse.ping(lambda: None, lambda: None) == "full"
    clock.now = FULL_FOR_SECONDS
    assert pulse.ping(lambda: None, lambda: None) is None


@pytest.mark.servers
def test_postgresql_without_room_and_postgresql_that_hangs(fresh_database: str) -> None:
    """A write refused with its code for a full disk makes the store 'full'; one that waits for a lock makes health
    'slow' until the lock goes, and no second thread waits for it."""
    store = make_store(fresh_url(fresh_database), "speaker")
    health = Health({"store": store.ping}, patience_seconds=0.3)
    assert _state(Health({"store": store.ping}, patience_seconds=30)) == "ok"
    with store.engine.begin() as conn:
        conn.exec_driver_sql(_NO_ROOM)
    with pytest.raises(sa.exc.OperationalError):
        say(store, ["a"])
    assert _state(Health({"store": store.ping}, patience_seconds=30)) == "full"
    store._pulse = Pulse("speaker")
    with store.engine.begin() as conn:
        conn.exec_driver_sql("lock table meta in access exclusive mode")
        assert [_state(health) for _ in range(3)] == ["slow"] * 3
        assert [thread.name for thread in threading.enumerate()].count("health-store") == 1
    assert any(_state(health) == "ok" for _ in range(100))
    store.close()


def _state(health: Health) -> str:
    return health.report()[1]["store"]


# Stands for a disk: what PostgreSQL says when it could not extend a table.
_NO_ROOM = """
create function no_room() returns trigger language plpgsql as
$$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
create trigger no_room before insert on outbox execute function no_room();
"""
