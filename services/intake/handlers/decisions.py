"""Taking routing's answers: the decision is kept, work orders go out, one message tells of it.

Decides which answers take effect: the one to the case's latest question. Earlier ones are kept as overtaken.
"""

from collections.abc import Callable
from dataclasses import dataclass

from services.intake.domain.actors import PLATFORM
from services.intake.domain.case import Case
from services.intake.domain.change import Change, LinkToOpen
from services.intake.domain.decisions import consequences_of_decision, consequences_of_return
from services.intake.domain.entries import decision_entry
from services.intake.domain.milestones import endings_of
from services.intake.domain.other_edition import is_moved, without_news
from services.intake.domain.records import KeptDecision, decision_of
from services.intake.handlers.apply_change import AppliedChange, ChangeApplier
from services.intake.handlers.emitting import raise_alarm
from services.intake.handlers.links import Linker
from services.intake.handlers.visibility import DISAGREEMENT
from services.intake.store.case_file import SqlCaseFile
from shared.contracts.envelope import Envelope
from shared.contracts.messages import CaseRouted, CaseUnroutable
from shared.db.work import Work
from shared.flow.editions import PackCache
from shared.flow.service import Refused
from shared.rules.case.snapshot import Assignment
from shared.rules.decide.answers import UnroutableCause
from shared.rules.pack.model import Acceptance, Pack

# What is done once a question about a case is answered or idle: with the assignment before, and whether it took effect.
AfterAnswer = Callable[[Work, Case, Assignment | None, bool], None]


@dataclass(frozen=True, slots=True)
class DecisionTaker:
    """Takes `case.routed` and `case.unroutable`.

    Args:
        after_answer: hears of every answer that took effect, or came when the case was over.
    """

    files: SqlCaseFile
    pack_cache: PackCache
    applier: ChangeApplier
    linker: Linker
    after_answer: AfterAnswer

    def on_routed(self, work: Work, message: Envelope, routed: CaseRouted) -> None:
        """Put a decision into effect."""
        self._take(work, message, routed)

    def on_unroutable(self, work: Work, message: Envelope, unroutable: CaseUnroutable) -> None:
        """Give the case to the fallback owner and raise an alarm."""
        case, kept = self._take(work, message, unroutable)
        if kept.in_effect:
            _alarm(work, case, unroutable.cause)
            self.files.keep(work, case)

    def _take(
        self, work: Work, message: Envelope, said: CaseRouted | CaseUnroutable
    ) -> tuple[Case, KeptDecision]:
        case = self.files.find(work, said.case)
        if case is None:
            raise Refused("unknown-case", said.case)
        # Before anything is written: an edition that is not here yet makes the message wait.
        pack = self.pack_cache.of(work, work.flow.editions, case.edition)
        in_effect = _is_awaited(case, said.answers_sequence)
        kept = decision_of(message, said, case.decisions + 1, in_effect=in_effect)
        self.files.keep_decision(work, kept)
        before = case.assignment
        self._put_into_effect(work, pack, case, kept)
        # Not for an answer that a later question overtook: the re-decision that asked goes on waiting for its own.
        if in_effect or endings_of(case):
            self.after_answer(work, case, before, in_effect)
        if in_effect and kept.pass_to:
            self.linker.open_all(work, case, [LinkToOpen(kept.pass_to)])
        self.linker.flow_back(work, case)
        self.files.keep(work, case)
        return case, kept

    def _put_into_effect(self, work: Work, pack: Pack, case: Case, kept: KeptDecision) -> None:
        if kept.in_effect and kept.assignment is not None:
            self.applier.apply(work, pack, case, take_effect(pack, case, kept))
        else:
            _note(case, kept)
            self.files.record(work, case, "decided", PLATFORM, decision_entry(kept))


def take_effect(pack: Pack, case: Case, kept: KeptDecision) -> AppliedChange:
    """Return the change that a decision is, and note on the case that its question is answered.

    Raises:
        ValueError: the decision assigns nobody.
    """
    if kept.assignment is None:
        raise ValueError(f"decision {kept.n} on {case.id} has no assignment")
    acceptance = kept.acceptance or pack.acceptance
    change = _change(pack, case, kept, kept.assignment, acceptance)  # by what the case was before the answer
    _note(case, kept)
    return AppliedChange(
        "decided",
        PLATFORM,
        change,
        beside=(decision_entry(kept),),
        accepted=acceptance is Acceptance.AUTOMATIC,
        reason=kept.returned,
    )


def _change(
    pack: Pack, case: Case, kept: KeptDecision, assignment: Assignment, acceptance: Acceptance
) -> Change:
    if kept.returned:
        return consequences_of_return(case, assignment, kept.reason.rule if kept.reason else "")
    change = consequences_of_decision(pack, case, assignment, acceptance)
    is_as_before = case.redecision is not None and not is_moved(case.assignment, assignment)
    return without_news(case, change) if is_as_before else change


def _alarm(work: Work, case: Case, cause: UnroutableCause) -> None:
    """Have the operator hear of a case that no rule routes, or on which the evaluators differ."""
    code = DISAGREEMENT if cause is UnroutableCause.DISAGREEMENT else "unroutable"
    raise_alarm(work, case, code, {"cause": cause, "about": "routing"})


def _is_awaited(case: Case, answers_sequence: int) -> bool:
    """Tell whether the answer is to the latest question, which stands in the message of that sequence or before."""
    return case.awaiting is not None and answers_sequence >= case.awaiting and not endings_of(case)


def _note(case: Case, kept: KeptDecision) -> None:
    case.decisions = kept.n
    if kept.in_effect:
        case.awaiting = None
        case.flagged, case.fallback = kept.flagged, kept.fallback
