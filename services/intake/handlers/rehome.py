"""Re-homing open cases when a grid ends: the day comes, each case moves to the grid that took over.

Decides when editions are looked through for places that end, and when their cases. A case keeps its edition
unless that edition has never heard of the new grid: then it is bound to the one in force and decided again.
Where several grids took over and no point says which, the operator is asked, once a case.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from services.intake.domain.actors import PLATFORM, Actor
from services.intake.domain.case import Case
from services.intake.domain.change import Change
from services.intake.domain.corrections import corrections
from services.intake.domain.homes import (
    Home,
    ends_of,
    home_of,
    is_decided_anew,
    located,
    may_end,
    point_of,
)
from services.intake.domain.redecision import cause_to_leave, facts_known_to
from services.intake.domain.refusal import refusal
from services.intake.handlers.carry_out import Act, Carrier, raise_alarm
from services.intake.ports.case_file import CaseFile
from services.intake.ports.rehoming import Rehomings, Row
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.editions import PackShelf
from shared.rules.decide.timing import local_day
from shared.rules.pack.errors import PackErrors
from shared.rules.pack.model import Pack

STEP = "rehome"  # how the history and the message call it
ALARM = "place-ended"
PAGE = 500
SECOND_LOOK = timedelta(minutes=10)  # for what was being reported at the very moment of the first
LATER_LOOKS = timedelta(
    days=1
)  # for drafts that are confirmed, and for what is imported or corrected to the old grid
MOVED, ASKED, CHOSEN = "moved", "asked", "chosen"


@dataclass(frozen=True, slots=True)
class Rehomer:
    """Moves cases out of places that have ended."""

    store: Store
    files: CaseFile
    book: Rehomings
    shelf: PackShelf
    carrier: Carrier

    def run(self, limit: int) -> int:
        """Do at most about `limit` pieces of what is due; return how many."""
        done = 0
        while done < limit and (turn := self._turn()):
            done += turn
        return done

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return since or from when there is something to do, or None."""
        return self.book.next_at(conn)

    def choose(self, work: Work, case: Case, place: str, by: Actor) -> None:
        """Move a case to the place that a person chose among those that took over.

        Raises:
            Refusal: `place-not-ended` – its place takes cases; `unknown-place` or `place-ended` – not that one.
        """
        pack = self._in_force(work, case.town)
        on, old = local_day(pack, work.at), case.place_key
        home = home_of(pack, old, on) if old is not None else Home(None)
        if old is None or home.key == old:
            raise refusal("place-not-ended", {"field": "place"})
        if place not in pack.places:
            known = ", ".join(home.choices or list(pack.places)[:10])
            raise refusal("unknown-place", {"field": "place"}, given=place, known=known)
        if not pack.places[place].takes_cases(on):
            known = ", ".join(home.choices) or "-"
            raise refusal("place-ended", {"field": "place"}, given=place, known=known)
        if cause := self._move(work, pack, case, place, by):
            raise refusal("not-rehomed", {"field": "place"}, cause=cause)
        self._note(work, case, old, CHOSEN, place, home.choices)

    def _turn(self) -> int:
        """One transaction's worth of work; nothing is locked while nothing is due."""
        with self.store.read() as conn:
            due_at = self.book.next_at(conn)
            if due_at is None or due_at > self.store.now(conn):
                return 0
        with self.store.begin() as work:
            if found := self.book.unscanned(work):
                return self._scan(work, found)
            ended = self.book.due(work)
            return self._look(work, ended) if ended else 0

    def _scan(self, work: Work, found: Row) -> int:
        """Note which places of a publication end; one that another has followed already says nothing."""
        if found["edition"] == self.files.edition_in_force(work, found["town"]):
            self.book.set_ends(work, found["town"], self._ends(work, found))
        self.book.scanned(work, found)
        return 1

    def _ends(self, work: Work, found: Row) -> dict[str, datetime]:
        """An edition that can't be read any more holds up its own town alone."""
        try:
            return ends_of(self._pack(work, found["edition"])) if may_end(found["files"]) else {}
        except PackErrors as unreadable:
            structlog.get_logger("intake").error(
                "edition unreadable", town=found["town"], why=str(unreadable)
            )
            return {}

    def _look(self, work: Work, ended: Row) -> int:
        pack = self._in_force(work, ended["town"])
        page = self.book.open_cases(work, ended["town"], ended["after"], PAGE)
        mine = [key for key, place in page if place == ended["place"]]
        self.files.prefetch(work, mine)
        for key in mine:
            case = self.files.find(work, key)
            if case is not None:
                self._rehome(work, pack, case, ended["place"])
        is_done = len(page) < PAGE
        self.book.keep_end(work, _further(ended, None if is_done else page[-1][0], work.at))
        return max(1, len(mine))

    def _rehome(self, work: Work, pack: Pack, case: Case, place: str) -> None:
        home = home_of(pack, place, local_day(pack, work.at), point_of(case.place))
        if home.key == place:
            return
        if home.key is None or self._move(work, pack, case, home.key, PLATFORM):
            self._ask(work, case, place, home)
        else:
            self._note(work, case, place, MOVED, home.key, ())

    def _move(self, work: Work, pack: Pack, case: Case, place: str, by: Actor) -> str | None:
        """Move the case; or return why it can't be moved."""
        own, old = self._pack(work, case.edition), case.place_key or ""
        data: dict[str, Any] = {}
        if place in own.places:
            anew = old not in own.places or is_decided_anew(own, old, place)
        elif cause := cause_to_leave(pack, case):
            return cause
        else:
            data["edition"] = {"was": case.edition, "now": pack.edition}
            case.edition, case.facts = pack.edition, facts_known_to(pack, case)
            own, anew = pack, True
        now = located(own, place, case.place)
        change = _change(own, case, now, ask_decision=anew)
        corrected = {"corrected": dict(change.corrections.values)}
        self.carrier.carry_out(work, own, case, Act("rehomed", by, change, data={**data, **corrected}))
        return None

    def _ask(self, work: Work, case: Case, place: str, home: Home) -> None:
        """Ask the operator, once a case and place; until the answer the case stays where it is."""
        if self.book.known(work, case.id, place) is not None:
            return
        detail = {"place": place, "choices": ", ".join(home.choices) or "–"}
        self.files.record(
            work, case, "rehoming-asked", PLATFORM, {"place": place, "choices": list(home.choices)}
        )
        raise_alarm(work, case, ALARM, detail)
        self.files.keep(work, case)
        self._note(work, case, place, ASKED, None, home.choices)

    def _note(
        self, work: Work, case: Case, place: str, state: str, home: str | None, choices: tuple[str, ...]
    ) -> None:
        self.book.note(
            work,
            {
                "case_id": case.id,
                "place": place,
                "town": case.town,
                "state": state,
                "home": home,
                "choices": list(choices),
            },
        )

    def _in_force(self, work: Work, town: str) -> Pack:
        edition = self.files.edition_in_force(work, town)
        if edition is None:
            raise refusal("no-edition", {"town": town}, town=town)
        return self._pack(work, edition)

    def _pack(self, work: Work, edition: str) -> Pack:
        return self.shelf.of(work, work.flow.editions, edition)


def _change(pack: Pack, case: Case, now: dict[str, Any], *, ask_decision: bool) -> Change:
    """The change that the move is: a correction of the place, and nothing reached by it."""
    corrected = corrections(pack, case, category=None, place=now, facts={}, texts={})
    return Change(step=STEP, reached=(), place=now, ask_decision=ask_decision, corrections=corrected)


def _further(ended: Row, after: str | None, at: datetime) -> Row:
    """The look goes on after a case; or it is done, and the next one comes later."""
    if after is not None:
        return {**ended, "after": after}
    pause = LATER_LOOKS if ended["looks"] else SECOND_LOOK
    return {**ended, "after": None, "looks": ended["looks"] + 1, "look_at": at + pause}
