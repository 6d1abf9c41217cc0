"""What the registry says: editions, calendars, people, tokens, the tree of jurisdictions."""

from typing import ClassVar

from msgspec import field

from shared.contracts.messages.body import Body
from shared.kernel.instants import Instant
from shared.rules.case.timing import AmendedDays


class EditionPublished(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """An edition of a town's pack takes effect; its files travel with it (path → text).

    Args:
        edition: hash of the files' content.
        number: 1, 2, 3 … within the town, as people call it.
    """

    edition: str
    number: int
    files: dict[str, str]
    effective_at: Instant


class CalendarPublished(AmendedDays, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A town's days: holidays and make-up days over the official calendar, and the years that they complete."""

    @property
    def days(self) -> AmendedDays:
        """The days alone, as every service keeps them."""
        return AmendedDays(**{name: getattr(self, name) for name in AmendedDays.__struct_fields__})


class MembershipChanged(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A person holds a place in a unit, or no longer. `addresses` are sealed: channel → ciphertext.

    Args:
        person: a reference.
        unit: 'jurisdiction/unit'.
        held: False: no longer.
    """

    person: str
    unit: str
    role: str
    held: bool
    addresses: dict[str, str] = field(default_factory=dict)


class AbsenceChanged(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Somebody is away for a time, or no longer; until then the substitute gets what that person would get.

    Args:
        substitute: None: the unit's other people, or its stand-in.
        until_at: exclusive.
        stands: False: taken back.
    """

    absence: str
    person: str
    substitute: str | None
    from_at: Instant
    until_at: Instant
    stands: bool


class TokenChanged(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A bearer token was issued or revoked; only its hash is known to anybody.

    Args:
        token_hash: SHA-256, 64 hexadecimal digits.
        unit: for which it speaks; person: a reference to its holder.
        towns: ['*'] for an engineer of the whole platform.
        valid_until: exclusive; None: until it is revoked.
    """

    token_hash: str
    role: str
    unit: str | None = None
    person: str | None = None
    towns: tuple[str, ...]
    valid_until: Instant | None = None
    revoked: bool


class SessionOpened(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Somebody who has signed in acts for a unit, for the first time in a session on a day (UTC).

    Args:
        person: a reference; unit: 'jurisdiction/unit'.
    """

    person: str
    unit: str
    role: str
    at: Instant


class JurisdictionChanged(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A node of the tree: village, town, county or city.

    Args:
        part_of: key of the node around it; None: it is the outermost.
        name: language → name.
        suspended_at: of a town: since when it takes nothing new; None: it does.
    """

    MINOR: ClassVar[int] = 1  # suspended_at

    key: str
    part_of: str | None = None
    name: dict[str, str]
    suspended_at: Instant | None = None
