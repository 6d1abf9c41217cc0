"""As whom a caller looks at cases that rules hide (P002B.12): intake says by name who alone may see such a case."""

from shared.web.callers import Caller, Role

SEES_ALL = (Role.OPERATOR, Role.ENGINEER)


def seen_as(who: Caller) -> tuple[str, ...] | None:
    """Return the names by which a caller may be let in, the role's and the unit's; None: sees everything."""
    if who.role in SEES_ALL:
        return None
    return (who.role.value, who.unit) if who.unit else (who.role.value,)
