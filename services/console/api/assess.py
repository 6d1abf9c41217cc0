"""Figures and the lists behind them, ranks and points, proposals to decide, objections and verdicts.

Decides which period a page shows, and that beside every value stands that of the year before. What anybody reads, gives
or decides, assessment says.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, request
from flask.typing import ResponseReturnValue

from services.console.api.dates import TimeWords
from services.console.api.frame import PageFrame, go, reader, spoken
from services.console.api.given import asked, typed_in
from services.console.domain.assess_sheets import (
    CountedRows,
    CountedSheet,
    DeedToSend,
    NotedSheet,
    ObjectionRows,
    ObjectionToSend,
    PointsToSend,
    ProposalRows,
    RankRows,
    ThingRows,
    ValueRows,
    VerdictToSend,
)
from services.console.domain.periods import compared, period_in, periods_to_choose, written
from services.console.domain.sheets import ProblemSheet
from services.console.handlers.client import ApiClient, ApiRefused, Query, at
from services.console.handlers.name_books import TownNames
from shared.rules.worktime.spans import CalendarSpan

A_PAGE = 50
_SAID_NO = (400, 409, 422)


class AssessView(NamedTuple):
    """What every page about one figure or measure needs."""

    client: ApiClient
    names: TownNames
    declared: CountedSheet
    span: CalendarSpan
    periods: tuple[tuple[str, str], ...]

    def subject(self, key: str) -> str:
        """Return what a subject is called; a person is shown by reference."""
        return subject_named(self.names, self.declared.per, key)


class AssessShown(NamedTuple):
    """What every template about one figure or measure knows."""

    view: AssessView
    names: TownNames
    times: TimeWords
    period: str
    year_before: str
    problem: ProblemSheet | None


def subject_named(names: TownNames, per: str | None, key: str) -> str:
    """Return what the subject of a figure is called."""
    if per in ("grid", "village"):
        return names.place(key)
    if per == "unit":
        return names.unit(key)
    return names.category(key) if per == "category" else key


@dataclass(frozen=True, slots=True)
class AssessPages:
    """Pages of assessment."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        base = "/towns/<town>/assessment"
        figure, measure = f"{base}/figures/<figure>", f"{base}/measures/<measure>"
        pages.add_url_rule(base, "assessment", self.overview)
        pages.add_url_rule(figure, "figure", self.figure)
        pages.add_url_rule(f"{figure}/things", "figure-things", self.things)
        pages.add_url_rule(f"{figure}/objections", "figure-object", self.dispute, methods=["POST"])
        pages.add_url_rule(measure, "measure", self.measure)
        pages.add_url_rule(f"{measure}/points", "measure-points", self.give, methods=["POST"])
        deeds = f"{measure}/proposals/<proposal>"
        pages.add_url_rule(deeds, "measure-deed", self.act, methods=["POST"])
        pages.add_url_rule(f"{base}/objections", "objections", self.objections)
        verdict = f"{base}/objections/<objection>"
        pages.add_url_rule(verdict, "objection-verdict", self.decide, methods=["POST"])

    def overview(self, town: str) -> ResponseReturnValue:
        """Show all that the town counts and assesses."""
        client = reader().as_role
        rows = client.read(at("towns", town, "assessment", "declared"), CountedRows)
        return self.frame.page("assessment.html", 200, rows=rows, names=self.frame.names_in(client, town))

    def figure(self, town: str, figure: str) -> ResponseReturnValue:
        """Show a figure of a period, beside the same period of the year before."""
        view = self._view(town, "figure", figure)
        path = at("towns", town, "assessment", "figures", figure)
        now = view.client.read(f"{path}/{view.span.name}", ValueRows).values
        before = view.client.read(f"{path}/{view.span.year_before.name}", ValueRows).values
        rows = compared(now, before)
        return self.frame.page("figure.html", 200, rows=rows, **self._common(view)._asdict())

    def things(self, town: str, figure: str) -> ResponseReturnValue:
        """Show what a figure rests on for one subject."""
        return self._things(town, self._view(town, "figure", figure))

    def dispute(self, town: str, figure: str) -> ResponseReturnValue:
        """Say that something was counted wrongly."""
        view, path = self._view(town, "figure", figure), at("towns", town, "assessment", "objections")
        ref, words = typed_in("ref"), typed_in("words").strip()
        said = ObjectionToSend(figure, view.span.name, asked("subject"), ref, words)
        try:
            view.client.post(path, NotedSheet, said)
        except ApiRefused as no:
            if no.status not in _SAID_NO:
                raise
            return self._things(town, view, no)
        flash(self.frame.say("assess.objected"), "said")
        return go(f"/towns/{town}/assessment/objections")

    def measure(self, town: str, measure: str) -> ResponseReturnValue:
        """Show ranks, points and what is proposed."""
        return self._measure(town, self._view(town, "measure", measure))

    def give(self, town: str, measure: str) -> ResponseReturnValue:
        """Give points with the reason."""
        view = self._view(town, "measure", measure)
        words = typed_in("words").strip()
        said = PointsToSend(typed_in("subject"), typed_in("item"), typed_in("points").strip(), words)
        return self._sent(town, view, self._at(town, view, "points"), said)

    def act(self, town: str, measure: str, proposal: str) -> ResponseReturnValue:
        """Put on record what became of a proposal."""
        view = self._view(town, "measure", measure)
        amount = typed_in("yuan").strip()
        yuan = int(amount) if amount.isascii() and amount.isdigit() else None
        said = DeedToSend(typed_in("subject"), typed_in("does"), typed_in("words").strip(), yuan)
        return self._sent(town, view, self._at(town, view, "proposals", proposal, "deeds"), said)

    def objections(self, town: str) -> ResponseReturnValue:
        """Show objections that are the reader's, or to what the reader reads."""
        return self._objections(town)

    def decide(self, town: str, objection: str) -> ResponseReturnValue:
        """Uphold or reject an objection."""
        said = VerdictToSend(typed_in("upheld") == "yes", typed_in("words").strip())
        path = at("towns", town, "assessment", "objections", objection, "verdict")
        try:
            reader().as_role.post(path, NotedSheet, said)
        except ApiRefused as no:
            if no.status not in _SAID_NO:
                raise
            return self._objections(town, no)
        flash(self.frame.say("assess.noted"), "said")
        return go(f"/towns/{town}/assessment/objections")

    def _view(self, town: str, kind: str, key: str) -> AssessView:
        client = reader().as_role
        names = self.frame.names_in(client, town)
        rows = client.read(at("towns", town, "assessment", "declared"), CountedRows)
        found = rows.find(kind, key)
        if found is None:
            abort(404)
        today = self._today(names)
        span = period_in(asked("span"), found.every, today)
        periods = tuple((each.name, written(each, spoken())) for each in periods_to_choose(span, today))
        return AssessView(client, names, found, span, periods)

    def _today(self, names: TownNames) -> date:
        return self.frame.now().astimezone(ZoneInfo(names.book.zone)).date()

    def _common(self, view: AssessView, refused: ApiRefused | None = None) -> AssessShown:
        return AssessShown(
            view,
            view.names,
            self.frame.times_in(view.names),
            written(view.span, spoken()),
            written(view.span.year_before, spoken()),
            refused.problem if refused else None,
        )

    def _things(self, town: str, view: AssessView, refused: ApiRefused | None = None) -> ResponseReturnValue:
        path = at("towns", town, "assessment", "figures", view.declared.key, view.span.name, "things")
        subject = asked("subject")
        query: Query = {"subject": subject, "cursor": asked("cursor"), "limit": A_PAGE}
        page = view.client.read(path, ThingRows, query)
        status, shown = refused.status if refused else 200, self._common(view, refused)._asdict()
        given = {"page": page, "subject": subject, "given": request.form}
        return self.frame.page("figure_things.html", status, **given, **shown)

    def _measure(self, town: str, view: AssessView, refused: ApiRefused | None = None) -> ResponseReturnValue:
        ranks = view.client.read(self._at(town, view), RankRows).standings
        proposals = view.client.read(self._at(town, view, "proposals"), ProposalRows).proposals
        shown = {
            "ranks": sorted(ranks, key=lambda each: (each.rank is None, each.rank or 0, each.subject)),
            "proposals": proposals,
            "given": request.form,
            **self._common(view, refused)._asdict(),
        }
        return self.frame.page("measure.html", refused.status if refused else 200, **shown)

    def _sent(self, town: str, view: AssessView, path: str, said: object) -> ResponseReturnValue:
        try:
            view.client.post(path, NotedSheet, said)
        except ApiRefused as no:
            if no.status not in _SAID_NO:
                raise
            return self._measure(town, view, no)
        flash(self.frame.say("assess.noted"), "said")
        return go(f"/towns/{town}/assessment/measures/{view.declared.key}?span={view.span.name}")

    def _objections(self, town: str, refused: ApiRefused | None = None) -> ResponseReturnValue:
        client = reader().as_role
        names = self.frame.names_in(client, town)
        base = at("towns", town, "assessment")
        rows = client.read(f"{base}/declared", CountedRows)
        query: Query = {"cursor": asked("cursor"), "limit": A_PAGE}
        page = client.read(f"{base}/objections", ObjectionRows, query)
        shown = {
            "page": page,
            "rows": rows,
            "names": names,
            "times": self.frame.times_in(names),
            "problem": refused.problem if refused else None,
            "subject_named": subject_named,
        }
        return self.frame.page("objections.html", refused.status if refused else 200, **shown)

    @staticmethod
    def _at(town: str, view: AssessView, *further: str) -> str:
        return at("towns", town, "assessment", "measures", view.declared.key, view.span.name, *further)
