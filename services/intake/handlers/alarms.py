"""Counting repeated alarms of machines on the case that the first one made, also when many come at once.

Decides which reports of a transaction open a case and which are counted. The keys are held until the
transaction ends, so that two at the same moment never both make a case.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.intake.domain.case import Case
from services.intake.domain.change import Change
from services.intake.domain.milestones import DRAFT, ENDED
from services.intake.domain.stretch import later
from services.intake.handlers.carry_out import say
from services.intake.handlers.opening import Ready
from services.intake.messages import cases as words
from services.intake.ports.alarms import Alarms
from services.intake.ports.case_file import CaseFile
from shared.db.work import Work
from shared.kernel.instants import format_instant

COUNTED = "alarm_repeated"


@dataclass(slots=True)
class Counting:
    """Which reports of one transaction repeat an alarm.

    Args:
        repeated: ids of the reports that do.
        cases: key → the case on which its alarms are counted, as far as it is known already.
    """

    repeated: set[int] = field(default_factory=set)
    cases: dict[str, Case] = field(default_factory=dict)

    def is_repeat(self, ready: Ready) -> bool:
        """Tell whether this report is only counted."""
        return id(ready) in self.repeated


@dataclass(frozen=True, slots=True)
class AlarmCounter:
    """Counts alarms within a transaction."""

    files: CaseFile
    alarms: Alarms

    def counting(self, work: Work, ready: Sequence[Ready]) -> Counting:
        """Hold the keys of all alarms among the reports and tell which of them repeat an earlier one."""
        found = Counting()
        keyed = [one for one in ready if one.alarm]
        if not keyed:
            return found
        last = self._last(work, keyed, found)
        for one in keyed:
            key, at = one.alarm or "", one.admission.reported_at
            if key in last and _is_within(one, last[key], at):
                found.repeated.add(id(one))
            last[key] = max(last.get(key, at), at)
        return found

    def _last(self, work: Work, keyed: Sequence[Ready], found: Counting) -> dict[str, datetime]:
        """Return when each key's last alarm came whose case is not over; note those cases."""
        known = self.alarms.take(work, {one.alarm for one in keyed if one.alarm})
        self.files.prefetch(work, sorted({alarm.case for alarm in known.values()}))
        last: dict[str, datetime] = {}
        for key, alarm in known.items():
            case = self.files.find(work, alarm.case)
            if case is not None and not ENDED & case.marks.keys():
                found.cases[key], last[key] = case, alarm.at
        return last

    def note(self, work: Work, ready: Ready, case: Case, counting: Counting) -> None:
        """Remember where the first alarm of a key went."""
        if ready.alarm is not None:
            counting.cases[ready.alarm] = case
            self.alarms.keep(work, ready.alarm, case.id, ready.admission.reported_at)

    def count(self, work: Work, ready: Ready, counting: Counting) -> Case:
        """Count an alarm on its case; nothing of what it said is lost."""
        key, report = ready.alarm or "", ready.asking.report
        case = counting.cases[key]
        case.repeats += 1
        at = ready.admission.reported_at
        data = {"source": report.source, "repeats": case.repeats, "reported_at": format_instant(at)}
        actor = ready.asking.door.actor
        self.files.record(work, case, "alarm-repeated", actor, data, {"text": report.text})
        if case.state != DRAFT:
            say(
                work,
                case,
                "case.progressed",
                words.step(case, Change(COUNTED, ()), actor, work.at, None, False),
            )
        self.files.keep(work, case)
        self.alarms.keep(work, key, case.id, at)
        return case


def _is_within(ready: Ready, last_at: datetime, at: datetime) -> bool:
    within = ready.pack.machines[ready.asking.report.channel]
    return within is not None and at <= later(ready.pack, last_at, within)
