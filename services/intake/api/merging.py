"""Merging cases, and each reporter's word on the result."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from services.intake.api.desk import ACTORS, STAFF, Desk, actor
from services.intake.api.inputs import MergeInput, SatisfactionInput
from services.intake.api.outputs import Merged, Satisfied
from services.intake.api.views import state_view
from services.intake.domain.actors import REPORTER
from shared.web.access import require
from shared.web.answers import json_answer
from shared.web.routes import answers, mount, takes


class MergeRoutes:
    """Several reports of one matter."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        one = "/v1/towns/<town>/cases/<case>"
        mount(blueprint, "POST", f"{one}/merge", self.merge)
        mount(blueprint, "POST", f"{one}/satisfaction", self.satisfaction)

    @require(*STAFF)
    @takes(MergeInput)
    @answers(200, Merged)
    def merge(self, given: dict[str, Any], town: str, case: str) -> Response:
        """Merge a case into another of the town. It ends and stays readable; nobody who reported it is lost."""
        with self._desk.store.begin() as work:
            found, into = self._desk.cases_to_change(work, town, case, given["into"])
            self._desk.merger.merge(work, found, into, actor(), given.get("note"))
        whole = {**state_view(into), "merged": list(into.merged), "reporters": len(into.merged) + 1}
        return json_answer(whole)

    @require(*ACTORS)
    @takes(SatisfactionInput)
    @answers(200, Satisfied)
    def satisfaction(self, given: dict[str, Any], town: str, case: str) -> Response:
        """Say whether a reporter is satisfied with the result: the reporter, or staff for one of them."""
        who = actor()
        ref = who.person if who.role == REPORTER else given.get("reporter")
        with self._desk.store.begin() as work:
            found = self._desk.case_to_change(work, town, case)
            said = self._desk.satisfaction.take(work, found, who, ref, given["satisfied"], given.get("note"))
        return json_answer({"reporter": ref, **said})
