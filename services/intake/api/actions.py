"""Acting on a case: the one way in for every actor's step, merging, and each reporter's word on the result."""

from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from msgspec.structs import asdict

from services.intake.api.inputs import MergeInput, SatisfactionInput, StepInput
from services.intake.api.outputs import MergedView, Satisfied, StepTaken
from services.intake.api.request_context import ACTORS, STAFF, RequestContext, actor
from services.intake.api.views import merged_view, step_taken_view
from services.intake.handlers.merging import Merger, SatisfactionTaker
from services.intake.handlers.take_step import StepTaker, WantedStep
from shared.web.access import require
from shared.web.answers import json_answer, language
from shared.web.routes import answers, mount, takes


@dataclass(frozen=True, slots=True)
class ActionRoutes:
    """What people do with a case."""

    context: RequestContext
    steps: StepTaker
    merger: Merger
    satisfactions: SatisfactionTaker

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        case = "/v1/towns/<town>/cases/<case>"
        mount(blueprint, "POST", f"{case}/steps", self.take_step)
        mount(blueprint, "POST", f"{case}/merge", self.merge)
        mount(blueprint, "POST", f"{case}/satisfaction", self.satisfaction)

    @require(*ACTORS)
    @takes(StepInput)
    @answers(200, StepTaken)
    def take_step(self, given: dict[str, Any], town: str, case: str) -> Response:
        """Take a step. A refused one is recorded in the case's history; the answer says what one did not do."""
        wanted = WantedStep(**given)
        with self.context.store.begin() as work:
            found = self.context.case_to_change(work, town, case)
            taken = self.steps.take(work, found, actor(), wanted)
        if taken.refused is not None:  # only now: raised within the transaction, it would undo its own record
            raise self.context.problem(taken.refused)
        problems = [self.context.problem(no) for no in taken.not_done]
        return json_answer(step_taken_view(found, problems, language()))

    @require(*STAFF)
    @takes(MergeInput)
    @answers(200, MergedView)
    def merge(self, given: dict[str, Any], town: str, case: str) -> Response:
        """Merge a case into another of the town. It ends and stays readable; nobody who reported it is lost."""
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
