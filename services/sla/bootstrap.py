"""Building the sla service: the only place that makes its objects."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask
from flask_smorest import Blueprint

from services.sla.api.clocks import ClockRoutes
from services.sla.api.deadlines import DeadlineRoutes
from services.sla.handlers.engine import Engine
from services.sla.handlers.recount import Recount
from services.sla.handlers.rulebooks import RuleBooks
from services.sla.handlers.saying import Speaker
from services.sla.handlers.skew import SkewGuard
from services.sla.handlers.steps import Steps
from services.sla.store.alarms import SqlAlarms
from services.sla.store.cases import SqlCases
from services.sla.store.counts import counts, fold
from services.sla.store.firing import SqlDeadlines
from services.sla.store.stale import SqlStaleClocks
from services.sla.store.tables import flow, metadata
from shared.contracts.schemas import LISTENS, STEP_TYPES
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.flow.editions import PackShelf, on_edition_published, on_token_changed
from shared.flow.service import Duty, Handler, Service
from shared.flow.tokens import token_lookup
from shared.kernel.clock import Clock, SystemClock
from shared.obs.health import Health
from shared.obs.metrics import Metrics
from shared.rules.decide import Books
from shared.web.app import Facing, make_app, own_words
from shared.web.cursors import Cursors

NAME = "sla"
LONGEST_IDLE_SECONDS = (
    4  # the deadlines of cases that a frozen process holds are fired by another within five
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment chooses.

    Args:
        store_url: see `shared.db.engines.open_engine`.
        engine: 'both' evaluators, or 'reference' alone where durable-rules is not installed.
        secret: binds cursors; all processes of the service share it.
        books: how many editions are kept compiled.
    """

    store_url: str
    engine: str = "both"
    secret: bytes = b""
    books: int = 256


def open_store(settings: Settings) -> Store:
    """Open the service's own store."""
    engine = open_engine(settings.store_url, NAME, longest_idle_seconds=LONGEST_IDLE_SECONDS)
    return Store(NAME, engine, flow)


def build(
    settings: Settings,
    *,
    store: Store | None = None,
    metrics: Metrics | None = None,
    clock: Clock | None = None,
    shelf: PackShelf | None = None,
) -> Service:
    """Build the service on its store.

    Args:
        clock: the engine's own, held against the database's.
        shelf: packs that are compiled already.
    """
    store = store or open_store(settings)
    metrics = metrics or Metrics()
    parts = _parts(settings, store, metrics, clock or SystemClock(), shelf or PackShelf(settings.books))
    _observe(store, metrics)
    health = Health()
    health.register("store", lambda: _ping(store))
    health.register("clock", lambda: None if parts.engine.guard.is_healthy() else "the engine's clock is off")
    return Service(
        name=NAME,
        store=store,
        listens=LISTENS[NAME],
        handlers=_handlers(parts),
        prefetch=parts.steps.prefetch,
        app=_app(settings, store, metrics, health),
        duties=_duties(store, parts),
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    steps: Steps
    recount: Recount
    engine: Engine


def _parts(settings: Settings, store: Store, metrics: Metrics, clock: Clock, shelf: PackShelf) -> _Parts:
    cases, alarms, deadlines = SqlCases(), SqlAlarms(), SqlDeadlines()
    rulebooks = RuleBooks(shelf, Books(settings.engine, settings.books), settings.books)
    speaker = Speaker(alarms, metrics)
    return _Parts(
        Steps(cases, rulebooks, speaker),
        Recount(store, cases, SqlStaleClocks(), alarms, rulebooks, speaker),
        Engine(store, deadlines, SkewGuard(store, deadlines, clock, metrics), metrics, rulebooks.repeat),
    )


def _handlers(parts: _Parts) -> dict[str, Handler]:
    return {
        "case.admitted": parts.steps.on_admitted,
        "case.rejected": parts.steps.on_rejected,
        **{f"case.{name}": parts.steps.on_step for name in ("assigned", *STEP_TYPES)},
        "edition.published": on_edition_published,
        "calendar.published": parts.recount.on_calendar_published,
        "token.changed": on_token_changed,
    }


def _duties(store: Store, parts: _Parts) -> tuple[Duty, ...]:
    return (
        Duty("count again", parts.recount.run, parts.recount.next_at, every_seconds=5),
        Duty("fire deadlines", parts.engine.run, parts.engine.next_at, every_seconds=0.5),
        Duty("fold counts", lambda limit: fold(store, limit), every_seconds=5),
    )


def _app(settings: Settings, store: Store, metrics: Metrics, health: Health) -> Flask:
    routes = Blueprint("clocks", __name__, description="clocks, deadlines and what moved them")
    ClockRoutes(store).mount(routes)
    DeadlineRoutes(store, Cursors(settings.secret, own_words())).mount(routes)
    facing = Facing(about="Which limits apply, when each falls due, and why.")
    return make_app(NAME, [routes], tokens=token_lookup(store), metrics=metrics, health=health, facing=facing)


def _observe(store: Store, metrics: Metrics) -> None:
    def read() -> Iterable[tuple[tuple[str, ...], float]]:
        with store.read() as conn:
            return [(key, float(number)) for key, number in counts(conn)]

    def lag() -> Iterable[tuple[tuple[str, ...], float]]:
        with store.read() as conn:
            due_at = SqlDeadlines().next_at(conn)
            waits = (store.now(conn) - due_at).total_seconds() if due_at is not None else 0.0
        return [((), max(0.0, waits))]

    metrics.observe("gridcase_clocks", "Clocks by state.", ("town", "state"), read)
    metrics.observe(
        "gridcase_engine_lag_seconds", "Age of the oldest deadline that is due and not fired.", (), lag
    )


def _ping(store: Store) -> str | None:
    with store.read() as conn:
        store.now(conn)
    return None


__all__ = ["NAME", "Settings", "build", "metadata", "open_store"]
