"""Building the console: the only place that makes its objects.

Decides what whoever runs a house may use of it: `__all__`, and nothing else.
"""

from dataclasses import dataclass, field
from functools import partial

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.console.adapters.http_calls import HttpCalls
from services.console.adapters.wsgi_calls import WsgiCalls
from services.console.api.account import AccountPages
from services.console.api.accounts import AccountsPages
from services.console.api.across import AcrossPages
from services.console.api.assess import AssessPages
from services.console.api.assets import mount_assets
from services.console.api.attendance import AttendancePages
from services.console.api.bulk import BulkPages
from services.console.api.calendar import CalendarKind, CalendarPages
from services.console.api.case import CasePages
from services.console.api.case_papers import CasePaperPages
from services.console.api.cookies import SealedCookies
from services.console.api.day import DayPages
from services.console.api.descriptions import DescriptionPages
from services.console.api.desk import DeskPages
from services.console.api.documents import DocumentPages
from services.console.api.duties import DutyPages
from services.console.api.exports import ExportPages
from services.console.api.following import FollowPages
from services.console.api.form_papers import FormPaperPages
from services.console.api.frame import PageFrame
from services.console.api.grids import MapPages
from services.console.api.home import HomePages
from services.console.api.ledger import LedgerPages
from services.console.api.ledger_forms import LedgerFormPages
from services.console.api.ledger_lists import LedgerListPages
from services.console.api.merging import MergingPages
from services.console.api.messages import MessagesPages
from services.console.api.orders import OrderPages
from services.console.api.people import PeoplePages
from services.console.api.plans import PlanPages
from services.console.api.platform import PlatformPages
from services.console.api.posted import SheetPages
from services.console.api.public import PublicPages
from services.console.api.record_forms import RecordFormPages
from services.console.api.records import RecordPages
from services.console.api.refusals import ErrorPages
from services.console.api.report import ReportPages
from services.console.api.rotas import RotaPages
from services.console.api.samples import SamplePages
from services.console.api.sign_in import SignInPages
from services.console.api.subjects import SubjectPages
from services.console.api.supervision import SupervisionPages
from services.console.api.surveys import AnswerPages, SurveyPages
from services.console.api.teams import TeamPages
from services.console.api.tokens import TokensPages
from services.console.api.uploads import LARGEST_FORM
from services.console.api.waiting import WaitingPages
from services.console.api.waiting import hold as hold_what_waits
from services.console.api.wall import WallPages
from services.console.api.week import WeekPages
from services.console.api.words import page_words
from services.console.api.year import YearPages
from services.console.handlers.following import FollowShelf
from services.console.handlers.name_books import NameShelf
from services.console.handlers.readers import SessionBook
from services.console.handlers.tokens import TokenShelf
from services.console.ports.calls import ApiCalls
from shared.kernel.clock import SystemClock, TimeSource
from shared.kernel.keyring import KEY_SIZE, Secret, keyring_of
from shared.obs.metrics import Metrics
from shared.web.watching import watch

NAME = "console"
FORMS = "console/forms"


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """What a deployment chooses.

    Args:
        secret: of which the keys are made that close the cookie and sign forms.
    """

    secret: Secret = field(repr=False)


def build(
    settings: ConsoleSettings,
    calls: ApiCalls,
    *,
    metrics: Metrics | None = None,
    time: TimeSource | None = None,
) -> Flask:
    """Return the console's application.

    Args:
        calls: carries its questions to the services.
        time: by which it reckons what remains, and when a token is renewed; None: the machine's.
    """
    metrics, time = metrics or Metrics(), time or SystemClock()
    app = Flask("services.console.api", static_folder=None)
    app.session_interface = SealedCookies(settings.secret)
    app.config.update(
        SECRET_KEY=keyring_of(settings.secret).keys(FORMS)[0].value[:KEY_SIZE],
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_PARTS=200,
        # A form may lie open on a desk all day; it ends with the cookie that it belongs to.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_FIELD_NAME="csrf",
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    watch(app, NAME, metrics)
    frame = _frame(calls, time)
    frame.hold(app)
    CSRFProtect(app)
    ErrorPages(frame).hold(app)
    hold_what_waits(app)
    app.register_blueprint(_pages(frame))
    app.add_url_rule("/healthz", "healthz", lambda: {"status": "ok"})
    app.add_url_rule(
        "/metrics",
        "metrics",
        lambda: (generate_latest(metrics.registry), {"Content-Type": CONTENT_TYPE_LATEST}),
    )
    return app


def _frame(calls: ApiCalls, time: TimeSource) -> PageFrame:
    sessions = SessionBook(TokenShelf(time), time)
    return PageFrame(calls, sessions, NameShelf(time), page_words(), time, FollowShelf(time))


def _pages(frame: PageFrame) -> Blueprint:
    pages = Blueprint("pages", "services.console.api", template_folder="templates")
    mount_assets(pages)
    for kind in (
        HomePages,
        SignInPages,
        AccountPages,
        ReportPages,
        DeskPages,
        CasePages,
        FollowPages,
        DayPages,
        DutyPages,
        RecordFormPages,
        RecordPages,
        SurveyPages,
        AnswerPages,
        SamplePages,
        AttendancePages,
        YearPages,
        WeekPages,
        PlanPages,
        WaitingPages,
        BulkPages,
        MergingPages,
        CasePaperPages,
        DocumentPages,
        FormPaperPages,
        ExportPages,
        MapPages,
        WallPages,
        OrderPages,
        LedgerPages,
        LedgerFormPages,
        LedgerListPages,
        SubjectPages,
        AssessPages,
        CalendarPages,
        partial(CalendarPages, kind=CalendarKind.DUTIES),
        SupervisionPages,
        AcrossPages,
        MessagesPages,
        PublicPages,
        PeoplePages,
        TeamPages,
        RotaPages,
        SheetPages,
        AccountsPages,
        TokensPages,
        PlatformPages,
        DescriptionPages,
    ):
        kind(frame).mount(pages)
    return pages


__all__ = ["NAME", "ConsoleSettings", "HttpCalls", "WsgiCalls", "build"]
