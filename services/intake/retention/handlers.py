"""Erasing what is due: a batch of cases of one town and one class in a transaction.

Decides the order: the case is locked before it is looked at once more, what lies outside the store goes before the
store says so, and whatever went is in the case's own history, in the list of erasures and, where another service
holds the data, in a message. What was erased before is not due any more: repeated, nothing happens.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
import structlog

from services.intake.domain.actors import PLATFORM
from services.intake.domain.case import Case
from services.intake.domain.entries import ErasedEntry
from services.intake.handlers.emitting import emit
from services.intake.retention.domain import DuePeriod, Erasure, TownPeriods, due_periods, without_texts
from services.intake.retention.store import SqlRetention, towns_in_force
from services.intake.store.case_file import SqlCaseFile
from services.intake.store.reading import files_of
from shared.contracts.messages import CaseErased
from shared.db.store import Store
from shared.db.work import Work
from shared.files.keeping import FileKeeper
from shared.flow.editions import PackCache
from shared.rules.language.errors import PackErrors
from shared.rules.pack.model import DataClass, Retained
from shared.web.file_kinds import shown_name

log = structlog.get_logger()
BATCH = 100  # cases a transaction: nobody waits long for one of them
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class DueData:
    """How many cases of a period are due; `most` counted at most."""

    period: DuePeriod
    cases: int


class PeriodBook:
    """The periods of editions, each edition read once in the life of a process.

    Args:
        store: intake's.
        packs: each edition is asked for once, so that looking through all towns does not empty the cache every hour.
    """

    def __init__(self, store: Store, packs: PackCache) -> None:
        self._store = store
        self._packs = packs
        self._known: dict[str, Mapping[DataClass, Retained]] = {}

    def of_town(self, conn: sa.Connection, town: str, edition: str) -> TownPeriods:
        """Return what a town's edition says of periods."""
        if edition not in self._known:
            self._known[edition] = self._packs.of(conn, self._store.flow.editions, edition).retention
        return TownPeriods(town, edition, self._known[edition])

    def all(self, conn: sa.Connection, now: datetime) -> list[TownPeriods]:
        """Return the periods of every town that states any."""
        found = [self._readable(conn, town, edition) for town, edition in towns_in_force(conn, now)]
        return [periods for periods in found if periods is not None and periods.retention]

    def _readable(self, conn: sa.Connection, town: str, edition: str) -> TownPeriods | None:
        try:
            return self.of_town(conn, town, edition)
        except PackErrors as wrong:
            # Published by an older version that did not know what is wrong: the other towns' periods end all the same.
            log.error("edition-unreadable", town=town, edition=edition, cause=repr(wrong.errors[:1]))
            return None


@dataclass(frozen=True, slots=True)
class Eraser:
    """The duty 'erase': erases what is due, some at a time."""

    store: Store
    files: SqlCaseFile
    attachments: FileKeeper
    retention: SqlRetention
    book: PeriodBook = field(compare=False)

    def run(self, limit: int) -> int:
        """Erase due data of at most `limit` cases; return of how many.

        In a simulated store years pass in a moment and people look at it whole: nothing goes by itself there.
        """
        with self.store.read() as conn:
            if self.store.is_simulated(conn):
                return 0
            now = self.store.now(conn)
            periods = [due for town in self.book.all(conn, now) for due in due_periods(town, now)]
        done = 0
        for period in periods:
            done += self.erase(period, min(BATCH, limit - done)) if done < limit else 0
        return done

    def due(self, conn: sa.Connection, town: str, edition: str) -> list[DueData]:
        """Return what of a town is due now, without erasing anything."""
        periods = due_periods(self.book.of_town(conn, town, edition), self.store.now(conn))
        return [DueData(period, self.retention.count_due(conn, period, MOST_COUNTED)) for period in periods]

    def erase(self, period: DuePeriod, limit: int) -> int:
        """Erase a class of data of at most `limit` cases in one transaction; return of how many it is gone now."""
        with self.store.begin() as work:
            wanted = self.retention.due(work.conn, period, limit)
            # Locked in one order, and looked at again after: a case that is being reopened keeps what it has.
            self.files.prefetch(work, wanted)
            for key in wanted:
                case, ended_at = self.files.find(work, key), self.retention.still_due(work, period, key)
                if case is not None and ended_at is not None:
                    self._erase(work, period, case, ended_at)
        if wanted:
            log.info("erased", town=period.town, data=period.data.value, cases=len(wanted))
        return len(wanted)

    def _erase(self, work: Work, period: DuePeriod, case: Case, ended_at: datetime) -> None:
        pieces = self._ways()[period.data](work, case, ended_at)
        self.retention.is_gone(work, case.id, period.data)
        if not pieces:  # there was none, or another case still needs it: nothing to tell of
            return
        because, days = period.retained.because, period.retained.keep.days
        said = ErasedEntry(period.data, pieces, because, days, period.edition)
        self.files.record(work, case, "erased", PLATFORM, said)
        self.files.keep(work, case)
        self.retention.record(
            work,
            Erasure(
                id=work.new_id(), town=case.town, case_id=case.id, number=case.number, data=period.data,
                pieces=pieces, because=because, keep_days=days, edition=period.edition,
                ended_at=ended_at, erased_at=work.at,
            ),
        )  # fmt: skip

    def _ways(self) -> Mapping[DataClass, Callable[[Work, Case, datetime], int]]:
        return {
            DataClass.IDENTITIES: self._identities,
            DataClass.TEXTS: self._texts,
            DataClass.ATTACHMENTS: self._attachments,
            DataClass.DELIVERIES: self._deliveries,
        }

    def _identities(self, work: Work, case: Case, ended_at: datetime) -> int:
        refs = {ref for ref in (case.reporter, *case.reporters) if ref}
        free = [ref for ref in sorted(refs) if not self._is_needed(work, case, ref, ended_at)]
        return sum(self.retention.drop_identity(work, case.town, ref) for ref in free)

    def _is_needed(self, work: Work, case: Case, ref: str, ended_at: datetime) -> bool:
        return self.retention.is_needed(work, case.town, ref, case.id, ended_at)

    def _texts(self, work: Work, case: Case, _ended_at: datetime) -> int:
        return without_texts(case) + self.retention.drop_texts(work, case.id)

    def _attachments(self, work: Work, case: Case, _ended_at: datetime) -> int:
        here = [file for file in files_of(work.conn, case.id) if file.erased_at is None]
        for file in here:
            # Before the commit: were it rolled back, the file would be gone and said to be there, and the next run says
            # the rest. The other way round a process that dies would leave a file that nobody ever looks for again.
            self.attachments.remove(file.id)
            self.retention.drop_file(work, file.id, shown_name("", file.type))
        return len(here)

    def _deliveries(self, work: Work, case: Case, _ended_at: datetime) -> int:
        emit(work, case, "case.erased", CaseErased(case=case.id, data=DataClass.DELIVERIES, until=work.at))
        return self.retention.count_notices(work, case.id)
