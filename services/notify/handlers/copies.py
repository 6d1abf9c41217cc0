"""Copies of the registry's facts, and reading ahead what a batch of messages will need."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.notify.domain.vacancy import Holder
from services.notify.ports.books import Absence, CaseBook, Directory
from shared.contracts.envelope import Envelope
from shared.db.work import Work
from shared.kernel.instants import parse_instant

_ABOUT_CASES = ("case.", "clock.", "alarm.")


@dataclass(frozen=True, slots=True)
class Copies:
    """Handlers that keep copies."""

    cases: CaseBook
    directory: Directory

    def on_membership_changed(self, work: Work, message: Envelope) -> None:
        """A person holds a place in a unit, or no longer; addresses stay sealed."""
        data = message.data
        holder = Holder(data["person"], data["role"], frozenset(data["addresses"]))
        self.directory.change(work, data["unit"], holder, held=data["held"], addresses=data["addresses"])

    def on_absence_changed(self, work: Work, message: Envelope) -> None:
        """Somebody is away for a time, or no longer."""
        data = message.data
        absence = Absence(
            data["absence"],
            data["person"],
            data["substitute"],
            parse_instant(data["from_at"]),
            parse_instant(data["until_at"]),
            data["stands"],
        )
        self.directory.note_absence(work, message.town, absence)

    def prefetch(self, work: Work, messages: Sequence[Envelope]) -> None:
        """Read cases and the units' people for a whole batch."""
        about = [message for message in messages if message.type.startswith(_ABOUT_CASES)]
        self.cases.prefetch(work, {str(message.data.get("case") or message.stream) for message in about})
        self.directory.prefetch(work, {message.town for message in about})
