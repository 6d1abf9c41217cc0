"""Routes of teams: who holds the posts of a grid, what does not hold 'in principle', who is to have a terminal."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from msgspec import Struct, convert

from services.registry.api.grid_facts import STAFF, GridFactView, ShownGridFact, shown_facts
from services.registry.api.inputs import LongPageQuery, PageAsked
from services.registry.api.rotas import RotaView, ShownRota, ShownTurn, TurnView, shown_rotas, shown_turn
from services.registry.domain.refusals import refusal
from services.registry.domain.teams import GridHint, HintKind, TeamPost, hints_of, team_of
from services.registry.store.packs import PacksInForce
from services.registry.store.rosters import SqlRosters
from shared.db.store import Store
from shared.kernel.roles import Role
from shared.kernel.texts import Text
from shared.rules.case.addresses import places_at, places_of
from shared.rules.logic.facts import Value
from shared.rules.pack.model import Pack
from shared.rules.teams.entitled import EntitledPerson, entitled
from shared.web.access import require
from shared.web.answers import json_answer
from shared.web.cursors import Cursors
from shared.web.inputs import OneLine, facts_field
from shared.web.paging import NEXT, page_of
from shared.web.routes import answers, mount, takes

_BOTH = {"description": "in both languages: zh, en"}
_REFERENCE = {"description": "a reference"}


class TeamMemberView(Schema):
    """Somebody who holds a post."""

    person = fields.String(required=True, metadata=_REFERENCE)
    since = fields.String(required=True)
    away_until = fields.String(required=True, allow_none=True)
    substitute = fields.String(required=True, allow_none=True, metadata=_REFERENCE)
    contacts = fields.Integer(required=True, metadata={"description": "with how many residents in touch"})


class TeamPostView(Schema):
    """A post of a team; `place`: null for one of the town; `unit`: the one that is to fill it, where each has to."""

    post = fields.String(required=True)
    name = fields.Dict(required=True, metadata=_BOTH)
    place = fields.String(required=True, allow_none=True)
    unit = fields.String(required=True, allow_none=True)
    units = fields.List(fields.String(), required=True)
    least = fields.Integer(required=True, allow_none=True)
    most = fields.Integer(required=True, allow_none=True)
    short = fields.Boolean(required=True, metadata={"description": "held by fewer than the least"})
    led_by = fields.String(required=True, allow_none=True)
    guided_by = fields.List(fields.String(), required=True)
    tasks = fields.List(fields.Dict(), required=True, metadata=_BOTH)
    eligible = fields.List(fields.Dict(), required=True, metadata=_BOTH)
    people = fields.List(fields.Nested(TeamMemberView), required=True)


class GridFactNameView(Schema):
    """A fact that the pack knows of grids."""

    fact = fields.String(required=True)
    name = fields.Dict(required=True, metadata=_BOTH)
    kind = fields.String(required=True)
    values = fields.List(fields.String(), required=True)


class TeamView(Schema):
    """A grid's team: its own posts first, then those around it and the town's; what holds of it; who is on duty."""

    place = fields.String(required=True)
    name = fields.Dict(required=True, metadata=_BOTH)
    ends_on = fields.String(required=True, allow_none=True)
    becomes = fields.List(fields.String(), required=True)
    posts = fields.List(fields.Nested(TeamPostView), required=True)
    facts = fields.List(fields.Nested(GridFactView), required=True)
    known_facts = fields.List(fields.Nested(GridFactNameView), required=True)
    rotas = fields.List(fields.Nested(RotaView), required=True)
    on_duty = fields.List(fields.Nested(TurnView), required=True)


class HintsQuery(LongPageQuery):
    """Which hints: of one kind, a level, a place and what lies in it; all when left out."""

    kind = fields.String(validate=validate.OneOf([kind.value for kind in HintKind]))
    level = OneLine(100)
    place = OneLine(100)


class WantedHints(Struct, frozen=True):
    """`HintsQuery`'s values."""

    kind: str | None = None
    level: str | None = None
    place: str | None = None


