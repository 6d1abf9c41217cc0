"""What was said of an entry: each time by one source, since a day, about some facts; and what holds of it now.

Nobody's word is overwritten: of a fact each source's latest word stands beside the others', until a confirmation says
which one holds. Decides which of them is shown first, and whether sources differ; says of none that it is true.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from shared.rules.logic.facts import Value


class Event(StrEnum):
    """What a statement was to its entry."""

    ENTERED = "entered"
    STATED = "stated"
    CONFIRMED = "confirmed"  # nothing has changed; or, with facts, which of several words holds
    MOVED = "moved"
    ENDED = "ended"


class Seal(Struct, frozen=True, array_like=True):
    """A value in sealed form.

    Args:
        text: what its key opens.
        digest: equal for equal values of the same fact, and good for nothing else.
    """

    text: str
    digest: str


Said = dict[str, Value]
Seals = dict[str, Seal]


@dataclass(frozen=True, slots=True)
class Author:
    """Who entered a statement: a role, a unit, a reference to a person; never a name."""

    role: str
    unit: str | None
    person: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """One saying.

    Args:
        number: 1, 2, 3 …: its place in the entry's history.
        since: day from which it holds, as '2026-03-02'.
        source: who told, in the words of whoever entered it.
        place: where the entry moved to.
    """

    number: int
    event: Event
    facts: Said
    sealed: Seals
    since: str
    source: str
    by: Author
    at: datetime
    change: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class HeldWord:
    """What one source holds of a fact now; of a sealed one the seal."""

    value: Value | Seal
    since: str
    source: str
    number: int

    @property
    def token(self) -> Value:
        """What is compared."""
        return self.value.digest if isinstance(self.value, Seal) else self.value


Standing = Mapping[str, Sequence[HeldWord]]


def standing_of(said: Iterable[Statement]) -> Standing:
    """Return what each source holds of each fact now, the latest first."""
    found: dict[str, dict[str, HeldWord]] = {}
    for statement in sorted(said, key=lambda each: (each.since, each.number)):
        for fact, held in _told(statement):
            if statement.event is Event.CONFIRMED:
                found[fact] = {}  # it is settled: what others said before stays in the history
            found.setdefault(fact, {})[held.source] = held
    return {fact: tuple(sorted(by.values(), key=_latest, reverse=True)) for fact, by in found.items()}


def _told(statement: Statement) -> Iterator[tuple[str, HeldWord]]:
    for facts in (statement.facts, statement.sealed):
        for fact, value in facts.items():
            yield fact, HeldWord(value, statement.since, statement.source, statement.number)


def _latest(held: HeldWord) -> tuple[str, int]:
    return held.since, held.number


def differing(standing: Standing) -> tuple[str, ...]:
    """Return the facts of which two sources hold different things."""
    return tuple(fact for fact, held in standing.items() if len({each.token for each in held}) > 1)


def news(standing: Standing, facts: Said, sealed: Seals, source: str) -> frozenset[str]:
    """Return the facts of which a source says something else than it last did."""
    told: Mapping[str, Value] = {**facts, **{fact: seal.digest for fact, seal in sealed.items()}}
    before = {fact: held.token for fact, all_ in standing.items() for held in all_ if held.source == source}
    return frozenset(fact for fact, value in told.items() if fact not in before or before[fact] != value)


def present(standing: Standing) -> dict[str, Value | Seal]:
    """Return of each fact what was said last."""
    return {fact: held[0].value for fact, held in standing.items() if held}
