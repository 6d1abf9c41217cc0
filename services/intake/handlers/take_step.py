"""Taking a step: the guard's answer, then its consequences, or the refusal in the case's history.

Decides nothing of its own; what a person gives is typed by the pack before the guard sees it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.intake.domain.actors import known_reporters
from services.intake.domain.case import Case
from services.intake.domain.conditions import Doubt, why_not_by_rule
from services.intake.domain.given import Given
from services.intake.domain.guard import lacking, refuse, takes, why_not, why_not_now
from services.intake.domain.opening_categories import refuse_categories
from services.intake.domain.refusal import Refusal, refusal
from services.intake.domain.steps import consequences
from services.intake.domain.taking_away import refuse_taking_away
from services.intake.handlers.carry_out import ReadyStep, StepCarrier
from services.intake.handlers.step_outcome import StepOutcome
from services.intake.handlers.trial import case_with
from services.intake.store.people import stood_in_for
from shared.contracts.messages import Actor
from shared.db.work import Work
from shared.flow.editions import PackCache
from shared.kernel.problems import Problem
from shared.rules.logic.facts import LONGEST_TEXT, Kind, Value, check_facts, typed
from shared.rules.pack.model import Pack, Step

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class WantedStep:
    """A step as somebody wants to take it.

    Args:
        facts: what comes with it, not yet typed.
        note: words for the case file.
        reporter: whose word on the result it is, where staff take the step for somebody who reported it.
    """

    step: str
    facts: Mapping[str, object] = field(default_factory=dict)
    due_at: datetime | None = None
    note: str | None = None
    reporter: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a step.

    Args:
        refused: why it was not taken; None: it was.
        not_done: what it was to do and did not.
    """

    refused: Refusal | Problem | None = None
    not_done: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class StepTaker:
    """Takes steps within a transaction."""

    pack_cache: PackCache
    carrier: StepCarrier
    outcome: StepOutcome

    def take(self, work: Work, case: Case, actor: Actor, wanted: WantedStep) -> Taken:
        """Take the step; or record the refusal in the case's history."""
        pack = self.pack_cache.of(work, work.flow.editions, case.edition)
        given = self._judged(pack, case, actor, wanted, work)
        if not isinstance(given, Given):
            return self._refused(work, case, actor, wanted, given)
        ready = ReadyStep(pack, actor, wanted.step, given, wanted.note, wanted.reporter)
        unmet = self.carrier.unmet(work, case, ready)
        if isinstance(unmet, Doubt):
            return self._refused(work, case, actor, wanted, unmet)
        applied = self.carrier.carry_out(work, case, ready, unmet)
        return Taken(not_done=(*unmet.values(), *self.outcome.not_done(work, case, applied)))

    def _refused(
        self, work: Work, case: Case, actor: Actor, wanted: WantedStep, no: Refusal | Problem
    ) -> Taken:
        self.carrier.refused(work, case, actor, wanted.step, no)
        return Taken(no)

    def _judged(
        self, pack: Pack, case: Case, actor: Actor, wanted: WantedStep, work: Work
    ) -> Given | Refusal | Problem:
        given = self._judge(pack, case, actor, wanted, work)
        if not isinstance(given, Given) or not pack.hidden:
            return given
        change = consequences(pack, case, pack.steps[wanted.step], actor, given)
        if not change.corrections:
            return given
        trial = case_with(work, pack, case, actor, change)
        self.carrier.applier.visibility.hide(pack, trial)
        return refuse_taking_away(pack, case, actor, given, trial.seen_by) or given

    def take_for_reporter(
        self, work: Work, case: Case, actor: Actor, step: Step, wanted: WantedStep
    ) -> Refusal | None:
        """Take the step that a reporter's word is, whoever takes it by the pack; return why it was not taken, or None.

        That the result does not satisfy is for the reporter to say; the pack says what follows, and by its `who` who
        else may say so.
        """
        pack = self.pack_cache.of(work, work.flow.editions, case.edition)
        compiled = self.carrier.compiled
        no = why_not_now(pack, case, step) or why_not_by_rule(compiled, pack, case, step, work.at)
        given = Given(_words_for(pack, step, wanted.note))
        ready = ReadyStep(pack, actor, wanted.step, given, wanted.note, wanted.reporter)
        if no := no or lacking(pack, step, given, work.at):
            return no
        unmet = self.carrier.unmet(work, case, ready)
        if isinstance(unmet, Doubt):
            return unmet
        self.carrier.carry_out(work, case, ready, unmet)
        return None

    def _judge(
        self, pack: Pack, case: Case, actor: Actor, wanted: WantedStep, work: Work
    ) -> Given | Refusal | Problem:
        """Return what was given, typed; or why the step may not be taken, the most helpful reason first."""
        stands_in = stood_in_for(work.conn, case.town, actor, work.at)
        no = why_not(pack, case, wanted.step, actor, stands_in)
        if no := no or self._not_by_rules(work, pack, case, wanted.step):
            return no
        if wanted.reporter is not None and wanted.reporter not in known_reporters(case):
            return refusal("not-a-reporter", {"field": "reporter"})
        try:
            given = _typed(pack, pack.steps[wanted.step], wanted)
        except (Refusal, Problem) as wrong:
            return wrong
        if given.category != case.category and (no := refuse_categories(pack, actor, (given.category,))):
            return no
        return refuse(pack, case, wanted.step, actor, given, work.at, stands_in) or given

    def _not_by_rules(self, work: Work, pack: Pack, case: Case, key: str) -> Refusal | None:
        # It is there: a step that the pack does not know was refused before this was asked.
        return self.carrier.why_not_by_rules(work, pack, case, pack.steps[key], work.at)


def _words_for(pack: Pack, step: Step, words: str | None) -> dict[str, Value]:
    """What a reporter says goes to whichever text the step asks for."""
    texts = [name for name in step.needs if name in pack.facts and pack.facts[name].type.kind is Kind.TEXT]
    return {name: typed(pack.facts[name].type, words[:LONGEST_TEXT]) for name in texts if words}


def _typed(pack: Pack, step: Step, wanted: WantedStep) -> Given:
    """Return what comes with the step typed by the pack, `category` and `place` as known keys.

    Raises:
        Refusal: the step takes no such fact, or there is no such category or place.
        FactError: a value is not what the pack declares.
    """
    facts = wanted.facts
    if foreign := [name for name in facts if name not in takes(step)]:
        raise refusal("step-takes-not", {"field": f"facts.{foreign[0][:_SHOWN]}"}, facts=", ".join(foreign))
    category, place = _key(facts, "category", pack.categories), _key(facts, "place", pack.places)
    rest = {name: value for name, value in facts.items() if name not in ("category", "place")}
    declared = {name: pack.facts[name].type for name in rest if name in pack.facts}
    typed_facts = check_facts(declared, rest, exact=pack.format > 1)
    return Given(typed_facts, wanted.due_at, category, place, has_note=bool(wanted.note))


def _key(facts: Mapping[str, object], name: str, known: Collection[str]) -> str | None:
    if name not in facts:
        return None
    value = facts[name]
    if not isinstance(value, str) or value not in known:
        shown = ", ".join(list(known)[:10])
        raise refusal(f"unknown-{name}", {"field": f"facts.{name}"}, given=value, known=shown)
    return value
