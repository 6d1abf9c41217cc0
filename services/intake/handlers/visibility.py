"""Keeping on the case who may see it while the town's rules hide it, and who was asked to approve something.

Decides nothing: the pack's rules do. Asked whenever a case changed, for any step may end the hiding or ask
somebody. Whoever is to approve must see what; a notice alone lets nobody in. Where the evaluators differ, what is in
doubt stays hidden, and the operator hears of it.
"""

from dataclasses import dataclass

from services.intake.domain.case import Case
from services.intake.domain.visibility import hide, with_approvers
from services.intake.handlers.emitting import raise_alarm
from shared.db.work import Work
from shared.rules.case.snapshot import CaseState
from shared.rules.decide.answers import Answers
from shared.rules.decide.compiled import CompiledRulesCache
from shared.rules.pack.model import Pack

DISAGREEMENT = "disagreement"


@dataclass(frozen=True, slots=True)
class VisibilityKeeper:
    """Asks the rules who may see a case."""

    compiled: CompiledRulesCache

    def hide(self, pack: Pack, case: Case) -> Answers | None:
        """Note on the case who may see it now.

        Returns:
            What each evaluator said, where they differ; to be told by `tell_difference` once the case's own message
            is said.
        """
        # Who is asked for approval comes first: they are among those who see the case while rules hide it.
        case.asked, case.seen_by = with_approvers(pack, case), None
        if not pack.hidden:  # most towns hide nothing: no situation need be made for each report
            return None
        hiding = hide(self.compiled.of(pack), case)
        return None if hiding.agreed else hiding.answers

    def tell_difference(self, work: Work, case: Case, answers: Answers | None) -> None:
        """Alarm the operator where the evaluators differ.

        Not for a draft: nobody hears of it, and its first message must be its report. It is asked about again when it
        is confirmed.
        """
        if answers is not None and case.state is not CaseState.DRAFT:
            raise_alarm(work, case, DISAGREEMENT, {"about": "hidden", "answers": dict(answers)})
