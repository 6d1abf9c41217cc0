"""Taking a step: the guard's answer, then its consequences, or the refusal in the case's history.

Decides nothing of its own; what a person gives is typed by the pack before the guard sees it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.intake.domain.actors import is_reporter, known_reporters
from services.intake.domain.case import Case
from services.intake.domain.change import Change
from services.intake.domain.conditions import Doubt, unmet_marks, why_not_by_rule
from services.intake.domain.entries import StepEntry, StepRefusedEntry
from services.intake.domain.given import Given
from services.intake.domain.guard import lacking, refuse, takes, why_not, why_not_now
from services.intake.domain.milestones import ACCEPTED, REOPENED
from services.intake.domain.opening_categories import refuse_categories
from services.intake.domain.refusal import Refusal, refusal
from services.intake.domain.satisfaction import ReporterWord, note, said_by
from services.intake.domain.steps import asked_at, consequences
from services.intake.domain.taking_away import refuse_taking_away
from services.intake.domain.waiting import too_early
from services.intake.handlers.apply_change import AppliedChange, ChangeApplier
from services.intake.handlers.emitting import raise_alarm
from services.intake.handlers.links import Linker
from services.intake.handlers.step_outcome import StepOutcome
from services.intake.handlers.trial import case_with
from services.intake.handlers.visibility import DISAGREEMENT
from services.intake.store.case_file import SqlCaseFile
from services.intake.store.people import stood_in_for
from shared.contracts.messages import Actor
from shared.db.work import Work
from shared.flow.editions import PackCache, days_of
from shared.kernel.problems import Problem
from shared.rules.decide.compiled import CompiledRulesCache
from shared.rules.logic.facts import LONGEST_TEXT, Kind, Value, check_facts, typed
from shared.rules.pack.model import Acceptance, Pack, Step

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

    files: SqlCaseFile
    pack_cache: PackCache
    applier: ChangeApplier
    linker: Linker
    outcome: StepOutcome
    compiled: CompiledRulesCache

    def take(self, work: Work, case: Case, actor: Actor, wanted: WantedStep) -> Taken:
        """Take the step; or record the refusal in the case's history."""
        pack = self.pack_cache.of(work, work.flow.editions, case.edition)
        given = self._judged(pack, case, actor, wanted, work)
        if not isinstance(given, Given):
            return self._refused(work, case, actor, wanted, given)
        unmet = self._unmet(work, pack, case, actor, wanted, given)
        if isinstance(unmet, Doubt):
            return self._refused(work, case, actor, wanted, unmet)
        applied = self._apply(work, pack, case, actor, wanted, given, unmet)
        return Taken(not_done=(*unmet.values(), *self.outcome.not_done(work, case, applied)))

    def _refused(
        self, work: Work, case: Case, actor: Actor, wanted: WantedStep, no: Refusal | Problem
    ) -> Taken:
        if isinstance(no, Doubt):
            raise_alarm(work, case, DISAGREEMENT, {"about": f"step {wanted.step}", "answers": no.answers})
        refused = StepRefusedEntry(wanted.step[:_SHOWN], no.code, no.where)
        self.files.record(work, case, "step-refused", actor, refused)
        self.files.keep(work, case)
        return Taken(no)

    def _unmet(
        self, work: Work, pack: Pack, case: Case, actor: Actor, wanted: WantedStep, given: Given
    ) -> dict[str, Refusal] | Doubt:
        """Return the marks that the step does not reach, by the case as it would stand with what comes with it."""
        step = pack.steps[wanted.step]
        if not step.mark_conditions:
            return {}
        change = consequences(pack, case, step, actor, given, step.mark_conditions)
        return unmet_marks(self.compiled, pack, case_with(work, pack, case, actor, change), step)

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
        self.applier.visibility.hide(pack, trial)
        return refuse_taking_away(pack, case, actor, given, trial.seen_by) or given

    def take_for_reporter(
        self, work: Work, case: Case, actor: Actor, step: Step, wanted: WantedStep
    ) -> Refusal | None:
        """Take the step that a reporter's word is, whoever takes it by the pack; return why it was not taken, or None.

        That the result does not satisfy is for the reporter to say; the pack says what follows, and by its `who` who
        else may say so.
        """
        pack = self.pack_cache.of(work, work.flow.editions, case.edition)
        no = why_not_now(pack, case, step) or why_not_by_rule(self.compiled, pack, case, step, work.at)
        given = Given(_words_for(pack, step, wanted.note))
        if no := no or lacking(pack, step, given, work.at):
            return no
        unmet = self._unmet(work, pack, case, actor, wanted, given)
        if isinstance(unmet, Doubt):
            return unmet
        self._apply(work, pack, case, actor, wanted, given, unmet)
        return None

    def _judge(
        self, pack: Pack, case: Case, actor: Actor, wanted: WantedStep, work: Work
    ) -> Given | Refusal | Problem:
        """Return what was given, typed; or why the step may not be taken, the most helpful reason first."""
        stands_in = stood_in_for(work.conn, case.town, actor, work.at)
        no = why_not(pack, case, wanted.step, actor, stands_in)
        if no := no or self._not_by_rules(pack, case, wanted.step, work):
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

    def _not_by_rules(self, pack: Pack, case: Case, key: str, work: Work) -> Refusal | None:
        # It is there: a step that the pack does not know was refused before this was asked.
        step = pack.steps[key]
        no = why_not_by_rule(self.compiled, pack, case, step, work.at)
        return no or _too_early(pack, case, step, work)

    def _apply(
        self,
        work: Work,
        pack: Pack,
        case: Case,
        actor: Actor,
        wanted: WantedStep,
        given: Given,
        unmet: Collection[str],
    ) -> AppliedChange:
        step = pack.steps[wanted.step]
        change = consequences(pack, case, step, actor, given, unmet)
        # A reopening undoes no acceptance: whoever gets the case again from it has accepted already.
        is_reissued = REOPENED in change.reached and case.stands(ACCEPTED)
        note = {"note": wanted.note} if wanted.note else {}
        applied = AppliedChange(
            "step",
            actor,
            change,
            due_at=given.due_at,
            asked_at=asked_at(pack, case, step),
            texts={**change.texts, **change.corrections.texts, **note},
            beside=(_entry(change, _word(case, step, actor, wanted, work.at)),),
            accepted=is_reissued or pack.acceptance is Acceptance.AUTOMATIC,
        )
        if change.category is not None:  # before anything is said: the message must not show what is private
            case.private = case.private or pack.categories[change.category].private
        self.applier.apply(work, pack, case, applied)
        self.linker.open_all(work, case, change.links)
        self.linker.flow_back(work, case)
        return applied


def _words_for(pack: Pack, step: Step, words: str | None) -> dict[str, Value]:
    """What a reporter says goes to whichever text the step asks for."""
    texts = [name for name in step.needs if name in pack.facts and pack.facts[name].type.kind is Kind.TEXT]
    return {name: typed(pack.facts[name].type, words[:LONGEST_TEXT]) for name in texts if words}


def _word(case: Case, step: Step, actor: Actor, wanted: WantedStep, at: datetime) -> ReporterWord | None:
    """Note what the step says of a reporter's satisfaction, also where several reported the case."""
    ref = actor.person if is_reporter(actor, case) else wanted.reporter
    is_satisfied = said_by(step)
    return None if ref is None or is_satisfied is None else note(case, ref, is_satisfied, at)


def _entry(change: Change, word: ReporterWord | None) -> StepEntry:
    return StepEntry(
        category=change.category, place=change.place, corrected=change.corrections.values, satisfaction=word
    )


def _too_early(pack: Pack, case: Case, step: Step, work: Work) -> Refusal | None:
    if step.not_before is None:
        return None
    return too_early(pack, case, step, days_of(work.conn, work.flow.calendars, case.town), work.at)


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
