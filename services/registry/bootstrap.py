"""Building the registry: the only place that makes its objects.

Decides what whoever runs or inspects a house may use of the service: `__all__`, and nothing else. `registry_on` gives
what a command line needs, without a web application.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from flask_smorest import Blueprint

from services.registry.adapters.canary import CanaryTrial
from services.registry.api.absences import AbsenceRoutes
from services.registry.api.audit import AuditRoutes
from services.registry.api.calendar import CalendarRoutes
from services.registry.api.editions import EditionRoutes
from services.registry.api.grids import GridRoutes
from services.registry.api.members import MemberRoutes
from services.registry.api.platform import PlatformRoutes
from services.registry.api.refused import RefusedRoutes
from services.registry.domain.absences import Absence
from services.registry.domain.audit import Doer, IdentityReading, TokenEvent
from services.registry.domain.calendars import CalendarAmendment, Days
from services.registry.domain.codes import GridName, code_of
from services.registry.domain.members import ROLES, ListedMember, Membership
from services.registry.domain.refusals import catalogue
from services.registry.domain.tokens import ListedToken, Scope
from services.registry.domain.trials import Trial
from services.registry.handlers.absences import Absences
from services.registry.handlers.calendars import Calendars
from services.registry.handlers.codes import Codes
from services.registry.handlers.members import Members
from services.registry.handlers.publish import PackRefused, Publication, Publisher
from services.registry.handlers.refused import Refusals
from services.registry.handlers.resend import Resend
from services.registry.handlers.tokens import Tokens
from services.registry.handlers.tree import Tree
from services.registry.store.audit import AuditViews, SqlAudit
from services.registry.store.editions import SqlCalendars, SqlPublications
from services.registry.store.grids import SqlGridCodes, SqlGridMaps
from services.registry.store.people import SqlAbsences, SqlMembers
from services.registry.store.platform import SqlJurisdictions, SqlOutbox, SqlRefusals, SqlTokens
from services.registry.store.tables import flow, metadata
from services.registry.store.towns import (
    TownNode,
    editions_in_force,
    is_suspended,
    mark_suspended,
    nodes,
    towns_within,
)
from services.registry.store.views import SqlViews
from shared.contracts.routes import LISTENS
from shared.contracts.sealed import Sealer, SealPurpose
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.flow.application import application_on
from shared.flow.deployment import TOKEN_DAYS
from shared.flow.editions import PackCache
from shared.flow.service import Duty, Service
from shared.kernel.keyring import Secret
from shared.obs.metrics import Metrics
from shared.web.app import AppOptions, web_catalogue
from shared.web.cursors import Cursors
from shared.web.quotas import DoorSettings
from shared.web.routes import blueprint_of

NAME = "registry"
_IDENTITIES = SealPurpose("registry/member-identities", b"registry identities")


@dataclass(frozen=True, slots=True)
class RegistrySettings:
    """What a deployment chooses.

    Args:
        store_url: see `shared.db.engines.open_engine`.
        secret: seals identities and addresses; the same for all services of a deployment.
        token_days: how long a token lives at most.
        door: quotas of whoever asks, and the proxies that are trusted.
    """

    store_url: str
    secret: Secret
    token_days: int = TOKEN_DAYS
    door: DoorSettings = field(default_factory=DoorSettings)


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
) -> Registry:
    """Return the registry's doings on a store that is open.

    Args:
        trials: try every pack out before it is published.
        pack_cache: packs that are compiled already.
        token_days: how long a token lives at most.
    """
    tree, members, refusals = Tree(store, SqlJurisdictions()), SqlMembers(), Refusals(store, SqlRefusals())
    audit = SqlAudit()
    maps = SqlGridMaps(store, pack_cache or PackCache())
    absences = Absences(store, SqlAbsences(), members, tree)
    return Registry(
        publisher=Publisher(store, SqlPublications(), tree, trials, metrics or Metrics(), refusals),
        calendars=Calendars(store, SqlCalendars(), tree),
        # Two purposes, two keys: what opens the addresses within messages does not open the table that names people.
        members=Members(store, members, Sealer(secret, _IDENTITIES), Sealer(secret), absences, audit),
        absences=absences,
        codes=Codes(store, SqlGridCodes(), maps, tree),
        refusals=refusals,
        tokens=Tokens(store, SqlTokens(), audit, timedelta(days=token_days)),
        tree=tree,
        resend=Resend(store, SqlOutbox()),
        views=SqlViews(store),
        audit=AuditViews(store),
        maps=maps,
    )


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
    )
    return Service(
        name=NAME,
        store=store,
        listens=LISTENS[NAME],
        handlers={},
        app=_app(settings, registry, store, metrics),
        duties=(Duty("show-editions", _show_editions(registry.views, metrics), every_seconds=30),),
    )


def _app(settings: RegistrySettings, registry: Registry, store: Store, metrics: Metrics) -> Flask:
    options = AppOptions(
        door=settings.door,
        catalogues=(catalogue(),),
        translate={sa.exc.IntegrityError: "conflict"},
        about="Who and where, and which rules are in force.",
    )
    routes = _routes(registry, Cursors(settings.secret, web_catalogue(), NAME))
    return application_on(store, routes, metrics=metrics, options=options)


def _routes(registry: Registry, cursors: Cursors) -> Sequence[Blueprint]:
    views, refusals = registry.views, registry.refusals
    return [
        blueprint_of(
            "editions",
            EditionRoutes(registry.publisher, refusals, views),
            description="packs as they were published",
        ),
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
            description="tokens given and taken, identities read",
        ),
    ]


def _show_editions(views: SqlViews, metrics: Metrics) -> Callable[[int], int]:
    """A duty that keeps the figure of every town's edition true, also when one takes effect by itself."""

    def show(limit: int) -> int:
        del limit
        for town, number in views.in_force():
            metrics.edition.labels(town).set(number)
        return 0

    return show


__all__ = [
    "NAME",
    "ROLES",
    "Absence",
    "CalendarAmendment",
    "CanaryTrial",
    "Days",
    "Doer",
    "GridName",
    "IdentityReading",
    "ListedMember",
    "ListedToken",
    "Membership",
    "PackRefused",
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
    "registry_on",
    "store_on",
    "towns_within",
]
