"""Counting what the statements of a request read, in either store: never how long they take.

PostgreSQL says it in the plan of each statement, run once more for it in the same role and transaction: rows that
scans gave, rows that they threw away, and every look-up that found nothing; and buffers, in which a scan shows that
reads much of an index to give little. SQLite counts the steps of its machine: a few dozen for each row that is looked
at.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import sqlalchemy as sa

from shared.db.store import Store
from shared.kernel.scope import StorePart

STEPS = 200  # of SQLite's machine between two looks at it
_PARTS = (StorePart.REQUEST, StorePart.WORK)
Plan = Mapping[str, Any]


@dataclass
class Reads:
    """What was read since it was last emptied.

    Args:
        rows: PostgreSQL: rows read; buffers: and pages looked at; steps: SQLite: of its machine.
        plans: each statement with its plan, where somebody wants to look.
    """

    rows: int = 0
    buffers: int = 0
    steps: int = 0
    plans: list[tuple[str, Plan]] = field(default_factory=list)

    def clear(self) -> None:
        """Begin anew."""
        self.rows = self.buffers = self.steps = 0
        self.plans.clear()

    def step(self) -> None:
        """Another `STEPS` steps were made."""
        self.steps += STEPS


@contextmanager
def counted(store: Store, reads: Reads) -> Iterator[None]:
    """Count what is read from a store, by whichever part of the work."""
    engines = {id(engine): engine for part in _PARTS for engine in [store.engine_for(part)]}.values()
    asking = _ask_sqlite(reads) if store.is_sqlite else _ask_postgresql(reads)
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", asking)
    try:
        yield
    finally:
        for engine in engines:
            sa.event.remove(engine, "before_cursor_execute", asking)


def _ask_sqlite(reads: Reads) -> Any:
    def before(conn: sa.Connection, *_: Any) -> None:
        conn.connection.driver_connection.set_progress_handler(reads.step, STEPS)  # type: ignore[union-attr]

    return before


def _ask_postgresql(reads: Reads) -> Any:
    def before(conn: sa.Connection, lent: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lower().startswith(("select", "with", "(")):
            # Past SQLAlchemy (`shared.db.driver`) none is lent, and parameters have PostgreSQL's own marks.
            cursor = lent or psycopg.RawCursor(conn.connection.driver_connection)
            cursor.execute(f"explain (analyze, buffers, timing off, format json) {statement}", parameters)
            (found,) = cursor.fetchone()
            (whole,) = json.loads(found) if isinstance(found, str) else found
            plan = whole["Plan"]
            reads.rows += rows_read(plan)
            reads.buffers += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
            reads.plans.append((statement, plan))

    return before


def rows_read(plan: Plan) -> int:
    """Return how many rows the scans of a plan read, in all their loops; a look-up that finds nothing counts as one."""
    inside = sum(rows_read(part) for part in plan.get("Plans", ()))
    if "Relation Name" not in plan and plan["Node Type"] != "Bitmap Index Scan":
        return inside
    thrown = sum(plan.get(f"Rows Removed by {what}", 0) for what in ("Filter", "Index Recheck"))
    # An average of its loops, rounded: many loops that seldom find anything would show as nothing.
    return inside + plan["Actual Loops"] * max(1, round(plan["Actual Rows"]) + thrown)
