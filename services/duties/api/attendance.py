"""Who came to a meeting, who asked for leave, what it was answered."""

from dataclasses import dataclass

import msgspec
from flask import Response
from flask_smorest import Blueprint
from msgspec import Struct, to_builtins

from services.duties.api.context import DutiesContext
from services.duties.api.inputs import AnswerInput, LeaveInput, SignInInput
from services.duties.api.occurrences import WORKERS
from services.duties.api.outputs import LeaveList, LeaveView, PresenceView, RollView
from services.duties.api.views import leave_view, presence_view, roll_view
from services.duties.domain.meeting import Leave
from services.duties.domain.people import ActingPerson
from services.duties.handlers.attending import AttendanceKeeper, EnteredPresence, LeaveAnswer
from services.duties.store.listing import list_leaves
from shared.web.access import require, unknown
from shared.web.answers import json_answer, language
from shared.web.cursors import Cursors
from shared.web.paging import PageQuery, by_id, page_of
from shared.web.routes import answers, mount, takes
from shared.web.watching import trace

_OCCURRENCE = "/v1/towns/<town>/occurrences/<occurrence>"
_LEAVES = "/v1/towns/<town>/leaves"


class PageAsked(Struct, frozen=True):
    """Which page of a list."""

    limit: int
    cursor: str | None = None


class LeaveWanted(Struct, frozen=True):
    """Why somebody can't come."""

    explanation: str


@dataclass(frozen=True, slots=True)
class AttendanceRoutes:
    """Routes of meetings and trainings."""

    context: DutiesContext
    cursors: Cursors
    keeper: AttendanceKeeper

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", f"{_OCCURRENCE}/attendance", self.roll)
        mount(blueprint, "POST", f"{_OCCURRENCE}/attendance", self.sign_in)
        mount(blueprint, "POST", f"{_OCCURRENCE}/leave", self.ask_leave)
        mount(blueprint, "GET", _LEAVES, self.leaves)
        mount(blueprint, "POST", f"{_LEAVES}/<leave>/answer", self.answer)

    @require(*WORKERS)
    @answers(200, RollView)
    def roll(self, town: str, occurrence: str) -> Response:
        """Read who was expected to a meeting, who came, who is excused and who owes a make-up."""
        with self.context.store.read() as conn:
            kept = self.context.find(conn, town, occurrence)
            rules = self.context.rules_of(conn, kept)
            who = self.context.doer(conn, town)
            found = self.keeper.roll(conn, rules, kept, who)
        return json_answer(roll_view(found, rules.pack.duties.get(kept.duty), who, language()))

    @require(*WORKERS)
    @takes(SignInInput)
    @answers(201, PresenceView)
    def sign_in(self, given: object, town: str, occurrence: str) -> Response:
        """Enter that somebody came, or made up for the meeting: oneself, or whoever calls the roll."""
        with self.context.store.begin() as work:
            work.trace = trace().parent
            kept = self.context.held(work, town, occurrence)
            rules, who = self.context.rules_of(work.conn, kept), self.context.doer(work.conn, town)
            came = self.keeper.sign_in(work, rules, kept, msgspec.convert(given, EnteredPresence), who)
        return json_answer(presence_view(came), 201)

    @require(*WORKERS)
    @takes(LeaveInput)
    @answers(201, LeaveView)
    def ask_leave(self, given: object, town: str, occurrence: str) -> Response:
        """Ask not to come to a meeting, before the time that the rules give."""
        with self.context.store.begin() as work:
            kept = self.context.held(work, town, occurrence)
            rules, who = self.context.rules_of(work.conn, kept), self.context.doer(work.conn, town)
            leave = self.keeper.ask_leave(
                work, rules, kept, msgspec.convert(given, LeaveWanted).explanation, who
            )
        return json_answer(leave_view(leave, who), 201)

    @require(*WORKERS)
    @takes(PageQuery, "query")
    @answers(200, LeaveList)
    def leaves(self, query: object, town: str) -> Response:
        """List requests for leave: one's own, those that one's unit answers; who watches the town sees all."""
        page = page_of(self.cursors, to_builtins(msgspec.convert(query, PageAsked)), "leaves", town)
        with self.context.store.read() as conn:
            who = self.context.doer(conn, town)
            found = list_leaves(conn, town, lambda leave: _is_theirs(leave, who), page.after_id, page.to_read)
        shown, following = page.cut(found.rows, by_id, page.place_of(found.looked_to))
        return json_answer({"leaves": [leave_view(each, who) for each in shown], "next": following})

    @require(*WORKERS)
    @takes(AnswerInput)
    @answers(200, LeaveView)
    def answer(self, given: object, town: str, leave: str) -> Response:
        """Answer a request for leave."""
        with self.context.store.begin() as work:
            who, known = (
                self.context.doer(work.conn, town),
                self.keeper.judge.attendance.leave(work, town, leave),
            )
            if known is None or not _is_theirs(known, who):
                raise unknown("leave", leave)
            answered = self.keeper.answer(work, known, who, msgspec.convert(given, LeaveAnswer))
        return json_answer(leave_view(answered, who))


def _is_theirs(leave: Leave, who: ActingPerson) -> bool:
    is_own = who.person is not None and leave.person == who.person
    return who.oversees or is_own or leave.asked_of in who.posts
