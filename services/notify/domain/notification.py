"""What one notification is, and the key under which it is the same at every repetition.

Decides the key's ingredients. Must not know stores, channels' ways of sending, or people's addresses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.kernel.canonical import content_hash
from shared.kernel.texts import Text


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


@dataclass(frozen=True, slots=True)
class Reason:
    """The rule behind a notification."""

    rule: str
    because: tuple[str, ...]
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Happening:
    """What makes somebody be told: one event of one message.

    Args:
        case: '' for what concerns a town and no case.
        source: service whose message it is, with `sequence` its place in the stream.
        round: round of handling; a case reopened is told anew.
        on: the event as rules name it: a mark, '<clock> breached', 'alarm <code>'.
    """

    case: str
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
    """

    happening: Happening
    reason: Reason
    party: str
    channel: Channel
    text: Text
    unit: str | None = None
    person: str | None = None
    via: str | None = None
    lost: str = ""

    @property
    def key(self) -> str:
        """The stable key: equal for every repetition of this notification, different for any other."""
        what = self.happening
        return content_hash(
            [
                what.case or what.stream,
                what.source,
                what.sequence,
                what.round,
                what.on,
                self.reason.rule,
                self.unit,
                self.person,
                self.party if not self.unit else None,
                self.channel.value,
            ]
        )
