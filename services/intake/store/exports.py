"""Reading cases for export: some hundred at a time with all that goes along, in the order of their ids."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from services.intake.domain.case import Case
from services.intake.domain.chain import Entry
from services.intake.domain.exporting import Hanging
from services.intake.store.lists import CaseFilter, conditions_of
from services.intake.store.reading import case_of, plain
from services.intake.store.tables import cases, clocks, history, publications
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


def hanging_on(conn: sa.Connection, found: Sequence[Case]) -> dict[str, Hanging]:
    """Return what hangs on each of these cases of one town, three statements however many they are."""
    keys = [case.id for case in found]
    histories, clocks_, public = _histories(conn, keys), _clocks(conn, keys), _publications(conn, found)
    return {
        case.id: Hanging(histories.get(case.id, ()), clocks_.get(case.id, ()), public.get(case.number, ()))
        for case in found
    }


def _histories(conn: sa.Connection, keys: Sequence[str]) -> dict[str, list[Entry]]:
    of_cases = sa.select(history).where(history.c.case_id.in_(keys))
    rows = conn.execute(of_cases.order_by(history.c.case_id, history.c.n)).mappings()
    entries = (Entry(case=row["case_id"], **{name: row[name] for name in _ENTRY}) for row in rows)
    return {case: list(own) for case, own in groupby(entries, key=lambda entry: entry.case)}


def _clocks(conn: sa.Connection, keys: Sequence[str]) -> dict[str, list[Row]]:
    of_cases = sa.select(clocks).where(clocks.c.case_id.in_(keys))
    return _by(conn.execute(of_cases.order_by(clocks.c.case_id, clocks.c.id)), "case_id")


def _publications(conn: sa.Connection, found: Sequence[Case]) -> dict[str, list[Row]]:
    towns, numbers = {case.town for case in found}, [case.number for case in found]
    named = sa.and_(publications.c.town.in_(towns), publications.c.number.in_(numbers))
    ordered = sa.select(publications).where(named).order_by(publications.c.number, publications.c.id)
    return _by(conn.execute(ordered), "number")


def _by(found: sa.CursorResult[Any], name: str) -> dict[str, list[Row]]:
    rows: Iterator[Row] = (plain(row) for row in found.mappings())
    return {key: list(own) for key, own in groupby(rows, key=lambda row: str(row[name]))}
