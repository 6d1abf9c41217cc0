"""A step's waiting time as the answer shows it: since when, until when, why, and every day that was counted."""

from typing import Any

from services.intake.domain.case import Case
from services.intake.domain.waiting import Days, begins, opening_of, said
from shared.kernel.instants import format_instant
from shared.kernel.texts import Language
from shared.rules.pack.model import Pack, Step
from shared.rules.worktime.due import describe


def waiting_view(pack: Pack, case: Case, step: Step, days: Days, reader: Language) -> dict[str, Any] | None:
    """Return from when the step may be taken, with the certificate; None where it waits for nothing."""
    waiting = step.not_before
    if waiting is None:
        return None
    found = opening_of(pack, case, step, days)
    ends = found.ends if found else None
    certificate = ends.certificate if ends else None
    return {
        "start": begins(pack, waiting).in_language(reader),
        "amount": said(waiting).in_language(reader),
        "because": list(waiting.because),
        "since": format_instant(found.since_at) if found else None,
        "at": format_instant(ends.due_at) if ends else None,
        "label": ends.label if ends else None,
        "provisional": bool(ends and ends.provisional),
        "missing_year": found.missing_year if found else None,
        "explanation": describe(certificate, reader) if certificate else [],
        "certificate": certificate,
    }
