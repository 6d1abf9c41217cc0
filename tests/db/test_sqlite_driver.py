"""What goes to SQLite past SQLAlchemy fails as it does with SQLAlchemy, and is heard as other statements are."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from shared.db.engines import open_engine
from shared.db.sqlite_driver import fetch, run_for_each


@pytest.fixture
def engine() -> sa.Engine:
    """A store in memory with one row."""
    made = open_engine("sqlite://", "any")
    with made.connect() as conn:
        conn.exec_driver_sql("create table t (id text primary key)")
        conn.exec_driver_sql("insert into t values ('a')")
    return made


@pytest.mark.parametrize(
    ("ask", "kind"),
    [
        (lambda conn: run_for_each(conn, "insert into t values (?)", [("a",)]), sa.exc.IntegrityError),
        (lambda conn: fetch(conn, "select * from nowhere", ()), sa.exc.OperationalError),
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
    with engine.connect() as conn:
        assert fetch(conn, "select id from t where id = ?", ("a",)) == [("a",)]
        run_for_each(conn, "insert into t values (?)", [("b",), ("c",)])
    assert heard == ["select id from t where id = ?", "insert into t values (?)"]
