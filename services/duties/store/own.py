"""What posts owe now, and what was begun for them and is not finished: a day's reading, bounded and along indexes."""

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa

from services.duties.domain.occurrence import KeptOccurrence, KeptState
from services.duties.domain.record import KeptRecord
from services.duties.store.occurrences import occurrence_of
from services.duties.store.tables import occurrences, records
from services.duties.store.typed import typed

LATEST = 100  # records of a post among which the unfinished are looked for


def owed_now(
    conn: sa.Connection, town: str, posts: Collection[str], duties: Collection[str], since: date, limit: int
) -> Sequence[KeptOccurrence]:
    """Return what has opened and is not met, by its day: of some posts, and of some duties whoever owes them.

    Args:
        since: the first day looked at; what was missed before is the office's to look up.
    """
    c = occurrences.c
    base = (c.town == town, c.held_on >= since.isoformat(), c.state == KeptState.OPEN.value)
    found: dict[str, KeptOccurrence] = {}
    for way in (c.post.in_(sorted(posts)), c.duty.in_(sorted(duties))):
        wanted = sa.select(occurrences).where(*base, way).order_by(c.held_on, c.id).limit(limit)
        found |= {each.id: each for each in map(occurrence_of, conn.execute(wanted).mappings())}
    return sorted(found.values(), key=lambda each: (str(each.on), each.id))[:limit]


def begun(conn: sa.Connection, town: str, posts: Collection[str]) -> Sequence[KeptRecord]:
    """Return records of some posts that were begun and never finished, the newest first."""
    c = records.c
    found: list[KeptRecord] = []
    for post in sorted(posts):
        latest = sa.select(records).where(c.town == town, c.post == post).order_by(c.id.desc()).limit(LATEST)
        known = [typed(row, KeptRecord) for row in conn.execute(latest).mappings()]
        corrected = {record.corrects for record in known}
        found += [record for record in known if not record.is_finished and record.id not in corrected]
    return sorted(found, key=lambda record: record.id, reverse=True)
