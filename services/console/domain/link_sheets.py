"""Calendar links, as sla answers them."""

from datetime import datetime

from msgspec import Struct


class CalendarLinkSheet(Struct, frozen=True):
    """A link; `path` is told once, when it is made."""

    reference: str
    unit: str
    made_at: datetime
    made_by: str | None = None
    path: str = ""


class CalendarLinkRows(Struct, frozen=True):
    """Links that are good."""

    links: tuple[CalendarLinkSheet, ...] = ()


class LinkToMake(Struct, frozen=True):
    """Whose deadlines a new link shows."""

    unit: str
