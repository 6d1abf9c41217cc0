"""An entry of the ledger, and what somebody wants to say of one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.ledger.domain.refusal import refusal
from services.ledger.domain.statements import Event
from shared.rules.logic.facts import Value
from shared.rules.pack.model import ChangeEffect, EntryType, LedgerChange, TownLedger


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """An entry as it stands; its facts are in its statements.

    Args:
        line: key of its class. place: key of its grid. about: the entry that it belongs to.
        same_key: digest of what makes a second entry the same one.
        said: number of its latest statement.
        touched_on: latest day of which something of it was stated or confirmed.
        differs: two sources say different things of it.
    """

    id: str
    town: str
    type: str
    line: str | None
    place: str
    about: str | None
    same_key: str | None
    said: int
    touched_on: str
    differs: bool
    entered_at: datetime
    ended_on: str | None = None
    erased_at: datetime | None = None

    def touched(self, since: str) -> "LedgerEntry":
        """Return the entry with one statement more."""
        return replace(self, said=self.said + 1, touched_on=max(self.touched_on, since))


@dataclass(frozen=True, slots=True)
class GivenStatement:
    """What somebody states.

    Args:
        since: since when it is so; source: who told; '' where they need not be said and are not.
        change: key of a change of the pack.
    """

    facts: Mapping[str, Value]
    since: str
    source: str
    change: str | None = None


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What somebody wants to enter."""

    type: str
    place: str | None
    about: str | None
    told: GivenStatement


def require_said(ledger: TownLedger, since: str | None, source: str | None, today: date) -> tuple[str, str]:
    """Return day and source of a statement, where the pack does not ask for them today and nobody.

    Raises:
        Problem: `date-missing`, `date-ahead` or `source-missing`.
    """
    needs = ledger.changes_need
    if not since and (needs is None or needs.date):
        raise refusal("date-missing", "date")
    if not source and (needs is None or needs.source):
        raise refusal("source-missing", "source")
    if since and since > today.isoformat():
        raise refusal("date-ahead", "date", date=since)
    return since or today.isoformat(), source or ""


def type_of(ledger: TownLedger, key: str) -> EntryType:
    """Return a type of entry.

    Raises:
        Problem: `type-unknown`.
    """
    if key not in ledger.types:
        raise refusal("type-unknown", "type", type=key, known="、".join(ledger.types))
    return ledger.types[key]


def change_of(ledger: TownLedger, type_: EntryType, key: str, *, begins: bool) -> LedgerChange:
    """Return a change that may happen to entries of a type.

    Args:
        begins: whether it is to begin an entry, or to happen to one that is there.

    Raises:
        Problem: `change-unknown`, `change-begins` or `change-not-begins`.
    """
    change = ledger.changes.get(key)
    if change is None or type_.key not in change.of:
        known = "、".join(name for name, each in ledger.changes.items() if type_.key in each.of)
        raise refusal("change-unknown", "change", type=type_.key, change=key, known=known)
    if (change.effect is ChangeEffect.BEGINS) != begins:
        raise refusal("change-not-begins" if begins else "change-begins", "change", change=key)
    return change


EVENTS: Mapping[ChangeEffect, Event] = {
    ChangeEffect.BEGINS: Event.ENTERED,
    ChangeEffect.ENDS: Event.ENDED,
    ChangeEffect.MOVES: Event.MOVED,
    ChangeEffect.NOTES: Event.STATED,
}
