"""Confirming a draft, which makes it a case, or dismissing it, which leaves it readable for good."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.intake.domain.actors import Actor
from services.intake.domain.case import Case
from services.intake.domain.drafts import Confirming, confirm, require_draft
from services.intake.domain.milestones import DISMISSED
from services.intake.domain.old_draft import CONFIRMED, ending
from services.intake.handlers.admit import Admitter
from services.intake.handlers.carry_out import say
from services.intake.handlers.hiding import Hider
from services.intake.handlers.opening import begin, first_entry
from services.intake.messages import cases as words
from services.intake.ports.case_file import CaseFile
from shared.db.work import Work
from shared.kernel.instants import format_instant
from shared.rules.decide.timing import local_day


@dataclass(frozen=True, slots=True)
class Drafts:
    """Ends drafts within a transaction."""

    files: CaseFile
    admitter: Admitter
    hider: Hider

    def confirm(self, work: Work, case: Case, actor: Actor, by: Confirming) -> None:
        """Make a case of the draft, by the rules in force now: it is said to everybody as any other report.

        Raises:
            Refusal, FactError: as `domain.drafts.confirm`; nothing has changed then.
        """
        pack, before = self.admitter.pack_in_force(work, case.town), (case.edition, case.facts)
        texts = confirm(pack, case, by, local_day(pack, work.at))
        begin(case)
        case.admitted_at = work.at
        case.first_contact = case.first_contact or actor.unit
        self._end(work, case, actor, CONFIRMED, None)
        self.hider.hide(pack, case)
        note = {"note": by.note} if by.note else {}
        data = {**first_entry(case), **_adopted(case, *before)}
        self.files.record(work, case, CONFIRMED, actor, data, {**texts, **note})
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
        case.draft = {**(case.draft or {}), **ending(outcome, work.at, actor, reason)}


def _adopted(case: Case, edition: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the history says where other rules hold now than when the draft was made."""
    if edition == case.edition:
        return {}
    unknown = {name: value for name, value in facts.items() if name not in case.facts}
    return {"drafted_under": edition, **({"facts_unknown_there": unknown} if unknown else {})}
