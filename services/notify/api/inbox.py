"""Inboxes: what a person, a unit or a town's operators were told, newest first, with read marks.

Decides which inboxes a token opens (routes call them desks). A unit's is like a tray in the office: what one colleague
has read is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.notify.api.views import item_view
from services.notify.domain.plan import operators_inbox
from services.notify.store.inbox import InboxScope, SqlInbox
from shared.web.access import caller, require
from shared.web.answers import json_answer, language
from shared.web.callers import EVERYWHERE, Caller, Role
from shared.web.catalogue import Catalogue
from shared.web.cursors import Cursors
from shared.web.inputs import Input, PlainText
from shared.web.paging import NEXT, PageQuery, by_id, page_of
from shared.web.reach import Reach
from shared.web.routes import answers, mount, takes

EVERYBODY = tuple(Role)


class InboxQuery(PageQuery):
    """Which desks, and where to go on."""

    desk = fields.String(load_default="all", validate=validate.OneOf(["all", "unit", "person", "operator"]))
    unread = fields.String(load_default="no", validate=validate.OneOf(["yes", "no"]))


class GatheredView(Schema):
    """One of several notices that were told together; `at`: when it was made."""

    notification = fields.String(required=True)
    case = fields.String(allow_none=True)
    occurrence = fields.String(
        allow_none=True, metadata={"description": "of a duty, where it is about one and no case"}
    )
    number = fields.String(allow_none=True)
    on = fields.String(required=True)
    rule = fields.String(required=True)
    because = fields.List(fields.String(), required=True)
    via = fields.String(allow_none=True)
    text = fields.String(required=True)
    at = fields.String(required=True)


class ItemView(Schema):
    """One thing that somebody was told, and by which rule."""

    notification = fields.String(required=True)
    town = fields.String(required=True)
    case = fields.String(allow_none=True)
    occurrence = fields.String(
        allow_none=True, metadata={"description": "of a duty, where it is about one and no case"}
    )
    number = fields.String(allow_none=True)
    on = fields.String(
        required=True, metadata={"description": "the event: a milestone, '<clock> breached', 'alarm …'"}
    )
    rule = fields.String(required=True)
    because = fields.List(fields.String(), required=True)
    unit = fields.String(allow_none=True)
    via = fields.String(
        allow_none=True,
        metadata={"description": "the vacant unit, or the absent person, in whose place this desk was told"},
    )
    text = fields.String(required=True)
    at = fields.String(required=True)
    read_at = fields.String(allow_none=True)
    held_by = fields.String(
        allow_none=True, metadata={"description": "what made it wait: 'quiet' or 'gather'"}
    )
    gathered = fields.List(
        fields.Nested(GatheredView),
        required=True,
        metadata={"description": "the notices that it tells together, where 'on' is 'gathered'; else none"},
    )


class InboxPage(Schema):
    """What desks hold, newest first."""

    items = fields.List(fields.Nested(ItemView), required=True)
    next = NEXT


class ReadMarks(Input):
    """Items to be marked as read."""

    notifications = fields.List(PlainText(100), required=True, validate=validate.Length(1, 200))


class Marked(Schema):
    """What was marked."""

    marked = fields.Integer(
        required=True, metadata={"description": "how many were unread and on this token's desks"}
    )


@dataclass(frozen=True, slots=True)
class InboxRoutes:
    """Routes of the inboxes."""

    inbox: SqlInbox
    cursors: Cursors
    catalogue: Catalogue

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/inbox", self.read_inbox)
        mount(blueprint, "POST", "/v1/inbox/read", self.mark_read)

    @require(*EVERYBODY, reach=Reach.OWN)
    @takes(InboxQuery, "query")
    @answers(200, InboxPage)
    def read_inbox(self, query: Mapping[str, Any]) -> Response:
        """List what this token's desks hold, newest first."""
        scope = self._scope(caller(), query["desk"])
        # the scope is the caller's: a cursor from one person's inbox must not open a place in another's
        page = page_of(self.cursors, {**query, "units": scope.units, "person": scope.person}, "inbox")
        found = self.inbox.page(
            scope, unread=query["unread"] == "yes", before=page.after_id, limit=page.to_read
        )
        shown, following = page.cut(found.rows, by_id, page.place_of(found.looked_to))
        items = [item_view(stored, language()) for stored in shown]
        return json_answer({"items": items, "next": following})

    @require(*EVERYBODY, reach=Reach.OWN)
    @takes(ReadMarks)
    @answers(200, Marked)
    def mark_read(self, marks: Mapping[str, Any]) -> Response:
        """Mark items of this token's desks as read; others are passed over without a word."""
        scope = self._scope(caller(), "all")
        return json_answer({"marked": self.inbox.mark_read(scope, marks["notifications"], caller().person)})

    def _scope(self, who: Caller, which: str) -> InboxScope:
        scope = scope_of(who, which)
        if not scope.units and scope.person is None:
            raise self.catalogue.problem("no-desk")
        return scope


def scope_of(who: Caller, which: str) -> InboxScope:
    """Return the inboxes that a token opens: its unit's, its person's, and its towns' operators' for an operator.

    Args:
        which: 'unit', 'person' or 'operator' alone, or 'all'.
    """
    units = [who.unit] if who.unit and which in ("all", "unit") else []
    if which in ("all", "operator"):
        units += _operators_inboxes(who)
    person = who.person if which in ("all", "person") else None
    return InboxScope(tuple(dict.fromkeys(units)), person, None if EVERYWHERE in who.towns else who.towns)


def _operators_inboxes(who: Caller) -> list[str]:
    """Each town's operators have one; what concerns the platform lies in its own engineers'."""
    if who.role is Role.OPERATOR:
        return [operators_inbox(town) for town in who.towns if town != EVERYWHERE]
    return [operators_inbox(EVERYWHERE)] if who.role is Role.ENGINEER and who.reaches_all else []