class HintView(Schema):
    """What does not hold 'in principle': listed, and nothing is refused for it."""

    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in HintKind]))
    about = fields.String(required=True, metadata={"description": "key of the check or the post"})
    name = fields.Dict(required=True, metadata=_BOTH)
    places = fields.List(fields.String(), required=True)
    unit = fields.String(required=True, allow_none=True)
    people = fields.List(fields.String(), required=True, metadata={"description": "references"})
    facts = facts_field(100, required=True)
    bound = fields.Integer(required=True, allow_none=True)


class HintPage(Schema):
    """Hints of a town."""

    items = fields.List(fields.Nested(HintView), required=True)
    next = NEXT


class TerminalView(Schema):
    """Somebody who is to have a terminal; `because`: ids of clauses."""

    entitlement = fields.String(required=True)
    person = fields.String(required=True, metadata=_REFERENCE)
    because = fields.List(fields.String(), required=True)


class TerminalList(Schema):
    """Who is to have a terminal; organisations whose staff is to have them are the ledger's to list."""

    items = fields.List(fields.Nested(TerminalView), required=True)
    next = NEXT


class ShownMember(Struct, frozen=True):
    """`TeamMemberView`'s values."""

    person: str
    since: datetime
    away_until: datetime | None
    substitute: str | None
    contacts: int


class ShownTeamPost(Struct, frozen=True):
    """`TeamPostView`'s values."""

    post: str
    name: Text
    place: str | None
    unit: str | None
    units: tuple[str, ...]
    least: int | None
    most: int | None
    short: bool
    led_by: str | None
    guided_by: tuple[str, ...]
    tasks: tuple[Text, ...]
    eligible: tuple[Text, ...]
    people: tuple[ShownMember, ...]


class ShownFactName(Struct, frozen=True):
    """`GridFactNameView`'s values."""

    fact: str
    name: Text
    kind: str
    values: tuple[str, ...]


class ShownTeam(Struct, frozen=True):
    """`TeamView`'s values."""

    place: str
    name: Text
    ends_on: date | None
    becomes: tuple[str, ...]
    posts: tuple[ShownTeamPost, ...]
    facts: tuple[ShownGridFact, ...]
    known_facts: tuple[ShownFactName, ...]
    rotas: tuple[ShownRota, ...]
    on_duty: tuple[ShownTurn, ...]


class ShownHint(Struct, frozen=True):
    """`HintView`'s values."""

    kind: str
    about: str
    name: Text
    places: tuple[str, ...]
    unit: str | None
    people: tuple[str, ...]
    facts: dict[str, Value]
    bound: int | None


class ShownHints(Struct, frozen=True):
    """`HintPage`'s values."""

    items: tuple[ShownHint, ...]
    next: str | None


class ShownTerminal(Struct, frozen=True):
    """`TerminalView`'s values."""

    entitlement: str
    person: str
    because: tuple[str, ...]


