"""What the clocks of duties tell: a reminder to whoever owes one, and what is missing to whom the pack names.

Decides whom each event reaches. The words are the platform's own: the duty's name, its day, the post that owes it.
"""

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from services.notify.domain.corrections import was_no_breach
from services.notify.domain.deadlines import known_clock
from services.notify.domain.notified_case import NotifiedCase
from services.notify.domain.pending_notice import Addressee, PendingNotice, label_of
from services.notify.handlers.events import EventNotices, cause_of
from services.notify.handlers.wording import Terms, fill
from shared.contracts.envelope import Envelope
from shared.contracts.messages import ClockChanged, DutyChanged, DutyOwed, Reason
from shared.db.work import Work
from shared.kernel.instants import local_label
from shared.kernel.subject import SubjectKind
from shared.kernel.texts import Text
from shared.rules.case.addresses import key_of
from shared.rules.clocks.changes import ClockEvent
from shared.rules.decide.wording import unit_name
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class DutyNotices:
    """Tells of duties."""

    events: EventNotices

    def on_owed(self, work: Work, message: Envelope, owed: DutyOwed) -> None:
        """An occurrence is owed from now on: nobody is told of what the calendar brings, and whoever is ordered is.

        Raises:
            TryLater: this service does not have the edition yet.
        """
        known = self.events.notifier.store.cases.get(work, message.stream)
        case = known or _occurrence(message, owed.number, owed.unit)
        case = replace(case, number=owed.number, post=owed.unit)
        self._ordered(work, message, case, "ordered", owed, owed.due_at)

    def on_changed(self, work: Work, message: Envelope, changed: DutyChanged) -> None:
        """What was ordered is done, owed again, due on another day, or owed no more.

        Raises:
            TryLater: this service does not have the edition yet.
        """
        case = self.events.notifier.store.cases.get(work, message.stream)
        if case is not None and changed.tell:
            event = message.type.partition(".")[2]
            self._ordered(work, message, case, event, changed, changed.due_at)

    def _ordered(
        self,
        work: Work,
        message: Envelope,
        case: NotifiedCase,
        event: str,
        said: DutyOwed | DutyChanged,
        due_at: datetime | None,
    ) -> None:
        """Tell the units that a message names, and keep what is known of its occurrence."""
        if said.tell:
            pack = self.events.rules.of(work, message.edition)
            duty = pack.duties[said.duty]
            terms: Terms = {
                "duty": duty.name,
                "day": (case.number or "").rpartition(" ")[2],
                "due": local_label(due_at, pack.zone, ends_day=True) if due_at else None,
                "post": _post_name(pack, said.unit),
            }
            notice = PendingNotice(
                cause=cause_of(message, case)(f"{said.duty} {event}"),
                reason=Reason(rule=duty.origin.rule, because=duty.origin.because),
                recipients=tuple(Addressee(key_of(unit), unit) for unit in said.tell),
                text=fill(self.events.notifier.wording.text("duty", event), terms),
            )
            case = self.events.notifier.tell(work, pack, case, [notice])
        self.events.notifier.keep(work, case)

    def on_clock(self, work: Work, message: Envelope, clock: ClockChanged) -> None:
        """Its clock warned, brought what is missing before somebody, or took that back.

        Raises:
            TryLater: this service does not have the edition yet.
        """
        event = ClockEvent(message.type.partition(".")[2])
        known = self.events.notifier.store.cases.get(work, message.stream)
        case = known or _occurrence(message, clock.number, clock.unit)
        if not (units := _told(case, event, clock)):
            return
        pack = self.events.rules.of(work, message.edition)
        notice = self._notice(pack, case, message, event, clock, units)
        case = self.events.notifier.tell(work, pack, case, [notice])
        self.events.notifier.keep(
            work, case.forget_breach(clock.stage) if event is ClockEvent.CORRECTED else case
        )

    def _notice(
        self,
        pack: Pack,
        case: NotifiedCase,
        message: Envelope,
        event: ClockEvent,
        clock: ClockChanged,
        units: tuple[str, ...],
    ) -> PendingNotice:
        return PendingNotice(
            cause=cause_of(message, case)(f"{clock.stage} {event.value}"),
            reason=replace(clock.reason, facts={}),
            recipients=tuple(Addressee(key_of(unit), unit) for unit in units),
            text=self._words(pack, event, clock),
        )

    def _words(self, pack: Pack, event: ClockEvent, clock: ClockChanged) -> Text:
        wording = self.events.notifier.wording
        terms: Terms = {
            "duty": pack.duties[clock.stage].name,
            "day": clock.number.rpartition(" ")[2],
            "due": label_of(known_clock(clock), wording.quotes),
            "post": _post_name(pack, clock.unit),
        }
        return fill(wording.text("duty", event.value), terms)


def _occurrence(message: Envelope, number: str, post: str | None) -> NotifiedCase:
    return NotifiedCase(
        case=message.stream,
        town=message.town,
        kind=SubjectKind.DUTY,
        post=post,
        edition=message.edition,
        number=number,
    )


def _told(case: NotifiedCase, event: ClockEvent, clock: ClockChanged) -> tuple[str, ...]:
    """Whom an event reaches; of most of them nobody hears."""
    if clock.silent:
        return ()
    if event is ClockEvent.WARNED:
        return (clock.unit,) if clock.unit else ()
    if event is ClockEvent.ESCALATED:
        return clock.to
    is_taken_back = event is ClockEvent.CORRECTED and was_no_breach(clock)
    return case.told_of_breach.get(clock.stage, ()) if is_taken_back else ()


def _post_name(pack: Pack, unit: str | None) -> Text | None:
    """What a post is called: its unit, in the place where it sits."""
    name = unit_name(pack, unit)
    place = pack.places.get((unit or "").partition("/")[0].removeprefix(f"{pack.town}."))
    if name is None or place is None:
        return name
    return Text(f"{place.name.zh}{name.zh}", f"{name.en} of {place.name.en}")
