"""Looking ahead at what a re-decision would do with a case; nothing is written and nothing is said.

Decides nothing by itself: the case's own messages are relived by the functions that keep the clocks, the rules are
asked as routing asks them, and the change and its messages are made by the functions that a real re-decision uses.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.intake.domain.by_time import steps_by_time
from services.intake.domain.case import Case, snapshot_of
from services.intake.domain.records import DecisionKind, KeptDecision
from services.intake.domain.reliving import CaseMessage, ahead, message_of, relive
from services.intake.handlers.apply_change import AppliedChange, change_case, days_for, step_of
from services.intake.handlers.decisions import take_effect
from services.intake.redecision.domain.preview import CasePreview, side_by_side
from services.intake.redecision.domain.redecisions import Redecision, RedecisionCause
from services.intake.redecision.handlers.redecide import bind_and_ask
from services.intake.store.said import said_of
from shared.contracts.messages import Reason
from shared.db.work import Work
from shared.flow.limit_books import LimitBooks
from shared.kernel.subject import case_subject
from shared.rules.case.situation import situation_of
from shared.rules.case.timing import local_day
from shared.rules.decide.answers import Decision, Unroutable, assignment_of
from shared.rules.decide.compiled import CompiledRulesCache
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class RedecisionPreviewer:
    """Tells what another edition would make of cases."""

    compiled: CompiledRulesCache
    limit_books: LimitBooks

    def preview(self, work: Work, pack: Pack, cases: Sequence[Case]) -> list[CasePreview]:
        """Return what deciding these cases again by the pack would do, if it were done now.

        Args:
            work: for reading alone; it must not be flushed.
            cases: of the pack's town, none of which is to be left as it is.

        Raises:
            TryLater: an edition under which a case has lived is not here.
        """
        messages = said_of(work.conn, cases)
        return [self._preview(work, pack, case, messages[case.id]) for case in cases]

    def _preview(self, work: Work, pack: Pack, case: Case, heard: Sequence[CaseMessage]) -> CasePreview:
        rules_for = self.limit_books.rules_for(work, case.town, case_subject(case.id))
        known = relive(heard, work.at, rules_for)
        if known is None:
            raise ValueError(f"the case {case.id} is none to anybody: it has no messages")
        trial = replace(case)  # its parts are frozen: whatever is changed on the trial leaves the case alone
        redecision = _hypothetical(work, pack, case)
        asked = _told(work, pack, trial, bind_and_ask(work, pack, trial, redecision))
        answer = self._answer(pack, trial)
        decided = _told(work, pack, trial, take_effect(pack, trial, _kept(work, trial, answer)))
        # what the new edition has due already falls due at once
        then, changes = ahead(known, (asked, decided), work.at, rules_for)
        deadlines = tuple(side_by_side(known.clocks, then.clocks))
        by_time = tuple(dict.fromkeys(steps_by_time(pack, changes)))
        return CasePreview(case.assignment, answer, deadlines, by_time)

    def _answer(self, pack: Pack, case: Case) -> Decision | Unroutable:
        """As routing will: by what the message of the question says."""
        situation = situation_of(snapshot_of(case))
        return self.compiled.of(pack).route(situation, local_day(pack, case.reported_at))


def _hypothetical(work: Work, pack: Pack, case: Case) -> Redecision:
    return Redecision(
        id=work.new_id(),
        town=case.town,
        cause=RedecisionCause.ASKED,
        edition=pack.edition,
        starts_at=work.at,
        made_at=work.at,
    )


def _told(work: Work, pack: Pack, trial: Case, applied: AppliedChange) -> CaseMessage:
    """Apply a change to the trial and return what would be said of it."""
    change_case(pack, trial, applied, work.at, days_for(work, pack))
    step = step_of(trial, applied, work.at)
    trial.messages += 1
    if applied.change.ask_decision:
        trial.awaiting = trial.messages
    return message_of(trial.edition, step, work.at)


def _kept(work: Work, trial: Case, answer: Decision | Unroutable) -> KeptDecision:
    """Return the answer as it would be kept."""
    is_unroutable = isinstance(answer, Unroutable)
    decision = answer.decision if isinstance(answer, Unroutable) else answer
    held = trial.assignment
    number = max(trial.decisions, held.decision if held else 0) + 1
    return KeptDecision(
        case_id=trial.id,
        n=trial.decisions + 1,
        kind=DecisionKind.UNROUTABLE if is_unroutable else DecisionKind.ROUTED,
        assignment=assignment_of(decision, number, situation_of(snapshot_of(trial))),
        acceptance=None if is_unroutable else decision.acceptance,
        reason=Reason(rule=decision.rule.rule, because=tuple(decision.rule.because)),
        returned=decision.returned and not is_unroutable,
        decided_at=work.at,
        as_of=work.at,
    )
