"""Who of those who reported a case is satisfied with the result, by reference only.

Decides which steps say so: a step by a reporter that verifies or closes the case says yes, one that reopens it
says no; and that each may say so once the case was settled, also after it was closed.
"""

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from services.intake.domain.actors import known_reporters
from services.intake.domain.case import Case, Satisfaction
from services.intake.domain.guard import why_not_now
from services.intake.domain.milestones import MERGED, SETTLED
from services.intake.domain.refusal import Refusal, refusal
from shared.kernel.instants import format_instant
from shared.rules.pack.model import EffectKind, Pack, Step

_YES = frozenset({EffectKind.VERIFY, EffectKind.CLOSE})


class ReporterWord(Struct, frozen=True):
    """What a reporter says of the result of a round, with its instant as text; None: nothing was said."""

    reporter: str
    satisfied: bool | None = None
    round: int | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A reporter's word with what follows from it.

    Args:
        step: the step of the town's rules that the word is; None: none was taken.
        not_done: why none was; None where one was, or where none follows.
    """

    word: ReporterWord
    step: str | None = None
    not_done: Refusal | None = None


def said_by(step: Step) -> bool | None:
    """Return what taking the step says of the taker's satisfaction; None: nothing."""
    kinds = {effect.kind for effect in step.does}
    if EffectKind.REOPEN in kinds:
        return False
    return True if _YES & kinds else None


def step_of_no(pack: Pack, case: Case) -> Step | None:
    """Return the step by which the town's rules take 'not satisfied', the one that can be taken now first; or None."""
    saying_no = [step for step in pack.steps.values() if said_by(step) is False]
    return min(saying_no, key=lambda step: why_not_now(pack, case, step) is not None, default=None)


def refuse_satisfaction(case: Case, reporter: str | None) -> Refusal | None:
    """Return why this person's word on the result is not taken, or None."""
    if case.merged_into is not None or case.stands(MERGED):
        into = case.merged_into.number if case.merged_into else "-"
        return refusal("case-merged", {"into": into}, into=into)
    if reporter is None or reporter not in known_reporters(case):
        return refusal("not-a-reporter", {"field": "reporter"})
    return (
        None if case.stands(SETTLED) else refusal("not-settled-yet", {"state": case.state}, state=case.state)
    )


def note(case: Case, reporter: str, is_satisfied: bool, at: datetime) -> ReporterWord:
    """Note on the case what a reporter says of the result of this round; return the note."""
    case.satisfaction = {**case.satisfaction, reporter: Satisfaction(is_satisfied, case.round, at)}
    return word_of(case, reporter)


def word_of(case: Case, reporter: str) -> ReporterWord:
    """Return what a reporter said last."""
    found = case.satisfaction.get(reporter)
    if found is None:
        return ReporterWord(reporter)
    return ReporterWord(reporter, found.satisfied, found.round, format_instant(found.at))


def words_of(case: Case) -> list[ReporterWord]:
    """Return each reporter with what that person said last."""
    return [word_of(case, reporter) for reporter in known_reporters(case)]
