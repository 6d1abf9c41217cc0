"""Building the intake service: the only place that makes its objects."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from flask_smorest import Blueprint

from services.intake.api.attachments import AttachmentRoutes
from services.intake.api.cases import CaseRoutes
from services.intake.api.desk import Desk
from services.intake.api.drafts import DraftRoutes
from services.intake.api.exports import ExportRoutes
from services.intake.api.imports import ImportRoutes
from services.intake.api.merging import MergeRoutes
from services.intake.api.redecisions import RedecisionRoutes
from services.intake.api.rehoming import RehomingRoutes
from services.intake.api.reporters import ReporterRoutes
from services.intake.api.reports import ReportRoutes
from services.intake.api.town_lists import TownListRoutes
from services.intake.domain.refusal import Refusal
from services.intake.handlers.admit import Admitter
from services.intake.handlers.alarms import AlarmCounter
from services.intake.handlers.bring_in import Importer
from services.intake.handlers.carry_out import Carrier
from services.intake.handlers.copies import CopyKeeper
from services.intake.handlers.decisions import DecisionTaker
from services.intake.handlers.drafts import Drafts
from services.intake.handlers.front_desk import Answer, FrontDesk, Request
from services.intake.handlers.hiding import Hider
from services.intake.handlers.likely import Likely
from services.intake.handlers.links import Linker
from services.intake.handlers.merging import Merger
from services.intake.handlers.opening import Opener
from services.intake.handlers.people import Assigner
from services.intake.handlers.redecide import Redecider
from services.intake.handlers.rehome import Rehomer
from services.intake.handlers.satisfaction import Satisfaction
from services.intake.handlers.take_step import StepTaker
from services.intake.handlers.together import Together
from services.intake.handlers.work_orders import OrderMover
from services.intake.ports.attachments import Attachments
from services.intake.store import tables
from services.intake.store.alarms import StoredAlarms
from services.intake.store.case_file import StoredCaseFile
from services.intake.store.folder import FolderAttachments
from services.intake.store.idempotency import StoredClaims, forget_old, next_to_forget
from services.intake.store.imported import StoredImports
from services.intake.store.people import StoredPeople
from services.intake.store.redecisions import StoredRedecisions
from services.intake.store.rehoming import StoredRehomings
from services.intake.store.sealing import IdentitySeal
from shared.contracts.envelope import Envelope
from shared.contracts.schemas import CLOCK_TYPES, LISTENS
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.editions import PackShelf, on_calendar_published, on_token_changed
from shared.flow.service import Duty, Handler, Service, TryLater
from shared.flow.tokens import token_lookup
from shared.obs.health import Health
from shared.obs.metrics import Metrics
from shared.rules.decide.book import Books
from shared.web.app import Facing, make_app, own_words
from shared.web.cursors import Cursors
from shared.web.token_memory import TokenMemory
from shared.web.words import Words

NAME = "intake"
metadata = tables.metadata
_PREFETCHED = ("case.", "clock.", "notification.")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment chooses.

    Args:
        store_url: see `shared.db.engines.open_engine`.
        secret: seals identities and cursors, at least 16 bytes; all processes of the service share it.
        attachments: folder of attached files.
        packs: how many editions stay compiled in memory.
        engine: who decides what is hidden: 'both' evaluators or 'reference' alone.
    """

    store_url: str
    secret: bytes
    attachments: Path
    packs: int = 256
    engine: str = "reference"


def open_store(settings: Settings) -> Store:
    """Open intake's own store."""
    return Store(NAME, open_engine(settings.store_url, NAME), tables.flow)


def build(
    settings: Settings,
    *,
    store: Store | None = None,
    metrics: Metrics | None = None,
    attachments: Attachments | None = None,
    shelf: PackShelf | None = None,
) -> Service:
    """Build the service on its store; whatever is passed in stands in for what the settings would make."""
    store, shelf = store or open_store(settings), shelf or PackShelf(settings.packs)
    files = StoredCaseFile(IdentitySeal(settings.secret))
    tokens = TokenMemory(token_lookup(store))
    desk = _desk(settings, store, shelf, files, metrics or Metrics())
    desk = replace(desk, attachments=attachments) if attachments else desk
    return Service(
        name=NAME,
        store=store,
        listens=LISTENS[NAME],
        handlers=_handlers(desk, tokens),
        prefetch=lambda work, messages: _prefetch(files, work, messages),
        app=_app(desk, tokens),
        duties=(
            Duty("assignee-left", desk.assigner.run, desk.assigner.next_at),
            Duty("redecide", desk.redecider.run, desk.redecider.next_at),
            Duty("rehome", desk.rehomer.run, desk.rehomer.next_at),
            Duty("forget-idempotency-keys", lambda limit: forget_old(store, limit), next_to_forget, 3600.0),
        ),
    )


