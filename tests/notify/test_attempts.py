"""What becomes of a delivery after an attempt."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.attempts import (
    Attempt,
    AttemptResult,
    DeliveryOutcome,
    DeliveryState,
    RetryPolicy,
    outcome_of,
)
from tests.notify.samples import NOON

WAITS = tuple(timedelta(seconds=seconds) for seconds in (1, 10, 100))
RESENDING, HOLDING = RetryPolicy(WAITS, resend_uncertain=True), RetryPolicy(WAITS, resend_uncertain=False)
SENT, FAILED, UNCERTAIN = DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNCERTAIN


def test_delivered_is_sent() -> None:
    """A delivery that arrived is sent, and announced as such."""
    found = outcome_of(Attempt(AttemptResult.DELIVERED), 1, NOON, HOLDING)
    assert found == DeliveryOutcome(SENT, None, SENT)


def test_refused_is_not_tried_again() -> None:
    """An answer that would be the same next time ends it at once."""
    found = outcome_of(Attempt(AttemptResult.REFUSED), 1, NOON, RESENDING)
    assert found == DeliveryOutcome(FAILED, None, FAILED)


def test_a_failure_waits_longer_each_time_and_ends() -> None:
    """One attempt more than there are pauses is made, the pauses in their order; then it has failed."""
    found = [outcome_of(Attempt(AttemptResult.AGAIN), number, NOON, HOLDING) for number in (1, 2, 3, 4)]
    assert [outcome.try_at for outcome in found] == [NOON + wait for wait in WAITS] + [None]
    assert [outcome.announced for outcome in found] == [None, None, None, FAILED]


def test_an_uncertain_delivery_is_resent_or_held_as_its_channel_says() -> None:
    """What may have arrived is announced as uncertain either way; only a patient channel sends it again."""
    uncertain = Attempt(AttemptResult.UNCERTAIN)
    again = DeliveryOutcome(DeliveryState.QUEUED, NOON + WAITS[0], UNCERTAIN)
    assert outcome_of(uncertain, 1, NOON, RESENDING) == again
    assert outcome_of(uncertain, 1, NOON, HOLDING) == DeliveryOutcome(UNCERTAIN, None, UNCERTAIN)


def test_an_uncertain_last_attempt_stays_uncertain() -> None:
    """It is never called failed: it may have arrived."""
    assert outcome_of(Attempt(AttemptResult.UNCERTAIN), 4, NOON, RESENDING).state is UNCERTAIN


@given(st.lists(st.sampled_from(AttemptResult), max_size=50), st.booleans())
def test_every_delivery_comes_to_an_end(results: list[AttemptResult], resends: bool) -> None:
    """Whatever happens, no more than the allowed number of real attempts is made before it rests."""
    policy, attempts = RetryPolicy(WAITS, resends), 0
    for result in results:
        attempts += result is not AttemptResult.POSTPONED
        outcome = outcome_of(Attempt(result), max(attempts, 1), NOON, policy)
        assert (outcome.try_at is not None) == (outcome.state is DeliveryState.QUEUED)
        if outcome.state is not DeliveryState.QUEUED:
            break
    assert attempts <= policy.most_attempts
