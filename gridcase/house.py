"""All services of a house, built in one place: what the embedded runner and the simulator run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.intake import bootstrap as intake
from services.notify import bootstrap as notify
from services.notify.ports.webhook import WebhookLimits
from services.registry import bootstrap as registry
from services.registry.ports.canary import CanaryTrial
from services.routing import bootstrap as routing
from services.sla import bootstrap as sla
from shared.db.migrate import upgrade
from shared.db.store import Store
from shared.flow.editions import PackShelf
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
        packs: compiled packs that all services share; None: each keeps its own.
        webhooks: whether webhooks are sent, to hosts that packs allow; otherwise they are written to a file.
    """

    store_url: str
    secret: bytes
    engine: str
    files: Path
    packs: PackShelf | None = None
    webhooks: bool = False


def open_stores(plan: Plan, names: Sequence[str] = NAMES) -> dict[str, Store]:
    """Open the services' stores and bring their tables to the present form."""
    stores = {name: _OPEN[name](plan) for name in names}
    for name, store in stores.items():
        upgrade(store.engine, PACKAGES[name])
    return stores


def passing_stores(plan: Plan, names: Sequence[str] = NAMES) -> dict[str, Store]:
    """Open stores that end with this process: their tables are made as they now stand, without a history."""
    stores = {name: _OPEN[name](plan) for name in names}
    for store in stores.values():
        store.flow.outbox.metadata.create_all(store.engine)
    return stores


def build_house(plan: Plan, stores: Mapping[str, Store], metrics: Metrics) -> dict[str, Service]:
    """Build the service of every store given, all showing their figures in `metrics`."""
    return {name: _BUILD[name](plan, store, metrics) for name, store in stores.items()}


def trials_with(engine: str) -> tuple[CanaryTrial, ...]:
    """Return what every pack is tried with before it is published, where both evaluators are at hand."""
    return (CanaryTrial(),) if engine == "both" else ()


def _registry(plan: Plan) -> registry.Settings:
    return registry.Settings(store_url=plan.store_url, secret=plan.secret)


def _intake(plan: Plan) -> intake.Settings:
    return intake.Settings(
        store_url=plan.store_url, secret=plan.secret, attachments=plan.files / "attachments"
    )


def _sla(plan: Plan) -> sla.Settings:
    return sla.Settings(store_url=plan.store_url, secret=plan.secret, engine=plan.engine)


def _notify(plan: Plan) -> notify.Settings:
    return notify.Settings(
        store_url=plan.store_url,
        secret=plan.secret,
        engine=plan.engine,
        file=plan.files / "notifications.jsonl",
        webhooks=WebhookLimits() if plan.webhooks else None,
    )


def _routing(plan: Plan) -> routing.Settings:
    return routing.Settings(plan.store_url, plan.engine)


_OPEN: Mapping[str, Callable[[Plan], Store]] = {
    "registry": lambda plan: registry.open_store(_registry(plan)),
    "intake": lambda plan: intake.open_store(_intake(plan)),
    "routing": lambda plan: routing.open_store(_routing(plan)),
    "sla": lambda plan: sla.open_store(_sla(plan)),
    "notify": lambda plan: notify.open_store(_notify(plan)),
}

_BUILD: Mapping[str, Callable[[Plan, Store, Metrics], Service]] = {
    "registry": lambda plan, store, metrics: registry.build(
        _registry(plan), store=store, metrics=metrics, trials=trials_with(plan.engine), shelf=plan.packs
    ),
    "intake": lambda plan, store, metrics: intake.build(
        _intake(plan), store=store, metrics=metrics, shelf=plan.packs
    ),
    "routing": lambda plan, store, metrics: routing.build(
        _routing(plan), store=store, metrics=metrics, shelf=plan.packs
    ),
    "sla": lambda plan, store, metrics: sla.build(_sla(plan), store=store, metrics=metrics, shelf=plan.packs),
    "notify": lambda plan, store, metrics: notify.build(
        _notify(plan), store=store, metrics=metrics, shelf=plan.packs
    ),
}


__all__ = ["NAMES", "PACKAGES", "Plan", "build_house", "open_stores"]
