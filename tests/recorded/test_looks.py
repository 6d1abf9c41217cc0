"""Under simulated time a duty is asked when it may have something to do, and not otherwise."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from gridcase.house import HousePlan, passing_stores
from gridcase.simulation.looks import Looks
from shared.db.store import Store
from shared.flow.service import Duty, Service

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store in memory, whose time is moved by hand."""
    made = passing_stores(HousePlan("sqlite://", b"0" * 32, "reference", tmp_path), ["sla"])["sla"]
    made.make_simulated(AT)
    return made


class Asked:
    """Duties that note when they are asked."""

    def __init__(self, store: Store, due_at: datetime) -> None:
        self.names: list[str] = []
        self._store = store
        self._due_at: datetime | None = due_at
        duties = (
            Duty("told", lambda _: self._note("told"), self._told),
            Duty("awake", lambda _: self._note("awake")),
            Duty("upkeep", lambda _: self._note("upkeep"), every_seconds=3600),
            Duty("written", lambda _: self._note("written"), every_seconds=60, by_time=False),
        )
        self.looks = Looks(Service("sla", store, (), {}, lambda *_: None, duties=duties))

    def _told(self, conn: sa.Connection) -> datetime | None:
        conn.exec_driver_sql("select count(*) from meta")
        return self._due_at

    def _note(self, name: str) -> int:
        self.names.append(name)
        with self._store.read() as conn:
            conn.exec_driver_sql("select count(*) from meta")
        done = int(name == "told" and self._due_at is not None)
        self._due_at = None
        return done

    def at(self, now: datetime) -> list[str]:
        """Who is asked at an instant."""
        self.names.clear()
        self.looks.run(10, now)
        return list(self.names)


def write(store: Store, table: str = "meta (key, value)") -> None:
    """Have something change in the store."""
    with store.begin() as work:
        work.conn.exec_driver_sql(f"insert into {table} values (hex(randomblob(8)), 'x')")


def test_who_found_nothing_is_not_asked_again_before_something_changes(store: Store) -> None:
    """Upkeep looks once an hour whatever changes, as in a real process; who looks each second is woken."""
    asked = Asked(store, AT + HOUR)
    assert asked.at(AT) == ["awake", "upkeep", "written"]
    assert asked.at(AT) == []
    write(store)
    assert asked.at(AT) == ["awake"]


def test_time_alone_wakes_whom_it_gives_work(store: Store) -> None:
    """Others are asked once it is their time again and something was written."""
    asked = Asked(store, AT + 3 * HOUR)
    asked.at(AT)
    assert asked.at(AT + HOUR) == ["awake", "upkeep"]
    write(store)
    assert asked.at(AT + HOUR) == ["awake", "written"]
    assert asked.at(AT + 2 * HOUR) == ["awake", "upkeep"]


def test_what_nobody_reads_wakes_nobody(store: Store) -> None:
    """A duty is woken by the tables that it read when it found nothing."""
    asked = Asked(store, AT + HOUR)
    asked.at(AT)
    write(store, "stream_out (stream, last)")
    assert asked.at(AT) == []


def test_who_says_when_is_asked_at_that_instant(store: Store) -> None:
    """That time is set is no change; that it has come is heard once the work was done, and no more."""
    asked = Asked(store, AT + HOUR)
    asked.at(AT)
    assert asked.looks.next_at() == AT + HOUR
    store.set_now(AT + HOUR)
    assert asked.at(AT + HOUR) == ["told", "awake", "upkeep"]
    write(store)
    assert asked.looks.next_at() is None
    assert asked.at(AT + HOUR) == ["awake", "written"]


def test_time_begins_anew(store: Store) -> None:
    """Of what was found in another run nothing is believed."""
    asked = Asked(store, AT + HOUR)
    asked.at(AT)
    asked.looks.forget()
    assert asked.at(AT - HOUR) == ["awake", "upkeep", "written"]


def test_on_any_other_store_everybody_is_asked(store: Store) -> None:
    """What others write to it is not seen here."""
    store.versions = None
    asked = Asked(store, AT + HOUR)
    everybody = ["awake", "upkeep", "written"]
    assert [asked.at(AT), asked.at(AT)] == [everybody, everybody]
