"""What happened to a case before it came here, put on record: nobody is told of it any more.

Decides that an assignment of before is a decision like any other.
"""

from dataclasses import dataclass

from msgspec import Struct

from services.intake.domain.case import Case
from services.intake.domain.entries import ForeignEntry, ImportedDecisionEntry
from services.intake.domain.milestones import ACCEPTED
from services.intake.domain.records import DecisionKind, KeptDecision
from services.intake.handlers.apply_change import AppliedChange, ChangeApplier
from services.intake.store.case_file import SqlCaseFile
from services.intake.transfer.domain.import_replay import change_of
from services.intake.transfer.domain.imported_case import ImportedStep
from shared.db.work import Work
from shared.rules.case.snapshot import Assignment
from shared.rules.decide.compiled import CompiledRules


@dataclass(frozen=True, slots=True)
class PastKeeper:
    """Puts steps of before on record within a transaction."""

    files: SqlCaseFile
    applier: ChangeApplier

    def happen(
        self,
        work: Work,
        rules: CompiledRules,
        case: Case,
        step: ImportedStep,
        foreign: ForeignEntry,
        *,
        publishes: bool,
    ) -> None:
        """Apply a step silently, at its own instant.

        Args:
            publishes: False: what it published is known from elsewhere.
        """
        change = change_of(rules, case, step)
        note = {"note": step.note} if step.note else {}
        applied = AppliedChange(
            "step" if step.assigned is None else "decided",
            step.by,
            change,
            due_at=step.due_at,
            texts={**change.texts, **note},
            beside=[
                foreign,
                *([] if step.assigned is None else self._decided(work, case, step, change.assignment)),
            ],
            accepted=ACCEPTED in change.reached,
            at=step.at,
            silent=True,
            publishes=publishes,
        )
        self.applier.apply(work, rules.pack, case, applied)

    def _decided(
        self, work: Work, case: Case, step: ImportedStep, assignment: Assignment | None
    ) -> list[Struct]:
        """Keep a decision of before like any other; return what the history says of it beside the change."""
        if assignment is None:
            return []
        case.decisions += 1
        decision = KeptDecision(
            case_id=case.id,
            n=case.decisions,
            kind=DecisionKind.IMPORTED,
            assignment=assignment,
            edition=case.edition,
            decided_at=step.at,
            as_of=work.at,
        )
        self.files.keep_decision(work, decision)
        return [ImportedDecisionEntry(case.decisions, assignment)]
