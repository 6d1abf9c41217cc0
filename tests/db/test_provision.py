"""A house's roles in PostgreSQL: made for it alone, and given to a house that was there before them."""

import pytest
import sqlalchemy as sa

from gridcase.house_stores import inspect_store, upgrade_at
from shared.db.provision import provision, random_passwords
from shared.db.roles import login_of, owner_of
from shared.kernel.scope import StorePart, StoreScope, within
from tests.servers import Servers, database_on

pytestmark = pytest.mark.servers


def signs_in(url: str) -> bool:
    """Tell whether a service's address still opens its store for requests."""
    store = inspect_store("routing", url)
    try:
        with within(StoreScope(StorePart.REQUEST, "t")), store.read() as conn:
            return conn.exec_driver_sql("select count(*) from decisions").scalar() == 0
    finally:
        store.close()


def test_a_second_house_on_a_server_leaves_the_first_as_it_is(servers: Servers) -> None:
    """Each has roles and passwords of its own, and neither gets into the other's database."""
    with database_on(servers) as first, database_on(servers) as second:
        urls = [provision(each, random_passwords(["routing"]))["routing"] for each in (first, second)]
        for each in (first, second):
            upgrade_at(each, "routing")
        assert all(map(signs_in, urls))
        crossed = sa.make_url(urls[0]).set(database=sa.make_url(second).database)
        with pytest.raises(sa.exc.OperationalError, match="permission denied for database"):
            signs_in(crossed.render_as_string(hide_password=False))


def test_a_house_from_before_keeps_its_rows_and_loses_its_owners(fresh_database: str) -> None:
    """Where a service's role owned its tables, the house's owner does afterwards; repeated, only passwords change."""
    house = str(sa.make_url(fresh_database).database)
    before = f"{house}_before"
    admin = sa.create_engine(fresh_database.replace("postgresql://", "postgresql+psycopg://"))
    with admin.begin() as conn:
        conn.exec_driver_sql(f"create role {before} login password 'x'")
        conn.exec_driver_sql(f"create schema routing authorization {before}")
    old = sa.make_url(fresh_database).set(username=before, password="x").render_as_string(hide_password=False)
    upgrade_at(old, "routing")
    store = inspect_store("routing", old)
    with store.begin() as work:
        work.rows(store.flow.meta).put({"key": "kept", "value": "yes"})
    store.close()

    urls = [provision(fresh_database, random_passwords(["routing"]))["routing"] for _ in range(2)]
    upgrade_at(fresh_database, "routing")

    with admin.connect() as conn:
        owners = set(
            conn.exec_driver_sql("select tableowner from pg_tables where schemaname = 'routing'").scalars()
        )
        assert owners == {owner_of(house)}
        assert conn.exec_driver_sql("select value from routing.meta where key = 'kept'").scalar() == "yes"
        signing_in = conn.exec_driver_sql(
            "select rolname from pg_roles where rolcanlogin and starts_with(rolname, %s)", (f"{house}_",)
        )
        assert set(signing_in.scalars()) == {before, login_of(house, "routing")}
    admin.dispose()
    assert signs_in(urls[1])
    for stale in (urls[0], old):
        with pytest.raises(sa.exc.DBAPIError):
            signs_in(stale)


def test_a_name_that_postgresql_would_cut_off_is_refused() -> None:
    """Cut off, two houses would share their roles."""
    with pytest.raises(ValueError, match="longer than the 63 bytes"):
        login_of("h" * 60, "intake")
