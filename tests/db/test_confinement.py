"""In PostgreSQL nobody reaches more than the work at hand needs: services own nothing, requests have one town."""

from collections.abc import Iterator, Mapping
from importlib import import_module

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from gridcase.house_stores import NAMES, PACKAGES, inspect_store, upgrade_at
from services.intake.bootstrap import store_on
from shared.db.confinement import ASKED, asked_of
from shared.db.engines import open_engine
from shared.db.provision import provision, random_passwords
from shared.db.pulse import write_something
from shared.db.store import Store
from shared.flow.outbox import mark_sent, pick
from shared.kernel.scope import EVERYWHERE, HOUSE, NO_TOWN, StorePart, StoreScope, within
from tests.db.towns_rows import TOWNS, fill
from tests.servers import Servers, database_on

pytestmark = pytest.mark.servers
DENIED = "permission denied"


@pytest.fixture(scope="module")
def house(servers: Servers) -> Iterator[str]:
    """A house's database, its tables made once for all tests: the administrator's address."""
    with database_on(servers) as address:
        provision(address, random_passwords(NAMES))
        for service in NAMES:
            upgrade_at(address, service)
        yield address


@pytest.fixture(scope="module")
def urls(house: str) -> Mapping[str, str]:
    """The services' own addresses."""
    return provision(house, random_passwords(NAMES))


@pytest.fixture
def stores(house: str, urls: Mapping[str, str]) -> Iterator[Mapping[str, Store]]:
    """The services' stores, as their processes open them; what a test writes goes with it."""
    found = {name: inspect_store(name, url) for name, url in urls.items()}
    yield found
    for store in found.values():
        store.close()
    with psycopg.connect(house) as connection:
        full = [f"{service}.{table.name}" for service in NAMES for table in tables_of(service)]
        connection.execute(sql.SQL("truncate {}").format(sql.SQL(", ").join(map(sql.SQL, full))))


def tables_of(service: str) -> list[sa.Table]:
    """Return a service's tables."""
    metadata: sa.MetaData = import_module(f"{PACKAGES[service]}.bootstrap").metadata
    return metadata.sorted_tables


