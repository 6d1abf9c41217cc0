"""Reporting: what it is about, where, what it looks like – five touches on a phone, and a promise at the end.

Decides the order of the questions. What can be reported and what is asked, the town's rules say.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from services.console.api import kept
from services.console.api.following import link_of
from services.console.api.frame import PageFrame, go, reader
from services.console.api.given import asked, typed_in
from services.console.api.on_the_spot import OnTheSpot
from services.console.api.residents import asking
from services.console.api.uploads import IDEMPOTENCY_KEY, attach
from services.console.domain.likely import likely
from services.console.domain.sheets import (
    CaseSheet,
    NamedKey,
    OfferedCategory,
    ProposalSheet,
    ProposedSheet,
    ReceiptSheet,
    ReportChoices,
    ReporterToSend,
    ReportToSend,
)
from services.console.domain.typed_answers import NotTyped, typed_all
from services.console.handlers.client import ApiClient, ApiRefused, at
from shared.kernel.ids import new_id
from shared.kernel.roles import Role
from shared.papers.codes import code_svg

KEY = "key"  # a form's own: sent twice, it is one report
MAY_SETTLE = (
    Role.GRID_WORKER,
    Role.UNIT_STAFF,
)  # whose result may come with a report; the rules say for which

MAIN = ("text", "place", "channel")
FLAGS = ("on_behalf", "anonymous", "private")
IDENTITY = ("name", "phone")
# Routing and clocks answer over the bus, mostly within a tenth of a second; a person waits that long for a promise.
PROMISED_AFTER_SECONDS = (0.05, 0.1, 0.15, 0.3, 0.4)
JUST_REPORTED = timedelta(seconds=5)
RUNNING = ("reported", "assigned", "accepted")


@dataclass(frozen=True, slots=True)
class ReportPages:
    """From the matter to the promise."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        base = "/towns/<town>"
        pages.add_url_rule(f"{base}/report", "report", self.choose)
        pages.add_url_rule(f"{base}/report/<category>", "report-form", self.form)
        pages.add_url_rule(f"{base}/report/<category>", "report-now", self.report, methods=["POST"])
        pages.add_url_rule(f"{base}/reported/<case>", "reported", self.reported)

    def choose(self, town: str) -> ResponseReturnValue:
        """Ask what it is about: in words, or by the list."""
        client, words = asking(self.frame, town), asked("text", "").strip()
        choices = _choices(client, town)
        proposed = ProposalSheet()
        if words:
            proposed = client.post(at("towns", town, "cases", "proposals"), ProposalSheet, {"text": words})
        found = [each for each in (proposed.proposal, *proposed.others) if each is not None]
        if words and not found:
            found = [ProposedSheet(each.key, each.name) for each in likely(words, choices.categories)]
        names = self.frame.names_in(client, town)
        return self.frame.page("report_choose.html", choices=choices, words=words, found=found, names=names)

    def form(self, town: str, category: str) -> ResponseReturnValue:
        """Ask for the rest."""
        client = asking(self.frame, town)
        given = {"text": asked("text", ""), "place": asked("place") or own_place()}
        return self._form(client, town, category, given)

    def report(self, town: str, category: str) -> ResponseReturnValue:
        """Report the case, attach what came with it, and show what was promised."""
        client, key = asking(self.frame, town), typed_in("key") or new_id()
        offered = _offered(_choices(client, town), category)
        try:
            body = _body(offered, request.form, _choices(client, town).zone)
            receipt = client.post(at("towns", town, "cases"), ReceiptSheet, body, {IDEMPOTENCY_KEY: key})
        except NotTyped as wrong:
            return self._form(client, town, category, request.form, fault=wrong.asked.fact)
        except ApiRefused as no:
            if no.status not in (400, 403, 409, 422):
                raise
            return self._form(client, town, category, request.form, refused=no)
        if receipt.code:
            kept.keep_follow(receipt.case, kept.FollowPass(town, receipt.number, receipt.code))
        return go(self._with_the_rest(town, receipt.case, key))

    def _with_the_rest(self, town: str, case: str, key: str) -> str:
        """Attach what came with the report, and take the step that it says was taken; return where to go on."""
        client, files = asking(self.frame, town, case), request.files.getlist("photographs")
        for name, refused in attach(client, town, case, files, key):
            flash(f"{name}: {refused.problem.cause} {refused.problem.remedy}", "warning")
        if typed_in("settled") and reader().may(*MAY_SETTLE):
            return OnTheSpot(self.frame, client, town, case).settle(key)
        return f"/towns/{town}/reported/{case}"

    def reported(self, town: str, case: str) -> ResponseReturnValue:
        """Show the number and what was promised: by when, and by which clause."""
        client = asking(self.frame, town)
        found = _promised(client, at("towns", town, "cases", case), self.frame.now())
        names, known = self.frame.names_in(client, town), kept.follow(case)
        link = link_of(town, known.number, known.code) if known else None
        shown = {
            "case": found,
            "names": names,
            "times": self.frame.times_in(names),
            "known": known,
            "link": link,
        }
        return self.frame.page("reported.html", 200, **shown, picture=code_svg(link) if link else None)

    def _form(
        self,
        client: ApiClient,
        town: str,
        category: str,
        given: Mapping[str, str],
        *,
        fault: str | None = None,
        refused: ApiRefused | None = None,
    ) -> ResponseReturnValue:
        choices = _choices(client, town)
        shown = {
            "offered": _offered(choices, category),
            "choices": choices,
            "areas": areas_of(choices.places),
            "given": given,
            "fault": fault,
            "problem": refused.problem if refused else None,
            "key": given.get(KEY) or new_id(),
            "may_settle": reader().may(*MAY_SETTLE),
            "is_resident": reader().role is None or reader().may(Role.REPORTER),
            "names": self.frame.names_in(client, town),
        }
        status = refused.status if refused else 422 if fault else 200
        return self.frame.page("report_form.html", status, **shown)


