"""What the services answer, as far as pages show it: the fields that are read, and no more.

A field that an answer leaves out has the value that says 'nothing'; what pages do not show is passed over.
"""

from services.console.domain.sheets.cases import (
    CaseSheet,
    ClockCopySheet,
    DecisionSheet,
    DuplicateSheet,
    HolderSheet,
    OrderSheet,
    ReportSheet,
    SatisfactionSheet,
)
from services.console.domain.sheets.clocks import (
    ClockForm,
    ClockStories,
    ClockStory,
    CountedDays,
    DayName,
    DaySpan,
    LimitAmount,
    PauseSpan,
)
from services.console.domain.sheets.entries import ActorSheet, EntryData, EntrySheet, FileSheet, NoticeSheet
from services.console.domain.sheets.names import NameBook, NamedKey, TownList, TownSheet
from services.console.domain.sheets.problems import FieldFault, ProblemSheet
from services.console.domain.sheets.reporting import (
    AskedFact,
    OfferedCategory,
    OfferedChannel,
    ProposalSheet,
    ProposedSheet,
    ReceiptSheet,
    ReportChoices,
)
from services.console.domain.sheets.rows import CaseRow, CaseRows, DeadlineRow, DeadlineRows, PlaceSheet
from services.console.domain.sheets.sending import OrderMoveToSend, ReporterToSend, ReportToSend, StepToSend
from services.console.domain.sheets.sessions import (
    BegunSheet,
    ListedSession,
    OpenedSheet,
    PersonSheet,
    ProviderSheet,
    RoleSheet,
    SessionPage,
    SessionSheet,
    TokenSheet,
)
from services.console.domain.sheets.steps import NotDoneSheet, StepOffer, StepWait, TakenSheet, WhyNotSaid
from services.console.domain.sheets.told import (
    MessagePage,
    MessageSheet,
    PublicationPage,
    PublicationSheet,
    PublicResultSheet,
)
from services.console.domain.sheets.values import FactGiven, WhySheet

__all__ = [
    "ActorSheet",
    "AskedFact",
    "BegunSheet",
    "CaseRow",
    "CaseRows",
    "CaseSheet",
    "ClockCopySheet",
    "ClockForm",
    "ClockStories",
    "ClockStory",
    "CountedDays",
    "DayName",
    "DaySpan",
    "DeadlineRow",
    "DeadlineRows",
    "DecisionSheet",
    "DuplicateSheet",
    "EntryData",
    "EntrySheet",
    "FactGiven",
    "FieldFault",
    "FileSheet",
    "HolderSheet",
    "LimitAmount",
    "ListedSession",
    "MessagePage",
    "MessageSheet",
    "NameBook",
    "NamedKey",
    "NotDoneSheet",
    "NoticeSheet",
    "OfferedCategory",
    "OfferedChannel",
    "OpenedSheet",
    "OrderMoveToSend",
    "OrderSheet",
    "PauseSpan",
    "PersonSheet",
    "PlaceSheet",
    "ProblemSheet",
    "ProposalSheet",
    "ProposedSheet",
    "ProviderSheet",
    "PublicResultSheet",
    "PublicationPage",
    "PublicationSheet",
    "ReceiptSheet",
    "ReportChoices",
    "ReportSheet",
    "ReportToSend",
    "ReporterToSend",
    "RoleSheet",
    "SatisfactionSheet",
    "SessionPage",
    "SessionSheet",
    "StepOffer",
    "StepToSend",
    "StepWait",
    "TakenSheet",
    "TokenSheet",
    "TownList",
    "TownSheet",
    "WhyNotSaid",
    "WhySheet",
]
