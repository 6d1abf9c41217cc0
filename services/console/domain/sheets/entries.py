"""What stands in a case's record: the notices, files and entries of its story."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from services.console.domain.sheets.values import FactGiven, WhySheet


class NoticeSheet(Struct, frozen=True):
    """Somebody who was told."""

    on: str
    party: str
    unit: str | None = None
    channel: str = ""
    state: str = ""
    reason: WhySheet | None = None
    told_at: datetime | None = None


class FileSheet(Struct, frozen=True):
    """An attached file."""

    id: str
    name: str
    type: str
    size: int
    attached_at: datetime
    erased_at: datetime | None = None

    @property
    def is_picture(self) -> bool:
        """Tell whether a browser shows it within a page."""
        return self.erased_at is None and self.type in ("image/jpeg", "image/png", "image/webp")


class ActorSheet(Struct, frozen=True):
    """Who did something."""

    role: str
    unit: str | None = None
    person: str | None = None


class EntryData(Struct, frozen=True):
    """What an entry of a case's history says beside its texts."""

    step: str | None = None
    reached: tuple[str, ...] = ()
    stage: str | None = None
    label: str | None = None
    unit: str | None = None
    on: str | None = None
    facts: Mapping[str, FactGiven] = field(default_factory=dict)


class EntrySheet(Struct, frozen=True):
    """One entry of a case's history."""

    n: int
    at: datetime
    what: str
    by: ActorSheet
    data: EntryData
    texts: Mapping[str, str | Mapping[str, str]] = field(default_factory=dict)
