"""Whether what arrives was said by whom it names: telling forged messages from genuine ones, and keeping them apart.

Decides what becomes of a message whose signature is not its source's: a parked row and an alarm, and never a handler.
Must not know how frames are signed (`contracts.signatures`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
import structlog

from shared.contracts.envelope import Envelope, decode
from shared.contracts.signatures import Authenticity, Signer
from shared.db.store import Store
from shared.flow.alarms import FORGED, alarm_about_messages
from shared.flow.inbox import new_row
from shared.kernel.clock import SystemClock, TimeSource

log = structlog.get_logger()
JUDGED_AT_ONCE = 1000
NOT_GENUINE = {
    Authenticity.FORGED: "bad-signature",
    Authenticity.UNSIGNED: "unsigned",
}  # reasons of inbox rows


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as it came: decoded, and the bytes that it was decoded from."""

    message: Envelope
    frame: bytes


@dataclass(frozen=True, slots=True)
class Signatures:
    """The signatures of a house's services.

    Args:
        own: signs what this service says.
        known: by service, who signed what it says.
        unsigned_until: until when messages without a signature are taken, as those of a version before are; None: none.
        clock: real time, by which that is judged.
    """

    own: Signer
    known: Mapping[str, Signer]
    unsigned_until: datetime | None = None
    clock: TimeSource = field(default_factory=SystemClock)

    def reason_against(self, arrived: Arrived) -> str | None:
        """Return why a message is not to be believed; None: it is its source's."""
        signer = self.known.get(arrived.message.source)
        found = signer.judge(arrived.frame) if signer else Authenticity.FORGED
        if found is Authenticity.UNSIGNED and self._takes_unsigned():
            return None
        return NOT_GENUINE.get(found)

    def _takes_unsigned(self) -> bool:
        return self.unsigned_until is not None and self.clock.now() < self.unsigned_until


def park(store: Store, forged: Sequence[tuple[Arrived, str]]) -> None:
    """Park messages that are not to be believed, and alarm the engineers; their streams wait for the genuine ones.

    Args:
        forged: with the reason against each.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the store is away.
    """
    with store.begin() as work:
        inbox = work.rows(store.flow.inbox)
        for arrived, reason in forged:
            message = arrived.message
            log.error(
                "forged-message", reason=reason, source=message.source, type=message.type, id=message.id
            )
            # What is here under that id already, a genuine message perhaps, stays as it is.
            if inbox.get((message.source, message.id)) is None:
                inbox.put(
                    {**new_row(message, work.at), "state": "parked", "reason": reason, "frame": arrived.frame}
                )
        for source, type_ in sorted({(came.message.source, came.message.type) for came, _ in forged}):
            detail = {"source": source, "type": type_, "service": store.service}
            alarm_about_messages(work, FORGED, detail)


class _Parked(NamedTuple):
    source: str
    id: str
    frame: bytes


def judge_again(store: Store, signatures: Signatures, limit: int = JUDGED_AT_ONCE) -> int:
    """Have parked messages taken that are genuine by what is known now; return how many.

    A process that has the house's new secret may speak to one that was not started anew yet: that one can't know who
    spoke, and parks it. Nothing else frees such a message, no command either.

    Args:
        limit: rows read at once.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the store is away.
    """
    freed, after = 0, ("", "")
    while parked := _parked_after(store, after, limit):
        genuine = [
            (letter.source, letter.id)
            for letter in parked
            if signatures.reason_against(Arrived(decode(letter.frame), letter.frame)) is None
        ]
        freed += _free(store, genuine, signatures.clock)
        after = (parked[-1].source, parked[-1].id)
    return freed


def _parked_after(store: Store, after: tuple[str, str], limit: int) -> list[_Parked]:
    inbox = store.flow.inbox
    key = (inbox.c.source, inbox.c.message_id)
    wanted = (
        sa.select(*key, inbox.c.frame)
        .where(inbox.c.state == "parked", inbox.c.reason.in_(NOT_GENUINE.values()), sa.tuple_(*key) > after)
        .order_by(*key)
        .limit(limit)
    )
    with store.read() as conn:
        return [_Parked(*row) for row in conn.execute(wanted)]


def _free(store: Store, keys: Sequence[tuple[str, str]], clock: TimeSource) -> int:
    """Put messages off until now: who takes what was put off takes them, in the order of their streams."""
    if not keys:
        return 0
    inbox = store.flow.inbox
    # One that has come once more meanwhile, and been taken, is parked no longer.
    parked = sa.and_(sa.tuple_(inbox.c.source, inbox.c.message_id).in_(keys), inbox.c.state == "parked")
    again = {"state": "later", "reason": None, "retry_at": clock.now()}
    with store.begin() as work:
        return work.conn.execute(sa.update(inbox).where(parked).values(again)).rowcount
