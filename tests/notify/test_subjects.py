"""Notices are about subjects: cases today, and what else will have clocks."""

import sqlalchemy as sa

from services.notify.domain.attempts import DeliveryState
from services.notify.domain.notification import Channel, NoticeCause, Notification, StoredNotification
from services.notify.handlers.announcing import announce
from services.notify.store.inbox import InboxScope, SqlInbox
from services.notify.store.notifications import SqlNotifications
from shared.contracts.envelope import decode
from shared.kernel.subject import Subject, SubjectKind
from shared.kernel.texts import Text
from tests.notify.house import HEAD, House
from tests.notify.samples import NOON, REASON

DUTY = Subject(SubjectKind.DUTY, "d-1")


def test_a_notification_about_another_kind_of_thing_keeps_it() -> None:
    """The row and the message say which kind of thing somebody was told about, and the stream is that thing's."""
    house = House()
    cause = NoticeCause(DUTY, "duties", "d-1", 3, 1, "duty missed")
    told = Notification(cause, REASON, "lead", Channel.INBOX, Text("文", "text"), unit=HEAD)
    stored = StoredNotification("n-1", told, "t-vtc", "", None, DeliveryState.SENT, NOON)
    with house.store.begin() as work:
        SqlNotifications().add(work, stored)
        announce(work, stored, DeliveryState.SENT)
    (found,) = SqlInbox(house.store).page(InboxScope((HEAD,), None), unread=True, before=None, limit=9).rows
    assert (found.subject, found.notification.key) == (DUTY, told.key)
    (message,) = house.emitted("notification.")
    assert (message.stream, message.data.subject) == ("d-1", DUTY)


def test_a_message_about_a_case_reads_as_it_always_did() -> None:
    """The kind is left out where it is a case: receivers of the version before take the message."""
    house = House()
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    with house.store.read() as conn:
        (frame,) = conn.scalars(sa.select(house.store.flow.outbox.c.frame))
    assert decode(frame).data["case"] == "c-1"
    assert "kind" not in decode(frame).data


def test_clocks_of_other_things_are_refused_where_it_can_be_seen() -> None:
    """No rule says yet who is told of them: they are recorded as refused, and the stream goes on."""
    house = House()
    tally = house.take(
        house.clock_event("breached", "d-1", kind="proposal", state="breached", verdict="late")
    )
    assert (tally.refused, tally.done) == (1, 0)
    assert house.rows() == []
