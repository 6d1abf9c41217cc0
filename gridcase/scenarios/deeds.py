"""What people do in a run, over intake's HTTP API: reporting, steps, merging, words on the result, work orders.

Decides who does it and how a request says so. Must not know what is expected of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from gridcase.intake_client import IntakeAnswer, ReportBody, SatisfactionBody, StepBody
from gridcase.scenarios.actors import ScenarioActor, acting, reporting
from gridcase.scenarios.stage import Stage
from gridcase.scenarios.wording import bilingual, word
from gridcase.shown_case import ShownCase
from shared.kernel.instants import format_instant
from shared.kernel.texts import Text
from shared.rules.pack.model import Pack
from shared.rules.scenario.model import Happening, OpeningReport, label_to_instant

DRAFT = "draft"
UNSEEN = "not-found"  # what is answered of a case that is not for the caller's eyes
CONFIRMING = ("grid_worker", "unit_staff", "supervisor", "operator")  # roles of people who may confirm one


@dataclass(frozen=True, slots=True)
class Denial:
    """Intake's no: its code, and the whole of it in words."""

    code: str
    why: Text


class Deeds:
    """The cases of one run, and what people do with them.

    Attributes:
        cases: ids by the scenario's own names, of those that were reported so far.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._pack: Pack = stage.pack
        self.cases: dict[str, str] = {}

    def shown(self, name: str) -> ShownCase:
        """Return everything about a case."""
        return self._stage.case(self.cases[name])

    def open(self, name: str, case: OpeningReport) -> Denial | None:
        """Report a case; None: it is one."""
        self.cases.pop(name, None)  # of what was reported before it, nothing more happens
        reporter = reporting(self._pack, case.by, case.place, case.person)
        answer = self._stage.report(reporter, report_of(self._pack, case))
        if answer.status != 201:
            return _refused("report-refused", answer)
        self.cases[name] = answer.case
        return self._confirm(reporter, answer.case) if answer.state == DRAFT else None

    def do(self, event: Happening) -> Denial | None:
        """Do what an event says; None: it was taken."""
        deed = next(deed for field, deed in self._deeds.items() if getattr(event, field) is not None)
        case = self.shown(event.case)
        answer = deed(event, case, acting(self._pack, event.by, case, event.person))
        if answer.status == 200:
            return None
        what = "out-of-sight" if answer.code == UNSEEN else "refused"
        return _refused(what, answer, what=self.named(event))

    def named(self, event: Happening) -> Text:
        """Return what an event is, in words."""
        if event.step is not None:
            return bilingual("step", step=event.step)
        if event.into is not None:
            return bilingual("merging", case=word(event.case), into=word(event.into))
        return bilingual("satisfaction" if event.satisfied is not None else "work-order")

    @property
    def _deeds(self) -> dict[str, Callable[[Happening, ShownCase, ScenarioActor], IntakeAnswer]]:
        return {"step": self._step, "into": self._merge, "satisfied": self._satisfied, "order": self._order}

    def _step(self, event: Happening, _: ShownCase, actor: ScenarioActor) -> IntakeAnswer:
        due_at = format_instant(label_to_instant(event.due_at, self._pack.zone)) if event.due_at else None
        body = StepBody(str(event.step), event.facts, due_at)
        return self._stage.take_step(actor, self.cases[event.case], body)

    def _merge(self, event: Happening, _: ShownCase, actor: ScenarioActor) -> IntakeAnswer:
        return self._stage.merge(actor, self.cases[event.case], self.cases[str(event.into)])

    def _satisfied(self, event: Happening, case: ShownCase, actor: ScenarioActor) -> IntakeAnswer:
        whose = None if actor.role == "reporter" else case.report.reporter
        body = SatisfactionBody(bool(event.satisfied), whose)
        return self._stage.satisfied(actor, self.cases[event.case], body)

    def _order(self, event: Happening, case: ShownCase, actor: ScenarioActor) -> IntakeAnswer:
        """The unit's own open one; where it has none, the case's first, so that intake says no."""
        orders = [order for order in case.work_orders if order.ended_at is None]
        own = [order for order in orders if order.unit == actor.unit]
        order = next(iter(own or orders), None)
        return self._stage.move_order(
            actor, self.cases[event.case], order.id if order else "none", str(event.order)
        )

    def _confirm(self, reporter: ScenarioActor, case: str) -> Denial | None:
        """A person says at once that the draft is a case; a machine or the public can't."""
        person = reporter if reporter.role in CONFIRMING else ScenarioActor("operator", None, "operator-1")
        answer = self._stage.confirm(person, case)
        return None if answer.status == 200 else _refused("not-confirmed", answer)


def report_of(pack: Pack, case: OpeningReport) -> ReportBody:
    """Return a scenario's report as intake takes it."""
    return ReportBody(
        category=case.category,
        channel=case.channel or next(iter(pack.channels), "grid"),
        also=tuple(case.also or ()),
        text=case.text or "…",
        place=case.place,
        answers=case.facts,
        source=case.device,
        on_behalf=bool(case.on_behalf),
        anonymous=bool(case.anonymous),
    )


def _refused(key: str, answer: IntakeAnswer, **terms: object) -> Denial:
    return Denial(answer.code, bilingual(key, code=answer.code, cause=answer.cause, **terms))
