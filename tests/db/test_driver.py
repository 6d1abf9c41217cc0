"""What goes to a database past SQLAlchemy fails as it does with SQLAlchemy, and is heard as other statements are."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from operator import itemgetter

import pytest
import sqlalchemy as sa

from shared.db.absence import is_away
from shared.db.driver import KeptQuery, fetch, run, run_for_each
from shared.db.engines import open_engine
from shared.db.types import Instant

metadata = sa.MetaData()
things = sa.Table("t", metadata, sa.Column("id", sa.Text, primary_key=True), sa.Column("at", Instant))
AT = datetime(2026, 3, 9, 10, 0, 0, 5, tzinfo=UTC)
BY_ID = {"sqlite": "select id from t where id = ?", "postgresql": "select id from t where id = $1"}
ADD = {"sqlite": "insert into t (id) values (?)", "postgresql": "insert into t (id) values ($1)"}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def engine(request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    """A store with one row."""
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("fresh_database")
    made = open_engine(url, "public")
    metadata.create_all(made)
    with made.begin() as conn:
        conn.execute(sa.insert(things).values(id="a", at=AT))
    yield made
    made.dispose()


@pytest.mark.parametrize(
    ("ask", "kind"),
    [
        (lambda conn: run(conn, ADD[conn.dialect.name], ("a",)), sa.exc.IntegrityError),
        (lambda conn: run_for_each(conn, ADD[conn.dialect.name], [("b",), ("a",)]), sa.exc.IntegrityError),
        (
            lambda conn: fetch(conn, "select * from nowhere"),
            (sa.exc.OperationalError, sa.exc.ProgrammingError),
        ),
    ],
)
def test_failures_are_those_of_sqlalchemy(
    engine: sa.Engine, ask: Callable[[sa.Connection], object], kind: type[Exception]
) -> None:
    """By them it is told whether a store is away; what was given is not repeated."""
    with engine.connect() as conn, pytest.raises(kind) as raised:
        ask(conn)
    assert "('a',)" not in str(raised.value)


def test_listeners_hear_of_it(engine: sa.Engine) -> None:
    """As of every other statement."""
    heard: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_: heard.append(statement))
    by_id, add = BY_ID[engine.dialect.name], ADD[engine.dialect.name]
    with engine.connect() as conn:
        assert fetch(conn, by_id, ("a",)) == [("a",)]
        run_for_each(conn, add, [("b",), ("c",)])
    assert heard == [by_id, add]


def test_what_was_run_in_a_transaction_is_kept_or_given_up_with_it(engine: sa.Engine) -> None:
    """No statement commits by itself. SQLite's transactions begin when somebody says so, as the store does."""
    begin, add = (
        {"sqlite": "begin immediate", "postgresql": "select 1"}[engine.dialect.name],
        ADD[engine.dialect.name],
    )
    with engine.begin() as conn:
        run(conn, begin)
        run(conn, add, ("kept",))
    with engine.connect() as conn, conn.begin() as transaction:
        run(conn, begin)
        run(conn, add, ("given up",))
        transaction.rollback()
    with engine.connect() as conn:
        assert [id_ for (id_,) in fetch(conn, "select id from t order by id")] == ["a", "kept"]


def test_a_kept_query_takes_and_gives_values_as_their_types_have_them(engine: sa.Engine) -> None:
    """Each time those that it is given; a limit that stands in it holds."""
    at_most = things.c.at <= sa.bindparam("now")
    kept = KeptQuery(
        sa.select(things.c.at, things.c.id).where(things.c.id == sa.bindparam("of"), at_most).limit(1)
    )
    with engine.connect() as conn:
        assert kept.fetch(conn, of="a", now=AT) == [(AT, "a")]
        assert kept.value(conn, of="a", now=AT) == AT
        assert kept.value(conn, of="b", now=AT) is None
        assert kept.value(conn, of="a", now=AT.replace(year=2025)) is None


@pytest.mark.servers
def test_a_connection_that_the_server_has_ended_is_given_up(fresh_database: str) -> None:
    """The store counts as away, and the next transaction gets another connection."""
    engine = open_engine(fresh_database, "public")
    with pytest.raises(sa.exc.DBAPIError) as raised:
        _end_and_ask(engine)
    assert is_away(raised.value)
    with engine.connect() as conn:
        assert fetch(conn, "select 1") == [(1,)]
    engine.dispose()


def _end_and_ask(engine: sa.Engine) -> None:
    with engine.connect() as conn, engine.connect() as other, conn.begin():
        fetch(other, "select pg_terminate_backend($1)", fetch(conn, "select pg_backend_pid()")[0])
        fetch(conn, "select 1")


def test_a_kept_query_gives_rows_by_name_and_keeps_what_stands_in_it(engine: sa.Engine) -> None:
    """The values of an `in`, a number and a condition on nothing are part of the query, beside what is given."""
    listed = things.c.id.in_(("a", "c"))
    kept = KeptQuery(
        sa.select(things).where(listed, things.c.id >= sa.bindparam("least")).order_by(things.c.id)
    )
    with engine.connect() as conn:
        run_for_each(conn, ADD[conn.dialect.name], [("b",), ("c",)])
        assert kept.made(conn, dict, least="a") == [{"id": "a", "at": AT}, {"id": "c", "at": None}]
        assert kept.made(conn, itemgetter("id"), least="b") == ["c"]
