"""Building the duties service: the only place that makes its objects.

Decides what whoever runs or inspects a house may use of the service: `__all__`, and nothing else.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from services.duties.api.attendance import AttendanceRoutes
from services.duties.api.calendar_links import CALENDAR, DutyLinkRoutes
from services.duties.api.context import DutiesContext
from services.duties.api.day import DayRoutes
from services.duties.api.occurrences import OccurrenceRoutes
from services.duties.api.orders import OrderRoutes
from services.duties.api.pictures import PictureRoutes
from services.duties.api.plans import PlanRoutes
from services.duties.api.records import RecordRoutes
from services.duties.api.samples import SampleRoutes
from services.duties.api.surveys import SurveyRoutes
from services.duties.api.year import YearRoutes
from services.duties.domain.refusals import words
from services.duties.handlers.acting import Acting
from services.duties.handlers.attending import AttendanceKeeper
from services.duties.handlers.excusing import OccurrenceExcuser
from services.duties.handlers.hearing import LedgerListener
from services.duties.handlers.judging import OccurrenceJudge
from services.duties.handlers.keeping import RecordKeeper
from services.duties.handlers.making import OccurrenceMaker
from services.duties.handlers.opening import OccurrenceOpener
from services.duties.handlers.ordering import OrderKeeper
from services.duties.handlers.picturing import PictureForgetter, PictureTaker
from services.duties.handlers.planning import Planner
from services.duties.handlers.sampling import SampleKeeper
from services.duties.handlers.surveying import AnswerTeller, SurveyCloser, SurveyKeeper
from services.duties.handlers.town_rules import TownRules
from services.duties.store.claims import forget_old, next_to_forget
from services.duties.store.pictures import KeptPicture, kept_pictures
from services.duties.store.tables import calendar_links, flow, metadata
from shared.contracts.routes import LISTENS
from shared.contracts.sealed import Sealer, SealPurpose
from shared.db.calendar_links import CalendarLinks
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.files.keeping import FileKeeper, FolderFiles
from shared.flow.application import application_on
from shared.flow.calendar_links import CalendarLinkDesk
from shared.flow.editions import PackCache, registry_copies
from shared.flow.service import Duty, Handler, Service
from shared.kernel.keyring import Secret
from shared.obs.metrics import Metrics
from shared.web.app import AppOptions, web_catalogue
from shared.web.cursors import Cursors
from shared.web.quotas import DoorSettings
from shared.web.routes import blueprint_of

NAME = "duties"
# What is owed within this time is there to be listed and moved; what lies farther is reckoned when it is asked.
AHEAD = timedelta(days=35)
_SEALED = SealPurpose("duties/records", b"gridcase records")
_CODES = SealPurpose("duties/surveys", b"gridcase surveys")


@dataclass(frozen=True, slots=True)
class DutiesSettings:
    """What a deployment chooses.

    Args:
        store_url: see `shared.db.engines.open_engine`.
        secret: the deployment's: seals what few may read of records, binds cursors, and short tokens are known by it.
        pictures: folder of the pictures of records.
        ahead: how far ahead occurrences are made.
        door: quotas of whoever asks, and the proxies that are trusted.
    """

    store_url: str
    secret: Secret
    pictures: Path
    ahead: timedelta = AHEAD
    door: DoorSettings = field(default_factory=DoorSettings)


def store_on(engine: sa.Engine) -> Store:
    """Return the service's own store on an engine that is open, for whoever looks into a house without building it.

    Args:
        engine: of this service's address; see `shared.db.engines.open_engine`. Its tables are not touched.
    """
    return Store(NAME, engine, flow)


def open_store(settings: DutiesSettings) -> Store:
    """Open the service's own store."""
    return store_on(open_engine(settings.store_url, NAME))


