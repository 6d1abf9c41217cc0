"""What the ledger says: that entries came, changed their group, moved or ended; never what they say of anybody."""

from typing import ClassVar

from msgspec import Struct, field

from shared.contracts.messages.body import Body
from shared.kernel.instants import Instant


class LedgerEntryChanged(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What became of one entry.

    Args:
        entry: its id; about: id of the entry that it belongs to.
        type: key of its type within the edition; kind: person, household, house, event, thing or organisation.
        place: key of its grid within the edition; of 'moved' the new one.
        event: entered, stated (its groups changed), moved, ended.
        groups: fact → value of those by which duties find members; only where they are new.
        complete: whether every fact of its type is known of it; of 'entered' and 'stated', None from older versions.
    """

    entry: str
    type: str
    kind: str
    place: str
    about: str | None = None
    event: str
    groups: dict[str, str] = field(default_factory=dict)
    complete: bool | None = None


class LedgerChanged(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What became of entries of a town in one transaction, in its order; its stream is the town's own."""

    MINOR: ClassVar[int] = 1  # 1: complete

    changes: tuple[LedgerEntryChanged, ...]
    at: Instant
