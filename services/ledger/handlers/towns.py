"""Whether a town takes anything new, as the registry says it."""

from services.ledger.store.tables import jurisdictions
from shared.contracts.envelope import Envelope
from shared.contracts.messages import JurisdictionChanged
from shared.db.work import Work


def on_jurisdiction_changed(work: Work, message: Envelope, changed: JurisdictionChanged) -> None:
    """Keep since when a town takes nothing new: a handler of `jurisdiction.changed`."""
    del message
    work.rows(jurisdictions).put({"key": changed.key, "suspended_at": changed.suspended_at})
