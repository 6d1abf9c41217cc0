"""What clocks tell: deadlines for texts that wait, warnings, breaches, escalations, corrections."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from services.notify.domain.corrections import was_no_breach
from services.notify.domain.deadlines import known_clock
from services.notify.domain.notified_case import EarlyClockEvent, NotifiedCase
from services.notify.domain.pending_notice import Addressee, PendingNotice, label_of
from services.notify.handlers.duties import DutyNotices
from services.notify.handlers.events import EventNotices, cause_of
from services.notify.handlers.wording import Terms, fill
from shared.contracts.bodies import body_of
from shared.contracts.envelope import Envelope, decode
from shared.contracts.messages import ClockChanged
from shared.db.work import Work
from shared.flow.service import Refused
from shared.kernel.subject import SubjectKind
from shared.kernel.texts import Text
from shared.rules.case.addresses import key_of
from shared.rules.clocks.changes import ClockEvent
from shared.rules.pack.model import Pack

_AT_A_STEP = frozenset(
    {ClockEvent.STOPPED, ClockEvent.EXTENDED, ClockEvent.PAUSED, ClockEvent.RESUMED, ClockEvent.EXCUSED}
)


@dataclass(frozen=True, slots=True)
class ClockNotices:
    """Tells of clock events."""

    events: EventNotices
    duties: DutyNotices

    def on_clock(self, work: Work, message: Envelope, clock: ClockChanged) -> None:
        """A clock started, warned, breached …; an event ahead of its step waits for it.

        Raises:
            Refused: it is the clock of something else: no rule says yet who is told of those.
        """
        if clock.kind is SubjectKind.DUTY:
            self.duties.on_clock(work, message, clock)
            return
        if clock.kind is not SubjectKind.CASE:
            raise Refused("unknown-subject", f"no rule says who is told of a {clock.kind.value}'s clocks")
        notifier, case = self.events.notifier, self.events.known_case(work, message)
        pack = self.events.rules.of(work, case.edition)
        # Heard in any case, and before all else: a text that waits needs the label alone, which also an early or a
        # silent event brings.
        case = notifier.release(work, pack, case.hear(known_clock(clock)))
        event = _early_event(message, clock)
        if clock.silent:
            pass  # it happened before the case came here: known from now on, and told to nobody
        elif case.is_early(event):
            case = replace(case, early=(*case.early, event))
        else:
            case = self._tell(work, pack, case, message, clock)
        notifier.keep(work, case)

    def tell_early(
        self, work: Work, pack: Pack, case: NotifiedCase, ripe: Iterable[EarlyClockEvent]
    ) -> NotifiedCase:
        """Tell of events that had come ahead; return the case as it is to be kept."""
        for event in ripe:
            # Under its own source and number: told late or told at once, a notification has the same key.
            message = decode(event.frame.encode())
            clock = body_of(message)  # kept by this version or one before: read as any message is
            if isinstance(clock, ClockChanged):
                case = self._tell(work, pack, case, message, clock)
        return case

    def _tell(
        self, work: Work, pack: Pack, case: NotifiedCase, message: Envelope, clock: ClockChanged
    ) -> NotifiedCase:
        """By the pack's rules; then what is told whether or not the pack says so."""
        case = self.events.tell(work, pack, case, message, [_event_of(message, clock)], clock.at)
        if message.type == "clock.escalated":
            return self._tell_units("escalated", work, pack, case, message, clock, clock.to)
        if message.type == "clock.corrected" and was_no_breach(clock):
            return self._tell_of_no_breach(work, pack, case, message, clock)
        return case

    def _tell_of_no_breach(
        self, work: Work, pack: Pack, case: NotifiedCase, message: Envelope, clock: ClockChanged
    ) -> NotifiedCase:
        """Who heard of the breach hears that it was none, unless the pack has a notice of its own for that."""
        is_packs = any(_event_of(message, clock) in notice.on for notice in pack.tell)
        units = () if is_packs else case.told_of_breach.get(clock.stage, ())
        case = case.forget_breach(clock.stage)
        return self._tell_units("corrected", work, pack, case, message, clock, units)

    def _tell_units(
        self,
        key: str,
        work: Work,
        pack: Pack,
        case: NotifiedCase,
        message: Envelope,
        clock: ClockChanged,
        units: Sequence[str],
    ) -> NotifiedCase:
        """Tell units in the platform's own words, those of `key`."""
        if not units:
            return case
        event = _event_of(message, clock)
        notice = PendingNotice(
            cause=cause_of(message, case)(event),
            reason=replace(clock.reason, facts={}),
            recipients=tuple(Addressee(key_of(unit), unit) for unit in units),
            text=self._own_words(key, case, clock),
            is_urgent=self.events.is_urgent(pack, case, event, clock.at),
        )
        return self.events.notifier.tell(work, pack, case, [notice])

    def _own_words(self, key: str, case: NotifiedCase, clock: ClockChanged) -> Text:
        wording = self.events.notifier.wording
        terms: Terms = {
            "number": case.number or clock.number,
            "due": label_of(known_clock(clock), wording.quotes),
            "clock": wording.name("clock", clock.stage) or Text(clock.stage, clock.stage),
        }
        return fill(wording.text("telling", key), terms)


def _event_of(message: Envelope, clock: ClockChanged) -> str:
    """The event as rules name it: '<clock> breached'."""
    return f"{clock.stage} {message.type.partition('.')[2]}"


def _early_event(message: Envelope, clock: ClockChanged) -> EarlyClockEvent:
    """The event as it is kept while the step that caused it is not known.

    A start or a withheld start rests on the step from which it counts, a stop on its own instant; what falls due by
    itself on any step.
    """
    is_at_a_step = message.type.partition(".")[2] in _AT_A_STEP
    since = clock.at if is_at_a_step else clock.started_at
    return EarlyClockEvent(since, bool(clock.unit or clock.level), message.encode().decode())