def count(store: Store, table: sa.Table, scope: StoreScope) -> int:
    """Count the rows of a table that a scope reaches."""
    with within(scope), store.read() as conn:
        return int(conn.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


@pytest.mark.parametrize("service", NAMES)
def test_a_request_reaches_its_own_towns_rows_and_without_a_town_none(
    stores: Mapping[str, Store], service: str
) -> None:
    """Of every table with rows of two towns: the house reads all, a request its town's half, one without a town
    nothing, and a request that says that it goes beyond reads all. Tables that requests don't reach refuse them.
    """
    store = stores[service]
    written = fill(store, tables_of(service))
    for table in tables_of(service):
        asked = asked_of(table)
        if "select" not in asked.verbs:
            with pytest.raises(sa.exc.ProgrammingError, match=DENIED):
                count(store, table, StoreScope(StorePart.REQUEST, EVERYWHERE))
        elif asked.rows != "true":
            per_town = written[table.name]
            assert per_town, table.name
            assert count(store, table, HOUSE) == len(TOWNS) * per_town, table.name
            assert count(store, table, NO_TOWN) == 0, table.name
            assert {count(store, table, StoreScope(StorePart.REQUEST, town)) for town in TOWNS} == {
                per_town
            }, table.name
            assert count(store, table, StoreScope(StorePart.REQUEST, EVERYWHERE)) == len(TOWNS) * per_town, (
                table.name
            )


def test_every_table_says_whose_its_rows_are() -> None:
    """A new table is confined by its town, or says in its `info` what requests may do; none is open unsaid."""
    silent = [
        f"{service}.{table.name}"
        for service in NAMES
        for table in tables_of(service)
        if "town" not in table.c and ASKED not in table.info
    ]
    assert silent == [
        "registry.inbox", "registry.stream_in", "intake.inbox", "intake.place_scans", "intake.stream_in",
        "routing.inbox", "routing.stream_in", "sla.deadlines", "sla.inbox", "sla.stream_in", "notify.absences",
        "notify.erased_cases",
        "notify.inbox", "notify.memberships", "notify.rosters", "notify.stream_in", "duties.inbox", "duties.stream_in",
        "ledger.inbox", "ledger.stream_in", "assess.inbox", "assess.stream_in",
    ]  # requests don't reach them  # fmt: skip


def test_a_request_writes_nothing_of_another_town(stores: Mapping[str, Store]) -> None:
    """A row for another town is refused, and a change of another town's row finds none."""
    store = stores["intake"]
    fill(store, tables_of("intake"))
    cases = store.flow.outbox.metadata.tables["cases"]
    numbers = store.flow.outbox.metadata.tables["case_numbers"]
    own, other = TOWNS
    with within(StoreScope(StorePart.REQUEST, own)):
        with store.begin() as work:
            assert (
                work.conn.execute(sa.update(cases).where(cases.c.town == other).values(number="x")).rowcount
                == 0
            )
            assert (
                work.conn.execute(sa.update(cases).where(cases.c.town == own).values(number="x")).rowcount
                == 1
            )
        with pytest.raises(sa.exc.ProgrammingError, match="row-level security"), store.begin() as work:
            work.rows(numbers).add({"town": other, "year": 1, "last": 1})


def test_a_request_never_rewrites_or_drops_history(stores: Mapping[str, Store]) -> None:
    """Entries are added, and their erasable texts alone may go; not even the house's own work does more."""
    store = stores["intake"]
    fill(store, tables_of("intake"))
    for scope in (HOUSE, StoreScope(StorePart.REQUEST, TOWNS[0])):
        with within(scope):
            for statement in ("delete from history", "update history set hash = ''"):
                with pytest.raises(sa.exc.ProgrammingError, match=DENIED), store.begin() as work:
                    work.conn.exec_driver_sql(statement)
            with store.begin() as work:
                work.conn.exec_driver_sql("update history set texts = null")


@pytest.mark.parametrize("table", ["plain_beginnings", "history_keyed", "erasures"])
def test_what_proves_a_history_is_never_rewritten_or_dropped(stores: Mapping[str, Store], table: str) -> None:
    """A seal, the statement that entries are keyed, the record of an erasure: somebody who works as the service could
    else put another in its place. They are added, and stay.
    """
    store = stores["intake"]
    fill(store, tables_of("intake"))
    for scope in (HOUSE, StoreScope(StorePart.REQUEST, TOWNS[0])):
        with within(scope), store.read() as conn:
            conn.exec_driver_sql(f"select count(*) from {table}")
        for statement in (f"delete from {table}", f"update {table} set {COLUMN[table]} = ''"):
            with within(scope), pytest.raises(sa.exc.ProgrammingError, match=DENIED), store.begin() as work:
                work.conn.exec_driver_sql(statement)


COLUMN = {"plain_beginnings": "seal", "history_keyed": "seal", "erasures": "number"}


@pytest.mark.parametrize("service", NAMES)
def test_health_may_ask_the_disk_for_a_page(stores: Mapping[str, Store], service: str) -> None:
    """Where a role may make no temporary table, health tries rows alone, which find room when nothing else does."""
    with within(HOUSE), stores[service].begin() as work:
        write_something(work.conn, "now")
        assert work.conn.scalar(sa.text("select to_regclass('pg_temp.gridcase_room')")) is not None
    with within(HOUSE), stores[service].begin() as work:
        assert work.conn.scalar(sa.text("select to_regclass('pg_temp.gridcase_room')")) is None


def test_whoever_opened_an_address_closes_all_its_connections(urls: Mapping[str, str]) -> None:
    """A part's connections end with the engine that they were made from, though nobody closes the store."""
    engine = open_engine(urls["intake"], "intake")
    store = store_on(engine)
    connections = []
    for part in StorePart:
        with store.engine_for(part).connect() as conn:
            connections.append(conn.connection.driver_connection)
    engine.dispose()
    assert [connection.closed for connection in connections] == [True] * len(StorePart)


@pytest.mark.parametrize("part", list(StorePart))
def test_a_failed_statement_repeats_nothing_that_it_was_given(
    stores: Mapping[str, Store], part: StorePart
) -> None:
    """In whatever role it is asked: what somebody reported is in no error's words."""
    with pytest.raises(sa.exc.DBAPIError) as failed, stores["intake"].engine_for(part).connect() as conn:
        conn.execute(sa.text("select 1 from nowhere where name = :name"), {"name": "Li Ming"})
    assert "Li Ming" not in str(failed.value)


def test_the_town_is_forgotten_with_its_transaction(stores: Mapping[str, Store]) -> None:
    """A connection that served one town gives the next request nothing of it."""
    store = stores["intake"]
    fill(store, tables_of("intake"))
    engine = store.engine_for(StorePart.REQUEST)
    with engine.connect() as conn:
        for town, found in ((TOWNS[0], 1), ("", 0)):
            if town:
                conn.exec_driver_sql("select set_config('gridcase.town', %s, true)", (town,))
            assert conn.exec_driver_sql("select count(*) from cases").scalar() == found
            conn.rollback()


def test_the_relay_hands_on_and_reads_nothing_else(stores: Mapping[str, Store]) -> None:
    """It picks and marks messages of all towns; cases and tokens are closed to it, and it adds no message."""
    store = stores["intake"]
    fill(store, tables_of("intake"))
    with within(StoreScope(StorePart.RELAY)):
        picked = pick(store, 10)
        assert len(picked) == len(TOWNS)
        with store.read() as conn:
            mark_sent(store, [one.id for one in picked], store.now(conn))
        assert not pick(store, 10)
        for statement in ("select * from cases", "select * from tokens", "delete from outbox"):
            with pytest.raises(sa.exc.ProgrammingError, match=DENIED), store.read() as conn:
                conn.exec_driver_sql(statement)


@pytest.mark.parametrize("service", NAMES)
def test_no_role_makes_tables_of_its_own(stores: Mapping[str, Store], service: str) -> None:
    """Signed in or in any part of the work: nothing in schema public, and nothing temporary, which would fill the disk
    beside every limit; but for the house's own work, whose health asks the disk for a page.
    """
    store = stores[service]
    engines = {None: store.engine, **{part: store.engine_for(part) for part in StorePart}}
    made = {
        (part, statement)
        for part, engine in engines.items()
        for statement in (TEMPORARY, "create table public.mine (n int)")
        if makes(engine, statement)
    }
    assert made == {(StorePart.WORK, TEMPORARY)}


TEMPORARY = "create temporary table mine (n int) on commit drop"


def makes(engine: sa.Engine, statement: str) -> bool:
    """Tell whether a role may do it; nothing is kept."""
    with engine.connect() as conn:
        try:
            conn.exec_driver_sql(statement)
        except sa.exc.ProgrammingError as failed:
            if DENIED not in str(failed):
                raise
            return False
        finally:
            conn.rollback()
    return True


def test_who_signs_in_and_takes_no_part_may_do_nothing(stores: Mapping[str, Store]) -> None:
    """A service's role owns nothing and reads nothing, its own schema's tables included, nor another service's."""
    for name, store in stores.items():
        with store.engine.connect() as conn:
            assert conn.exec_driver_sql(
                "select count(*) from pg_class where relowner = to_regrole(session_user)").scalar() == 0  # fmt: skip
            with pytest.raises(sa.exc.ProgrammingError, match=DENIED):
                conn.exec_driver_sql(f"select * from {name}.outbox")
    for part in (StorePart.REQUEST, StorePart.WORK):
        with stores["routing"].engine_for(part).connect() as conn:
            with pytest.raises(sa.exc.ProgrammingError, match=DENIED):
                conn.exec_driver_sql("select * from intake.cases")
            conn.rollback()
            for statement in (
                "create table routing.mine (n int)",
                "create table public.mine (n int)",
                "create schema x",
            ):
                with pytest.raises(sa.exc.ProgrammingError, match=DENIED):
                    conn.exec_driver_sql(statement)
                conn.rollback()
