"""Building the intake service: the only place that makes its objects.

Decides what whoever runs or inspects a house may use of the service: `__all__`, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from services.intake.adapters.heads_file import NAME as HEADS_FILE
from services.intake.adapters.heads_file import HeadsFile, read_heads
from services.intake.adapters.seal import IdentitySeal
from services.intake.api.actions import ActionRoutes
from services.intake.api.attachments import AttachmentRoutes
from services.intake.api.cases import CaseRoutes
from services.intake.api.drafts import DraftRoutes
from services.intake.api.following import FollowRoutes
from services.intake.api.reporters import ReporterRoutes
from services.intake.api.reports import ReportRoutes
from services.intake.api.request_context import RequestContext
from services.intake.api.town import TownRoutes
from services.intake.api.work_orders import WorkOrderRoutes
from services.intake.domain.chain_keys import ChainKeys
from services.intake.domain.follow_codes import FollowCodes
from services.intake.domain.records import PublicRecord
from services.intake.domain.refusal import Refusal
from services.intake.domain.town_moves import TownMove
from services.intake.handlers.admit import Admitter
from services.intake.handlers.alarms import AlarmCounter
from services.intake.handlers.apply_change import ChangeApplier
from services.intake.handlers.attachments import FileAttacher
from services.intake.handlers.awaited_years import on_days_published
from services.intake.handlers.carry_out import StepCarrier
from services.intake.handlers.clock_steps import ClockSteps
from services.intake.handlers.copies import NOTICES, CopyKeeper
from services.intake.handlers.decisions import DecisionTaker
from services.intake.handlers.drafts import Drafts
from services.intake.handlers.following import Follower
from services.intake.handlers.group_commit import GroupCommit, WriterEnded
from services.intake.handlers.histories import BeginningsSealed, DayHeads
from services.intake.handlers.house_alarms import on_alarm
from services.intake.handlers.identities import IdentityKeeper
from services.intake.handlers.links import Linker
from services.intake.handlers.masking import TextMasker
from services.intake.handlers.merging import Merger, SatisfactionTaker
from services.intake.handlers.once import Once
from services.intake.handlers.opening import CaseOpener
from services.intake.handlers.people import Assigner
from services.intake.handlers.reporting import DuplicateFinder, ReportAnswer, ReportIntake, ReportRequest
from services.intake.handlers.results import PublicResults
from services.intake.handlers.step_outcome import StepOutcome
from services.intake.handlers.take_step import StepTaker
from services.intake.handlers.verifying import HistoriesVerifier, HistoryFault
from services.intake.handlers.visibility import VisibilityKeeper
from services.intake.handlers.work_orders import OrderMover
from services.intake.redecision.api.routes import RedecisionRoutes
from services.intake.redecision.handlers.preview import RedecisionPreviewer
from services.intake.redecision.handlers.redecide import Redecider
from services.intake.redecision.store import SqlRedecisions
from services.intake.retention.api import RetentionRoutes
from services.intake.retention.handlers import Eraser, PeriodBook
from services.intake.retention.store import SqlRetention
from services.intake.store import tables
from services.intake.store.alarms import SqlMachineAlarms
from services.intake.store.case_file import SqlCaseFile
from services.intake.store.histories import count_cases, note_move
from services.intake.store.idempotency import SqlClaims, forget_old, next_to_forget
from services.intake.store.jurisdictions import SqlJurisdictionCopies
from services.intake.store.people import SqlPeople
from services.intake.store.published import publications_of_case
from services.intake.store.suspended import mark_suspended
from services.intake.store.town_figures import TownFigures, TownFile, attached_files, figures_by_town
from services.intake.succession.api import SuccessionRoutes
from services.intake.succession.handlers import CaseMover
from services.intake.succession.store import SqlSuccessions
from services.intake.transfer.api.exports import ExportRoutes
from services.intake.transfer.api.imports import ImportRoutes
from services.intake.transfer.handlers.importing import Importer
from services.intake.transfer.handlers.past import PastKeeper
from services.intake.transfer.handlers.read_identities import IdentityReader
from services.intake.transfer.store import SqlImportedLines
from shared.contracts.envelope import Envelope
from shared.contracts.messages import AlarmRaised, ClockChanged, TokenChanged
from shared.contracts.routes import LISTENS, types_of
from shared.contracts.short_tokens import Grant, ShortTokens
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.db.work import Work
from shared.files.keeping import FileKeeper, FolderFiles
from shared.flow.application import application_on
from shared.flow.editions import PackCache, on_token_changed, registry_copies
from shared.flow.limit_books import LimitBooks
from shared.flow.service import Duty, Handler, Service, TryLater
from shared.flow.tokens import short_token_lookup, token_lookup
from shared.kernel.instants import format_instant
from shared.kernel.keyring import Secret
from shared.obs.metrics import Metrics
from shared.rules.decide.compiled import CompiledRulesCache
from shared.web.app import AppOptions, web_catalogue
from shared.web.catalogue import Catalogue
from shared.web.cursors import Cursors
from shared.web.quotas import DoorSettings
from shared.web.routes import Routes, blueprint_of
from shared.web.token_memory import TokenMemory

NAME = "intake"
# Whole from here on: the tables of re-decision, succession and transfer join it as their stores are imported.
metadata = tables.metadata
_PREFETCHED = ("case.", "clock.", "notification.")


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """What a deployment chooses.

    Args:
        store_url: see `shared.db.engines.open_engine`.
        secret: seals identities and cursors, at least 16 bytes; all processes of the service share it.
        attachments: folder of attached files.
        heads: the file of day heads, outside the store; None: none are written.
        engine: who decides what is hidden, and what of an older system's cases: 'both' evaluators, or 'reference'
            alone where durable-rules is not installed.
        door: quotas of whoever asks, and the proxies that are trusted.
    """

    store_url: str
    secret: Secret
    attachments: Path
    engine: str = "both"
    door: DoorSettings = field(default_factory=DoorSettings)
    heads: Path | None = None


def store_on(engine: sa.Engine) -> Store:
    """Return intake's own store on an engine that is open, for whoever looks into a house without building it.

    Args:
        engine: of this service's address; see `shared.db.engines.open_engine`. Its tables are not touched.
    """
    return Store(NAME, engine, tables.flow)


def open_store(settings: IntakeSettings) -> Store:
    """Open intake's own store."""
    return store_on(open_engine(settings.store_url, NAME))


