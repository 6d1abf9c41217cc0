"""What merging two cases would do, as intake answers it."""

from datetime import datetime

from msgspec import Struct

from services.console.domain.sheets import WhyNotSaid


class MergedLimit(Struct, frozen=True):
    """What becomes of a limit: kept by the other case, taken over, or ended.

    Args:
        was_due_at: in the case that ends; into_due_at: in the one that goes on, before; due_at: from then on.
    """

    stage: str
    fate: str
    was_due_at: datetime | None = None
    into_due_at: datetime | None = None
    due_at: datetime | None = None


class MergeOutlookSheet(Struct, frozen=True):
    """What would happen, and whether the reader may have it so."""

    case: str
    into: str
    allowed: bool
    reporters: int
    clocks: tuple[MergedLimit, ...] = ()
    why_not: WhyNotSaid | None = None


class MergeToSend(Struct, frozen=True, omit_defaults=True):
    """Into which case; words for both files."""

    into: str
    note: str = ""


class MergedSheet(Struct, frozen=True):
    """The case that goes on."""

    case: str
    number: str
