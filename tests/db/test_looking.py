"""A list is looked through in its order: nothing twice, nothing left out, and never further than a bound."""

from collections.abc import Iterator, Sequence

import pytest
import sqlalchemy as sa

from shared.db.looking import (
    FEW,
    LEAST,
    LOOKS,
    Looked,
    NextKeys,
    Wanted,
    among,
    asked_of_each,
    few,
    look,
    merged,
    stretch,
)

things = sa.Table(
    "things",
    sa.MetaData(),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("weight", sa.Integer, nullable=False),
    sa.Index("things_kind", "kind", "id"),
)
COUNT = 5_000


@pytest.fixture(scope="module")
def conn() -> Iterator[sa.Connection]:
    """A store of some thousand things; of each hundred one is heavy."""
    engine = sa.create_engine("sqlite://")
    things.metadata.create_all(engine)
    with engine.connect() as opened:
        rows = [{"id": f"{n:05}", "kind": "ab"[n % 2], "weight": n % 100} for n in range(COUNT)]
        opened.execute(sa.insert(things), rows)
        yield opened
    engine.dispose()


def heavy(conn: sa.Connection, weight: int, looked: list[int], *, descending: bool = False) -> object:
    """What gives the things of a weight, noting how many were looked at."""
    order = things.c.id.desc() if descending else things.c.id

    def fitting(ids: Sequence[str]) -> list[str]:
        looked.append(len(ids))
        fits = asked_of_each(things.c.weight == weight)
        return list(conn.scalars(sa.select(things.c.id).where(things.c.id.in_(ids), fits).order_by(order)))

    return fitting


def pages(keys: NextKeys[str], fitting: object, limit: int) -> Iterator[Looked[str, str]]:
    """Follow a list to its end."""
    after: str | None = None
    while True:
        found = look(keys, fitting, after, limit)  # type: ignore[arg-type]
        yield found
        after = found.looked_to or (found.rows[-1] if len(found.rows) == limit else None)
        if after is None:
            return


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 7, 50, 400])
def test_pages_are_the_whole_list_and_none_looks_past_the_bound(
    conn: sa.Connection, limit: int, descending: bool
) -> None:
    """However few fit, each page looks at no more than its bound, and following them finds all that fit, in order."""
    looked: list[int] = []
    whole = [f"{n:05}" for n in range(COUNT) if n % 100 == 42]
    shown: list[str] = []
    for found in pages(stretch(conn, things.c.id, descending=descending),
                       heavy(conn, 42, looked, descending=descending), limit):  # fmt: skip
        assert len(found.rows) <= limit
        assert sum(looked) <= max(LEAST, LOOKS * limit)
        shown += found.rows
        looked.clear()
    assert shown == sorted(whole, reverse=descending)


def test_a_look_ends_as_soon_as_enough_fits(conn: sa.Connection) -> None:
    """Where everything fits, as many rows are looked at as are wanted."""
    looked: list[int] = []

    def fitting(ids: Sequence[str]) -> Sequence[str]:
        looked.append(len(ids))
        return ids

    found = look(stretch(conn, things.c.id), fitting, None, 50)
    assert (len(found.rows), found.looked_to, looked) == (50, None, [50])


def test_nothing_more_is_promised_at_the_end(conn: sa.Connection) -> None:
    """A list that ends within the bound says that it is at its end, whether anything fitted or not."""
    keys = stretch(conn, things.c.id, things.c.kind == "none")
    assert look(keys, heavy(conn, 42, []), None, 10) == Looked([])  # type: ignore[arg-type]
    last = f"{COUNT - 3:05}"
    assert look(stretch(conn, things.c.id), heavy(conn, 42, []), last, 10).looked_to is None  # type: ignore[arg-type]


@pytest.mark.parametrize("descending", [False, True])
def test_stretches_that_meet_are_one_list(conn: sa.Connection, descending: bool) -> None:
    """Keys that are in both come once, all in one order."""
    even = stretch(conn, things.c.id, things.c.kind == "a", descending=descending)
    some = among([f"{n:05}" for n in range(0, COUNT, 3)], descending=descending)
    found: list[str] = []
    keys = merged(even, some, descending=descending)
    while more := keys(found[-1] if found else None, 333):
        found += more
    expected = {n for n in range(COUNT) if n % 2 == 0 or n % 3 == 0}
    assert found == sorted((f"{n:05}" for n in expected), reverse=descending)


def test_few_are_all_or_not_told(conn: sa.Connection) -> None:
    """Up to the bound all keys come, above it none: a part of them could not be sorted."""

    def wanted(*conditions: sa.ColumnElement[bool]) -> Wanted:
        return Wanted(sa.select(things.c.id).where(*conditions), things.c.id)

    assert few(conn, wanted(things.c.weight == 1), wanted(things.c.weight == 2)) == {
        f"{n:05}" for n in range(COUNT) if n % 100 in (1, 2)
    }
    assert few(conn, wanted()) is None
    assert few(conn, wanted(things.c.id < f"{FEW:05}")) is not None
    assert few(conn, wanted(things.c.id <= f"{FEW:05}")) is None
    assert few(conn, wanted(things.c.weight == 1), wanted()) is None
