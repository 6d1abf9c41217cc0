"""A record as it is kept: what somebody filled in, on which form, of which day and post. It is only ever added to."""

from datetime import date

from msgspec import Struct, field

from shared.kernel.instants import Instant
from shared.rules.duties import Kept
from shared.rules.logic.facts import Value

Entry = Value | list[Value]  # of one name; some forms ask for a list


class RecordRow(Struct, frozen=True):
    """One of a record's rows, such as an attendee."""

    entries: dict[str, Entry]


class KeptRecord(Struct, frozen=True, kw_only=True):
    """One record.

    Args:
        form: key of its form; edition: in which.
        about, subject: what it is about, and which one.
        post: for whom it was made, 'jurisdiction/unit'; unit, person: who made it.
        day: the local day that it is of; begins, ends: minutes of it; None: it does not say.
        is_late: it came after its day, and its form asks for the same one.
        is_finished: what is only begun counts for nothing yet.
        occurrence: the only one that it counts for; None: every one that asks for it.
        corrects: id of the record in whose place it stands.
        sealed: entries that few may read, closed; None: there are none.
        pictures: ids, in their order.
        channel: over which an anonymous answer came; None: it is none.
    """

    id: str
    town: str
    form: str
    edition: str
    about: str
    subject: str
    post: str
    unit: str | None = None
    person: str | None = None
    day: date
    at: Instant
    begins: int | None = None
    ends: int | None = None
    is_late: bool = False
    is_finished: bool = True
    occurrence: str | None = None
    corrects: str | None = None
    facts: dict[str, Entry] = field(default_factory=dict)
    lines: tuple[RecordRow, ...] = ()
    sealed: str | None = None
    pictures: tuple[str, ...] = ()
    channel: str | None = None

    @property
    def kept(self) -> Kept:
        """As far as it counts for a duty."""
        return Kept(
            id=self.id,
            form=self.form,
            day=self.day,
            at=self.at,
            subject=self.subject,
            begins=self.begins,
            ends=self.ends,
            corrects=self.corrects,
        )
