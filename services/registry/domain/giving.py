"""What a token may give away: no more than it has, and nothing for ever.

Decides which scopes lie within a giver's, and how long a token may live. The command line gives whatever makes sense:
whoever reaches the registry's store needs no token.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.registry.domain.keys import root_of
from services.registry.domain.refusals import refusal
from services.registry.domain.tokens import Scope
from shared.kernel.instants import format_instant
from shared.kernel.texts import Text
from shared.web.callers import Caller, Role


@dataclass(frozen=True, slots=True)
class TokenLife:
    """How long tokens live.

    Args:
        longest: from issue to end; None: as long as wanted (simulated time, in which years pass within a run).
    """

    longest: timedelta | None

    def bound(self, scope: Scope, now: datetime, giver: Caller | None) -> Scope:
        """Return the scope with an instant at which it ends; where none is wanted, the latest that it may have.

        Raises:
            Problem: `token-too-long`.
        """
        latest = min((end for end in self._ends(now, giver) if end is not None), default=None)
        if latest is None:
            return scope
        if scope.valid_until is not None and scope.valid_until > latest:
            raise refusal("token-too-long", until=format_instant(latest))
        return replace(scope, valid_until=scope.valid_until or latest)

    def _ends(self, now: datetime, giver: Caller | None) -> tuple[datetime | None, datetime | None]:
        # What a token gave must not outlast it: whoever holds it could renew it for ever.
        return now + self.longest if self.longest is not None else None, giver.valid_until if giver else None


def check_gift(scope: Scope, giver: Caller) -> None:
    """See to it that a token gives no more than it has.

    Args:
        scope: one that makes sense (`check_scope`).

    Raises:
        Problem: `token-beyond-giver`.
    """
    if Role(scope.role).rank > giver.role.rank:
        raise _beyond(Text("角色更高", "its role is a higher one"))
    if not all(giver.reaches(town) for town in scope.towns):
        raise _beyond(Text("所及的镇更多", "it reaches more towns"))
    # A unit's inbox is opened by the unit's address alone: another town's unit is another town's data.
    if scope.unit is not None and not giver.reaches(root_of(scope.unit)):
        raise _beyond(Text("单位属于别处", "its unit is of another jurisdiction"))


def may_take(scope: Scope, giver: Caller) -> bool:
    """Tell whether a token lies within a giver's scope: what one could have given, one may take back."""
    return Role(scope.role).rank <= giver.role.rank and all(giver.reaches(town) for town in scope.towns)


def _beyond(detail: Text) -> Exception:
    return refusal("token-beyond-giver", detail=detail)
