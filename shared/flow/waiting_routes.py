"""Routes of a service for whoever runs the platform: what waits here and why, trying it again, giving it up.

Decides their addresses, which are alike for all services. What a message says is not shown: it is of somebody's case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from msgspec import Struct, convert

from shared.db.store import Store
from shared.flow.dead_letters import SHOWN_STATES, DeadLetter, drop, find_letter, try_again
from shared.flow.waiting import Backlog, LetterKey, backlog_of, letters_after
from shared.kernel.roles import Role
from shared.kernel.scope import HOUSE, within
from shared.obs.audit import audited
from shared.web.access import require
from shared.web.answers import json_answer
from shared.web.cursors import Cursors
from shared.web.inputs import Input, PlainText
from shared.web.paging import NEXT, PageQuery, SortValues, page_of
from shared.web.reach import Reach
from shared.web.routes import answers, mount, takes

GIVEN_UP = "dropped"
PUT_OFF = "later"


class MessagesQuery(PageQuery):
    """Messages in which state; all that wait or were refused when left out."""

    state = fields.String(validate=validate.OneOf(SHOWN_STATES))


class DropReason(Input):
    """Why a message is given up; it is kept in its place."""

    why = PlainText(500, required=True)


class BacklogView(Schema):
    """How much waits in the service."""

    service = fields.String(required=True)
    unsent = fields.Integer(required=True, metadata={"description": "messages that are not out yet"})
    oldest_at = fields.String(required=True, allow_none=True, metadata={"description": "of those"})
    lag_seconds = fields.Float(required=True, metadata={"description": "how long the oldest has waited"})
    waiting = fields.Dict(
        fields.String(), fields.Integer(), required=True, metadata={"description": "state → messages in it"}
    )


class MessageView(Schema):
    """A message that could not be handled: where it stands and why, not what it says."""

    message = fields.String(required=True)
    source = fields.String(required=True, metadata={"description": "the service that sent it"})
    type = fields.String(required=True)
    stream = fields.String(required=True)
    sequence = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(SHOWN_STATES))
    reason = fields.String(required=True, allow_none=True)
    detail = fields.String(required=True, allow_none=True)
    attempts = fields.Integer(required=True)
    received_at = fields.String(required=True)


class MessageList(Schema):
    """Messages that wait or were refused, oldest first."""

    items = fields.List(fields.Nested(MessageView), required=True)
    next = NEXT


class MessageStanding(Schema):
    """What became of a message."""

    message = fields.String(required=True)
    state = fields.String(required=True)


class WantedMessages(Struct, frozen=True):
    """`MessagesQuery`'s values."""

    state: str | None = None


class GivenReason(Struct, frozen=True):
    """`DropReason`'s values."""

    why: str


class ShownBacklog(Struct, frozen=True, kw_only=True):
    """`BacklogView`'s values."""

    service: str
    unsent: int
    oldest_at: datetime | None
    lag_seconds: float
    waiting: Mapping[str, int]


class ShownMessage(Struct, frozen=True, kw_only=True):
    """`MessageView`'s values."""

    message: str
    source: str
    type: str
    stream: str
    sequence: int
    state: str
    reason: str | None
    detail: str | None
    attempts: int
    received_at: datetime


class ShownStanding(Struct, frozen=True):
    """`MessageStanding`'s values."""

    message: str
    state: str


@dataclass(frozen=True, slots=True)
class WaitingRoutes:
    """What waits in one service."""

    store: Store
    cursors: Cursors

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        base = f"/v1/services/{self.store.service}"
        mount(blueprint, "GET", f"{base}/backlog", self.backlog)
        mount(blueprint, "GET", f"{base}/messages", self.list_messages)
        mount(blueprint, "GET", f"{base}/messages/<message>", self.read_message)
        mount(blueprint, "POST", f"{base}/messages/<message>/retry", self.retry_message)
        mount(blueprint, "POST", f"{base}/messages/<message>/drop", self.drop_message)

    @require(Role.ENGINEER, reach=Reach.PLATFORM)
    @answers(200, BacklogView)
    def backlog(self) -> Response:
        """Show how much waits in this service, and since when."""
        with within(HOUSE):  # of all towns: requests don't reach what comes in
            return json_answer(_backlog_view(self.store.service, backlog_of(self.store)))

    @require(Role.ENGINEER, reach=Reach.PLATFORM)
    @takes(MessagesQuery, "query")
    @answers(200, MessageList)
    def list_messages(self, query: Mapping[str, str | int]) -> Response:
        """List messages that this service could not handle, and why; not what they say."""
        page = page_of(self.cursors, query, "messages", self.store.service)
        wanted = convert(page.filters, WantedMessages)
        states = SHOWN_STATES if wanted.state is None else (wanted.state,)
        with within(HOUSE):
            found = letters_after(self.store, states, _after(page.after), page.to_read)
        shown, following = page.cut(found, lambda letter: (letter.message_id, letter.source))
        return json_answer({"items": [_message_view(letter) for letter in shown], "next": following})

    @require(Role.ENGINEER, reach=Reach.PLATFORM)
    @answers(200, MessageView)
    def read_message(self, message: str) -> Response:
        """Show where one such message stands, and why; not what it says."""
        with within(HOUSE):
            return json_answer(_message_view(find_letter(self.store, message)))

    @require(Role.ENGINEER, reach=Reach.PLATFORM)
    @answers(200, MessageStanding)
    def retry_message(self, message: str) -> Response:
        """Have a message tried again at once, with all its attempts before it; what waits behind it follows."""
        with within(HOUSE):
            letter = try_again(self.store, message)
        self._record("message-retried", letter)
        return json_answer(ShownStanding(letter.message_id, PUT_OFF))

    @require(Role.ENGINEER, reach=Reach.PLATFORM)
    @takes(DropReason)
    @answers(200, MessageStanding)
    def drop_message(self, given: Mapping[str, str], message: str) -> Response:
        """Give a message up for good; its place is kept with the reason, and its stream goes on."""
        with within(HOUSE):
            letter = drop(self.store, message, convert(given, GivenReason).why)
        self._record("message-dropped", letter)
        return json_answer(ShownStanding(letter.message_id, GIVEN_UP))

    def _record(self, event: str, letter: DeadLetter) -> None:
        audited(event, service=letter.service, message=letter.message_id, type=letter.type)


def _after(place: SortValues | None) -> LetterKey | None:
    return None if place is None else (str(place[0]), str(place[1]))


def _backlog_view(service: str, backlog: Backlog) -> ShownBacklog:
    return ShownBacklog(
        service=service,
        unsent=backlog.unsent,
        oldest_at=backlog.oldest_at,
        lag_seconds=backlog.lag_seconds,
        waiting=backlog.waiting,
    )


def _message_view(letter: DeadLetter) -> ShownMessage:
    return ShownMessage(
        message=letter.message_id,
        source=letter.source,
        type=letter.type,
        stream=letter.stream,
        sequence=letter.sequence,
        state=letter.state,
        reason=letter.reason,
        detail=letter.detail,
        attempts=letter.attempts,
        received_at=letter.received_at,
    )
