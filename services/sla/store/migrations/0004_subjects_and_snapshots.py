"""Subjects instead of cases, snapshots instead of situations, escalations that say of each step whether it repeats."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BATCH = 1000
_RENAMED = (
    ("situations", "case_id", "subject_id"),
    ("situations", "situation", "snapshot"),
    ("situations", "life", "timeline"),
    ("assisting", "case_id", "subject_id"),
    ("clocks", "case_id", "subject_id"),
    ("clocks", "rungs", "escalations"),
    ("moved", "case_id", "subject_id"),
)
_SITUATIONS = sa.text(
    "select subject_id as key, town, snapshot as situation, timeline, seen_by from situations "
    "where subject_id > :after order by subject_id limit :most"
)
_SNAPSHOT = sa.text(
    "update situations set snapshot = :snapshot, is_unsettled = :is_unsettled where subject_id = :key"
)
_CLOCKS = sa.text(
    "select clock_id as key, escalations from clocks "
    "where clock_id > :after and escalations <> '[]' order by clock_id limit :most"
)
_ESCALATIONS = sa.text("update clocks set escalations = :escalations where clock_id = :key")


def upgrade() -> None:
    """Apply."""
    for table, old, new in _RENAMED:
        op.execute(
            f"alter table {table} rename column {old} to {new}"
        )  # SQLite would copy the table otherwise
    for table in ("situations", "clocks"):
        op.add_column(table, sa.Column("subject_kind", sa.String(), server_default="case", nullable=False))
    op.add_column(
        "situations", sa.Column("is_unsettled", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    _rename_index()
    _convert(_SITUATIONS, _SNAPSHOT, _with_snapshot)
    _convert(_CLOCKS, _ESCALATIONS, _with_steps)


def _rename_index() -> None:
    """SQLite cannot rename one; PostgreSQL would take long to build it again."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("alter index ix_clocks_case_id rename to ix_clocks_subject_id")
        return
    op.drop_index("ix_clocks_case_id", table_name="clocks")
    op.create_index("ix_clocks_subject_id", "clocks", ["subject_id"], unique=False)


def _convert(page: sa.TextClause, update: sa.TextClause, convert: Callable[[Any], dict[str, Any]]) -> None:
    conn = op.get_bind()
    for rows in _pages(conn, page):
        conn.execute(update, [{**convert(row), "key": row.key} for row in rows])


def _pages(conn: sa.Connection, page: sa.TextClause) -> Iterator[list[Any]]:
    after = ""
    while rows := list(conn.execute(page, {"after": after, "most": _BATCH})):
        yield rows
        after = rows[-1].key


def _with_snapshot(row: Any) -> dict[str, Any]:
    situation, timeline = json.loads(row.situation), json.loads(row.timeline)
    snapshot = {
        **{
            name: situation.get(name)
            for name in ("category", "channel", "round", "reporter", "first_contact")
        },
        **{name: situation.get(name) for name in ("finder_role", "finder_unit")},
        "place": {"key": situation.get("place"), "jurisdiction": row.town},
        "facts": _facts(situation),
        "assignment": _assignment(situation, timeline.get("decision", 0)),
        "seen_by": row.seen_by,
        "also": situation.get("also") or [],
        "handed_over": bool(situation.get("handed_over")),
        **(_LINKED if situation.get("from_above") else {}),
    }
    is_unsettled = bool(situation.get("awaits") or situation.get("disagreed"))
    return {"snapshot": json.dumps(snapshot, ensure_ascii=False), "is_unsettled": is_unsettled}


# Which case it was opened from was never written down here, only that the rules took it for one from above.
_LINKED = {"linked_from": "-", "link_direction": "above"}


def _facts(situation: dict[str, Any]) -> dict[str, Any]:
    """Reporters were counted beside the facts."""
    facts = {name: value for name, value in situation["facts"].items() if value is not None}
    reporters = situation.get("reporters", 1)
    return facts if reporters == 1 or "reporters" in facts else {**facts, "reporters": reporters}


def _assignment(situation: dict[str, Any], decision: int) -> dict[str, Any] | None:
    if situation.get("procedure") is None:
        return None
    names = ("levels", "lead", "assisting", "previous_lead", "procedure")
    return {"decision": decision, **{name: situation.get(name) for name in names}}


def _with_steps(row: Any) -> dict[str, Any]:
    steps = [_step(step) for step in json.loads(row.escalations)]
    return {"escalations": json.dumps(steps, ensure_ascii=False, separators=(",", ":"))}


def _step(step: list[Any]) -> list[Any]:
    """Before there were reminders, the instant of a step was also the first one."""
    at, is_later, to, mark, *more = step
    first_at, *of_reminder = more or [at]
    repeats, most, told, last_at = (True, *of_reminder) if of_reminder else (False, None, 0, None)
    return [at, is_later, to, mark, first_at, repeats, most, told, last_at]
