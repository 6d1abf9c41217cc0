"""Opening what is sealed: one fact of one entry, for a named reader, on record before anybody has read."""

from dataclasses import dataclass

from services.ledger.adapters.seal import FactSeal
from services.ledger.domain.entries import LedgerEntry
from services.ledger.domain.reach import may_read_fact
from services.ledger.domain.refusal import refusal
from services.ledger.domain.statements import HeldWord, Seal, standing_of
from services.ledger.handlers.desk import Desk
from services.ledger.store.entries import SqlLedger, statements_of
from shared.db.work import Work
from shared.obs.audit import audited
from shared.rules.logic.facts import Value
from shared.web.callers import Caller


@dataclass(frozen=True, slots=True)
class OpenedWord:
    """What one source says of a fact, in clear."""

    value: Value
    since: str
    source: str


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens sealed facts within a transaction."""

    ledger: SqlLedger
    seal: FactSeal

    def open(
        self, work: Work, desk: Desk, entry: LedgerEntry, fact: str, by: Caller, purpose: str
    ) -> list[OpenedWord] | None:
        """Return what each source says of a sealed fact; None: there is nothing, or nothing for this reader.

        Args:
            purpose: what it is opened for, in the reader's words.

        Raises:
            Problem: `fact-open`: it stands in the entry itself.
            ValueError: it was sealed with another secret.
        """
        declared = desk.ledger.types[entry.type].facts.get(fact)
        if declared is None or not may_read_fact(desk.pack, declared, desk.who):
            return None
        if not declared.is_sealed:
            raise refusal("fact-open", fact=fact)
        held = standing_of(statements_of(work.conn, [entry.id])[entry.id]).get(fact)
        if not held:
            return None
        self.ledger.note_opening(work, entry, fact, by, purpose)
        work.after_commit(
            lambda: audited("fact-opened", town=entry.town, entry=entry.id, fact=fact, client=by.client)
        )
        return [self._opened(each) for each in held]

    def _opened(self, held: HeldWord) -> OpenedWord:
        value = self.seal.open(held.value) if isinstance(held.value, Seal) else held.value
        return OpenedWord(value, held.since, held.source)
