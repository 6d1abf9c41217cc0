"""Who is away, and who stands in: decides which absences may be entered.

A stand-in must hold a place in a unit of whoever is away, so that what comes to one is the other's to see too;
and nobody may end up standing in for themselves, however many are away at the same time. Must not know how
absences are kept, nor who is told what.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.registry.domain.members import Membership
from services.registry.domain.refusals import refusal
from shared.kernel.instants import format_instant


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away from an instant until another.

    Args:
        substitute: who stands in; None: the unit's other people, or the unit that stands in for it.
        until_at: exclusive.
        stands: False once it was taken back.
    """

    id: str
    person: str
    substitute: str | None
    from_at: datetime
    until_at: datetime
    stands: bool = True

    def overlaps(self, other: "Absence") -> bool:
        """Tell whether both are away at some instant."""
        return self.from_at < other.until_at and other.from_at < self.until_at


def check_absence(
    new: Absence, now: datetime, places: Sequence[Membership], others: Sequence[Absence]
) -> None:
    """Accept an absence that may be entered.

    Args:
        places: of the person and of the substitute.
        others: what else stands in the town.

    Raises:
        Problem: `absence-ends-first`, `absence-past`, `unknown-person`, `absent-already`, `own-substitute`,
            `substitute-elsewhere`, `substitute-circle`.
    """
    if new.from_at >= new.until_at:
        raise refusal("absence-ends-first")
    if new.until_at <= now:
        raise refusal("absence-past", until=format_instant(new.until_at))
    if not units_of(new.person, places):
        raise refusal("unknown-person")
    _check_once(new, others)
    if new.substitute is not None:
        _check_substitute(new, new.substitute, places, others)


def units_of(person: str, places: Iterable[Membership]) -> frozenset[str]:
    """Return the units in which a person holds a place now."""
    return frozenset(place.unit for place in places if place.person == person and place.held)


def _check_once(new: Absence, others: Iterable[Absence]) -> None:
    twice = next((each for each in others if each.person == new.person and each.overlaps(new)), None)
    if twice is not None:
        raise refusal("absent-already", absence=twice.id, until=format_instant(twice.until_at))


def _check_substitute(
    new: Absence, substitute: str, places: Sequence[Membership], others: Sequence[Absence]
) -> None:
    if substitute == new.person:
        raise refusal("own-substitute")
    units = units_of(new.person, places)
    if not units & units_of(substitute, places):
        raise refusal("substitute-elsewhere", units=", ".join(sorted(units)))
    if chain := _way_back(new, others):
        raise refusal("substitute-circle", chain=" → ".join(chain))


def _way_back(new: Absence, others: Sequence[Absence]) -> tuple[str, ...]:
    """The people from the person to themselves, each standing in for the one before; none: no circle.

    Followed through all instants of the new absence: a circle needs one instant at which all are away.
    """
    waiting: list[tuple[Absence, tuple[str, ...]]] = [(new, (new.person,))]
    while waiting:
        away, chain = waiting.pop()
        if away.substitute == new.person:
            return (*chain, new.person)
        # Met before: a circle without the person at its begin is none of this absence's, and has no end to come to.
        if away.substitute is None or away.substitute in chain:
            continue
        waiting += [
            (_common(away, other), (*chain, other.person))
            for other in others
            if other.person == away.substitute and other.overlaps(away)
        ]
    return ()


def _common(away: Absence, other: Absence) -> Absence:
    """The other absence for as long as both last."""
    from_at, until_at = max(away.from_at, other.from_at), min(away.until_at, other.until_at)
    return replace(other, from_at=from_at, until_at=until_at)


def touched_by_leaving(
    person: str, places: Collection[Membership], absences: Iterable[Absence]
) -> list[Absence]:
    """Return how absences stand once somebody has left a unit; only those that changed.

    Who holds no place any more is not away from one; a stand-in without a common unit stands in no longer.
    """
    about = [absence for absence in absences if person in (absence.person, absence.substitute)]
    after = [(absence, _after_leaving(absence, places)) for absence in about]
    return [now for before, now in after if now != before]


def _after_leaving(absence: Absence, places: Collection[Membership]) -> Absence:
    units = units_of(absence.person, places)
    if not units:
        return replace(absence, stands=False)
    if absence.substitute is not None and not units & units_of(absence.substitute, places):
        return replace(absence, substitute=None)
    return absence
