"""Bearer tokens: which scope makes sense for which role.

Decides nothing about what a role may do; that is each route's own. Must not know how tokens are kept.
"""

from dataclasses import dataclass
from datetime import datetime

from services.registry.domain.keys import check_key, check_unit, root_of
from services.registry.domain.refusals import refusal
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.web.callers import EVERYWHERE, Role

NEEDS_UNIT = frozenset({Role.UNIT_STAFF, Role.GRID_WORKER})
MOST_TOWNS = 1000
_ROLES = ", ".join(Role)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a token allows.

    Args:
        unit: 'jurisdiction/unit' that it speaks for.
        person: reference of its holder.
        towns: towns that it reaches; ('*',) for an engineer of the whole platform.
        valid_until: instant at which it ends by itself.
    """

    role: str
    towns: tuple[str, ...]
    unit: str | None = None
    person: str | None = None
    valid_until: datetime | None = None


def check_scope(scope: Scope, now: datetime) -> Scope:
    """Return a scope that makes sense.

    Raises:
        Problem: `bad-token-scope` or `bad-key`.
    """
    if scope.role not in set(Role):
        raise _wrong(
            Text("没有这个角色", "there is no such role"), Text(f"可用：{_ROLES}", f"there are: {_ROLES}")
        )
    _check_towns(scope)
    if scope.role in NEEDS_UNIT and scope.unit is None:
        raise _wrong(
            Text("此角色须写明单位", "this role speaks for a unit"),
            Text("写明“辖区/单位”", "write 'jurisdiction/unit'"),
        )
    if scope.role == Role.REPORTER and scope.person is None:
        raise _wrong(
            Text("上报人的令牌须写明人员", "a reporter's token names the person"),
            Text("写明 person", "give 'person'"),
        )
    if scope.unit is not None:
        check_unit(scope.unit, root_of(scope.unit))
    if scope.valid_until is not None and scope.valid_until <= now:
        raise _wrong(
            Text("有效期已过", "it has ended before it begins"),
            Text("写将来的时刻", "name an instant to come"),
        )
    return scope


def _check_towns(scope: Scope) -> None:
    if not 0 < len(scope.towns) <= MOST_TOWNS:
        raise _wrong(
            Text("没有写明镇", "it reaches no town"), Text("写明至少一个镇", "name at least one town")
        )
    if EVERYWHERE in scope.towns and (scope.role != Role.ENGINEER or len(scope.towns) > 1):
        raise _wrong(
            Text("只有工程人员可及全部镇", "only an engineer's token reaches every town"),
            Text("逐一写明镇", "name the towns one by one"),
        )
    for town in scope.towns:
        if town != EVERYWHERE:
            check_key(town)


def _wrong(detail: Text, advice: Text) -> Problem:
    return refusal("bad-token-scope", detail=detail, advice=advice)


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A token as it is kept: its hash, what it allows, and whether it was revoked."""

    token_hash: str
    scope: Scope
    revoked: bool


@dataclass(frozen=True, slots=True)
class ListedToken:
    """A token as a list shows it: neither the token nor its hash.

    Args:
        reference: names it, and is good for nothing else.
        issued_by: reference of a person; None: from the command line.
    """

    reference: str
    label: str
    issued_at: datetime
    issued_by: str | None
    scope: Scope
    revoked: bool


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token as it is shown, once."""

    token: str
    reference: str
    scope: Scope
    issued_at: datetime
