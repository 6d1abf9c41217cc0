"""Who holds which unit. Names and addresses stay in one sealed table; messages mean people by reference."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import orjson

from services.registry.domain.keys import check_key, check_unit
from services.registry.domain.members import Place, check_addresses, check_role
from services.registry.domain.refusals import refusal
from services.registry.handlers.absences import Absences
from services.registry.messages.said import membership_changed, town_stream
from services.registry.ports.books import MemberBook
from services.registry.ports.seal import Seal
from shared.db.store import Store
from shared.db.work import Work


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a person is: shown to few, and every showing is recorded."""

    name: str
    addresses: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Members:
    """Keeps places and identities.

    Args:
        seal: for the identities' table.
        envelope: for addresses within messages; the one reader has its like.
        absences: what hangs on a place ends with it.
    """

    store: Store
    book: MemberBook
    seal: Seal
    envelope: Seal
    absences: Absences

    def set(
        self, town: str, place: Place, *, name: str | None = None, addresses: Mapping[str, str] | None = None
    ) -> str:
        """Enter that somebody holds a place in a unit, or no longer.

        Args:
            place: its person is '' for somebody new, who is given a reference.
            name, addresses: None leaves what is known; new addresses go for every place of the person.

        Returns:
            The person's reference.

        Raises:
            Problem: `other-towns-unit`, `bad-key`, `bad-role`, `bad-address`.
        """
        check_unit(place.unit, check_key(town))
        check_role(place.role)
        fresh = None if addresses is None else check_addresses(addresses)
        with self.store.begin() as work:
            place = replace(place, person=place.person or work.new_id())
            identity = self._renewed(work, town, place.person, name, fresh)
            self.book.put(work, town, place)
            others = self._other_places(work, town, place) if fresh is not None else []
            for each in (place, *others):
                self._say(work, town, each, identity)
            if not place.held:
                self.absences.after_leaving(work, town, [place])
        return place.person

    def look_up(self, town: str, person: str, by_role: str, by_person: str | None) -> Identity:
        """Return who a person is, and record who asked.

        Raises:
            Problem: `unknown-person`.
        """
        with self.store.begin() as work:
            if self.book.identity(work, town, person) is None:
                raise refusal("unknown-person")
            self.book.note_reading(work, town, person, by_role, by_person)
            return self._identity(work, town, person)

    def forget(self, town: str, person: str) -> int:
        """Erase a person's identity and end every place; references stay, and mean nobody. Return the places
        ended.

        Raises:
            Problem: `unknown-person`.
        """
        with self.store.begin() as work:
            places = self.book.places_of(work, town, person)
            if not places and self.book.identity(work, town, person) is None:
                raise refusal("unknown-person")
            self.book.erase_identity(work, town, person)
            for place in places:
                ended = Place(place.person, place.unit, place.role, held=False)
                self.book.put(work, town, ended)
                self._say(work, town, ended, Identity("", {}))
            self.absences.after_leaving(work, town, places)
        return len(places)

    def _renewed(
        self, work: Work, town: str, person: str, name: str | None, addresses: Mapping[str, str] | None
    ) -> Identity:
        """The identity with what is new of it, kept if anything is."""
        known = self._identity(work, town, person)
        identity = Identity(
            known.name if name is None else name, known.addresses if addresses is None else addresses
        )
        if identity != known:
            self._keep(work, town, person, identity)
        return identity

    def _other_places(self, work: Work, town: str, place: Place) -> list[Place]:
        return [
            other
            for other in self.book.places_of(work, town, place.person)
            if other.held and (other.unit, other.role) != (place.unit, place.role)
        ]

    def _identity(self, work: Work, town: str, person: str) -> Identity:
        sealed = self.book.identity(work, town, person)
        if sealed is None:
            return Identity("", {})
        stored = orjson.loads(self.seal.open(sealed))
        return Identity(stored["name"], stored["addresses"])

    def _keep(self, work: Work, town: str, person: str, identity: Identity) -> None:
        text = orjson.dumps({"name": identity.name, "addresses": dict(identity.addresses)}).decode()
        self.book.put_identity(work, town, person, self.seal.seal(text))

    def _say(self, work: Work, town: str, place: Place, identity: Identity) -> None:
        work.say(
            "membership.changed",
            stream=town_stream(town),
            town=town,
            data=membership_changed(place, self.envelope.seal_all(identity.addresses)),
        )
