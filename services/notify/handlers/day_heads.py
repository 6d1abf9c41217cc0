"""Heads of days: lines of the file channel, so that what all histories were is known outside their store."""

from services.notify.store.heads import add_head
from shared.contracts.envelope import Envelope
from shared.contracts.messages import HistoriesAnchored
from shared.db.work import Work


def on_anchored(work: Work, message: Envelope, head: HistoriesAnchored) -> None:
    """Have the file channel write a head; of the past, which a replay lives again, it did so at the time."""
    del message
    if not work.is_replay:
        add_head(work, head)
