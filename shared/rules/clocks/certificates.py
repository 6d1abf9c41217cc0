"""The certificate of a clock: how its due instant came about, whole, as plain JSON values.

Decides what stands beside the count's own certificate: the rule and its edition, the round, and everything that moved
the due instant. Must not count anything.
"""

from shared.kernel.instants import format_instant
from shared.rules.clocks.clock import Clock
from shared.rules.worktime.certificate import Certificate
from shared.rules.worktime.due import Deadline

ExtensionPart = dict[str, str | bool | list[int] | None]


def certificate_of(clock: Clock, counted: Deadline | None, *, is_by_person: bool) -> Certificate:
    """Return the certificate of a clock that has just been counted.

    Args:
        clock: with its new instants.
        counted: the limit's own count; None where there was none (a person sets it, it waits, a year is missing).
        is_by_person: the limit has no amount of its own: a person sets the due instant.
    """
    return {
        **(counted.certificate if counted else {}),
        "rule": clock.rule,
        "because": list(clock.because),
        "edition": clock.edition,
        "stage": clock.stage,
        "round": clock.round,
        "start_mark": clock.start_mark,
        "missing_year": clock.missing_year,
        "is_by_person": is_by_person,
        "extension": _extension(clock),
        "gaps": [
            [format_instant(span.begin_at), format_instant(span.end_at)] for span in clock.gaps if span.end_at
        ],
    }


def _extension(clock: Clock) -> ExtensionPart | None:
    if clock.extended_at is None and clock.written_due_at is None:
        return None
    shown = {
        "reason_at": clock.reason_at,
        "written_at": clock.written_at,
        "written_due_at": clock.written_due_at,
        "due_at": clock.due_at,
    }
    return {
        **{key: format_instant(at) if at else None for key, at in shown.items()},
        "label": clock.label,
        "is_capped": clock.is_capped,
        "provisional_years": list(clock.leans_on),
    }
