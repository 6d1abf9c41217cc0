"""Building the notify service: the only place that makes its objects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from flask import Flask

from services.notify.api import deliveries, inbox
from services.notify.domain.attempts import Patience
from services.notify.domain.notification import Channel
from services.notify.handlers.alarms import AlarmNews
from services.notify.handlers.cases import CaseNews
from services.notify.handlers.clocks import ClockNews
from services.notify.handlers.copies import Copies
from services.notify.handlers.deliver import Delivery, Pace
from services.notify.handlers.events import Rules
from services.notify.handlers.file_out import FileOut
from services.notify.handlers.letters import Letters
from services.notify.handlers.patience import Impatience
from services.notify.handlers.teller import Books as TellingBooks
from services.notify.handlers.teller import Teller, Ways
from services.notify.messages.wording import Wording
from services.notify.ports.channel import OutsideChannel, PretendChannel
from services.notify.ports.lines import JsonLines
from services.notify.ports.mail import MailChannel, MailServer
from services.notify.ports.webhook import WebhookChannel, WebhookLimits
from services.notify.store.case_rows import CaseRows
from services.notify.store.desks import Desks
from services.notify.store.directory import MembershipDirectory
from services.notify.store.notification_rows import NotificationRows, UnwrittenRows
from services.notify.store.queue import DeliveryRows
from services.notify.store.tables import flow, metadata
from services.notify.store.troubled import Troubled
from shared.contracts.schemas import CLOCK_TYPES, LISTENS, STEP_TYPES
from shared.contracts.sealed import Sealer
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.flow.editions import PackShelf, on_calendar_published, on_edition_published, on_token_changed
from shared.flow.service import Duty, Handler, Service
from shared.flow.tokens import token_lookup
from shared.kernel.clock import Clock, SystemClock
from shared.obs.health import Health
from shared.obs.metrics import Metrics
from shared.rules.decide.book import Books
from shared.web.app import Facing, make_app, own_words
from shared.web.cursors import Cursors
from shared.web.words import Words

NAME = "notify"
WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3600, 6 * 3600))


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment chooses.

    Args:
        store_url: see `shared.db.engines.open_engine`.
        secret: opens sealed addresses and signs webhooks; the same for all services of a deployment.
        engine: 'both' evaluators, or 'reference' alone.
        mail: the server that takes e-mail; None: none is sent.
        webhooks: limits for webhooks; None: none are sent.
        file: where the file channel writes; it also stands in for channels that are not set up.
        resend_uncertain: channels that send again what may have arrived; others hold it for a person.
        most_per_case: bound on the notifications that one case can cause.
    """

    store_url: str
    secret: bytes
    engine: str = "both"
    books: int = 256
    mail: MailServer | None = None
    webhooks: WebhookLimits | None = None
    file: Path | None = None
    resend_uncertain: frozenset[Channel] = frozenset({Channel.WEBHOOK, Channel.MAIL})
    waits: tuple[timedelta, ...] = WAITS
    most_per_case: int = 500
    patience: timedelta = timedelta(minutes=10)
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True, slots=True)
class _House:
    """The objects that handlers, duties and routes share."""

    store: Store
    shelf: PackShelf
    rules: Rules
    teller: Teller
    clocks: ClockNews
    wording: Wording


def open_store(settings: Settings) -> Store:
    """Open this service's own store."""
    return Store(NAME, open_engine(settings.store_url, NAME), flow)


def build(
    settings: Settings,
    *,
    store: Store | None = None,
    metrics: Metrics | None = None,
    clock: Clock | None = None,
    channels: Mapping[Channel, OutsideChannel] | None = None,
    shelf: PackShelf | None = None,
) -> Service:
    """Build the service on its store.

    Args:
        clock: real time, for retries and leases.
        channels: take the place of those that the settings describe; for tests.
        shelf: packs that are compiled already.
    """
    store, metrics = store or open_store(settings), metrics or Metrics()
    clock = clock or SystemClock()
    ways = channels if channels is not None else _channels(settings, clock)
    house = _house(settings, store, metrics, clock, ways, shelf or PackShelf(settings.books))
    copies = Copies(house.teller.books.cases, house.teller.books.directory)
    return Service(
        name=NAME,
        store=store,
        listens=LISTENS[NAME],
        handlers=_handlers(house, copies),
        prefetch=copies.prefetch,
        app=_app(settings, house, metrics, clock),
        duties=_duties(settings, house, ways, clock),
    )


