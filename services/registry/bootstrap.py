"""Building the registry: the only place that makes its objects.

Decides what whoever runs or inspects a house may use of the service: `__all__`, and nothing else. `registry_on` gives
what a command line needs, without a web application.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Flask
from flask_smorest import Blueprint

from services.registry.adapters.canary import CanaryTrial
from services.registry.adapters.passwords import Argon2Passwords
from services.registry.adapters.provider_settings import read_providers
from services.registry.api.absences import AbsenceRoutes
from services.registry.api.accounts import AccountRoutes
from services.registry.api.audit import AuditRoutes
from services.registry.api.calendar import CalendarRoutes
from services.registry.api.contacts import ContactRoutes
from services.registry.api.editions import EditionRoutes
from services.registry.api.grid_facts import GridFactRoutes
from services.registry.api.grids import GridRoutes
from services.registry.api.members import MemberRoutes
from services.registry.api.plates import PlateRoutes
from services.registry.api.platform import PlatformRoutes
from services.registry.api.refused import RefusedRoutes
from services.registry.api.rotas import RotaRoutes
from services.registry.api.session_access import DESCRIBED
from services.registry.api.sessions import SessionRoutes
from services.registry.api.sheets import SheetRoutes
from services.registry.api.teams import TeamRoutes
from services.registry.api.towns import TownListRoutes
from services.registry.api.units import UnitRoutes
from services.registry.domain.absences import Absence
from services.registry.domain.accounts import AccountRole, ListedAccount
from services.registry.domain.audit import Doer, IdentityReading, TokenEvent
from services.registry.domain.calendars import CalendarAmendment, Days
from services.registry.domain.codes import GridName, code_of
from services.registry.domain.members import ROLES, ListedMember, Membership
from services.registry.domain.providers import Provider, SigningIn
from services.registry.domain.refusals import catalogue
from services.registry.domain.sessions import KEPT_FOR, AccountEvent
from services.registry.domain.tokens import ListedToken, Scope
from services.registry.domain.trials import Trial
from services.registry.handlers.absences import Absences
from services.registry.handlers.account_names import AccountNames
from services.registry.handlers.accounts import Accounts, GivenAccount, NewAccount
from services.registry.handlers.calendars import Calendars
from services.registry.handlers.codes import Codes
from services.registry.handlers.contacts import ContactKeeper, HandOvers
from services.registry.handlers.grid_facts import GridFactKeeper
from services.registry.handlers.guests import Guests
from services.registry.handlers.members import Members
from services.registry.handlers.openid import OpenIdSignIn
from services.registry.handlers.plates import Plates
from services.registry.handlers.publish import PackRefused, Publication, Publisher
from services.registry.handlers.refused import Refusals
from services.registry.handlers.resend import Resend
from services.registry.handlers.rotas import Rotas
from services.registry.handlers.sessions import Sessions
from services.registry.handlers.sheets import SheetMaker
from services.registry.handlers.tokens import Tokens
from services.registry.handlers.tree import Tree
from services.registry.store.accounts import AccountViews, SqlAccounts, SqlSessions, forget_before
from services.registry.store.audit import AuditViews, SqlAudit
from services.registry.store.editions import SqlCalendars, SqlPublications
from services.registry.store.grid_facts import SqlGridFacts
from services.registry.store.grids import SqlGridCodes, SqlGridMaps
from services.registry.store.packs import PacksInForce
from services.registry.store.people import SqlAbsences, SqlMembers
from services.registry.store.platform import SqlJurisdictions, SqlRefusals, SqlTokens
from services.registry.store.rosters import SqlRosters
from services.registry.store.tables import flow, metadata
from services.registry.store.teams import SqlContacts, SqlHandOvers, SqlPlates, SqlTurns
from services.registry.store.towns import (
    TownNode,
    editions_in_force,
    is_suspended,
    mark_suspended,
    nodes,
    towns_within,
)
from services.registry.store.units import SqlUnits
from services.registry.store.views import SqlViews
from shared.contracts.routes import LISTENS
from shared.contracts.sealed import Sealer, SealPurpose
from shared.contracts.short_tokens import ShortTokens
from shared.db.engines import open_engine
from shared.db.resending import SqlOutbox
from shared.db.store import Store
from shared.flow.application import application_on
from shared.flow.deployment import TOKEN_DAYS
from shared.flow.editions import PackCache
from shared.flow.service import Duty, Service
from shared.kernel.keyring import Secret
from shared.kernel.session_life import SessionLife
from shared.obs.metrics import Metrics
from shared.web.app import AppOptions, web_catalogue
from shared.web.cursors import Cursors
from shared.web.quotas import DoorSettings
from shared.web.routes import blueprint_of

if TYPE_CHECKING:
    from services.registry.adapters.openid import OpenIdProvider

NAME = "registry"
_IDENTITIES = SealPurpose("registry/member-identities", b"registry identities")
_ACCOUNTS = SealPurpose("registry/account-names", b"registry account names")
_PLATES = SealPurpose("registry/plates", b"registry plates")
_OPENID = SealPurpose("registry/openid-attempts", b"registry openid attempts")
FORGOTTEN_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class RegistrySettings:
    """What a deployment chooses.

    Args:
        store_url: see `shared.db.engines.open_engine`.
        secret: seals identities and addresses; the same for all services of a deployment.
        token_days: how long a token lives at most.
        door: quotas of whoever asks, and the proxies that are trusted.
        sessions: how long somebody stays signed in.
        providers: at which people may sign in beside passwords.
    """

    store_url: str
    secret: Secret
    token_days: int = TOKEN_DAYS
    door: DoorSettings = field(default_factory=DoorSettings)
    sessions: SessionLife = field(default_factory=SessionLife)
    providers: tuple[Provider, ...] = ()


@dataclass(frozen=True, slots=True)
class TeamWork:
    """What is kept of grids and the people in them."""

    facts: GridFactKeeper
    rotas: Rotas
    contacts: ContactKeeper
    hand_overs: HandOvers
    plates: Plates
    rosters: SqlRosters
    sheets: SheetMaker


@dataclass(frozen=True, slots=True)
class Registry:
    """Everything that the registry does, on one store."""

    publisher: Publisher
    calendars: Calendars
    members: Members
    absences: Absences
    codes: Codes
    refusals: Refusals
    tokens: Tokens
    tree: Tree
    resend: Resend
    views: SqlViews
    audit: AuditViews
    maps: SqlGridMaps
    units: SqlUnits
    accounts: Accounts
    sessions: Sessions
    guests: Guests
    account_names: AccountNames
    account_views: AccountViews
    openid: OpenIdSignIn
    teams: TeamWork


def store_on(engine: sa.Engine) -> Store:
    """Return the registry's own store on an engine that is open, for whoever looks into a house without building it.

    Args:
        engine: of this service's address; see `shared.db.engines.open_engine`. Its tables are not touched.
    """
    return Store(NAME, engine, flow)


def open_store(settings: RegistrySettings) -> Store:
    """Open the registry's own store."""
    return store_on(open_engine(settings.store_url, NAME))


