"""What any service says when the operator or an engineer must see something."""

from typing import Any

from msgspec import field

from shared.contracts.messages.body import Body
from shared.kernel.instants import Instant


class AlarmRaised(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Something that the operator or an engineer must see; never the only trace of it.

    Args:
        code: stable key of the alarm's sentence, in lower case with hyphens.
        case: that it is about, if any.
        detail: terms of the alarm's sentence, by name; what they are is the code's own.
    """

    code: str
    case: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    at: Instant


class MessageDropped(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A message was given up by hand: keeps the stream without holes.

    Args:
        dropped: id of the message.
        why: in the words of whoever gave it up.
    """

    dropped: str
    why: str