def _house(
    settings: Settings,
    store: Store,
    metrics: Metrics,
    clock: Clock,
    ways: Mapping[Channel, OutsideChannel],
    shelf: PackShelf,
) -> _House:
    wording = Wording()
    rules = Rules(shelf, Books(settings.engine, settings.books))
    is_open = frozenset(ways) | ({Channel.FILE} if settings.file else frozenset())
    teller = Teller(
        TellingBooks(CaseRows(), NotificationRows(), MembershipDirectory()),
        wording,
        Ways(is_open, Channel.FILE if settings.file else None, settings.most_per_case, settings.patience),
        metrics,
        clock,
    )
    return _House(store, shelf, rules, teller, ClockNews(rules, teller), wording)


def _channels(settings: Settings, clock: Clock) -> dict[Channel, OutsideChannel]:
    ways: dict[Channel, OutsideChannel] = {}
    if settings.mail is not None:
        ways[Channel.MAIL] = MailChannel(settings.mail, clock)
    if settings.webhooks is not None:
        ways[Channel.WEBHOOK] = WebhookChannel(settings.secret, settings.webhooks, clock=clock)
    return ways


def _handlers(house: _House, copies: Copies) -> dict[str, Handler]:
    cases = CaseNews(house.rules, house.teller, house.clocks)
    return {
        "case.admitted": cases.on_admitted,
        "case.rejected": cases.on_rejected,
        **{f"case.{name}": cases.on_step for name in ("assigned", *STEP_TYPES)},
        **{f"clock.{name}": house.clocks.on_clock for name in CLOCK_TYPES},
        "alarm.raised": AlarmNews(house.teller).on_alarm,
        "membership.changed": copies.on_membership_changed,
        "absence.changed": copies.on_absence_changed,
        "edition.published": on_edition_published,
        "calendar.published": on_calendar_published,
        "token.changed": on_token_changed,
    }


def _duties(
    settings: Settings, house: _House, ways: Mapping[Channel, OutsideChannel], clock: Clock
) -> tuple[Duty, ...]:
    patience = {
        channel: Patience(settings.waits, channel in settings.resend_uncertain) for channel in Channel
    }
    letters = Letters(house.store, house.shelf, Sealer(settings.secret), house.wording)
    delivery = Delivery(
        house.store,
        DeliveryRows(),
        house.teller,
        letters,
        ways,
        PretendChannel(),
        patience,
        clock,
        settings.pace,
    )
    duties = [
        Duty("deliver", delivery.run),
        Duty(
            "patience", Impatience(house.store, house.rules, house.teller, house.clocks).run, every_seconds=10
        ),
    ]
    if settings.file is not None:
        duties.append(Duty("file", FileOut(house.store, UnwrittenRows(), JsonLines(settings.file)).run))
    return tuple(duties)


def _app(settings: Settings, house: _House, metrics: Metrics, clock: Clock) -> Flask:
    words, store = Words.of("services.notify.api"), house.store
    cursors = Cursors(settings.secret, own_words())
    health = Health()
    health.register("store", lambda: _ping(store))
    blueprints = [
        inbox.blueprint(inbox.Inbox(Desks(store), cursors, words)),
        deliveries.blueprint(deliveries.Deliveries(Troubled(store), cursors, words, clock, settings.secret)),
    ]
    return make_app(
        NAME,
        blueprints,
        tokens=token_lookup(store),
        metrics=metrics,
        health=health,
        facing=Facing(catalogues=(words,), about="Who was told what, when, over which channel."),
    )


def _ping(store: Store) -> str | None:
    with store.read() as conn:
        store.now(conn)
    return None


__all__ = ["NAME", "Settings", "build", "metadata", "open_store"]
