"""The list of deadlines is a stretch of an index, whatever it is narrowed to (`tests/lists` counts what it reads)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from services.sla.store.listed_deadlines import DeadlineFilter, DeadlinePlace, list_deadlines
from shared.kernel.roles import Viewer
from shared.kernel.scope import present
from tests.sla.conftest import House
from tests.sla.packs import TOWN, at

SUPERVISOR = Viewer(TOWN, "supervisor", f"{TOWN}/office", None)
WITHOUT = (None, "")
PLACES_OF = "SELECT clocks.due_at, clocks.clock_id"
PLACES: list[DeadlinePlace | None] = [None, (at("2026-03-05 10:00"), "a"), WITHOUT]


@pytest.fixture
def cases(house: House) -> House:
    """Seven cases, two of them with a limit that was extended without a new due instant."""
    for number in range(1, 8):
        case = house.case(number)
        house.take(case.reported(f"2026-03-0{number} 10:00"), case.accepted(f"2026-03-0{number} 10:00"))
        if number in (2, 5):
            house.take(case.step(f"2026-03-0{number} 11:00", "note", effects=(("extend", "settle"),)))
    return house


@contextmanager
def statements_of(house: House) -> Iterator[list[tuple[str, Any]]]:
    """Note what the store is asked."""
    noted: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        noted.append((statement, parameters))

    sa.event.listen(house.store.engine_for(present().part), "before_cursor_execute", note)
    try:
        yield noted
    finally:
        sa.event.remove(house.store.engine_for(present().part), "before_cursor_execute", note)


def plan_of(conn: sa.Connection, statement: str, parameters: Any) -> str:
    """How the database would answer where sorting, and reading a whole table, is the last thing it does."""
    if conn.dialect.name == "sqlite":
        rows = conn.exec_driver_sql(f"explain query plan {statement}", parameters).all()
        return "\n".join(str(row[-1]) for row in rows)
    for avoided in ("sort", "incremental_sort", "seqscan", "bitmapscan"):
        conn.exec_driver_sql(f"set enable_{avoided} = off")
    return "\n".join(conn.exec_driver_sql(f"explain {statement}", parameters).scalars())


def pages(conn: sa.Connection, size: int, narrowed: DeadlineFilter) -> list[list[str]]:
    """All pages of the list."""
    found: list[list[str]] = []
    after: DeadlinePlace | None = None
    while rows := list_deadlines(conn, SUPERVISOR, narrowed, after, size).rows:
        found.append([row.clock.id for row in rows])
        after = (rows[-1].clock.due_at, rows[-1].clock.id)
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 5, 50])
def test_pages_of_any_size_are_the_whole_list_in_its_order(cases: House, size: int) -> None:
    """What is due first comes first, what has no due instant last; nothing twice, nothing left out."""
    with cases.store.read() as conn:
        whole = list_deadlines(conn, SUPERVISOR, DeadlineFilter(), None, 100).rows
        assert [key for page in pages(conn, size, DeadlineFilter()) for key in page] == [
            row.clock.id for row in whole
        ]
    instants = [row.clock.due_at for row in whole]
    dated = [instant for instant in instants if instant is not None]
    assert len(dated) < len(instants)
    assert instants == [*sorted(dated), *[None] * (len(instants) - len(dated))]


@pytest.mark.parametrize("after", PLACES)
@pytest.mark.parametrize(
    "narrowed", [DeadlineFilter(), DeadlineFilter(unit="a/unit"), DeadlineFilter(is_open=True, unit="a/unit")]
)
def test_places_are_read_in_the_order_of_an_index(
    cases: House, narrowed: DeadlineFilter, after: DeadlinePlace | None
) -> None:
    """No page sorts the town's clocks, and none begins at the beginning; their rows are found by their keys alone."""
    with cases.store.read() as conn, statements_of(cases) as asked:
        list_deadlines(conn, SUPERVISOR, narrowed, after, 50)
    # But for those of subjects in which a unit assists: they are few, and sorted here.
    places = [each for each in asked if each[0].startswith(PLACES_OF) and "subject_id" not in each[0]]
    assert places
    with cases.store.read() as conn:
        plans = [plan_of(conn, *each) for each in places]
    for plan in plans:
        assert "clocks_o" in plan
        assert "Sort" not in plan
        assert "TEMP B-TREE" not in plan


def test_what_a_unit_assists_in_is_listed_in_its_place(cases: House) -> None:
    """A unit's own clocks and those of cases in which it assists are one list, page by page, and nobody else's."""
    with cases.store.read() as conn:
        whole = list_deadlines(conn, SUPERVISOR, DeadlineFilter(), None, 100).rows
        units = sorted({unit for row in whole for unit in (row.clock.unit, *row.assisting) if unit})
        assert units
        for unit in units:
            expected = [row.clock.id for row in whole if unit in (row.clock.unit, *row.assisting)]
            assert [key for page in pages(conn, 2, DeadlineFilter(unit=unit)) for key in page] == expected
