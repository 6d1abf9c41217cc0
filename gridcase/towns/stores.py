"""The stores of all services as one town's rows are taken from them or put into them: as the tables' owner.

Decides how five transactions are opened side by side. Rows of histories are only ever added by the services' own
roles, and requests have one town: whoever moves a town as a whole is neither.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

import sqlalchemy as sa

from gridcase.house_stores import NAMES, PACKAGES
from gridcase.towns.words import problem
from shared.db.belonging import rows_of, towns_tables
from shared.db.confinement import take_ownership
from shared.db.engines import open_engine
from shared.db.flow_tables import FlowTables
from shared.db.migrate import VERSION_TABLE
from shared.kernel.clock import SystemClock
from shared.kernel.instants import parse_instant

REGISTRY, INTAKE = NAMES[:2]  # whose rows say more than that they are a town's
LEDGER, DUTIES, ASSESS = "ledger", "duties", "assess"
Connections = Mapping[str, sa.Connection]  # service → in a transaction, as owner
_NEVER = 0  # a snapshot waits while the others are read: for hours, where a town is large


def metadata_of(service: str) -> sa.MetaData:
    """Return a service's tables."""
    metadata: sa.MetaData = import_module(f"{PACKAGES[service]}.bootstrap").metadata
    return metadata


def flow_of(service: str) -> FlowTables:
    """Return a service's message tables."""
    tables = metadata_of(service).tables
    return FlowTables(**{name: tables[name] for name in FlowTables.__dataclass_fields__})


def tables_of_towns(service: str) -> tuple[sa.Table, ...]:
    """Return a service's tables that hold rows of towns; those by whose rows others belong come first."""
    return tuple(towns_tables(metadata_of(service)))


@dataclass(frozen=True, slots=True)
class TownStores:
    """The stores of a house.

    Args:
        engines: service → engine of the owner's or an administrator's address.
    """

    engines: Mapping[str, sa.Engine]

    @classmethod
    def at(cls, url: str) -> "TownStores":
        """Open the stores at an address, with '{service}' for each service's name."""
        return cls({name: open_engine(url, name, pool_size=0, longest_idle_seconds=_NEVER) for name in NAMES})

    @contextmanager
    def snapshots(self) -> Iterator[Connections]:
        """Read every store as it is at one moment of its own, whatever is written meanwhile; nobody waits.

        Raises:
            Problem: `not-owner`.
        """
        with ExitStack() as stack:
            yield {name: stack.enter_context(_snapshot(engine)) for name, engine in self.engines.items()}

    @contextmanager
    def writing(self) -> Iterator["Writing"]:
        """Open a writing transaction in every store; what is not committed by the end is not kept.

        Raises:
            Problem: `not-owner`.
        """
        with ExitStack() as stack:
            yield Writing(
                {name: stack.enter_context(_begun(engine)) for name, engine in self.engines.items()}
            )

    def close(self) -> None:
        """Give the connections back."""
        for engine in self.engines.values():
            engine.dispose()


@dataclass(frozen=True, slots=True)
class Writing:
    """Writing transactions side by side."""

    conns: Connections

    def commit(self, *order: str) -> None:
        """Commit one store after the other."""
        for name in order:
            transaction = self.conns[name].get_transaction()
            assert transaction is not None, name
            transaction.commit()


@contextmanager
def _snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.connect() as conn:
        if engine.dialect.name != "sqlite":
            conn.execution_options(isolation_level="REPEATABLE READ")
        conn.begin()
        if engine.dialect.name == "sqlite":
            # Deferred, and taken with the first look: writers go on beside it.
            conn.exec_driver_sql("BEGIN")
        _own(conn)
        yield conn
        conn.rollback()


@contextmanager
def _begun(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.connect() as conn:
        conn.begin()
        if engine.dialect.name == "sqlite":
            conn.exec_driver_sql("BEGIN IMMEDIATE")
        _own(conn)
        yield conn
        conn.rollback()


def _own(conn: sa.Connection) -> None:
    """Be the tables' owner for this transaction: only then all rows are seen, and histories can be taken away."""
    if conn.dialect.name == "sqlite":
        conn.execute(sa.text("select count(*) from meta"))
        return
    take_ownership(conn)
    if not conn.scalar(_IS_OWNER):
        raise problem("not-owner")


_IS_OWNER = sa.text(
    "select pg_has_role(current_user, relowner, 'usage') from pg_class where oid = to_regclass('outbox')"
)


def revision_of(conn: sa.Connection) -> str:
    """Return the revision of a store's tables."""
    return str(conn.scalar(sa.text(f"select version_num from {VERSION_TABLE}")))  # noqa: S608 - own name


def is_simulated(conn: sa.Connection) -> bool:
    """Tell whether a store's time is a simulated one."""
    return bool(conn.scalar(sa.text("select value from meta where key = 'simulated'")) == "yes")


def house_time(conn: sa.Connection) -> datetime:
    """Return what time it is in a house: a simulated one has its own."""
    told = conn.scalar(sa.text("select value from meta where key = 'now'")) if is_simulated(conn) else None
    return parse_instant(told) if told else SystemClock().now()


def has_rows(conn: sa.Connection, service: str, town: str) -> bool:
    """Tell whether a store has anything of a town."""
    return any(
        conn.scalar(sa.select(sa.literal(1)).select_from(table).where(rows_of(table, town)).limit(1))
        for table in tables_of_towns(service)
    )


def count_rows(conn: sa.Connection, table: sa.Table, town: str) -> int:
    """Return how many rows of a table are a town's."""
    return conn.scalar(sa.select(sa.func.count()).select_from(table).where(rows_of(table, town))) or 0
