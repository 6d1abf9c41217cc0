"""What becomes of a delivery after an attempt.

Decides: delivered, tried again later, given up, or nobody knows. Must not know channels' protocols nor the clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class AttemptResult(StrEnum):
    """What a channel knows after an attempt."""

    DELIVERED = "delivered"
    REFUSED = "refused"  # for good: another attempt would meet the same answer
    AGAIN = "again"  # certainly not delivered, worth another attempt
    UNCERTAIN = "uncertain"  # it may have arrived: the answer was lost
    POSTPONED = "postponed"  # not tried: its turn did not come; does not count as an attempt


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt's result, with its cause in a few words that name nobody."""

    result: AttemptResult
    cause: str = ""


class DeliveryState(StrEnum):
    """Where a notification stands."""

    HELD = "held"  # waits for the time at which it may be told; kept in a table of its own
    QUEUED = "queued"  # waits for its next attempt
    SENDING = "sending"  # claimed by a worker until its lease ends
    SENT = "sent"
    FAILED = "failed"  # given up; the operator is alarmed
    UNCERTAIN = "uncertain"  # held: a person decides whether it is sent again

    @property
    def is_in_trouble(self) -> bool:
        """Tell whether a person has to look at it."""
        return self in IN_TROUBLE


ERASED = "erased"  # the cause of a delivery whose text is gone: nobody can send it any more
IN_TROUBLE = (DeliveryState.FAILED, DeliveryState.UNCERTAIN)


class DeliveryDecision(StrEnum):
    """What a person decides about a delivery in trouble."""

    RESEND = "resend"  # under the same key, with all its attempts anew
    ARRIVED = "arrived"
    GIVE_UP = "give_up"

    @property
    def state(self) -> DeliveryState:
        """Where the delivery then stands."""
        return _DECIDED[self]


_DECIDED = {
    DeliveryDecision.RESEND: DeliveryState.QUEUED,
    DeliveryDecision.ARRIVED: DeliveryState.SENT,
    DeliveryDecision.GIVE_UP: DeliveryState.FAILED,
}


@dataclass(frozen=True, slots=True)
class RetryPolicy:
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
class DeliveryOutcome:
    """The new state of a delivery.

    Args:
        try_at: when it is tried again; None: not by itself.
        announced: what its subject hears of it – sent, failed or uncertain; None: nothing. An uncertain delivery that
            is sent again is queued, and announced as uncertain.
    """

    state: DeliveryState
    try_at: datetime | None = None
    announced: DeliveryState | None = None


def outcome_of(attempt: Attempt, attempts: int, now: datetime, policy: RetryPolicy) -> DeliveryOutcome:
    """Return what follows the n-th attempt.

    Args:
        attempts: which attempt it was, counted from 1.
        now: real time, from which the next pause counts.
    """
    if attempt.result is AttemptResult.DELIVERED:
        return DeliveryOutcome(DeliveryState.SENT, None, DeliveryState.SENT)
    if attempt.result is AttemptResult.POSTPONED:
        return DeliveryOutcome(DeliveryState.QUEUED, now)
    is_last = attempts >= policy.most_attempts
    if attempt.result is AttemptResult.UNCERTAIN:
        # Also the last attempt: it may have arrived, so it is never called failed.
        is_held = is_last or not policy.resend_uncertain
        if is_held:
            return DeliveryOutcome(DeliveryState.UNCERTAIN, None, DeliveryState.UNCERTAIN)
        return DeliveryOutcome(
            DeliveryState.QUEUED, now + policy.waits[attempts - 1], DeliveryState.UNCERTAIN
        )
    if is_last or attempt.result is AttemptResult.REFUSED:
        return DeliveryOutcome(DeliveryState.FAILED, None, DeliveryState.FAILED)
    return DeliveryOutcome(DeliveryState.QUEUED, now + policy.waits[attempts - 1])
