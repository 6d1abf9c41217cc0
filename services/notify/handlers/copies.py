"""Copies of the registry's facts, and reading ahead what a batch of messages will need."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.notify.handlers.notifier import NotifyStore
from shared.contracts.envelope import Envelope
from shared.contracts.messages import AbsenceChanged, MembershipChanged
from shared.db.work import Work

_TOLD_OF = ("case.", "clock.", "duty.", "alarm.")  # messages of which somebody may be told


@dataclass(frozen=True, slots=True)
class RegistryCopies:
    """Handlers that keep copies."""

    store: NotifyStore

    def on_membership_changed(self, work: Work, _message: Envelope, changed: MembershipChanged) -> None:
        """A person holds a place in a unit, or no longer; addresses stay sealed."""
        self.store.directory.note_membership(work, changed)

    def on_absence_changed(self, work: Work, message: Envelope, changed: AbsenceChanged) -> None:
        """Somebody is away for a time, or no longer."""
        self.store.directory.note_absence(work, message.town, changed)

    def prefetch(self, work: Work, messages: Sequence[Envelope]) -> None:
        """Read cases and the units' people for a whole batch."""
        about = [message for message in messages if message.type.startswith(_TOLD_OF)]
        self.store.cases.prefetch(work, {message.stream for message in about})
        self.store.directory.prefetch(work, {message.town for message in about})
