"""The steps of a case as one reader sees them: what may be done now, what speaks against the rest, and since when,
until when and why a step has to wait, with every day that was counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.api.catalogue_view import asked
from services.intake.api.request_context import RequestContext, actor
from services.intake.api.why_not import why_not_view
from services.intake.domain.case import Case
from services.intake.domain.conditions import why_not_by_rule
from services.intake.domain.given import PLATFORM_NEEDS
from services.intake.domain.guard import procedure_of, why_not
from services.intake.domain.naming import named
from services.intake.domain.refusal import Refusal
from services.intake.domain.waiting import amount_of, begins, opening_of, too_early
from services.intake.store.people import stood_in_for
from shared.contracts.messages import Actor
from shared.flow.editions import days_of
from shared.kernel.problems import Problem
from shared.kernel.texts import Language
from shared.rules.case.timing import AmendedDays
from shared.rules.decide.compiled import CompiledRulesCache
from shared.rules.pack.model import EffectKind, Pack, Step
from shared.rules.worktime.due import describe
from shared.web.answers import language


@dataclass(frozen=True, slots=True)
class StepReader:
    """For whom, by which rules and when steps are shown.

    Args:
        days: the town's amended days; read only where a step has to wait.
        stands_in: units whose grid workers are away and whose substitute the reader is.
        in_words: turns a refusal into a problem.
    """

    pack: Pack
    case: Case
    actor: Actor
    now: datetime
    days: AmendedDays | None
    stands_in: tuple[str, ...]
    compiled: CompiledRulesCache
    in_words: Callable[[Refusal], Problem]
    language: Language

    def view(self, step: Step) -> dict[str, Any]:
        """Return a step, and what speaks against it."""
        no = self._why_not(step) or self._not_by_rules(step)
        return {
            "step": step.key,
            "name": step.name.in_language(self.language) or step.key,
            "allowed": no is None,
            "not_before": self._waiting(step),
            "needs": [self._needed(name) for name in step.needs],
            "may_have": [self._needed(name) for name in step.may_have],
            "any_time": step.any_time,
            "settles": _does(step, EffectKind.SETTLE),
            "verifies": _does(step, EffectKind.VERIFY),
            "why_not": why_not_view(self.in_words(no)) if no else None,
        }

    def _why_not(self, step: Step) -> Refusal | None:
        return why_not(self.pack, self.case, step.key, self.actor, self.stands_in)

    def _not_by_rules(self, step: Step) -> Refusal | None:
        no = why_not_by_rule(self.compiled, self.pack, self.case, step, self.now)
        return no or too_early(self.pack, self.case, step, self.days, self.now)

    def _needed(self, name: str) -> dict[str, Any]:
        if name in PLATFORM_NEEDS:
            ask = named(self.pack, [name]).in_language(self.language)
            return {"fact": name, "ask": ask, "type": "instant" if name == "due_at" else "key", "values": []}
        return asked(self.pack.facts[name], name, self.language)

    def _waiting(self, step: Step) -> dict[str, Any] | None:
        """From when the step may be taken, with the certificate; None where it waits for nothing."""
        waiting = step.not_before
        if waiting is None:
            return None
        found = opening_of(self.pack, self.case, step, self.days)
        ends = found.ends if found else None
        certificate = ends.certificate if ends else None
        return {
            "start": begins(self.pack, waiting).in_language(self.language),
            "amount": amount_of(waiting).in_language(self.language),
            "because": waiting.because,
            "since": found.since_at if found else None,
            "at": ends.due_at if ends else None,
            "label": ends.label if ends else None,
            "provisional": bool(ends and ends.provisional),
            "missing_year": found.missing_year if found else None,
            "explanation": describe(certificate, self.language) if certificate else [],
            "certificate": certificate,
        }


def _does(step: Step, kind: EffectKind) -> bool:
    return any(effect.kind is kind for effect in step.does)


def steps_view(context: RequestContext, conn: sa.Connection, case: Case) -> list[dict[str, Any]]:
    """Return the steps of the case's procedure and those for any time, as the caller sees them."""
    pack = context.pack_of(conn, case)
    steps = _steps_of(pack, case)
    waits = any(step.not_before for step in steps)
    days = days_of(conn, context.store.flow.calendars, case.town) if waits else None
    now, who = context.store.now(conn), actor()
    stands_in = stood_in_for(conn, case.town, who, now)
    reader = StepReader(pack, case, who, now, days, stands_in, context.compiled, context.problem, language())
    return [reader.view(step) for step in steps]


def _steps_of(pack: Pack, case: Case) -> list[Step]:
    procedure = procedure_of(pack, case)
    own = procedure.steps if procedure else ()
    any_time = (key for key, step in pack.steps.items() if step.any_time)
    return [pack.steps[key] for key in dict.fromkeys((*own, *any_time))]
