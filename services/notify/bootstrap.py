"""Building the notify service: the only place that makes its objects.

Decides what whoever runs or inspects a house may use of the service: `__all__`, and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from services.notify.adapters.json_lines import JsonLines
from services.notify.adapters.mail import MailChannel, MailServer
from services.notify.adapters.unreal_channels import PretendChannel
from services.notify.adapters.webhook import WebhookChannel, WebhookLimits
from services.notify.api.deliveries import DeliveryRoutes
from services.notify.api.inbox import InboxRoutes
from services.notify.domain.attempts import RetryPolicy
from services.notify.domain.fan_out import ChannelSetup
from services.notify.domain.notification import Channel
from services.notify.handlers.alarms import AlarmNotices
from services.notify.handlers.cases import CaseNotices
from services.notify.handlers.clocks import ClockNotices
from services.notify.handlers.composer import MessageComposer
from services.notify.handlers.copies import RegistryCopies
from services.notify.handlers.day_heads import on_anchored
from services.notify.handlers.deliver import DeliveryDuty, DeliveryPace
from services.notify.handlers.duties import DutyNotices
from services.notify.handlers.erasing import TextEraser
from services.notify.handlers.events import EventNotices, NoticeRules
from services.notify.handlers.file_out import FileChannelDuty
from services.notify.handlers.held import HeldNotices
from services.notify.handlers.judging import DeliveryJudge
from services.notify.handlers.notifier import Notifier, NotifyStore
from services.notify.handlers.waiting import WaitingNotices
from services.notify.handlers.wording import Wording
from services.notify.ports.channel import OutsideChannel
from services.notify.store.deliveries import SqlDeliveries
from services.notify.store.inbox import SqlInbox
from services.notify.store.tables import flow, metadata
from services.notify.store.troubled import SqlTroubledDeliveries
from shared.contracts.messages import AlarmRaised, CaseStep, ClockChanged, DutyChanged
from shared.contracts.routes import LISTENS, types_of
from shared.contracts.sealed import Sealer
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.flow.application import application_on
from shared.flow.editions import PackCache, registry_copies
from shared.flow.limit_books import LimitBooks
from shared.flow.service import Duty, Handler, Service
from shared.kernel.clock import SystemClock, TimeSource
from shared.kernel.keyring import Secret
from shared.obs.metrics import Metrics
from shared.rules.decide.compiled import CompiledRulesCache
from shared.web.app import AppOptions, web_catalogue
from shared.web.catalogue import Catalogue
from shared.web.cursors import Cursors
from shared.web.quotas import DoorSettings
from shared.web.routes import blueprint_of

NAME = "notify"
WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3600, 6 * 3600))


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """What a deployment chooses.

    Args:
        store_url: see `shared.db.engines.open_engine`.
        secret: opens sealed addresses and signs webhooks; the same for all services of a deployment.
        engine: 'both' evaluators, or 'reference' alone.
        mail: the server that takes e-mail; None: none is sent.
        webhooks: limits for webhooks; None: none are sent.
        file: where the file channel writes; it also stands in for channels that are not set up.
        resend_uncertain: channels that send again what may have arrived; others hold it for a person.
        waits: pauses before the second, third … attempt of a delivery.
        most_per_case: bound on the notifications that one case can cause.
        wait_for: how long, in real time, a text waits for a deadline before it goes out without.
        door: quotas of whoever asks, and the proxies that are trusted.
    """

    store_url: str
    secret: Secret
    engine: str = "both"
    mail: MailServer | None = None
    webhooks: WebhookLimits | None = None
    file: Path | None = None
    resend_uncertain: frozenset[Channel] = frozenset({Channel.WEBHOOK, Channel.MAIL})
    waits: tuple[timedelta, ...] = WAITS
    most_per_case: int = 500
    wait_for: timedelta = timedelta(minutes=10)
    pace: DeliveryPace = field(default_factory=DeliveryPace)
    door: DoorSettings = field(default_factory=DoorSettings)


def store_on(engine: sa.Engine) -> Store:
    """Return this service's own store on an engine that is open, for whoever looks into a house without building it.

    Args:
        engine: of this service's address; see `shared.db.engines.open_engine`. Its tables are not touched.
    """
    return Store(NAME, engine, flow)


def open_store(settings: NotifySettings) -> Store:
    """Open this service's own store."""
    return store_on(open_engine(settings.store_url, NAME))


def build(
    settings: NotifySettings,
    *,
    store: Store | None = None,
    metrics: Metrics | None = None,
    clock: TimeSource | None = None,
    channels: Mapping[Channel, OutsideChannel] | None = None,
    pack_cache: PackCache | None = None,
) -> Service:
    """Build the service on its store; whatever is passed in stands in for what the settings would make.

    Args:
        clock: real time, for retries and leases.
        channels: take the place of those that the settings describe; for tests.
        pack_cache: packs that are compiled already.
    """
    clock = clock or SystemClock()
    channels = channels if channels is not None else _channels(settings, clock)
    parts = _parts(settings, store or open_store(settings), metrics or Metrics(), clock, channels, pack_cache)
    copies = RegistryCopies(parts.notifier.store)
    waiting = WaitingNotices(parts.store, parts.events, parts.clocks)
    held = HeldNotices(parts.store, parts.notifier, parts.pack_cache)
    eraser = TextEraser(parts.store, parts.notifier.store.cases, parts.notifier.store.erased)
    return Service(
        name=NAME,
        store=parts.store,
        listens=LISTENS[NAME],
        handlers=_handlers(parts, copies, eraser) | _file_handlers(settings),
        prefetch=copies.prefetch,
        app=_app(settings, parts),
        duties=_duties(settings, parts, waiting, held, eraser),
        after_replay=lambda: _after_replay(waiting, held),
    )


