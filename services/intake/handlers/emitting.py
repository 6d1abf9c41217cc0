"""What intake says of a case: on the case's own stream, each message counted on the case."""

from collections.abc import Mapping

from msgspec import Struct

from services.intake.domain.case import Case, snapshot_of
from shared.contracts.messages import Actor, AlarmRaised, CaseAdmitted
from shared.contracts.messages.cases import with_snapshot
from shared.db.work import Work
from shared.rules.decide.answers import Answers


def emit(work: Work, case: Case, type_: str, body: Struct) -> None:
    """Say something on the case's stream, and count: an answer will be held against its question.

    Must not be left out by anybody who says something on this stream: `case.messages` is the sequence of the message
    said last, by which routing's answer names its question.
    """
    case.messages += 1
    work.emit(type_, body, stream=case.id, town=case.town, edition=case.edition)


def emit_admitted(work: Work, case: Case, by: Actor, *, silent: bool = False) -> None:
    """Say that there is a case now.

    Args:
        silent: it happened before the case came here: nobody is told of it.
    """
    admitted = with_snapshot(
        CaseAdmitted,
        snapshot_of(case),
        case=case.id,
        number=case.number,
        reported_at=case.reported_at,
        by=by,
        silent=silent,
    )
    emit(work, case, "case.admitted", admitted)


def raise_alarm(work: Work, case: Case, code: str, detail: Mapping[str, str | Answers | None]) -> None:
    """Have the operator hear of something about a case that the platform can't do by itself.

    Args:
        detail: terms of the alarm's sentence, by name.
    """
    emit(work, case, "alarm.raised", AlarmRaised(code=code, case=case.id, detail=dict(detail), at=work.at))
