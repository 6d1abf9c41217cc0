"""Keeping calendar links: of each the hash of its secret, never the secret."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.sla.domain.calendar_links import CalendarLink
from services.sla.store.tables import calendar_links
from shared.db.work import Work

MOST = 200  # links that are listed, the newest: whoever has more revokes some
_GOOD = calendar_links.c.revoked_at.is_(None)


def add_link(work: Work, link: CalendarLink, secret_hash: str) -> None:
    """Keep a link."""
    row = {name: getattr(link, name) for name in CalendarLink.__slots__}
    work.conn.execute(sa.insert(calendar_links).values(**row, secret_hash=secret_hash))


def revoke_link(work: Work, town: str, unit: str | None, reference: str) -> bool:
    """Revoke a link; return whether there was one that was good.

    Args:
        unit: whose link it must be; None: any.
    """
    wanted = [calendar_links.c.town == town, calendar_links.c.reference == reference, _GOOD]
    own = [] if unit is None else [calendar_links.c.unit == unit]
    revoked = sa.update(calendar_links).where(*wanted, *own).values(revoked_at=work.at)
    return bool(work.conn.execute(revoked).rowcount)


def good_links(conn: sa.Connection, town: str, unit: str | None) -> Sequence[CalendarLink]:
    """Return links that are good, the newest first."""
    own = [] if unit is None else [calendar_links.c.unit == unit]
    wanted = sa.select(calendar_links).where(calendar_links.c.town == town, _GOOD, *own)
    return [
        _link(row) for row in conn.execute(wanted.order_by(calendar_links.c.reference.desc()).limit(MOST))
    ]


def find_link(conn: sa.Connection, town: str, secret_hash: str) -> CalendarLink | None:
    """Return the link that a secret opens; None also where it was revoked, or is another town's."""
    wanted = (calendar_links.c.town == town, calendar_links.c.secret_hash == secret_hash, _GOOD)
    row = conn.execute(sa.select(calendar_links).where(*wanted)).one_or_none()
    return _link(row) if row else None


def _link(row: sa.Row[Any]) -> CalendarLink:
    return CalendarLink(**{name: getattr(row, name) for name in CalendarLink.__slots__})
