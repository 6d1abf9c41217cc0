"""Deliveries in trouble, which a person decides about; and the key by which a town's receivers verify
webhooks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from msgspec import Struct

from services.notify.api.views import delivery_view
from services.notify.domain.attempts import DeliveryDecision, DeliveryState
from services.notify.domain.signing import signing_key, standard_secret
from services.notify.handlers.judging import DeliveryJudge
from services.notify.store.troubled import SqlTroubledDeliveries
from shared.kernel.keyring import Secret
from shared.web.access import require, unknown
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.catalogue import Catalogue
from shared.web.cursors import Cursors
from shared.web.inputs import Input
from shared.web.paging import NEXT, PageQuery, by_id, page_of
from shared.web.routes import answers, mount, takes


class TroubleQuery(PageQuery):
    """Which deliveries to list."""

    state = fields.String(load_default="uncertain", validate=validate.OneOf(["uncertain", "failed"]))


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
    next = NEXT


class DeliveryDecisionInput(Input):
    """What a person decides about a delivery."""

    decision = fields.String(
        required=True, validate=validate.OneOf([decision.value for decision in DeliveryDecision])
    )


class Judged(Schema):
    """The state that followed."""

    state = fields.String(required=True)


class WebhookKey(Schema):
    """A town's webhook key."""

    key = fields.String(required=True, metadata={"description": "HMAC-SHA256 key of this town's webhooks"})
    standard = fields.String(
        required=True, metadata={"description": "the same, as libraries for Standard Webhooks take it"}
    )


class ShownWebhookKey(Struct, frozen=True):
    """`WebhookKey`'s values."""

    key: str
    standard: str


@dataclass(frozen=True, slots=True)
class DeliveryRoutes:
    """Routes for deliveries in trouble.

    Args:
        secret: the deployment's, from which each town's webhook key is derived.
    """

    troubled: SqlTroubledDeliveries
    judge: DeliveryJudge
    cursors: Cursors
    catalogue: Catalogue
    secret: Secret = field(repr=False)

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/deliveries", self.list_deliveries)
        mount(blueprint, "POST", "/v1/towns/<town>/deliveries/<notification>", self.judge_delivery)
        mount(blueprint, "GET", "/v1/towns/<town>/webhook-key", self.webhook_key)

    @require(Role.OPERATOR, Role.ENGINEER)
    @takes(TroubleQuery, "query")
    @answers(200, TroublePage)
    def list_deliveries(self, query: Mapping[str, Any], town: str) -> Response:
        """List deliveries that failed, or that may have arrived and wait for a decision; newest first."""
        page = page_of(self.cursors, query, "deliveries", town)
        found = self.troubled.page(town, DeliveryState(query["state"]), page.after_id, page.to_read)
        shown, following = page.cut(found.rows, by_id, page.place_of(found.looked_to))
        return json_answer({"items": [delivery_view(stored) for stored in shown], "next": following})

    @require(Role.OPERATOR, Role.ENGINEER)
    @takes(DeliveryDecisionInput)
    @answers(200, Judged)
    def judge_delivery(self, given: Mapping[str, Any], town: str, notification: str) -> Response:
        """Decide about one: send it again under the same key, note that it arrived, or give it up."""
        stored = self.troubled.find(town, notification)
        if stored is None:
            raise unknown("delivery", notification)
        state = self.judge.judge(stored, DeliveryDecision(given["decision"]))
        if state is None:
            raise self.catalogue.problem("not-in-trouble")
        return json_answer({"state": state.value})

    @require(Role.OPERATOR, Role.ENGINEER)
    @answers(200, WebhookKey)
    def webhook_key(self, town: str) -> Response:
        """Show the key by which receivers verify this town's webhooks."""
        key = signing_key(self.secret, town)
        return json_answer(ShownWebhookKey(key, standard_secret(key)))
