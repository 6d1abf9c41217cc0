"""Where requests to report arrive: each is answered once per key, many in one transaction.

Decides what a request is answered: what it asked for the first time, or what the same key got before.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.intake.domain.admission import Report
from services.intake.domain.case import Case
from services.intake.domain.claims import Claim
from services.intake.domain.refusal import Refusal, refusal
from services.intake.handlers.admit import Admitter, Counted, Outcome
from services.intake.handlers.likely import Likely
from services.intake.handlers.opening import Asking, Door
from services.intake.messages.replies import from_row, to_row, told
from services.intake.ports.claims import Claims
from shared.db.work import Work
from shared.kernel.problems import Problem
from shared.obs.metrics import Metrics

Judged = (
    Report | Problem
)  # a report of a bulk that is not even well formed waits here for its place in the reply


@dataclass(frozen=True, slots=True)
class Request:
    """One request: a single report, or a bulk of them.

    Args:
        single: refused as a whole when its one report is.
    """

    door: Door
    reports: Sequence[Judged]
    single: bool
    claim: Claim | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request gets: per report what a client needs to know of its case, or the problem with it."""

    results: Sequence[Mapping[str, Any] | Problem]


Answer = Reply | Problem


class FrontDesk:
    """Answers requests within a transaction.

    Args:
        in_words: turns refusals into problems.
    """

    def __init__(
        self,
        admitter: Admitter,
        claims: Claims,
        likely: Likely,
        metrics: Metrics,
        in_words: Callable[[Refusal | Problem], Problem],
    ) -> None:
        self._admitter = admitter
        self._claims = claims
        self._likely = likely
        self._metrics = metrics
        self._in_words = in_words

    def answer(self, work: Work, requests: Sequence[Request]) -> list[Answer]:
        """Answer requests in their order; a key that comes twice among them is answered by the first."""
        taken = self._claims.take(work, [one.claim for one in requests if one.claim])
        known: dict[str, tuple[str, Answer]] = {
            key: (row["body_hash"], Reply(from_row(row["answer"]))) for key, row in taken.items()
        }
        fresh = _first_of_each_key(requests, known)
        answers = {
            id(one): answer for one, answer in zip(fresh, self._answer_fresh(work, fresh), strict=True)
        }
        mine = {one.claim: answers[id(one)] for one in fresh if one.claim}
        self._settle(work, mine)
        known |= {claim.key: (claim.body_hash, answer) for claim, answer in mine.items()}
        return [answers[id(one)] if id(one) in answers else self._again(one.claim, known) for one in requests]

    def _again(self, claim: Claim | None, known: Mapping[str, tuple[str, Answer]]) -> Answer:
        """The same body gets what the first one got; another body is refused."""
        body_hash, answer = known[claim.key if claim else ""]
        if claim is not None and body_hash == claim.body_hash:
            return answer
        return self._in_words(refusal("key-reused", {"field": "Idempotency-Key"}))

    def _answer_fresh(self, work: Work, requests: Sequence[Request]) -> Iterator[Answer]:
        askings = [
            Asking(one.door, each) for one in requests for each in one.reports if isinstance(each, Report)
        ]
        outcomes = iter(self._admitter.admit(work, askings))
        for one in requests:
            all_of_it = [next(outcomes) if isinstance(each, Report) else each for each in one.reports]
            yield self._reply(work, one, all_of_it)

    def _reply(self, work: Work, request: Request, outcomes: Sequence[Outcome]) -> Answer:
        results = [self._told(work, request, each, outcomes) for each in outcomes]
        refused = [each for each in results if isinstance(each, Problem)]
        for no in refused:
            self._metrics.reports_refused.labels(no.code).inc()
        if request.single and refused:
            return refused[0]
        admitted = sum(isinstance(each, Case) for each in outcomes)
        work.after_commit(lambda: self._metrics.reports.labels(request.door.town).inc(admitted))
        return Reply(results)

    def _told(
        self, work: Work, request: Request, one: Outcome | Problem, all_of_it: Sequence[Outcome | Problem]
    ) -> Mapping[str, Any] | Problem:
        if isinstance(one, Counted):
            return told(one.case, (), repeated=one.repeats)
        if not isinstance(one, Case):
            return self._in_words(one)
        return told(one, self._likely.to(work, one, request.door.actor, all_of_it))

    def _settle(self, work: Work, answers: Mapping[Claim, Answer]) -> None:
        """Answers of admitted requests are kept; a request refused as a whole leaves its key free."""
        kept = {
            claim: to_row(answer.results) for claim, answer in answers.items() if isinstance(answer, Reply)
        }
        self._claims.settle(work, kept)
        self._claims.give_back(work, [claim for claim in answers if claim not in kept])


def _first_of_each_key(requests: Sequence[Request], known: Mapping[str, object]) -> list[Request]:
    seen = set(known)
    fresh = []
    for one in requests:
        if one.claim is None or one.claim.key not in seen:
            fresh.append(one)
        if one.claim is not None:
            seen.add(one.claim.key)
    return fresh
