"""A step that is sent again under its key is taken once: the answer says what it did not do then.

Decides that a refused step leaves its key free: it may be sent again when what spoke against it has passed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from services.intake.domain.case import Case
from services.intake.domain.claims import Claim
from services.intake.domain.receipts import KeptAnswer, KeptResult
from services.intake.domain.refusal import Refusal, refusal
from services.intake.handlers.kept_problems import kept_problem, problem_of
from services.intake.handlers.take_step import StepTaker, WantedStep
from services.intake.store.idempotency import SettledClaim, SqlClaims
from shared.contracts.messages import Actor
from shared.db.work import Work
from shared.kernel.problems import Problem

InWords = Callable[[Refusal | Problem], Problem]


@dataclass(frozen=True, slots=True)
class StepAnswer:
    """What became of a step.

    Args:
        refused: why it was not taken; None: it was, now or when its key came first.
        not_done: what it was to do and did not.
    """

    refused: Problem | None = None
    not_done: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class StepsOnce:
    """Takes steps, each once per key.

    Args:
        in_words: turns refusals into problems.
    """

    taker: StepTaker
    claims: SqlClaims
    in_words: InWords

    def known(self, work: Work, claim: Claim | None) -> StepAnswer | None:
        """Claim the key for this transaction; return what it was answered before, None where it is new.

        Asked before the case is locked: whoever sends the same key at this moment waits here.

        Raises:
            Refusal: `key-reused`.
        """
        if claim is None:
            return None
        found = self.claims.take(work, [claim]).get(claim.key)
        return None if found is None else _again(found, claim)

    def take(
        self, work: Work, case: Case, actor: Actor, wanted: WantedStep, claim: Claim | None
    ) -> StepAnswer:
        """Take a step whose key is new; or record the refusal in the case's history."""
        taken = self.taker.take(work, case, actor, wanted)
        if taken.refused is not None:
            self.claims.give_back(work, [claim] if claim else [])
            return StepAnswer(self.in_words(taken.refused))
        answer = StepAnswer(not_done=tuple(map(self.in_words, taken.not_done)))
        if claim is not None:
            kept = tuple(KeptResult(problem=kept_problem(no)) for no in answer.not_done)
            self.claims.settle(work, {claim: KeptAnswer(kept)})
        return answer


def _again(found: SettledClaim, claim: Claim) -> StepAnswer:
    if found.body_hash != claim.body_hash:
        raise refusal("key-reused", {"field": "Idempotency-Key"})
    kept = (result.problem for result in found.answer.results if result.problem is not None)
    return StepAnswer(not_done=tuple(map(problem_of, kept)))
