"""Texts of an ended case whose period is over, as the case's own service says: dropped, whenever that word comes.

Decides that the word is kept and carried out beside the messages: in a replay what it is about may be made in the same
transaction, and after it.
"""

from dataclasses import dataclass

from msgspec.structs import replace

from services.notify.store.erased import SqlErasedTexts
from services.notify.store.notified_cases import SqlNotifiedCases
from shared.contracts.envelope import Envelope
from shared.contracts.messages import CaseErased
from shared.db.store import Store
from shared.db.work import Work
from shared.rules.pack.model import DataClass

BATCH = 100  # cases a transaction


@dataclass(frozen=True, slots=True)
class TextEraser:
    """Takes the word, and carries it out as the duty 'erase-texts'."""

    store: Store
    cases: SqlNotifiedCases
    texts: SqlErasedTexts

    def on_erased(self, work: Work, message: Envelope, erased: CaseErased) -> None:
        """Note that the texts of a case go; other classes of data are not kept here."""
        if erased.data != DataClass.DELIVERIES:
            return
        self.texts.ask(work, erased.case, erased.until)
        case = self.cases.get(work, message.stream)
        if case is not None and (case.erased_until is None or case.erased_until < erased.until):
            self.cases.put(work, replace(case, erased_until=erased.until))

    def run(self, limit: int) -> int:
        """Drop the texts of at most `limit` cases; return of how many."""
        with self.store.read() as conn:
            wanted = self.texts.asked(conn, min(limit, BATCH))
        if not wanted:
            return 0
        with self.store.begin() as work:
            return sum(bool(self.texts.erase(work, case)) for case in wanted)
