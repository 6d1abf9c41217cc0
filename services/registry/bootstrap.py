"""Building the registry: the only place that makes its objects.

`registry_on` gives what a command line needs without a web application; the functions below it are the same
in one call.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Flask

from services.registry.api import absences, calendar, editions, grids, members, platform, refused
from services.registry.api.pages import Pages
from services.registry.domain.calendars import Amendment
from services.registry.domain.members import Place
from services.registry.domain.refusals import words
from services.registry.domain.tokens import Scope
from services.registry.handlers.absences import Absences
from services.registry.handlers.calendars import CalendarRevision, Calendars
from services.registry.handlers.codes import Codes
from services.registry.handlers.members import Members
from services.registry.handlers.publish import PackRefused, Publication, Publisher
from services.registry.handlers.refused import Refusals
from services.registry.handlers.resend import Resend
from services.registry.handlers.tokens import Tokens
from services.registry.handlers.tree import Tree
from services.registry.ports.books import Issued, Jurisdiction
from services.registry.ports.trials import Trial
from services.registry.store.books import EditionRows, JurisdictionRows, MemberRows, OutboxAgain, TokenRows
from services.registry.store.maps import Maps
from services.registry.store.people_and_grids import AbsenceRows, CodeRows, RefusalRows
from services.registry.store.tables import flow, metadata
from services.registry.store.views import Views
from shared.contracts.schemas import LISTENS
from shared.contracts.sealed import Sealer
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.flow.editions import PackShelf
from shared.flow.service import Duty, Service
from shared.flow.tokens import token_lookup
from shared.obs.health import Health
from shared.obs.metrics import Metrics
from shared.rules.pack.templates import Shelf
from shared.web.app import Facing, make_app, own_words
from shared.web.cursors import Cursors

NAME = "registry"
PACKS = 64  # compiled for maps; maps are asked for seldom
LARGEST_BODY = 6 * 2**20  # a pack may have five million bytes
_IDENTITIES = b"registry identities"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment chooses.

    Args:
        store_url: see `shared.db.engines.open_engine`.
        secret: seals identities and addresses; the same for all services of a deployment.
    """

    store_url: str
    secret: bytes


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
    views: Views
    maps: Maps


def open_store(settings: Settings) -> Store:
    """Open the registry's own store."""
    return Store(NAME, open_engine(settings.store_url, NAME), flow)


def registry_on(
    store: Store,
    secret: bytes,
    *,
    trials: Sequence[Trial] = (),
    metrics: Metrics | None = None,
    templates: Shelf | None = None,
    packs: PackShelf | None = None,
) -> Registry:
    """Return the registry's doings on a store that is open.

    Args:
        trials: try every pack out before it is published.
        templates: templates read before, for whoever publishes many towns at once.
        packs: packs that are compiled already.
    """
    tree, people, refusals = Tree(store, JurisdictionRows()), MemberRows(), Refusals(store, RefusalRows())
    maps = Maps(store, packs or PackShelf(PACKS))
    away = Absences(store, AbsenceRows(), people, tree)
    return Registry(
        publisher=Publisher(store, EditionRows(), tree, trials, metrics or Metrics(), refusals, templates),
        calendars=Calendars(store, tree),
        members=Members(store, people, Sealer(secret, _IDENTITIES), Sealer(secret), away),
        absences=away,
        codes=Codes(store, CodeRows(), maps, tree),
        refusals=refusals,
        tokens=Tokens(store, TokenRows()),
        tree=tree,
        resend=Resend(store, OutboxAgain()),
        views=Views(store),
        maps=maps,
    )


def build(
    settings: Settings,
    *,
    store: Store | None = None,
    metrics: Metrics | None = None,
    trials: Sequence[Trial] = (),
    shelf: PackShelf | None = None,
) -> Service:
    """Build the service on its store.

    Args:
        shelf: packs that are compiled already.
    """
    store, metrics = store or open_store(settings), metrics or Metrics()
    registry = registry_on(store, settings.secret, trials=trials, metrics=metrics, packs=shelf)
    return Service(
        name=NAME,
        store=store,
        listens=LISTENS[NAME],
        handlers={},
        app=_app(settings, registry, store, metrics),
        duties=(Duty("show-editions", _show_editions(registry.views, metrics), every_seconds=30),),
    )


