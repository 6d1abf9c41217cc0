"""Counting repeated alarms of machines on the case that the first one made, also when many come at once.

Decides which reports of a transaction open a case and which are counted. The keys are held until the
transaction ends, so that two at the same moment never both make a case.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.intake.domain.case import Case
from services.intake.domain.change import Change
from services.intake.domain.entries import AlarmRepeatedEntry
from services.intake.domain.milestones import endings_of
from services.intake.domain.time_window import later
from services.intake.handlers.apply_change import AppliedChange, tell_of
from services.intake.handlers.opening import ValidatedReport
from services.intake.store.alarms import SqlMachineAlarms
from services.intake.store.case_file import SqlCaseFile
from shared.db.work import Work
from shared.kernel.instants import format_instant
from shared.rules.case.snapshot import CaseState

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

    def is_repeat(self, valid: ValidatedReport) -> bool:
        """Tell whether this report is only counted."""
        return id(valid) in self.repeated


@dataclass(frozen=True, slots=True)
class AlarmCounter:
    """Counts alarms within a transaction."""

    files: SqlCaseFile
    alarms: SqlMachineAlarms

    def counting(self, work: Work, valid: Sequence[ValidatedReport]) -> Counting:
        """Hold the keys of all alarms among the reports and tell which of them repeat an earlier one."""
        found = Counting()
        keyed = [each for each in valid if each.alarm]
        if not keyed:
            return found
        last = self._last(work, keyed, found)
        for each in keyed:
            key, at = each.alarm or "", each.admission.reported_at
            if key in last and _is_within(each, last[key], at):
                found.repeated.add(id(each))
            # Within one bulk, too, the second alarm repeats the first, in whatever order their instants stand.
            last[key] = max(last.get(key, at), at)
        return found

    def _last(self, work: Work, keyed: Sequence[ValidatedReport], found: Counting) -> dict[str, datetime]:
        """Return when each key's last alarm came whose case is not over; note those cases."""
        known = self.alarms.take(work, {each.alarm for each in keyed if each.alarm})
        # All at once, after the keys: one by one they would be locked in the order in which reports name them.
        self.files.prefetch(work, sorted({alarm.case for alarm in known.values()}))
        last: dict[str, datetime] = {}
        for key, alarm in known.items():
            case = self.files.find(work, alarm.case)
            if case is not None and not endings_of(case):
                found.cases[key], last[key] = case, alarm.at
        return last

    def note(self, work: Work, valid: ValidatedReport, case: Case, counting: Counting) -> None:
        """Remember where the first alarm of a key went."""
        if valid.alarm is not None:
            counting.cases[valid.alarm] = case
            self.alarms.keep(work, valid.alarm, case.id, valid.admission.reported_at)

    def count(self, work: Work, valid: ValidatedReport, counting: Counting) -> Case:
        """Count an alarm on its case; nothing of what it said is lost."""
        key, report = valid.alarm or "", valid.report
        case = counting.cases[key]
        case.repeats += 1
        at, actor = valid.admission.reported_at, valid.context.actor
        entry = AlarmRepeatedEntry(report.source, case.repeats, format_instant(at))
        self.files.record(work, case, "alarm-repeated", actor, entry, texts={"text": report.text})
        if case.state is not CaseState.DRAFT:
            tell_of(work, case, AppliedChange(COUNTED, actor, Change(COUNTED, ())))
        self.files.keep(work, case)
        self.alarms.keep(work, key, case.id, at)
        return case


def _is_within(valid: ValidatedReport, last_at: datetime, at: datetime) -> bool:
    within = valid.pack.machines[valid.report.channel]
    # From the latest alarm and not the first: a device that goes on reporting stays one case however long.
    return within is not None and at <= later(valid.pack, last_at, within)
