"""Deliveries in trouble, which a person decides about; and the key by which a town's receivers verify
webhooks.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.notify.domain.attempts import State
from services.notify.domain.signing import signing_key
from services.notify.store.troubled import Troubled
from shared.kernel.clock import Clock
from shared.kernel.instants import format_instant
from shared.web.access import require, unknown
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.cursors import Cursors
from shared.web.inputs import Input, PlainText
from shared.web.routes import answers, mount, takes
from shared.web.words import Words


class TroubleQuery(Input):
    """Which deliveries to list."""

    state = fields.String(load_default="uncertain", validate=validate.OneOf(["uncertain", "failed"]))
    cursor = PlainText(1000, load_default=None, allow_none=True)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class TroubleView(Schema):
    """One delivery in trouble; no address and no text."""

    notification = fields.String(required=True)
    key = fields.String(
        required=True, metadata={"description": "what the receiver saw as Idempotency-Key or Message-ID"}
    )
    case = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    on = fields.String(required=True)
    unit = fields.String(allow_none=True)
    channel = fields.String(required=True)
    state = fields.String(required=True)
    attempts = fields.Integer(required=True)
    cause = fields.String(allow_none=True)
    at = fields.String(required=True)


class TroublePage(Schema):
    """Deliveries in trouble, newest first."""

    items = fields.List(fields.Nested(TroubleView), required=True)
    next = fields.String(allow_none=True)


class Judgement(Input):
    """What a person decides about a delivery."""

    decision = fields.String(required=True, validate=validate.OneOf(["resend", "arrived", "give_up"]))


class Judged(Schema):
    """The state that followed."""

    state = fields.String(required=True)


class WebhookKey(Schema):
    """A town's webhook key."""

    key = fields.String(required=True, metadata={"description": "HMAC-SHA256 key of this town's webhooks"})


class Deliveries:
    """Routes for deliveries in trouble."""

    def __init__(
        self, troubled: Troubled, cursors: Cursors, words: Words, clock: Clock, secret: bytes
    ) -> None:
        self._troubled = troubled
        self._cursors = cursors
        self._words = words
        self._clock = clock
        self._secret = secret

    @require(Role.OPERATOR, Role.ENGINEER)
    @takes(TroubleQuery, "query")
    @answers(200, TroublePage)
    def list_deliveries(self, query: Mapping[str, Any], town: str) -> Response:
        """List deliveries that failed, or that may have arrived and wait for a decision; newest first."""
        about = ["deliveries", town, query["state"]]
        before = self._cursors.read(query["cursor"], about)[0] if query["cursor"] else None
        rows = self._troubled.page(town, State(query["state"]), before, query["limit"])
        more = len(rows) > query["limit"]
        rows = rows[: query["limit"]]
        cursor = self._cursors.write([rows[-1]["notification"]], about) if more else None
        return json_answer({"items": [_view(row) for row in rows], "next": cursor})

    @require(Role.OPERATOR, Role.ENGINEER)
    @takes(Judgement)
    @answers(200, Judged)
    def judge_delivery(self, judgement: Mapping[str, Any], town: str, notification: str) -> Response:
        """Decide about one: send it again under the same key, note that it arrived, or give it up."""
        row = self._troubled.one(town, notification)
        if row is None:
            raise unknown("delivery", notification)
        state = self._troubled.judge(row, judgement["decision"], self._clock.now())
        if state is None:
            raise self._words.problem("not-in-trouble")
        return json_answer({"state": state.value})

    @require(Role.OPERATOR, Role.ENGINEER)
    @answers(200, WebhookKey)
    def webhook_key(self, town: str) -> Response:
        """Show the key by which receivers verify this town's webhooks."""
        return json_answer({"key": signing_key(self._secret, town)})


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = ("notification", "key", "unit", "channel", "state", "attempts", "cause")
    return {
        **{key: row[key] for key in shown},
        "case": row["case_id"] or None,
        "number": row["number"] or None,
        "on": row["event"],
        "at": format_instant(row["made_at"]),
    }


def blueprint(deliveries: Deliveries) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("deliveries", __name__, description="deliveries that a person must look at")
    mount(routes, "GET", "/v1/towns/<town>/deliveries", deliveries.list_deliveries)
    mount(routes, "POST", "/v1/towns/<town>/deliveries/<notification>", deliveries.judge_delivery)
    mount(routes, "GET", "/v1/towns/<town>/webhook-key", deliveries.webhook_key)
    return routes
