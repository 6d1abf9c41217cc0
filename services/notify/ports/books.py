"""What handlers ask of this service's store. Implemented in `store`; nothing here knows tables."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from services.notify.domain.attempts import Next
from services.notify.domain.memory import CaseMemory
from services.notify.domain.notification import Notification
from services.notify.domain.vacancy import Holder
from shared.db.work import Work


@dataclass(frozen=True, slots=True)
class About:
    """What a notification's row repeats of its case."""

    town: str
    number: str = ""
    edition: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A notification on its way into the book: its id, and the state in which it begins."""

    id: str
    notification: Notification
    about: About
    state: str
    made_at: datetime
    try_at: datetime | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker alone may try until its lease ends."""

    id: str
    notification: Notification
    about: About
    attempts: int
    made_at: datetime
    sealed: str | None  # the address, if there still is one


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away for a time; `stands` is False for one that was taken back."""

    id: str
    person: str
    substitute: str | None
    from_at: datetime
    until_at: datetime
    stands: bool


class CaseBook(Protocol):
    """What is remembered of cases."""

    def prefetch(self, work: Work, cases: Collection[str]) -> None:
        """Read many at once."""
        ...

    def get(self, work: Work, case: str) -> CaseMemory | None:
        """Return a case as this transaction sees it."""
        ...

    def put(self, work: Work, memory: CaseMemory) -> None:
        """Remember a case."""
        ...

    def has_impatient(self, conn: sa.Connection, now: datetime) -> bool:
        """Tell whether any text has waited long enough; asked often, so it locks nothing."""
        ...

    def impatient(self, work: Work, now: datetime, limit: int) -> list[CaseMemory]:
        """Return cases whose texts have waited long enough."""
        ...


class NotificationBook(Protocol):
    """Notifications."""

    def add(self, work: Work, entry: Entry) -> None:
        """Write down a notification."""
        ...

    def is_first_of_day(self, work: Work, town: str, code: str, day: str) -> bool:
        """Tell whether an alarm's code is heard for the first time on a day, and remember that it was."""
        ...


class DeliveryQueue(Protocol):
    """Notifications that leave the house. Instants are in real time, also where the store is simulated."""

    def has_due(self, conn: sa.Connection, now: datetime) -> bool:
        """Tell whether there is anything to claim or to give up; asked often, so it locks nothing."""
        ...

    def lost(self, work: Work, now: datetime, limit: int) -> list[Claimed]:
        """Return deliveries whose worker vanished between sending and marking, and lock them."""
        ...

    def claim(self, work: Work, now: datetime, lease_until: datetime, limit: int) -> list[Claimed]:
        """Take deliveries that are due, in turn over the towns, and mark them as being sent."""
        ...

    def settle(self, work: Work, claimed: Claimed, next_: Next, attempts: int, cause: str) -> bool:
        """Write down what became of a delivery; False when its lease had gone to somebody else."""
        ...


class Directory(Protocol):
    """Who holds which unit."""

    def prefetch(self, work: Work, towns: Collection[str]) -> None:
        """Read what the units of these towns need."""
        ...

    def holders_of(self, work: Work, unit: str) -> tuple[Holder, ...]:
        """Return the people who hold a unit, by reference."""
        ...

    def places_of(self, work: Work, root: str, person: str) -> tuple[Holder, ...]:
        """Return a person as holder of each unit below a root that this person holds."""
        ...

    def away(self, work: Work, root: str) -> Mapping[str, str | None]:
        """Return who is away below a root at the transaction's instant, each with the substitute, if one was given."""
        ...

    def note_absence(self, work: Work, town: str, absence: Absence) -> None:
        """Take down an absence, or that it was taken back."""
        ...

    def change(self, work: Work, unit: str, holder: Holder, *, held: bool, addresses: dict[str, str]) -> None:
        """Take down that somebody holds a place in a unit, or no longer."""
        ...


class Unwritten(Protocol):
    """Notifications that the file channel does not have yet."""

    def pick(self, conn: sa.Connection, limit: int) -> Sequence[Entry]:
        """Return them, oldest first."""
        ...

    def mark(self, work: Work, ids: Sequence[str]) -> None:
        """Remember that these are in the file."""
        ...
