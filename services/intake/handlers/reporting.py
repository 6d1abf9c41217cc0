"""Where requests to report arrive: each is answered once per key, many in one transaction.

Decides what a request is answered: what it asked for the first time, or what the same key got before; and which
likely duplicates a reporter is shown, of those that the reporter may see. Merging is always done by hand.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.intake.domain.admission import Report
from services.intake.domain.case import Case
from services.intake.domain.claims import Claim
from services.intake.domain.duplicates import MOST, duplicate_criteria, meets
from services.intake.domain.locating import PointDoubt, doubt_of
from services.intake.domain.receipts import (
    DuplicateCandidate,
    KeptAnswer,
    KeptProblem,
    KeptResult,
    Receipt,
    candidate_of,
    receipt_of,
)
from services.intake.domain.refusal import Refusal, refusal
from services.intake.handlers.admit import Admitter, Counted, Outcome, SubmittedReport
from services.intake.handlers.kept_problems import kept_problem, problem_of
from services.intake.handlers.opening import SubmissionContext
from services.intake.store.duplicates import find_duplicates
from services.intake.store.idempotency import SqlClaims
from services.intake.store.suspended import SUSPENDED
from shared.contracts.messages import Actor
from shared.db.work import Work
from shared.flow.editions import PackCache
from shared.kernel.problems import Problem
from shared.kernel.roles import Viewer
from shared.obs.metrics import Metrics
from shared.rules.case.timing import local_day
from shared.rules.pack.model import Pack

# A report of a bulk that is not even well formed waits here for its place in the reply.
JudgedReport = Report | Problem
ReportResult = Receipt | Problem


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """One request: a single report, or a bulk of them.

    Args:
        is_single: refused as a whole when its one report is.
    """

    context: SubmissionContext
    reports: Sequence[JudgedReport]
    is_single: bool
    claim: Claim | None = None


@dataclass(frozen=True, slots=True)
class ReportReply:
    """What a request gets: per report what a client needs to know of its case, or the problem with it."""

    results: Sequence[ReportResult]


ReportAnswer = ReportReply | Problem


@dataclass(frozen=True, slots=True)
class DuplicateFinder:
    """Looks for cases that look alike, and at points that can hardly be meant.

    Cases reported in the same transaction are not in the store yet and are compared by hand.
    """

    pack_cache: PackCache

    def find(
        self, work: Work, case: Case, actor: Actor, beside: Iterable[object]
    ) -> tuple[DuplicateCandidate, ...]:
        """Return at most ten cases that look like this one, newest first.

        Args:
            beside: what else was reported at the same moment by the same caller.
        """
        criteria = duplicate_criteria(self._pack(work, case), case)
        if criteria is None:
            return ()
        near = [
            other
            for other in beside
            # Of two alike in one bulk only one names the other, by the order of ids, as if they had come one by one.
            if isinstance(other, Case) and other.id < case.id and meets(criteria, other)
        ]
        viewer = Viewer(case.town, actor.role, actor.unit, actor.person)
        found = [*map(candidate_of, reversed(near)), *find_duplicates(work.conn, viewer, criteria, MOST)]
        return tuple(found[:MOST])

    def doubt(self, work: Work, case: Case) -> PointDoubt | None:
        """Return why a case's point is hardly where the matter is."""
        pack = self._pack(work, case)
        return doubt_of(pack, case.place, local_day(pack, case.reported_at))

    def _pack(self, work: Work, case: Case) -> Pack:
        return self.pack_cache.of(work, work.flow.editions, case.edition)


