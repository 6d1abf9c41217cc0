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
