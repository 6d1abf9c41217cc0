"""Accounts: who may sign in, and as what.

Decides which logins are sound, what an account's roles come to, and what may be given to it (as tokens are given:
`giving`). Must not know passwords, sessions or stores.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from unicodedata import category, normalize

from services.registry.domain.giving import check_gift
from services.registry.domain.keys import check_unit
from services.registry.domain.refusals import refusal
from services.registry.domain.tokens import Scope, check_scope
from shared.contracts.short_tokens import LONGEST
from shared.web.callers import EVERYWHERE, Caller, Role

LONGEST_LOGIN = 100
MOST_ROLES = 50  # of one account in one town
_ID_LENGTH = 12  # hexadecimal digits
# A role's towns travel in every token of it; in base64 a byte takes four thirds of a character, and the rest is small.
_MOST_TOWN_BYTES = LONGEST // 2


@dataclass(frozen=True, slots=True)
class AccountRole:
    """What somebody is in one town; '*' for an engineer of every one.

    Args:
        unit: 'jurisdiction/unit' that the role speaks for.
    """

    role: str
    town: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class HeldRole:
    """What somebody can act as: one role with all towns in which it is held, for one unit at most.

    Args:
        id: the same for as long as role and unit are.
    """

    id: str
    role: str
    towns: tuple[str, ...]
    unit: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in.

    Args:
        person: a reference, by which tokens of the account name its holder.
        sealed_name: None: no name was given, or it was erased.
        password: as it was stretched, with all that verifying it needs.
        must_change: the password was given by somebody else and is good for nothing but choosing another.
        provider, subject: at which provider of the town's its holder signs in too, and who that is there.
        first_until: until when such a password can be used; None: it is the holder's own.
    """

    id: str
    login: str
    person: str
    sealed_name: str | None
    password: str
    must_change: bool
    first_until: datetime | None
    disabled: bool
    provider: str | None = None
    subject: str | None = None

    def can_sign_in(self, now: datetime) -> bool:
        """Tell whether the right password opens it."""
        return not self.disabled and (self.first_until is None or now < self.first_until)


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account as its towns' engineers see it: without its name.

    Args:
        roles: those in the town that was asked for.
        provider: at which its holder signs in too.
    """

    login: str
    person: str
    roles: tuple[AccountRole, ...]
    disabled: bool
    must_change: bool
    provider: str | None = None


def login_of(typed: str) -> str:
    """Return a login in its one form, in which letters' case and width make no difference.

    What is no login comes back as nobody's.
    """
    return normalize("NFKC", typed).casefold().strip()


def check_login(typed: str) -> str:
    """Return a login that an account may have, in its one form.

    Raises:
        Problem: `bad-login`.
    """
    login = login_of(typed)
    if not 0 < len(login) <= LONGEST_LOGIN or any(
        category(mark)[0] in "CZ" or mark in "/\\" for mark in login
    ):
        raise refusal("bad-login", login=typed, longest=LONGEST_LOGIN)
    return login


def check_roles(
    roles: Sequence[AccountRole], person: str, now: datetime, giver: Caller | None
) -> tuple[AccountRole, ...]:
    """Return roles in one town that make sense and lie within the giver's, each once.

    Args:
        giver: None: the command line, which gives whatever makes sense.

    Raises:
        Problem: `no-roles`, `bad-token-scope`, `bad-key`, `other-towns-unit` or `token-beyond-giver`.
    """
    once = tuple(dict.fromkeys(roles))
    if not 0 < len(once) <= MOST_ROLES:
        raise refusal("no-roles", most=MOST_ROLES)
    for held in once:
        scope = check_scope(Scope(held.role, (held.town,), held.unit, person), now)
        if held.unit is not None and held.town != EVERYWHERE:
            check_unit(held.unit, held.town)
        if giver is not None:
            check_gift(scope, giver)
    return once


def is_within(roles: Iterable[AccountRole], giver: Caller) -> bool:
    """Tell whether all that an account is lies within a giver's reach: only then may the account itself be changed."""
    return all(Role(held.role).rank <= giver.role.rank and giver.reaches(held.town) for held in roles)


def held_roles(roles: Iterable[AccountRole]) -> tuple[HeldRole, ...]:
    """Return what an account's roles in its towns come to, the highest first."""
    towns: dict[tuple[str, str | None], list[str]] = defaultdict(list)
    for held in roles:
        towns[held.role, held.unit].append(held.town)
    found = [
        HeldRole(_id_of(role, unit), role, tuple(sorted(in_towns)), unit)
        for (role, unit), in_towns in towns.items()
    ]
    return tuple(sorted(found, key=lambda held: (-Role(held.role).rank, held.unit or "", held.towns)))


def check_size(roles: Iterable[AccountRole]) -> None:
    """See to it that every role of an account fits into a token.

    Raises:
        Problem: `too-many-towns`.
    """
    for held in held_roles(roles):
        if sum(len(town.encode()) + 3 for town in held.towns) > _MOST_TOWN_BYTES:
            raise refusal("too-many-towns", role=held.role)


def _id_of(role: str, unit: str | None) -> str:
    return sha256(f"{role} {unit or ''}".encode()).hexdigest()[:_ID_LENGTH]