def publications_of(store: Store, town: str, number: str) -> list[PublicRecord]:
    """Return what was published of a case, oldest first; also what nobody sees any more.

    Args:
        store: intake's.
        number: the case's, as people know it.
    """
    with store.read() as conn:
        return publications_of_case(conn, town, number)


def histories_verifier(
    store: Store, secret: Secret, heads: Path | None = None, town: str | None = None
) -> HistoriesVerifier:
    """Return what verifies the histories of a store.

    Args:
        store: intake's.
        secret: the deployment's.
        heads: a file with the heads of days: `HEADS_FILE`, or the file channel's; None: none are compared.
        town: whose cases; None: all.

    Raises:
        OSError: the file can't be read.
    """
    return HistoriesVerifier(store, ChainKeys(secret), read_heads(heads) if heads else (), town)


def note_town_move(conn: sa.Connection, secret: Secret, town: str, what: TownMove, at: datetime) -> None:
    """State, signed, that a town was restored in a store or removed from it; `gridcase verify` takes it into account.

    Args:
        conn: in a transaction on intake's store.
        secret: the deployment's.
    """
    note_move(conn, ChainKeys(secret), town, what, format_instant(at))


def build(
    settings: IntakeSettings,
    *,
    store: Store | None = None,
    metrics: Metrics | None = None,
    attachments: FileKeeper | None = None,
    pack_cache: PackCache | None = None,
) -> Service:
    """Build the service on its store; whatever is passed in stands in for what the settings would make."""
    store, pack_cache = store or open_store(settings), pack_cache or PackCache()
    metrics = metrics or Metrics()
    memories = _Memories(
        TokenMemory(token_lookup(store)), TokenMemory(short_token_lookup(store, settings.secret))
    )
    parts = _parts(settings, store, pack_cache)
    kept = attachments or FolderFiles(settings.attachments)
    eraser = Eraser(store, parts.files, kept, SqlRetention(), PeriodBook(store, pack_cache))
    return Service(
        name=NAME,
        store=store,
        listens=LISTENS[NAME],
        handlers=_handlers(parts, memories),
        prefetch=lambda work, messages: _prefetch(parts.files, work, messages),
        app=_app(settings, parts, kept, eraser, memories, metrics),
        duties=_duties(store, parts, eraser, settings.heads),
        batch=200,  # people wait for the cases that it locks
    )


