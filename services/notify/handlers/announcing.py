"""What the others hear of a notification: sent, failed, or nobody knows – on the stream of what it is about."""

from services.notify.domain.attempts import DeliveryState
from services.notify.domain.notification import StoredNotification
from shared.db.work import Work


def announce(work: Work, stored: StoredNotification, state: DeliveryState) -> None:
    """Emit what became of a notification; of one that concerns a town alone no stream hears."""
    subject = stored.subject
    if subject is None:
        return
    work.emit(
        f"notification.{state.value}",
        stored.changed(subject, work.at),
        stream=subject.id,
        town=stored.town,
        edition=stored.edition,
    )
