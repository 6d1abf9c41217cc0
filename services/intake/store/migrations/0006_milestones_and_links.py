"""Milestones that are never forgotten, where linked cases lie, and a case's own messages found by their stream."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from shared.db.types import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BATCH = 500
_DEEPEST = 64

# The tables as this revision finds and leaves them, not as the code defines them later.
_cases = sa.table(
    "cases",
    sa.column("id", sa.String()),
    sa.column("town", sa.String()),
    sa.column("milestones", sa.Text()),
    sa.column("accepted_at", Instant()),
    sa.column("linked_from", sa.String()),
    sa.column("link_direction", sa.String()),
)
_tree = sa.table("jurisdiction_copies", sa.column("key", sa.String()), sa.column("part_of", sa.String()))


def upgrade() -> None:
    """Apply."""
    # A column is renamed in place by both databases: no table is copied, however many cases there are.
    op.execute("alter table cases rename column marks to milestones")
    op.execute("alter table cases rename column said to messages")
    op.add_column("cases", sa.Column("link_direction", sa.String(), nullable=True))
    op.add_column("clock_copies", sa.Column("first_heard", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("outbox_stream", "outbox", ["stream", "sequence"], unique=False)
    conn = op.get_bind()
    for rows in _batches(conn):
        _update(conn, "milestones", {row.id: _milestones(row.milestones, row.accepted_at) for row in rows})
    _update(conn, "link_direction", _directions(conn))


def _batches(conn: sa.Connection) -> Iterator[list[sa.Row[tuple[str, str, datetime | None]]]]:
    """Cases in the order of their ids, some hundred at a time."""
    wanted = sa.select(_cases.c.id, _cases.c.milestones, _cases.c.accepted_at).order_by(_cases.c.id)
    after = ""
    while rows := list(conn.execute(wanted.where(_cases.c.id > after).limit(_BATCH)).all()):
        yield rows  # type: ignore[misc]
        after = rows[-1].id


def _milestones(marks: str, accepted_at: datetime | None) -> str:
    """Return {name: [first, last, stands]} of what was {name: last} of those that stood.

    The first acceptance was kept beside them; of other milestones none but the last instant is known.
    """
    found = {name: [at, at, True] for name, at in json.loads(marks).items()}
    if accepted_at is not None:
        first = accepted_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        _, last, stands = found.get("accepted", [first, first, False])
        found["accepted"] = [min(first, last), last, stands]
    return json.dumps(found)


def _directions(conn: sa.Connection) -> dict[str, str]:
    """Return for every linked case where the case lies because of which it was opened.

    A case that is not of this store any more, and a town that the tree does not know, lie across.
    """
    part_of = {row.key: row.part_of for row in conn.execute(sa.select(_tree.c.key, _tree.c.part_of))}
    origin = _cases.alias()
    linked = sa.select(_cases.c.id, _cases.c.town, origin.c.town.label("origin")).select_from(
        _cases.outerjoin(origin, origin.c.id == _cases.c.linked_from)
    )
    rows = conn.execute(linked.where(_cases.c.linked_from.is_not(None)))
    return {row.id: _direction(part_of, row.town, row.origin) for row in rows}


def _direction(part_of: Mapping[str, str | None], town: str, origin: str | None) -> str:
    if origin in _around(part_of, town):
        return "above"
    return "below" if origin is not None and town in _around(part_of, origin) else "across"


def _around(part_of: Mapping[str, str | None], key: str) -> list[str]:
    found: list[str] = []
    above = part_of.get(key)
    while above is not None and len(found) < _DEEPEST:
        found.append(above)
        above = part_of.get(above)
    return found


def _update(conn: sa.Connection, column: str, values: Mapping[str, str]) -> None:
    if values:
        change = (
            sa.update(_cases).where(_cases.c.id == sa.bindparam("of")).values({column: sa.bindparam("to")})
        )
        conn.execute(change, [{"of": key, "to": value} for key, value in values.items()])


def downgrade() -> None:
    """Take back."""
    conn = op.get_bind()
    for rows in _batches(conn):
        _update(conn, "milestones", {row.id: _marks(row.milestones) for row in rows})
    op.drop_index("outbox_stream", table_name="outbox")
    op.drop_column("cases", "link_direction")
    op.execute("alter table cases rename column messages to said")
    op.execute("alter table cases rename column milestones to marks")


def _marks(milestones: str) -> str:
    return json.dumps({name: at for name, (_, at, stands) in json.loads(milestones).items() if stands})
