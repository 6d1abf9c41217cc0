"""Steps that time takes: what a town's limits say that a warning or an escalation does.

The service that keeps the clocks says what fell due, and nothing more; what follows for the case is read here from the
rule that it names. Decides whether it was really so by all that intake has said itself since: a message that comes
late, or again, does nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from services.intake.domain.actors import CLOCK
from services.intake.domain.by_time import step_by_time
from services.intake.domain.case import Case
from services.intake.domain.entries import ByClockEntry
from services.intake.domain.given import Given
from services.intake.domain.guard import lacking, why_not_now
from services.intake.domain.milestones import endings_of
from services.intake.domain.refusal import Refusal, refusal
from services.intake.domain.reliving import relive
from services.intake.handlers.carry_out import ByClock, ReadyStep, StepCarrier
from services.intake.handlers.step_outcome import StepOutcome
from services.intake.store.said import said_of
from shared.contracts.envelope import Envelope
from shared.contracts.messages import ClockChanged
from shared.db.work import Work
from shared.flow.editions import PackCache
from shared.flow.limit_books import LimitBooks
from shared.rules.clocks.clock import Clock

_WARNED = "clock.warned"


@dataclass(frozen=True, slots=True)
class ClockSteps:
    """Takes them within a transaction."""

    pack_cache: PackCache
    limit_books: LimitBooks
    carrier: StepCarrier
    outcome: StepOutcome

    def take(self, work: Work, message: Envelope, case: Case, told: ClockChanged) -> None:
        """Take the step that the limit lets time take with this message, if there is one.

        Args:
            message: bound to the edition under which the clock runs.
            case: with the clock as it was told.
        """
        step = self._step(work, message, told)
        if step is None or endings_of(case) or _was_taken(case, step, told):
            return
        if self._is_so(work, case, told):
            self._take(work, case, step, ByClock(told.at, _entry(message, told)))

    def _take(self, work: Work, case: Case, key: str, cause: ByClock) -> None:
        """Take the step; where the case does not allow it, the history says why not."""
        pack = self.pack_cache.of(work, work.flow.editions, case.edition)
        ready = ReadyStep(pack, CLOCK, key, Given(), by_clock=cause)
        no = self._why_not(work, case, ready, cause.at)
        unmet = no or self.carrier.unmet(work, case, ready)
        if isinstance(unmet, Refusal):
            self.carrier.refused(work, case, CLOCK, key, unmet, cause.entry)
            return
        applied = self.carrier.carry_out(work, case, ready, unmet)
        for idle in (*unmet.values(), *self.outcome.not_done(work, case, applied)):
            self.carrier.left_undone(work, case, CLOCK, key, idle, cause.entry)

    def _why_not(self, work: Work, case: Case, ready: ReadyStep, at: datetime) -> Refusal | None:
        key, pack = ready.key, ready.pack
        if key not in pack.steps:  # the case is bound to another edition by now
            return refusal("step-unknown", {"step": key}, step=key)
        no = why_not_now(pack, case, ready.step)
        no = no or self.carrier.why_not_by_rules(work, pack, case, ready.step, at)
        return no or lacking(pack, ready.step, ready.given, at)

    def _step(self, work: Work, message: Envelope, told: ClockChanged) -> str | None:
        """What was before the case came here has happened elsewhere."""
        if told.silent or message.edition is None:
            return None
        # Before its pack is looked for: nearly all that is said of clocks is neither.
        if message.type != _WARNED and told.escalation is None:
            return None
        pack = self.pack_cache.of(work, work.flow.editions, message.edition)
        return step_by_time(pack, told.reason.rule, told.escalation)

    def _is_so(self, work: Work, case: Case, told: ClockChanged) -> bool:
        """Whoever told it may not have heard yet what intake has said since: that the limit was met in time, say."""
        rules_for = self.limit_books.rules_for(work, case.town, told.subject)
        known = relive(said_of(work.conn, [case])[case.id], told.at, rules_for)
        clock = next((clock for clock in known.clocks if clock.id == told.clock), None) if known else None
        return clock is not None and _has_come(clock, told)


def _was_taken(case: Case, step: str, told: ClockChanged) -> bool:
    """Tell whether the step was taken at that instant or since: by this very message, or by somebody."""
    return step in case.milestones and case.milestones[step].at >= told.at


def _has_come(clock: Clock, told: ClockChanged) -> bool:
    if told.escalation is not None:
        return told.escalation in clock.reached
    return clock.warned_at is not None and clock.warned_at <= told.at


def _entry(message: Envelope, told: ClockChanged) -> ByClockEntry:
    on = f"{told.stage} {message.type.removeprefix('clock.')}"
    return ByClockEntry(rule=told.reason.rule, because=told.reason.because, clock=told.clock, on=on)
