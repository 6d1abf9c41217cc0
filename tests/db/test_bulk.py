"""Rows that travel in bulk arrive as they were, in both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa

from shared.db.bulk import insert_many, select_many, update_many
from shared.db.driver_values import as_array
from shared.db.engines import open_engine
from shared.db.rows import Rows
from shared.db.types import BigId, Instant, JsonText

metadata = sa.MetaData()
things = sa.Table(
    "things",
    metadata,
    sa.Column("a", sa.String, primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("order", BigId),
    sa.Column("is_open", sa.Boolean),
    sa.Column("at", Instant),
    sa.Column("said", JsonText),
    sa.Column("frame", sa.LargeBinary),
    sa.Column("text", sa.Text),
)
AT = datetime(2026, 3, 9, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    """A connection in a transaction, on a table of every type."""
    url = "sqlite://"
    if request.param == "postgresql":
        url = request.getfixturevalue("fresh_database").replace("postgresql:", "postgresql+psycopg:", 1)
    engine = open_engine(url, "public")
    metadata.create_all(engine)
    with engine.connect() as connection, connection.begin():
        yield connection
    engine.dispose()


def row(n: int, **other: Any) -> dict[str, Any]:
    """Return a row with something to go wrong in every column."""
    said = {"quotes": "\"'\\", "text": "镇\n\t%s", "list": [1, None, {"x": 1.5}], "empty": {}}
    return {"a": f"键'{n}", "n": n, "order": 2**60 + n, "is_open": n % 2 == 0, "at": AT, "said": said,
            "frame": b"\x00\xff\\" + bytes([n]), "text": "tab\t\\N\nline", **other}  # fmt: skip


@pytest.mark.parametrize("number", [1, 2, 7, 50])
def test_rows_come_back_as_they_were_given(conn: sa.Connection, number: int) -> None:
    """However many rows go together, every value and every NULL comes back, instants in UTC."""
    given = [row(n) for n in range(number)]
    empty = {**dict.fromkeys(row(0)), "a": "none", "n": 1}
    insert_many(conn, things, [*given, empty])
    found = select_many(conn, things, [(one["a"], one["n"]) for one in [*given, empty]])
    assert sorted(found, key=lambda one: (one["a"], one["n"])) == sorted(
        [*given, empty], key=lambda one: (one["a"], one["n"]))  # fmt: skip
    assert {one["at"].tzinfo for one in found if one["at"]} == {UTC}


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param({"text": "a\x1fb"}, id="mark-between"),
        pytest.param({"text": "\x1e"}, id="mark-of-null"),
        pytest.param({"frame": b"\xff"}, id="bytes-no-text"),
        pytest.param({"frame": b"\0"}, id="bytes-of-a-text-that-no-server-takes"),
        pytest.param({"text": "", "frame": b"", "said": ""}, id="empty"),
        pytest.param({"text": None, "frame": None, "said": None, "at": None, "order": None}, id="null"),
    ],
)
def test_one_odd_value_among_many_rows_comes_back_too(conn: sa.Connection, odd: dict[str, Any]) -> None:
    """Whatever a value holds, its rows are written and changed as any others, however they travel."""
    given = [row(n, frame="帧\n".encode()) for n in range(10)]
    insert_many(conn, things, [*given, row(10, **odd)])
    changed = [{**given[n], **odd} for n in range(9)]
    update_many(conn, things, changed, list(odd))
    found = {one["n"]: one for one in select_many(conn, things, [(f"键'{n}", n) for n in range(11)])}
    expected = {n: {**given[n], **odd} if n < 9 else given[n] for n in range(10)} | {10: row(10, **odd)}
    assert found == expected


def test_an_update_changes_the_named_columns_of_the_named_rows(conn: sa.Connection) -> None:
    """Other rows and other columns stay."""
    insert_many(conn, things, [row(n) for n in range(10)])
    changed = {"order": None, "said": ["x"], "frame": None, "at": AT + timedelta(days=1), "is_open": None}
    update_many(conn, things, [row(n, **changed, text="unsaid") for n in (3, 4)], list(changed))
    found = {one["n"]: one for one in select_many(conn, things, [(f"键'{n}", n) for n in range(10)])}
    assert found == {n: row(n, **changed) if n in (3, 4) else row(n) for n in range(10)}


def test_an_instant_without_offset_is_refused(conn: sa.Connection) -> None:
    """A naive instant is a mistake, also in bulk."""
    with pytest.raises(ValueError, match="no offset"):
        insert_many(conn, things, [row(1, at=AT.replace(tzinfo=None))])


def test_a_json_value_changed_in_place_is_written(conn: sa.Connection) -> None:
    """A row is written back also where only the inside of what was read has changed."""
    insert_many(conn, things, [row(1), row(2)])
    rows = Rows(conn, things)
    read = rows.get(("键'1", 1))
    assert read is not None
    read["said"]["list"].append("more")
    rows.put(read)
    rows.flush()
    (found,) = select_many(conn, things, [("键'1", 1)])
    assert found["said"]["list"][-1] == "more"


def test_a_row_put_twice_has_its_last_form(conn: sa.Connection) -> None:
    """Rows that are written, changed and written again keep the last change, also across flushes."""
    rows = Rows(conn, things)
    rows.add(row(1))
    rows.flush()
    rows.put(row(1, text="second"))
    rows.flush()
    rows.put(row(1, text="third"))
    rows.put(row(1, text="fourth"))
    rows.flush()
    (found,) = select_many(conn, things, [("键'1", 1)])
    assert found["text"] == "fourth"


@pytest.mark.servers
@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        ["null", "NULL", " padded ", "a,b", "{}", "{a}", "村\n\t\x1f"],
        ['"', "\\", '\\"', "ends with \\", "'", '"}', "{'\""],
    ],
)
def test_texts_arrive_in_an_array_as_they_were_given(fresh_database: str, values: list[str]) -> None:
    """Quotes, what PostgreSQL reads as a mark, and nothing at all: what is looked for by key is what was asked for."""
    engine = open_engine(fresh_database.replace("postgresql:", "postgresql+psycopg:", 1), "public")
    with engine.connect() as conn:
        arrived = conn.exec_driver_sql("select %s::text::text[]", (as_array(values),)).scalar_one()
        numbers = conn.exec_driver_sql("select %s::text::bigint[]", (as_array([3, -1, 2**62]),)).scalar_one()
    engine.dispose()
    assert (arrived, numbers) == (values, [3, -1, 2**62])
