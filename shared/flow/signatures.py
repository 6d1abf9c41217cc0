"""Whether what arrives was said by whom it names: telling forged messages from genuine ones, and keeping them apart.

Decides what becomes of a message whose signature is not its source's: a parked row and an alarm, and never a handler.
Must not know how frames are signed (`contracts.signatures`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from shared.contracts.envelope import Envelope
from shared.contracts.messages import AlarmRaised
from shared.contracts.signatures import Authenticity, Signer
from shared.db.store import Store
from shared.flow.inbox import new_row
from shared.kernel.clock import SystemClock, TimeSource

log = structlog.get_logger()
ALARM = "forged-message"
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
            alarm = AlarmRaised(code=ALARM, detail=detail, at=work.at)
            work.emit("alarm.raised", alarm, stream=f"alarm/{store.service}", town="*")
