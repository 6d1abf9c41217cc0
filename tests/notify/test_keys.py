"""Stable keys: equal for every repetition of a notification, different for any other."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.notification import Channel, Happening, Notification, Reason
from shared.kernel.texts import Text

WORDS = st.sampled_from(["a", "b", "c/d", ""])
NOTIFICATIONS = st.builds(
    Notification,
    happening=st.builds(Happening, WORDS, WORDS, WORDS, st.integers(0, 3), st.integers(1, 3), WORDS),
    reason=st.builds(Reason, WORDS, st.just(())),
    party=WORDS,
    channel=st.sampled_from(Channel),
    text=st.builds(Text, WORDS, WORDS),
    unit=st.none() | WORDS,
    person=st.none() | WORDS,
    via=st.none() | WORDS,
)


def identity(one: Notification) -> tuple[object, ...]:
    """What makes a notification itself, said a second time: event, rule, recipient, channel, no words."""
    what = one.happening
    return (
        what.case or what.stream,
        what.source,
        what.sequence,
        what.round,
        what.on,
        one.reason.rule,
        one.unit,
        one.person,
        one.party if not one.unit else None,
        one.channel,
    )


@given(NOTIFICATIONS, NOTIFICATIONS)
def test_a_key_tells_notifications_apart(one: Notification, other: Notification) -> None:
    """Two notifications have one key exactly when event, rule, recipient and channel are the same."""
    assert (one.key == other.key) == (identity(one) == identity(other))


@given(NOTIFICATIONS)
def test_a_key_does_not_depend_on_the_words(one: Notification) -> None:
    """A text corrected between two attempts leaves the key as it is: the receiver still knows the twin."""
    assert replace(one, text=Text("x", "y"), lost="no-address").key == one.key


def test_a_reopened_case_is_told_anew() -> None:
    """The same event in another round is another notification."""
    first = Notification(
        Happening("c", "intake", "c", 4, 1, "settled"), Reason("r", ()), "lead", Channel.INBOX, Text()
    )
    again = replace(first, happening=replace(first.happening, round=2))
    assert first.key != again.key
