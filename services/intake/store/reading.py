"""Reading one case with all that hangs on it. What the viewer may not see is not found."""

from collections.abc import Collection, Iterable, Mapping
from functools import cache, lru_cache, partial
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
from shared.db.driver import KeptQuery
from shared.db.looking import asked_of_each
from shared.kernel.roles import Viewer
from shared.kernel.subject import case_subject
from shared.rules.case.snapshot import CaseState, LinkDirection

S = TypeVar("S", bound=Struct)


def find_case(conn: sa.Connection, viewer: Viewer, key: str) -> Case | None:
    """Return the case with this id or number, if the viewer may see it."""
    row = conn.execute(_case_for(viewer), {"named": key}).mappings().one_or_none()
    return case_of(row) if row else None


@lru_cache(maxsize=256)  # whoever has asked lately asks again
def _case_for(viewer: Viewer) -> sa.Select[Any]:
    named: sa.BindParameter[str] = sa.bindparam("named")
    # With its town: no index has numbers alone, and by one half of an 'or' without an index every case would be read.
    numbered = sa.and_(tables.cases.c.town == viewer.town, tables.cases.c.number == named)
    wanted = sa.or_(tables.cases.c.id == named, numbered)
    return sa.select(tables.cases).where(wanted, asked_of_each(visible(viewer)))


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


def history_of(conn: sa.Connection, case: str) -> list[HistoryEntry]:
    """Return the case's history in its order."""
    return _HISTORY.made(conn, entry_of, case=case)


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
    return _CLOCKS.made(conn, clock_copy_of, case=case)


def notices_of(conn: sa.Connection, case: str) -> list[NoticeCopy]:
    """Return the copies of a case's notifications."""
    return _of_case(conn, tables.notices, NoticeCopy, case)


def files_of(conn: sa.Connection, case: str) -> list[AttachedFile]:
    """Return a case's attached files, without their contents."""
    return _of_case(conn, tables.attachments, AttachedFile, case)


def _of_case(conn: sa.Connection, table: sa.Table, shape: type[S], case: str) -> list[S]:
    return _rows_of_case(table).made(conn, partial(read_as, shape), case=case)


# Built once, as all that is asked for every case that is shown: to build a statement costs more than to run it.
@cache
def _rows_of_case(table: sa.Table, *order: str) -> KeptQuery:
    columns = [table.c[name] for name in order] or table.primary_key.columns
    return KeptQuery(sa.select(table).where(table.c.case_id == sa.bindparam("case")).order_by(*columns))


_HISTORY = _rows_of_case(tables.history, "n")
_CLOCKS = _rows_of_case(tables.clocks, "first_heard", "id")


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
    found: int | None = _EDITION_NUMBER.value(conn, of_edition=edition)
    return found


_EDITION_NUMBER = KeptQuery(
    sa.select(tables.flow.editions.c.number).where(
        tables.flow.editions.c.edition == sa.bindparam("of_edition")
    )
)
