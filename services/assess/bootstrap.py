"""Building assessment: the only place that makes its objects.

Decides what whoever runs or inspects a house may use of the service: `__all__`, and nothing else.
"""

from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import Flask

from services.assess.api.figures import FigureRoutes
from services.assess.api.notes import NoteRoutes
from services.assess.api.things import ThingRoutes
from services.assess.domain.refusals import words
from services.assess.handlers.desk import AssessDesks
from services.assess.handlers.listening import Listener
from services.assess.handlers.saying import Sayings
from services.assess.store.notes import mark_suspended
from services.assess.store.tables import flow, metadata
from shared.contracts.routes import LISTENS
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.flow.application import application_on
from shared.flow.editions import PackCache, registry_copies
from shared.flow.service import Service
from shared.kernel.keyring import Secret
from shared.obs.metrics import Metrics
from shared.web.app import AppOptions, web_catalogue
from shared.web.cursors import Cursors
from shared.web.quotas import DoorSettings
from shared.web.routes import blueprint_of

NAME = "assess"


@dataclass(frozen=True, slots=True)
class AssessSettings:
    """What a deployment chooses.

    Args:
        store_url: see `shared.db.engines.open_engine`.
        secret: the deployment's: binds cursors.
        door: quotas of whoever asks, and the proxies that are trusted.
    """

    store_url: str
    secret: Secret
    door: DoorSettings = field(default_factory=DoorSettings)


def store_on(engine: sa.Engine) -> Store:
    """Return the service's own store on an engine that is open, for whoever looks into a house without building it.

    Args:
        engine: of this service's address; see `shared.db.engines.open_engine`. Its tables are not touched.
    """
    return Store(NAME, engine, flow)


def open_store(settings: AssessSettings) -> Store:
    """Open the service's own store."""
    return store_on(open_engine(settings.store_url, NAME))


def build(
    settings: AssessSettings,
    *,
    store: Store | None = None,
    metrics: Metrics | None = None,
    pack_cache: PackCache | None = None,
) -> Service:
    """Build the service on its store; whatever is passed in stands in for what the settings would make."""
    store, metrics = store or open_store(settings), metrics or Metrics()
    return Service(
        name=NAME,
        store=store,
        listens=LISTENS[NAME],
        handlers={**registry_copies(), **Listener().handlers()},
        app=_app(settings, store, pack_cache or PackCache(), metrics),
    )


def _app(settings: AssessSettings, store: Store, pack_cache: PackCache, metrics: Metrics) -> Flask:
    desks, sayings = AssessDesks(store, pack_cache), Sayings()
    cursors = Cursors(settings.secret, web_catalogue(), NAME)
    routes = blueprint_of(
        "assessment",
        FigureRoutes(store, desks, sayings),
        NoteRoutes(store, desks, sayings, cursors),
        ThingRoutes(store, desks, cursors),
        description="what is counted, assessed, proposed and sent",
    )
    options = AppOptions(
        door=settings.door,
        catalogues=(words(),),
        about="What a town counts and assesses, and what may follow of it.",
    )
    return application_on(store, [routes], metrics=metrics, options=options, secret=settings.secret)


__all__ = ["NAME", "AssessSettings", "build", "mark_suspended", "metadata", "open_store", "store_on"]
