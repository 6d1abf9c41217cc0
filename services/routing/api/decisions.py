"""Why a case went where it went: every decision about it, oldest first."""

from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from msgspec import to_builtins

from services.routing.domain.decisions import DecisionRecord
from services.routing.store.decisions import SqlDecisions
from shared.db.store import Store
from shared.kernel.instants import format_instant
from shared.web.access import caller, require, unknown
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.routes import answers, mount


class DecisionView(Schema):
    """One decision: what was decided, by which rule, on which facts, by which evaluators."""

    decision = fields.Integer(required=True)
    decided_at = fields.String(required=True)
    edition = fields.String(required=True)
    rule = fields.String(required=True)
    because = fields.List(fields.String(), required=True)
    cause = fields.String(allow_none=True, metadata={"description": "why no rule decided; null when one did"})
    situation = fields.Dict(required=True, metadata={"description": "the case as the rules saw it"})
    assignment = fields.Dict(required=True)
    evaluator = fields.String(required=True)
    answers = fields.Dict(
        allow_none=True, metadata={"description": "both evaluators' answers, where they differed"}
    )


class DecisionList(Schema):
    """All decisions about one case."""

    items = fields.List(fields.Nested(DecisionView), required=True)


_SHOWN = (
    "decision",
    "edition",
    "rule",
    "because",
    "cause",
    "situation",
    "assignment",
    "evaluator",
    "answers",
)


@dataclass(frozen=True, slots=True)
class DecisionRoutes:
    """Routes over the decisions about a case."""

    store: Store
    decisions: SqlDecisions

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/cases/<case>/decisions", self.of_case)

    @require(Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @answers(200, DecisionList)
    def of_case(self, town: str, case: str) -> Response:
        """List every decision about a case that the caller may see with its reasons, oldest first."""
        with self.store.read() as conn:
            records = self.decisions.of_case(conn, caller().viewing(town), case)
        # One answer for both: that there is such a case must not be learnt by asking for its reasons.
        if not records:
            raise unknown("case", case)
        return json_answer({"items": [_view(record) for record in records]})


def _view(record: DecisionRecord) -> dict[str, Any]:
    """A decision as plain values; which message asked for it is not shown."""
    plain: dict[str, Any] = to_builtins(record)
    return {name: plain[name] for name in _SHOWN} | {"decided_at": format_instant(record.decided_at)}
