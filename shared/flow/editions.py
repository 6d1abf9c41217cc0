"""A service's copy of editions and calendars: fed by the registry's messages, compiled once, kept by hash.

Decides that no other edition is taken in the place of one that is not here yet. Must not know what packs say.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.contracts.messages import CalendarPublished, EditionPublished, TokenChanged
from shared.db.driver import KeptQuery
from shared.db.work import Work
from shared.flow.service import Handler, TryLater
from shared.flow.shelf import Shelf
from shared.rules.case.timing import AmendedDays
from shared.rules.pack.alike import PackKinds
from shared.rules.pack.build.templates import TemplateCache
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_published

MEGABYTE = 2**20


class PackCache:
    """Packs by edition, built on first use and bounded in room; shared by all threads of a process.

    It may be shared since an edition is known by the hash of its files and a pack never changes: what is found here can
    not be out of date. Two threads that meet may build one pack twice, and either is right.

    What is equal in two packs is kept once (`alike`), so that thousands of towns on a template are at hand. Of those
    that are not, the longest unused are folded: to a tenth of the room, and unfolded in a tenth of the time that
    building anew would take (`folding`).

    Args:
        at_hand: bytes of packs that are kept at hand.
        folded: bytes of more of them, kept folded; beyond that the longest unused are built anew from the store's
            files.
    """

    def __init__(self, at_hand: int = 64 * MEGABYTE, folded: int = 32 * MEGABYTE) -> None:
        self._shelf = Shelf(at_hand, folded)
        self._kinds = PackKinds()
        self._templates = TemplateCache()

    def of(self, work: Work | sa.Connection, flow_editions: sa.Table, edition: str) -> Pack:
        """Return the pack of an edition.

        Args:
            work: by which the store is asked when the pack is not here yet.
            flow_editions: the store's table of editions.
            edition: content hash.

        Raises:
            TryLater: this service does not have the edition yet; no other is used in its place.
        """
        return self._shelf.find(edition) or self._built(work, flow_editions, edition)

    def put(self, edition: str, pack: Pack) -> None:
        """Keep a pack under its edition, in place of what would be built from the edition's files."""
        self._shelf.put(edition, pack)

    def with_it_goes(self, forget: Callable[[Pack], None]) -> None:
        """Say what is to be done when a pack is at hand no longer: what was worked out of it holds it in memory.

        Args:
            forget: must not ask for packs.
        """
        self._shelf.listeners.append(forget)

    def _built(self, work: Work | sa.Connection, flow_editions: sa.Table, edition: str) -> Pack:
        conn = work.conn if isinstance(work, Work) else work
        row = conn.execute(
            sa.select(flow_editions.c.town, flow_editions.c.files).where(flow_editions.c.edition == edition)
        ).one_or_none()
        if row is None:
            raise TryLater("missing-edition", edition)
        pack = build_published(row.files, row.town, self._templates)
        kind = self._kinds.of(pack, row.files)
        pack = kind.joined(pack)
        self._shelf.put(edition, pack, kind)
        return pack


def current_edition(conn: sa.Connection, editions: sa.Table, town: str, at: datetime) -> str | None:
    """Return the edition in force in a town at an instant: the one that took effect last.

    Args:
        editions: the store's table of editions.
        at: aware.

    Returns:
        Its content hash; None: none has taken effect yet, or this service has not heard of it.
    """
    found: str | None = _in_force(editions).value(conn, of_town=town, now=at)
    return found


@cache
def _in_force(editions: sa.Table) -> KeptQuery:
    """The edition that took effect last; of two at one instant the one with the higher number."""
    return KeptQuery(
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
    found: AmendedDays | None = _days(calendars).value(conn, of_town=town)
    return found


@cache
def _days(calendars: sa.Table) -> KeptQuery:
    return KeptQuery(sa.select(calendars.c.days).where(calendars.c.town == sa.bindparam("of_town")))


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
