"""What other services say, kept so that it can be counted; the same said again changes nothing."""

from dataclasses import dataclass, field, replace

from services.assess.domain.happening import (
    CountedCase,
    of_admitted,
    of_changed,
    of_clock,
    of_entry,
    of_notification,
    of_owed,
    of_record,
    of_session,
    of_stated,
    of_step,
)
from services.assess.store.happenings import SqlHappenings
from services.assess.store.tables import jurisdictions
from shared.contracts.envelope import Envelope
from shared.contracts.messages import (
    CaseAdmitted,
    CaseStep,
    ClockChanged,
    DutyChanged,
    DutyOwed,
    JurisdictionChanged,
    LedgerChanged,
    NotificationChanged,
    OccurrenceEvent,
    RecordKept,
    SessionOpened,
)
from shared.contracts.messages.cases import STEP_TYPES
from shared.db.work import Work
from shared.flow.service import Handler
from shared.rules.case.snapshot import CaseState
from shared.rules.clocks.changes import ClockEvent

_OVER = (CaseState.CLOSED, CaseState.REJECTED, CaseState.MERGED)
_ENDED, _ENTERED = "ended", "entered"


@dataclass(frozen=True, slots=True)
class Listener:
    """Keeps what happened."""

    rows: SqlHappenings = field(default_factory=SqlHappenings)

    def handlers(self) -> dict[str, Handler]:
        """Return what is done with each type of message."""
        return {
            "case.admitted": self.on_admitted,
            **{f"case.{name}": self.on_step for name in STEP_TYPES},
            **{f"clock.{event.value}": self.on_clock for event in ClockEvent},
            "duty.owed": self.on_owed,
            **{f"duty.{event.value}": self.on_duty for event in OccurrenceEvent},
            "record.kept": self.on_record,
            "notification.sent": self.on_notification,
            "notification.failed": self.on_notification,
            "ledger.changed": self.on_ledger,
            "session.opened": self.on_session,
            "jurisdiction.changed": on_jurisdiction_changed,
        }

    def on_admitted(self, work: Work, message: Envelope, said: CaseAdmitted) -> None:
        """A case began."""
        happening = of_admitted(message.town, said)
        self.rows.keep(work, happening)
        place, category = said.place.key, said.category
        case = CountedCase(said.case, message.town, place, category, happening.person, said.silent)
        self.rows.keep_case(work, case)

    def on_step(self, work: Work, message: Envelope, said: CaseStep) -> None:
        """A step was taken: what is counted of the case goes where it stands now."""
        case = self.rows.case(work, said.case)
        if case is None:
            return  # it came here whole, before anybody counted
        ended = said.at if said.state in _OVER else None
        now = replace(case, place=said.place.key, category=said.category, ended_at=ended)
        self.rows.keep_case(work, now)
        for happening in of_step(message.town, said, case.finder):
            self.rows.keep(work, happening)

    def on_clock(self, work: Work, message: Envelope, said: ClockChanged) -> None:
        """A clock is over, breached or withheld; or an appeal gave it another verdict."""
        happening = of_clock(message.town, said)
        if happening is None:
            return
        before = self.rows.find(work, happening.id)
        # A verdict that is changed later is of the time in which the clock ended, not of that in which it was changed.
        kept = happening if before is None else replace(happening, at=before.at, amount=before.amount)
        self.rows.keep(work, kept)

    def on_owed(self, work: Work, message: Envelope, said: DutyOwed) -> None:
        """An occurrence of a duty is owed."""
        self.rows.keep(work, of_owed(message.town, said))

    def on_duty(self, work: Work, message: Envelope, said: DutyChanged) -> None:
        """Something became of an occurrence."""
        before = self.rows.find(work, f"duty/{said.occurrence}")
        if before is not None:
            event = OccurrenceEvent(message.type.removeprefix("duty."))
            self.rows.keep(work, of_changed(before, event, said))

    def on_record(self, work: Work, message: Envelope, said: RecordKept) -> None:
        """A record was made."""
        self.rows.keep(work, of_record(message.town, said))

    def on_notification(self, work: Work, message: Envelope, said: NotificationChanged) -> None:
        """Somebody was told, or was not."""
        is_sent = message.type == "notification.sent"
        self.rows.keep(work, of_notification(message.town, said, is_sent=is_sent))

    def on_ledger(self, work: Work, message: Envelope, said: LedgerChanged) -> None:
        """Entries of the ledger came, moved, ended, or more is known of them."""
        for change in said.changes:
            if change.event == _ENTERED:
                self.rows.keep(work, of_entry(message.town, change, said.at))
                continue
            before = self.rows.find(work, f"entry/{change.entry}")
            if before is not None:
                ended = change.event == _ENDED
                self.rows.keep(work, replace(before, until=said.at) if ended else of_stated(before, change))

    def on_session(self, work: Work, message: Envelope, said: SessionOpened) -> None:
        """Somebody signed in and is there."""
        self.rows.keep(work, of_session(message.town, said))


def on_jurisdiction_changed(work: Work, message: Envelope, changed: JurisdictionChanged) -> None:
    """Keep since when a town takes nothing new."""
    del message
    work.rows(jurisdictions).put({"key": changed.key, "suspended_at": changed.suspended_at})
