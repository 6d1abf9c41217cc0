"""The clock of one occurrence of a duty: started when it is owed, stopped when it is met, excused or withdrawn.

Decides what each of these makes of it, whether the engine was quicker or not. Counting, firing and taking back are
those of every other clock.
"""

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from shared.kernel.ids import derived_id
from shared.kernel.roles import Role
from shared.kernel.subject import Subject
from shared.rules.case.addresses import address, key_of, level_of
from shared.rules.case.limits import LimitTerms
from shared.rules.case.timeline import Timeline
from shared.rules.clocks.changes import ClockBefore, ClockEvent, ClockJournal, as_it_was
from shared.rules.clocks.clock import Clock, ClockVerdict
from shared.rules.clocks.duty_terms import MET, OWED
from shared.rules.clocks.escalation import EscalationStep, Telling
from shared.rules.clocks.escalation_times import repeated_at, untold_step
from shared.rules.clocks.firing import fire_until
from shared.rules.clocks.reckoning import CountingTerms, reckoned
from shared.rules.clocks.recounting import recount
from shared.rules.clocks.rewinding import rewound
from shared.rules.pack.model import Pack
from shared.rules.worktime.calendar import Calendar

EXCUSED, WITHDRAWN = "excused", "withdrawn"
SUPERVISOR, OPERATOR = Role.SUPERVISOR.value, Role.OPERATOR.value
_ROLES = frozenset(role.value for role in Role)


@dataclass(frozen=True, slots=True)
class DutyBook:
    """What a duty's clock is counted with.

    Args:
        terms: of the duty, in the edition of its occurrence.
        calendar: the town's, with the amended days of `revision` (0: none).
    """

    terms: LimitTerms
    calendar: Calendar
    revision: int

    @property
    def count(self) -> CountingTerms:
        """As clocks are counted: an occurrence has no steps."""
        return CountingTerms(self.terms, Timeline(), self.calendar, self.revision)

    def repeated(self, nth: int, at: datetime) -> Telling:
        """Return when the n-th step of what follows from what is missing, told at `at`, is told again."""
        return repeated_at(self.terms, self.calendar, nth, at)

    def repeat(self, clock: Clock, nth: int, at: datetime) -> Telling:
        """Return the same of a clock: a `Repeat`."""
        del clock
        return self.repeated(nth, at)


def clock_id(subject: Subject, duty: str) -> str:
    """Return the id that an occurrence's clock always has."""
    return derived_id(subject.id, subject.kind.value, duty)


@dataclass(frozen=True, slots=True)
class OwedOccurrence:
    """An occurrence of a duty as its clock needs it.

    Args:
        unit: who owes it, 'jurisdiction/unit'; the units of `missing` are looked for from there.
        opens_at: from when it is owed; due_at: exclusive.
    """

    subject: Subject
    unit: str
    opens_at: datetime
    due_at: datetime


def begun(owed: OwedOccurrence, book: DutyBook, pack: Pack) -> Clock:
    """Return the first form of an occurrence's clock, before anything is put on record.

    Args:
        pack: of the occurrence's edition.
    """
    terms = book.terms
    return Clock(
        id=clock_id(owed.subject, terms.stage),
        rule=terms.rule,
        because=terms.because,
        stage=terms.stage,
        edition=pack.edition,
        round=1,
        decision=1,
        start_mark=OWED,
        started_at=owed.opens_at,
        counted_from_at=owed.opens_at,
        unit=owed.unit,
        escalations=_steps(terms, owed.unit, pack),
        reason_in_time=terms.reason_in_time,
        otherwise=terms.otherwise,
        written_at=owed.opens_at,
        written_due_at=owed.due_at,
    )


def _steps(terms: LimitTerms, unit: str, pack: Pack) -> tuple[EscalationStep, ...]:
    return tuple(untold_step(step, _units(pack, step.to, unit)) for step in terms.escalations)


def _units(pack: Pack, names: tuple[str, ...], unit: str) -> tuple[str, ...]:
    """The units that hear of what a post owes; of roles the supervisor of its level and the operator are units."""
    place = unit.partition("/")[0].removeprefix(f"{pack.town}.")
    level = level_of(pack, key_of(unit))
    roles = {SUPERVISOR: level.supervisor if level else None, OPERATOR: f"{pack.town}/{OPERATOR}"}
    meant = (roles.get(name, name) for name in names)
    return tuple(
        dict.fromkeys(address(pack, to, place) for to in meant if to is not None and to not in _ROLES)
    )


def start(journal: ClockJournal, clock: Clock, book: DutyBook, at: datetime) -> None:
    """Put on record that an occurrence is owed from `at` on."""
    journal.record(ClockEvent.STARTED, reckoned(clock, book.count, at), at)


def stop(journal: ClockJournal, clock: Clock, by: str, book: DutyBook, at: datetime) -> None:
    """Put on record that nothing is owed any more: it was met, excused or withdrawn at `at`.

    Args:
        by: which of these.
    """
    if not clock.is_open:
        return
    fire_until(journal, at, book.repeat)
    clock = _judged(journal, rewound(journal, _newest(journal, clock), at, book.repeat), by, at)
    ended = replace(clock, stopped_at=at, stopped_by=by, verdict=clock.verdict_of_stop(at, is_met=by == MET))
    journal.record(ClockEvent.STOPPED, ended, at, mark=by)


def _judged(journal: ClockJournal, clock: Clock, by: str, at: datetime) -> Clock:
    """What is not owed was not missed; what was missed for a good reason stays on record beside it."""
    if clock.breached_at is None or by == MET:
        return clock
    if by == WITHDRAWN:
        return journal.record(ClockEvent.CORRECTED, clock.unbreached(), at, was=as_it_was(clock))
    excused = replace(clock, verdict=ClockVerdict.EXCUSED, earlier_verdict=ClockVerdict.LATE, excused_at=at)
    return journal.record(ClockEvent.EXCUSED, excused, at, was=ClockBefore(verdict=ClockVerdict.LATE))


def reopen(journal: ClockJournal, clock: Clock, book: DutyBook, at: datetime) -> None:
    """Put on record that what had met an occurrence was taken back: it is owed as if nothing had been recorded."""
    if clock.is_open:
        return
    verdict = ClockVerdict.LATE if clock.breached_at is not None else None
    again = replace(
        clock, stopped_at=None, stopped_by=None, verdict=verdict, excused_at=None, earlier_verdict=None
    )
    journal.record(ClockEvent.CORRECTED, reckoned(again, book.count, at), at, was=as_it_was(clock))


def move(journal: ClockJournal, clock: Clock, due_at: datetime | None, book: DutyBook, at: datetime) -> None:
    """Put on record that an occurrence has another end; one that is met stays met.

    Args:
        due_at: exclusive; None: nobody can say yet.
    """
    if clock.is_open:
        recount(journal, replace(clock, written_due_at=due_at), book.count, at)


def _newest(journal: ClockJournal, clock: Clock) -> Clock:
    return next(known for known in journal.clocks if known.id == clock.id)
