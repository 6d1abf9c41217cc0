"""Entries of grids that have ended: from that day on they are the grid's that took over (P000.4).

Decides that nothing is guessed: where several grids took over, a person moves what lies there. An entry that would be
the same as one that is there already stays too, for a person to look at both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog

from services.ledger.domain.entries import LedgerEntry
from services.ledger.domain.reach import LedgerReach
from services.ledger.domain.statements import Event
from services.ledger.handlers.desk import Desk
from services.ledger.handlers.telling import note, tell
from services.ledger.handlers.writing import CheckedStatement, DeskTurn, Writer
from services.ledger.store.tables import HERE, entries
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.editions import PackCache, current_edition
from shared.flow.service import TryLater
from shared.kernel.problems import Problem
from shared.kernel.roles import Viewer
from shared.rules.case.areas import NOWHERE
from shared.rules.language.errors import PackErrors
from shared.rules.pack.model import Pack, TownLedger
from shared.rules.pack.succession import heirs

log = structlog.get_logger()
BATCH = 200
PLATFORM = "platform"  # as the author of a statement: nobody told, the grid's end did


@dataclass(frozen=True, slots=True)
class EndedGrid:
    """A grid that has ended, and the only one that took over."""

    pack: Pack
    ledger: TownLedger
    today: date
    place: str
    heir: str

    @property
    def desk(self) -> Desk:
        """At which the platform itself moves what lay there; it reads nothing for anybody."""
        who = Viewer(self.pack.town, PLATFORM, None, None)
        return Desk(self.pack, self.ledger, who, self.today, LedgerReach(NOWHERE, frozenset()))

    @property
    def words(self) -> CheckedStatement:
        """What is said of each entry."""
        ended = self.pack.places[self.place].ends_on or self.today
        return CheckedStatement({}, ended.isoformat(), f"{self.place} → {self.heir}")


@dataclass(frozen=True, slots=True)
class EntryMover:
    """The duty 'grids that end'."""

    store: Store
    packs: PackCache
    writer: Writer

    def run(self, limit: int) -> int:
        """Move at most `limit` entries; return how many."""
        with self.store.read() as conn:
            towns = list(conn.scalars(sa.select(entries.c.town).distinct()))
            ended = [each for town in towns for each in self._ended(conn, town)]
        done = 0
        for each in ended:
            done += self._emptied(each, limit - done) if done < limit else 0
        return done

    def _emptied(self, ended: EndedGrid, limit: int) -> int:
        done, after = 0, ""
        while done < limit:
            moved, looked = self._step(ended, after, min(BATCH, limit - done))
            done += moved
            if not looked:
                break
            after = looked[-1]
        return done

    def _step(self, ended: EndedGrid, after: str, limit: int) -> tuple[int, Sequence[str]]:
        """Move some entries in one transaction; return how many, and which were looked at."""
        with self.store.begin() as work:
            here = (entries.c.town == ended.pack.town, entries.c.place == ended.place, sa.text(HERE))
            asked = sa.select(entries.c.id).where(*here, entries.c.id > after)
            looked = list(work.conn.scalars(asked.order_by(entries.c.id).limit(limit)))
            self.writer.ledger.prefetch(work, looked)
            desk = ended.desk
            found = [self.writer.ledger.find(work, ended.pack.town, key) for key in looked]
            moved = sum(self._moved(work, desk, entry, ended) for entry in found if entry is not None)
            tell(work, desk)
        return moved, looked

    def _moved(self, work: Work, desk: Desk, entry: LedgerEntry, ended: EndedGrid) -> int:
        type_ = ended.ledger.types.get(entry.type)
        if type_ is None or not self._lies_there(entry, ended) or self._belongs_there(work, entry, ended):
            return 0
        turn = DeskTurn(work, desk, type_)
        try:
            taken = self.writer.say(turn, replace(entry, place=ended.heir), ended.words, Event.MOVED)
        except Problem as no:
            log.warning("entry-stays", town=ended.pack.town, entry=entry.id, code=no.code)
            return 0
        note(desk, taken.entry, type_, Event.MOVED, {})
        return 1

    @staticmethod
    def _lies_there(entry: LedgerEntry, ended: EndedGrid) -> bool:
        return entry.place == ended.place and entry.ended_on is None

    def _belongs_there(self, work: Work, entry: LedgerEntry, ended: EndedGrid) -> bool:
        """What an entry belongs to stays there, and it with that; it was entered before, so it was looked at before."""
        around = self.writer.ledger.find(work, ended.pack.town, entry.about) if entry.about else None
        return around is not None and self._lies_there(around, ended)

    def _ended(self, conn: sa.Connection, town: str) -> Iterator[EndedGrid]:
        now, editions = self.store.now(conn), self.store.flow.editions
        edition = current_edition(conn, editions, town, now)
        try:
            pack = self.packs.of(conn, editions, edition) if edition else None
        except (PackErrors, TryLater):
            log.exception("edition-unreadable", town=town)
            return
        if pack is None or pack.ledger is None:
            return
        today = now.astimezone(ZoneInfo(pack.zone)).date()
        for place in pack.places:
            after = heirs(pack.places, place, today)
            if len(after) == 1:
                yield EndedGrid(pack, pack.ledger, today, place, after[0])
