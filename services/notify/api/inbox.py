"""Desks: what a person, a unit or a town's operators were told, newest first, with read marks.

Decides whose desk a token opens. A unit's desk is like a tray in the office: what one colleague has read is
read.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.notify.domain.plan import operator_desk
from services.notify.store.desks import Desk, Desks
from shared.kernel.instants import format_instant
from shared.web.access import caller, require
from shared.web.answers import json_answer, language
from shared.web.callers import EVERYWHERE, Caller, Role
from shared.web.cursors import Cursors
from shared.web.inputs import Input, PlainText
from shared.web.routes import answers, mount, takes
from shared.web.words import Words

EVERYBODY = tuple(Role)
PAGE = 50


class InboxQuery(Input):
    """Which desks, and where to go on."""

    desk = fields.String(load_default="all", validate=validate.OneOf(["all", "unit", "person", "operator"]))
    unread = fields.String(load_default="no", validate=validate.OneOf(["yes", "no"]))
    cursor = PlainText(1000, load_default=None, allow_none=True)
    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, 200))


class ItemView(Schema):
    """One thing that somebody was told, and by which rule."""

    notification = fields.String(required=True)
    town = fields.String(required=True)
    case = fields.String(allow_none=True)
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


class InboxPage(Schema):
    """What desks hold, newest first."""

    items = fields.List(fields.Nested(ItemView), required=True)
    next = fields.String(allow_none=True, metadata={"description": "cursor of the next page"})


class ReadMarks(Input):
    """Items to be marked as read."""

    notifications = fields.List(PlainText(100), required=True, validate=validate.Length(1, 200))


class Marked(Schema):
    """What was marked."""

    marked = fields.Integer(
        required=True, metadata={"description": "how many were unread and on this token's desks"}
    )


class Inbox:
    """Routes of the desks."""

    def __init__(self, desks: Desks, cursors: Cursors, words: Words) -> None:
        self._desks = desks
        self._cursors = cursors
        self._words = words

    @require(*EVERYBODY)
    @takes(InboxQuery, "query")
    @answers(200, InboxPage)
    def read_inbox(self, query: Mapping[str, Any]) -> Response:
        """List what this token's desks hold, newest first."""
        desk = self._desk(caller(), query["desk"])
        about = ["inbox", desk.units, desk.person, query["unread"]]
        after = self._cursors.read(query["cursor"], about)[0] if query["cursor"] else None
        rows = self._desks.page(desk, unread=query["unread"] == "yes", before=after, limit=query["limit"])
        more = len(rows) > query["limit"]
        rows = rows[: query["limit"]]
        cursor = self._cursors.write([rows[-1]["notification"]], about) if more else None
        return json_answer({"items": [_view(row) for row in rows], "next": cursor})

    @require(*EVERYBODY)
    @takes(ReadMarks)
    @answers(200, Marked)
    def mark_read(self, marks: Mapping[str, Any]) -> Response:
        """Mark items of this token's desks as read; others are passed over without a word."""
        desk = self._desk(caller(), "all")
        return json_answer({"marked": self._desks.mark_read(desk, marks["notifications"], caller().person)})

    def _desk(self, who: Caller, which: str) -> Desk:
        desk = desk_of(who, which)
        if not desk.units and desk.person is None:
            raise self._words.problem("no-desk")
        return desk


def desk_of(who: Caller, which: str) -> Desk:
    """Return the desks that a token opens: its unit's, its person's, and its towns' operators' for an
    operator.
    """
    units = [who.unit] if who.unit and which in ("all", "unit") else []
    if which in ("all", "operator"):
        units += _operators_desks(who)
    person = who.person if which in ("all", "person") else None
    return Desk(tuple(dict.fromkeys(units)), person, None if EVERYWHERE in who.towns else who.towns)


def _operators_desks(who: Caller) -> list[str]:
    """The operators' desk of each town; what concerns the platform and no town lies on the engineers'."""
    if who.role is Role.OPERATOR:
        return [operator_desk(town) for town in who.towns if town != EVERYWHERE]
    return [operator_desk(EVERYWHERE)] if who.role is Role.ENGINEER else []


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    reader = language()
    return {
        "notification": row["notification"],
        "town": row["town"],
        "case": row["case_id"] or None,
        "number": row["number"] or None,
        "on": row["event"],
        "rule": row["rule"],
        "because": row["because"],
        "unit": row["unit"],
        "via": row["via"],
        "text": (row["text_zh"] or row["text_en"]) if reader == "zh" else (row["text_en"] or row["text_zh"]),
        "at": format_instant(row["made_at"]),
        "read_at": format_instant(row["read_at"]) if row["read_at"] else None,
    }


def blueprint(inbox: Inbox) -> Blueprint:
    """Return the desks' routes."""
    routes = Blueprint("inbox", __name__, description="what somebody was told")
    mount(routes, "GET", "/v1/inbox", inbox.read_inbox)
    mount(routes, "POST", "/v1/inbox/read", inbox.mark_read)
    return routes
