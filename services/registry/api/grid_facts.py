"""Routes of what is said of grids: what holds, with day and source; what was ever said; and saying more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from msgspec import Struct

from services.registry.api.inputs import LongPageQuery, PageAsked, TypedInput
from services.registry.api.refused import keeping_refusals
from services.registry.domain.attempts import TriedChange
from services.registry.domain.grid_facts import GridFactHeld, GridTold
from services.registry.handlers.grid_facts import GridFactKeeper
from services.registry.handlers.refused import Refusals
from services.registry.store.grid_facts import GridStatement
from shared.kernel.roles import Role
from shared.rules.logic.facts import Value
from shared.web.access import caller, require
from shared.web.answers import json_answer
from shared.web.cursors import Cursors
from shared.web.inputs import DayField, FactValue, OneLine, facts_field
from shared.web.paging import NEXT, by_id, page_of
from shared.web.routes import answers, mount, takes

MOST_FACTS = 100
STAFF = (Role.GRID_WORKER, Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
SAYERS = (Role.GRID_WORKER, Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR)


class NewGridFacts(TypedInput):
    """What is said of a grid: facts that the pack names, since when it is so, and who told."""

    makes = GridTold
    facts = facts_field(MOST_FACTS, required=True)
    since = DayField(required=True)
    source = OneLine(200, required=True)


class StatementRef(Schema):
    """What was kept."""

    statement = fields.String(required=True)


class GridFactView(Schema):
    """A fact of a grid as it holds."""

    fact = fields.String(required=True)
    value = FactValue(required=True)
    since = fields.String(required=True, metadata={"description": "a day"})
    source = fields.String(required=True)


class GridFactList(Schema):
    """What holds of a grid; a fact that nobody has stated is left out."""

    place = fields.String(required=True)
    facts = fields.List(fields.Nested(GridFactView), required=True)


class GridStatementView(Schema):
    """What was said of a grid at one time."""

    id = fields.String(required=True)
    facts = facts_field(MOST_FACTS, required=True)
    since = fields.String(required=True)
    source = fields.String(required=True)
    role = fields.String(required=True)
    unit = fields.String(required=True, allow_none=True)
    person = fields.String(required=True, allow_none=True, metadata={"description": "a reference"})
    at = fields.String(required=True)


class GridStatementPage(Schema):
    """What was ever said of a grid, the newest first."""

    items = fields.List(fields.Nested(GridStatementView), required=True)
    next = NEXT


class ShownGridFact(Struct, frozen=True):
    """`GridFactView`'s values."""

    fact: str
    value: Value
    since: str
    source: str


class ShownGridFacts(Struct, frozen=True):
    """`GridFactList`'s values."""

    place: str
    facts: tuple[ShownGridFact, ...]


class ShownGridStatement(Struct, frozen=True):
    """`GridStatementView`'s values."""

    id: str
    facts: dict[str, Value]
    since: str
    source: str
    role: str
    unit: str | None
    person: str | None
    at: datetime


class ShownGridStatements(Struct, frozen=True):
    """`GridStatementPage`'s values."""

    items: tuple[ShownGridStatement, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class GridFactRoutes:
    """Routes of what is said of grids."""

    keeper: GridFactKeeper
    refusals: Refusals
    cursors: Cursors

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        base = "/v1/towns/<town>/grids/<place>"
        mount(blueprint, "GET", f"{base}/facts", self.read_facts)
        mount(blueprint, "POST", f"{base}/facts", self.state_facts)
        mount(blueprint, "GET", f"{base}/statements", self.list_statements)

    @require(*STAFF)
    @answers(200, GridFactList)
    def read_facts(self, town: str, place: str) -> Response:
        """Show what holds of a grid, each fact with its day and its source."""
        with self.keeper.store.read() as conn:
            held = self.keeper.facts.held(conn, town, [place])
        return json_answer(ShownGridFacts(place, shown_facts(held.get(place, {}).values())))

    @keeping_refusals(TriedChange.GRID_FACTS)
    @require(*SAYERS)
    @takes(NewGridFacts)
    @answers(201, StatementRef)
    def state_facts(self, told: GridTold, town: str, place: str) -> Response:
        """Say something of a grid. The word of the latest day holds; none is ever changed."""
        return json_answer({"statement": self.keeper.state(town, place, told, caller())}, 201)

    @require(*STAFF)
    @takes(LongPageQuery, "query")
    @answers(200, GridStatementPage)
    def list_statements(self, query: PageAsked, town: str, place: str) -> Response:
        """List what was ever said of a grid, the newest first, and by whom it was entered."""
        page = page_of(self.cursors, query, "grid-statements", town, place)
        with self.keeper.store.read() as conn:
            rows = self.keeper.facts.said(conn, town, place, page.after_id, page.to_read)
        shown, following = page.cut(rows, by_id)
        return json_answer(ShownGridStatements(tuple(map(_shown, shown)), following))


def shown_facts(held: Iterable[GridFactHeld]) -> tuple[ShownGridFact, ...]:
    """Return facts of a grid as they are shown."""
    return tuple(ShownGridFact(each.fact, each.value, each.since, each.source) for each in held)


def _shown(said: GridStatement) -> ShownGridStatement:
    return ShownGridStatement(
        said.id,
        dict(said.facts),
        said.since,
        said.source,
        said.by_role,
        said.by_unit,
        said.by_person,
        said.at,
    )
