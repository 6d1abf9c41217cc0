"""Links by which a calendar reads what concerns a unit: good until somebody revokes them, and for nothing else.

Decides what is kept: of each the hash of its secret, never the secret. What a calendar is shown its service says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from shared.db.confinement import ASKED, of_town
from shared.db.flow_tables import OUTLIVES_CASES
from shared.db.types import Instant
from shared.db.work import Work
from shared.kernel.texts import Language

MOST = 200  # links that are listed, the newest: whoever has more revokes some


@dataclass(frozen=True, slots=True)
class CalendarLink:
    """A link as it is kept; the secret in it was shown once.

    Args:
        reference: names it, and opens nothing.
        unit: whom what it shows concerns.
        language: of what stands in the calendar, which asks in none.
        made_by: reference of a person; None: a machine's token.
    """

    reference: str
    town: str
    unit: str
    language: Language
    made_at: datetime
    made_by: str | None
    revoked_at: datetime | None = None


def calendar_links_table(metadata: sa.MetaData) -> sa.Table:
    """Return the table of a service's links."""
    return sa.Table(
        "calendar_links",
        metadata,
        sa.Column("reference", sa.String, primary_key=True),
        sa.Column("town", sa.String, nullable=False),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("secret_hash", sa.String, nullable=False, unique=True),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("made_by", sa.String),  # a reference
        sa.Column("revoked_at", Instant),
        sa.Index("calendar_links_of_town", "town", "unit", "reference"),
        info={ASKED: of_town("select", "insert", "update"), OUTLIVES_CASES: True},
    )


@dataclass(frozen=True, slots=True)
class CalendarLinks:
    """A service's links."""

    table: sa.Table

    def add(self, work: Work, link: CalendarLink, secret_hash: str) -> None:
        """Keep a link."""
        row = {name: getattr(link, name) for name in CalendarLink.__slots__}
        work.conn.execute(sa.insert(self.table).values(**row, secret_hash=secret_hash))

    def revoke(self, work: Work, town: str, unit: str | None, reference: str) -> bool:
        """Revoke a link; return whether there was one that was good.

        Args:
            unit: whose link it must be; None: any.
        """
        wanted = (*self._good(town, unit), self.table.c.reference == reference)
        revoked = sa.update(self.table).where(*wanted).values(revoked_at=work.at)
        return bool(work.conn.execute(revoked).rowcount)

    def good(self, conn: sa.Connection, town: str, unit: str | None) -> Sequence[CalendarLink]:
        """Return links that are good, the newest first."""
        wanted = sa.select(self.table).where(*self._good(town, unit))
        found = conn.execute(wanted.order_by(self.table.c.reference.desc()).limit(MOST))
        return [_link(row) for row in found]

    def opened(self, conn: sa.Connection, town: str, secret_hash: str) -> CalendarLink | None:
        """Return the link that a secret opens; None also where it was revoked, or is another town's."""
        wanted = (*self._good(town, None), self.table.c.secret_hash == secret_hash)
        row = conn.execute(sa.select(self.table).where(*wanted)).one_or_none()
        return _link(row) if row else None

    def _good(self, town: str, unit: str | None) -> Sequence[sa.ColumnElement[bool]]:
        own = () if unit is None else (self.table.c.unit == unit,)
        return (self.table.c.town == town, self.table.c.revoked_at.is_(None), *own)


def _link(row: sa.Row[Any]) -> CalendarLink:
    return CalendarLink(**{name: getattr(row, name) for name in CalendarLink.__slots__})