def _app(settings: Settings, registry: Registry, store: Store, metrics: Metrics) -> Flask:
    pages = Pages(Cursors(settings.secret, own_words()))
    health = Health()
    health.register("store", lambda: _ping(store))
    blueprints = [
        editions.blueprint(editions.Editions(registry.publisher, registry.refusals, registry.views)),
        refused.blueprint(refused.RefusedRoutes(registry.views, pages)),
        calendar.blueprint(calendar.CalendarRoutes(registry.calendars, registry.views)),
        members.blueprint(members.MemberRoutes(registry.members, registry.views, pages)),
        absences.blueprint(absences.AbsenceRoutes(registry.absences, registry.views, pages)),
        grids.blueprint(
            grids.GridRoutes(registry.maps, registry.codes, registry.refusals, registry.views, pages)
        ),
        platform.blueprint(
            platform.PlatformRoutes(registry.tokens, registry.tree, registry.resend, registry.views, pages)
        ),
    ]
    return make_app(
        NAME,
        blueprints,
        tokens=token_lookup(store),
        metrics=metrics,
        health=health,
        facing=Facing(
            catalogues=(words(),),
            translate={sa.exc.IntegrityError: "conflict"},
            largest_body=LARGEST_BODY,
            about="Who and where, and which rules are in force.",
        ),
    )


def _show_editions(views: Views, metrics: Metrics) -> Callable[[int], int]:
    """A duty that keeps the figure of every town's edition true, also when one takes effect by itself."""

    def show(limit: int) -> int:
        del limit
        for town, number in views.in_force():
            metrics.edition.labels(town).set(number)
        return 0

    return show


def _ping(store: Store) -> str | None:
    with store.read() as conn:
        store.now(conn)
    return None


# ---- the same in one call, for a command line ----------------------------------------------------------


def publish_edition(
    store: Store,
    town: str,
    files: Mapping[str, str],
    *,
    effective_at: datetime | None = None,
    trials: Sequence[Trial] = (),
    metrics: Metrics | None = None,
) -> Publication:
    """Publish a town's files as an edition; see `handlers.publish.Publisher.publish`.

    Whoever publishes many towns makes a `registry_on` with a shelf of templates instead, and keeps it.
    """
    tree, refusals = Tree(store, JurisdictionRows()), Refusals(store, RefusalRows())
    publisher = Publisher(store, EditionRows(), tree, trials, metrics or Metrics(), refusals)
    return publisher.publish(town, files, effective_at=effective_at)


def publish_calendar(store: Store, town: str, amendment: Amendment) -> CalendarRevision:
    """Amend a town's days; see `handlers.calendars.Calendars.publish`."""
    return Calendars(store, Tree(store, JurisdictionRows())).publish(town, amendment)


def issue_token(store: Store, scope: Scope, *, label: str = "") -> Issued:
    """Issue a token; see `handlers.tokens.Tokens.issue`."""
    return Tokens(store, TokenRows()).issue(scope, label=label)


def set_member(
    store: Store,
    secret: bytes,
    town: str,
    place: Place,
    *,
    name: str | None = None,
    addresses: Mapping[str, str] | None = None,
) -> str:
    """Enter who holds a place in a unit; see `handlers.members.Members.set`."""
    return registry_on(store, secret).members.set(town, place, name=name, addresses=addresses)


def set_jurisdiction(store: Store, jurisdiction: Jurisdiction) -> bool:
    """Enter or change a jurisdiction; see `handlers.tree.Tree.set`."""
    return Tree(store, JurisdictionRows()).set(jurisdiction)


def resend(store: Store, towns: Sequence[str] | None = None) -> int:
    """Send again what was sent; see `handlers.resend.Resend.run`."""
    return Resend(store, OutboxAgain()).run(towns)


__all__ = [
    "NAME",
    "Amendment",
    "Issued",
    "Jurisdiction",
    "PackRefused",
    "Place",
    "Publication",
    "Registry",
    "Scope",
    "Settings",
    "build",
    "issue_token",
    "metadata",
    "open_store",
    "publish_calendar",
    "publish_edition",
    "registry_on",
    "resend",
    "set_jurisdiction",
    "set_member",
]
