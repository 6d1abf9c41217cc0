"""Reading one case with all that hangs on it. What the viewer may not see is not found."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import sqlalchemy as sa
from msgspec import Struct

from services.intake.domain.case import COLUMNS, Case
from services.intake.domain.chain import HistoryEntry
from services.intake.domain.copies import ClockCopy, NoticeCopy
from services.intake.domain.records import AttachedFile, KeptDecision, PublicRecord, SealedIdentity
from services.intake.store import tables
from services.intake.store.rows import read_as
from services.intake.store.visibility import visible
from shared.db.looking import asked_of_each
from shared.kernel.roles import Viewer
from shared.kernel.subject import case_subject
from shared.rules.case.snapshot import CaseState, LinkDirection

S = TypeVar("S", bound=Struct)


def find_case(conn: sa.Connection, viewer: Viewer, key: str) -> Case | None:
    """Return the case with this id or number, if the viewer may see it."""
    # With its town: no index has numbers alone, and by one half of an 'or' without an index every case would be read.
    numbered = sa.and_(tables.cases.c.town == viewer.town, tables.cases.c.number == key)
    named = sa.or_(tables.cases.c.id == key, numbered)
    wanted = sa.select(tables.cases).where(named, asked_of_each(visible(viewer)))
    row = conn.execute(wanted).mappings().one_or_none()
    return case_of(row) if row else None


def cases_numbered(conn: sa.Connection, town: str, numbers: Iterable[str]) -> list[Case]:
    """Return a town's cases of these numbers, whoever may see them: what is made of them must name nobody."""
    wanted = sa.and_(tables.cases.c.town == town, tables.cases.c.number.in_(list(numbers)))
    return [case_of(row) for row in conn.execute(sa.select(tables.cases).where(wanted)).mappings()]


def case_of_id(conn: sa.Connection, town: str, case: str) -> Case | None:
    """Return a town's case, whoever may see it: whoever asks shows nothing of it."""
    wanted = sa.and_(tables.cases.c.town == town, tables.cases.c.id == case)
    row = conn.execute(sa.select(tables.cases).where(wanted)).mappings().one_or_none()
    return case_of(row) if row else None


def case_of(row: Mapping[Any, Any]) -> Case:
    """Return the case of a row; columns that only queries need are left out."""
    values = {name: row[name] for name in COLUMNS}
    values["state"] = CaseState(values["state"])
    if values["link_direction"] is not None:
        values["link_direction"] = LinkDirection(values["link_direction"])
    return Case(**values)


def history_of(conn: sa.Connection, case: str) -> Iterator[HistoryEntry]:
    """Yield the case's history in its order."""
    table = tables.history
    rows = conn.execute(sa.select(table).where(table.c.case_id == case).order_by(table.c.n))
    return map(entry_of, rows.mappings())


def history_since(conn: sa.Connection, case: str, n: int, kinds: Collection[str]) -> list[HistoryEntry]:
    """Return what happened to a case after an entry, of these kinds, in its order."""
    table = tables.history
    wanted = sa.select(table).where(table.c.case_id == case, table.c.n > n, table.c.what.in_(kinds))
    return [entry_of(row) for row in conn.execute(wanted.order_by(table.c.n)).mappings()]


def entry_of(row: Mapping[Any, Any]) -> HistoryEntry:
    """Return the entry of a row of `history`."""
    return HistoryEntry(case_subject(row["case_id"]), **{name: row[name] for name in _ENTRY})


_ENTRY = ("n", "at", "what", "by", "data", "previous", "hash", "texts", "key")


def decisions_of(conn: sa.Connection, case: str) -> list[KeptDecision]:
    """Return a case's decisions in their order."""
    return _of_case(conn, tables.decisions, KeptDecision, case)


def clocks_of(conn: sa.Connection, case: str) -> list[ClockCopy]:
    """Return the copies of a case's clocks in the order in which they were first heard of."""
    table = tables.clocks
    wanted = sa.select(table).where(table.c.case_id == case).order_by(table.c.first_heard, table.c.id)
    return [read_as(ClockCopy, row) for row in conn.execute(wanted).mappings()]


def notices_of(conn: sa.Connection, case: str) -> list[NoticeCopy]:
    """Return the copies of a case's notifications."""
    return _of_case(conn, tables.notices, NoticeCopy, case)


def files_of(conn: sa.Connection, case: str) -> list[AttachedFile]:
    """Return a case's attached files, without their contents."""
    return _of_case(conn, tables.attachments, AttachedFile, case)


def _of_case(conn: sa.Connection, table: sa.Table, shape: type[S], case: str) -> list[S]:
    found = conn.execute(sa.select(table).where(table.c.case_id == case).order_by(*table.primary_key.columns))
    return [read_as(shape, row) for row in found.mappings()]


def clock_copy_of(row: Mapping[Any, Any]) -> ClockCopy:
    """Return the clock of a row of `clock_copies`."""
    return read_as(ClockCopy, row)


def public_record_of(row: Mapping[Any, Any]) -> PublicRecord:
    """Return the record of a row of `publications`."""
    return read_as(PublicRecord, row)


def find_file(conn: sa.Connection, case: str, file: str) -> AttachedFile | None:
    """Return a case's attached file, without its content."""
    table = tables.attachments
    found = conn.execute(sa.select(table).where(table.c.case_id == case, table.c.id == file))
    row = found.mappings().one_or_none()
    return read_as(AttachedFile, row) if row else None


def identity_of(conn: sa.Connection, town: str, ref: str) -> SealedIdentity | None:
    """Return the identity under a reference, sealed."""
    return identities_of(conn, town, [ref]).get(ref)


def identities_of(conn: sa.Connection, town: str, refs: Iterable[str]) -> dict[str, SealedIdentity]:
    """Return identities, sealed, by reference; those of nobody are left out."""
    table = tables.identities
    named = sa.and_(table.c.town == town, table.c.ref.in_(set(refs)))
    rows = conn.execute(sa.select(table).where(named)).mappings()
    return {row["ref"]: read_as(SealedIdentity, row) for row in rows}


def cases_reported_by(conn: sa.Connection, town: str, ref: str) -> list[str]:
    """Return the ids of the cases that a person reported in a town."""
    table = tables.cases
    return list(conn.scalars(sa.select(table.c.id).where(table.c.town == town, table.c.reporter == ref)))


def edition_number(conn: sa.Connection, edition: str) -> int | None:
    """Return the number of an edition."""
    table = tables.flow.editions
    found: int | None = conn.scalar(sa.select(table.c.number).where(table.c.edition == edition))
    return found
