"""A service's copy of editions and calendars: fed by the registry's messages, compiled once, kept by hash."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.db.work import Work
from shared.flow.service import TryLater
from shared.kernel.instants import parse_instant
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack


class PackShelf:
    """Packs by edition, compiled on first use and bounded in number."""

    def __init__(self, capacity: int = 256) -> None:
        self._capacity = capacity
        self._packs: OrderedDict[str, Pack] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, work: Work | sa.Connection, flow_editions: sa.Table, edition: str) -> Pack:
        """Return the pack of an edition.

        Raises:
            TryLater: this service does not have the edition yet; no other is used in its place.
        """
        with self._lock:
            if edition in self._packs:
                self._packs.move_to_end(edition)
                return self._packs[edition]
        conn = work.conn if isinstance(work, Work) else work
        row = conn.execute(
            sa.select(flow_editions.c.town, flow_editions.c.files).where(flow_editions.c.edition == edition)
        ).one_or_none()
        if row is None:
            raise TryLater("missing-edition", edition)
        return self.put(edition, build_pack(row.files, row.town))

    def put(self, edition: str, pack: Pack) -> Pack:
        """Keep a pack under its edition, in place of what would be compiled from the edition's files."""
        with self._lock:
            self._packs[edition] = pack
            while len(self._packs) > self._capacity:
                self._packs.popitem(last=False)
        return pack


def current_edition(conn: sa.Connection, editions: sa.Table, town: str, at: datetime) -> str | None:
    """Return the edition in force in a town at an instant: the one that took effect last."""
    return conn.execute(_in_force(editions), {"of_town": town, "now": at}).scalar()


@cache
def _in_force(editions: sa.Table) -> sa.Select[Any]:
    """Built once: it is asked for every report."""
    return (
        sa.select(editions.c.edition)
        .where(editions.c.town == sa.bindparam("of_town"), editions.c.effective_at <= sa.bindparam("now"))
        .order_by(editions.c.effective_at.desc(), editions.c.number.desc())
        .limit(1)
    )


def days_of(conn: sa.Connection, calendars: sa.Table, town: str) -> Mapping[str, Any] | None:
    """Return the town's amended days, as `calendar.published` gave them, or None."""
    found: Mapping[str, Any] | None = conn.scalar(sa.select(calendars.c.days).where(calendars.c.town == town))
    return found


def on_edition_published(work: Work, message: Envelope) -> None:
    """Keep a copy of an edition."""
    data = message.data
    rows = work.rows(work.flow.editions)
    rows.put(
        {
            "edition": data["edition"],
            "town": message.town,
            "number": data["number"],
            "effective_at": parse_instant(data["effective_at"]),
            "files": data["files"],
            "as_of": message.at,
        }
    )


def on_calendar_published(work: Work, message: Envelope) -> None:
    """Keep a copy of a town's amended days; an older revision never replaces a newer one."""
    rows = work.rows(work.flow.calendars)
    known = rows.get(message.town)
    if known is None or known["revision"] < message.data["revision"]:
        rows.put(
            {
                "town": message.town,
                "revision": message.data["revision"],
                "days": {key: message.data[key] for key in ("revision", "holidays", "make_up", "years")},
                "as_of": message.at,
            }
        )


def on_token_changed(work: Work, message: Envelope) -> None:
    """Keep a copy of a token's hash and scope."""
    data = message.data
    until = data.get("valid_until")
    work.rows(work.flow.tokens).put(
        {
            "token_hash": data["token_hash"],
            "role": data["role"],
            "unit": data.get("unit"),
            "person": data.get("person"),
            "towns": data["towns"],
            "revoked": data["revoked"],
            "valid_until": parse_instant(until) if until else None,
            "as_of": message.at,
        }
    )
