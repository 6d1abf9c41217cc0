"""Why a case went where it went: every decision about it, oldest first."""

from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from services.routing.store.tables import decisions
from shared.db.store import Store
from shared.kernel.instants import format_instant
from shared.web.access import refused, require
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


class Decisions:
    """Reads decisions from routing's store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @require(Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @answers(200, DecisionList)
    def of_case(self, town: str, case: str) -> Response:
        """List every decision about a case with its reasons, oldest first."""
        statement = (
            sa.select(decisions)
            .where(decisions.c.case_id == case, decisions.c.town == town)
            .order_by(decisions.c.decision)
        )
        with self._store.read() as conn:
            rows = [_view(dict(row)) for row in conn.execute(statement).mappings()]
        if not rows:
            raise refused("not-found", "no-such-case", town=town)
        return json_answer({"items": rows})


def _view(row: dict[str, Any]) -> dict[str, Any]:
    shown = (
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
    return {**{key: row[key] for key in shown}, "decided_at": format_instant(row["decided_at"])}


def blueprint(store: Store) -> Blueprint:
    """Return routing's routes."""
    routes = Blueprint("decisions", __name__, description="decisions and their reasons")
    mount(routes, "GET", "/v1/towns/<town>/cases/<case>/decisions", Decisions(store).of_case)
    return routes
