"""An appeal upheld: a breach is excused, and what stood before stays beside it (免责).

Decides which clocks an appeal reaches: every late one of its stage, whether it still runs or has stopped. A case
that is not finished goes on; only nobody is reminded of it any more. Must not know who decides on appeals.
"""

from msgspec.structs import replace

from shared.rules.case.timeline import TimelineStep
from shared.rules.clocks.changes import ClockBefore, ClockEvent, ClockJournal
from shared.rules.clocks.clock import Clock, ClockVerdict
from shared.rules.clocks.rewinding import rewound
from shared.rules.clocks.rulebook import CaseRules
from shared.rules.pack.model import EffectKind


def excuse_clocks(journal: ClockJournal, step: TimelineStep, rules: CaseRules) -> None:
    """Excuse the late clocks of the stages that the step names; others, and those breached later, stay as they are.

    Args:
        step: the appeal that was upheld, dated when it was.
    """
    for clock in journal.clocks:
        if step.has(EffectKind.EXCUSE, clock.stage) and _is_late(clock, step):
            if clock.is_open:  # reminders that came after it would not have come
                clock = rewound(journal, clock, step.at, rules.repeat)
            excused = replace(
                clock, verdict=ClockVerdict.EXCUSED, earlier_verdict=clock.verdict, excused_at=step.at
            )
            journal.record(ClockEvent.EXCUSED, excused, step.at, was=ClockBefore(verdict=ClockVerdict.LATE))


def _is_late(clock: Clock, step: TimelineStep) -> bool:
    # One that is excused already has another verdict: a second appeal does not overwrite the first.
    is_breached = clock.breached_at is not None and clock.breached_at <= step.at
    return is_breached and clock.verdict is ClockVerdict.LATE