def registry_on(
    store: Store,
    secret: Secret,
    *,
    trials: Sequence[Trial] = (),
    metrics: Metrics | None = None,
    pack_cache: PackCache | None = None,
    token_days: int = TOKEN_DAYS,
    signing_in: SigningIn | None = None,
) -> Registry:
    """Return the registry's doings on a store that is open.

    Args:
        trials: try every pack out before it is published.
        pack_cache: packs that are compiled already.
        token_days: how long a token lives at most.
        signing_in: how long somebody stays signed in, and at which providers people may sign in beside passwords.
    """
    signing_in = signing_in or SigningIn()
    tree, members, refusals = Tree(store, SqlJurisdictions()), SqlMembers(), Refusals(store, SqlRefusals())
    audit = SqlAudit()
    pack_cache = pack_cache or PackCache()
    packs = PacksInForce(store, pack_cache)
    maps = SqlGridMaps(store, packs)
    absences = Absences(store, SqlAbsences(), members, tree)
    metrics = metrics or Metrics()
    names, passwords, short = AccountNames(Sealer(secret, _ACCOUNTS)), Argon2Passwords(), ShortTokens(secret)
    opened = Sessions(
        store,
        SqlAccounts(),
        SqlSessions(),
        SqlTokens(),
        audit,
        names,
        passwords,
        short,
        signing_in.life,
        metrics,
    )
    accounts = Accounts(
        store, SqlAccounts(), audit, names, passwords, opened, [each.key for each in signing_in.providers]
    )
    return Registry(
        publisher=Publisher(store, SqlPublications(), tree, trials, metrics, refusals, packs),
        calendars=Calendars(store, SqlCalendars(), tree),
        # Two purposes, two keys: what opens the addresses within messages does not open the table that names people.
        members=Members(
            store,
            members,
            Sealer(secret, _IDENTITIES),
            Sealer(secret),
            absences,
            audit,
            accounts,
            SqlPlates(),
        ),
        absences=absences,
        codes=Codes(store, SqlGridCodes(), maps, tree, refusals),
        refusals=refusals,
        tokens=Tokens(store, SqlTokens(), audit, timedelta(days=token_days)),
        tree=tree,
        resend=Resend(store, SqlOutbox()),
        views=SqlViews(store),
        audit=AuditViews(store),
        maps=maps,
        units=SqlUnits(store, packs),
        accounts=accounts,
        sessions=opened,
        guests=Guests(store, short),
        account_names=names,
        account_views=AccountViews(store),
        openid=OpenIdSignIn(
            store,
            SqlAccounts(),
            opened,
            {each.key: _asked(each) for each in signing_in.providers},
            Sealer(secret, _OPENID),
        ),
        teams=_team_work(store, packs, refusals, Sealer(secret, _PLATES)),
    )


