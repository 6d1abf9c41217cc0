"""Acting on a case: the one way in for every actor's step, merging, and each reporter's word on the result."""

from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from msgspec.structs import asdict

from services.intake.api.claiming import KEY_HEADER, SEEN_HEADER, claimed, version_seen, written
from services.intake.api.inputs import MergeInput, MergeQuery, SatisfactionInput, StepInput
from services.intake.api.outputs import MergedView, MergePreview, Satisfied, StepTaken
from services.intake.api.request_context import ACTORS, STAFF, RequestContext, actor
from services.intake.api.views import merged_view, step_taken_view
from services.intake.api.why_not import why_not_view
from services.intake.domain.actors import REPORTER
from services.intake.domain.case import Case
from services.intake.domain.meanwhile import COUNTING, refuse_unseen
from services.intake.domain.promises import outlook
from services.intake.handlers.kept_problems import kept_problems, problems_of
from services.intake.handlers.merging import Merger, SatisfactionTaker
from services.intake.handlers.once import Once
from services.intake.handlers.take_step import StepTaker, WantedStep
from services.intake.store.reading import history_since
from shared.db.work import Work
from shared.web.access import require
from shared.web.answers import json_answer, language
from shared.web.routes import answers, describe, mount, takes


@dataclass(frozen=True, slots=True)
class ActionRoutes:
    """What people do with a case."""

    context: RequestContext
    steps: StepTaker
    once: Once
    merger: Merger
    satisfactions: SatisfactionTaker

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        case = "/v1/towns/<town>/cases/<case>"
        mount(blueprint, "POST", f"{case}/steps", self.take_step)
        mount(blueprint, "POST", f"{case}/merge", self.merge)
        mount(blueprint, "GET", f"{case}/merge", self.preview_merge)
        mount(blueprint, "POST", f"{case}/satisfaction", self.satisfaction)

    @require(*ACTORS)
    @takes(StepInput)
    @describe(parameters=[KEY_HEADER, SEEN_HEADER])
    @answers(200, StepTaken)
    def take_step(self, given: dict[str, Any], town: str, case: str) -> Response:
        """Take a step. A refused one is recorded in the case's history; the answer says what one did not do.

        With a key it is taken once, however often it is sent; with the version that was looked at, only where
        nobody has moved the case since.
        """
        wanted, claim, seen = WantedStep(**given), claimed(town, [case, written(given)]), version_seen()
        with self.context.store.begin() as work:
            before = self.once.known(work, claim)
            found = self.context.case_to_change(work, town, case)
            if before is not None:
                return json_answer(step_taken_view(found, problems_of(before), language()))
            self._refuse_unseen(work, found, seen)
            taken = self.steps.take(work, found, actor(), wanted)
            problems = [self.context.problem(no) for no in taken.not_done]
            if taken.refused is None:
                self.once.done(work, claim, kept_problems(problems))
            else:
                self.once.refused(work, claim)
        if taken.refused is not None:  # only now: raised within the transaction, it would undo its own record
            raise self.context.problem(taken.refused)
        return json_answer(step_taken_view(found, problems, language()))

    def _refuse_unseen(self, work: Work, case: Case, seen: int | None) -> None:
        if seen is None or seen >= case.history_n:
            return
        entries = history_since(work.conn, case.id, seen, COUNTING)
        pack = self.context.pack_of(work.conn, case)
        if no := refuse_unseen(pack, entries, seen, named=actor().role != REPORTER):
            raise no

    @require(*STAFF)
    @takes(MergeQuery, "query")
    @answers(200, MergePreview)
    def preview_merge(self, query: dict[str, Any], town: str, case: str) -> Response:
        """Show what merging would do to the clocks, and whether the caller may; nothing is changed."""
        with self.context.store.read() as conn:
            found, into = (self.context.case(conn, town, key) for key in (case, *query.values()))
            pack, now = self.context.pack_of(conn, into), self.context.store.now(conn)
        seen = outlook(pack, found, into, actor(), None, now)
        why_not = why_not_view(self.context.problem(seen.no)) if seen.no else None
        cases = {"case": found.number, "into": into.number, "reporters": seen.reporters}
        return json_answer({**cases, "allowed": seen.no is None, "why_not": why_not, "clocks": seen.clocks})

    @require(*STAFF)
    @takes(MergeInput)
    @answers(200, MergedView)
    def merge(self, given: dict[str, Any], town: str, case: str) -> Response:
        """Merge a case into another of the town: it ends and stays readable, nobody who reported it is lost.

        By a unit that holds one of them where category and village fit, else by a supervisor. The earlier due instant
        holds from then on; `GET` shows it before.
        """
        with self.context.store.begin() as work:
            found, into = self.context.cases_to_change(work, town, case, given["into"])
            self.merger.merge(work, found, into, actor(), given.get("note"))
        return json_answer(merged_view(into))

    @require(*ACTORS)
    @takes(SatisfactionInput)
    @answers(200, Satisfied)
    def satisfaction(self, given: dict[str, Any], town: str, case: str) -> Response:
        """Say whether a reporter is satisfied with the result: the reporter, or staff for one of them."""
        with self.context.store.begin() as work:
            found = self.context.case_to_change(work, town, case)
            heard = self.satisfactions.take(
                work, found, actor(), given.get("reporter"), given["satisfied"], given.get("note")
            )
        not_done = (
            self.context.problem(heard.not_done).cause.in_language(language()) if heard.not_done else None
        )
        return json_answer({**asdict(heard.word), "step": heard.step, "not_done": not_done})
