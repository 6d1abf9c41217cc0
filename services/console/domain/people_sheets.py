"""What the registry answers about people, units, accounts and tokens, as far as pages show it; see `sheets`."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct, field


class HolderOfUnit(Struct, frozen=True):
    """Somebody who holds a place in a unit, by reference."""

    person: str
    role: str
    since: datetime


class UnitSheet(Struct, frozen=True):
    """A unit by its address; `people`: nobody where it is vacant; `in_edition`: the edition in force names it."""

    unit: str
    in_edition: bool = True
    people: tuple[HolderOfUnit, ...] = ()

    @property
    def role(self) -> str:
        """The role of whoever holds it; empty where it is vacant."""
        return self.people[0].role if self.people else ""


class UnitRows(Struct, frozen=True):
    """Units of a town, by address."""

    items: tuple[UnitSheet, ...] = ()
    next: str | None = None


class IdentitySheet(Struct, frozen=True):
    """Who a person is; reading it is recorded."""

    person: str
    name: str = ""
    addresses: Mapping[str, str] = field(default_factory=dict)


class GridProperties(Struct, frozen=True):
    """A grid: where it is, and who works there."""

    place: str
    name: Mapping[str, str] = field(default_factory=dict)
    people: tuple["GridPerson", ...] = ()
    takes_cases: bool = True


class GridPerson(Struct, frozen=True):
    """Somebody who works in a grid, by reference."""

    person: str


class GridSheet(Struct, frozen=True):
    """A grid without its area."""

    properties: GridProperties


class GridPage(Struct, frozen=True):
    """A town's grids."""

    features: tuple[GridSheet, ...] = ()


class AbsenceSheet(Struct, frozen=True, rename={"from_at": "from", "until_at": "until"}):
    """Somebody is away; `until_at` is when that person is back."""

    absence: str
    person: str
    from_at: datetime
    until_at: datetime
    substitute: str | None = None
    stands: bool = True


class AbsenceRows(Struct, frozen=True):
    """Absences of a town."""

    items: tuple[AbsenceSheet, ...] = ()
    next: str | None = None


class RoleOfAccount(Struct, frozen=True):
    """What somebody is in the town."""

    role: str
    unit: str | None = None


class AccountSheet(Struct, frozen=True):
    """An account as its town sees it; `first_password` stands in the answer to its giving alone."""

    login: str
    person: str
    roles: tuple[RoleOfAccount, ...] = ()
    disabled: bool = False
    must_change_password: bool = False
    first_password: str | None = None


class AccountRows(Struct, frozen=True):
    """Accounts of a town, by login."""

    items: tuple[AccountSheet, ...] = ()
    next: str | None = None


class TokenRow(Struct, frozen=True):
    """A token by reference; `token` stands in the answer to its issue alone."""

    reference: str
    role: str
    issued_at: datetime
    label: str = ""
    towns: tuple[str, ...] = ()
    unit: str | None = None
    person: str | None = None
    valid_until: datetime | None = None
    revoked: bool = False
    token: str | None = None

    def is_good(self, now: datetime) -> bool:
        """Tell whether it opens anything at an instant."""
        return not self.revoked and (self.valid_until is None or now < self.valid_until)


class TokenRows(Struct, frozen=True):
    """Tokens by reference."""

    items: tuple[TokenRow, ...] = ()
    next: str | None = None


def people_of(units: Iterable[UnitSheet]) -> dict[str, tuple[str, ...]]:
    """Return everybody who holds a place, by reference, with the units that they hold."""
    found: dict[str, list[str]] = {}
    for unit in units:
        for holder in unit.people:
            held = found.setdefault(holder.person, [])
            if unit.unit not in held:
                held.append(unit.unit)
    return {person: tuple(found[person]) for person in sorted(found)}


def colleagues_of(person: str, units: Iterable[UnitSheet]) -> tuple[str, ...]:
    """Return who may stand in for somebody: whoever holds a place in one of the same units."""
    shared = [unit.people for unit in units if any(holder.person == person for holder in unit.people)]
    return tuple(sorted({holder.person for people in shared for holder in people} - {person}))


class MemberToSend(Struct, frozen=True, omit_defaults=True):
    """A place in a unit, held or no longer; without a person it is somebody new's."""

    unit: str
    role: str
    held: bool = True
    person: str | None = None
    name: str | None = None


class AbsenceToSend(Struct, frozen=True, omit_defaults=True, rename={"from_at": "from", "until_at": "until"}):
    """Somebody is away; instants as texts of RFC 3339."""

    person: str
    from_at: str
    until_at: str
    substitute: str | None = None


class AccountToSend(Struct, frozen=True, omit_defaults=True):
    """An account that is wanted in the town."""

    login: str
    roles: tuple[RoleOfAccount, ...]
    name: str | None = None
    person: str | None = None


class ChangeToSend(Struct, frozen=True, omit_defaults=True):
    """What is to be different of an account; what is left out stays."""

    roles: tuple[RoleOfAccount, ...] | None = None
    disabled: bool | None = None
    reset_password: bool = False
    end_sessions: bool = False


class TokenToSend(Struct, frozen=True, omit_defaults=True):
    """What a token is to allow."""

    role: str
    towns: tuple[str, ...]
    label: str = ""
    unit: str | None = None
    person: str | None = None
    valid_until: str | None = None
