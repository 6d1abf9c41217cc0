"""Moving open cases when a grid ends: the day comes, each case moves to the grid that took over.

Decides when editions are looked through for grids that end, and when their cases. A case keeps its edition
unless that edition has never heard of the new grid: then it is bound to the one in force and decided again.
Where several grids took over and no point says which, the operator is asked, once a case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from services.intake.domain.actors import PLATFORM
from services.intake.domain.case import Case
from services.intake.domain.change import Change
from services.intake.domain.corrections import corrections
from services.intake.domain.entries import BoundAnewEntry, EditionChanged, PlaceAskedEntry
from services.intake.domain.grid_succession import GridSuccessor, successor_of
from services.intake.domain.other_edition import LeaveCause, bind, cause_to_leave
from services.intake.domain.refusal import refusal
from services.intake.handlers.apply_change import AppliedChange, ChangeApplier, days_for
from services.intake.handlers.earlier import earlier_of
from services.intake.handlers.emitting import raise_alarm
from services.intake.store.case_file import SqlCaseFile
from services.intake.succession.domain import (
    GridEnd,
    GridSuccession,
    SuccessionState,
    UnscannedEdition,
    ends_of,
    is_decided_anew,
    may_end,
    moved_to,
    point_of,
)
from services.intake.succession.store import SqlSuccessions
from shared.contracts.messages import Actor
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.editions import PackCache
from shared.rules.case.snapshot import Place
from shared.rules.case.timing import local_day
from shared.rules.language.errors import PackErrors
from shared.rules.pack.model import Pack

STEP = "rehome"  # how the history and the message call it
ALARM = "place-ended"
PAGE = 500
SCANS = 50  # editions a transaction, each with its files
SECOND_LOOK = timedelta(minutes=10)  # for what was being reported at the very moment of the first
LATER_LOOKS = timedelta(days=1)  # drafts are confirmed late, cases are imported or corrected to the old grid


@dataclass(frozen=True, slots=True)
class CaseMover:
    """The duty 'rehome': moves cases out of grids that have ended."""

    store: Store
    files: SqlCaseFile
    successions: SqlSuccessions
    pack_cache: PackCache
    applier: ChangeApplier

    def run(self, limit: int) -> int:
        """Do at most about `limit` pieces of what is due; return how many."""
        done = 0
        while done < limit and (turn := self._turn()):
            done += turn
        return done

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return since or from when there is something to do, or None."""
        return self.successions.next_at(conn)

    def choose(self, work: Work, case: Case, place: str, by: Actor) -> None:
        """Move a case to the place that a person chose among those that took over.

        Raises:
            Refusal: `place-not-ended` – its place takes cases; `unknown-place` or `place-ended` – not that one;
                `not-rehomed` – the edition in force does not have what the case is about.
        """
        # The case's own edition may be older than the grid's end, and know nothing of it.
        pack = self._in_force(work, case.town)
        on, old = local_day(pack, work.at), case.place_key
        successor = GridSuccessor(None) if old is None else successor_of(pack, old, on)
        if old is None or successor.key == old:
            raise refusal("place-not-ended", {"field": "place"})
        if place not in pack.places:
            known = ", ".join(successor.choices or list(pack.places)[:10])
            raise refusal("unknown-place", {"field": "place"}, given=place, known=known)
        if not pack.places[place].takes_cases(on):
            known = ", ".join(successor.choices) or "-"
            raise refusal("place-ended", {"field": "place"}, given=place, known=known)
        if cause := self._move(work, pack, case, place, by):
            raise refusal("not-rehomed", {"field": "place"}, cause=cause.value)
        self._note(work, case, old, SuccessionState.CHOSEN, place, successor.choices)

    def _turn(self) -> int:
        """One transaction's worth of work; nothing is locked while nothing is due."""
        with self.store.read() as conn:
            due_at = self.successions.next_at(conn)
            if due_at is None or due_at > self.store.now(conn):
                return 0
        with self.store.begin() as work:
            # Editions first: a newer one may have put off an end, and then no case must be moved any more.
            if found := self.successions.unscanned(work, SCANS):
                for each in found:
                    self._scan(work, each)
                return len(found)
            ended = self.successions.due(work)
            return self._look(work, ended) if ended else 0

    def _scan(self, work: Work, found: UnscannedEdition) -> None:
        """Note which grids of an edition end; one that another has followed already says nothing."""
        if found.edition == self.files.edition_in_force(work, found.town):
            self.successions.set_ends(work, found.town, self._ends(work, found))
        self.successions.note_scan(work, found)

    def _ends(self, work: Work, found: UnscannedEdition) -> Mapping[str, datetime]:
        """An edition that can't be read any more holds up its own town alone."""
        try:
            return ends_of(self._pack(work, found.edition)) if may_end(found.files) else {}
        except PackErrors as unreadable:
            structlog.get_logger("intake").error("edition unreadable", town=found.town, why=str(unreadable))
            return {}

    def _look(self, work: Work, ended: GridEnd) -> int:
        pack = self._in_force(work, ended.town)
        page = self.successions.open_cases(work, ended.town, ended.place, ended.after, PAGE)
        self.files.prefetch(work, page)
        for key in page:
            case = self.files.find(work, key)
            # looked at again under the lock: somebody may have moved it since it was listed
            if case is not None and case.place_key == ended.place:
                self._succeed(work, pack, case, ended.place)
        is_done = len(page) < PAGE
        self.successions.keep_end(work, _further(ended, None if is_done else page[-1], work.at))
        # A grid without open cases is a turn as well: 0 would tell `run` that nothing is left to do.
        return max(1, len(page))

    def _succeed(self, work: Work, pack: Pack, case: Case, place: str) -> None:
        successor = successor_of(pack, place, local_day(pack, work.at), point_of(case.place))
        if successor.key == place:
            return
        if successor.key is None or self._move(work, pack, case, successor.key, PLATFORM):
            self._ask(work, case, place, successor)
        else:
            self._note(work, case, place, SuccessionState.MOVED, successor.key, ())

    def _move(self, work: Work, pack: Pack, case: Case, place: str, by: Actor) -> LeaveCause | None:
        """Move the case; or return why it can't be moved."""
        own, old = self._pack(work, case.edition), case.place_key or ""
        edition: EditionChanged | None = None
        if place in own.places:
            anew = old not in own.places or is_decided_anew(own, old, place)
        elif cause := cause_to_leave(pack, case):
            return cause
        else:
            edition = EditionChanged(case.edition, pack.edition)
            bind(pack, case, days_for(work, pack), earlier_of(work, pack, case))
            own, anew = pack, True
        change = _change(own, case, moved_to(own, place, case.place), ask_decision=anew)
        entry = BoundAnewEntry(edition=edition, corrected=change.corrections.values)
        self.applier.apply(work, own, case, AppliedChange("rehomed", by, change, beside=[entry]))
        return None

    def _ask(self, work: Work, case: Case, place: str, successor: GridSuccessor) -> None:
        """Ask the operator, once a case and place; until the answer the case stays where it is."""
        if self.successions.is_known(work, case.id, place):
            return
        entry = PlaceAskedEntry(place, successor.choices)
        self.files.record(work, case, "rehoming-asked", PLATFORM, entry)
        raise_alarm(work, case, ALARM, {"place": place, "choices": ", ".join(successor.choices) or "–"})
        self.files.keep(work, case)
        self._note(work, case, place, SuccessionState.ASKED, None, successor.choices)

    def _note(
        self,
        work: Work,
        case: Case,
        place: str,
        state: SuccessionState,
        home: str | None,
        choices: tuple[str, ...],
    ) -> None:
        self.successions.note(work, GridSuccession(case.id, case.town, place, state, home, choices))

    def _in_force(self, work: Work, town: str) -> Pack:
        edition = self.files.edition_in_force(work, town)
        if edition is None:
            raise refusal("no-edition", {"town": town}, town=town)
        return self._pack(work, edition)

    def _pack(self, work: Work, edition: str) -> Pack:
        return self.pack_cache.of(work, work.flow.editions, edition)


def _change(pack: Pack, case: Case, now: Place, *, ask_decision: bool) -> Change:
    """The change that the move is: a correction of the place, and nothing reached by it."""
    corrected = corrections(pack, case, place=now)
    return Change(step=STEP, reached=(), place=now, ask_decision=ask_decision, corrections=corrected)


def _further(ended: GridEnd, after: str | None, at: datetime) -> GridEnd:
    """The look goes on after a case; or it is done, and the next one comes later."""
    if after is not None:
        return replace(ended, after=after)
    pause = LATER_LOOKS if ended.looks else SECOND_LOOK
    return replace(ended, after=None, looks=ended.looks + 1, look_at=at + pause)
