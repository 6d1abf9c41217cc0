"""What was read from a store in memory holds until one of the tables that were read is written to."""

import pytest
import sqlalchemy as sa

from shared.db.bulk import insert_many, select_many, update_many
from shared.db.engines import open_engine
from shared.db.table_versions import TableVersions

METADATA = sa.MetaData()
READ, OTHER = (
    sa.Table(name, METADATA, sa.Column("id", sa.String, primary_key=True), sa.Column("n", sa.Integer))
    for name in ("read", "other")
)


@pytest.fixture
def engine() -> sa.Engine:
    """A store in memory."""
    made = open_engine("sqlite://", "any")
    METADATA.create_all(made)
    return made


@pytest.fixture
def versions(engine: sa.Engine) -> TableVersions:
    """Of its tables."""
    return TableVersions(engine, METADATA.tables)


def _run(engine: sa.Engine, statement: str) -> None:
    with engine.connect() as conn:
        conn.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("statement", "holds"),
    [
        ("insert into read (id, n) values ('a', 1)", False),
        ('update "read" set n = 2', False),
        ("delete from read", False),
        ("with some as (select id from other) delete from read where id in (select id from some)", False),
        (
            "insert into read (id, n) select id, n from other where true on conflict do update set n = 2",
            False,
        ),
        ("select n from read", True),
        ("insert into other (id, n) select id, n from read", True),
        ("update other set n = (select max(n) from read)", True),
    ],
)
def test_an_answer_holds_until_its_table_is_written_to(
    engine: sa.Engine, versions: TableVersions, statement: str, holds: bool
) -> None:
    """Whatever else is read, and whatever other tables are written from it."""
    with versions.asking() as asked:
        _run(engine, "select count(*) from read")
    assert asked.tables == {"read"}
    _run(engine, statement)
    assert asked.holds() is holds


def test_what_is_written_while_it_is_asked_is_known(engine: sa.Engine, versions: TableVersions) -> None:
    """A duty that writes and then finds nothing has found nothing in what it wrote."""
    with versions.asking() as asked:
        _run(engine, "insert into read (id, n) values ('a', 1)")
    assert asked.holds()


def test_rows_in_bulk_are_counted_too(engine: sa.Engine, versions: TableVersions) -> None:
    """They go past SQLAlchemy."""
    with engine.connect() as conn:
        for write in (
            lambda: insert_many(conn, READ, [{"id": "a", "n": 1}]),
            lambda: update_many(conn, READ, [{"id": "a", "n": 2}], ["n"]),
        ):
            with versions.asking() as asked:
                select_many(conn, READ, [("a",)])
            insert_many(conn, OTHER, [{"id": str(versions.count(["other"])), "n": 1}])
            assert asked.holds()
            write()
            assert not asked.holds()
        assert select_many(conn, READ, [("a",)]) == [{"id": "a", "n": 2}]
