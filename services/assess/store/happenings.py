"""Happenings as they are kept, and as figures read them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.assess.domain.happening import CountedCase, KeptEvent
from services.assess.store.tables import CORRECTING, cases, happenings
from shared.db.work import Work
from shared.rules.assess import Tallied
from shared.rules.pack.model import TallyKind

_CASE = tuple(each.name for each in fields(CountedCase))
_NAMES = tuple(each.name for each in fields(KeptEvent))


class SqlHappenings:
    """Keeps what happened; the same thing heard again is the same row."""

    def keep(self, work: Work, happening: KeptEvent) -> None:
        """Keep a thing as it stands now."""
        work.rows(happenings).put(
            {**{name: getattr(happening, name) for name in _NAMES}, "facts": dict(happening.facts)}
        )

    def find(self, work: Work, key: str) -> KeptEvent | None:
        """Return what is kept under an id."""
        row = work.rows(happenings).get(key)
        return _happening(row) if row is not None else None

    def keep_case(self, work: Work, case: CountedCase) -> None:
        """Keep what a case is counted under."""
        work.rows(cases).put({name: getattr(case, name) for name in _CASE})

    def case(self, work: Work, key: str) -> CountedCase | None:
        """Return what a case is counted under."""
        row = work.rows(cases).get(key)
        return CountedCase(**row) if row is not None else None


def counted_rows(
    conn: sa.Connection,
    town: str,
    kinds: Collection[TallyKind],
    begin: datetime,
    end: datetime,
    now: datetime,
) -> Iterator[Tallied]:
    """Yield what of some kinds can be counted in a time; of cases also what began before and is not over.

    Args:
        now: as of when: an occurrence that nobody has met by then is missing.
    """
    h = happenings.c
    place = sa.func.coalesce(cases.c.place, h.place).label("place")
    category = sa.func.coalesce(cases.c.category, h.category).label("category")
    until = sa.case((h.name == "reported", cases.c.ended_at), else_=h.until).label("until")
    imported = sa.or_(h.is_imported, sa.func.coalesce(cases.c.is_imported, sa.false())).label("is_imported")
    others = [h[name] for name in _NAMES if name not in ("place", "category", "until", "is_imported")]
    asked = (
        sa.select(*others, place, category, until, imported)
        .select_from(happenings.outerjoin(cases, cases.c.id == h.subject))
        .where(h.town == town, h.kind.in_(sorted(kinds)), h.at < end, h.at >= begin)
        .order_by(h.at, h.id)
    )
    rows = [_happening(row._mapping) for row in conn.execute(asked)]
    corrected = set(conn.scalars(sa.select(h.corrects).where(h.town == town, sa.text(CORRECTING))))
    for row in rows:
        counted = row.counted(now) if row.ref not in corrected else None
        if counted is not None:
            yield counted


@dataclass(frozen=True, slots=True)
class KeptThing:
    """A thing that a figure rests on.

    Args:
        case: the case that it is, or is of.
        row: what is kept of it; of a case how it began.
    """

    ref: str
    case: str | None
    row: KeptEvent


def things_of(conn: sa.Connection, town: str, kind: TallyKind, refs: Sequence[str]) -> list[KeptThing]:
    """Return what is kept of things of a kind, in the order of their references."""
    ends = "/reported" if kind is TallyKind.CASE else ""
    ids = [f"{kind.value}/{ref}{ends}" for ref in refs]
    h = happenings.c
    place = sa.func.coalesce(cases.c.place, h.place).label("place")
    category = sa.func.coalesce(cases.c.category, h.category).label("category")
    others = [h[name] for name in _NAMES if name not in ("place", "category")]
    asked = (
        sa.select(*others, place, category)
        .select_from(happenings.outerjoin(cases, cases.c.id == h.subject))
        .where(h.town == town, h.id.in_(ids))
        .order_by(h.ref)
    )
    found = [_happening(row._mapping) for row in conn.execute(asked)]
    return [KeptThing(row.ref, row.subject, row) for row in found]


def _happening(row: Any) -> KeptEvent:
    said = {name: row[name] for name in _NAMES}
    return KeptEvent(**{**said, "kind": TallyKind(said["kind"])})
