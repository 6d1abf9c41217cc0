"""Small stores with nothing but the message tables, on either database."""

import sqlalchemy as sa

from shared.db.engines import open_engine
from shared.db.flow_tables import flow_tables
from shared.db.store import Store

metadata = sa.MetaData()
flow = flow_tables(metadata)


def sqlite_store(service: str) -> Store:
    """Return an empty store in memory."""
    return make_store("sqlite://", service)


def make_store(url: str, service: str) -> Store:
    """Return an empty store at `url`; in PostgreSQL its schema is made."""
    if url.startswith("postgresql"):
        admin = sa.create_engine(url)
        with admin.begin() as conn:
            conn.exec_driver_sql(f"create schema if not exists {service}")
        admin.dispose()
    engine = open_engine(url, service)
    metadata.create_all(engine)
    return Store(service, engine, flow)


def fresh_url(dsn: str) -> str:
    """Return a server's address as SQLAlchemy wants it."""
    return sa.make_url(dsn).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
