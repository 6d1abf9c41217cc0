"""Building the routing service: the only place that makes its objects."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.routing.api.decisions import blueprint
from services.routing.handlers.decide import Decider
from services.routing.store.records import TableRecords
from services.routing.store.tables import cases, flow, metadata
from shared.contracts.envelope import Envelope
from shared.contracts.schemas import LISTENS, STEP_TYPES
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.editions import PackShelf, on_calendar_published, on_edition_published, on_token_changed
from shared.flow.service import Service
from shared.flow.tokens import token_lookup
from shared.obs.health import Health
from shared.obs.metrics import Metrics
from shared.rules.decide import Books
from shared.web.app import make_app

NAME = "routing"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment chooses.

    Args:
        store_url: see `shared.db.engines.open_engine`.
        engine: 'both' evaluators, or 'reference' alone where durable-rules is not installed.
    """

    store_url: str
    engine: str = "both"
    books: int = 256


def open_store(settings: Settings) -> Store:
    """Open routing's own store."""
    return Store(NAME, open_engine(settings.store_url, NAME), flow)


def build(
    settings: Settings,
    *,
    store: Store | None = None,
    metrics: Metrics | None = None,
    shelf: PackShelf | None = None,
) -> Service:
    """Build the service on its store; whatever is passed in stands in for what the settings would make."""
    store = store or open_store(settings)
    metrics = metrics or Metrics()
    shelf = shelf or PackShelf()
    decider = Decider(TableRecords(), shelf, Books(settings.engine, settings.books), metrics)
    health = Health()
    health.register("store", lambda: _ping(store))
    return Service(
        name=NAME,
        store=store,
        listens=LISTENS[NAME],
        handlers={
            "case.admitted": decider.on_admitted,
            **{f"case.{name}": decider.on_step for name in ("assigned", *STEP_TYPES)},
            "edition.published": on_edition_published,
            "calendar.published": on_calendar_published,
            "token.changed": on_token_changed,
        },
        prefetch=_prefetch,
        app=make_app(NAME, [blueprint(store)], tokens=token_lookup(store), metrics=metrics, health=health),
    )


def _prefetch(work: Work, messages: Sequence[Envelope]) -> None:
    work.rows(cases).prefetch({message.stream for message in messages if message.source == "intake"})


def _ping(store: Store) -> str | None:
    with store.read() as conn:
        store.now(conn)
    return None


__all__ = ["NAME", "Settings", "build", "metadata", "open_store"]
