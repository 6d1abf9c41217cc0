"""Nothing is sent in a pipeline: in one PostgreSQL counts no idle time, and who is frozen keeps what is locked."""

from collections.abc import Callable

import psycopg
import pytest
import sqlalchemy as sa

from shared.db.bulk import insert_many, update_many
from shared.db.engines import open_engine

pytestmark = pytest.mark.servers

metadata = sa.MetaData()
things = sa.Table(
    "things", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("text", sa.Text)
)
ROWS = [{"id": n, "text": "a"} for n in range(3)]
ODD = [{"id": n, "text": "\x1f"} for n in range(3)]  # such rows can't travel together
WAYS: dict[str, Callable[[sa.Connection], object]] = {
    "one row": lambda conn: insert_many(conn, things, ROWS[:1]),
    "few rows": lambda conn: insert_many(conn, things, ROWS),
    "odd rows": lambda conn: insert_many(conn, things, ODD),
    "changes": lambda conn: [insert_many(conn, things, ROWS), update_many(conn, things, ODD, ["text"])],
    "a statement": lambda conn: conn.execute(sa.insert(things), ROWS),
    "words": lambda conn: conn.execute(sa.text("insert into things values (:id, :text)"), ROWS),
}


@pytest.mark.parametrize("way", WAYS)
def test_however_few_rows_are_written_each_statement_is_answered_before_the_next(
    fresh_database: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver's own way with several rows is not taken, and all of them arrive."""
    engine = open_engine(fresh_database, "public")
    metadata.create_all(engine)
    pipelines: list[psycopg.Pipeline] = []
    monkeypatch.setattr(psycopg.Pipeline, "__enter__", lambda self: pipelines.append(self))
    with engine.begin() as conn:
        WAYS[way](conn)
    with engine.connect() as conn:
        assert len(conn.execute(sa.select(things)).all()) == (1 if way == "one row" else 3)
    assert pipelines == []
    engine.dispose()
