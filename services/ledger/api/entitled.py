"""Organisations whose staff is to have terminals (P003.18): entries that fulfil what the pack asks of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response
from flask_smorest import Blueprint
from msgspec import Struct, convert

from services.ledger.api.outputs import EntryList
from services.ledger.api.views import entry_view
from services.ledger.domain.refusal import refusal
from services.ledger.domain.statements import Seal, present, standing_of
from services.ledger.handlers.desk import Desk, Desks
from services.ledger.handlers.shown import shown_facts
from services.ledger.store.reading import EntryFilter, ListedEntry, list_entries
from shared.db.store import Store
from shared.rules.pack.model import Entitlement
from shared.rules.teams.entitled import fulfils
from shared.web.access import caller, require
from shared.web.answers import json_answer, language
from shared.web.callers import Role
from shared.web.cursors import Cursors
from shared.web.inputs import OneLine
from shared.web.paging import PageQuery, by_id, page_of
from shared.web.routes import answers, mount, takes


class EntitledQuery(PageQuery):
    """By which entitlement of the pack."""

    entitlement = OneLine(200, required=True)


class WantedEntitlement(Struct, frozen=True):
    """`EntitledQuery`'s values."""

    entitlement: str


@dataclass(frozen=True, slots=True)
class EntitledRoutes:
    """The route over organisations that are entitled."""

    store: Store
    desks: Desks
    cursors: Cursors

    def mount(self, blueprint: Blueprint) -> None:
        """Add the route."""
        mount(blueprint, "GET", "/v1/towns/<town>/ledger/entitled", self.list)

    @require(Role.GRID_WORKER, Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR)
    @takes(EntitledQuery, "query")
    @answers(200, EntryList)
    def list(self, query: Mapping[str, str | int | None], town: str) -> Response:
        """List the organisations whose staff is to have terminals, as far as the caller reads what decides it."""
        page = page_of(self.cursors, query, "entitled", town)
        key = convert(page.filters, WantedEntitlement).entitlement
        with self.store.read() as conn:
            desk = self.desks.of(conn, caller().viewing(town))
            wanted = _entitlement(desk, key)
            of_type = EntryFilter(type=wanted.organisation)
            looked = list_entries(conn, town, desk.reach, of_type, page.after_id, page.to_read)
        shown, following = page.cut(looked.rows, by_id, page.place_of(looked.looked_to))
        found = [entry_view(desk, each, language()) for each in shown if _fulfils(desk, wanted, each)]
        return json_answer({"entries": found, "next": following})


def _entitlement(desk: Desk, key: str) -> Entitlement:
    """An entitlement of organisations; those of posts are the registry's to list."""
    teams = desk.pack.teams
    found = teams.terminals.get(key) if teams else None
    if found is None or found.organisation is None:
        raise refusal("entitlement-unknown", "entitlement", entitlement=key)
    return found


def _fulfils(desk: Desk, wanted: Entitlement, listed: ListedEntry) -> bool:
    """What decides is asked only as far as the caller reads it: whether somebody is listed is as good as shown."""
    may_look = shown_facts(desk, desk.ledger.types[listed.entry.type])
    said = present(standing_of(listed.said))
    facts = {key: value for key, value in said.items() if key in may_look and not isinstance(value, Seal)}
    return fulfils(desk.pack, wanted, facts)
