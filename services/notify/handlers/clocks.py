"""What the clocks say: deadlines for texts that wait, warnings, breaches, escalations, corrections."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.notify.domain.memory import CaseMemory, EarlyEvent
from services.notify.domain.notification import Reason
from services.notify.domain.telling import Recipient, Telling, label_of
from services.notify.handlers.events import Rules, happening_of, known_case, scene_of, tell_events
from services.notify.handlers.teller import Teller
from services.notify.messages.clock_news import clock_of, early_event, event_of, was_no_breach
from services.notify.messages.wording import fill
from shared.contracts.envelope import Envelope, decode
from shared.db.work import Work
from shared.kernel.instants import parse_instant
from shared.kernel.texts import Text
from shared.rules.decide.addresses import key_of
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class ClockNews:
    """Handlers of clock events."""

    rules: Rules
    teller: Teller

    def on_clock(self, work: Work, message: Envelope) -> None:
        """A clock started, warned, breached …; an event ahead of its step waits for it."""
        memory = known_case(self.teller, work, message)
        pack = self.rules.of(work, memory.edition)
        memory = self.teller.release(work, pack, memory.hear(clock_of(message.data)))
        event = early_event(message)
        if message.data.get("silent"):
            pass  # it happened before the case came here: known from now on, and told to nobody
        elif memory.is_early(event):
            memory = replace(memory, early=(*memory.early, event))
        else:
            memory = self._tell(work, pack, memory, message)
        self.teller.keep(work, memory)

    def tell_early(
        self, work: Work, pack: Pack, memory: CaseMemory, ripe: Iterable[EarlyEvent]
    ) -> CaseMemory:
        """Tell of events that had come ahead; return the case as it is to be remembered."""
        for event in ripe:
            memory = self._tell(work, pack, memory, decode(event.frame.encode()))
        return memory

    def _tell(self, work: Work, pack: Pack, memory: CaseMemory, message: Envelope) -> CaseMemory:
        event, at = event_of(message), parse_instant(message.data["at"])
        scene = scene_of(self.rules, pack, memory, at)
        memory = tell_events(self.teller, work, scene, [event], happening_of(message, memory))
        return self.teller.tell(work, pack, *self._platforms_own(pack, memory, message))

    def _platforms_own(
        self, pack: Pack, memory: CaseMemory, message: Envelope
    ) -> tuple[CaseMemory, tuple[Telling, ...]]:
        """What is told whether or not the pack says so: escalations, and that a breach was none."""
        stage = message.data["stage"]
        if message.type == "clock.escalated":
            return memory, self._telling("escalated", memory, message, message.data["to"])
        if message.type == "clock.corrected" and was_no_breach(message.data):
            is_packs = any(event_of(message) in notice.on for notice in pack.tell)
            units = () if is_packs else memory.told_of_breach.get(stage, ())
            return memory.forget_breach(stage), self._telling("corrected", memory, message, units)
        return memory, ()

    def _telling(
        self, key: str, memory: CaseMemory, message: Envelope, units: Sequence[str]
    ) -> tuple[Telling, ...]:
        if not units:
            return ()
        data = message.data
        terms = {
            "number": memory.number or data["number"],
            "due": label_of(clock_of(data), self.teller.wording.quotes),
            "clock": self._stage(data["stage"]),
        }
        return (
            Telling(
                happening=happening_of(message, memory)(event_of(message)),
                reason=Reason(data["reason"]["rule"], tuple(data["reason"]["because"])),
                recipients=tuple(Recipient(key_of(unit), unit) for unit in units),
                text=fill(self.teller.wording.text("telling", key), terms),
                values={},
            ),
        )

    def _stage(self, stage: str) -> Text:
        return self.teller.wording.name("clock", stage) or Text(stage, stage)
