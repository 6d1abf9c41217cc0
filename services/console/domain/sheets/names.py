"""What a town calls its things, and which towns there are."""

from msgspec import Struct, structs


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
    edition: str = ""
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

    def completed_by(self, older: "NameBook") -> "NameBook":
        """Return these names, and those of an edition that held before for keys that are here no more."""
        return structs.replace(
            self, **{kind: _with_gone(getattr(self, kind), getattr(older, kind)) for kind in _KINDS}
        )


_KINDS = tuple(kind for kind in NameBook.__struct_fields__ if isinstance(getattr(NameBook(), kind), tuple))


def _with_gone(present: tuple[NamedKey, ...], older: tuple[NamedKey, ...]) -> tuple[NamedKey, ...]:
    """Names of now first; of a choice that is still there, values that are gone too."""
    before = {entry.key: entry for entry in older}
    kept = tuple(
        structs.replace(entry, values=_with_gone(entry.values, before[entry.key].values))
        if entry.key in before
        else entry
        for entry in present
    )
    return (*kept, *(entry for key, entry in before.items() if key not in {each.key for each in present}))


class TownSheet(Struct, frozen=True):
    """A town that can be reported to."""

    town: str
    name: str


class TownList(Struct, frozen=True):
    """All of them."""

    towns: tuple[TownSheet, ...] = ()
