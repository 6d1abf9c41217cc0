"""One case on one page: what happened, who has it and why, by when and why then, what may be done next and by whom."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, go, reader
from services.console.api.given import asked, typed_in
from services.console.api.residents import asking
from services.console.api.story import story_of
from services.console.api.uploads import IDEMPOTENCY_KEY, attach, handed_on
from services.console.domain.days_picture import DaysPicture, days_picture
from services.console.domain.sheets import (
    CaseSheet,
    ClockStories,
    ClockStory,
    CountedDays,
    OrderMoveToSend,
    OrderSheet,
    ProblemSheet,
    StepOffer,
    TakenSheet,
)
from services.console.domain.step_bodies import step_body
from services.console.domain.typed_answers import NotTyped
from services.console.handlers.client import ApiClient, ApiRefused, at
from shared.kernel.ids import new_id
from shared.kernel.roles import Role

CLOCK_READERS = (Role.GRID_WORKER, Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
SEEN = "If-Match"


@dataclass(frozen=True, slots=True)
class ClockShown:
    """A clock with the picture of why it is due when it is."""

    clock: ClockStory
    counted: CountedDays | None
    picture: DaysPicture | None
    described: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepFault:
    """A step that was refused, and what was typed for it."""

    step: str
    given: Mapping[str, str]
    fact: str | None = None
    problem: ProblemSheet | None = None
    status: int = 422


@dataclass(frozen=True, slots=True)
class CasePages:
    """The case."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        case = "/towns/<town>/cases/<case>"
        pages.add_url_rule(case, "case", self.show)
        pages.add_url_rule(f"{case}/steps/<step>", "step", self.take_step, methods=["POST"])
        pages.add_url_rule(f"{case}/orders/<order>", "move-order", self.move_order, methods=["POST"])
        pages.add_url_rule(f"{case}/files", "attach", self.attach, methods=["POST"])
        pages.add_url_rule(f"{case}/files/<file>", "file", self.file)

    def show(self, town: str, case: str) -> ResponseReturnValue:
        """Show everything about the case that this reader may see."""
        client = asking(self.frame, town)
        return self._page(client, town, client.read(at("towns", town, "cases", case), CaseSheet))

    def take_step(self, town: str, case: str, step: str) -> ResponseReturnValue:
        """Take a step, with what was typed for it; a refusal stands beside the form, which keeps what was typed."""
        client, path = asking(self.frame, town), at("towns", town, "cases", case)
        found = client.read(path, CaseSheet)
        offer = next(
            (each for each in found.steps if each.step == step), StepOffer(step, step, allowed=False)
        )
        names = self.frame.names_in(client, town)
        try:
            body = step_body(offer, request.form, names.book.zone)
            taken = client.post(f"{path}/steps", TakenSheet, body, seen_and_key())
        except NotTyped as wrong:
            return self._page(client, town, found, StepFault(step, request.form, fact=wrong.asked.fact))
        except ApiRefused as no:
            if no.status not in (400, 403, 409, 412, 422):
                raise
            fault = StepFault(step, request.form, problem=no.problem, status=no.status)
            return self._page(client, town, client.read(path, CaseSheet), fault)
        flash(offer.name, "done")
        for no_effect in taken.not_done:
            flash(no_effect.cause, "warning")
        return go(f"/towns/{town}/cases/{case}")

    def move_order(self, town: str, case: str, order: str) -> ResponseReturnValue:
        """Accept, decline or finish the share in which the reader's unit assists."""
        client, path = asking(self.frame, town), at("towns", town, "cases", case)
        body = OrderMoveToSend(typed_in("move"), typed_in("note").strip())
        try:
            client.post(at("towns", town, "cases", case, "work-orders", order), OrderSheet, body)
        except ApiRefused as no:
            if no.status not in (400, 403, 409, 422):
                raise
            fault = StepFault("", request.form, problem=no.problem, status=no.status)
            return self._page(client, town, client.read(path, CaseSheet), fault)
        return go(f"/towns/{town}/cases/{case}")

    def attach(self, town: str, case: str) -> ResponseReturnValue:
        """Attach photographs."""
        client = asking(self.frame, town)
        for name, no in attach(client, town, case, request.files.getlist("photographs"), typed_in("key")):
            if no.status in (403, 404):  # not this file: the case is not the reader's
                raise no
            flash(f"{name}: {no.problem.cause} {no.problem.remedy}", "warning")
        return go(f"/towns/{town}/cases/{case}#files")

    def file(self, town: str, case: str, file: str) -> ResponseReturnValue:
        """Hand a file on as the service gives it: a photograph is shown within the case's page, and runs nothing."""
        answer = asking(self.frame, town).send("GET", at("towns", town, "cases", case, "attachments", file))
        return handed_on(answer)

    def _page(
        self, client: ApiClient, town: str, found: CaseSheet, fault: StepFault | None = None
    ) -> ResponseReturnValue:
        names = self.frame.names_in(client, town, found.edition.hash)
        times = self.frame.times_in(names)
        clocks = self._clocks(client, town, found.case) if reader().may(*CLOCK_READERS) else []
        shown = {
            "case": found,
            "names": names,
            "times": times,
            "clocks": clocks,
            "story": story_of(found, names, self.frame.words, times.language),
            "fault": fault,
            "opened": asked("step"),
            "key": new_id(),
            "open_steps": [step for step in found.steps if step.allowed],
            "closed_steps": [step for step in found.steps if not step.allowed],
        }
        return self.frame.page("case.html", fault.status if fault else 200, **shown)

    def _clocks(self, client: ApiClient, town: str, case: str) -> list[ClockShown]:
        """The clocks; none where their service has not heard of the case yet."""
        try:
            found = client.read(at("towns", town, "cases", case, "clocks"), ClockStories)
        except ApiRefused as no:
            if no.status == 404:
                return []
            raise
        return [self._clock(clock) for clock in found.clocks]

    def _clock(self, clock: ClockStory) -> ClockShown:
        latest = next((form for form in reversed(clock.versions) if form.certificate is not None), None)
        counted = latest.certificate if latest else None
        picture = days_picture(counted, self.frame.now()) if counted else None
        return ClockShown(clock, counted, picture, latest.described if latest else ())


SEEN = "If-Match"


def seen_and_key() -> dict[str, str]:
    """Return by which view of the case the form was filled in, and under which key it is done once."""
    key, seen = typed_in("key"), typed_in("seen")
    return {**({IDEMPOTENCY_KEY: key} if key else {}), **({SEEN: f'"{seen}"'} if seen.isdigit() else {})}
