"""The case file in intake's store: one row a case for what stands now, further rows for how it came there.

What is kept here is written when the transaction ends, all of it or nothing.
"""

from collections.abc import Iterable, Mapping
from operator import attrgetter

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from services.intake.domain.case import COLUMNS, Case
from services.intake.domain.chain import Link, digest
from services.intake.domain.chain_keys import ChainKeys
from services.intake.domain.copies import ClockCopy, NoticeCopy
from services.intake.domain.milestones import ENDED
from services.intake.domain.records import AttachedFile, KeptDecision, PublicRecord, SealedIdentity
from services.intake.domain.work_orders import WorkOrder
from services.intake.store import tables
from services.intake.store.reading import case_of
from services.intake.store.retained import note_end, was_over
from services.intake.store.rows import Row, read_as, row_of
from shared.contracts.messages import Actor
from shared.db.driver import fetch, marks
from shared.db.work import Work
from shared.flow.editions import current_edition
from shared.kernel.instants import format_instant
from shared.kernel.subject import case_subject


class SqlCaseFile:
    """Cases, their histories and what hangs on them, inside one transaction.

    Args:
        keys: of the histories.
    """

    def __init__(self, keys: ChainKeys) -> None:
        self._keys = keys

    def prefetch(self, work: Work, cases: Iterable[str]) -> None:
        """Read cases and their open work orders in bulk: two statements however many."""
        wanted = list(cases)
        rows = work.rows(tables.cases)
        # Cases before their work orders: whoever changes a work order holds its case.
        rows.prefetch(wanted)
        found = [row for case in wanted if (row := rows.get(case))]
        work.rows(tables.orders).prefetch(order.id for row in found for order in row["orders"])

    def prefetch_copies(self, work: Work, clocks: Iterable[str], notices: Iterable[str]) -> None:
        """Read copies of clocks and notifications in bulk."""
        work.rows(tables.clocks).prefetch(clocks)
        work.rows(tables.notices).prefetch(notices)

    def find(self, work: Work, case: str) -> Case | None:
        """Return a case as this transaction sees it."""
        row = work.rows(tables.cases).get(case)
        return case_of(row) if row else None

    def open(self, work: Work, case: Case) -> None:
        """Keep a new case."""
        work.rows(tables.cases).add(_row(case))
        if case.state in ENDED:
            note_end(work, case)

    def keep(self, work: Work, case: Case) -> None:
        """Keep a changed case."""
        case.changed_at = work.at
        # Here, where every change passes: an ending that nobody noted would keep its data for ever.
        if was_over(work, case.id) != (case.state in ENDED):
            note_end(work, case)
        work.rows(tables.cases).put(_row(case))

    def record(
        self,
        work: Work,
        case: Case,
        what: str,
        by: Actor,
        *said: Struct,
        texts: Mapping[str, str] | None = None,
    ) -> None:
        """Append to the case's history and note its new end on the case, which must be kept afterwards.

        Args:
            what: kind of the entry.
            said: what it says, in parts whose fields are put together; see `domain.entries`.
            texts: free texts; the chain holds a salted digest of each.
        """
        data: Row = {}
        for part in said:
            data |= to_builtins(part)
        # A salt for each text: a short one could else be guessed from its digest after it was erased.
        salted = {name: (work.new_id(), text) for name, text in (texts or {}).items()}
        if salted:
            data["texts"] = {name: digest(*pair) for name, pair in salted.items()}
        at, who, n = format_instant(work.at), to_builtins(by), case.history_n + 1
        # Hashed as plain values, and stored as the same ones: what is read back must give the same hash.
        key = self._keys.newest
        end = Link(case_subject(case.id).key, n, at, what, who, data, case.history_head).hash(key)
        work.rows(tables.history).add(
            {"case_id": case.id, "n": n, "at": at, "what": what, "by": who, "data": data,
             "previous": case.history_head, "hash": end, "texts": salted or None, "key": key.id})  # fmt: skip
        case.history_n, case.history_head = n, end

    def join(self, work: Work, case: Case, reporters: Iterable[str]) -> None:
        """Let whoever reported a case merged into this one follow this one."""
        rows = work.rows(tables.joint_reporters)
        for ref in reporters:
            # Not `add`: a second merging names again whoever follows the case since the first.
            rows.put({"case_id": case.id, "reporter": ref})

    def keep_decision(self, work: Work, decision: KeptDecision) -> None:
        """Keep a decision about a case."""
        work.rows(tables.decisions).add(row_of(decision))

    def open_order(self, work: Work, order: WorkOrder) -> None:
        """Keep a new work order."""
        work.rows(tables.orders).add(row_of(order))

    def order(self, work: Work, order: str) -> WorkOrder:
        """Return a work order as this transaction sees it.

        Raises:
            KeyError: there is none.
        """
        row = work.rows(tables.orders).get(order)
        if row is None:
            raise KeyError(order)
        return read_as(WorkOrder, row)

    def keep_order(self, work: Work, order: WorkOrder) -> None:
        """Keep a changed work order."""
        work.rows(tables.orders).put(row_of(order))

    def keep_clock(self, work: Work, case: Case, copy: ClockCopy) -> None:
        """Keep the copy of a clock as sla last told it; its certificate comes with every new count alone."""
        rows = work.rows(tables.clocks)
        known = rows.get(copy.id)
        rows.put(
            {
                **row_of(copy),
                "certificate": copy.certificate or (known["certificate"] if known else {}),
                # The entry that is about to be recorded: the clock is kept first.
                "first_heard": known["first_heard"] if known else case.history_n + 1,
            }
        )

    def keep_notice(self, work: Work, copy: NoticeCopy) -> None:
        """Keep the copy of a notification as notify last told it."""
        work.rows(tables.notices).put(row_of(copy))

    def publish(self, work: Work, record: PublicRecord) -> None:
        """Keep a publication."""
        work.rows(tables.publications).add(row_of(replace(record, id=work.new_id())))

    def attach(self, work: Work, file: AttachedFile) -> None:
        """Keep what is known of an attached file."""
        work.rows(tables.attachments).add(row_of(file))

    def keep_identity(self, work: Work, identity: SealedIdentity, *, is_new: bool) -> None:
        """Keep a sealed identity under its reference; one known to be new is not looked for."""
        rows = work.rows(tables.identities)
        (rows.add if is_new else rows.put)(row_of(identity))

    def edition_in_force(self, work: Work, town: str) -> str | None:
        """Return the edition in force in a town now, or None where none was ever published."""
        return current_edition(work.conn, work.flow.editions, town, work.at)

    def next_number(self, work: Work, town: str, year: int, count: int) -> int:
        """Reserve `count` numbers of a town's year and return the first.

        The row stays locked until the commit: nobody else gets a number of this town meanwhile, so take them late.
        """
        ((last,),) = fetch(work.conn, _NEXT[work.conn.dialect.name], (town, year, count))
        return int(last) - count + 1


# A row and not the database's own sequence: what is rolled back leaves no hole in a town's numbers.
# One statement that makes the year's row or raises it, so that two at the same moment never draw the same number.
_NEXT_OF = (
    "insert into case_numbers (town, year, last) values ({marks}) "
    "on conflict (town, year) do update set last = case_numbers.last + excluded.last returning last"
)
_NEXT = {dialect: _NEXT_OF.format(marks=", ".join(marks(dialect, 3))) for dialect in ("postgresql", "sqlite")}


def _row(case: Case) -> Row:
    row = dict(zip(COLUMNS, _values(case), strict=True))
    row["place_key"] = case.place_key
    return row


_values = attrgetter(*COLUMNS)  # a bulk writes hundreds of cases at once
