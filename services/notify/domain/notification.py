"""What one notification is, and the key under which it is the same at every repetition.

Decides the key's ingredients. Must not know stores, channels' ways of sending, or people's addresses.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from services.notify.domain.attempts import DeliveryState
from services.notify.domain.matter import Matter
from shared.contracts.messages import NotificationChanged, Reason
from shared.kernel.canonical import content_hash
from shared.kernel.subject import Subject, SubjectKind
from shared.kernel.texts import Text
from shared.rules.case.telling import HeldBy


class Channel(StrEnum):
    """The ways by which somebody can be told."""

    INBOX = "inbox"  # a desk in this service's own store
    PUBLICATION = "publication"  # for the public: leaves no place and no person in the text
    FILE = "file"  # lines of JSON that another program reads
    MAIL = "mail"
    WEBHOOK = "webhook"

    @property
    def is_outside(self) -> bool:
        """Tell whether sending has an effect outside the store, and so can fail or be uncertain."""
        return self in (Channel.MAIL, Channel.WEBHOOK)


SOURCE = "notify"
GATHERED = "gathered"  # event of a message that tells several notices together


class NoticeCause(Struct, frozen=True):
    """What makes somebody be told: one event of one message.

    Args:
        subject: what it is about; None: it concerns a town and no single thing in it.
        source: service whose message it is, with `sequence` its place in the stream.
        round: round of handling; a case reopened is told anew.
        on: the event as rules name it: a milestone, '<clock> breached', 'alarm <code>'.
    """

    subject: Subject | None
    source: str
    stream: str
    sequence: int
    round: int
    on: str


@dataclass(frozen=True, slots=True)
class Notification:
    """One person or desk, told one thing over one channel.

    Args:
        party: the recipient as the rule names it.
        unit: 'jurisdiction/unit' that is told, if it is a unit.
        person: reference of the person told; None for a unit's desk and for the public.
        via: the unit (a vacancy) or the absent person in whose place this one is told.
        lost: why it can't even be tried, such as 'no-address'; '' when it can.
        matter: the case as it stands, for whoever reads it outside; None: its words are all.
    """

    cause: NoticeCause
    reason: Reason
    party: str
    channel: Channel
    text: Text
    unit: str | None = None
    person: str | None = None
    via: str | None = None
    lost: str = ""
    matter: Matter | None = None

    @property
    def key(self) -> str:
        """The stable key: equal for every repetition of this notification, different for any other.

        Receivers outside know it, and rows of older versions carry it: its ingredients must not change.
        """
        cause = self.cause
        return content_hash(
            [
                cause.subject.key if cause.subject else cause.stream,
                cause.source,
                cause.sequence,
                cause.round,
                cause.on,
                self.reason.rule,
                self.unit,
                self.person,
                # A unit that a rule means by two of its parties is told once; the party tells apart who has no unit.
                self.party if not self.unit else None,
                self.channel.value,
            ]
        )


@dataclass(frozen=True, slots=True)
class StoredNotification:
    """A notification as it is kept, with what is repeated of its case and what has become of it.

    Args:
        number: the case's number; '' where there is none.
        edition: to which the case is bound.
        made_at: when it was told; while it waits, when it was made.
        try_at: real time of the next attempt; for the file channel set until its line is written.
        cause: why it failed or is uncertain, in a few words that name nobody.
        held_by: what makes it wait, or made it; None: it was told at once.
        due_at: while it waits, when it will be told.
        gathered: the notices that this message tells together.
        together: how many notices the message told that told this one.
    """

    id: str
    notification: Notification
    town: str
    number: str
    edition: str | None
    state: DeliveryState
    made_at: datetime
    attempts: int = 0
    try_at: datetime | None = None
    cause: str | None = None
    read_at: datetime | None = None
    held_by: HeldBy | None = None
    due_at: datetime | None = None
    gathered: tuple["StoredNotification", ...] = ()
    together: int = 1

    @property
    def is_gathering(self) -> bool:
        """Tell whether it tells several notices together: no message of another service is called so."""
        cause = self.notification.cause
        return cause.source == SOURCE and cause.on == GATHERED

    @property
    def subject(self) -> Subject | None:
        """What it is about, where that is a single thing."""
        return self.notification.cause.subject

    @property
    def case(self) -> str | None:
        """Id of the case that it is about."""
        return self._id(SubjectKind.CASE)

    @property
    def occurrence(self) -> str | None:
        """Id of the duty's occurrence that it is about."""
        return self._id(SubjectKind.DUTY)

    def _id(self, kind: SubjectKind) -> str | None:
        return self.subject.id if self.subject and self.subject.kind is kind else None

    def changed(self, subject: Subject, at: datetime) -> NotificationChanged:
        """Return what its subject's stream hears of it."""
        told = self.notification
        return NotificationChanged(
            case=subject.id,
            kind=subject.kind,
            notification=self.id,
            key=told.key,
            reason=told.reason,
            on=told.cause.on,
            party=told.party,
            unit=told.unit,
            person=told.person,
            via=told.via,
            channel=told.channel.value,
            at=at,
            cause=self.cause,
            held_by=self.held_by.value if self.held_by else None,
            held_until=self.due_at if self.state is DeliveryState.HELD else None,
            together=self.together,
        )
