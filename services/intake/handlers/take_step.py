"""Taking a step: the guard's answer, then its consequences, or the refusal in the case's history.

Decides nothing of its own; what a person gives is typed by the pack before the guard sees it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.intake.domain.actors import Actor, is_reporter
from services.intake.domain.case import Case
from services.intake.domain.change import Change
from services.intake.domain.decisions import AUTOMATIC
from services.intake.domain.guard import Given, refuse, takes, why_not
from services.intake.domain.milestones import ACCEPTED, REOPENED
from services.intake.domain.refusal import Refusal, refusal
from services.intake.domain.satisfaction import note, reporters_of, said_by
from services.intake.domain.steps import consequences
from services.intake.domain.waiting import too_early
from services.intake.handlers.carry_out import Act, Carrier
from services.intake.handlers.links import Linker
from services.intake.ports.case_file import CaseFile
from shared.db.work import Work
from shared.flow.editions import PackShelf, days_of
from shared.kernel.problems import Problem
from shared.rules.logic.facts import check_facts
from shared.rules.pack.model import Pack, Step

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """A step as somebody wants to take it.

    Args:
        facts: what comes with it, not yet typed.
        note: words for the case file.
        reporter: whose word on the result it is, where staff take the step for somebody who reported it.
    """

    step: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    note: str | None = None
    reporter: str | None = None


class StepTaker:
    """Takes steps within a transaction."""

    def __init__(self, files: CaseFile, shelf: PackShelf, carrier: Carrier, linker: Linker) -> None:
        self._files = files
        self._shelf = shelf
        self._carrier = carrier
        self._linker = linker

    def take(self, work: Work, case: Case, actor: Actor, wanted: Wanted) -> Refusal | Problem | None:
        """Take the step; or record the refusal in the case's history and return it."""
        pack = self.pack_of(work, case)
        no, given = _judge(pack, case, actor, wanted, work)
        if no is not None:
            data = {"step": wanted.step[:_SHOWN], "code": no.code, "where": dict(no.where)}
            self._files.record(work, case, "step-refused", actor, data)
            self._files.keep(work, case)
            return no
        self._carry_out(work, pack, case, actor, wanted, given)
        return None

    def pack_of(self, work: Work, case: Case) -> Pack:
        """Return the pack of the edition that the case is bound to."""
        return self._shelf.of(work, work.flow.editions, case.edition)

    def _carry_out(
        self, work: Work, pack: Pack, case: Case, actor: Actor, wanted: Wanted, given: Given
    ) -> None:
        change = consequences(pack, case, pack.steps[wanted.step], actor, given)
        reissued = REOPENED in change.reached and case.stands(ACCEPTED)
        texts = {**change.texts, **change.corrections.texts, **({"note": wanted.note} if wanted.note else {})}
        accepted = reissued or pack.acceptance == AUTOMATIC
        said = _said(case, pack.steps[wanted.step], actor, wanted, work.at)
        act = Act("step", actor, change, given.due_at, texts, {**_moved(change), **said}, accepted)
        if change.category is not None:  # before anything is said: the message must not show what is private
            case.private = case.private or pack.categories[change.category].private
        self._carrier.carry_out(work, pack, case, act)
        self._linker.open_all(work, case, change.links)
        self._linker.flow_back(work, case)


def _said(case: Case, step: Step, actor: Actor, wanted: Wanted, at: datetime) -> dict[str, Any]:
    """Note what the step says of a reporter's satisfaction, also where several reported the case."""
    ref = actor.person if is_reporter(actor, case) else wanted.reporter
    is_satisfied = said_by(step)
    if ref is None or is_satisfied is None:
        return {}
    return {"satisfaction": {"reporter": ref, **note(case, ref, is_satisfied, at)}}


def _moved(change: Change) -> dict[str, Any]:
    told = {"category": change.category, "place": change.place, "corrected": dict(change.corrections.values)}
    return {name: value for name, value in told.items() if value}


def _judge(
    pack: Pack, case: Case, actor: Actor, wanted: Wanted, work: Work
) -> tuple[Refusal | Problem | None, Given]:
    if no := why_not(pack, case, wanted.step, actor) or _too_early(pack, case, wanted.step, work):
        return no, Given()
    if wanted.reporter is not None and wanted.reporter not in reporters_of(case):
        return refusal("not-a-reporter", {"field": "reporter"}), Given()
    try:
        given = Given(typed(pack, pack.steps[wanted.step], wanted.facts), wanted.due_at)
    except (Refusal, Problem) as wrong:
        return wrong, Given()
    return refuse(pack, case, wanted.step, actor, given, work.at), given


def _too_early(pack: Pack, case: Case, key: str, work: Work) -> Refusal | None:
    step = pack.steps[key]
    if step.not_before is None:
        return None
    return too_early(pack, case, step, days_of(work.conn, work.flow.calendars, case.town), work.at)


def typed(pack: Pack, step: Step, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts typed by the pack, `category` and `place` as known keys.

    Raises:
        Refusal: the step takes no such fact, or there is no such category or place.
        FactError: a value is not what the pack declares.
    """
    if foreign := [name for name in facts if name not in takes(step)]:
        raise refusal("step-takes-not", {"field": f"facts.{foreign[0][:_SHOWN]}"}, facts=", ".join(foreign))
    found = {name: _key(pack, name, value) for name, value in facts.items() if name in ("category", "place")}
    rest = {name: value for name, value in facts.items() if name not in found}
    declared = {name: pack.facts[name].type for name in rest if name in pack.facts}
    return {**found, **check_facts(declared, rest)}


def _key(pack: Pack, name: str, value: Any) -> str:
    known: Mapping[str, object] = pack.categories if name == "category" else pack.places
    if not isinstance(value, str) or value not in known:
        raise refusal(
            f"unknown-{name}", {"field": f"facts.{name}"}, given=value, known=", ".join(list(known)[:10])
        )
    return value
