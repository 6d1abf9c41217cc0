"""Several reports of one matter: merging a case into another, and each reporter's word on the result.

Decides the order of what is written: both histories point to each other, nothing of either is changed. The case shows
what a reporter says by reference only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.intake.domain.actors import REPORTER
from services.intake.domain.case import Case
from services.intake.domain.change import Change
from services.intake.domain.drafts import end_without_case
from services.intake.domain.entries import MergedEntry, TookInEntry, file_end
from services.intake.domain.merging import merge
from services.intake.domain.milestones import TOOK_IN
from services.intake.domain.promises import Fate, MergedClock, outlook
from services.intake.domain.refusal import refusal
from services.intake.domain.satisfaction import Heard, note, refuse_satisfaction, step_of_no, word_of
from services.intake.handlers.apply_change import AppliedChange, ChangeApplier, tell_of
from services.intake.handlers.links import Linker
from services.intake.handlers.take_step import StepTaker, WantedStep
from services.intake.handlers.visibility import VisibilityKeeper
from services.intake.store.case_file import SqlCaseFile
from shared.contracts.messages import Actor
from shared.db.work import Work
from shared.flow.editions import PackCache
from shared.rules.case.snapshot import CaseState
from shared.rules.pack.model import Effect, EffectKind


@dataclass(frozen=True, slots=True)
class Merger:
    """Merges cases within a transaction."""

    files: SqlCaseFile
    pack_cache: PackCache
    applier: ChangeApplier
    linker: Linker
    visibility: VisibilityKeeper

    def merge(self, work: Work, case: Case, into: Case, actor: Actor, note: str | None) -> None:
        """Merge the case into the other; its earlier due instants hold there from now on.

        Raises:
            Refusal: one of them is over, they are the same or unlike, the actor's unit holds neither, or a limit would
                be lost; nothing has changed then.
        """
        pack = self.pack_cache.of(work, work.flow.editions, into.edition)
        found = outlook(pack, case, into, actor, note, work.at)
        if found.no is not None:
            raise found.no
        # Each history points to the other by the end that it had before either was written to.
        from_it, to_it = file_end(case), file_end(into)
        is_draft = case.state is CaseState.DRAFT
        applied = AppliedChange(
            "merged",
            actor,
            merge(case, into, work.at),
            texts={"note": note} if note else {},
            beside=(MergedEntry(to_it),),
            other=into.number,
        )
        (self._end_draft if is_draft else self._end)(work, case, applied)
        self.files.join(work, into, into.reporters)
        entry = TookInEntry(from_it, len(into.merged) + 1, into.repeats)
        self.files.record(work, into, "took-in", actor, entry)
        differing = self.visibility.hide(pack, into)
        for told in _taken_in(case, actor, found.clocks):
            tell_of(work, into, told)
        self.visibility.tell_difference(work, into, differing)
        self.files.keep(work, into)

    def _end(self, work: Work, case: Case, applied: AppliedChange) -> None:
        # Before its last message, which would else say that a decision is still awaited.
        case.awaiting = None
        pack = self.pack_cache.of(work, work.flow.editions, case.edition)
        self.applier.apply(work, pack, case, applied)
        self.linker.flow_back(work, case)

    def _end_draft(self, work: Work, case: Case, applied: AppliedChange) -> None:
        """Nobody has heard of a draft, so nobody hears that it ends."""
        end_without_case(case, CaseState.MERGED, work.at, applied.by)
        self.files.record(work, case, applied.what, applied.by, *applied.beside, texts=applied.texts)
        self.files.keep(work, case)


def _taken_in(case: Case, actor: Actor, clocks: Sequence[MergedClock]) -> Iterator[AppliedChange]:
    """Return what is said at the case that goes on: that it took in the other, and each due instant taken over.

    A message holds one due instant, written as a person's would be, so that every reader knows what to do with it.
    """
    yield AppliedChange(TOOK_IN, actor, Change(TOOK_IN, (TOOK_IN,)), other=case.number)
    for clock in clocks:
        if clock.fate is Fate.TAKEN_OVER:
            effect = Effect(EffectKind.SET_DUE, clock.stage)
            change = Change(TOOK_IN, (), effects=(effect,))
            yield AppliedChange(TOOK_IN, actor, change, due_at=clock.due_at)


@dataclass(frozen=True, slots=True)
class SatisfactionTaker:
    """Notes what reporters say of the result within a transaction."""

    files: SqlCaseFile
    pack_cache: PackCache
    steps: StepTaker

    def take(
        self,
        work: Work,
        case: Case,
        actor: Actor,
        reporter: str | None,
        is_satisfied: bool,
        words: str | None,
    ) -> Heard:
        """Note a reporter's word; members of the public speak for themselves, staff say for whom.

        'Not satisfied' has the consequence that the town's rules name: the step that reopens the case is taken with it.

        Raises:
            Refusal: nobody who reported this case, it is not settled yet, or it was merged.
        """
        ref = actor.person if actor.role == REPORTER else reporter
        if no := refuse_satisfaction(case, ref):
            raise no
        pack = self.pack_cache.of(work, work.flow.editions, case.edition)
        step = None if is_satisfied else step_of_no(pack, case)
        not_done = None if step or is_satisfied else refusal("no-consequence", {})
        if step is not None:
            wanted = WantedStep(step.key, note=words, reporter=str(ref))
            not_done = self.steps.take_for_reporter(work, case, actor, step, wanted)
            if not_done is None:
                return Heard(word_of(case, str(ref)), step.key)
        word = note(case, str(ref), is_satisfied, work.at)
        texts = {"words": words} if words else {}
        self.files.record(work, case, "satisfaction", actor, word, texts=texts)
        self.files.keep(work, case)
        return Heard(word, not_done=not_done)
