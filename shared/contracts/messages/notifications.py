"""What notify says of a notification."""

from typing import ClassVar

from shared.contracts.messages.body import Body, Reason
from shared.kernel.instants import Instant
from shared.kernel.subject import Subject, SubjectKind


class NotificationChanged(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Somebody was told, or not, or nobody knows; or waits to be told.

    Args:
        case: id of the subject; kind: which kind it is.
        notification: its id.
        key: the same at every repetition.
        reason: the rule that names the recipient.
        on: the event that brought it, such as a milestone.
        party: as the rule names it: lead, reporter, public …
        via: the unit (a vacancy) or the absent person in whose place this one was told.
        channel: 'inbox', 'mail' …
        cause: why it failed, or is not known to have arrived.
        held_by: what makes it wait, or made it: 'quiet' or 'gather'; None: nothing did.
        held_until: while it waits, the instant at which it will be told.
        together: how many notices the message told that told this one.
    """

    MINOR: ClassVar[int] = 1  # 1: held_by, held_until, together

    case: str
    kind: SubjectKind = SubjectKind.CASE
    notification: str
    key: str
    reason: Reason
    on: str
    party: str
    unit: str | None = None
    person: str | None = None
    via: str | None = None
    channel: str
    at: Instant
    cause: str | None = None
    held_by: str | None = None
    held_until: Instant | None = None
    together: int = 1

    @property
    def subject(self) -> Subject:
        """What somebody was told about."""
        return Subject(self.kind, self.case)
