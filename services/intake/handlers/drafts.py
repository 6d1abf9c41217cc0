"""Confirming a draft, which makes it a case, or dismissing it, which leaves it readable for good."""

from dataclasses import dataclass

from services.intake.domain.actors import Actor
from services.intake.domain.case import Case
from services.intake.domain.drafts import Confirming, confirm, require_draft
from services.intake.domain.milestones import DISMISSED
from services.intake.handlers.carry_out import say
from services.intake.handlers.hiding import Hider
from services.intake.handlers.opening import begin, first_entry
from services.intake.messages import cases as words
from services.intake.ports.case_file import CaseFile
from shared.db.work import Work
from shared.flow.editions import PackShelf
from shared.kernel.instants import format_instant


@dataclass(frozen=True, slots=True)
class Drafts:
    """Ends drafts within a transaction."""

    files: CaseFile
    shelf: PackShelf
    hider: Hider

    def confirm(self, work: Work, case: Case, actor: Actor, by: Confirming) -> None:
        """Make a case of the draft: it is said to everybody as any other report.

        Raises:
            Refusal, FactError: as `domain.drafts.confirm`; nothing has changed then.
        """
        pack = self.shelf.of(work, work.flow.editions, case.edition)
        texts = confirm(pack, case, by)
        begin(case)
        case.admitted_at = work.at
        case.first_contact = case.first_contact or actor.unit
        self._end(work, case, actor, "confirmed", None)
        self.hider.hide(pack, case)
        note = {"note": by.note} if by.note else {}
        self.files.record(work, case, "confirmed", actor, first_entry(case), {**texts, **note})
        say(work, case, "case.admitted", words.admitted(case, actor))
        self.files.keep(work, case)

    def dismiss(self, work: Work, case: Case, actor: Actor, reason: str) -> None:
        """Say that there is no case, and why; what was reported stays readable.

        Raises:
            Refusal: `not-a-draft`.
        """
        require_draft(case)
        case.state, case.marks = DISMISSED, {DISMISSED: format_instant(work.at)}
        self._end(work, case, actor, DISMISSED, reason)
        self.files.record(work, case, DISMISSED, actor, {}, {"reason": reason})
        self.files.keep(work, case)

    def _end(self, work: Work, case: Case, actor: Actor, outcome: str, reason: str | None) -> None:
        ended = {"outcome": outcome, "at": format_instant(work.at), "by": actor.as_data(), "reason": reason}
        case.draft = {**(case.draft or {}), **ended}
