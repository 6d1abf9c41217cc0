"""What becomes of a delivery after an attempt."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.attempts import Attempt, Next, Patience, Result, State, after
from tests.notify.samples import NOON

WAITS = tuple(timedelta(seconds=seconds) for seconds in (1, 10, 100))
RESENDING, HOLDING = Patience(WAITS, resend_uncertain=True), Patience(WAITS, resend_uncertain=False)


def test_delivered_is_sent() -> None:
    """A delivery that arrived is sent, and said to be."""
    assert after(Attempt(Result.DELIVERED), 1, NOON, HOLDING) == Next(State.SENT, None, "sent")


def test_refused_is_not_tried_again() -> None:
    """An answer that would be the same next time ends it at once."""
    assert after(Attempt(Result.REFUSED), 1, NOON, RESENDING) == Next(State.FAILED, None, "failed")


def test_a_failure_waits_longer_each_time_and_ends() -> None:
    """One attempt more than there are pauses is made, the pauses in their order; then it has failed."""
    found = [after(Attempt(Result.AGAIN), number, NOON, HOLDING) for number in (1, 2, 3, 4)]
    assert [next_.try_at for next_ in found] == [NOON + wait for wait in WAITS] + [None]
    assert [next_.said for next_ in found] == ["", "", "", "failed"]


def test_an_uncertain_delivery_is_resent_or_held_as_its_channel_says() -> None:
    """What may have arrived is said to be uncertain either way; only a patient channel sends it again."""
    assert after(Attempt(Result.UNCERTAIN), 1, NOON, RESENDING) == Next(
        State.QUEUED, NOON + WAITS[0], "uncertain"
    )
    assert after(Attempt(Result.UNCERTAIN), 1, NOON, HOLDING) == Next(State.UNCERTAIN, None, "uncertain")


def test_an_uncertain_last_attempt_stays_uncertain() -> None:
    """It is never called failed: it may have arrived."""
    assert after(Attempt(Result.UNCERTAIN), 4, NOON, RESENDING).state is State.UNCERTAIN


@given(st.lists(st.sampled_from(Result), max_size=50), st.booleans())
def test_every_delivery_comes_to_an_end(results: list[Result], resends: bool) -> None:
    """Whatever happens, no more than the allowed number of real attempts is made before it rests."""
    patience, attempts = Patience(WAITS, resends), 0
    for result in results:
        attempts += result is not Result.POSTPONED
        next_ = after(Attempt(result), max(attempts, 1), NOON, patience)
        assert (next_.try_at is not None) == (next_.state is State.QUEUED)
        if next_.state is not State.QUEUED:
            break
    assert attempts <= patience.most_attempts
