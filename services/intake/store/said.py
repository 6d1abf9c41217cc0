"""What intake has said of a case, read back from its outbox: messages of cases are kept for good."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from services.intake.domain.case import Case
from services.intake.domain.reliving import CaseMessage, message_of
from services.intake.store.tables import flow
from shared.contracts.bodies import body_of
from shared.contracts.envelope import Envelope, decode
from shared.contracts.messages import CaseAdmitted, CaseStep
from shared.contracts.routes import types_of

_HEARD = frozenset({*types_of(CaseAdmitted), *types_of(CaseStep)})


def said_of(conn: sa.Connection, found: Sequence[Case]) -> Mapping[str, Sequence[CaseMessage]]:
    """Return by case what intake has said that bears on its clocks, in its order.

    What was said after the case was read is left out: the two belong together. So is what the present transaction has
    not written yet.
    """
    outbox, known = flow.outbox, {case.id: case.messages for case in found}
    about = sa.select(outbox.c.stream, outbox.c.sequence, outbox.c.frame).where(
        outbox.c.stream.in_(list(known))
    )
    messages: dict[str, list[CaseMessage]] = {case: [] for case in known}
    for stream, sequence, frame in conn.execute(about.order_by(outbox.c.stream, outbox.c.sequence)):
        message = decode(frame)
        # Of alarms and work orders is said there, too: those change no clock.
        if sequence <= known[stream] and message.type in _HEARD:
            messages[stream].append(_read(message))
    return messages


def _read(message: Envelope) -> CaseMessage:
    body = body_of(message)
    assert isinstance(body, CaseAdmitted | CaseStep)
    return message_of(str(message.edition), body, message.at)
