"""Sending again what the registry has said, for a service that lost its store or is new."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.registry.domain.announcements import town_stream
from shared.db.resending import SqlOutbox
from shared.db.store import Store


@dataclass(frozen=True, slots=True)
class Resend:
    """Sends again, the same messages under the same ids and numbers."""

    store: Store
    outbox: SqlOutbox

    def run(self, towns: Sequence[str] | None = None) -> int:
        """Have everything sent again, or what concerns some towns; return how many messages."""
        streams = None if towns is None else [town_stream(town) for town in towns]
        with self.store.begin() as work:
            return self.outbox.send_again(work, streams)
