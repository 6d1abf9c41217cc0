"""Who holds which unit. Names and addresses stay in one sealed table; messages mean people by reference."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from msgspec import json

from services.registry.domain.announcements import membership_changed, town_stream
from services.registry.domain.audit import doer_of
from services.registry.domain.keys import check_key, check_unit
from services.registry.domain.members import Identity, Membership, check_addresses, check_role
from services.registry.domain.refusals import refusal
from services.registry.handlers.absences import Absences
from services.registry.handlers.accounts import Accounts
from services.registry.store.audit import SqlAudit
from services.registry.store.people import SqlMembers
from services.registry.store.teams import SqlPlates
from shared.contracts.sealed import Sealer
from shared.db.store import Store
from shared.db.work import Work
from shared.obs.audit import audited
from shared.web.callers import Caller


@dataclass(frozen=True, slots=True)
class Members:
    """Keeps places and identities.

    Args:
        seal: for the identities' table.
        envelope: for addresses within messages; the one reader has its like.
        absences: what hangs on a place ends with it.
        accounts: of whoever is forgotten are taken back.
    """

    store: Store
    members: SqlMembers
    seal: Sealer
    envelope: Sealer
    absences: Absences
    audit: SqlAudit
    accounts: Accounts
    plates: SqlPlates

    def set(
        self,
        town: str,
        place: Membership,
        *,
        name: str | None = None,
        addresses: Mapping[str, str] | None = None,
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
            self.members.put(work, town, place)
            # Addresses are the person's and not the place's, but are said with each place: all are said anew.
            others = self._other_places(work, town, place) if fresh is not None else []
            for each in (place, *others):
                self._announce(work, town, each, identity)
            if not place.held:
                self.absences.after_leaving(work, town, [place])
        return place.person

    def look_up(self, town: str, person: str, by: Caller) -> Identity:
        """Return who a person is, and record who asked, by which token and from where.

        Raises:
            Problem: `unknown-person`.
        """
        with self.store.begin() as work:
            if self.members.identity(work, town, person) is None:
                raise refusal("unknown-person")
            # In the transaction that opens it and commits before anything is handed out: no name without a record.
            self.audit.note_reading(work, town, person, doer_of(by))
            work.after_commit(lambda: audited("identity-read", town=town, reference=person, client=by.client))
            return self._identity(work, town, person)

    def forget(self, town: str, person: str) -> int:
        """Erase a person's identity, end every place and take the accounts; references stay, and mean nobody. Return
        the places ended.

        Raises:
            Problem: `unknown-person`.
        """
        with self.store.begin() as work:
            places = self.members.places_of(work, town, person)
            if not places and self.members.identity(work, town, person) is None:
                raise refusal("unknown-person")
            self.members.erase_identity(work, town, person)
            self.plates.erase(work, town, person)
            for place in places:
                ended = Membership(place.person, place.unit, place.role, held=False)
                self.members.put(work, town, ended)
                # With no addresses: the copies that others keep of them are overwritten by none.
                self._announce(work, town, ended, Identity())
            self.absences.after_leaving(work, town, places)
            # Last: from here on the transaction reaches beyond the town.
            self.accounts.forget(work, town, person)
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

    def _other_places(self, work: Work, town: str, place: Membership) -> list[Membership]:
        return [
            other
            for other in self.members.places_of(work, town, place.person)
            if other.held and (other.unit, other.role) != (place.unit, place.role)
        ]

    def _identity(self, work: Work, town: str, person: str) -> Identity:
        sealed = self.members.identity(work, town, person)
        if sealed is None:
            return Identity()
        return json.decode(self.seal.open(sealed), type=Identity)

    def _keep(self, work: Work, town: str, person: str, identity: Identity) -> None:
        self.members.put_identity(work, town, person, self.seal.seal(json.encode(identity).decode()))

    def _announce(self, work: Work, town: str, place: Membership, identity: Identity) -> None:
        work.emit(
            "membership.changed",
            membership_changed(place, self.envelope.seal_all(identity.addresses)),
            stream=town_stream(town),
            town=town,
        )
