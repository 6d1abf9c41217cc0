"""What duties answers about orders, as far as pages show it; what pages send it."""

from datetime import datetime

from msgspec import Struct

from services.console.domain.duty_sheets import OccurrenceSheet, RecordSheet


class CountsSheet(Struct, frozen=True):
    """How many posts stand how."""

    met: int = 0
    late: int = 0
    open: int = 0
    missing: int = 0
    excused: int = 0
    accepted: int = 0
    rate: int | None = None

    @property
    def owing(self) -> int:
        """Those that have done it, or owe it still."""
        return self.met + self.late + self.open + self.missing


class OrderedSheet(Struct, frozen=True, kw_only=True):
    """One order."""

    id: str
    number: str
    duty: str
    name: str
    words: str
    about: str | None = None
    subject: str | None = None
    post: str | None = None
    person: str | None = None
    issued_at: datetime
    due_at: datetime
    ended_at: datetime | None = None
    counts: CountsSheet = CountsSheet()
    yours: bool = False


class OrderedRows(Struct, frozen=True):
    """A page of orders."""

    orders: tuple[OrderedSheet, ...] = ()
    next: str | None = None


class OrderedStep(Struct, frozen=True):
    """What was said of an order."""

    what: str
    at: datetime
    words: str
    person: str | None = None
    occurrence: str | None = None
    due_at: datetime | None = None


class OrderedWhole(OrderedSheet, frozen=True, kw_only=True):
    """One order with what was said of it."""

    because: tuple[str, ...] = ()
    steps: tuple[OrderedStep, ...] = ()


class OrderedPost(OccurrenceSheet, frozen=True, kw_only=True):
    """What an order asks of one post, with its replies."""

    returned_at: datetime | None = None
    accepted_at: datetime | None = None
    records: tuple[RecordSheet, ...] = ()


class OrderedPosts(Struct, frozen=True):
    """A page of an order's posts."""

    posts: tuple[OrderedPost, ...] = ()
    next: str | None = None


class Orderable(Struct, frozen=True):
    """A duty that the reader may order."""

    duty: str
    name: str
    posts: tuple[str, ...]
    has_time: bool
    about: str | None = None


class OrderableRows(Struct, frozen=True):
    """Duties that the reader may order."""

    duties: tuple[Orderable, ...] = ()


class OrderToSend(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An order as duties takes it; what was left empty is not sent."""

    duty: str
    words: str
    posts: tuple[str, ...] = ()
    everybody: bool = False
    subject: str | None = None
    until: str | None = None


class DemandToSend(Struct, frozen=True, omit_defaults=True):
    """What is asked from now on."""

    words: str | None = None
    until: str | None = None


class EndToSend(Struct, frozen=True):
    """Why an order ends."""

    reason: str


class ReplyToSend(Struct, frozen=True, omit_defaults=True):
    """What a reply is answered."""

    accepted: bool
    words: str = ""
    until: str | None = None


class CaseNumber(Struct, frozen=True):
    """By which people call a case."""

    number: str
