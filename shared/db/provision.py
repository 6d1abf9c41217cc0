"""Preparing PostgreSQL for a house: its roles, and one schema for each service, owned by nobody who signs in.

Decides who may do what beside the tables' own rights (`confinement`). Everything here is repeated at every upgrade and
changes only what is not so yet: a house from before there were such roles becomes one of these.
"""

import secrets
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from shared.db.roles import login_of, owner_of, part_of
from shared.kernel.scope import StorePart


def random_passwords(services: Iterable[str]) -> dict[str, str]:
    """Return a password for each service, fit for an address."""
    return {service: secrets.token_hex(16) for service in services}


def provision(admin_url: str, passwords: Mapping[str, str]) -> dict[str, str]:
    """Make what is missing and return each service's own address; repeating it changes the passwords alone.

    Nobody signs in with the services' addresses before their tables are made and given (`migrate.upgrade`).

    Args:
        admin_url: of a superuser; its database is the house, whose name all roles carry.
        passwords: service → password of its role from now on; each service gets a schema of its name.

    Returns:
        Service → address, with the password in it in clear.

    Raises:
        ValueError: the database's name is too long for roles to be called by it.
    """
    url = sa.make_url(admin_url).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url)
    with engine.begin() as conn:
        house = str(conn.scalar(sa.text("select current_database()")))
        _be_alone(conn, house)
        for service, password in passwords.items():
            _provide(conn, house, service, password)
    engine.dispose()
    return {
        service: url.set(username=login_of(house, service), password=password).render_as_string(
            hide_password=False
        )
        for service, password in passwords.items()
    }


def _be_alone(conn: sa.Connection, house: str) -> None:
    """Make the owner, and let nobody into the house's database who is not of the house."""
    _make_role(conn, owner_of(house), "nologin")
    for statement in (
        f'revoke all on database "{house}" from public',
        "revoke all on schema public from public",
    ):
        conn.exec_driver_sql(statement)


def _provide(conn: sa.Connection, house: str, service: str, password: str) -> None:
    """Names come from the code; the password is quoted by hand, since such statements take no parameters."""
    login, owner, quoted = login_of(house, service), owner_of(house), password.replace("'", "''")
    # `noinherit`: before it has taken on a part, who signs in may do nothing at all.
    _make_role(conn, login, f"login noinherit password '{quoted}'")
    for part in StorePart:
        role = part_of(house, service, part)
        _make_role(conn, role, "nologin")
        conn.exec_driver_sql(f'grant "{role}" to "{login}"')
    conn.exec_driver_sql(f'grant connect on database "{house}" to "{login}"')
    # Health tries whether the disk has room by a table of its own for a moment (`pulse`).
    conn.exec_driver_sql(
        f'grant temporary on database "{house}" to "{part_of(house, service, StorePart.WORK)}"'
    )
    conn.exec_driver_sql(f'create schema if not exists "{service}"')
    conn.exec_driver_sql(f'alter schema "{service}" owner to "{owner}"')
    _hand_over(conn, service, owner)


def _make_role(conn: sa.Connection, role: str, what: str) -> None:
    exists = conn.scalar(sa.text("select 1 from pg_roles where rolname = :role"), {"role": role})
    verb = "alter" if exists else "create"
    conn.exec_driver_sql(f'{verb} role "{role}" nosuperuser nocreatedb nocreaterole nobypassrls {what}')


def _hand_over(conn: sa.Connection, service: str, owner: str) -> None:
    """Give tables to the owner that a service's role owned before; a number's sequence follows its table."""
    for table in conn.scalars(_OTHERS, {"schema": service, "owner": owner}).all():
        conn.exec_driver_sql(f'alter table "{service}"."{table}" owner to "{owner}"')


_OTHERS = sa.text(
    "select tablename from pg_tables where schemaname = :schema and tableowner <> :owner order by tablename"
)
