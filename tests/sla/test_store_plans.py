"""Firing costs what is fired, also on tables of which the database knows nothing yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from services.sla.handlers.engine import DeadlineEngine
from services.sla.handlers.skew import SkewGuard
from services.sla.store.firing import SqlDeadlines
from shared.kernel.clock import SystemClock
from shared.kernel.scope import StorePart
from shared.obs.metrics import Metrics
from tests.sla.conftest import House, Open
from tests.sla.packs import at
from tests.sla.stock import stock

DUE = at("2026-03-13 00:00")
FIRED = 1000


@pytest.fixture
def address(fresh_database: str) -> str:
    """A store in PostgreSQL: SQLite has no such planner."""
    with psycopg.connect(fresh_database, autocommit=True) as connection:
        connection.execute("create schema sla")
    return fresh_database.replace("postgresql://", "postgresql+psycopg://")


@contextmanager
def statements_of(engine: sa.Engine) -> Iterator[list[tuple[str, Any]]]:
    """Collect what is sent to the database."""
    seen: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        seen.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(engine, "before_cursor_execute", note)


def plan_of(house: House, statement: str, parameters: Any) -> dict[str, Any]:
    """Return how the database carries out a statement, and what that costs it."""
    with house.store.engine.connect() as conn:
        conn.exec_driver_sql("delete from clock_versions")  # so that what was written can be written again
        words = f"explain (analyze, format json) {statement}"
        return dict(conn.exec_driver_sql(words, parameters).scalar_one()[0]["Plan"])  # rolled back at the end


def looked_at_in_vain(plan: dict[str, Any]) -> int:
    """Return how many rows a plan compared with others for nothing."""
    own = plan.get("Rows Removed by Join Filter", 0) * plan.get("Actual Loops", 1)
    return int(own) + sum(looked_at_in_vain(part) for part in plan.get("Plans", ()))


def test_firing_compares_no_row_with_every_other(open_house: Open) -> None:
    """Each clock is looked up: never are all that there are compared with all that fall due."""
    house = open_house()
    stock(house.store, FIRED, DUE)
    house.store.set_now(DUE)
    port, metrics = SqlDeadlines(), Metrics()
    engine = DeadlineEngine(house.store, port, SkewGuard(house.store, port, SystemClock(), metrics), metrics)
    with statements_of(house.store.engine_for(StorePart.WORK)) as seen:
        assert engine.run(FIRED) == FIRED
    writing = [(words, given) for words, given in seen if "json_array_elements_text" in words]
    assert len(writing) == 1
    assert all(looked_at_in_vain(plan_of(house, *one)) < 10 * FIRED for one in writing)