@dataclass(frozen=True, slots=True)
class ReportIntake:
    """Answers requests to report within a transaction.

    Args:
        in_words: turns refusals into problems.
    """

    admitter: Admitter
    claims: SqlClaims
    duplicates: DuplicateFinder
    metrics: Metrics
    in_words: Callable[[Refusal | Problem], Problem]

    def answer(self, work: Work, requests: Sequence[ReportRequest]) -> list[ReportAnswer]:
        """Answer requests in their order; a key that comes twice among them is answered by the first."""
        # Before anything is admitted: whoever sends the same key at this moment waits here, and finds the answer then.
        taken = self.claims.take(work, [request.claim for request in requests if request.claim])
        known: dict[str, tuple[str, ReportAnswer]] = {
            key: (settled.body_hash, ReportReply(_results_of(settled.answer)))
            for key, settled in taken.items()
        }
        fresh = _first_of_each_key(requests, known)
        # By the object: two requests that say the same are two, unless a key makes them one.
        answers = {
            id(request): answer
            for request, answer in zip(fresh, self._answer_fresh(work, fresh), strict=True)
        }
        mine = {request.claim: answers[id(request)] for request in fresh if request.claim}
        self._settle(work, mine)
        known |= {claim.key: (claim.body_hash, answer) for claim, answer in mine.items()}
        return [
            answers[id(request)] if id(request) in answers else self._again(request.claim, known)
            for request in requests
        ]

    def _again(self, claim: Claim | None, known: Mapping[str, tuple[str, ReportAnswer]]) -> ReportAnswer:
        """The same body gets what the first one got; another body is refused."""
        body_hash, answer = known[claim.key if claim else ""]
        if claim is not None and body_hash == claim.body_hash:
            return answer
        return self.in_words(refusal("key-reused", {"field": "Idempotency-Key"}))

    def _answer_fresh(self, work: Work, requests: Sequence[ReportRequest]) -> Iterator[ReportAnswer]:
        submitted = [
            SubmittedReport(request.context, report)
            for request in requests
            for report in request.reports
            if isinstance(report, Report)
        ]
        outcomes = iter(self.admitter.admit(work, submitted))
        for request in requests:
            whole = [next(outcomes) if isinstance(each, Report) else each for each in request.reports]
            yield self._reply(work, request, whole)

    def _reply(self, work: Work, request: ReportRequest, outcomes: Sequence[Outcome]) -> ReportAnswer:
        results = [self._result(work, request, outcome, outcomes) for outcome in outcomes]
        refused = [result for result in results if isinstance(result, Problem)]
        admitted = sum(isinstance(outcome, Case) for outcome in outcomes)
        # A transaction that is given up is tried again request by request: counted before, it would count twice.
        work.after_commit(lambda: self._count(request.context.town, admitted, refused))
        return _refused_as_a_whole(request, refused) or ReportReply(results)

    def _count(self, town: str, admitted: int, refused: Sequence[Problem]) -> None:
        if admitted:
            self.metrics.reports.labels(town).inc(admitted)
        for no in refused:
            self.metrics.reports_refused.labels(no.code).inc()

    def _result(
        self, work: Work, request: ReportRequest, outcome: Outcome, beside: Sequence[Outcome]
    ) -> ReportResult:
        if isinstance(outcome, Counted):
            return receipt_of(outcome.case, repeated=outcome.repeats)
        if not isinstance(outcome, Case):
            return self.in_words(outcome)
        alike = self.duplicates.find(work, outcome, request.context.actor, beside)
        return receipt_of(outcome, alike, doubt=self.duplicates.doubt(work, outcome))

    def _settle(self, work: Work, answers: Mapping[Claim, ReportAnswer]) -> None:
        """Answers of admitted requests are kept; a request refused as a whole leaves its key free."""
        kept = {
            claim: KeptAnswer(tuple(map(_kept, answer.results)))
            for claim, answer in answers.items()
            if isinstance(answer, ReportReply)
        }
        self.claims.settle(work, kept)
        self.claims.give_back(work, [claim for claim in answers if claim not in kept])


def _refused_as_a_whole(request: ReportRequest, refused: Sequence[Problem]) -> Problem | None:
    """A suspended town refuses a bulk too: kept under the request's key, it would be refused once the town goes on."""
    counts = (no for no in refused if request.is_single or no.code == SUSPENDED)
    return next(counts, None)


def _first_of_each_key(requests: Sequence[ReportRequest], known: Collection[str]) -> list[ReportRequest]:
    seen = set(known)
    fresh = []
    for request in requests:
        if request.claim is None or request.claim.key not in seen:
            fresh.append(request)
        if request.claim is not None:
            seen.add(request.claim.key)
    return fresh


def _kept(result: ReportResult) -> KeptResult:
    """Problems are kept in both languages, for the reader may change."""
    if isinstance(result, Receipt):
        return KeptResult(case=result)
    return KeptResult(problem=kept_problem(result))


def _results_of(answer: KeptAnswer) -> list[ReportResult]:
    return [result.case or _problem(result.problem) for result in answer.results]


def _problem(kept: KeptProblem | None) -> Problem:
    if kept is None:
        raise ValueError("a kept result holds neither a case nor a problem")
    return problem_of(kept)
