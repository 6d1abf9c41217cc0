"""Whether a town takes anything new, as the registry last told it."""

from datetime import datetime

import sqlalchemy as sa

from services.intake.domain.refusal import refusal
from services.intake.store.tables import jurisdictions
from shared.db.driver import KeptQuery
from shared.kernel.instants import format_instant

SUSPENDED = "town-suspended"


def mark_suspended(conn: sa.Connection, town: str, at: datetime) -> None:
    """Have a town stand as suspended where it does not yet."""
    is_free = sa.and_(jurisdictions.c.key == town, jurisdictions.c.suspended_at.is_(None))
    conn.execute(sa.update(jurisdictions).where(is_free).values(suspended_at=at))


def refuse_suspended(conn: sa.Connection, town: str) -> None:
    """Let nothing in that would change a suspended town; what runs there is not asked.

    Raises:
        Refusal: `town-suspended`, with the instant since when.
    """
    since = _SINCE.value(conn, of_town=town)
    if since is not None:
        at = format_instant(since)
        raise refusal(SUSPENDED, {"town": town, "since": at}, town=town, since=f"{since:%Y-%m-%d %H:%M}Z")


_SINCE = KeptQuery(
    sa.select(jurisdictions.c.suspended_at).where(jurisdictions.c.key == sa.bindparam("of_town"))
)
