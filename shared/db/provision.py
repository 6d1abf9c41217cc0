"""Preparing PostgreSQL for the services: one schema and one role each, so that nobody reads another's tables."""

import sqlalchemy as sa


def provision(admin_url: str, services: tuple[str, ...], password: str) -> dict[str, str]:
    """Create what is missing and return each service's own address; repeating it changes the passwords alone.

    Args:
        admin_url: of a role that may create roles and schemas.
        services: names; each gets a schema of that name and a role 'gridcase_<name>' that owns it.
        password: of all these roles from now on.

    Returns:
        Service → address, with the password in it in clear.
    """
    url = sa.make_url(admin_url).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        for service in services:
            _provide(conn, service, password)
    engine.dispose()
    return {
        service: url.set(username=f"gridcase_{service}", password=password).render_as_string(
            hide_password=False
        )
        for service in services
    }


def _provide(conn: sa.Connection, service: str, password: str) -> None:
    """Names come from the code; the password is quoted by hand, since such statements take no parameters."""
    role = f"gridcase_{service}"
    exists = conn.scalar(sa.text("select 1 from pg_roles where rolname = :role"), {"role": role})
    quoted = password.replace("'", "''")
    verb = "alter" if exists else "create"
    conn.exec_driver_sql(f"{verb} role {role} login password '{quoted}'")
    conn.exec_driver_sql(f"create schema if not exists {service} authorization {role}")
