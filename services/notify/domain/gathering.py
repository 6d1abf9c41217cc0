"""Notices to one recipient over one channel that are told in one message (decision 42).

Decides which notices go together, and what the message is that tells them. Must not know stores, nor its words.
"""

from collections.abc import Sequence

from services.notify.domain.notification import (
    GATHERED,
    SOURCE,
    NoticeCause,
    Notification,
    StoredNotification,
)
from shared.contracts.messages import Reason
from shared.kernel.canonical import content_hash
from shared.kernel.texts import Text

RULE = "telling"  # section of the pack by which they are told together
MOST_TOGETHER = 1000  # notices in one message


def recipient_key(town: str, told: Notification) -> str:
    """Return what notices to one recipient over one channel have in common; a vacancy or an absence is no other one."""
    # As in a notification's own key: the party tells apart who has no unit.
    party = None if told.unit or told.person else told.party
    return content_hash([town, told.unit, told.person, party, told.channel.value])


def gathering(notices: Sequence[StoredNotification], because: tuple[str, ...], text: Text) -> Notification:
    """Return the message that tells notices to one recipient over one channel.

    Args:
        notices: one at least.
        because: on what the pack rests that they are told together.
        text: what it begins with; the notices themselves say the rest.
    """
    first = notices[0].notification
    # Its key is made of this: the same notices told again are the same message.
    stream = content_hash(sorted(each.notification.key for each in notices))
    return Notification(
        cause=NoticeCause(None, SOURCE, stream, 0, 0, GATHERED),
        reason=Reason(rule=RULE, because=because),
        party=first.party,
        channel=first.channel,
        text=text,
        unit=first.unit,
        person=first.person,
    )
