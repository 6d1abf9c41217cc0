"""Tables that were migrated are the tables that the code defines."""

from importlib import import_module

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from gridcase.house_stores import NAMES, PACKAGES
from shared.db.engines import open_engine
from shared.db.migrate import VERSION_TABLE, upgrade
from shared.db.provision import provision, random_passwords


def differences(engine: sa.Engine, service: str) -> list[object]:
    """Return what distinguishes a migrated store from the tables as defined."""
    metadata: sa.MetaData = import_module(f"{PACKAGES[service]}.bootstrap").metadata
    with engine.connect() as conn:
        context = MigrationContext.configure(conn, opts={"version_table": VERSION_TABLE})
        return [one for one in compare_metadata(context, metadata) if not _is_version_table(one)]


def _is_version_table(difference: object) -> bool:
    return VERSION_TABLE in str(difference)


@pytest.mark.parametrize("service", NAMES)
def test_a_migrated_sqlite_store_is_a_fresh_one(service: str) -> None:
    """`gridcase db upgrade` leads to exactly the tables that the service's code names."""
    engine = open_engine("sqlite://", service)
    assert upgrade(engine, PACKAGES[service]) is not None
    assert differences(engine, service) == []
    engine.dispose()


def test_migrated_postgresql_stores_are_fresh_ones(fresh_database: str) -> None:
    """The same in PostgreSQL, each service in a schema of its own; upgrading again changes nothing."""
    for service in provision(fresh_database, random_passwords(NAMES)):
        engine = open_engine(fresh_database, service)
        first = upgrade(engine, PACKAGES[service])
        assert upgrade(engine, PACKAGES[service]) == first
        assert differences(engine, service) == []
        engine.dispose()


@pytest.mark.servers
def test_an_upgrade_that_a_deadlock_has_ended_is_done_again(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers that go on meanwhile may hold what it waits for: the database gives it up, whole, and it begins anew."""
    provision(fresh_database, random_passwords(["routing"]))
    engine, calls = open_engine(fresh_database, "routing"), []

    def confined(conn: sa.Connection, *_: object) -> None:
        calls.append(conn)
        if len(calls) < 3:
            conn.exec_driver_sql("do $$ begin raise exception 'as said' using errcode = '40P01'; end $$")

    monkeypatch.setattr("shared.db.migrate.confine", confined)
    head = upgrade(engine, PACKAGES["routing"])
    assert len(calls) == 3
    with engine.connect() as conn:
        assert conn.exec_driver_sql(f"select version_num from {VERSION_TABLE}").scalars().all() == [head]
    engine.dispose()
