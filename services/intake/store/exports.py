"""Reading cases for export: some hundred at a time with all that goes along, in the order of their ids."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from services.intake.domain.case import Case
from services.intake.domain.chain import Entry
from services.intake.store.lists import CaseFilter, conditions_of
from services.intake.store.reading import case_of, plain
from services.intake.store.tables import cases, clocks, history
from services.intake.store.visibility import Viewer, visible

Row = dict[str, Any]
_ENTRY = ("n", "at", "what", "by", "data", "previous", "hash", "texts")


def next_cases(
    conn: sa.Connection, viewer: Viewer, wanted: CaseFilter, after: str | None, limit: int
) -> list[Case]:
    """Return up to `limit` cases that the viewer may see, oldest first, after the id `after`."""
    conditions = [visible(viewer), *conditions_of(wanted), *([cases.c.id > after] if after else [])]
    found = conn.execute(sa.select(cases).where(*conditions).order_by(cases.c.id).limit(limit))
    return [case_of(row) for row in found.mappings()]


def histories_of(conn: sa.Connection, keys: Sequence[str]) -> dict[str, list[Entry]]:
    """Return the histories of cases, by case."""
    found = conn.execute(
        sa.select(history).where(history.c.case_id.in_(list(keys))).order_by(history.c.case_id, history.c.n)
    )
    entries = (Entry(case=row["case_id"], **{name: row[name] for name in _ENTRY}) for row in found.mappings())
    return {case: list(own) for case, own in groupby(entries, key=lambda entry: entry.case)}


def clocks_of(conn: sa.Connection, keys: Sequence[str]) -> dict[str, list[Row]]:
    """Return the copies of clocks, by case."""
    found = conn.execute(
        sa.select(clocks).where(clocks.c.case_id.in_(list(keys))).order_by(clocks.c.case_id, clocks.c.id)
    )
    rows: Iterator[Row] = (plain(row) for row in found.mappings())
    return {case: list(own) for case, own in groupby(rows, key=lambda row: str(row["case_id"]))}
