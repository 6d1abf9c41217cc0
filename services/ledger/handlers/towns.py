"""Whether a town takes anything new, as the registry says it."""

from services.ledger.store.tables import suspended
from shared.contracts.envelope import Envelope
from shared.contracts.messages import JurisdictionChanged
from shared.db.work import Work


def on_jurisdiction_changed(work: Work, message: Envelope, changed: JurisdictionChanged) -> None:
    """Keep since when a town takes nothing new: a handler of `jurisdiction.changed`."""
    del message
    if changed.suspended_at is not None:
        work.rows(suspended).put({"town": changed.key, "since": changed.suspended_at})
    elif work.rows(suspended).get(changed.key) is not None:
        work.conn.execute(suspended.delete().where(suspended.c.town == changed.key))
