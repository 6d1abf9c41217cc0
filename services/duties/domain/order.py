"""An order as it is kept: what somebody has others do by a day, and what was said about it since (decision 66).

Whether it is done is a matter of its occurrences, one for each post.
"""

from enum import StrEnum

from msgspec import Struct

from shared.kernel.instants import Instant


class OrderStep(StrEnum):
    """What happened to an order."""

    ISSUED = "issued"
    CHANGED = "changed"
    ACCEPTED = "accepted"  # a reply
    RETURNED = "returned"  # a reply: it is owed again
    ENDED = "ended"


class KeptOrder(Struct, frozen=True, kw_only=True):
    """One order.

    Args:
        number: by which people call it, of the town's year.
        duty: its key; edition: by which it was issued.
        words: what is asked, as it stands now.
        about, subject: what it is about, and which one; None: nothing in particular.
        post: who issued it; person: a reference.
        due_at: exclusive, as it stands now.
        ended_at: None: it stands.
    """

    id: str
    town: str
    number: str
    duty: str
    edition: str
    words: str
    about: str | None = None
    subject: str | None = None
    post: str | None = None
    person: str | None = None
    issued_at: Instant
    due_at: Instant
    ended_at: Instant | None = None


class KeptOrderStep(Struct, frozen=True, kw_only=True):
    """What somebody did about an order; steps are only ever added.

    Args:
        occurrence: whose reply it is about; None: the whole order.
        words: what is asked from now on, or why. due_at: until when from now on; None: as before.
    """

    id: str
    town: str
    ordered: str
    occurrence: str | None = None
    what: OrderStep
    at: Instant
    person: str | None = None
    words: str
    due_at: Instant | None = None
