"""Building the routing service: the only place that makes its objects.

Decides what whoever runs or inspects a house may use of the service: `__all__`, and nothing else.
"""

from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import Flask

from services.routing.api.decisions import DecisionRoutes
from services.routing.handlers.decide import Decider
from services.routing.handlers.rule_figures import RuleFigures
from services.routing.store.decisions import SqlDecisions
from services.routing.store.tables import flow, metadata
from shared.contracts.messages import CaseStep, WorkOrderChanged
from shared.contracts.routes import LISTENS, types_of
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.flow.application import application_on
from shared.flow.editions import PackCache, registry_copies
from shared.flow.service import Handler, Service
from shared.kernel.keyring import Secret
from shared.obs.metrics import Metrics
from shared.rules.decide import CompiledRulesCache
from shared.web.app import AppOptions
from shared.web.quotas import DoorSettings
from shared.web.routes import blueprint_of

NAME = "routing"


@dataclass(frozen=True, slots=True)
class RoutingSettings:
    """What a deployment chooses.

    Args:
        store_url: see `shared.db.engines.open_engine`.
        engine: 'both' evaluators, or 'reference' alone where durable-rules is not installed.
        secret: the deployment's, by which short tokens are known.
        door: quotas of whoever asks, and the proxies that are trusted.
    """

    store_url: str
    engine: str = "both"
    secret: Secret = b""
    door: DoorSettings = field(default_factory=DoorSettings)


def store_on(engine: sa.Engine) -> Store:
    """Return routing's own store on an engine that is open, for whoever looks into a house without building it.

    Args:
        engine: of this service's address; see `shared.db.engines.open_engine`. Its tables are not touched.
    """
    return Store(NAME, engine, flow)


def open_store(settings: RoutingSettings) -> Store:
    """Open routing's own store."""
    return store_on(open_engine(settings.store_url, NAME))


def build(
    settings: RoutingSettings,
    *,
    store: Store | None = None,
    metrics: Metrics | None = None,
    pack_cache: PackCache | None = None,
) -> Service:
    """Build the service on its store; whatever is passed in stands in for what the settings would make."""
    store, metrics = store or open_store(settings), metrics or Metrics()
    compiled, pack_cache = CompiledRulesCache(settings.engine), pack_cache or PackCache()
    pack_cache.with_it_goes(compiled.forget)
    decider = Decider(SqlDecisions(), pack_cache, compiled, RuleFigures(metrics))
    return Service(
        name=NAME,
        store=store,
        listens=LISTENS[NAME],
        handlers=_handlers(decider),
        prefetch=decider.prefetch,
        app=_app(settings, store, decider.decisions, metrics),
        answers_alike=True,  # one answer for each question, whenever it is asked
    )


def _handlers(decider: Decider) -> dict[str, Handler]:
    return {
        "case.admitted": decider.on_admitted,
        **dict.fromkeys(types_of(CaseStep), decider.on_step),
        **dict.fromkeys(types_of(WorkOrderChanged), decider.on_share),
        **registry_copies(),
    }


def _app(settings: RoutingSettings, store: Store, decisions: SqlDecisions, metrics: Metrics) -> Flask:
    routes = blueprint_of(
        "decisions", DecisionRoutes(store, decisions), description="decisions and their reasons"
    )
    options = AppOptions(
        door=settings.door, about="Who is responsible for a case, by which rule, and on which facts."
    )
    return application_on(store, [routes], metrics=metrics, options=options, secret=settings.secret)


__all__ = ["NAME", "RoutingSettings", "build", "metadata", "open_store", "store_on"]
