"""Confirming a draft, which makes it a case, or dismissing it, which leaves it readable for good."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.intake.domain.case import Case
from services.intake.domain.drafts import (
    CONFIRMED,
    Confirming,
    confirm,
    end_draft,
    end_without_case,
    require_draft,
)
from services.intake.domain.entries import BegunEntry, begun
from services.intake.domain.milestones import DISMISSED
from services.intake.domain.opening_categories import refuse_categories
from services.intake.handlers.admit import Admitter
from services.intake.handlers.apply_change import days_for
from services.intake.handlers.awaited_years import tell_of_years
from services.intake.handlers.earlier import settle_earlier
from services.intake.handlers.emitting import emit_admitted
from services.intake.handlers.opening import begin
from services.intake.handlers.visibility import VisibilityKeeper
from services.intake.store.case_file import SqlCaseFile
from shared.contracts.messages import Actor
from shared.db.work import Work
from shared.rules.case.snapshot import CaseState
from shared.rules.case.timing import local_day
from shared.rules.logic.facts import Value


@dataclass(frozen=True, slots=True)
class Drafts:
    """Ends drafts within a transaction."""

    files: SqlCaseFile
    admitter: Admitter
    visibility: VisibilityKeeper

    def confirm(self, work: Work, case: Case, actor: Actor, by: Confirming) -> None:
        """Make a case of the draft, by the rules in force now: it is said to everybody as any other report.

        Raises:
            Refusal, FactError: as `domain.drafts.confirm`; nothing has changed then.
        """
        pack = self.admitter.pack_in_force(work, case.town)
        edition, facts = case.edition, case.facts
        if no := refuse_categories(pack, actor, (by.category, *(by.also or ()))):
            raise no
        texts = confirm(pack, case, by, local_day(pack, work.at), days_for(work, pack))
        # Before anybody asks who may see it and before its entry is made: both go by the case as it then is.
        begin(case)
        self.admitter.wait_turn(work, pack)
        settle_earlier(work, pack, case)
        case.admitted_at = work.at
        case.first_contact = case.first_contact or actor.unit
        end_draft(case, CONFIRMED, work.at, actor)
        differing = self.visibility.hide(pack, case)
        note = {"note": by.note} if by.note else {}
        self.files.record(work, case, CONFIRMED, actor, _entry(case, edition, facts), texts={**texts, **note})
        emit_admitted(work, case, actor)
        tell_of_years(work, pack, case, case.standing)
        self.visibility.tell_difference(work, case, differing)
        self.files.keep(work, case)

    def dismiss(self, work: Work, case: Case, actor: Actor, reason: str) -> None:
        """Say that there is no case, and why; what was reported stays readable.

        Raises:
            Refusal: `not-a-draft`.
        """
        require_draft(case)
        end_without_case(case, CaseState.DISMISSED, work.at, actor, reason)
        self.files.record(work, case, DISMISSED, actor, texts={"reason": reason})
        self.files.keep(work, case)


def _entry(case: Case, edition: str, facts: Mapping[str, Value]) -> BegunEntry:
    """How the case begins, and what is other where other rules hold now than when the draft was made."""
    if edition == case.edition:
        return begun(case)
    unknown = {name: value for name, value in facts.items() if name not in case.facts}
    return begun(case, drafted_under=edition, unknown=unknown)
