"""Who comes to a meeting: signing in on one's own phone, the roll as somebody calls it, leave and its answer.

Decides that a roll is entered by ticking names, each once. Who may enter whom, the service says.
"""

from dataclasses import dataclass

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, go, reader
from services.console.api.given import asked, typed_in
from services.console.domain.duty_sheets import (
    AnswerToSend,
    LeaveRows,
    LeaveSheet,
    LeaveToSend,
    PresenceSheet,
    SignInToSend,
)
from services.console.handlers.client import ApiClient, ApiRefused, Query, at

A_PAGE = 50
YES = "yes"


@dataclass(frozen=True, slots=True)
class AttendancePages:
    """Attendance and leave."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        meeting, leaves = "/towns/<town>/occurrences/<occurrence>", "/towns/<town>/duties/leaves"
        pages.add_url_rule(f"{meeting}/attendance", "attendance-enter", self.enter, methods=["POST"])
        pages.add_url_rule(f"{meeting}/leave", "leave-ask", self.ask, methods=["POST"])
        pages.add_url_rule(leaves, "leaves", self.leaves)
        pages.add_url_rule(f"{leaves}/<leave>", "leave-answer", self.answer, methods=["POST"])

    def enter(self, town: str, occurrence: str) -> ResponseReturnValue:
        """Sign in oneself, or enter all whose names were ticked; with `make-up` as having made up for it."""
        client, path = reader().as_role, at("towns", town, "occurrences", occurrence, "attendance")
        is_make_up = typed_in("make-up") == YES
        ticked = request.form.getlist("person")
        for ticked_as in ticked or [""]:
            person, _, unit = ticked_as.partition(" ")
            body = SignInToSend(person or None, unit or None, is_make_up)
            if ticked:
                self._enter_other(client, path, person, body)
            else:
                client.post(path, PresenceSheet, body)
        flash(self.frame.say("meeting.entered", n=len(ticked) or 1), "said")
        return go(f"/towns/{town}/occurrences/{occurrence}")

    def ask(self, town: str, occurrence: str) -> ResponseReturnValue:
        """Ask not to come."""
        body = LeaveToSend(typed_in("explanation").strip())
        reader().as_role.post(at("towns", town, "occurrences", occurrence, "leave"), LeaveSheet, body)
        flash(self.frame.say("meeting.leave-sent"), "said")
        return go(f"/towns/{town}/occurrences/{occurrence}")

    def leaves(self, town: str) -> ResponseReturnValue:
        """Show requests for leave: one's own, and those that one answers."""
        client = reader().as_role
        names = self.frame.names_in(client, town)
        wanted: Query = {"cursor": asked("cursor"), "limit": A_PAGE}
        rows = client.read(at("towns", town, "leaves"), LeaveRows, wanted)
        return self.frame.page("leaves.html", 200, rows=rows, names=names, times=self.frame.times_in(names))

    def answer(self, town: str, leave: str) -> ResponseReturnValue:
        """Answer a request for leave."""
        body = AnswerToSend(typed_in("granted") == YES, typed_in("words").strip() or None)
        answered = reader().as_role.post(at("towns", town, "leaves", leave, "answer"), LeaveSheet, body)
        flash(self.frame.say("meeting.answered"), "said")
        back = typed_in("back")
        return go(
            f"/towns/{town}/occurrences/{answered.occurrence}"
            if back == "occurrence"
            else f"/towns/{town}/duties/leaves"
        )

    def _enter_other(self, client: ApiClient, path: str, person: str, body: SignInToSend) -> None:
        """One that is refused keeps nobody else out."""
        try:
            client.post(path, PresenceSheet, body)
        except ApiRefused as no:
            if no.status >= 500:
                raise
            flash(f"{person}: {no.problem.cause} {no.problem.remedy}", "warning")