def build(
    settings: DutiesSettings,
    *,
    store: Store | None = None,
    metrics: Metrics | None = None,
    pack_cache: PackCache | None = None,
    pictures: FileKeeper | None = None,
) -> Service:
    """Build the service on its store; whatever is passed in stands in for what the settings would make."""
    store, metrics = store or open_store(settings), metrics or Metrics()
    files = pictures or FolderFiles(settings.pictures)
    parts = _parts(settings, store, pack_cache or PackCache(), files)
    return Service(
        name=NAME,
        store=store,
        listens=LISTENS[NAME],
        handlers=_handlers(parts),
        app=_app(settings, parts, metrics),
        duties=_duties(store, parts),
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """What does the service's work, on one store."""

    context: DutiesContext
    maker: OccurrenceMaker
    opener: OccurrenceOpener
    keeper: RecordKeeper
    attendance: AttendanceKeeper
    taker: PictureTaker
    forgetter: PictureForgetter
    surveys: SurveyKeeper

    @property
    def acting(self) -> Acting:
        """Keeps who holds which post."""
        return self.context.acting


def _parts(settings: DutiesSettings, store: Store, pack_cache: PackCache, files: FileKeeper) -> _Parts:
    rules = TownRules(pack_cache, flow.editions, flow.calendars)
    opener = OccurrenceOpener(store, rules)
    judge = OccurrenceJudge(opener)
    context = DutiesContext(store, rules, Acting(), judge)
    keeper = RecordKeeper(judge, Sealer(settings.secret, _SEALED))
    return _Parts(
        context,
        OccurrenceMaker(store, rules, settings.ahead),
        opener,
        keeper,
        AttendanceKeeper(judge),
        PictureTaker(files),
        PictureForgetter(store, rules, files),
        SurveyKeeper(keeper, Sealer(settings.secret, _CODES)),
    )


def _handlers(parts: _Parts) -> dict[str, Handler]:
    return {
        **registry_copies(),
        "edition.published": parts.maker.on_edition_published,
        "calendar.published": parts.maker.on_calendar_published,
        "membership.changed": parts.acting.on_membership_changed,
        "absence.changed": parts.acting.on_absence_changed,
        "ledger.changed": LedgerListener(parts.context.judge).on_ledger_changed,
    }


def _duties(store: Store, parts: _Parts) -> tuple[Duty, ...]:
    closer, teller = SurveyCloser(store, parts.surveys), AnswerTeller(store, parts.context.rules)
    return (
        Duty("make occurrences ahead", parts.maker.run, parts.maker.next_at, every_seconds=5),
        Duty("open what is owed", parts.opener.run, parts.opener.next_at),
        Duty("end surveys", closer.run, closer.next_at),
        Duty("tell of answers", teller.run, teller.next_at),
        Duty("forget-idempotency-keys", lambda limit: forget_old(store, limit), next_to_forget, 3600.0),
        Duty(
            "forget pictures without a record",
            parts.forgetter.forget_unnamed,
            parts.forgetter.next_unnamed,
            3600.0,
        ),
        Duty("erase pictures", parts.forgetter.erase_old, every_seconds=3600.0, by_time=False),
    )


def _app(settings: DutiesSettings, parts: _Parts, metrics: Metrics) -> Flask:
    context, cursors = parts.context, Cursors(settings.secret, web_catalogue(), NAME)
    routes = blueprint_of(
        "duties",
        OccurrenceRoutes(context, cursors, OccurrenceExcuser(context.judge.occurrences)),
        RecordRoutes(context, cursors, parts.keeper),
        PictureRoutes(context, parts.keeper, parts.taker),
        OrderRoutes(context, cursors, OrderKeeper(context.judge)),
        AttendanceRoutes(context, cursors, parts.attendance),
        SurveyRoutes(context, cursors, parts.surveys),
        SampleRoutes(context, cursors, SampleKeeper(parts.keeper)),
        YearRoutes(context),
        DayRoutes(context),
        PlanRoutes(context, Planner()),
        DutyLinkRoutes(context, CalendarLinkDesk(context.store, CalendarLinks(calendar_links), CALENDAR)),
        description="what is owed again and again, and what was recorded for it",
    )
    options = AppOptions(
        door=settings.door, catalogues=(words(),), about="What is owed again and again, given and missing."
    )
    return application_on(context.store, [routes], metrics=metrics, options=options, secret=settings.secret)


__all__ = [
    "NAME", "DutiesSettings", "KeptPicture", "build", "kept_pictures", "metadata", "open_store", "store_on",
]  # fmt: skip