def own_place() -> str:
    """Return the place of whoever works in one: that is where most of what they find is."""
    role = reader().role
    jurisdiction = (role.unit or "").partition("/")[0] if role else ""
    return jurisdiction.partition(".")[2]


def areas_of(places: Sequence[NamedKey]) -> list[tuple[NamedKey, list[NamedKey]]]:
    """Return places under the one that each is part of, itself the first; whatever stands alone is its own area."""
    keys = {place.key for place in places}
    tops = [place for place in places if place.part_of not in keys]
    return [(top, [top, *_within(top.key, places)]) for top in tops]


def _within(key: str, places: Sequence[NamedKey]) -> list[NamedKey]:
    found = [place for place in places if place.part_of == key]
    return [each for place in found for each in (place, *_within(place.key, places))]


def _choices(client: ApiClient, town: str) -> ReportChoices:
    return client.read(at("towns", town, "catalogue"), ReportChoices)


def _offered(choices: ReportChoices, category: str) -> OfferedCategory:
    """The category; one that is not offered any more is refused by the service in its own words."""
    found = (each for each in choices.categories if each.key == category)
    return next(found, OfferedCategory(category, category))


def _body(offered: OfferedCategory, given: Mapping[str, str], zone: str) -> ReportToSend:
    text, place, channel = (given.get(name, "").strip() for name in MAIN)
    on_behalf, anonymous, private = (bool(given.get(name)) for name in FLAGS)
    answers = typed_all(offered.asks, _answers_of(given), zone)
    reporter = ReporterToSend(*(given.get(name, "").strip() for name in IDENTITY))
    return ReportToSend(
        offered.key,
        text,
        channel,
        place,
        _degrees(given, "lat"),
        _degrees(given, "lon"),
        answers,
        reporter,
        on_behalf,
        anonymous,
        private,
    )


def _answers_of(given: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix("fact."): text for name, text in given.items() if name.startswith("fact.")}


def _degrees(given: Mapping[str, str], name: str) -> float | None:
    """A coordinate; what is no number is no point, and the place says where it is."""
    try:
        return float(given.get(name, ""))
    except ValueError:
        return None


def _promised(client: ApiClient, path: str, now: datetime) -> CaseSheet:
    """The case, as soon as it has a limit; of one that was reported a while ago, as it is."""
    found = client.read(path, CaseSheet)
    for wait in PROMISED_AFTER_SECONDS if now - found.report.reported_at < JUST_REPORTED else ():
        if found.deadlines or found.state not in RUNNING:
            break
        time.sleep(wait)
        found = client.read(path, CaseSheet)
    return found