def _after_replay(waiting: WaitingNotices, held: HeldNotices) -> None:
    """First what waited for a deadline: it may have had to wait for its time after that."""
    waiting.after_replay()
    held.after_replay()


@dataclass(frozen=True, slots=True)
class _Parts:
    """The objects that handlers, duties and routes share."""

    store: Store
    pack_cache: PackCache
    events: EventNotices
    clocks: ClockNotices
    channels: Mapping[Channel, OutsideChannel]
    metrics: Metrics
    clock: TimeSource

    @property
    def notifier(self) -> Notifier:
        """Tells people."""
        return self.events.notifier


def _parts(
    settings: NotifySettings,
    store: Store,
    metrics: Metrics,
    clock: TimeSource,
    channels: Mapping[Channel, OutsideChannel],
    pack_cache: PackCache | None,
) -> _Parts:
    pack_cache = pack_cache or PackCache()
    compiled = CompiledRulesCache(settings.engine)
    pack_cache.with_it_goes(compiled.forget)
    rules = NoticeRules(pack_cache, compiled, LimitBooks(pack_cache, compiled))
    notifier = Notifier(
        NotifyStore(),
        Wording(),
        _setup(settings, channels),
        metrics,
        rules.limit_books.days_of,
        settings.most_per_case,
        settings.wait_for,
        clock,
    )
    events = EventNotices(rules, notifier)
    clocks = ClockNotices(events, DutyNotices(events))
    return _Parts(store, pack_cache, events, clocks, channels, metrics, clock)


def _channels(settings: NotifySettings, clock: TimeSource) -> dict[Channel, OutsideChannel]:
    channels: dict[Channel, OutsideChannel] = {}
    if settings.mail is not None:
        channels[Channel.MAIL] = MailChannel(settings.mail, clock)
    if settings.webhooks is not None:
        channels[Channel.WEBHOOK] = WebhookChannel(settings.secret, settings.webhooks, clock=clock)
    return channels


def _setup(settings: NotifySettings, channels: Mapping[Channel, OutsideChannel]) -> ChannelSetup:
    if settings.file is None:
        return ChannelSetup(frozenset(channels))
    return ChannelSetup(frozenset(channels) | {Channel.FILE}, stands_in=Channel.FILE)


def _handlers(parts: _Parts, copies: RegistryCopies, eraser: TextEraser) -> dict[str, Handler]:
    cases = CaseNotices(parts.events, parts.clocks)
    return {
        "case.admitted": cases.on_admitted,
        "case.rejected": cases.on_rejected,
        "case.erased": eraser.on_erased,
        **dict.fromkeys(types_of(CaseStep), cases.on_step),
        **dict.fromkeys(types_of(ClockChanged), parts.clocks.on_clock),
        "duty.owed": parts.clocks.duties.on_owed,
        **dict.fromkeys(types_of(DutyChanged), parts.clocks.duties.on_changed),
        **dict.fromkeys(types_of(AlarmRaised), AlarmNotices(parts.notifier).on_alarm),
        "membership.changed": copies.on_membership_changed,
        "absence.changed": copies.on_absence_changed,
        **registry_copies(),
    }


def _file_handlers(settings: NotifySettings) -> dict[str, Handler]:
    """What is kept for the file channel alone: without a file it would lie there for ever."""
    return {} if settings.file is None else {"histories.anchored": on_anchored}


def _duties(
    settings: NotifySettings,
    parts: _Parts,
    waiting: WaitingNotices,
    held: HeldNotices,
    eraser: TextEraser,
) -> tuple[Duty, ...]:
    duties = [
        Duty("deliver", _delivery(settings, parts).run, by_time=False),
        Duty("waiting-notices", waiting.run, every_seconds=10, by_time=False),
        Duty("held-notices", held.run, next_at=parts.notifier.store.held.next_at),
        Duty("erase-texts", eraser.run, every_seconds=60, by_time=False),
    ]
    if settings.file is not None:
        written = FileChannelDuty(parts.store, parts.notifier.store.notifications, JsonLines(settings.file))
        duties.append(Duty("file", written.run, by_time=False))
    return tuple(duties)


def _delivery(settings: NotifySettings, parts: _Parts) -> DeliveryDuty:
    return DeliveryDuty(
        parts.store,
        SqlDeliveries(),
        parts.notifier,
        MessageComposer(parts.store, parts.pack_cache, Sealer(settings.secret), parts.notifier.wording),
        parts.channels,
        PretendChannel(parts.clock),
        {channel: RetryPolicy(settings.waits, channel in settings.resend_uncertain) for channel in Channel},
        parts.clock,
        settings.pace,
    )


def _app(settings: NotifySettings, parts: _Parts) -> Flask:
    catalogue, cursors = Catalogue.of("services.notify.api"), Cursors(settings.secret, web_catalogue(), NAME)
    inbox, troubled = SqlInbox(parts.store), SqlTroubledDeliveries(parts.store)
    judge = DeliveryJudge(parts.store, troubled, parts.clock)
    routes = [
        blueprint_of("inbox", InboxRoutes(inbox, cursors, catalogue), description="what somebody was told"),
        blueprint_of(
            "deliveries",
            DeliveryRoutes(troubled, judge, cursors, catalogue, settings.secret),
            description="deliveries that a person must look at",
        ),
    ]
    options = AppOptions(
        door=settings.door, catalogues=(catalogue,), about="Who was told what, when, over which channel."
    )
    return application_on(parts.store, routes, metrics=parts.metrics, options=options, secret=settings.secret)


__all__ = ["NAME", "NotifySettings", "WebhookLimits", "build", "metadata", "open_store", "store_on"]
