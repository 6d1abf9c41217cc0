"""Assigning residents to members of teams, by reference; and what somebody who leaves hands over."""

from dataclasses import dataclass, replace

from services.registry.domain.contacts import Contact, check_contact
from services.registry.domain.hand_overs import HandOver, HandOverWish, check_hand_over, seen_by
from services.registry.domain.refusals import refusal
from services.registry.store.packs import PacksInForce
from services.registry.store.people import SqlMembers
from services.registry.store.teams import SqlContacts, SqlHandOvers
from shared.db.store import Store
from shared.db.work import Work
from shared.web.callers import Caller


@dataclass(frozen=True, slots=True)
class ContactKeeper:
    """Keeps who keeps in touch with whom."""

    store: Store
    packs: PacksInForce
    contacts: SqlContacts
    members: SqlMembers

    def set(self, town: str, contact: Contact, by: Caller) -> Contact:
        """Enter that somebody keeps in touch with whom an entry is about, or no longer.

        Raises:
            Problem: `no-edition`, and what `domain.contacts.check_contact` raises.
        """
        with self.store.begin() as work:
            pack = self.packs.of(work.conn, town).pack
            places = self.members.places_of(work, town, contact.person)
            check_contact(pack, contact, [place.unit for place in places if place.held], by)
            self.contacts.put(work, town, contact, by.person)
        return contact


@dataclass(frozen=True, slots=True)
class HandOvers:
    """Keeps hand-overs."""

    store: Store
    hand_overs: SqlHandOvers
    contacts: SqlContacts
    members: SqlMembers

    def open(self, town: str, wanted: HandOverWish, by: Caller) -> HandOver:
        """Open a hand-over. Whoever opens it and leaves has seen it by that.

        Raises:
            Problem: what `domain.hand_overs.check_hand_over` raises.
        """
        with self.store.begin() as work:
            places = [
                place
                for person in (wanted.from_person, wanted.to_person)
                for place in self.members.places_of(work, town, person)
            ]
            check_hand_over(wanted, places, by)
            two = (wanted.from_person, wanted.to_person)
            new = HandOver(work.new_id(), wanted.unit, *two, wanted.note, work.at, by.person)
            if by.person == new.from_person:
                new = seen_by(new, by.person, work.at)
            self.hand_overs.put(work, town, new)
        return new

    def see(self, town: str, hand_over: str, by: Caller) -> HandOver:
        """Keep that one of the two has seen it; with the successor's look the contacts go over.

        Raises:
            Problem: `unknown-hand-over` or `hand-over-not-yours`.
        """
        with self.store.begin() as work:
            known = self.hand_overs.get(work, town, hand_over)
            if known is None:
                raise refusal("unknown-hand-over")
            seen = seen_by(known, by.person, work.at)
            if seen.taken_at is not None and known.taken_at is None:
                seen = replace(seen, contacts=self._pass_on(work, town, seen))
            if seen != known:
                self.hand_overs.put(work, town, seen)
        return seen

    def _pass_on(self, work: Work, town: str, seen: HandOver) -> int:
        entries = self.contacts.entries_of(work, town, seen.from_person)
        for entry in entries:
            self.contacts.put(work, town, Contact(entry, seen.from_person, held=False), seen.to_person)
            self.contacts.put(work, town, Contact(entry, seen.to_person), seen.to_person)
        return len(entries)
