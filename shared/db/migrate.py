"""Bringing a store's tables to the present form, with Alembic.

Every service keeps its own revisions in `store/migrations`; nothing but `upgrade` ever changes a table.
"""

import time
from importlib import import_module
from importlib.resources import files
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from shared.db.confinement import confine, take_ownership

VERSION_TABLE = "schema_version"
MOST_DEADLOCKS, PAUSE_SECONDS = 20, 0.2
_DEADLOCK = "40P01"


def revisions(package: str) -> ScriptDirectory:
    """Return the revisions that lie in `<package>.store.migrations`.

    Args:
        package: the service's package, such as 'services.routing'.
    """
    config = Config()
    folder = str(files(f"{package}.store").joinpath("migrations"))
    config.set_main_option("script_location", folder)
    config.set_main_option("version_locations", folder)
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def upgrade(engine: sa.Engine, package: str) -> str | None:
    """Apply what is missing and return the revision that the store now has; give every role what it may do.

    All of it is one transaction, in SQLite too: a store is at the old form or at the new one. Where workers of the
    version before go on meanwhile, they and it may wait for one another's tables; PostgreSQL then gives one up, and
    where that is this one, it is done again.

    Args:
        engine: as `shared.db.engines` opens it; in a PostgreSQL that was provisioned, of an administrator's address.
        package: the service's package, such as 'services.routing'.

    Raises:
        alembic.util.CommandError: the store has a revision that is unknown here: newer code has upgraded it.
        sqlalchemy.exc.OperationalError: it was given up again and again.
    """
    for _ in range(MOST_DEADLOCKS):
        try:
            return _upgrade(engine, package)
        except sa.exc.OperationalError as given_up:
            if getattr(given_up.orig, "sqlstate", None) != _DEADLOCK:
                raise
            time.sleep(PAUSE_SECONDS)
    return _upgrade(engine, package)


def _upgrade(engine: sa.Engine, package: str) -> str | None:
    scripts = revisions(package)

    # What Alembic's own command hands to its context; the command itself would want an `env.py` in every service.
    def steps(revision: Any, _context: MigrationContext) -> Any:
        return scripts._upgrade_revs("head", revision)

    with engine.connect() as conn, conn.begin():
        if engine.dialect.name == "sqlite":
            # Its driver begins nothing by itself: every statement would be a transaction of its own, and synced.
            conn.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            take_ownership(conn)
        context = MigrationContext.configure(
            conn, opts={"version_table": VERSION_TABLE, "fn": steps, "transactional_ddl": True}
        )
        if context.get_current_revision() != scripts.get_current_head():
            with context.begin_transaction(), Operations.context(context):
                context.run_migrations()
        if engine.dialect.name != "sqlite":
            # The bootstrap names all tables, wherever in the service they are defined.
            metadata: sa.MetaData = import_module(f"{package}.bootstrap").metadata
            confine(conn, metadata, package.rpartition(".")[2], scripts.get_current_head())
    return scripts.get_current_head()
