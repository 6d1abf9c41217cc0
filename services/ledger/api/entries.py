"""Entries: entering, looking at them, stating, confirming, moving, ending, opening what is sealed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint
from msgspec import Struct, convert, to_builtins

from services.ledger.api.claiming import KEY_HEADER, claimed
from services.ledger.api.inputs import (
    AskedOpenings,
    ChangeInput,
    EntriesQuery,
    GivenBody,
    MoveInput,
    NewEntryInput,
    OpeningBody,
    OpeningInput,
    OpeningsQuery,
    TellingInput,
    WantedEntries,
)
from services.ledger.api.outputs import (
    EntryList,
    EntryWithMembers,
    OpenedFact,
    OpeningList,
    StatementList,
    TakenView,
    TypesView,
)
from services.ledger.api.views import (
    ShownLedgerEntry,
    entry_view,
    stale_days,
    statement_view,
    types_view,
    with_members,
)
from services.ledger.domain.entries import LedgerEntry
from services.ledger.domain.refusal import refusal
from services.ledger.handlers.desk import Desk, Desks
from services.ledger.handlers.keeping import Keeper
from services.ledger.handlers.once import EntryInShort, RequestsByKey
from services.ledger.handlers.opening import Opener
from services.ledger.handlers.shown import searched
from services.ledger.handlers.telling import tell
from services.ledger.handlers.writing import TakenEntry
from services.ledger.store.entries import refuse_suspended, statements_of
from services.ledger.store.reading import (
    EntryFilter,
    ListedEntry,
    find_entry,
    list_entries,
    list_openings,
    outer_of,
)
from shared.db.store import Store
from shared.db.work import Work
from shared.web.access import caller, named_caller, require, unknown
from shared.web.answers import json_answer, language
from shared.web.callers import Role
from shared.web.cursors import Cursors
from shared.web.paging import by_id, page_of
from shared.web.routes import answers, describe, mount, takes
from shared.web.watching import trace

YES = "yes"
STAFF = (Role.GRID_WORKER, Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR)
Enter = Callable[[Work, Desk], TakenEntry]
Act = Callable[[Work, Desk, LedgerEntry], TakenEntry]


@dataclass(frozen=True, slots=True)
class EntryRoutes:
    """Routes over entries of a town's ledger; residents and engineers get nothing here."""

    store: Store
    desks: Desks
    keeper: Keeper
    opener: Opener
    cursors: Cursors
    once: RequestsByKey

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        base = "/v1/towns/<town>/ledger"
        mount(blueprint, "GET", f"{base}/types", self.types)
        mount(blueprint, "GET", f"{base}/entries", self.list)
        mount(blueprint, "POST", f"{base}/entries", self.enter)
        mount(blueprint, "GET", f"{base}/entries/<entry>", self.show)
        mount(blueprint, "GET", f"{base}/entries/<entry>/statements", self.history)
        mount(blueprint, "POST", f"{base}/entries/<entry>/statements", self.state)
        mount(blueprint, "POST", f"{base}/entries/<entry>/confirmations", self.confirm)
        mount(blueprint, "POST", f"{base}/entries/<entry>/changes", self.change)
        mount(blueprint, "POST", f"{base}/entries/<entry>/move", self.move)
        mount(blueprint, "POST", f"{base}/entries/<entry>/end", self.end)
        mount(blueprint, "POST", f"{base}/entries/<entry>/facts/<fact>/openings", self.open)
        mount(blueprint, "GET", f"{base}/openings", self.openings)

    @require(*STAFF)
    @answers(200, TypesView)
    def types(self, town: str) -> Response:
        """Say what the town's ledger keeps, and what of it the caller reads and enters."""
        with self.store.read() as conn:
            desk = self.desks.of(conn, caller().viewing(town))
        return json_answer(types_view(desk, language()))

    @require(*STAFF)
    @takes(EntriesQuery, "query")
    @answers(200, EntryList)
    def list(self, query: object, town: str) -> Response:
        """List entries: of a grid, a class, a type or a group; stale ones, or those on which sources differ.

        A grid's ledger is the list of its place, a line's that of its class, the master ledger the list of all that the
        caller reads. `text` is looked for in facts that are kept in clear.
        """
        wanted = convert(query, WantedEntries)
        page = page_of(self.cursors, to_builtins(wanted), "ledger", town)
        with self.store.read() as conn:
            desk = self.desks.of(conn, caller().viewing(town))
            looked = list_entries(
                conn,
                town,
                desk.reach,
                _filter(desk, wanted),
                page.after_id,
                page.to_read,
            )
            shown, following = page.cut(looked.rows, by_id, page.place_of(looked.looked_to))
            views = self._views(conn, desk, shown)
        return json_answer({"entries": views, "next": following})

    @describe(parameters=[KEY_HEADER])
    @require(*STAFF)
    @takes(NewEntryInput)
    @answers(201, TakenView)
    @answers(200, TakenView, description="It is there already, and got what is new of it")
    def enter(self, given: object, town: str) -> Response:
        """Enter something, with since when it is so and who told; what is there already gets what is new of it."""
        wanted = convert(given, GivenBody).entry
        taken = self._once(town, given, lambda work, desk: self.keeper.enter(work, desk, wanted))
        return self._taken(town, taken, 201 if taken.is_new else 200)

    @require(*STAFF)
    @answers(200, EntryWithMembers)
    def show(self, town: str, entry: str) -> Response:
        """Show an entry with the facts that the caller reads, and what belongs to it."""
        with self.store.read() as conn:
            desk = self.desks.of(conn, caller().viewing(town))
            found = self._found(conn, desk, entry)
            said = statements_of(conn, [found.id])[found.id]
            members = list_entries(conn, town, desk.reach, EntryFilter(about=found.id), None, 200).rows
            (shown,) = self._views(conn, desk, [ListedEntry(found, said)])
        return json_answer(with_members(shown, (entry_view(desk, each, language()) for each in members)))

    @require(*STAFF)
    @answers(200, StatementList)
    def history(self, town: str, entry: str) -> Response:
        """List all that was said of an entry, oldest first."""
        with self.store.read() as conn:
            desk = self.desks.of(conn, caller().viewing(town))
            found = self._found(conn, desk, entry)
            said = statements_of(conn, [found.id])[found.id]
        type_ = desk.ledger.types[found.type]
        return json_answer({"statements": [statement_view(desk, type_, each) for each in said]})

    @describe(parameters=[KEY_HEADER])
    @require(*STAFF)
    @takes(TellingInput)
    @answers(200, TakenView)
    def state(self, given: object, town: str, entry: str) -> Response:
        """State facts of an entry that have changed, with since when and who told."""
        told = convert(given, GivenBody).said
        return self._change(
            given, town, entry, lambda work, desk, known: self.keeper.state(work, desk, known, told)
        )

    @describe(parameters=[KEY_HEADER])
    @require(*STAFF)
    @takes(TellingInput)
    @answers(200, TakenView)
    def confirm(self, given: object, town: str, entry: str) -> Response:
        """Confirm that nothing has changed; with facts: which of several words holds."""
        told = convert(given, GivenBody).said
        return self._change(
            given, town, entry, lambda work, desk, known: self.keeper.confirm(work, desk, known, told)
        )

    @describe(parameters=[KEY_HEADER])
    @require(*STAFF)
    @takes(ChangeInput)
    @answers(200, TakenView)
    def change(self, given: object, town: str, entry: str) -> Response:
        """Say that a change of the pack has happened to an entry, such as a death, a move, a wedding."""
        body = convert(given, GivenBody)
        told, place = body.said, body.place
        return self._change(
            given, town, entry, lambda work, desk, known: self.keeper.change(work, desk, known, told, place)
        )

    @describe(parameters=[KEY_HEADER])
    @require(*STAFF)
    @takes(MoveInput)
    @answers(200, TakenView)
    def move(self, given: object, town: str, entry: str) -> Response:
        """Move an entry, and what belongs to it, to another grid of the town."""
        body = convert(given, GivenBody)
        told, place = body.said, body.place
        return self._change(
            given, town, entry, lambda work, desk, known: self.keeper.move(work, desk, known, told, place)
        )

    @describe(parameters=[KEY_HEADER])
    @require(*STAFF)
    @takes(TellingInput)
    @answers(200, TakenView)
    def end(self, given: object, town: str, entry: str) -> Response:
        """End an entry, and what belongs to it: it is there no more since that day."""
        told = convert(given, GivenBody).said
        return self._change(
            given, town, entry, lambda work, desk, known: self.keeper.end(work, desk, known, told)
        )

    @require(*STAFF)
    @takes(OpeningInput)
    @answers(200, OpenedFact)
    def open(self, given: object, town: str, entry: str, fact: str) -> Response:
        """Open one sealed fact of an entry; that the caller has read it, and what for, is on record."""
        reader = named_caller()
        with self.store.begin() as work:
            desk = self.desks.of(work.conn, reader.viewing(town))
            found = self._found(work.conn, desk, entry)
            words = self.opener.open(work, desk, found, fact, reader, convert(given, OpeningBody).purpose)
        if words is None:
            raise unknown("fact", fact)
        return json_answer({"fact": fact, "words": words})

    @require(Role.OPERATOR)
    @takes(OpeningsQuery, "query")
    @answers(200, OpeningList)
    def openings(self, query: object, town: str) -> Response:
        """List who has opened which sealed fact, the newest first."""
        asked = convert(query, AskedOpenings)
        page = page_of(self.cursors, to_builtins(asked), "openings", town)
        before = None if page.after is None else int(page.after[0])
        with self.store.read() as conn:
            rows = list_openings(conn, town, asked.entry, before, page.to_read)
        shown, following = page.cut(rows, lambda row: (row.id,))
        return json_answer({"openings": [_opening_view(row) for row in shown], "next": following})

    def _change(self, given: object, town: str, key: str, act: Act) -> Response:
        def change(work: Work, desk: Desk) -> TakenEntry:
            # Seen before it is locked: whoever may not see an entry must not hold anybody up on it.
            seen = self._found(work.conn, desk, key)
            entry = self.keeper.writer.ledger.find(work, town, seen.id)
            if entry is None:
                raise unknown("entry", key)
            return act(work, desk, entry)

        return self._taken(town, self._once(town, given, change), 200)

    def _once(self, town: str, given: object, act: Enter) -> EntryInShort:
        claim = claimed(town, given)
        with self.store.begin() as work:
            desk = self._desk_to_change(work, town)
            if claim is not None and (before := self.once.known(work, claim)) is not None:
                return before
            taken = EntryInShort.of(act(work, desk))
            tell(work, desk)
            if claim is not None:
                self.once.keep(work, claim, taken)
        return taken

    def _desk_to_change(self, work: Work, town: str) -> Desk:
        refuse_suspended(work.conn, town)
        work.trace = trace().parent
        return self.desks.of(work.conn, caller().viewing(town))

    @staticmethod
    def _views(conn: sa.Connection, desk: Desk, listed: Sequence[ListedEntry]) -> Sequence[ShownLedgerEntry]:
        outer = outer_of(conn, desk.who.town, desk.reach, listed)
        return [entry_view(desk, each, language(), outer.get(each.entry.about or "")) for each in listed]

    def _found(self, conn: sa.Connection, desk: Desk, key: str) -> LedgerEntry:
        found = find_entry(conn, desk.who.town, desk.reach, key)
        if found is None or found.type not in desk.ledger.types:
            raise unknown("entry", key)
        return found

    def _taken(self, town: str, taken: EntryInShort, status: int) -> Response:
        """What was entered, as far as whoever entered it may read it."""
        with self.store.read() as conn:
            desk = self.desks.of(conn, caller().viewing(town))
            found = find_entry(conn, town, desk.reach, taken.entry)
            said = statements_of(conn, [taken.entry])[taken.entry]
        view = None if found is None else entry_view(desk, ListedEntry(found, said), language())
        body = {"id": taken.entry, "known": not taken.is_new, "added": taken.added, "entry": view}
        return json_answer(body, status)


def _filter(desk: Desk, wanted: WantedEntries) -> EntryFilter:
    fact, colon, value = (wanted.group or "").partition(":")
    if wanted.group and not (colon and wanted.type):
        raise refusal("group-unread", "group")
    return EntryFilter(
        type=wanted.type,
        line=wanted.line,
        place=wanted.place,
        about=wanted.about,
        group=(fact, value) if wanted.group else None,
        stale=stale_days(desk) if wanted.stale == YES else None,
        differs=wanted.differs == YES,
        text=wanted.text,
        searched=searched(desk) if wanted.text else {},
        ended=wanted.ended == YES,
    )


class ShownFactOpening(Struct, frozen=True):
    """Who opened which sealed fact; the fields as `outputs.OpeningView` describes them."""

    id: int
    entry: str
    fact: str
    at: datetime
    by_role: str
    by_unit: str | None
    by_person: str
    purpose: str | None


def _opening_view(row: Any) -> ShownFactOpening:
    return ShownFactOpening(
        row.id, row.entry_id, row.fact, row.at, row.by_role, row.by_unit, row.by_person, row.purpose
    )
