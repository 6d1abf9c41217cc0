"""Reporting: one case, or up to 500 at once, each once however often it is sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from services.intake.api.desk import EVERYBODY, Desk, actor
from services.intake.api.inputs import MOST_CASES, BulkInput, ReportInput, report_of
from services.intake.api.outputs import Admitted, BulkResult, Catalogue
from services.intake.domain.admission import Report
from services.intake.domain.catalogue import catalogue
from services.intake.domain.claims import Claim, claim_of
from services.intake.domain.refusal import refusal
from services.intake.handlers.front_desk import Answer, Judged, Request
from services.intake.handlers.opening import Door
from services.intake.handlers.together import Together
from services.intake.messages.replies import Result
from shared.flow.editions import current_edition
from shared.kernel.problems import Problem
from shared.rules.decide.timing import local_day
from shared.web.access import caller, require
from shared.web.answers import json_answer, language, problem_body
from shared.web.callers import Role
from shared.web.inputs import invalid, load
from shared.web.manners import manners
from shared.web.routes import answers, describe, mount, takes
from shared.web.watching import trace

LONGEST_KEY = 200
_COUNTED = {"admitted": 201, "counted": 200}
_KEY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
    "description": "the same key and body give the same answer",
}


class ReportRoutes:
    """Where cases begin."""

    def __init__(self, desk: Desk, together: Together[Request, Answer]) -> None:
        self._desk = desk
        self._together = together

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "POST", "/v1/towns/<town>/cases", self.report)
        mount(blueprint, "POST", "/v1/towns/<town>/cases/bulk", self.report_bulk)
        mount(blueprint, "GET", "/v1/towns/<town>/catalogue", self.catalogue)

    @require(*EVERYBODY)
    @takes(ReportInput)
    @describe(parameters=[_KEY_HEADER])
    @answers(201, Admitted)
    @answers(200, Admitted, description="A repeated alarm, counted on its case")
    def report(self, given: dict[str, Any], town: str) -> Response:
        """Report a case.

        It is durable when answered, and bound to the edition of the town's rules in force now. Without a
        category, the words propose one where the town's rules say so; what a machine reports, and a category
        that a person is to confirm, stays a draft until then.
        """
        results = self._ask(town, given, [report_of(given)], single=True)
        told = results[0]
        if isinstance(told, Problem):
            raise told
        status = 200 if told["counted"] else 201
        return json_answer(told, status, {"Location": f"/v1/towns/{town}/cases/{told['case']}"})

    @require(*EVERYBODY)
    @takes(BulkInput, checked=False)
    @describe(parameters=[_KEY_HEADER])
    @answers(200, BulkResult)
    def report_bulk(self, given: Any, town: str) -> Response:
        """Report up to 500 cases at once.

        Each is admitted or refused for itself, all in one transaction; the results come in the order of the
        reports.
        """
        judged = [_judged(item, index) for index, item in enumerate(_items(given))]
        items = [
            _item(index, result) for index, result in enumerate(self._ask(town, given, judged, single=False))
        ]
        sums = {name: sum(item["status"] == status for item in items) for name, status in _COUNTED.items()}
        refused = len(items) - sum(sums.values())
        return json_answer({**sums, "refused": refused, "results": items})

    @require(*EVERYBODY)
    @answers(200, Catalogue)
    def catalogue(self, town: str) -> Response:
        """Show what can be reported in the town, and what is asked."""
        with self._desk.store.read() as conn:
            now = self._desk.store.now(conn)
            edition = current_edition(conn, self._desk.store.flow.editions, town, now)
            if edition is None:
                raise refusal("no-edition", {"town": town}, town=town)
            pack = self._desk.shelf.of(conn, self._desk.store.flow.editions, edition)
        return json_answer(catalogue(pack, language(), local_day(pack, now)))

    def _ask(self, town: str, body: Any, judged: Sequence[Judged], *, single: bool) -> Sequence[Result]:
        request = Request(self._door(town, judged), judged, single, _claim(town, body))
        answer = self._together.do(request)
        if isinstance(answer, Problem):
            raise answer
        return answer.results

    def _door(self, town: str, judged: Sequence[Judged]) -> Door:
        imports = caller().role is Role.ENGINEER
        if imports and any(isinstance(one, Report) and one.reported_at is None for one in judged):
            raise refusal("import-only", {"field": "reported_at"})
        back_dates = any(isinstance(one, Report) and one.reported_at is not None for one in judged)
        return Door(town, actor(), imports or (back_dates and self._is_simulated()), trace().parent)

    def _is_simulated(self) -> bool:
        with self._desk.store.read() as conn:
            return self._desk.store.is_simulated(conn)


def _claim(town: str, body: Any) -> Claim | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise refusal("bad-key", {"field": "Idempotency-Key"})
    who = caller()
    return claim_of(town, (who.role, who.unit, who.person), key, body)


def _item(index: int, result: Result) -> dict[str, Any]:
    if not isinstance(result, Problem):
        status = 200 if result["counted"] else 201
        return {"index": index, "status": status, "case": result["case"], "number": result["number"]}
    status = manners().status_of(result)
    return {"index": index, "status": status, "problem": problem_body(result, status)}


def _items(given: Any) -> list[Any]:
    words = manners().words
    if not isinstance(given, Mapping) or set(given) != {"cases"} or not isinstance(given["cases"], list):
        raise invalid({"cases": "Not a valid list."}, words)
    if not 1 <= len(given["cases"]) <= MOST_CASES:
        raise invalid({"cases": f"Length must be between 1 and {MOST_CASES}."}, words)
    items: list[Any] = given["cases"]
    return items


def _judged(item: Any, index: int) -> Report | Problem:
    try:
        return report_of(load(ReportInput, item, manners().words, f"cases.{index}."))
    except Problem as wrong:
        return wrong
