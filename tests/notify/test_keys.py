"""Stable keys: equal for every repetition of a notification, different for any other, the same in every version."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.notification import Channel, NoticeCause, Notification
from shared.contracts.messages import Reason
from shared.kernel.subject import Subject, SubjectKind, case_subject
from shared.kernel.texts import Text

WORDS = st.sampled_from(["a", "b", "c/d", ""])
SUBJECTS = st.builds(Subject, st.sampled_from(SubjectKind), st.sampled_from(["a", "b"]))
NOTIFICATIONS = st.builds(
    Notification,
    cause=st.builds(
        NoticeCause,
        subject=st.none() | SUBJECTS,
        source=WORDS,
        stream=WORDS,
        sequence=st.integers(0, 3),
        round=st.integers(1, 3),
        on=WORDS,
    ),
    reason=st.builds(Reason, rule=WORDS, because=st.just(())),
    party=WORDS,
    channel=st.sampled_from(Channel),
    text=st.builds(Text, WORDS, WORDS),
    unit=st.none() | WORDS,
    person=st.none() | WORDS,
    via=st.none() | WORDS,
)


def identity(told: Notification) -> tuple[object, ...]:
    """What makes a notification itself, said a second time: event, rule, recipient, channel, no words."""
    cause = told.cause
    about = cause.stream
    if cause.subject is not None:
        is_case = cause.subject.kind is SubjectKind.CASE
        about = cause.subject.id if is_case else f"{cause.subject.kind.value}/{cause.subject.id}"
    return (
        about,
        cause.source,
        cause.sequence,
        cause.round,
        cause.on,
        told.reason.rule,
        told.unit,
        told.person,
        told.party if not told.unit else None,
        told.channel,
    )


@given(NOTIFICATIONS, NOTIFICATIONS)
def test_a_key_tells_notifications_apart(first: Notification, other: Notification) -> None:
    """Two notifications have one key exactly when event, rule, recipient and channel are the same."""
    assert (first.key == other.key) == (identity(first) == identity(other))


@given(NOTIFICATIONS)
def test_a_key_does_not_depend_on_the_words(told: Notification) -> None:
    """A text corrected between two attempts leaves the key as it is: the receiver still knows the twin."""
    assert replace(told, text=Text("x", "y"), lost="no-address").key == told.key


def test_a_reopened_case_is_told_anew() -> None:
    """The same event in another round is another notification."""
    cause = NoticeCause(case_subject("c"), "intake", "c", 4, 1, "settled")
    first = Notification(cause, Reason(rule="r", because=()), "lead", Channel.INBOX, Text())
    again = replace(first, cause=msgspec.structs.replace(cause, round=2))
    assert first.key != again.key


OFFICE = "t-vtc/governance-office"
BREACHED = NoticeCause(case_subject("01J9ZCASE"), "sla", "01J9ZCASE", 7, 2, "settle breached")
SKEWED = NoticeCause(None, "sla", "alarm/sla", 3, 1, "alarm clock-skew")
OF_A_TOWN = NoticeCause(None, "registry", "town/t-vtc", 3, 1, "alarm x")


@pytest.mark.parametrize(
    ("cause", "rule", "party", "channel", "unit", "person", "key"),
    [
        (BREACHED, "tell-office", "supervisor", "inbox", OFFICE, None,
         "55e2ed114090ead62897e9068c48038a609d2cb2acfff7a1e0f427f3f793c0d2"),
        (BREACHED, "tell-office", "reporter", "inbox", None, "r-9",
         "f402f450beb5b9c14555d6b7cb6fe22ecce59164df79ffc755bf2195ca16771d"),
        (BREACHED, "tell-office", "lead", "mail", OFFICE, "p-1",
         "603e615e92b5a0e099b1fbcccdb888c760c1f8b8454573a13220c6d2084dea35"),
        (BREACHED, "tell-office", "public", "publication", None, None,
         "9730b06c79da930767c9792cff279fe6a69637209666a04f8d40c3d6564351a3"),
        (SKEWED, "alarm clock-skew", "operator", "inbox", "*/operator", None,
         "cff163bdd61e5e84d435f815de6de6c337adf7915113c3d185e0676144af23ed"),
        (OF_A_TOWN, "alarm x", "operator", "mail", None, None,
         "93f8c88d0ca7c9b791cef9c9a6a1328f245b0d7c2eb6381a506f1d39d2e5600f"),
    ],
)  # fmt: skip
def test_keys_are_those_of_every_version_before(
    cause: NoticeCause, rule: str, party: str, channel: str, unit: str | None, person: str | None, key: str
) -> None:
    """Version 0.1.0 computed these: whoever was told by it is not told again after an upgrade."""
    reason = Reason(rule=rule, because=("P001-05.4",))
    told = Notification(cause, reason, party, Channel(channel), Text("文", "text"), unit, person)
    assert told.key == key
