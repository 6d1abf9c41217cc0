"""A service's copy of editions and calendars: fed by the registry's messages, compiled once, kept by hash.

Decides that no other edition is taken in the place of one that is not here yet. Must not know what packs say.
"""

import threading
from collections import OrderedDict
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.contracts.messages import CalendarPublished, EditionPublished, TokenChanged
from shared.db.work import Work
from shared.flow.folding import fold, unfold
from shared.flow.service import Handler, TryLater
from shared.rules.case.timing import AmendedDays
from shared.rules.pack.build.templates import TemplateCache
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_published


class PackCache:
    """Packs by edition, built on first use and bounded in number; shared by all threads of a process.

    It may be shared since an edition is known by the hash of its files and a pack never changes: what is found here can
    not be out of date. The lock guards the order of use alone; a pack is built outside it, so that others need not wait
    (two threads that meet may build one twice, and either is right).

    Those that were not used for longest are folded: about a tenth of the room, and a tenth of the time that building
    anew would take (`folding`).

    Args:
        capacity: how many packs are kept at hand.
        folded: how many more are kept folded; beyond that the longest unused are built anew from the store's files.
    """

    def __init__(self, capacity: int = 256, folded: int = 10_000) -> None:
        self._capacity, self._most_folded = capacity, folded
        self._packs: OrderedDict[str, Pack] = OrderedDict()
        self._folded: OrderedDict[str, bytes] = OrderedDict()
        self._templates = TemplateCache()
        self._lock = threading.Lock()

    def of(self, work: Work | sa.Connection, flow_editions: sa.Table, edition: str) -> Pack:
        """Return the pack of an edition.

        Args:
            work: by which the store is asked when the pack is not here yet.
            flow_editions: the store's table of editions.
            edition: content hash.

        Raises:
            TryLater: this service does not have the edition yet; no other is used in its place.
        """
        with self._lock:
            if edition in self._packs:
                self._packs.move_to_end(edition)
                return self._packs[edition]
            folded = self._folded.get(edition)
        return self.put(edition, unfold(folded) if folded else self._built(work, flow_editions, edition))

    def _built(self, work: Work | sa.Connection, flow_editions: sa.Table, edition: str) -> Pack:
        conn = work.conn if isinstance(work, Work) else work
        row = conn.execute(
            sa.select(flow_editions.c.town, flow_editions.c.files).where(flow_editions.c.edition == edition)
        ).one_or_none()
        if row is None:
            raise TryLater("missing-edition", edition)
        return build_published(row.files, row.town, self._templates)

    def put(self, edition: str, pack: Pack) -> Pack:
        """Keep a pack under its edition, in place of what would be built from the edition's files; return it."""
        with self._lock:
            self._packs[edition] = pack
            self._packs.move_to_end(edition)
            while len(self._packs) > self._capacity:
                self._fold(*self._packs.popitem(last=False))
        return pack

    def _fold(self, edition: str, pack: Pack) -> None:
        # Once for each edition: what was unfolded stays here as well, and is as it was.
        if edition not in self._folded:
            self._folded[edition] = fold(pack)
        self._folded.move_to_end(edition)
        while len(self._folded) > self._most_folded:
            self._folded.popitem(last=False)


def current_edition(conn: sa.Connection, editions: sa.Table, town: str, at: datetime) -> str | None:
    """Return the edition in force in a town at an instant: the one that took effect last.

    Args:
        editions: the store's table of editions.
        at: aware.

    Returns:
        Its content hash; None: none has taken effect yet, or this service has not heard of it.
    """
    return conn.execute(_in_force(editions), {"of_town": town, "now": at}).scalar()


@cache
def _in_force(editions: sa.Table) -> sa.Select[Any]:
    """The edition that took effect last; of two at one instant the one with the higher number.

    Built once, since it is asked for every report.
    """
    return (
        sa.select(editions.c.edition)
        .where(editions.c.town == sa.bindparam("of_town"), editions.c.effective_at <= sa.bindparam("now"))
        .order_by(editions.c.effective_at.desc(), editions.c.number.desc())
        .limit(1)
    )


def days_of(conn: sa.Connection, calendars: sa.Table, town: str) -> AmendedDays | None:
    """Return the town's amended days as last published, or None where it has published none.

    Args:
        calendars: the store's table of calendars.
    """
    found: AmendedDays | None = conn.scalar(sa.select(calendars.c.days).where(calendars.c.town == town))
    return found


def registry_copies() -> dict[str, Handler]:
    """Return the handlers by which every service keeps what the registry says: editions, calendars, tokens.

    A service that has more to do with one of these puts a handler of its own in its place, which calls this one.
    """
    return {
        "edition.published": on_edition_published,
        "calendar.published": on_calendar_published,
        "token.changed": on_token_changed,
    }


def on_edition_published(work: Work, message: Envelope, published: EditionPublished) -> None:
    """Keep a copy of an edition: a handler of `edition.published`.

    Sent again, as after the registry's 'resend', it is the same: an edition never changes.
    """
    work.rows(work.flow.editions).put(
        {
            "edition": published.edition,
            "town": message.town,
            "number": published.number,
            "effective_at": published.effective_at,
            "files": published.files,
            "as_of": message.at,
        }
    )


def on_calendar_published(work: Work, message: Envelope, published: CalendarPublished) -> None:
    """Keep a copy of a town's amended days; an older revision never replaces a newer one, as where all is sent again.

    A handler of `calendar.published`.
    """
    rows = work.rows(work.flow.calendars)
    known = rows.get(message.town)
    if known is None or known["revision"] < published.revision:
        rows.put(
            {
                "town": message.town,
                "revision": published.revision,
                "days": published.days,
                "as_of": message.at,
            }
        )


def on_token_changed(work: Work, message: Envelope, changed: TokenChanged) -> None:
    """Keep a copy of a token's hash and scope: a handler of `token.changed`. The token itself nobody knows."""
    work.rows(work.flow.tokens).put(
        {
            "token_hash": changed.token_hash,
            "role": changed.role,
            "unit": changed.unit,
            "person": changed.person,
            "towns": list(changed.towns),
            "revoked": changed.revoked,
            "valid_until": changed.valid_until,
            "as_of": message.at,
        }
    )
