"""Routes of contacts (who keeps in touch with whom) and of hand-overs: all by reference."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from msgspec import Struct, convert

from services.registry.api.grid_facts import SAYERS
from services.registry.api.inputs import LongPageQuery, PageAsked, TypedInput
from services.registry.domain.contacts import Contact
from services.registry.domain.hand_overs import HandOver, HandOverWish
from services.registry.handlers.contacts import ContactKeeper, HandOvers
from shared.kernel.roles import Role
from shared.web.access import caller, require
from shared.web.answers import json_answer
from shared.web.cursors import Cursors
from shared.web.inputs import OneLine, PlainText, YesNo
from shared.web.paging import NEXT, SortValues, by_id, page_of
from shared.web.routes import answers, mount, takes

_WATCH = (Role.SUPERVISOR, Role.OPERATOR)


class NewContact(TypedInput):
    """Somebody keeps in touch with whom an entry of the ledger is about, or no longer."""

    makes = Contact
    entry = OneLine(100, required=True)
    person = OneLine(100, required=True)
    held = YesNo(load_default=True)


class ContactsQuery(LongPageQuery):
    """Of one person or one entry; whoever watches no town is shown the own ones alone."""

    person = OneLine(100)
    entry = OneLine(100)


class WantedContacts(Struct, frozen=True):
    """`ContactsQuery`'s values."""

    person: str | None = None
    entry: str | None = None


class ContactView(Schema):
    """Somebody keeps in touch with whom an entry is about."""

    entry = fields.String(required=True, metadata={"description": "id in the ledger"})
    person = fields.String(required=True, metadata={"description": "a reference"})
    held = fields.Boolean(required=True)


class ContactPage(Schema):
    """Who keeps in touch with whom now."""

    items = fields.List(fields.Nested(ContactView), required=True)
    next = NEXT


class ShownContact(Struct, frozen=True):
    """`ContactView`'s values."""

    entry: str
    person: str
    held: bool


class ShownContacts(Struct, frozen=True):
    """`ContactPage`'s values."""

    items: tuple[ShownContact, ...]
    next: str | None


class NewHandOver(TypedInput):
    """Who leaves which post to whom, and what there is to say of it."""

    makes = HandOverWish
    unit = PlainText(300, required=True)
    from_person = OneLine(100, required=True, data_key="from")
    to_person = OneLine(100, required=True, data_key="to")
    note = PlainText(2000, shortest=0, load_default="")


class HandOverView(Schema):
    """A hand-over; it is complete when both have seen it."""

    id = fields.String(required=True)
    unit = fields.String(required=True)
    from_person = fields.String(required=True, data_key="from", metadata={"description": "a reference"})
    to_person = fields.String(required=True, data_key="to", metadata={"description": "a reference"})
    note = fields.String(required=True)
    contacts = fields.Integer(required=True, metadata={"description": "how many went over"})
    opened_at = fields.String(required=True)
    given_at = fields.String(required=True, allow_none=True)
    taken_at = fields.String(required=True, allow_none=True)


class HandOverPage(Schema):
    """Hand-overs, the newest first."""

    items = fields.List(fields.Nested(HandOverView), required=True)
    next = NEXT


class ShownHandOver(Struct, frozen=True, rename={"from_person": "from", "to_person": "to"}):
    """`HandOverView`'s values."""

    id: str
    unit: str
    from_person: str
    to_person: str
    note: str
    contacts: int
    opened_at: datetime
    given_at: datetime | None
    taken_at: datetime | None


class ShownHandOvers(Struct, frozen=True):
    """`HandOverPage`'s values."""

    items: tuple[ShownHandOver, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class ContactRoutes:
    """Routes of contacts and hand-overs."""

    keeper: ContactKeeper
    hand_overs: HandOvers
    cursors: Cursors

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        base = "/v1/towns/<town>"
        mount(blueprint, "PUT", f"{base}/contacts", self.set_contact)
        mount(blueprint, "GET", f"{base}/contacts", self.list_contacts)
        mount(blueprint, "POST", f"{base}/hand-overs", self.open_hand_over)
        mount(blueprint, "GET", f"{base}/hand-overs", self.list_hand_overs)
        mount(blueprint, "POST", f"{base}/hand-overs/<hand_over>/seen", self.see_hand_over)

    @require(*SAYERS)
    @takes(NewContact)
    @answers(200, ContactView)
    def set_contact(self, contact: Contact, town: str) -> Response:
        """Enter that somebody keeps in touch with whom an entry of the ledger is about, or no longer."""
        return json_answer(_shown_contact(self.keeper.set(town, contact, caller())))

    @require(*SAYERS)
    @takes(ContactsQuery, "query")
    @answers(200, ContactPage)
    def list_contacts(self, query: PageAsked, town: str) -> Response:
        """List who keeps in touch with whom. Whoever does not watch the town is shown the own ones."""
        by = caller()
        if by.role not in _WATCH:
            query = {**query, "person": by.person or ""}
        page = page_of(self.cursors, query, "contacts", town)
        wanted = convert(page.filters, WantedContacts)
        with self.keeper.store.read() as conn:
            rows = self.keeper.contacts.held(
                conn,
                town,
                person=wanted.person,
                entry=wanted.entry,
                after=_after(page.after),
                limit=page.to_read,
            )
        shown, following = page.cut(rows, _place)
        return json_answer(ShownContacts(tuple(map(_shown_contact, shown)), following))

    @require(*SAYERS)
    @takes(NewHandOver)
    @answers(201, HandOverView)
    def open_hand_over(self, wanted: HandOverWish, town: str) -> Response:
        """Open a hand-over of a post. What is owed stays with the post, open cases with the unit; contacts go over."""
        return json_answer(_shown_hand_over(self.hand_overs.open(town, wanted, caller())), 201)

    @require(*SAYERS)
    @takes(LongPageQuery, "query")
    @answers(200, HandOverPage)
    def list_hand_overs(self, query: PageAsked, town: str) -> Response:
        """List hand-overs, the newest first. Whoever does not watch the town is shown the own ones."""
        by = caller()
        person = None if by.role in _WATCH else by.person or ""
        page = page_of(self.cursors, query, "hand-overs", town, person)
        with self.hand_overs.store.read() as conn:
            rows = self.hand_overs.hand_overs.listed(conn, town, person, page.after_id, page.to_read)
        shown, following = page.cut(rows, by_id)
        return json_answer(ShownHandOvers(tuple(map(_shown_hand_over, shown)), following))

    @require(*SAYERS)
    @answers(200, HandOverView)
    def see_hand_over(self, town: str, hand_over: str) -> Response:
        """Say that one of the two has seen a hand-over; with the successor's look the contacts go over."""
        return json_answer(_shown_hand_over(self.hand_overs.see(town, hand_over, caller())))


def _shown_contact(contact: Contact) -> ShownContact:
    return ShownContact(contact.entry, contact.person, contact.held)


def _place(contact: Contact) -> SortValues:
    return (contact.person, contact.entry)


def _after(place: SortValues | None) -> tuple[str, str] | None:
    return None if place is None else (str(place[0]), str(place[1]))


def _shown_hand_over(each: HandOver) -> ShownHandOver:
    return ShownHandOver(
        each.id,
        each.unit,
        each.from_person,
        each.to_person,
        each.note,
        each.contacts,
        each.opened_at,
        each.given_at,
        each.taken_at,
    )
