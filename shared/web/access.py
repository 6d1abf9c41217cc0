"""Who may call a route, and what is answered to those who may not.

Decides: no valid token 401, a role without the right 403, and another town's things 404, as if they were not
there; each is counted and logged with the token's reference, never with the token. Must not know what the
routes do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

import structlog
from flask import current_app, g, request

from shared.kernel.problems import Problem
from shared.web.app_config import AppConfig, app_config
from shared.web.callers import Caller, Role, TokenLookup, caller_of, hash_token

LONGEST_TOKEN = 200  # characters, several times what a token has: no more than that is hashed for anybody
View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Access:
    """What a route asks of its caller; no roles: open to everybody."""

    roles: frozenset[Role]


def require(*roles: Role) -> Callable[[View], View]:
    """Let only callers with one of the roles in, and only to towns that their token reaches.

    The town is the route's own `town` variable; a route without it is for the role alone.

    Args:
        roles: one at least; without any nobody is let in.

    Returns:
        A decorator for the view; it stands above `takes`, so that nothing is read for those who may not call.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **names: Any) -> Any:
            admit(frozenset(roles), (request.view_args or {}).get("town"))
            return view(*args, **names)

        guarded.access = Access(frozenset(roles))  # type: ignore[attr-defined]
        return guarded

    return guard


def open_to_all(view: View) -> View:
    """Mark a route that needs no token: it must tell nothing of any case, town or person.

    Returns:
        The view, marked; `make_app` refuses routes that are neither marked nor guarded.
    """

    @wraps(view)
    def opened(*args: Any, **names: Any) -> Any:
        return view(*args, **names)

    opened.access = Access(frozenset())  # type: ignore[attr-defined]
    # In the document: without this the token that the whole document asks for would be asked for here too.
    doc: dict[str, Any] = dict(getattr(view, "_apidoc", {}))
    opened._apidoc = {**doc, "manual_doc": {**doc.get("manual_doc", {}), "security": []}}  # type: ignore[attr-defined]
    return opened


def admit(roles: frozenset[Role], town: str | None) -> Caller:
    """Find out who calls and hold the route's demands against it.

    The town comes before the role: whoever may not know that it is there must not learn it from a 403.

    Args:
        roles: those that are let in.
        town: whose data the route is about; None: of none.

    Raises:
        Problem: `not-signed-in`, `not-found` (another town) or `not-allowed` (another role).
    """
    # In this order: who it is, whether the town is anything to them, whether they may do it.
    found = _identify(app_config().tokens)
    if found is None:
        raise refused("not-signed-in", "no-token")
    g.caller = found
    structlog.contextvars.bind_contextvars(role=found.role, person=found.person, unit=found.unit)
    if town is not None and not found.reaches(town):
        raise refused("not-found", "other-town", town=town)
    if found.role not in roles:
        raise refused("not-allowed", "role")
    return found


def caller() -> Caller:
    """Return who is calling; only within routes that `require` somebody.

    Raises:
        AttributeError: in any other route.
    """
    return cast(Caller, g.caller)


def unknown(kind: str, key: str) -> Problem:
    """Return the 404 for what is not there or not for this caller, and record that it was asked for.

    Both get the same answer: a difference would tell what is there.

    Args:
        kind: what was asked for, such as 'case'; a label of a figure, so never a value of the caller's.
        key: by which it was asked for; logged, shortened.
    """
    return refused("not-found", f"unknown-{kind}", key=key[:100])


def refused(code: str, reason: str, **seen: str) -> Problem:
    """Record a refusal and return its problem.

    Args:
        code: of this room's catalogue.
        reason: why, in a word: a label of a figure, so one of few.
        seen: for the log; nothing that could name a person, and no token.

    Raises:
        KeyError: no such code.
    """
    config: AppConfig = app_config()
    config.metrics.denied.labels(config.service, reason).inc()
    structlog.get_logger("web").warning(
        "refused", reason=reason, route=request.url_rule.rule if request.url_rule else None, **seen
    )
    return config.catalogue.problem(code)


def _identify(lookup: TokenLookup) -> Caller | None:
    """The holder of the request's token; missing, broken, unknown and ended ones are all the same: nobody."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN:
        return None
    row = lookup(hash_token(token))
    return None if row is None else caller_of(row)


def routes_without_access() -> list[str]:
    """Return the routes that say nothing about who may call them: a mistake in the making."""
    return [
        rule.rule
        for rule in current_app.url_map.iter_rules()
        # Found whatever decorators stand above it: `wraps` hands the mark on.
        if not hasattr(current_app.view_functions[rule.endpoint], "access")
    ]
