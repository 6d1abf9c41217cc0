"""What notify says of a notification."""

from shared.contracts.messages.body import Body, Reason
from shared.kernel.instants import Instant
from shared.kernel.subject import Subject, SubjectKind


class NotificationChanged(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Somebody was told, or not, or nobody knows.

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
    """

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

    @property
    def subject(self) -> Subject:
        """What somebody was told about."""
        return Subject(self.kind, self.case)
