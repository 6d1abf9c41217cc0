"""How far a route reaches: into the town that its path names, over the whole platform, to the caller's own, or to all.

Decides which demands of a route go with its path, and how they stand in its description, so that whoever reads the
OpenAPI document (the sweep of `docs/security.md` does) knows who may call. Must not know what the routes do.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import Flask

from shared.kernel.roles import Role

View = Callable[..., Any]
IN_DOCUMENT = "x-access"  # of each operation: its reach and its roles


class Reach(StrEnum):
    """Whose things a route is about."""

    TOWN = "town"  # the town that the path names: the token must reach it
    PLATFORM = "platform"  # no single town's: the token must reach every town
    OWN = "own"  # the caller's own: the route itself shows no more than the token reaches
    OPEN = "open"  # nobody's: it needs no token and tells of no case, town or person
    SESSION = "session"  # a signed-in person's own: it takes the session's secret, and no token


@dataclass(frozen=True, slots=True)
class Access:
    """What a route asks of its caller; no roles where it is open."""

    roles: frozenset[Role]
    reach: Reach

    @property
    def described(self) -> dict[str, Any]:
        """What an OpenAPI operation says of it; without a token where it is open."""
        said = {"reach": self.reach.value, "roles": [role.value for role in Role if role in self.roles]}
        return {IN_DOCUMENT: said, **({"security": _SIGNED[self.reach]} if self.reach in _SIGNED else {})}


# What stands in the place of the application's own, which is a token.
_SIGNED: dict[Reach, list[dict[str, list[str]]]] = {Reach.OPEN: [], Reach.SESSION: [{"session": []}]}


def marked(view: View, wrapped: View, access: Access) -> View:
    """Return a view, wrapped by its guard, with what it asks written on it and into its description.

    Args:
        view: as it was before it was wrapped: its description is copied, for `wraps` has handed on the very same one.
    """
    doc = deepcopy(getattr(view, "_apidoc", {}))
    doc["manual_doc"] = {**doc.get("manual_doc", {}), **access.described}
    wrapped.access = access  # type: ignore[attr-defined]
    wrapped._apidoc = doc  # type: ignore[attr-defined]
    return wrapped


def refuse_unsaid_access(app: Flask) -> None:
    """See to it that every route says who may call it and how far it reaches.

    A route that forgot would be open to all, or to a token of any town: better the service does not start.

    Raises:
        RuntimeError: naming all routes that say nothing, or whose path says another thing.
    """
    if faults := list(_faults(app)):
        raise RuntimeError(f"routes that do not say who may call them, or whose: {'; '.join(faults)}")


def _faults(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        # Found whatever decorators stand above it: `wraps` hands the mark on.
        access: Access | None = getattr(app.view_functions[rule.endpoint], "access", None)
        names_town = "town" in rule.arguments
        if access is None:
            yield f"{rule.rule} has neither require() nor open_to_all"
        elif access.reach is Reach.TOWN and not names_town:
            yield f"{rule.rule} names no town: say which reach it has"
        elif names_town and access.reach in (Reach.PLATFORM, Reach.OWN, Reach.SESSION):
            yield f"{rule.rule} names a town and is said to reach {access.reach}"