@dataclass(frozen=True, slots=True)
class _Memories:
    """Tokens that were looked up a moment ago."""

    tokens: TokenMemory[Any]
    short: TokenMemory[Grant]

    def forget(self) -> None:
        """Believe nothing any more: some token has changed."""
        self.tokens.forget()
        self.short.forget()


@dataclass(frozen=True, slots=True)
class _Parts:
    """What does the service's work, on one store."""

    store: Store
    pack_cache: PackCache
    compiled: CompiledRulesCache
    keys: ChainKeys
    files: SqlCaseFile
    seal: IdentitySeal
    tree: SqlJurisdictionCopies
    visibility: VisibilityKeeper
    opener: CaseOpener
    admitter: Admitter
    applier: ChangeApplier
    linker: Linker
    redecider: Redecider
    mover: CaseMover
    assigner: Assigner
    limit_books: LimitBooks
    carrier: StepCarrier


def _parts(settings: IntakeSettings, store: Store, pack_cache: PackCache) -> _Parts:
    keys = ChainKeys(settings.secret)
    files, tree, seal = SqlCaseFile(keys), SqlJurisdictionCopies(), IdentitySeal(settings.secret)
    compiled = CompiledRulesCache(settings.engine)
    pack_cache.with_it_goes(compiled.forget)
    visibility = VisibilityKeeper(compiled)
    opener = CaseOpener(files, visibility, seal)
    admitter = Admitter(files, pack_cache, opener, AlarmCounter(files, SqlMachineAlarms()), tree)
    applier = ChangeApplier(files, visibility)
    linker = Linker(files, admitter)
    redecider = Redecider(store, files, SqlRedecisions(), pack_cache, applier)
    mover = CaseMover(store, files, SqlSuccessions(), pack_cache, applier)
    assigner = Assigner(store, files, SqlPeople())
    limit_books = LimitBooks(pack_cache, compiled)
    carrier = StepCarrier(files, applier, linker, compiled)
    return _Parts(store, pack_cache, compiled, keys, files, seal, tree, visibility, opener, admitter, applier,
                  linker, redecider, mover, assigner, limit_books, carrier)  # fmt: skip


def _handlers(parts: _Parts, memories: _Memories) -> dict[str, Handler]:
    clock_steps = ClockSteps(
        parts.pack_cache, parts.limit_books, parts.carrier, StepOutcome(parts.limit_books)
    )
    copies = CopyKeeper(parts.files, parts.tree, parts.pack_cache, parts.applier, clock_steps)
    decisions = DecisionTaker(
        parts.files, parts.pack_cache, parts.applier, parts.linker, parts.redecider.on_answer
    )

    def on_token(work: Work, message: Envelope, changed: TokenChanged) -> None:
        on_token_changed(work, message, changed)
        # After the commit: forgotten before it, the old token would be looked up and believed once more.
        work.after_commit(memories.forget)

    return {
        **registry_copies(),
        "case.routed": decisions.on_routed,
        "case.unroutable": decisions.on_unroutable,
        **dict.fromkeys(types_of(ClockChanged), copies.on_clock),
        **dict.fromkeys(NOTICES, copies.on_notification),
        "jurisdiction.changed": copies.on_jurisdiction_changed,
        "membership.changed": parts.assigner.on_membership_changed,
        "absence.changed": parts.assigner.on_absence_changed,
        "edition.published": parts.redecider.on_edition_published,
        "token.changed": on_token,
        "calendar.published": on_days_published,
        **dict.fromkeys(types_of(AlarmRaised), on_alarm),
    }


def _duties(store: Store, parts: _Parts, eraser: Eraser, heads: Path | None) -> tuple[Duty, ...]:
    file = HeadsFile(heads) if heads is not None else None
    days = (Duty("day-heads", DayHeads(store, parts.keys, file).run, every_seconds=600.0),) if file else ()
    return (
        Duty("seal-beginnings", BeginningsSealed(store, parts.keys, file).run, every_seconds=60.0),
        *days,
        Duty("assignee-left", parts.assigner.run, parts.assigner.next_at),
        Duty("redecide", parts.redecider.run, parts.redecider.next_at),
        Duty("rehome", parts.mover.run, parts.mover.next_at),
        Duty("forget-idempotency-keys", lambda limit: forget_old(store, limit), next_to_forget, 3600.0),
        Duty("erase", eraser.run, every_seconds=3600.0),
    )


