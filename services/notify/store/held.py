"""Notices that wait to be told, and those that were told in one message with others.

Decides which worker tells what: one that holds the first notice of a message, and then all of it. Must not know when a
notice may be told: `due_at` is given.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict

from services.notify.domain.attempts import DeliveryState
from services.notify.domain.gathering import MOST_TOGETHER
from services.notify.domain.notification import Notification, StoredNotification
from services.notify.store.tables import HELD, held_notices
from shared.db.work import Work
from shared.kernel.subject import SubjectKind
from shared.kernel.texts import Text
from shared.rules.case.telling import Held, HeldBy

_id, _told_in = held_notices.c.notice, held_notices.c.told_in
_waits = sa.text(HELD)  # by the letter, as the partial indexes have it
_NOTHING = Text("", "")


class SqlHeld:
    """Keeps what waits until it is due."""

    def add(
        self, work: Work, stored: StoredNotification, held: Held, goes_with: str | None
    ) -> StoredNotification:
        """Have a notice wait; rows go out in bulk at the commit.

        Args:
            goes_with: equal for notices that are told together; None: it is told alone.

        Returns:
            The notice as it waits.
        """
        work.rows(held_notices).add(asdict(_row_of(stored, held.until, held.by, goes_with)))
        return replace(stored, state=DeliveryState.HELD, held_by=held.by, due_at=held.until)

    def has_due(self, conn: sa.Connection, now: datetime) -> bool:
        """Tell whether there is anything to tell; asked often, so it locks nothing."""
        return bool(conn.scalar(sa.select(sa.exists().where(_waits, held_notices.c.due_at <= now))))

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return when the next notice is due."""
        first = sa.select(held_notices.c.due_at).where(_waits).order_by(held_notices.c.due_at).limit(1)
        found: datetime | None = conn.scalar(first)
        return found

    def due(self, work: Work, now: datetime, limit: int) -> list[list[StoredNotification]]:
        """Return what is due, message by message, locked: those of one message all, however many `limit` says.

        Of several workers each gets other messages: the first notice of a message is what they meet at.
        """
        goes_with, due_at = held_notices.c.goes_with, held_notices.c.due_at
        firsts = work.conn.scalars(
            sa.select(sa.func.min(_id)).where(_waits, due_at <= now).group_by(goes_with, due_at)
            .order_by(due_at, goes_with).limit(limit)
        ).all()  # fmt: skip
        held = work.conn.execute(
            sa.select(goes_with, due_at).where(_id.in_(firsts), _waits)
            .order_by(_id).with_for_update(skip_locked=True)
        ).all()  # fmt: skip
        found: list[list[StoredNotification]] = []
        for message in held:
            if sum(map(len, found)) >= MOST_TOGETHER:
                break  # the rest is found at the next look; a transaction of many thousands would lock for long
            found.append(self._members(work, message.goes_with, message.due_at))
        return [notices for notices in found if notices]

    def tell(self, work: Work, notices: Sequence[StoredNotification], message: str) -> None:
        """Note that notices wait no longer: a message has told them."""
        ids = [each.id for each in notices]
        work.conn.execute(sa.update(held_notices).where(_id.in_(ids)).values(told_in=message))

    def _members(self, work: Work, goes_with: str, due_at: datetime) -> list[StoredNotification]:
        # Waited for and not skipped: whoever comes late with a notice of this message must not be told beside it twice.
        found = work.conn.execute(
            sa.select(held_notices)
            .where(held_notices.c.goes_with == goes_with, held_notices.c.due_at == due_at, _waits)
            .order_by(_id).limit(MOST_TOGETHER).with_for_update()
        )  # fmt: skip
        return [_held_of(_Row(*row)) for row in found]


def with_gathered(conn: sa.Connection, stored: Iterable[StoredNotification]) -> list[StoredNotification]:
    """Return notifications, those that tell several notices together with these."""
    found = list(stored)
    told = notices_in(conn, [each.id for each in found if each.is_gathering])
    return [replace(each, gathered=told.get(each.id, ())) for each in found]


def notices_in(conn: sa.Connection, messages: Sequence[str]) -> Mapping[str, tuple[StoredNotification, ...]]:
    """Return the notices that had waited until these messages told them, by message."""
    if not messages:
        return {}
    asked = (
        sa.select(held_notices).where(_told_in.in_(messages), _told_in.is_not(None)).order_by(_told_in, _id)
    )
    rows = [_Row(*row) for row in conn.execute(asked)]
    by_message = {
        message: tuple(map(_held_of, told)) for message, told in groupby(rows, lambda row: row.told_in or "")
    }
    return {
        message: tuple(replace(each, together=len(told)) for each in told)
        for message, told in by_message.items()
    }


class _Row(Struct, frozen=True):
    """A row of `held_notices`, its fields in the order of the columns."""

    notice: str
    town: str
    subject_id: str
    subject_kind: str
    number: str
    edition: str | None
    goes_with: str
    due_at: datetime
    held_by: str
    made_at: datetime
    told: Notification
    text_zh: str
    text_en: str
    told_in: str | None


def _row_of(stored: StoredNotification, due_at: datetime, held_by: HeldBy, goes_with: str | None) -> _Row:
    told, subject = stored.notification, stored.subject
    return _Row(
        notice=stored.id,
        town=stored.town,
        subject_id=subject.id if subject else "",
        subject_kind=(subject.kind if subject else SubjectKind.CASE).value,
        number=stored.number,
        edition=stored.edition,
        goes_with=goes_with or stored.id,
        due_at=due_at,
        held_by=held_by.value,
        made_at=stored.made_at,
        told=replace(told, text=_NOTHING),
        text_zh=told.text.zh,
        text_en=told.text.en,
        told_in=None,
    )


def _held_of(row: _Row) -> StoredNotification:
    return StoredNotification(
        id=row.notice,
        notification=replace(row.told, text=Text(row.text_zh, row.text_en)),
        town=row.town,
        number=row.number,
        edition=row.edition,
        state=DeliveryState.HELD,
        made_at=row.made_at,
        held_by=HeldBy(row.held_by),
        due_at=row.due_at,
    )
