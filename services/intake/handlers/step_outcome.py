"""What became of a step's effects on the limits of its case, so that whoever takes it hears what it did not do.

Decides nothing: the case's own messages are lived again by the functions that keep the clocks.
"""

from dataclasses import dataclass

from services.intake.domain.case import Case
from services.intake.domain.idle_effects import ON_LIMITS, idle_effects
from services.intake.domain.refusal import Refusal
from services.intake.domain.reliving import after, message_of, relive
from services.intake.handlers.apply_change import AppliedChange, step_of
from services.intake.store.said import said_of
from shared.db.work import Work
from shared.flow.limit_books import LimitBooks
from shared.kernel.subject import case_subject


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """Tells what a step was to do to limits and did not."""

    limit_books: LimitBooks

    def not_done(self, work: Work, case: Case, applied: AppliedChange) -> tuple[Refusal, ...]:
        """Return what of a step's effects on limits came to nothing.

        Args:
            case: with the step, of which nothing has been written yet.
        """
        effects = [effect for effect in applied.change.effects if effect.kind in ON_LIMITS]
        if not effects:
            return ()
        at = applied.at or work.at
        rules_for = self.limit_books.rules_for(work, case.town, case_subject(case.id))
        known = relive(said_of(work.conn, [case])[case.id], at, rules_for)
        if known is None:
            return ()
        step = step_of(case, applied, at)
        now = after(known, message_of(case.edition, step, at), rules_for)
        return idle_effects(step.effects, applied.due_at, known, now)
