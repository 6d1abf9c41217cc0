"""Merging a case into another: one ends, the other goes on with everybody who reported either.

Decides the order of what is written: both histories point to each other, nothing of either is changed.
"""

from dataclasses import dataclass

from services.intake.domain.actors import Actor
from services.intake.domain.case import Case
from services.intake.domain.change import Change
from services.intake.domain.merging import linked_entry, merge, refuse_merge
from services.intake.domain.milestones import DRAFT, MERGED
from services.intake.domain.old_draft import ending
from services.intake.handlers.carry_out import Act, Carrier, say
from services.intake.handlers.links import Linker
from services.intake.messages import cases as words
from services.intake.ports.case_file import CaseFile
from shared.db.work import Work
from shared.flow.editions import PackShelf
from shared.kernel.instants import format_instant

TOOK_IN = "took_in"


@dataclass(frozen=True, slots=True)
class Merger:
    """Merges cases within a transaction."""

    files: CaseFile
    shelf: PackShelf
    carrier: Carrier
    linker: Linker

    def merge(self, work: Work, case: Case, into: Case, actor: Actor, note: str | None) -> None:
        """Merge the case into the other.

        Raises:
            Refusal: one of them is over, or they are the same; nothing has changed then.
        """
        if no := refuse_merge(case, into):
            raise no
        from_it, to_it = linked_entry(case), linked_entry(into)
        was_draft = case.state == DRAFT
        change = merge(case, into)
        texts = {"note": note} if note else {}
        if was_draft:
            self._end_draft(work, case, Act("merged", actor, change, texts=texts, data={"into": to_it}))
        else:
            self._end(work, case, Act("merged", actor, change, texts=texts, data={"into": to_it}))
        self.files.join(work, into, into.reporters)
        taken = {"case": from_it, "reporters": len(into.merged) + 1, "repeats": into.repeats}
        self.files.record(work, into, "took-in", actor, taken)
        say(work, into, "case.progressed", words.step(into, Change(TOOK_IN, ()), actor, work.at, None, False))
        self.carrier.look_again(self.shelf.of(work, work.flow.editions, into.edition), into)
        self.files.keep(work, into)

    def _end(self, work: Work, case: Case, act: Act) -> None:
        case.awaiting = None
        self.carrier.carry_out(work, self.shelf.of(work, work.flow.editions, case.edition), case, act)
        self.linker.flow_back(work, case)

    def _end_draft(self, work: Work, case: Case, act: Act) -> None:
        """Nobody has heard of a draft, so nobody hears that it ends."""
        case.state, case.marks = MERGED, {MERGED: format_instant(work.at)}
        case.draft = {**(case.draft or {}), **ending(MERGED, work.at, act.by, None)}
        self.files.record(work, case, act.what, act.by, act.data, act.texts)
        self.files.keep(work, case)
