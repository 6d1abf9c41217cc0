"""Surveys: giving one out, how many have answered, ending it; answering by its address, or signed in.

Decides who reads a code: whoever may hold the survey. Of answers no route shows anything.
"""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint
from msgspec import Struct, to_builtins

from services.duties.api.attendance import PageAsked
from services.duties.api.context import DutiesContext
from services.duties.api.inputs import SignedAnswer, SurveyAnswer, SurveyInput
from services.duties.api.occurrences import WORKERS
from services.duties.api.survey_outputs import AnsweredView, AskedView, GivenOutView, SurveyList
from services.duties.api.survey_views import GivenOutShown, asked_view, given_out_view, survey_view
from services.duties.domain.filling import Given
from services.duties.domain.people import ActingPerson
from services.duties.domain.refusals import refusal
from services.duties.domain.rights import may_make
from services.duties.domain.surveys import AnswerChannel, Survey, check_open
from services.duties.handlers.surveying import AnswerMade, SurveyGiven, SurveyKeeper, survey_form
from services.duties.handlers.town_rules import DatedRules
from services.duties.store.surveys import list_surveys
from shared.rules.pack.model import Pack
from shared.web.access import caller, named_caller, open_to_all, require, unknown
from shared.web.answers import json_answer, language
from shared.web.callers import Role
from shared.web.cursors import Cursors
from shared.web.metering import charge_stranger
from shared.web.paging import PageQuery, by_id, page_of
from shared.web.routes import answers, mount, takes

_PATH = "/v1/towns/<town>/surveys"
_ASKED = "/v1/towns/<town>/asked/<code>"
_NO_STORE = {"Cache-Control": "no-store"}


class AnswerGiven(Struct, frozen=True):
    """What is answered, as the body has it."""

    facts: Given
    once: str
    by_phone: bool = False


