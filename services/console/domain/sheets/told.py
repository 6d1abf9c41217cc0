"""What somebody was told, and what everybody may read."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct


class MessageSheet(Struct, frozen=True):
    """One thing that somebody was told, and by which rule."""

    notification: str
    town: str
    on: str
    text: str
    at: datetime
    rule: str = ""
    because: tuple[str, ...] = ()
    case: str | None = None
    number: str | None = None
    unit: str | None = None
    via: str | None = None
    read_at: datetime | None = None


class MessagePage(Struct, frozen=True):
    """A page of messages."""

    items: tuple[MessageSheet, ...] = ()
    next: str | None = None


class PublicationSheet(Struct, frozen=True):
    """A published case, without anything about a person."""

    number: str
    category: Mapping[str, str] | str
    state: str
    published_on: str
    level: str | None = None
    result: tuple["PublicResultSheet", ...] = ()


class PublicResultSheet(Struct, frozen=True):
    """What was done, as the public may know it."""

    fact: str
    name: Mapping[str, str] | str = ""
    value: Mapping[str, str] | str = ""


class PublicationPage(Struct, frozen=True):
    """A page of what a town has published."""

    publications: tuple[PublicationSheet, ...] = ()
    private_count: int = 0
    next: str | None = None
