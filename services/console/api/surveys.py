"""Surveys: giving one out by an address with its picture, how many have answered; answering it on a phone.

Decides that whoever answers is asked for nothing but the form, and told in a word when it is too late or done before.
"""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from services.console.api import kept
from services.console.api.following import outside
from services.console.api.frame import DESK_ROLES, PageFrame, go, reader
from services.console.api.given import asked, typed_in
from services.console.domain.duty_sheets import FormRows
from services.console.domain.record_bodies import Given, entries_of, given_in
from services.console.domain.survey_sheets import (
    AnsweredSheet,
    AskedSheet,
    SurveyAnswerToSend,
    SurveyRows,
    SurveySheet,
    SurveyToSend,
)
from services.console.domain.typed_answers import NotTyped
from services.console.handlers.client import ApiClient, ApiRefused, Query, at
from shared.kernel.ids import new_id
from shared.papers.codes import code_svg

A_PAGE = 50
SOME_ANSWERS = 500
SHOWN_HERE = (400, 403, 409, 422, 429)
PHONE = "phone"


@dataclass(frozen=True, slots=True)
class SurveyPages:
    """Surveys for those who hold them."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        base, single = "/towns/<town>/surveys", "/towns/<town>/surveys/<survey>"
        pages.add_url_rule(base, "surveys", self.list)
        pages.add_url_rule(base, "survey-give-out", self.give_out, methods=["POST"])
        pages.add_url_rule(single, "survey", self.survey)
        pages.add_url_rule(f"{single}/end", "survey-end", self.end, methods=["POST"])

    def list(self, town: str) -> ResponseReturnValue:
        """Show the surveys that the reader holds, and ask for a new one."""
        return self._list(reader().as_role, town)

    def give_out(self, town: str) -> ResponseReturnValue:
        """Make an address for a survey, and show it."""
        client = reader().as_role
        most = typed_in("most")
        body = SurveyToSend(
            form=typed_in("form"),
            most=int(most) if most.isdecimal() and len(most) < 9 else 0,
            occurrence=typed_in("occurrence") or None,
            subject=typed_in("subject").strip() or None,
            first=typed_in("from") or None,
            last=typed_in("to") or None,
            accounts_only=typed_in("accounts") == "yes",
        )
        try:
            made = client.post(at("towns", town, "surveys"), SurveySheet, body)
        except ApiRefused as no:
            if no.status not in SHOWN_HERE:
                raise
            return self._list(client, town, no)
        return go(f"/towns/{town}/surveys/{made.id}")

    def survey(self, town: str, survey: str) -> ResponseReturnValue:
        """Show one survey: how many have answered, and the sheet that is hung up."""
        client = reader().as_role
        found = client.read(at("towns", town, "surveys", survey), SurveySheet)
        names = self.frame.names_in(client, town)
        link = outside(_answered_at(town, found.code)) if found.code else ""
        shown = {"found": found, "link": link, "picture": code_svg(link) if link else ""}
        return self.frame.page("survey.html", 200, **shown, names=names, times=self.frame.times_in(names))

    def end(self, town: str, survey: str) -> ResponseReturnValue:
        """End a survey before its last day."""
        reader().as_role.post(at("towns", town, "surveys", survey, "end"), SurveySheet, {})
        flash(self.frame.say("surveys.ended"), "said")
        return go(f"/towns/{town}/surveys/{survey}")

    def _list(self, client: ApiClient, town: str, refused: ApiRefused | None = None) -> ResponseReturnValue:
        names = self.frame.names_in(client, town)
        wanted: Query = {"cursor": asked("cursor"), "limit": A_PAGE}
        forms = client.read(at("towns", town, "forms"), FormRows).forms
        shown = {
            "rows": client.read(at("towns", town, "surveys"), SurveyRows, wanted),
            "forms": [form for form in forms if form.anonymous and form.yours],
            "occurrence": typed_in("occurrence") or asked("occurrence"),
            "given": {"form": asked("form"), "most": str(SOME_ANSWERS), **request.form.to_dict()},
            "problem": refused.problem if refused else None,
        }
        status = refused.status if refused else 200
        return self.frame.page("surveys.html", status, **shown, names=names, times=self.frame.times_in(names))


@dataclass(frozen=True, slots=True)
class AnswerPages:
    """A survey for those who answer it."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/answer/<code>", "answer", self.show)
        pages.add_url_rule("/towns/<town>/answer/<code>", "answer-now", self.answer, methods=["POST"])

    def show(self, town: str, code: str) -> ResponseReturnValue:
        """Ask what the survey asks; without an account, or with one where the survey wants it."""
        if asked("done"):
            return self._page(town, code, None, done=asked("done"))
        try:
            found = reader().anyone.read(at("towns", town, "asked", code), AskedSheet)
        except ApiRefused as no:
            if no.status not in SHOWN_HERE:
                raise
            return self._page(town, code, None, refused=no)
        return self._page(town, code, found)

    def answer(self, town: str, code: str) -> ResponseReturnValue:
        """Take an answer, and thank for it."""
        given, by_phone = given_in(request.form), _writes_down() and typed_in(PHONE) == "yes"
        found: AskedSheet | None = None
        try:
            found = reader().anyone.read(at("towns", town, "asked", code), AskedSheet)
            facts = entries_of(found.facts, given, "fact.")
            once = typed_in("once") if by_phone else kept.answers_as(code)
            answered = self._sent(town, code, SurveyAnswerToSend(facts, once, by_phone))
        except NotTyped as wrong:
            return self._page(town, code, found, given, fault=wrong.asked.fact)
        except ApiRefused as no:
            if no.status not in SHOWN_HERE:
                raise
            is_over = no.status == 409
            return self._page(town, code, None if is_over else found, given, refused=no)
        if by_phone:
            flash(self.frame.say("answer.written-down"), "said")
            return go(f"{_answered_at(town, code)}?{PHONE}=yes")
        return go(f"{_answered_at(town, code)}?done={'new' if answered.new else 'before'}")

    def _sent(self, town: str, code: str, body: SurveyAnswerToSend) -> AnsweredSheet:
        """Somebody who is signed in answers as such, once on whatever device."""
        path = at("towns", town, "asked", code)
        if reader().role is None:
            return reader().anyone.post(path, AnsweredSheet, body)
        return reader().as_role.post(f"{path}/signed", AnsweredSheet, body)

    def _page(
        self,
        town: str,
        code: str,
        found: AskedSheet | None,
        given: Given | None = None,
        *,
        refused: ApiRefused | None = None,
        fault: str | None = None,
        done: str = "",
    ) -> ResponseReturnValue:
        names = self.frame.names_in(reader().anyone, town)
        may_write_down = _writes_down()
        shown = {
            "found": found,
            "given": given or {},
            "problem": refused.problem if refused else None,
            "fault": fault,
            "done": done,
            "may_write_down": may_write_down,
            "by_phone": may_write_down and bool(asked(PHONE) or typed_in(PHONE)),
            "once": typed_in("once") or new_id(),
            "path": _answered_at(town, code),
        }
        status = refused.status if refused else 422 if fault else 200
        return self.frame.page("answer.html", status, **shown, names=names, times=self.frame.times_in(names))


def _writes_down() -> bool:
    return reader().may(*DESK_ROLES)


def _answered_at(town: str, code: str) -> str:
    return f"/towns/{quote(town, safe='')}/answer/{quote(code, safe='')}"