def _prefetch(files: SqlCaseFile, work: Work, messages: Sequence[Envelope]) -> None:
    """Read what a batch is about: cases with their open work orders, clocks and notifications."""
    about = [message for message in messages if message.type.startswith(_PREFETCHED)]
    files.prefetch(work, {message.stream for message in about})
    files.prefetch_copies(work, _named("clock", about), _named("notification", about))


def _named(field: str, messages: Sequence[Envelope]) -> set[str]:
    """Ids in messages that nobody has judged yet: what is no text is left for the judge."""
    return {key for message in messages if isinstance(key := message.plain.get(field), str)}


def _app(
    settings: IntakeSettings,
    parts: _Parts,
    attachments: FileKeeper,
    eraser: Eraser,
    memories: _Memories,
    metrics: Metrics,
) -> Flask:
    catalogue = Catalogue.of("services.intake.domain")
    cursors = Cursors(settings.secret, web_catalogue(), NAME)
    context = RequestContext(parts.store, parts.files, parts.pack_cache, cursors, catalogue, parts.compiled)
    masker = TextMasker(parts.store, parts.pack_cache, parts.seal)
    codes = FollowCodes(settings.secret)
    options = AppOptions(
        door=settings.door,
        short_tokens=memories.short,
        catalogues=(catalogue,),
        translate={Refusal: context.problem, TryLater: "busy", WriterEnded: "busy"},
        about="The case file and the one door for every actor's step.",
    )
    routes = blueprint_of(
        NAME,
        ReportRoutes(context, _group_commit(parts, context, metrics), codes),
        FollowRoutes(Follower(parts.store, codes, ShortTokens(settings.secret))),
        *_case_routes(parts, context, attachments, masker),
        *_town_routes(parts, context, masker),
        RetentionRoutes(context, eraser),
        description="cases: reported, handled, looked at, given away and brought in",
    )
    return application_on(
        parts.store,
        [routes],
        metrics=metrics,
        options=options,
        tokens=memories.tokens,
        secret=settings.secret,
    )


def _group_commit(
    parts: _Parts, context: RequestContext, metrics: Metrics
) -> GroupCommit[ReportRequest, ReportAnswer]:
    reports = ReportIntake(
        parts.admitter, SqlClaims(), DuplicateFinder(parts.pack_cache), metrics, context.problem
    )
    return GroupCommit(parts.store, reports.answer)


def _case_routes(
    parts: _Parts, context: RequestContext, attachments: FileKeeper, masker: TextMasker
) -> Sequence[Routes]:
    files, applier, linker = parts.files, parts.applier, parts.linker
    steps = StepTaker(parts.pack_cache, parts.carrier, StepOutcome(parts.limit_books))
    once = Once(SqlClaims())
    return (
        CaseRoutes(context, masker, parts.keys),
        ActionRoutes(
            context,
            steps,
            once,
            Merger(files, parts.pack_cache, applier, linker, parts.visibility),
            SatisfactionTaker(files, parts.pack_cache, steps),
        ),
        WorkOrderRoutes(context, OrderMover(files), parts.assigner),
        AttachmentRoutes(context, FileAttacher(files, attachments), once),
        ReporterRoutes(context, IdentityKeeper(files, parts.seal)),
        DraftRoutes(context, Drafts(files, parts.admitter, parts.visibility)),
    )


def _town_routes(parts: _Parts, context: RequestContext, masker: TextMasker) -> Sequence[Routes]:
    importer = Importer(
        parts.files,
        SqlImportedLines(),
        parts.compiled,
        parts.admitter,
        parts.opener,
        PastKeeper(parts.files, parts.applier),
    )
    previewer = RedecisionPreviewer(parts.compiled, parts.limit_books)
    return (
        TownRoutes(context, PublicResults(parts.store, parts.pack_cache, masker)),
        RedecisionRoutes(context, parts.redecider, previewer),
        SuccessionRoutes(context, parts.mover),
        ExportRoutes(context, IdentityReader(parts.store, parts.files, parts.seal), masker),
        ImportRoutes(context, importer),
    )


__all__ = [
    "HEADS_FILE",
    "NAME",
    "HistoriesVerifier",
    "HistoryFault",
    "IntakeSettings",
    "TownFigures",
    "TownFile",
    "TownMove",
    "attached_files",
    "build",
    "count_cases",
    "figures_by_town",
    "histories_verifier",
    "mark_suspended",
    "metadata",
    "note_town_move",
    "open_store",
    "publications_of",
    "store_on",
]
