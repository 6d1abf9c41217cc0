"""The ledger's store: its revisions lead to its tables, what ended is erased, keys are renewed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.ledger.bootstrap import NAME, LedgerSettings, build, metadata
from services.ledger.handlers.erasing import EntryEraser
from shared.db.engines import open_engine
from shared.db.migrate import VERSION_TABLE, upgrade
from shared.flow.editions import PackCache
from shared.kernel.keyring import keyring_of
from tests.ledger.house import SECRET, House


def test_the_revisions_lead_to_the_tables() -> None:
    """A store that was brought up revision by revision has the tables, columns and indexes that are defined."""
    engine, fresh = open_engine("sqlite://", NAME), open_engine("sqlite://", NAME)
    upgrade(engine, "services.ledger")
    metadata.create_all(fresh)

    def shape(which: sa.Engine) -> set[str]:
        with which.connect() as conn:
            names = sa.inspect(conn).get_table_names()
            found = {
                f"{t}.{c['name']}:{c['nullable']}" for t in names for c in sa.inspect(conn).get_columns(t)
            }
            return found | {f"{t}/{i['name']}" for t in names for i in sa.inspect(conn).get_indexes(t)}

    assert {each for each in shape(engine) if not each.startswith(VERSION_TABLE)} == shape(fresh)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_ended_is_erased_after_its_time(kind: str, request: pytest.FixtureRequest) -> None:
    """An ended entry is kept as long as its type says; then its contents go, and its course stays."""
    services_own: Callable[[str], str] | None = (
        request.getfixturevalue("services_own") if kind == "postgresql" else None
    )
    house = House(services_own("ledger") if services_own else "sqlite://")
    key = house.household(group="alone")
    eraser = EntryEraser(house.store, PackCache())
    house.told("clerk", "POST", f"/entries/{key}/end", {"date": "2026-03-02", "source": "register"})
    assert eraser.run(100) == 0
    assert "register" in house.everything_stored()
    if kind == "sqlite":  # there the time is the test's own
        house.clock.set(house.clock.now() + timedelta(days=731))
        assert eraser.run(100) == 1
        shown = house.told("clerk", "GET", f"/entries/{key}")
        assert (shown["facts"], shown["ended_on"]) == ({}, "2026-03-02")
        assert [each["event"] for each in house.told("clerk", "GET", f"/entries/{key}/statements")["statements"]] == [
            "entered", "ended",
        ]  # fmt: skip
        assert eraser.run(100) == 0
    house.store.close()


def test_equal_entries_are_found_by_an_older_secret_too() -> None:
    """After a rotation of the secret what was entered before is the same entry, and what is sealed opens."""
    house = House()
    household = house.household()
    first = house.enter("clerk", "person", about=household, facts={"name": "辛"})
    newer = keyring_of((b"another secret for tests only", SECRET))
    house.service = build(LedgerSettings("sqlite://", newer), store=house.store)
    house.client = type(house.client)(house.service.app)
    again = house.enter("clerk", "person", about=household, facts={"name": "辛"}, source="police")
    assert (again["known"], again["id"]) == (True, first["id"])
    assert again["entry"]["differs"] == []
    assert house.opened("clerk", first["id"], "name")[0]["value"] == "辛"