def _desk(
    settings: Settings, store: Store, shelf: PackShelf, files: StoredCaseFile, metrics: Metrics
) -> Desk:
    books = Books(settings.engine)
    hider = Hider(books)
    opener = Opener(files, hider)
    admitter = Admitter(files, shelf, opener, AlarmCounter(files, StoredAlarms()))
    carrier, linker = Carrier(files, hider), Linker(files, admitter)
    redecider = Redecider(store, files, StoredRedecisions(), shelf, carrier)
    return Desk(
        store=store,
        shelf=shelf,
        files=files,
        seal=IdentitySeal(settings.secret),
        attachments=FolderAttachments(settings.attachments),
        admitter=admitter,
        steps=StepTaker(files, shelf, carrier, linker),
        decisions=DecisionTaker(files, shelf, carrier, linker, redecider),
        orders=OrderMover(files),
        redecider=redecider,
        importer=Importer(files, StoredImports(), books, admitter, opener, carrier),
        rehomer=Rehomer(store, files, StoredRehomings(), shelf, carrier),
        books=books,
        likely=Likely(files, shelf),
        drafts=Drafts(files, admitter, hider),
        merger=Merger(files, shelf, carrier, linker),
        satisfaction=Satisfaction(files),
        assigner=Assigner(store, files, StoredPeople()),
        cursors=Cursors(settings.secret, own_words()),
        words=Words.of("services.intake.domain"),
        metrics=metrics,
    )


def _handlers(desk: Desk, tokens: TokenMemory) -> dict[str, Handler]:
    copies = CopyKeeper(desk.files, tables.jurisdictions)

    def on_token(work: Work, message: Envelope) -> None:
        on_token_changed(work, message)
        work.after_commit(tokens.forget)

    return {
        "case.routed": desk.decisions.on_routed,
        "case.unroutable": desk.decisions.on_unroutable,
        **{f"clock.{name}": copies.on_clock for name in CLOCK_TYPES},
        **{f"notification.{name}": copies.on_notification for name in ("sent", "failed", "uncertain")},
        "jurisdiction.changed": copies.on_jurisdiction_changed,
        "membership.changed": desk.assigner.on_membership_changed,
        "absence.changed": desk.assigner.on_absence_changed,
        "edition.published": desk.redecider.on_edition_published,
        "calendar.published": on_calendar_published,
        "token.changed": on_token,
    }


def _prefetch(files: StoredCaseFile, work: Work, messages: Sequence[Envelope]) -> None:
    """Read what a batch is about: cases with their open work orders, clocks and notifications."""
    about = [message for message in messages if message.type.startswith(_PREFETCHED)]
    files.prefetch(work, {message.stream for message in about})
    work.rows(tables.clocks).prefetch(_named("clock", about))
    work.rows(tables.notices).prefetch(_named("notification", about))


def _named(field: str, messages: Sequence[Envelope]) -> set[str]:
    return {key for message in messages if isinstance(key := message.data.get(field), str)}


def _app(desk: Desk, tokens: TokenMemory) -> Flask:
    front_desk = FrontDesk(desk.admitter, StoredClaims(), desk.likely, desk.metrics, desk.problem)
    together: Together[Request, Answer] = Together(desk.store, front_desk.answer)
    blueprint = Blueprint("intake", __name__)
    ReportRoutes(desk, together).mount(blueprint)
    for routes in (
        CaseRoutes,
        TownListRoutes,
        AttachmentRoutes,
        ReporterRoutes,
        DraftRoutes,
        MergeRoutes,
        RedecisionRoutes,
        ExportRoutes,
        ImportRoutes,
        RehomingRoutes,
    ):
        routes(desk).mount(blueprint)
    health = Health()
    health.register("store", lambda: _ping(desk.store))
    facing = Facing(
        catalogues=(desk.words,),
        translate={Refusal: desk.problem, TryLater: "busy"},
        about="The case file and the one door for every actor's step.",
    )
    return make_app(NAME, [blueprint], tokens=tokens, metrics=desk.metrics, health=health, facing=facing)


def _ping(store: Store) -> str | None:
    with store.read() as conn:
        store.now(conn)
    return None
