"""All services of a house, built in one place: what the embedded runner and the simulator run."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.intake import bootstrap as intake
from services.notify import bootstrap as notify
from services.registry import bootstrap as registry
from services.routing import bootstrap as routing
from services.sla import bootstrap as sla
from shared.db.migrate import upgrade
from shared.db.store import Store
from shared.flow.service import Service
from shared.obs.metrics import Metrics

NAMES = ("registry", "intake", "routing", "sla", "notify")
PACKAGES = {name: f"services.{name}" for name in NAMES}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a house is built from.

    Args:
        store_url: with '{service}' for each service's name.
        secret: seals identities and addresses.
        engine: 'both' evaluators or 'reference' alone.
        files: folder of attachments and of the file channel.
    """

    store_url: str
    secret: bytes
    engine: str
    files: Path


def open_stores(plan: Plan) -> dict[str, Store]:
    """Open every service's store and bring its tables to the present form."""
    stores = {
        "registry": registry.open_store(_registry(plan)),
        "intake": intake.open_store(_intake(plan)),
        "routing": routing.open_store(routing.Settings(plan.store_url, plan.engine)),
        "sla": sla.open_store(_sla(plan)),
        "notify": notify.open_store(_notify(plan)),
    }
    for name, store in stores.items():
        upgrade(store.engine, PACKAGES[name])
    return stores


def build_house(plan: Plan, stores: Mapping[str, Store], metrics: Metrics) -> dict[str, Service]:
    """Build every service on its store, all showing their figures in `metrics`."""
    return {
        "registry": registry.build(_registry(plan), store=stores["registry"], metrics=metrics),
        "intake": intake.build(_intake(plan), store=stores["intake"], metrics=metrics),
        "routing": routing.build(routing.Settings(plan.store_url, plan.engine), store=stores["routing"],
                                 metrics=metrics),
        "sla": sla.build(_sla(plan), store=stores["sla"], metrics=metrics),
        "notify": notify.build(_notify(plan), store=stores["notify"], metrics=metrics),
    }


def _registry(plan: Plan) -> registry.Settings:
    return registry.Settings(store_url=plan.store_url, secret=plan.secret)


def _intake(plan: Plan) -> intake.Settings:
    return intake.Settings(store_url=plan.store_url, secret=plan.secret, attachments=plan.files / "attachments")


def _sla(plan: Plan) -> sla.Settings:
    return sla.Settings(store_url=plan.store_url, secret=plan.secret, engine=plan.engine)


def _notify(plan: Plan) -> notify.Settings:
    return notify.Settings(store_url=plan.store_url, secret=plan.secret, engine=plan.engine,
                           file=plan.files / "notifications.jsonl")


__all__ = ["NAMES", "PACKAGES", "Plan", "build_house", "open_stores"]
