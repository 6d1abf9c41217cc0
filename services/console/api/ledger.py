"""The town's ledger: entries of a grid, a type or a class; one entry with what its sources say; who opened what.

Decides what a page asks for. What anybody reads of it, the ledger says: what is sealed is opened one fact at a time,
for a purpose that the ledger keeps with who asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, reader
from services.console.api.given import asked, typed_in
from services.console.api.report import areas_of
from services.console.domain.duty_sheets import FormRows, FormSheet, forms_about
from services.console.domain.ledger_sheets import (
    LedgerEntrySheet,
    LedgerRows,
    LedgerSheet,
    OpenedFactSheet,
    OpeningRows,
    StatementRows,
    VisitRows,
)
from services.console.domain.ledger_words import open_facts, title_of
from services.console.domain.sheets import NamedKey
from services.console.handlers.client import ApiClient, ApiRefused, Query, at
from services.console.handlers.name_books import TownNames
from shared.kernel.ids import new_id

FILTERS = ("type", "class", "place", "group", "stale", "differs", "ended", "text", "cursor")
A_PAGE, LATEST = 50, 8
NO_STORE = {"Cache-Control": "no-store"}


class LedgerDesk(NamedTuple):
    """What every page of the ledger needs."""

    client: ApiClient
    names: TownNames
    ledger: LedgerSheet


def desk_in(frame: PageFrame, town: str) -> LedgerDesk:
    """Return what a page of a town's ledger needs, for whoever reads it."""
    client = reader().as_role
    ledger = client.read(at("towns", town, "ledger", "types"), LedgerSheet)
    return LedgerDesk(client, frame.names_in(client, town), ledger)


def own_place() -> str:
    """Return the grid of whoever works in one."""
    role = reader().role
    return (role.unit or "").partition("/")[0].partition(".")[2] if role else ""


def places_of(desk: LedgerDesk) -> Sequence[tuple[NamedKey, Sequence[NamedKey]]]:
    """Return the grids in which the reader works, each under what it is part of."""
    within = desk.ledger.places
    return areas_of([each for each in desk.names.book.places if within is None or each.key in within])


@dataclass(frozen=True, slots=True)
class LedgerPages:
    """Looking at the ledger."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_app_template_global(title_of, "entry_title")
        pages.add_app_template_global(open_facts, "entry_facts")
        base = "/towns/<town>/ledger"
        pages.add_url_rule(base, "ledger", self.entries)
        pages.add_url_rule(f"{base}/openings", "ledger-openings", self.openings)
        pages.add_url_rule(f"{base}/entries/<entry>", "ledger-entry", self.entry)
        opening = f"{base}/entries/<entry>/facts/<fact>"
        pages.add_url_rule(opening, "ledger-open", self.open, methods=["POST"])

    def entries(self, town: str) -> ResponseReturnValue:
        """Show the entries that the reader reads, narrowed as the address says."""
        try:
            desk = desk_in(self.frame, town)
        except ApiRefused as no:
            if no.problem.code != "no-ledger":
                raise
            names = self.frame.names_in(reader().as_role, town)
            return self.frame.page("ledger_none.html", names=names)
        given: Query = {name: request.args.get(name) for name in FILTERS}
        rows = desk.client.read(
            at("towns", town, "ledger", "entries"), LedgerRows, {**given, "limit": A_PAGE}
        )
        shown = {"rows": rows, "given": request.args, "times": self.frame.times_in(desk.names)}
        return self.frame.page("ledger.html", 200, **shown, **desk._asdict())

    def entry(self, town: str, entry: str) -> ResponseReturnValue:
        """Show one entry: what each source says, what belongs to it, what happened to it, when it was visited."""
        return entry_page(self.frame, desk_in(self.frame, town), town, entry)

    def open(self, town: str, entry: str, fact: str) -> ResponseReturnValue:
        """Open one sealed fact; the ledger keeps who did, and what for."""
        desk = desk_in(self.frame, town)
        purpose = {"purpose": typed_in("purpose").strip()}
        path = at("towns", town, "ledger", "entries", entry, "facts", fact, "openings")
        try:
            opened = desk.client.post(path, OpenedFactSheet, purpose)
        except ApiRefused as no:
            if no.status not in (400, 422):
                raise
            return entry_page(self.frame, desk, town, entry, refused=no)
        g.own_headers = NO_STORE
        return entry_page(self.frame, desk, town, entry, opened=opened)

    def openings(self, town: str) -> ResponseReturnValue:
        """Show who has opened which sealed fact, and what for."""
        client = reader().as_role
        query: Query = {"entry": asked("entry"), "cursor": asked("cursor"), "limit": A_PAGE}
        page = client.read(at("towns", town, "ledger", "openings"), OpeningRows, query)
        names = self.frame.names_in(client, town)
        shown = {"page": page, "names": names, "times": self.frame.times_in(names)}
        return self.frame.page("ledger_openings.html", 200, **shown)


def entry_page(
    frame: PageFrame,
    desk: LedgerDesk,
    town: str,
    entry: str,
    *,
    opened: OpenedFactSheet | None = None,
    refused: ApiRefused | None = None,
    act: str = "",
) -> ResponseReturnValue:
    """Return the page of one entry.

    Args:
        opened: a fact that was opened for this page alone.
        refused: why something was not done; act: what it was.
    """
    path = at("towns", town, "ledger", "entries", entry)
    found = desk.client.read(path, LedgerEntrySheet)
    said = desk.client.read(f"{path}/statements", StatementRows).statements
    shown = {
        "entry": found,
        "type": desk.ledger.type(found.type),
        "around": _around(desk, town, found),
        "story": tuple(reversed(said)),
        "visits": _visits(desk.client, town, entry),
        "forms": _forms_about(desk.client, town, found) if found.ended_on is None else (),
        "opened": opened,
        "problem": refused.problem if refused else None,
        "act": act,
        "given": request.form,
        "key": new_id(),
        "times": frame.times_in(desk.names),
        "today": frame.times_in(desk.names).today,
        "areas": places_of(desk),
    }
    return frame.page("ledger_entry.html", refused.status if refused else 200, **shown, **desk._asdict())


def _around(desk: LedgerDesk, town: str, entry: LedgerEntrySheet) -> LedgerEntrySheet | None:
    """What an entry belongs to, where the reader reads that too."""
    if entry.about is None:
        return None
    try:
        return desk.client.read(at("towns", town, "ledger", "entries", entry.about), LedgerEntrySheet)
    except ApiRefused as no:
        if no.status != 404:
            raise
        return None


def _forms_about(client: ApiClient, town: str, entry: LedgerEntrySheet) -> Sequence[FormSheet]:
    """The forms that the reader fills in about such an entry; none where the town's rules know no records."""
    try:
        forms = client.read(at("towns", town, "forms"), FormRows).forms
    except ApiRefused as no:
        if no.status not in (403, 404, 409):
            raise
        return ()
    return forms_about(forms, entry.kind)


def _visits(client: ApiClient, town: str, entry: str) -> VisitRows:
    """The latest records about an entry that the reader sees; none where the town's rules know no records."""
    try:
        return client.read(at("towns", town, "records"), VisitRows, {"subject": entry, "limit": LATEST})
    except ApiRefused as no:
        if no.status not in (403, 404, 409):
            raise
        return VisitRows()
