"""Who may call a route, and what is answered to those who may not.

Decides: no valid token 401, another town's things 404, as if they were not there, a role without the right 403, and so
is a token of some towns where the whole platform is concerned; each is counted and put on record (`obs.audit`) with the
token's reference, never with the token. Must not know what the routes do.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

import structlog
from flask import g, request

from shared.contracts.short_tokens import LONGEST, is_short
from shared.kernel.problems import Problem
from shared.kernel.roles import Role
from shared.kernel.scope import EVERYWHERE, StorePart, StoreScope, enter
from shared.obs.audit import audited
from shared.web.app_config import AppConfig, app_config
from shared.web.callers import Caller, caller_granted, caller_of, hash_token
from shared.web.metering import charge_request, charge_stranger, client_address
from shared.web.reach import Access, Reach, View, marked

LONGEST_TOKEN = 200  # characters, several times what a token has: no more than that is hashed for anybody
BEARER = "bearer"


def require(*roles: Role, reach: Reach = Reach.TOWN) -> Callable[[View], View]:
    """Let only callers with one of the roles in, and only as far as their token reaches.

    Args:
        roles: one at least; without any nobody is let in.
        reach: whose things the route is about. A town's: its path has the variable `town`. Any other must be said:
            `make_app` refuses a route whose path names no town and that says nothing else.

    Returns:
        A decorator for the view; it stands above `takes`, so that nothing is read for those who may not call.
    """
    access = Access(frozenset(roles), reach)

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **names: Any) -> Any:
            admit(access, _town_of_route())
            return view(*args, **names)

        return marked(view, guarded, access)

    return guard


def open_to_all(view: View) -> View:
    """Mark a route that needs no token: it must tell nothing of any case, town or person.

    Returns:
        The view, marked; `make_app` refuses routes that are neither marked nor guarded.
    """

    @wraps(view)
    def opened(*args: Any, **names: Any) -> Any:
        # Of a town, what everybody may see; of none, nothing that is any town's.
        enter(StoreScope(StorePart.REQUEST, _town_of_route() or ""))
        return view(*args, **names)

    return marked(view, opened, Access(frozenset(), Reach.OPEN))


def _town_of_route() -> str | None:
    return _named_in_path("town")


def _named_in_path(variable: str) -> str | None:
    named: str | None = (request.view_args or {}).get(variable)
    return named


def admit(access: Access, town: str | None) -> Caller:
    """Find out who calls and hold the route's demands against it.

    The town comes before the role: whoever may not know that it is there must not learn it from a 403.

    Args:
        access: what the route asks.
        town: whose data the route is about; None: of no single one.

    Raises:
        Problem: `not-signed-in`, `too-many`, `not-found` (another town), `not-allowed` (another role) or
            `some-towns-only`.
    """
    # In this order: who it is, whether the town is anything to them, whether they may do it, and everywhere.
    found = _identify(app_config())
    if found is None:
        # Before the refusal is recorded: whoever guesses without end fills no log.
        charge_stranger()
        raise refused("not-signed-in", "no-token")
    g.caller = found
    structlog.contextvars.bind_contextvars(
        role=found.role, person=found.person, unit=found.unit, by_token=found.token
    )
    charge_request(found)
    if town is not None and not found.reaches(town):
        raise refused("not-found", "other-town", town=town)
    if found.role not in access.roles:
        raise refused("not-allowed", "role")
    if found.case is not None and _named_in_path("case") != found.case:
        # A follower's: whatever is not about that one case is not there, lists and reports as well.
        raise refused("not-found", "other-case")
    if access.reach is Reach.PLATFORM and not found.reaches_all:
        raise refused("some-towns-only", "reach")
    # From here on the store gives this town's rows alone; a route about no town bounds what it reads by itself.
    enter(StoreScope(StorePart.REQUEST, town or EVERYWHERE))
    return found


def caller() -> Caller:
    """Return who is calling; only within routes that `require` somebody.

    Raises:
        AttributeError: in any other route.
    """
    return cast(Caller, g.caller)


def named_caller() -> Caller:
    """Return who is calling where a person must be answerable for it: whoever reads an identity.

    A token that names nobody is a unit's or a machine's: the record of a reading could not say who has read.

    Raises:
        Problem: `person-missing`.
    """
    if caller().person is None:
        raise refused("person-missing", "person")
    return caller()


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
    route = request.url_rule.rule if request.url_rule else None
    # Who it was is bound to the request's lines by now, if it is known at all.
    audited("refused", reason=reason, method=request.method, route=route, client=client_address(), **seen)
    return config.catalogue.problem(code)


def shown_secret(scheme: str, longest: int = LONGEST_TOKEN) -> str | None:
    """Return what the request shows under a scheme of `Authorization`; None: nothing, or more than such a thing has.

    Args:
        scheme: in lower case.
        longest: characters at most.
    """
    shown, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    return secret if shown.lower() == scheme and 0 < len(secret) <= longest else None


def _identify(config: AppConfig) -> Caller | None:
    """The holder of the request's token; missing, broken, unknown and ended ones are all the same: nobody."""
    token = shown_secret(BEARER, LONGEST)
    if token is None:
        return None
    if is_short(token):
        grant = config.short_tokens(token)
        return None if grant is None else caller_granted(grant, client_address())
    if len(token) > LONGEST_TOKEN:
        return None
    token_hash = hash_token(token)
    row = config.tokens(token_hash)
    return None if row is None else caller_of(row, token_hash=token_hash, client=client_address())
