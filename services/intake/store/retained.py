"""What of an ended case is still here: noted when it ends, forgotten when it runs again.

Decides from when a period counts: from the milestone by which the case ended, also where that was before it came here.
"""

from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from services.intake.domain.case import Case
from services.intake.domain.milestones import ENDED
from services.intake.store.rows import read_as, row_of
from services.intake.store.tables import cases, retained
from shared.db.work import Work
from shared.rules.pack.model import DataClass


def ended_at(case: Case, at: datetime) -> datetime | None:
    """Return when a case came to its present end; None while it goes on.

    Args:
        at: stands in for the milestone of a case that has none.
    """
    if case.state not in ENDED:
        return None
    return max(
        (mark.at for name, mark in case.milestones.items() if name in ENDED and mark.stands), default=at
    )


class HeldData(Struct, frozen=True, kw_only=True):
    """Which classes of a case's data are still here; each is a field of its own, as it is a column.

    Args:
        ended_at: None: the case runs again.
    """

    case_id: str
    town: str
    ended_at: datetime | None
    identities: bool = True
    texts: bool = True
    attachments: bool = True
    deliveries: bool = True

    def has(self, data: DataClass) -> bool:
        """Tell whether a class of data is still here."""
        return bool(getattr(self, data.value))

    def changed(self, data: DataClass, *, is_here: bool) -> "HeldData":
        """Return it with one class come or gone."""
        return replace(self, **{data.value: is_here})


def held(work: Work, case: str) -> HeldData | None:
    """Return what of a case is still here; None: it never ended."""
    row = work.rows(retained).get(case)
    return read_as(HeldData, row) if row else None


def has_identities(conn: sa.Connection, case: str) -> bool:
    """Tell whether who reported a case is still known here, or would be if somebody had said so."""
    erased = sa.select(retained.c.case_id).where(retained.c.case_id == case, sa.not_(retained.c.identities))
    return not conn.scalar(sa.select(erased.exists()))


def keep_held(work: Work, data: HeldData) -> None:
    """Keep what of a case is still here."""
    work.rows(retained).put(row_of(data))


def was_over(work: Work, case: str) -> bool:
    """Tell whether a case had ended as this transaction knows it until now."""
    row = work.rows(cases).get(case)
    return row is not None and row[cases.c.state.name] in ENDED


def note_end(work: Work, case: Case) -> None:
    """Note that all of an ended case is here, or that the case runs again."""
    # Nobody heard of a draft: of one that was dismissed nobody was told anything.
    told = case.messages > 0
    ended = ended_at(case, work.at)
    keep_held(work, HeldData(case_id=case.id, town=case.town, ended_at=ended, deliveries=told))


def note_delivery(work: Work, case: Case) -> None:
    """Note that somebody was told of an ended case: what is told after an erasure is erased by the next one."""
    known = held(work, case.id)
    if known is None:
        note_end(work, case)
    elif known.ended_at is not None and not known.deliveries:
        keep_held(work, known.changed(DataClass.DELIVERIES, is_here=True))
