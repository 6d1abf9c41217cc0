"""Routes of rotas: who takes which turn, and who is on duty now."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from msgspec import Struct, convert

from services.registry.api.grid_facts import SAYERS, STAFF
from services.registry.api.inputs import LongPageQuery, PageAsked, TypedInput
from services.registry.domain.rotas import RotaTurn, TurnWish, on_duty
from services.registry.handlers.rotas import Rotas
from services.registry.store.teams import TurnKey, holders_of
from shared.kernel.instants import format_instant, parse_instant
from shared.kernel.texts import Text
from shared.rules.pack.model import Teams
from shared.web.access import caller, require
from shared.web.answers import json_answer
from shared.web.cursors import Cursors
from shared.web.inputs import InstantField, PlainText
from shared.web.paging import NEXT, SortValues, page_of
from shared.web.routes import answers, mount, takes

_INSTANT = {"type": "string", "format": "date-time"}


class NewTurn(TypedInput):
    """A turn: who, from when until when (exclusive), and in a rota of which place."""

    makes = TurnWish
    place = PlainText(100, load_default=None, allow_none=True)
    person = PlainText(100, required=True)
    from_at = InstantField(required=True, data_key="from", metadata=_INSTANT)
    until_at = InstantField(required=True, data_key="until", metadata=_INSTANT)


class TurnsQuery(LongPageQuery):
    """Of which unit; of all when left out."""

    unit = PlainText(300)


class WantedTurns(Struct, frozen=True):
    """`TurnsQuery`'s values."""

    unit: str | None = None


class TurnView(Schema):
    """A turn."""

    turn = fields.String(required=True)
    rota = fields.String(required=True)
    unit = fields.String(required=True)
    person = fields.String(required=True, metadata={"description": "a reference"})
    from_at = fields.String(required=True, data_key="from")
    until_at = fields.String(required=True, data_key="until")
    stands = fields.Boolean(required=True)


class RotaView(Schema):
    """A rota of the town."""

    rota = fields.String(required=True)
    name = fields.Dict(required=True, metadata={"description": "in both languages: zh, en"})


class TurnPage(Schema):
    """Turns that are not over, soonest end first, and the rotas that there are."""

    items = fields.List(fields.Nested(TurnView), required=True)
    rotas = fields.List(fields.Nested(RotaView), required=True)
    next = NEXT


class OnDutyList(Schema):
    """Who is on duty now: has a turn, and holds the unit whose holders take turns."""

    items = fields.List(fields.Nested(TurnView), required=True)


class ShownTurn(Struct, frozen=True, rename={"from_at": "from", "until_at": "until"}):
    """`TurnView`'s values."""

    turn: str
    rota: str
    unit: str
    person: str
    from_at: datetime
    until_at: datetime
    stands: bool


class ShownRota(Struct, frozen=True):
    """`RotaView`'s values."""

    rota: str
    name: Text


class ShownTurns(Struct, frozen=True):
    """`TurnPage`'s values."""

    items: tuple[ShownTurn, ...]
    rotas: tuple[ShownRota, ...]
    next: str | None


class ShownOnDuty(Struct, frozen=True):
    """`OnDutyList`'s values."""

    items: tuple[ShownTurn, ...]


@dataclass(frozen=True, slots=True)
class RotaRoutes:
    """Routes of rotas."""

    rotas: Rotas
    cursors: Cursors

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        base = "/v1/towns/<town>"
        mount(blueprint, "GET", f"{base}/turns", self.list_turns)
        mount(blueprint, "POST", f"{base}/rotas/<rota>/turns", self.enter_turn)
        mount(blueprint, "DELETE", f"{base}/turns/<turn>", self.take_turn_back)
        mount(blueprint, "GET", f"{base}/on-duty", self.list_on_duty)

    @require(*STAFF)
    @takes(TurnsQuery, "query")
    @answers(200, TurnPage)
    def list_turns(self, query: PageAsked, town: str) -> Response:
        """List the turns that are not over, soonest end first."""
        page = page_of(self.cursors, query, "turns", town)
        unit = convert(page.filters, WantedTurns).unit
        with self.rotas.store.read() as conn:
            found = self.rotas.packs.of(conn, town)
            rows = self.rotas.turns.ahead(conn, town, unit, found.at, _after(page.after), page.to_read)
        shown, following = page.cut(rows, _place)
        return json_answer(ShownTurns(tuple(map(shown_turn, shown)), shown_rotas(found.teams), following))

    @require(*SAYERS)
    @takes(NewTurn)
    @answers(201, TurnView)
    def enter_turn(self, wanted: TurnWish, town: str, rota: str) -> Response:
        """Enter who takes a turn; the person holds the unit whose holders take turns there."""
        return json_answer(shown_turn(self.rotas.enter(town, rota, wanted, caller())), 201)

    @require(*SAYERS)
    @answers(200, TurnView)
    def take_turn_back(self, town: str, turn: str) -> Response:
        """Take a turn back; once more changes nothing."""
        return json_answer(shown_turn(self.rotas.take_back(town, turn, caller())))

    @require(*STAFF)
    @answers(200, OnDutyList)
    def list_on_duty(self, town: str) -> Response:
        """List who is on duty in the town now."""
        with self.rotas.store.read() as conn:
            now = self.rotas.store.now(conn)
            turns = self.rotas.turns.running(conn, town, now)
            held = holders_of(conn, town, {turn.unit for turn in turns})
        return json_answer(ShownOnDuty(tuple(map(shown_turn, on_duty(turns, held, now)))))


def shown_rotas(teams: Teams) -> tuple[ShownRota, ...]:
    """Return a town's rotas as they are shown."""
    return tuple(ShownRota(rota.key, rota.name) for rota in teams.rotas.values())


def shown_turn(turn: RotaTurn) -> ShownTurn:
    """Return a turn as it is shown."""
    return ShownTurn(turn.id, turn.rota, turn.unit, turn.person, turn.from_at, turn.until_at, turn.stands)


def _place(turn: RotaTurn) -> SortValues:
    return (format_instant(turn.until_at), turn.id)


def _after(place: SortValues | None) -> TurnKey | None:
    return None if place is None else (parse_instant(str(place[0])), str(place[1]))