@dataclass(frozen=True, slots=True)
class SurveyRoutes:
    """Routes over surveys."""

    context: DutiesContext
    cursors: Cursors
    keeper: SurveyKeeper

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "POST", _PATH, self.give_out)
        mount(blueprint, "GET", _PATH, self.surveys)
        mount(blueprint, "GET", f"{_PATH}/<survey>", self.survey)
        mount(blueprint, "POST", f"{_PATH}/<survey>/end", self.end)
        mount(blueprint, "GET", _ASKED, self.asked)
        mount(blueprint, "POST", _ASKED, self.answer)
        mount(blueprint, "POST", f"{_ASKED}/signed", self.answer_signed)

    @require(*WORKERS)
    @takes(SurveyInput)
    @answers(201, GivenOutView)
    def give_out(self, given: object, town: str) -> Response:
        """Make an address by which a survey is answered: whoever may fill in its form, for days and a number."""
        wanted = msgspec.convert(given, SurveyGiven)
        with self.context.store.begin() as work:
            rules, who = self.context.in_force(work.conn, town), self.context.doer(work.conn, town)
            made = self.keeper.give_out(work, rules, wanted, who)
            shown = self._given_out(rules, made)
        return json_answer(shown, 201, _NO_STORE)

    @require(*WORKERS)
    @takes(PageQuery, "query")
    @answers(200, SurveyList)
    def surveys(self, query: object, town: str) -> Response:
        """List the surveys that the caller may give out, the newest first; who watches the town sees all."""
        page = page_of(self.cursors, to_builtins(msgspec.convert(query, PageAsked)), "surveys", town)
        with self.context.store.read() as conn:
            rules, who = self.context.in_force(conn, town), self.context.doer(conn, town)
            found = list_surveys(conn, town, _fits(rules.pack, who), page.after_id, page.to_read)
        shown, following = page.cut(found.rows, by_id, page.place_of(found.looked_to))
        views = [survey_view(rules.pack, each, rules.today, language()) for each in shown]
        return json_answer({"surveys": views, "next": following})

    @require(*WORKERS)
    @answers(200, GivenOutView)
    def survey(self, town: str, survey: str) -> Response:
        """Read one survey, with its code for whoever may give it out."""
        with self.context.store.read() as conn:
            rules = self.context.in_force(conn, town)
            shown = self._given_out(rules, self._find(conn, rules, survey))
        return json_answer(shown, 200, _NO_STORE)

    @require(*WORKERS)
    @answers(200, GivenOutView)
    def end(self, town: str, survey: str) -> Response:
        """End a survey before its last day; what was answered stays and counts."""
        with self.context.store.begin() as work:
            rules = self.context.in_force(work.conn, town)
            ended = self.keeper.end(work, self._find(work.conn, rules, survey))
            shown = self._given_out(rules, ended)
        return json_answer(shown)

    @open_to_all
    @answers(200, AskedView)
    def asked(self, town: str, code: str) -> Response:
        """Read what a survey asks, by its code alone."""
        charge_stranger()
        with self.context.store.read() as conn:
            rules, found = self._coded(conn, town, code)
        check_open(found, rules.today)
        form = survey_form(rules, found.form)
        return json_answer(asked_view(rules.pack, form, found, language()), 200, _NO_STORE)

    @open_to_all
    @takes(SurveyAnswer)
    @answers(201, AnsweredView)
    @answers(200, AnsweredView, description="it had been answered so before")
    def answer(self, given: object, town: str, code: str) -> Response:
        """Answer a survey without an account. Who does is not kept; the day is, and no time of it."""
        charge_stranger()
        answered = msgspec.convert(given, AnswerGiven)
        return self._answered(town, code, AnswerMade(answered.facts, AnswerChannel.LINK, (answered.once,)))

    @require(Role.REPORTER, *WORKERS)
    @takes(SignedAnswer)
    @answers(201, AnsweredView)
    @answers(200, AnsweredView, description="this account, or caller, had answered before")
    def answer_signed(self, given: object, town: str, code: str) -> Response:
        """Answer with an account, once each; or, as staff, write down what somebody answers by telephone."""
        answered, who = msgspec.convert(given, AnswerGiven), caller()
        if not answered.by_phone:
            person = str(named_caller().person)
            return self._answered(town, code, AnswerMade(answered.facts, AnswerChannel.ACCOUNT, (person,)))
        if who.role is Role.REPORTER:
            raise refusal("not-by-phone")
        call = (str(who.person or who.unit), answered.once)
        return self._answered(town, code, AnswerMade(answered.facts, AnswerChannel.PHONE, call))

    def _answered(self, town: str, code: str, made: AnswerMade) -> Response:
        with (
            self.context.store.begin() as work
        ):  # without the request's trace: it would lead to who has answered
            rules, survey = self._coded(work.conn, town, code)
            is_new = self.keeper.answer(work, rules, survey, code, made)
        return json_answer({"new": is_new}, 201 if is_new else 200, _NO_STORE)

    def _coded(self, conn: sa.Connection, town: str, code: str) -> tuple[DatedRules, Survey]:
        rules = self.context.in_force(conn, town)
        found = self.keeper.coded(conn, town, code)
        if found is None:
            raise unknown("survey", "")
        return rules, found

    def _find(self, conn: sa.Connection, rules: DatedRules, id_: str) -> Survey:
        found = self.keeper.surveys.get(conn, rules.pack.town, id_)
        if found is None or not _is_theirs(rules.pack, found, self.context.doer(conn, rules.pack.town)):
            raise unknown("survey", id_)
        return found

    def _given_out(self, rules: DatedRules, survey: Survey) -> GivenOutShown:
        shown = survey_view(rules.pack, survey, rules.today, language())
        return given_out_view(shown, self.keeper.code_of(survey))


def _fits(pack: Pack, who: ActingPerson) -> Callable[[Survey], bool]:
    return lambda survey: _is_theirs(pack, survey, who)


def _is_theirs(pack: Pack, survey: Survey, who: ActingPerson) -> bool:
    form = pack.records.get(survey.form)
    return (
        who.oversees
        or survey.post in who.posts
        or (form is not None and may_make(pack, form, survey.post, who))
    )
