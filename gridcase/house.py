"""All services of a house, built in one place: what the embedded runner and the simulator run.

Decides which settings each service gets. Reaches services by their bootstrap alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gridcase.house_stores import NAMES, PACKAGES, upgrade_at
from gridcase.registry_admin import trials_with
from services.assess import bootstrap as assess
from services.duties import bootstrap as duties
from services.intake import bootstrap as intake
from services.ledger import bootstrap as ledger
from services.notify import bootstrap as notify
from services.registry import bootstrap as registry
from services.routing import bootstrap as routing
from services.sla import bootstrap as sla
from shared.db.migrate import upgrade
from shared.db.store import Store
from shared.flow.deployment import TOKEN_DAYS
from shared.flow.editions import PackCache
from shared.flow.service import Service
from shared.kernel.keyring import Secret
from shared.kernel.session_life import SessionLife
from shared.obs.metrics import Metrics
from shared.web.quotas import DoorSettings


@dataclass(frozen=True, slots=True)
class HousePlan:
    """What a house is built from.

    Args:
        store_url: with '{service}' for each service's name.
        secret: seals identities and addresses.
        engine: 'both' evaluators or 'reference' alone.
        files: folder of attachments and of the file channel.
        packs: compiled packs that all services share; None: each keeps its own.
        webhooks: whether webhooks are sent, to hosts that packs allow; otherwise they are written to a file.
        token_days: how long a token lives at most.
        door: quotas of whoever asks, and the proxies that are trusted.
        sessions: how long somebody stays signed in; providers: at which, beside passwords.
        admin_url: of a PostgreSQL that was provisioned, its administrator's address: the services' own roles make no
            tables. None: the stores' own address makes them.
    """

    store_url: str
    secret: Secret
    engine: str
    files: Path
    packs: PackCache | None = None
    webhooks: bool = False
    token_days: int = TOKEN_DAYS
    door: DoorSettings = field(default_factory=DoorSettings)
    admin_url: str | None = None
    sessions: SessionLife = field(default_factory=SessionLife)
    providers: tuple[registry.Provider, ...] = ()


def open_stores(plan: HousePlan, names: Sequence[str] = NAMES) -> dict[str, Store]:
    """Open the services' stores and bring their tables to the present form."""
    stores = standing_stores(plan, names)
    for name, store in stores.items():
        if plan.admin_url is None:
            upgrade(store.engine, PACKAGES[name])
        else:
            upgrade_at(plan.admin_url, name)
    return stores


def standing_stores(plan: HousePlan, names: Sequence[str] = NAMES) -> dict[str, Store]:
    """Open the services' stores with the tables that somebody else has made."""
    return {name: _OPEN[name](plan) for name in names}


def passing_stores(plan: HousePlan, names: Sequence[str] = NAMES) -> dict[str, Store]:
    """Open stores that end with this process: their tables are made as they now stand, without a history."""
    stores = standing_stores(plan, names)
    for store in stores.values():
        store.flow.outbox.metadata.create_all(store.engine)
    return stores


def build_house(plan: HousePlan, stores: Mapping[str, Store], metrics: Metrics) -> dict[str, Service]:
    """Build the service of every store given, all showing their figures in `metrics`."""
    return {name: _BUILD[name](plan, store, metrics) for name, store in stores.items()}


def _registry(plan: HousePlan) -> registry.RegistrySettings:
    return registry.RegistrySettings(
        plan.store_url,
        plan.secret,
        token_days=plan.token_days,
        door=plan.door,
        sessions=plan.sessions,
        providers=plan.providers,
    )


def _intake(plan: HousePlan) -> intake.IntakeSettings:
    return intake.IntakeSettings(
        store_url=plan.store_url,
        secret=plan.secret,
        attachments=plan.files / "attachments",
        engine=plan.engine,
        door=plan.door,
        # Stores that end with their process have no past to prove.
        heads=None if plan.store_url == "sqlite://" else plan.files / intake.HEADS_FILE,
    )


def _sla(plan: HousePlan) -> sla.SlaSettings:
    return sla.SlaSettings(store_url=plan.store_url, secret=plan.secret, engine=plan.engine, door=plan.door)


def _notify(plan: HousePlan) -> notify.NotifySettings:
    return notify.NotifySettings(
        store_url=plan.store_url,
        secret=plan.secret,
        engine=plan.engine,
        file=plan.files / "notifications.jsonl",
        door=plan.door,
        webhooks=notify.WebhookLimits() if plan.webhooks else None,
    )


def _routing(plan: HousePlan) -> routing.RoutingSettings:
    return routing.RoutingSettings(plan.store_url, plan.engine, plan.secret, plan.door)


def _duties(plan: HousePlan) -> duties.DutiesSettings:
    return duties.DutiesSettings(plan.store_url, plan.secret, plan.files / "pictures", door=plan.door)


def _ledger(plan: HousePlan) -> ledger.LedgerSettings:
    return ledger.LedgerSettings(plan.store_url, plan.secret, plan.door)


def _assess(plan: HousePlan) -> assess.AssessSettings:
    return assess.AssessSettings(plan.store_url, plan.secret, plan.door)


_OPEN: Mapping[str, Callable[[HousePlan], Store]] = {
    "registry": lambda plan: registry.open_store(_registry(plan)),
    "intake": lambda plan: intake.open_store(_intake(plan)),
    "routing": lambda plan: routing.open_store(_routing(plan)),
    "sla": lambda plan: sla.open_store(_sla(plan)),
    "notify": lambda plan: notify.open_store(_notify(plan)),
    "duties": lambda plan: duties.open_store(_duties(plan)),
    "ledger": lambda plan: ledger.open_store(_ledger(plan)),
    "assess": lambda plan: assess.open_store(_assess(plan)),
}

_BUILD: Mapping[str, Callable[[HousePlan, Store, Metrics], Service]] = {
    "registry": lambda plan, store, metrics: registry.build(
        _registry(plan), store=store, metrics=metrics, trials=trials_with(plan.engine), pack_cache=plan.packs
    ),
    "intake": lambda plan, store, metrics: intake.build(
        _intake(plan), store=store, metrics=metrics, pack_cache=plan.packs
    ),
    "routing": lambda plan, store, metrics: routing.build(
        _routing(plan), store=store, metrics=metrics, pack_cache=plan.packs
    ),
    "sla": lambda plan, store, metrics: sla.build(
        _sla(plan), store=store, metrics=metrics, pack_cache=plan.packs
    ),
    "notify": lambda plan, store, metrics: notify.build(
        _notify(plan), store=store, metrics=metrics, pack_cache=plan.packs
    ),
    "duties": lambda plan, store, metrics: duties.build(
        _duties(plan), store=store, metrics=metrics, pack_cache=plan.packs
    ),
    "ledger": lambda plan, store, metrics: ledger.build(
        _ledger(plan), store=store, metrics=metrics, pack_cache=plan.packs
    ),
    "assess": lambda plan, store, metrics: assess.build(
        _assess(plan), store=store, metrics=metrics, pack_cache=plan.packs
    ),
}