def _team_work(store: Store, packs: PacksInForce, refusals: Refusals, seal: Sealer) -> TeamWork:
    members, contacts, facts, turns = SqlMembers(), SqlContacts(), SqlGridFacts(), SqlTurns()
    plates, rosters = Plates(store, SqlPlates(), members, seal), SqlRosters(facts, contacts, turns)
    return TeamWork(
        GridFactKeeper(store, packs, facts, refusals),
        Rotas(store, packs, turns),
        ContactKeeper(store, packs, contacts, members),
        HandOvers(store, SqlHandOvers(), contacts, members),
        plates,
        rosters,
        SheetMaker(store, packs, rosters, plates),
    )


def _asked(provider: Provider) -> "OpenIdProvider":
    # Imported here: hardly any house has a provider, and its libraries are a fifth of all that a house imports.
    from services.registry.adapters.openid import OpenIdProvider

    return OpenIdProvider(provider)


def build(
    settings: RegistrySettings,
    *,
    store: Store | None = None,
    metrics: Metrics | None = None,
    trials: Sequence[Trial] = (),
    pack_cache: PackCache | None = None,
) -> Service:
    """Build the service on its store; whatever is passed in stands in for what the settings would make.

    Args:
        trials: try every pack out before it is published.
        pack_cache: packs that are compiled already.
    """
    store, metrics = store or open_store(settings), metrics or Metrics()
    pack_cache = pack_cache or PackCache()
    registry = registry_on(
        store,
        settings.secret,
        trials=trials,
        metrics=metrics,
        pack_cache=pack_cache,
        token_days=settings.token_days,
        signing_in=SigningIn(settings.sessions, settings.providers),
    )
    return Service(
        name=NAME,
        store=store,
        listens=LISTENS[NAME],
        handlers={},
        app=_app(settings, registry, store, metrics),
        duties=(
            Duty("show-editions", _show_editions(registry.views, metrics), every_seconds=30),
            Duty("old-sessions", _forget_old_sessions(store), every_seconds=3600),
        ),
    )


def _app(settings: RegistrySettings, registry: Registry, store: Store, metrics: Metrics) -> Flask:
    options = AppOptions(
        door=settings.door,
        catalogues=(catalogue(),),
        translate={sa.exc.IntegrityError: "conflict"},
        about="Who and where, who may sign in, and which rules are in force.",
        schemes=DESCRIBED,
    )
    routes = _routes(registry, Cursors(settings.secret, web_catalogue(), NAME))
    return application_on(store, routes, metrics=metrics, options=options, secret=settings.secret)


