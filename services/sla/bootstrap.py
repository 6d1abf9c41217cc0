"""Building the sla service: the only place that makes its objects.

Decides what whoever runs or inspects a house may use of the service: `__all__`, and nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import Flask

from services.sla.api.calendar_links import CALENDAR, CalendarLinkRoutes
from services.sla.api.clocks import ClockRoutes
from services.sla.api.deadlines import DeadlineRoutes
from services.sla.handlers.calendar_end import CalendarEnds
from services.sla.handlers.duties import DutyHandlers
from services.sla.handlers.engine import BATCH, DeadlineEngine, repeat_by
from services.sla.handlers.preview import DaysPreviewer
from services.sla.handlers.publishing import ClockPublisher
from services.sla.handlers.recount import Recount
from services.sla.handlers.skew import SkewGuard
from services.sla.handlers.steps import CaseHandlers
from services.sla.handlers.titles import RuleTitles
from services.sla.handlers.zones import TownZones
from services.sla.store.alarms import SqlAlarms
from services.sla.store.cases import SqlCases
from services.sla.store.counts import counts, fold
from services.sla.store.duties import SqlDuties
from services.sla.store.firing import SqlDeadlines
from services.sla.store.stale import SqlStaleClocks
from services.sla.store.tables import calendar_links, flow, metadata
from shared.contracts.envelope import Envelope
from shared.contracts.messages import CaseStep, WorkOrderChanged
from shared.contracts.routes import LISTENS, types_of
from shared.db.calendar_links import CalendarLinks
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.application import application_on
from shared.flow.calendar_links import CalendarLinkDesk
from shared.flow.editions import PackCache, registry_copies
from shared.flow.limit_books import LimitBooks
from shared.flow.service import Duty, Handler, Service
from shared.kernel.clock import SystemClock, TimeSource
from shared.kernel.keyring import Secret
from shared.kernel.scope import StorePart
from shared.obs.metrics import Metrics
from shared.rules.decide import CompiledRulesCache
from shared.web.app import AppOptions, web_catalogue
from shared.web.cursors import Cursors
from shared.web.quotas import DoorSettings
from shared.web.routes import blueprint_of

NAME = "sla"
# The deadlines of cases that a frozen process holds are fired by another within five seconds.
LONGEST_IDLE_SECONDS = 4
# While one thread waits for the database, another makes messages (decision 41).
HELPERS = 2


@dataclass(frozen=True, slots=True)
class SlaSettings:
    """What a deployment chooses.

    Args:
        store_url: see `shared.db.engines.open_engine`.
        engine: 'both' evaluators, or 'reference' alone where durable-rules is not installed.
        secret: the deployment's; binds cursors, and short tokens are known by it.
        door: quotas of whoever asks, and the proxies that are trusted.
    """

    store_url: str
    engine: str = "both"
    secret: Secret = b""
    door: DoorSettings = field(default_factory=DoorSettings)


def store_on(engine: sa.Engine) -> Store:
    """Return the service's own store on an engine that is open, for whoever looks into a house without building it.

    Args:
        engine: of this service's address; see `shared.db.engines.open_engine`. Its tables are not touched.
    """
    return Store(NAME, engine, flow)


def open_store(settings: SlaSettings) -> Store:
    """Open the service's own store."""
    engine = open_engine(settings.store_url, NAME, longest_idle_seconds=LONGEST_IDLE_SECONDS)
    return store_on(engine)


