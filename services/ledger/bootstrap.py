"""Building the ledger: the only place that makes its objects.

Decides what whoever runs or inspects a house may use of the service: `__all__`, and nothing else.
"""

from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import Flask

from services.ledger.adapters.seal import FactSeal
from services.ledger.api.entitled import EntitledRoutes
from services.ledger.api.entries import EntryRoutes
from services.ledger.domain.refusal import catalogue
from services.ledger.handlers.desk import Desks
from services.ledger.handlers.erasing import EntryEraser
from services.ledger.handlers.keeping import Keeper
from services.ledger.handlers.once import RequestsByKey
from services.ledger.handlers.opening import Opener
from services.ledger.handlers.succession import EntryMover
from services.ledger.handlers.towns import on_jurisdiction_changed
from services.ledger.handlers.writing import Writer
from services.ledger.store.entries import SqlLedger, mark_suspended
from services.ledger.store.tables import claims, flow, metadata
from services.ledger.transfer.importing import ListImporter
from services.ledger.transfer.routes import TransferRoutes
from shared.contracts.routes import LISTENS
from shared.db.claims import ClaimedKeys
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.flow.application import application_on
from shared.flow.editions import PackCache, registry_copies
from shared.flow.service import Duty, Service
from shared.kernel.keyring import Secret
from shared.obs.metrics import Metrics
from shared.web.app import AppOptions, web_catalogue
from shared.web.cursors import Cursors
from shared.web.quotas import DoorSettings
from shared.web.routes import blueprint_of

NAME = "ledger"


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """What a deployment chooses.

    Args:
        store_url: see `shared.db.engines.open_engine`.
        secret: the deployment's: what is sealed is sealed with a key made of it.
        door: quotas of whoever asks, and the proxies that are trusted.
    """

    store_url: str
    secret: Secret
    door: DoorSettings = field(default_factory=DoorSettings)


def store_on(engine: sa.Engine) -> Store:
    """Return the ledger's own store on an engine that is open, for whoever looks into a house without building it.

    Args:
        engine: of this service's address; see `shared.db.engines.open_engine`. Its tables are not touched.
    """
    return Store(NAME, engine, flow)


def open_store(settings: LedgerSettings) -> Store:
    """Open the ledger's own store."""
    return store_on(open_engine(settings.store_url, NAME))


def build(
    settings: LedgerSettings,
    *,
    store: Store | None = None,
    metrics: Metrics | None = None,
    pack_cache: PackCache | None = None,
) -> Service:
    """Build the service on its store; whatever is passed in stands in for what the settings would make."""
    store, metrics = store or open_store(settings), metrics or Metrics()
    pack_cache, keys = pack_cache or PackCache(), ClaimedKeys(claims)
    writer = Writer(SqlLedger(), FactSeal(settings.secret))
    return Service(
        name=NAME,
        store=store,
        listens=LISTENS[NAME],
        handlers={**registry_copies(), "jurisdiction.changed": on_jurisdiction_changed},
        app=_app(settings, store, pack_cache, metrics, writer),
        duties=(
            Duty("erase", EntryEraser(store, pack_cache).run, every_seconds=3600, by_time=False),
            Duty("grids-that-end", EntryMover(store, pack_cache, writer).run, every_seconds=3600),
            Duty(
                "forget-idempotency-keys",
                lambda limit: keys.forget_old(store, limit),
                keys.next_to_forget,
                3600.0,
            ),
        ),
    )


def _app(
    settings: LedgerSettings, store: Store, pack_cache: PackCache, metrics: Metrics, writer: Writer
) -> Flask:
    desks, keeper = Desks(store, pack_cache), Keeper(writer)
    cursors = Cursors(settings.secret, web_catalogue(), NAME)
    routes = [
        blueprint_of(
            "entries",
            EntryRoutes(
                store,
                desks,
                keeper,
                Opener(writer.ledger, writer.seal),
                cursors,
                RequestsByKey(ClaimedKeys(claims)),
            ),
            description="what the town keeps of people, premises, events, things and organisations",
        ),
        blueprint_of(
            "entitled",
            EntitledRoutes(store, desks, cursors),
            description="organisations whose staff is to have terminals",
        ),
        blueprint_of(
            "lists", TransferRoutes(store, desks, ListImporter(keeper)), description="whole lists, in and out"
        ),
    ]
    options = AppOptions(
        door=settings.door,
        catalogues=(catalogue(),),
        about="What a town keeps of its people, premises, events, things and organisations, and who may read it.",
    )
    return application_on(store, routes, metrics=metrics, options=options, secret=settings.secret)


__all__ = ["NAME", "LedgerSettings", "build", "mark_suspended", "metadata", "open_store", "store_on"]
