"""What the others hear of a notification: held, sent, failed, or nobody knows – on the stream of what it is about."""

from dataclasses import replace

from services.notify.domain.attempts import DeliveryState
from services.notify.domain.notification import StoredNotification
from services.notify.store.held import notices_in
from shared.db.work import Work


def announce(work: Work, stored: StoredNotification, state: DeliveryState) -> None:
    """Emit what became of a notification; of one that concerns a town alone no stream hears.

    Of a message that told what had waited each notice is announced, under the id under which it was said to wait.
    """
    if stored.held_by is None or state is DeliveryState.HELD:
        _announce(work, stored, state)
        return
    for notice in notices_in(work.conn, [stored.id]).get(stored.id, (stored,)):
        _announce(work, replace(notice, cause=stored.cause), state)


def _announce(work: Work, stored: StoredNotification, state: DeliveryState) -> None:
    subject = stored.subject
    if subject is None:
        return
    work.emit(
        f"notification.{state.value}",
        replace(stored, state=state).changed(subject, work.at),
        stream=subject.id,
        town=stored.town,
        edition=stored.edition,
    )
