"""Reporting: one case, or up to 500 at once, each once however often it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from services.intake.api.inputs import MOST_CASES, BulkInput, ReportInput, report_of
from services.intake.api.keys import KEY_HEADER, claim_in_header, written
from services.intake.api.report_outputs import Admitted, BulkResult
from services.intake.api.request_context import EVERYBODY, RequestContext, actor
from services.intake.domain.admission import Report
from services.intake.domain.refusal import refusal
from services.intake.handlers.group_commit import GroupCommit
from services.intake.handlers.opening import SubmissionContext
from services.intake.handlers.reporting import JudgedReport, ReportAnswer, ReportRequest, ReportResult
from shared.kernel.problems import Problem
from shared.web.access import caller, require
from shared.web.answers import json_answer, problem_body
from shared.web.app_config import app_config
from shared.web.callers import Role
from shared.web.inputs import invalid, load
from shared.web.metering import charge_reports
from shared.web.routes import answers, describe, mount, takes
from shared.web.watching import trace

LONGEST_BULK = 4 * 2**20  # bytes: eight thousand for each of them, where all are sent
ADMITTED, COUNTED = 201, 200  # what became of a report that was not refused, as a status


@dataclass(frozen=True, slots=True)
class ReportRoutes:
    """Where cases begin.

    Args:
        reporting: answers requests, many in one transaction.
    """

    context: RequestContext
    reporting: GroupCommit[ReportRequest, ReportAnswer]

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "POST", "/v1/towns/<town>/cases", self.report)
        mount(blueprint, "POST", "/v1/towns/<town>/cases/bulk", self.report_bulk)

    @require(*EVERYBODY)
    @takes(ReportInput)
    @describe(parameters=[KEY_HEADER])
    @answers(201, Admitted)
    @answers(200, Admitted, description="A repeated alarm, counted on its case")
    def report(self, given: dict[str, Any], town: str) -> Response:
        """Report a case.

        It is durable when answered, and bound to the edition of the town's rules in force now. Without a
        category, the words propose one where the town's rules say so; what a machine reports, and a category
        that a person is to confirm, stays a draft until then.
        """
        charge_reports(caller(), town, 1)
        receipt = self._ask(town, written(given), [report_of(given)], is_single=True)[0]
        if isinstance(receipt, Problem):
            raise receipt
        status = COUNTED if receipt.counted else ADMITTED
        return json_answer(receipt, status, {"Location": f"/v1/towns/{town}/cases/{receipt.case}"})

    @require(*EVERYBODY)
    @takes(BulkInput, checked=False, longest=LONGEST_BULK)
    @describe(parameters=[KEY_HEADER])
    @answers(200, BulkResult)
    def report_bulk(self, given: Any, town: str) -> Response:
        """Report up to 500 cases at once.

        Each is admitted or refused for itself, all in one transaction; the results come in the order of the
        reports.
        """
        items = _items(given)
        # Before they are judged, which costs as much for bad ones as for good ones.
        charge_reports(caller(), town, len(items))
        judged = [_judged(item, index) for index, item in enumerate(items)]
        results = self._ask(town, given, judged, is_single=False)
        told = [_item(index, result) for index, result in enumerate(results)]
        admitted, counted = (sum(item["status"] == status for item in told) for status in (ADMITTED, COUNTED))
        refused = len(told) - admitted - counted
        return json_answer({"admitted": admitted, "counted": counted, "refused": refused, "results": told})

    def _ask(
        self, town: str, body: Any, judged: Sequence[JudgedReport], *, is_single: bool
    ) -> Sequence[ReportResult]:
        asked = ReportRequest(self._submission(town, judged), judged, is_single, claim_in_header(town, body))
        answer = self.reporting.do(town, asked)
        if isinstance(answer, Problem):
            raise answer
        return answer.results

    def _submission(self, town: str, judged: Sequence[JudgedReport]) -> SubmissionContext:
        """An engineer only imports, with the dates of the past; others date back only where time is simulated."""
        reports = [report for report in judged if isinstance(report, Report)]
        imports = caller().role is Role.ENGINEER
        if imports and any(report.reported_at is None for report in reports):
            raise refusal("import-only", {"field": "reported_at"})
        back_dates = any(report.reported_at is not None for report in reports)
        return SubmissionContext(
            town, actor(), imports or (back_dates and self._is_simulated()), trace().parent
        )

    def _is_simulated(self) -> bool:
        with self.context.store.read() as conn:
            return self.context.store.is_simulated(conn)


def _item(index: int, result: ReportResult) -> dict[str, Any]:
    if isinstance(result, Problem):
        status = app_config().status_of(result)
        return {"index": index, "status": status, "problem": problem_body(result, status)}
    status = COUNTED if result.counted else ADMITTED
    return {"index": index, "status": status, "case": result.case, "number": result.number}


def _items(given: Any) -> list[Any]:
    catalogue = app_config().catalogue
    if not isinstance(given, Mapping) or set(given) != {"cases"} or not isinstance(given["cases"], list):
        raise invalid({"cases": "Not a valid list."}, catalogue)
    if not 1 <= len(given["cases"]) <= MOST_CASES:
        raise invalid({"cases": f"Length must be between 1 and {MOST_CASES}."}, catalogue)
    items: list[Any] = given["cases"]
    return items


def _judged(item: Any, index: int) -> JudgedReport:
    """A report that is not even well formed is refused by itself: the others of its bulk are admitted."""
    try:
        return report_of(load(ReportInput, item, app_config().catalogue, f"cases.{index}."))
    except Problem as wrong:
        return wrong.with_traceback(None)
