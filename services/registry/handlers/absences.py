"""Entering who is away, taking it back, and what becomes of it when somebody leaves: each change is said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.registry.domain.absences import Absence, check_absence, touched_by_leaving
from services.registry.domain.announcements import absence_changed, town_stream
from services.registry.domain.keys import check_key
from services.registry.domain.members import Membership
from services.registry.domain.refusals import refusal
from services.registry.handlers.tree import Tree
from services.registry.store.people import SqlAbsences, SqlMembers
from shared.db.store import Store
from shared.db.work import Work


@dataclass(frozen=True, slots=True)
class Absences:
    """Keeps who is away."""

    store: Store
    absences: SqlAbsences
    members: SqlMembers
    tree: Tree

    def enter(self, town: str, wanted: Absence, *, by: str | None = None) -> Absence:
        """Enter an absence; it is given its id here.

        Raises:
            Problem: `bad-key`, and all that `domain.absences.check_absence` raises.
        """
        check_key(town)
        with self.store.begin() as work:
            self.tree.hold(work, town)  # two absences entered at once must not close a circle between them
            new = replace(wanted, id=work.new_id())
            people = [new.person, *([new.substitute] if new.substitute else [])]
            places = [place for person in people for place in self.members.places_of(work, town, person)]
            check_absence(new, work.at, places, self.absences.standing(work, town))
            self._write(work, town, new, by)
        return new

    def take_back(self, town: str, absence: str, *, by: str | None = None) -> Absence:
        """Take an absence back, or end one that has begun; once more changes nothing.

        Raises:
            Problem: `unknown-absence`.
        """
        with self.store.begin() as work:
            # Without the town's lock: one absence fewer closes no circle, and the row itself is locked by being read.
            known = self.absences.get(work, town, absence)
            if known is None:
                raise refusal("unknown-absence")
            ended = replace(known, stands=False)
            if known.stands:
                self._write(work, town, ended, by)
        return ended

    def after_leaving(self, work: Work, town: str, ended: Sequence[Membership]) -> None:
        """Set right what hangs on places of one person that end within this transaction."""
        gone = {(place.person, place.unit, place.role) for place in ended}
        leaving = {place.person for place in ended}
        standing = self.absences.standing(work, town)
        about = [absence for absence in standing if leaving & {absence.person, absence.substitute}]
        people = {person for absence in about for person in (absence.person, absence.substitute) if person}
        held = [
            place
            for person in sorted(people)
            for place in self.members.places_of(work, town, person)
            # Their end waits for the flush: the store still shows these places as held.
            if (place.person, place.unit, place.role) not in gone
        ]
        for person in leaving:
            for changed in touched_by_leaving(person, held, about):
                self._write(work, town, changed, None)

    def _write(self, work: Work, town: str, absence: Absence, by: str | None) -> None:
        self.absences.put(work, town, absence, by)
        work.emit("absence.changed", absence_changed(absence), stream=town_stream(town), town=town)
