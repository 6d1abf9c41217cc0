"""Which service says which messages, who takes whose streams, and which type carries each of them."""

from msgspec import Struct

from shared.contracts.messages import (
    AbsenceChanged,
    AlarmRaised,
    CalendarPublished,
    CaseAdmitted,
    CaseErased,
    CaseRejected,
    CaseRouted,
    CaseStep,
    CaseUnroutable,
    ClockChanged,
    DutyChanged,
    DutyOwed,
    EditionPublished,
    HistoriesAnchored,
    JurisdictionChanged,
    LedgerChanged,
    MembershipChanged,
    MessageDropped,
    NotificationChanged,
    OccurrenceEvent,
    OrderState,
    RecordKept,
    SessionOpened,
    TokenChanged,
    WorkOrderChanged,
)
from shared.contracts.messages.cases import STEP_TYPES
from shared.rules.clocks.changes import ClockEvent

# Producer → message type → type of its data, in the order of the document.
_BODIES_OF: dict[str, dict[str, type[Struct]]] = {
    "intake": {
        "case.admitted": CaseAdmitted,
        "case.rejected": CaseRejected,
        "case.erased": CaseErased,
        **{f"case.{name}": CaseStep for name in STEP_TYPES},
        **{f"work_order.{state.value}": WorkOrderChanged for state in OrderState},
        "histories.anchored": HistoriesAnchored,
    },
    "routing": {"case.routed": CaseRouted, "case.unroutable": CaseUnroutable},
    "sla": {f"clock.{event.value}": ClockChanged for event in ClockEvent},
    "notify": {
        f"notification.{name}": NotificationChanged for name in ("held", "sent", "failed", "uncertain")
    },
    "ledger": {"ledger.changed": LedgerChanged},
    "registry": {
        "edition.published": EditionPublished,
        "calendar.published": CalendarPublished,
        "membership.changed": MembershipChanged,
        "absence.changed": AbsenceChanged,
        "token.changed": TokenChanged,
        "jurisdiction.changed": JurisdictionChanged,
        "session.opened": SessionOpened,
    },
    "duties": {
        "duty.owed": DutyOwed,
        **{f"duty.{event.value}": DutyChanged for event in OccurrenceEvent},
        "record.kept": RecordKept,
    },
    "assess": {},  # what it counts is asked for, and nobody is told; of it there are alarms alone
}

# Every message's type → the type of its data. Every service may raise an alarm, and give a message up.
BODIES: dict[str, type[Struct]] = {
    **{name: body for bodies in _BODIES_OF.values() for name, body in bodies.items()},
    "alarm.raised": AlarmRaised,
    "message.dropped": MessageDropped,
}

PRODUCERS: dict[str, tuple[str, ...]] = {
    service: (*bodies, "alarm.raised") for service, bodies in _BODIES_OF.items()
}

# Who takes whose streams, whole. A stream is never filtered: its sequence would show holes.
LISTENS: dict[str, tuple[str, ...]] = {
    "intake": ("assess", "ledger", "routing", "sla", "notify", "registry"),
    "routing": ("intake", "registry"),
    "sla": ("intake", "duties", "registry"),
    "notify": ("intake", "sla", "duties", "registry"),
    "ledger": ("registry",),
    "registry": (),
    "duties": ("ledger", "registry"),
    "assess": ("intake", "sla", "duties", "notify", "ledger", "registry"),
}


def types_of(body: type[Struct]) -> tuple[str, ...]:
    """Return the types of all messages that carry this data, such as every 'case.<step>' for `CaseStep`."""
    return tuple(name for name, carried in BODIES.items() if carried is body)


def minor_of(type_: str) -> int:
    """Return the minor version of a message type as this house knows it; 0 for an unknown one."""
    minor: int = getattr(BODIES.get(type_), "MINOR", 0)
    return minor


# Services whose store can be emptied and filled again from what their producers emitted. What of it is a word of their
# own, that nobody else has, is in tables that say so (`shared.db.flow_tables.OWN_WORD`) and stays.
REPLAYABLE: tuple[str, ...] = ("routing", "sla", "notify", "assess")

# Those among them that a house fills by itself when it first starts with them: it may be older than they are.
FILLED_WHEN_NEW: tuple[str, ...] = ("assess",)

# Whose whole past a service hears that comes to a house which is older than it: nothing of their outbox may go.
TOLD_AGAIN: tuple[str, ...] = ("registry", "ledger")
