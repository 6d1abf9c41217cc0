"""What the case's own service says: admitted, rejected, every step. Who is told of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.notify.domain.memory import CaseMemory
from services.notify.handlers.clocks import ClockNews
from services.notify.handlers.events import Rules, happening_of, known_case, scene_of, tell_events
from services.notify.handlers.teller import Teller
from services.notify.messages.standing import standing_of
from shared.contracts.envelope import Envelope
from shared.db.work import Work
from shared.kernel.instants import parse_instant
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class CaseNews:
    """Handlers of the case's own messages."""

    rules: Rules
    teller: Teller
    clocks: ClockNews

    def on_admitted(self, work: Work, message: Envelope) -> None:
        """A report became a case."""
        pack = self.rules.of(work, message.edition)
        data, memory = message.data, known_case(self.teller, work, message)
        memory = memory.step(
            parse_instant(data["reported_at"]),
            1,
            standing_of(data),
            ["reported"],
            number=data["number"],
            seen_at=message.at,
        )
        self._tell(work, pack, memory, message, ["reported"], message.at)

    def on_rejected(self, work: Work, message: Envelope) -> None:
        """A report was refused: whoever the rules name for that is told, if it had become a case at all."""
        memory = self.teller.books.cases.get(work, message.stream)
        if memory is None or not memory.standing:
            return
        pack = self.rules.of(work, message.edition or memory.edition)
        standing = {**memory.standing, "state": "rejected", "returned_by": message.data["reason"]}
        memory = memory.step(message.at, memory.round, standing, ["rejected"])
        self._tell(work, pack, memory, message, ["rejected"], message.at)

    def on_step(self, work: Work, message: Envelope) -> None:
        """A step was taken: its marks are the events that rules hang on."""
        data = message.data
        pack, at = self.rules.of(work, message.edition), parse_instant(data["at"])
        memory = known_case(self.teller, work, message)
        memory = memory.step(
            at, data["round"], standing_of(data), data["marks"], data["undone"], number=data["number"]
        )
        self._tell(work, pack, memory, message, data["marks"], at)

    def _tell(
        self,
        work: Work,
        pack: Pack,
        memory: CaseMemory,
        message: Envelope,
        events: Iterable[str],
        at: datetime,
    ) -> None:
        """Tell of a message's events; then of the clock events that came ahead of it.

        What happened before the case came here is remembered and told to nobody.
        """
        if not message.data.get("silent"):
            scene = scene_of(self.rules, pack, memory, at)
            memory = tell_events(self.teller, work, scene, events, happening_of(message, memory))
        memory, ripe = memory.take_early()
        memory = self.clocks.tell_early(work, pack, memory, ripe)
        self.teller.keep(work, memory)
