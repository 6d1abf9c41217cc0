"""What a town calls its things, and which towns there are."""

from msgspec import Struct


class NamedKey(Struct, frozen=True):
    """A key with what people call it."""

    key: str
    name: str
    part_of: str | None = None
    values: tuple["NamedKey", ...] = ()


class NameBook(Struct, frozen=True):
    """What a town calls what its answers name by key."""

    town: str = ""
    name: str = ""
    zone: str = "Asia/Shanghai"
    categories: tuple[NamedKey, ...] = ()
    units: tuple[NamedKey, ...] = ()
    places: tuple[NamedKey, ...] = ()
    channels: tuple[NamedKey, ...] = ()
    levels: tuple[NamedKey, ...] = ()
    rules: tuple[NamedKey, ...] = ()
    policies: tuple[NamedKey, ...] = ()
    steps: tuple[NamedKey, ...] = ()
    milestones: tuple[NamedKey, ...] = ()
    facts: tuple[NamedKey, ...] = ()


class TownSheet(Struct, frozen=True):
    """A town that can be reported to."""

    town: str
    name: str


class TownList(Struct, frozen=True):
    """All of them."""

    towns: tuple[TownSheet, ...] = ()