def _routes(registry: Registry, cursors: Cursors) -> Sequence[Blueprint]:
    views, refusals = registry.views, registry.refusals
    return [
        blueprint_of(
            "editions",
            EditionRoutes(registry.publisher, refusals, views),
            description="packs as they were published",
        ),
        blueprint_of("towns", TownListRoutes(views), description="towns with rules of their own"),
        blueprint_of("refused", RefusedRoutes(views, cursors), description="attempts that were refused"),
        blueprint_of(
            "calendar",
            CalendarRoutes(registry.calendars, views),
            description="days that differ from the official ones",
        ),
        blueprint_of(
            "members", MemberRoutes(registry.members, views, cursors), description="who holds which unit"
        ),
        blueprint_of(
            "units", UnitRoutes(registry.units, cursors), description="who holds what, unit by unit"
        ),
        blueprint_of(
            "absences",
            AbsenceRoutes(registry.absences, views, cursors),
            description="who is away, and who stands in",
        ),
        blueprint_of(
            "grids",
            GridRoutes(registry.maps, registry.codes, refusals, views, cursors),
            description="grids on the map, and their codes",
        ),
        blueprint_of(
            "platform",
            PlatformRoutes(registry.tokens, registry.tree, registry.resend, views, cursors),
            description="tokens, jurisdictions, sending again",
        ),
        blueprint_of(
            "audit",
            AuditRoutes(registry.audit, cursors),
            description="tokens given and taken, identities read, who signed in",
        ),
        blueprint_of(
            "sessions",
            SessionRoutes(
                registry.sessions,
                registry.guests,
                registry.account_names,
                registry.account_views,
                registry.openid,
            ),
            description="signing in and out, and tokens for a quarter of an hour",
        ),
        blueprint_of(
            "accounts",
            AccountRoutes(registry.accounts, registry.account_views, cursors),
            description="who may sign in, and as what",
        ),
        *_team_routes(registry.teams, refusals, cursors),
    ]


def _team_routes(teams: TeamWork, refusals: Refusals, cursors: Cursors) -> Sequence[Blueprint]:
    return [
        blueprint_of(
            "grid-facts",
            GridFactRoutes(teams.facts, refusals, cursors),
            description="what is said of grids, with day and source",
        ),
        blueprint_of(
            "teams",
            TeamRoutes(teams.facts.store, teams.facts.packs, teams.rosters, cursors),
            description="who holds the posts of a grid, and what does not hold in principle",
        ),
        blueprint_of(
            "sheets", SheetRoutes(teams.sheets), description="signs, maps and contact cards of grids"
        ),
        blueprint_of("rotas", RotaRoutes(teams.rotas, cursors), description="who is on duty when"),
        blueprint_of(
            "contacts",
            ContactRoutes(teams.contacts, teams.hand_overs, cursors),
            description="who keeps in touch with whom, and what goes over to a successor",
        ),
        blueprint_of("plates", PlateRoutes(teams.plates), description="what signs and cards say of people"),
    ]


def _show_editions(views: SqlViews, metrics: Metrics) -> Callable[[int], int]:
    """A duty that keeps the figure of every town's edition true, also when one takes effect by itself."""

    def show(limit: int) -> int:
        del limit
        for town, number in views.in_force():
            metrics.edition.labels(town).set(number)
        return 0

    return show


def _forget_old_sessions(store: Store) -> Callable[[int], int]:
    """A duty that lets go of sessions and of records of accounts that were kept long enough."""

    def forget(limit: int) -> int:
        with store.begin() as work:
            if store.is_simulated(work.conn):  # months pass there in a moment, and people look at it whole
                return 0
            return forget_before(work, work.at - KEPT_FOR, max(limit, FORGOTTEN_AT_ONCE))

    return forget


__all__ = [
    "NAME",
    "ROLES",
    "Absence",
    "AccountEvent",
    "AccountRole",
    "CalendarAmendment",
    "CanaryTrial",
    "Days",
    "Doer",
    "GivenAccount",
    "GridName",
    "IdentityReading",
    "ListedAccount",
    "ListedMember",
    "ListedToken",
    "Membership",
    "NewAccount",
    "PackRefused",
    "Provider",
    "Publication",
    "Registry",
    "RegistrySettings",
    "Scope",
    "TokenEvent",
    "TownNode",
    "Trial",
    "build",
    "code_of",
    "editions_in_force",
    "is_suspended",
    "mark_suspended",
    "metadata",
    "nodes",
    "open_store",
    "read_providers",
    "registry_on",
    "store_on",
    "towns_within",
]
