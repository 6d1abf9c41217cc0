"""Texts of what people were told, dropped once the period of their case is over."""

from datetime import datetime

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict, replace

from services.notify.domain.attempts import ERASED, DeliveryState
from services.notify.store.tables import erased_cases, held_notices, notifications
from shared.db.work import Work
from shared.kernel.subject import SubjectKind


class ErasedCase(Struct, frozen=True):
    """A case whose texts go.

    Args:
        until_at: what was made up to then goes.
        is_open: there is still something to look for.
    """

    case_id: str
    until_at: datetime
    is_open: bool = True


class SqlErasedTexts:
    """Which cases' texts are to go, and the going."""

    def ask(self, work: Work, case: str, until: datetime) -> None:
        """Note that what was made of a case up to an instant goes; an earlier or equal word changes nothing."""
        known = self._known(work, case)
        if known is None or known.until_at < until:
            self._keep(work, ErasedCase(case, until))

    def ask_again(self, work: Work, case: str) -> None:
        """Note that something of before the erasure has come late."""
        if (known := self._known(work, case)) is not None:
            self._keep(work, replace(known, is_open=True))

    def asked(self, conn: sa.Connection, limit: int) -> list[str]:
        """Return cases that are still to be looked at."""
        return list(conn.scalars(_ASKED, {"most": limit}))

    def erase(self, work: Work, case: str) -> int:
        """Drop the texts of a case's notifications; return of how many. What is being sent goes the next time."""
        known = self._known(work, case)
        if known is None or not known.is_open:
            return 0
        which = {"case": case, "until": known.until_at}
        gone = sum(work.conn.execute(drop, which).rowcount for drop in (_DROP, _DROP_HELD, _DROP_TOLD))
        self._keep(work, replace(known, is_open=bool(work.conn.scalar(_SENDING, which))))
        return gone

    def _known(self, work: Work, case: str) -> ErasedCase | None:
        row = work.rows(erased_cases).get(case)
        return msgspec.convert(row, ErasedCase) if row else None

    def _keep(self, work: Work, case: ErasedCase) -> None:
        work.rows(erased_cases).put(asdict(case))


_ASKED = (
    sa.select(erased_cases.c.case_id)
    .where(erased_cases.c.is_open)
    .order_by(erased_cases.c.case_id)
    .limit(sa.bindparam("most"))
)
_OF_CASE = (
    notifications.c.subject_id == sa.bindparam("case"),
    # As the partial index has it.
    notifications.c.subject_id != "",
    notifications.c.subject_kind == SubjectKind.CASE.value,
    notifications.c.made_at <= sa.bindparam("until"),
)
_is_being_sent = notifications.c.state == DeliveryState.SENDING.value
# What still waits to be sent can't be: a message without words must not go out in its place.
_queued = notifications.c.state == DeliveryState.QUEUED.value
_DROP = (
    sa.update(notifications)
    .where(
        *_OF_CASE,
        sa.not_(_is_being_sent),
        sa.or_(notifications.c.text_zh != "", notifications.c.text_en != ""),
    )
    .values(
        text_zh="",
        text_en="",
        state=sa.case((_queued, DeliveryState.FAILED.value), else_=notifications.c.state),
        cause=sa.case(
            (notifications.c.state == DeliveryState.SENT.value, notifications.c.cause), else_=ERASED
        ),
        try_at=sa.null(),
    )
)
_HELD_OF_CASE = (
    held_notices.c.subject_id == sa.bindparam("case"),
    held_notices.c.subject_id != "",
    held_notices.c.subject_kind == SubjectKind.CASE.value,
    held_notices.c.made_at <= sa.bindparam("until"),
)
_DROP_HELD = sa.delete(held_notices).where(*_HELD_OF_CASE, held_notices.c.told_in.is_(None))
# Its line in the message that told it: what stands there of other cases stays.
_DROP_TOLD = (
    sa.update(held_notices)
    .where(
        *_HELD_OF_CASE,
        held_notices.c.told_in.is_not(None),
        sa.or_(held_notices.c.text_zh != "", held_notices.c.text_en != ""),
    )
    .values(text_zh="", text_en="")
)
_SENDING = sa.select(sa.exists().where(*_OF_CASE, _is_being_sent))