class ShownTerminals(Struct, frozen=True):
    """`TerminalList`'s values."""

    items: tuple[ShownTerminal, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class TeamRoutes:
    """Routes of teams."""

    store: Store
    packs: PacksInForce
    rosters: SqlRosters
    cursors: Cursors

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        base = "/v1/towns/<town>"
        mount(blueprint, "GET", f"{base}/grids/<place>/team", self.read_team)
        mount(blueprint, "GET", f"{base}/grid-hints", self.list_hints)
        mount(blueprint, "GET", f"{base}/terminals", self.list_terminals)

    @require(*STAFF)
    @answers(200, TeamView)
    def read_team(self, town: str, place: str) -> Response:
        """Show a grid's team: its posts with who holds them, who is away and who stands in; facts; who is on duty."""
        with self.store.read() as conn:
            found = self.packs.of(conn, town)
            if place not in found.pack.places:
                raise refusal("unknown-place", place=place)
            posts = team_of(found.pack, place, self.rosters.roster(conn, found), found.today)
            held = self.rosters.facts.held(conn, town, [place]).get(place, {})
            turns = self.rosters.on_duty(conn, found)
        here, around = found.pack.places[place], _around(found.pack, place)
        shown = ShownTeam(
            place,
            here.name,
            here.ends_on,
            here.becomes,
            tuple(map(_shown_post, posts)),
            shown_facts(held.values()),
            tuple(
                ShownFactName(key, fact.name, fact.type.kind.value, fact.type.values)
                for key, fact in found.teams.facts.items()
            ),
            shown_rotas(found.teams),
            tuple(shown_turn(turn) for turn in turns if turn.unit.rpartition("/")[0] in around),
        )
        return json_answer(shown)

    @require(*STAFF)
    @takes(HintsQuery, "query")
    @answers(200, HintPage)
    def list_hints(self, query: PageAsked, town: str) -> Response:
        """List what does not hold 'in principle': sizes, coverage, posts. Nothing is refused for it."""
        page = page_of(self.cursors, query, "grid-hints", town)
        wanted = convert(page.filters, WantedHints)
        with self.store.read() as conn:
            found = self.packs.of(conn, town)
            hints = hints_of(found.pack, self.rosters.known(conn, found), found.today)
        fitting = [hint for hint in hints if _fits(found.pack, hint, wanted)]
        after = [hint for hint in fitting if page.after_id is None or hint.key > page.after_id]
        shown, following = page.cut(after[: page.to_read], lambda hint: (hint.key,))
        return json_answer(ShownHints(tuple(map(_shown_hint, shown)), following))

    @require(Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @takes(LongPageQuery, "query")
    @answers(200, TerminalList)
    def list_terminals(self, query: PageAsked, town: str) -> Response:
        """List who is to have a terminal, by reference."""
        page = page_of(self.cursors, query, "terminals", town)
        with self.store.read() as conn:
            found = self.packs.of(conn, town)
            everybody = entitled(found.pack, self.rosters.known(conn, found), found.today)
        people = sorted((each for each in everybody if isinstance(each, EntitledPerson)), key=_by_key)
        after = [each for each in people if page.after_id is None or _by_key(each) > page.after_id]
        shown, following = page.cut(after[: page.to_read], lambda each: (_by_key(each),))
        items = tuple(
            ShownTerminal(
                each.entitlement, each.person, found.teams.terminals[each.entitlement].origin.because
            )
            for each in shown
        )
        return json_answer(ShownTerminals(items, following))


def _by_key(each: EntitledPerson) -> str:
    return f"{each.person}\t{each.entitlement}"


def _around(pack: Pack, place: str) -> frozenset[str]:
    """Jurisdictions of a place, of those around it, and of the town."""
    return frozenset({pack.town, *(f"{pack.town}.{each}" for each in places_of(pack, place))})


def _fits(pack: Pack, hint: GridHint, wanted: WantedHints) -> bool:
    if wanted.kind is not None and hint.kind is not HintKind(wanted.kind):
        return False
    if wanted.place is not None and not any(wanted.place in places_of(pack, place) for place in hint.places):
        return False
    if wanted.level is None:
        return True
    there = {place.key for place in places_at(pack, pack.noun(wanted.level))}
    return not there.isdisjoint(hint.places)


def _shown_post(held: TeamPost) -> ShownTeamPost:
    post, seat = held.post, held.seat
    return ShownTeamPost(
        post.key,
        post.name,
        seat.place,
        seat.unit,
        post.units,
        post.least,
        post.most,
        held.is_short,
        post.led_by,
        post.guided_by,
        tuple(task.name for task in post.tasks),
        tuple(each.name for each in post.eligible),
        tuple(
            ShownMember(each.person, each.since, each.away_until, each.substitute, each.contacts)
            for each in held.members
        ),
    )


def _shown_hint(hint: GridHint) -> ShownHint:
    return ShownHint(
        hint.kind.value,
        hint.about,
        hint.name,
        hint.places,
        hint.unit,
        hint.people,
        dict(hint.facts or {}),
        hint.bound,
    )
