"""What is known of a case: its snapshot and timeline. What a notification is about: a subject."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BATCH = 1000
_PAGE = sa.text("select case_id, memory from cases where case_id > :after order by case_id limit :most")
_WRITE = sa.text("update cases set memory = :memory where case_id = :case")
_STATES = (
    *("draft", "dismissed", "reported", "assigned", "accepted", "settled"),
    *("verified", "reopened", "closed", "rejected", "merged"),
)
_KEPT = (
    "case",
    "town",
    "edition",
    "number",
    "seen_at",
    "clocks",
    "early",
    "told_of_breach",
    "made",
    "raised",
)
_BESIDE = ("state", "returned_by")  # stood among what was told of the case, and are no part of its snapshot

Json = dict[str, Any]


def upgrade() -> None:
    """Apply."""
    # As words of SQL: Alembic would have SQLite copy the table.
    op.execute("alter table notifications rename column case_id to subject_id")
    op.add_column(
        "notifications", sa.Column("subject_kind", sa.String(), nullable=False, server_default="case")
    )
    _convert(op.get_bind())


def _convert(conn: sa.Connection) -> None:
    """In pages by key: a large store is not read into memory at once."""
    for rows in _pages(conn):
        changed = [{"case": case, "memory": json.dumps(_known_case(old))} for case, old in rows]
        conn.execute(_WRITE, changed)


def _pages(conn: sa.Connection) -> Iterator[list[tuple[str, Json]]]:
    after = ""
    while rows := conn.execute(_PAGE, {"after": after, "most": _BATCH}).all():
        yield [(row.case_id, json.loads(row.memory)) for row in rows]
        after = rows[-1].case_id


def _known_case(old: Json) -> Json:
    """The case in its new form; nothing was said of a case of which only clocks had been heard."""
    told = old["standing"]
    return {
        **{name: old[name] for name in _KEPT},
        **({"snapshot": _snapshot(old), "returned_by": told["returned_by"]} if told else {}),
        "state": told["state"] if told and told["state"] in _STATES else "reported",
        "timeline": _timeline(old),
        "waiting": [_notice(notice) for notice in old["waiting"]],
        "waits_until": old["patient_until"],
    }


def _snapshot(old: Json) -> Json:
    """What was told of the case, without what was not known.

    That it was handed over was no field of its own: its milestone says so. From where a linked case was opened was not
    kept here; the case's next message tells it.
    """
    told = {
        name: value for name, value in old["standing"].items() if name not in _BESIDE and value is not None
    }
    was_handed_over = {"handed_over": True} if "handed_over" in old["marks"] else {}
    return {"facts": {}, **told, **was_handed_over}


def _timeline(old: Json) -> Json:
    """What fell with the reopening was not kept: limits of the present round are then taken to count from earlier.

    That is harmless: a clock answers a text by its round too.
    """
    marks = old["marks"].items()
    return {
        "marks": {name: [mark["first_at"], mark["last_at"], mark["stands"]] for name, mark in marks},
        "round": old["round"],
        "decision": (old["standing"].get("assignment") or {}).get("decision", 0),
        "reopened_at": old["round_began_at"],
    }


def _notice(old: Json) -> Json:
    """A text that waits; the event that caused it now names a subject."""
    cause = old["happening"]
    subject = {"kind": "case", "id": cause["case"]} if cause["case"] else None
    return {
        "cause": {"subject": subject, **{name: cause[name] for name in cause if name != "case"}},
        "awaits": old["needs"],
        **{name: old[name] for name in old if name not in ("happening", "needs")},
    }
