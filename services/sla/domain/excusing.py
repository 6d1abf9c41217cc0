"""An appeal upheld: a breach is excused, and what stood before stays beside it (免责).

Decides which clocks an appeal reaches: every late one of its stage, whether it still runs or has stopped. A case
that is not finished goes on; only nobody is reminded of it any more. Must not know who decides on appeals.
"""

from dataclasses import replace

from services.sla.domain.changes import Event, Ledger
from services.sla.domain.clock import Clock, Verdict
from services.sla.domain.life import Step
from services.sla.domain.rewinding import rewound
from services.sla.domain.rules import Rules


def excuse_clocks(ledger: Ledger, step: Step, rules: Rules) -> None:
    """Excuse the late clocks of the stages that the step names."""
    for clock in ledger.clocks:
        if step.has("excuse", clock.stage) and _is_late(clock, step):
            if clock.is_open:  # reminders that came after it would not have come
                clock = rewound(ledger, clock, step.at, rules.repeat)
            excused = replace(
                clock, verdict=Verdict.EXCUSED, earlier_verdict=clock.verdict, excused_at=step.at
            )
            ledger.record(Event.EXCUSED, excused, step.at, was={"verdict": Verdict.LATE.value})


def _is_late(clock: Clock, step: Step) -> bool:
    is_breached = clock.breached_at is not None and clock.breached_at <= step.at
    return is_breached and clock.verdict is Verdict.LATE
