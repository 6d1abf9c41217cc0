"""What a receiver outside is told of a case beside the words: its number, class, level, state and dates.

Decides which facts these are. Must not know where they come from, nor channels. It is kept with the notification, so
that an attempt tomorrow says what the first one said.
"""

from msgspec import Struct

from shared.kernel.texts import Text

SCHEMA_VERSION = (
    "1.1"  # of what is told outside; the second number grows with what is added, the first with what ends
)


class CodeWithName(Struct, frozen=True):
    """A key of the town's pack and what the town calls it."""

    key: str
    name: Text


class DueInstant(Struct, frozen=True):
    """Until when a stage has time.

    Args:
        at: exclusive, as RFC 3339 in UTC; label: the same as people of the town write it.
    """

    stage: str
    rule: str
    at: str
    label: str


class Matter(Struct, frozen=True, kw_only=True):
    """A case as it stood when somebody was told of it. Members are named as in an import and an export.

    Args:
        category: the one named first; also: further ones.
        level: that handles it; None before the first decision.
        lead: 'jurisdiction/unit'; None where nobody leads.
        due: the latest clock of each stage in this round that has a due instant.
        reported_at: and the others: when that milestone was reached last; None where it does not stand.
    """

    number: str
    category: CodeWithName
    also: tuple[CodeWithName, ...]
    channel: str
    place: str | None
    level: CodeWithName | None
    lead: str | None
    state: str
    round: int
    reported_at: str | None
    accepted_at: str | None
    settled_at: str | None
    verified_at: str | None
    closed_at: str | None
    due: tuple[DueInstant, ...]
