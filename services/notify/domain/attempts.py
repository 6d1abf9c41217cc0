"""What becomes of a delivery after an attempt.

Decides: delivered, tried again later, given up, or nobody knows. Must not know channels' protocols nor the
    clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Result(StrEnum):
    """What a channel knows after an attempt."""

    DELIVERED = "delivered"
    REFUSED = "refused"  # for good: another attempt would meet the same answer
    AGAIN = "again"  # certainly not delivered, worth another attempt
    UNCERTAIN = "uncertain"  # it may have arrived: the answer was lost
    POSTPONED = "postponed"  # not tried: its turn did not come; does not count as an attempt


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt's result, with its cause in a few words that name nobody."""

    result: Result
    cause: str = ""


class State(StrEnum):
    """Where a notification stands."""

    QUEUED = "queued"  # waits for its next attempt
    SENDING = "sending"  # claimed by a worker until its lease ends
    SENT = "sent"
    FAILED = "failed"  # given up; the operator is alarmed
    UNCERTAIN = "uncertain"  # held: a person decides whether it is sent again


@dataclass(frozen=True, slots=True)
class Patience:
    """How a channel bears failure.

    Args:
        waits: pauses before the second, third … attempt; one more attempt than pauses is made.
        resend_uncertain: send again under the same key when it may have arrived; False: hold it for a person.
    """

    waits: Sequence[timedelta]
    resend_uncertain: bool

    @property
    def most_attempts(self) -> int:
        """How often it is tried at most."""
        return len(self.waits) + 1


@dataclass(frozen=True, slots=True)
class Next:
    """The new state of a delivery.

    Args:
        try_at: when it is tried again; None: not by itself.
        said: outcome to be told to the case: 'sent', 'failed', 'uncertain' or '' for nothing.
    """

    state: State
    try_at: datetime | None = None
    said: str = ""


def after(attempt: Attempt, attempts: int, now: datetime, patience: Patience) -> Next:
    """Return what follows the n-th attempt (counted from 1)."""
    if attempt.result is Result.DELIVERED:
        return Next(State.SENT, None, "sent")
    if attempt.result is Result.REFUSED:
        return Next(State.FAILED, None, "failed")
    if attempt.result is Result.POSTPONED:
        return Next(State.QUEUED, now)
    is_last = attempts >= patience.most_attempts
    if attempt.result is Result.UNCERTAIN:
        held = is_last or not patience.resend_uncertain
        return Next(
            State.UNCERTAIN if held else State.QUEUED,
            None if held else now + patience.waits[attempts - 1],
            "uncertain",
        )
    if is_last:
        return Next(State.FAILED, None, "failed")
    return Next(State.QUEUED, now + patience.waits[attempts - 1])
