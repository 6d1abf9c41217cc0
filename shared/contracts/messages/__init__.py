"""What each message says, as frozen types: the one place that defines them.

marshmallow schemas are made from these types (`contracts.schemas`) and are the contract at the border; handlers and
domains get the types themselves. Keys of units, levels, steps and rules are those of the case's edition, already
resolved to the town's nouns; a unit is 'jurisdiction/unit'. No field carries a person's identity: people are meant
by reference (`person`), and a reporter by `reporter`.
"""

from shared.contracts.messages.alarms import AlarmRaised, MessageDropped
from shared.contracts.messages.body import Actor, Body, Reason
from shared.contracts.messages.cases import CaseAdmitted, CaseErased, CaseRejected, CaseStep
from shared.contracts.messages.clocks import ClockChanged
from shared.contracts.messages.decisions import CaseRouted, CaseUnroutable
from shared.contracts.messages.duties import DutyChanged, DutyOwed, OccurrenceEvent, RecordKept
from shared.contracts.messages.histories import HistoriesAnchored, TownHead
from shared.contracts.messages.ledger import LedgerChanged, LedgerEntryChanged
from shared.contracts.messages.notifications import NotificationChanged
from shared.contracts.messages.registry import (
    AbsenceChanged,
    CalendarPublished,
    EditionPublished,
    JurisdictionChanged,
    MembershipChanged,
    SessionOpened,
    TokenChanged,
)
from shared.contracts.messages.work_orders import OrderPart, OrderState, WorkOrderChanged

__all__ = [
    "AbsenceChanged",
    "Actor",
    "AlarmRaised",
    "Body",
    "CalendarPublished",
    "CaseAdmitted",
    "CaseErased",
    "CaseRejected",
    "CaseRouted",
    "CaseStep",
    "CaseUnroutable",
    "ClockChanged",
    "DutyChanged",
    "DutyOwed",
    "EditionPublished",
    "HistoriesAnchored",
    "JurisdictionChanged",
    "LedgerChanged",
    "LedgerEntryChanged",
    "MembershipChanged",
    "MessageDropped",
    "NotificationChanged",
    "OccurrenceEvent",
    "OrderPart",
    "OrderState",
    "Reason",
    "RecordKept",
    "SessionOpened",
    "TokenChanged",
    "TownHead",
    "WorkOrderChanged",
]
