"""Cases decided again under another edition: ordered at once, done by a duty in batches, taken up after a crash.

Decides when a case is bound to the other edition and asked about; who leads it then is routing's answer, by when
is sla's. An edition that says 'running cases follow' orders its own re-decision from its day of effect.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from msgspec.structs import replace

from services.intake.domain.case import Case
from services.intake.domain.entries import BoundAnewEntry, EditionChanged
from services.intake.domain.other_edition import (
    LeaveCause,
    asking_again,
    bind,
    cause_to_leave,
    is_moved,
)
from services.intake.handlers.apply_change import AppliedChange, ChangeApplier, days_for
from services.intake.handlers.earlier import earlier_of
from services.intake.redecision.domain.redecisions import (
    HeldAfter,
    RedecidedState,
    Redecision,
    RedecisionCause,
    RedecisionScope,
    RedecisionState,
    held_before,
)
from services.intake.redecision.store import SqlRedecisions
from services.intake.store.case_file import SqlCaseFile
from shared.contracts.envelope import Envelope
from shared.contracts.messages import Actor, EditionPublished
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.editions import PackCache, on_edition_published
from shared.rules.case.snapshot import Assignment
from shared.rules.pack.model import Pack

BATCH = 100


@dataclass(frozen=True, slots=True)
class RedecisionOrder:
    """A re-decision as an operator asks for it."""

    town: str
    edition: str
    scope: RedecisionScope
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True)
class Redecider:
    """The duty 'redecide': takes orders, and carries them out."""

    store: Store
    files: SqlCaseFile
    redecisions: SqlRedecisions
    pack_cache: PackCache
    applier: ChangeApplier

    def order(self, work: Work, order: RedecisionOrder) -> Redecision:
        """Write an order down with its cases; the duty does the rest."""
        redecision = Redecision(
            id=work.new_id(),
            town=order.town,
            cause=RedecisionCause.ASKED,
            edition=order.edition,
            reason=order.reason,
            by=order.by,
            scope=order.scope,
            state=RedecisionState.UNDER_WAY,
            starts_at=work.at,
            made_at=work.at,
        )
        self.redecisions.open(work, redecision)
        self.redecisions.choose(work, redecision)
        work.after_commit(self.store.committed.set)  # there is something to do, though nothing was emitted
        return redecision

    def on_edition_published(self, work: Work, message: Envelope, published: EditionPublished) -> None:
        """Keep a copy of an edition; whether running cases follow it is looked at on its day of effect."""
        on_edition_published(work, message, published)
        if published.number > 1:
            redecision = Redecision(
                id=work.new_id(),
                town=message.town,
                cause=RedecisionCause.FOLLOWS,
                edition=published.edition,
                starts_at=published.effective_at,
                made_at=work.at,
            )
            self.redecisions.open(work, redecision)

    def run(self, limit: int) -> int:
        """Take up to `limit` cases further; return how much was done."""
        done = 0
        while done < limit and (found := self._batch(min(BATCH, limit - done))):
            done += found
        return done

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return since when an order waits to be carried out, or None."""
        return self.redecisions.next_at(conn)

    def on_answer(self, work: Work, case: Case, before: Assignment | None, took_effect: bool) -> None:
        """Write down what routing answered to a case that was asked about.

        Args:
            before: the case's assignment before the answer took effect.
            took_effect: False where the case has ended meanwhile, so that the answer changes nothing.
        """
        if case.redecision is None:
            return
        redecided = self.redecisions.of_case(work, case.redecision, case.id)
        case.redecision = None
        if redecided is None:
            return
        if not took_effect:
            left = replace(redecided, state=RedecidedState.LEFT, cause=LeaveCause.ENDED)
            self.redecisions.note(work, left)
            return
        now = HeldAfter(
            lead=case.lead,
            level=case.level,
            decision=case.decisions,
            moved=is_moved(before, case.assignment),
        )
        self.redecisions.note(work, replace(redecided, state=RedecidedState.DECIDED, now=now))

    def _batch(self, size: int) -> int:
        with self.store.begin() as work:
            redecision = self.redecisions.due(work)
            if redecision is None:
                return 0
            if redecision.state is RedecisionState.WAITING:
                self._begin(work, redecision)
                return 1
            return self._go_on(work, redecision, size)

    def _begin(self, work: Work, redecision: Redecision) -> None:
        """Nothing is looked up in the edition where nobody could follow it."""
        number = self.redecisions.choose_older(work, redecision)
        if number and self._pack(work, redecision).running_cases == "follow":
            self.redecisions.keep(work, replace(redecision, state=RedecisionState.UNDER_WAY))
        else:
            self.redecisions.drop(work, redecision)

    def _go_on(self, work: Work, redecision: Redecision, size: int) -> int:
        # The rows themselves say what is left: after a crash the next process goes on from the last commit.
        waiting = self.redecisions.waiting(work, redecision, size)
        self.files.prefetch(work, waiting)
        pack = self._pack(work, redecision)
        for key in waiting:
            case = self.files.find(work, key)
            if case is not None:
                self._ask(work, pack, case, redecision)
        if len(waiting) < size:
            done = replace(redecision, state=RedecisionState.DONE, ended_at=work.at)
            self.redecisions.keep(work, done)
        # Never 0: `run` would take it that no other re-decision is due either.
        return max(1, len(waiting))

    def _ask(self, work: Work, pack: Pack, case: Case, redecision: Redecision) -> None:
        """Bind a case to the edition and have it decided again; or note why it is left."""
        redecided = self.redecisions.of_case(work, redecision.id, case.id)
        if redecided is None:
            return
        # Before the case is bound anew: afterwards it names the new edition.
        redecided = replace(redecided, was=held_before(case))
        if cause := cause_to_leave(pack, case):
            self.redecisions.note(work, replace(redecided, state=RedecidedState.LEFT, cause=cause))
            return
        # Before the case names this re-decision in the place of the earlier one.
        self._overtake(work, case)
        self.applier.apply(work, pack, case, bind_and_ask(work, pack, case, redecision))
        self.redecisions.note(work, replace(redecided, state=RedecidedState.ASKED))

    def _overtake(self, work: Work, case: Case) -> None:
        """An earlier re-decision that still waits for its answer will not get one: the later question counts."""
        if case.redecision is None:
            return
        earlier = self.redecisions.of_case(work, case.redecision, case.id)
        if earlier is not None:
            left = replace(earlier, state=RedecidedState.LEFT, cause=LeaveCause.ASKED_ANEW)
            self.redecisions.note(work, left)

    def _pack(self, work: Work, redecision: Redecision) -> Pack:
        return self.pack_cache.of(work, work.flow.editions, redecision.edition)


def bind_and_ask(work: Work, pack: Pack, case: Case, redecision: Redecision) -> AppliedChange:
    """Bind a case to the edition of a re-decision; return the change that asks for a decision by it.

    Args:
        work: for reading alone.
        pack: of that edition.
    """
    edition = EditionChanged(case.edition, pack.edition)
    unknown = bind(pack, case, days_for(work, pack), earlier_of(work, pack, case))
    case.redecision = redecision.id
    entry = BoundAnewEntry(redecision=redecision.id, edition=edition, facts_unknown_there=unknown)
    texts = {"reason": redecision.reason} if redecision.reason else {}
    return AppliedChange("redecision", redecision.by, asking_again(), texts=texts, beside=[entry])
