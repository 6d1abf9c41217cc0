"""What each part of a service's work may do with each table, as PostgreSQL holds it: grants and row-level policies.

Decides how a table's word about itself becomes rights. A table with a `town` column keeps each request to its own
town's rows; any other says in its `info` how a row is told from another town's, or requests don't reach it at all.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from shared.db.roles import TOWN, owner_of, part_of
from shared.kernel.scope import EVERYWHERE, StorePart

ASKED = "asked by requests"  # key in a table's `info`: its `Asked`
PARTS = "further parts"  # key in a metadata's `info`: part → table → verbs, for parts that need little
APPENDED = "only appended"  # key in a table's `info`: the columns that change all the same; no row is deleted

ALL = ("select", "insert", "update", "delete")
READ = ("select",)
META = "meta"
KEPT = "confinement"  # key in `meta`: by which rules the store's rights were given


@dataclass(frozen=True, slots=True)
class Asked:
    """What requests may do with a table.

    Args:
        verbs: such as 'select' or 'update (texts)'; none: requests don't reach the table.
        rows: SQL, what is true of a row that a request may reach; '': the row's `town` is the request's.
        parent: the table, its key and this table's column by which a row belongs as another one does; None: it does
            not belong so.
    """

    verbs: Sequence[str] = ALL
    rows: str = ""
    parent: tuple[str, str, str] | None = None


def of_town(*verbs: str) -> Asked:
    """The table has a `town`."""
    return Asked(verbs or ALL)


def of_all(*verbs: str) -> Asked:
    """Rows that say nothing of a town's cases or people, or are found by a key that says whose they are."""
    return Asked(verbs or ALL, "true")


def of_row_in(parent: str, key: str, column: str, *verbs: str) -> Asked:
    """A row belongs to the town of another one, which was written before it.

    Args:
        parent: the other's table; its own policy says which rows are there for the request.
        key: its column; column: the one of this table that holds the key.
    """
    # Correlated, and not a list of keys: reading one case must not read the ids of all cases of its town.
    condition = f'exists (select from "{parent}" p where p."{key}" = {{table}}."{column}")'
    return Asked(verbs or ALL, condition, (parent, key, column))


NOT_ASKED = Asked(())


def asked_of(table: sa.Table) -> Asked:
    """Return what requests may do with a table; what says nothing of itself and has no town is not reached."""
    found: Asked = table.info.get(ASKED, of_town() if "town" in table.c else NOT_ASKED)
    return found


def confine(conn: sa.Connection, metadata: sa.MetaData, service: str, revision: str | None) -> bool:
    """Give every part of a service's work what it may do; tell whether that is new in this store.

    Args:
        conn: in a transaction, as the tables' owner; the service's schema is the present one.
        revision: form of the tables; after a migration all is given anew, since a table that it made has no policies.

    Raises:
        sqlalchemy.exc.ProgrammingError: the tables are not the present role's.
    """
    house = str(conn.scalar(sa.text("select current_database()")))
    if not _is_provisioned(conn, house, service):
        return False
    statements = list(_statements(metadata, house, service))
    digest = hashlib.sha256("\n".join([str(revision), *statements]).encode()).hexdigest()
    meta = metadata.tables[META]
    # Each statement takes its table away from everybody for a moment: not without need while services run.
    if conn.scalar(sa.select(meta.c.value).where(meta.c.key == KEPT)) == digest:
        return False
    for statement in statements:
        conn.exec_driver_sql(statement)
    conn.execute(sa.delete(meta).where(meta.c.key == KEPT))
    conn.execute(sa.insert(meta).values(key=KEPT, value=digest))
    return True


def take_ownership(conn: sa.Connection) -> None:
    """Become the owner of the house's tables for this transaction, where the house has such a role."""
    conn.execute(_BECOME_OWNER, {"owner": owner_of(str(conn.scalar(sa.text("select current_database()"))))})


_BECOME_OWNER = sa.text(
    "select set_config('role', rolname, true) from pg_roles "
    "where rolname = :owner and pg_has_role(session_user, oid, 'member')"
)


def _is_provisioned(conn: sa.Connection, house: str, service: str) -> bool:
    role = part_of(house, service, StorePart.REQUEST)
    return bool(conn.scalar(sa.text("select count(*) from pg_roles where rolname = :role"), {"role": role}))


def _statements(metadata: sa.MetaData, house: str, service: str) -> Iterator[str]:
    """All rights from the beginning: whatever stood there before is taken away first."""
    common = (StorePart.REQUEST, StorePart.WORK, StorePart.RELAY)
    requests, work, relay = (part_of(house, service, part) for part in common)
    further: Mapping[str, Mapping[str, Sequence[str]]] = metadata.info.get(PARTS, {})
    parts = {part: part_of(house, service, part) for part in further}
    everybody = ", ".join(f'"{role}"' for role in (requests, work, relay, *parts.values()))
    yield f'grant usage on schema "{service}" to {everybody}'
    yield f'revoke all on all tables in schema "{service}" from public, {everybody}'
    yield f'grant usage on all sequences in schema "{service}" to {everybody}'
    for table in metadata.sorted_tables:
        yield f'alter table "{table.name}" enable row level security'
        asked = asked_of(table)
        yield from _allow(table, requests, asked.verbs, asked.rows or _TOWNS_OWN)
        yield from _allow(table, work, _verbs_of_work(table), "true")
        yield from _allow(table, relay, RELAYED.get(table.name, ()), "true")
        for part, role in parts.items():
            yield from _allow(table, role, further[part].get(table.name, ()), "true")


# The relay hands on what it does not read, and asks whether its store's time is simulated.
RELAYED: Mapping[str, Sequence[str]] = {"outbox": ("select", "update (sent_at)"), META: READ}
# As a sub-select the setting is read once for a statement, not once for a row.
_SAID = f"(select current_setting('{TOWN}', true))"
_TOWNS_OWN = f"town = {_SAID} or {_SAID} = '{EVERYWHERE}'"


def _verbs_of_work(table: sa.Table) -> Sequence[str]:
    changing: Sequence[str] | None = table.info.get(APPENDED)
    if changing is None:
        return ALL
    return ("select", "insert", *([f"update ({', '.join(changing)})"] if changing else []))


def _allow(table: sa.Table, role: str, verbs: Sequence[str], rows: str) -> Iterator[str]:
    policy = f'"rows_of_{role.rpartition("_")[2]}" on "{table.name}"'
    yield f"drop policy if exists {policy}"
    if not verbs:
        return
    condition = rows.replace("{table}", f'"{table.name}"')
    yield f'grant {", ".join(verbs)} on "{table.name}" to "{role}"'
    yield f'create policy {policy} to "{role}" using ({condition}) with check ({condition})'