def build(
    settings: SlaSettings,
    *,
    store: Store | None = None,
    metrics: Metrics | None = None,
    clock: TimeSource | None = None,
    pack_cache: PackCache | None = None,
) -> Service:
    """Build the service on its store; whatever is passed in stands in for what the settings would make.

    Args:
        clock: the engine's own, held against the database's.
        pack_cache: packs that are compiled already.
    """
    store = store or open_store(settings)
    metrics = metrics or Metrics()
    parts = _parts(settings, store, metrics, clock or SystemClock(), pack_cache or PackCache())
    _observe(store, metrics)
    return Service(
        name=NAME,
        store=store,
        listens=LISTENS[NAME],
        handlers=_handlers(parts),
        prefetch=parts.prefetch,
        app=_app(settings, store, parts, metrics),
        duties=_duties(store, parts),
        after_replay=parts.fire_the_past,
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """What does the service's work, on one store."""

    cases: CaseHandlers
    duties: DutyHandlers
    recount: Recount
    engine: DeadlineEngine
    previewer: DaysPreviewer
    ends: CalendarEnds
    zones: TownZones
    titles: RuleTitles

    def prefetch(self, work: Work, messages: Sequence[Envelope]) -> None:
        """Read what a batch will need: first cases, then duties, in every transaction."""
        self.cases.prefetch(work, messages)
        self.duties.prefetch(work, messages)

    def clock_ping(self) -> str | None:
        """An engine whose clock differs from the database's fires nothing: whoever watches must hear of it."""
        return None if self.engine.guard.is_healthy() else "clock-off"

    def fire_the_past(self) -> None:
        """Fire what fell due in the past that was lived again: left to the duty, all of it would be told once more."""
        while self.engine.run(BATCH):
            pass


def _parts(
    settings: SlaSettings, store: Store, metrics: Metrics, clock: TimeSource, pack_cache: PackCache
) -> _Parts:
    cases, alarms, deadlines = SqlCases(), SqlAlarms(), SqlDeadlines()
    compiled = CompiledRulesCache(settings.engine)
    pack_cache.with_it_goes(compiled.forget)
    books = LimitBooks(pack_cache, compiled)
    publisher, guard = ClockPublisher(alarms, metrics), SkewGuard(store, deadlines, clock, metrics)
    duties = DutyHandlers(SqlDuties(), cases, books, publisher)
    return _Parts(
        CaseHandlers(cases, books, publisher),
        duties,
        Recount(store, cases, duties, SqlStaleClocks(), alarms, books, publisher),
        DeadlineEngine(store, deadlines, guard, metrics, repeat_by(books)),
        DaysPreviewer(store, cases, books),
        CalendarEnds(store, alarms, books),
        TownZones(store.flow.editions, pack_cache),
        RuleTitles(store.flow.editions, pack_cache),
    )


def _handlers(parts: _Parts) -> dict[str, Handler]:
    return {
        "case.admitted": parts.cases.on_admitted,
        "case.rejected": parts.cases.on_rejected,
        **dict.fromkeys(types_of(CaseStep), parts.cases.on_step),
        **dict.fromkeys(types_of(WorkOrderChanged), parts.cases.on_share),
        **parts.duties.handlers(),
        **registry_copies(),
        "calendar.published": parts.recount.on_calendar_published,
    }


def _duties(store: Store, parts: _Parts) -> tuple[Duty, ...]:
    return (
        Duty("count again", parts.recount.run, parts.recount.next_at, every_seconds=5),
        Duty(
            "fire deadlines",
            parts.engine.run,
            parts.engine.next_at,
            every_seconds=0.5,
            part=StorePart.ENGINE,
            helpers=HELPERS,
        ),
        Duty("warn of the calendar's end", parts.ends.run, every_seconds=3600),
        Duty("fold counts", lambda limit: fold(store, limit), every_seconds=5, by_time=False),
    )


def _app(settings: SlaSettings, store: Store, parts: _Parts, metrics: Metrics) -> Flask:
    routes = blueprint_of(
        "clocks",
        ClockRoutes(store, parts.titles),
        DeadlineRoutes(store, Cursors(settings.secret, web_catalogue(), NAME), parts.previewer, parts.zones),
        CalendarLinkRoutes(CalendarLinkDesk(store, CalendarLinks(calendar_links), CALENDAR)),
        description="clocks, deadlines and what moved them",
    )
    options = AppOptions(door=settings.door, about="Which limits apply, when each falls due, and why.")
    return application_on(
        store,
        [routes],
        metrics=metrics,
        options=options,
        secret=settings.secret,
        pings={"clock": parts.clock_ping},
    )


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


__all__ = ["NAME", "SlaSettings", "build", "metadata", "open_store", "store_on"]
