"""Asking every operation as everybody: what is let in at the door, and who learns of a case that is not everybody's.

Decides what the answer must be, from what the operation says of itself and nothing else of the services.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from scripts.security.operations import Operation, operations_of
from scripts.security.town import OWN, PEOPLE, SEES, TwoTowns
from shared.kernel.roles import Role
from shared.web.reach import Reach

LET_IN = "in"  # past the door, whatever becomes of the request then
UNKNOWN_CASE = "unknown-case"
_AT_THE_DOOR = frozenset({"no-token", "no-session", "other-town", "role", "reach"})
_STATUS = {"no-token": 401, "no-session": 401, "other-town": 404, "role": 403, "reach": 403}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request and what came of it.

    Args:
        who: a kind of token, such as 'operator of another town' or 'a revoked token'.
        got, due: `LET_IN`, or the status with which the door refused.
    """

    operation: Operation
    who: str
    role: Role | None
    got: str
    due: str


@dataclass(frozen=True, slots=True)
class Looked:
    """One look for a case that is not everybody's.

    Args:
        kind: 'hidden' or 'private'.
        found: whether its name, number or category was shown, or that it is there at all.
    """

    operation: Operation
    person: str
    kind: str
    found: bool


def sweep(towns: TwoTowns) -> list[Asked]:
    """Ask every operation of every service with every kind of token, in the own town."""
    return [
        asked for operation in operations_of(towns.house.services) for asked in _everybody(towns, operation)
    ]


def _everybody(towns: TwoTowns, operation: Operation) -> Iterator[Asked]:
    for why, useless in towns.useless.items():
        due = LET_IN if operation.reach is Reach.OPEN else "401"
        yield Asked(operation, why, None, _at_the_door(towns, operation, useless), due)
    for (role, where), token in towns.tokens.items():
        due = _due(operation, role, where)
        yield Asked(operation, where, role, _at_the_door(towns, operation, token), due)
    # A session of its own for each: some of its routes end it.
    due = LET_IN if operation.reach in (Reach.OPEN, Reach.SESSION) else "401"
    got = _at_the_door(towns, operation, towns.sign_in(), "Session")
    yield Asked(operation, "a session", None, got, due)


def _due(operation: Operation, role: Role, where: str) -> str:
    if operation.reach is Reach.OPEN:
        return LET_IN
    if operation.reach is Reach.SESSION:
        return "401"
    if operation.reach is Reach.TOWN and where == "other":
        return "404"
    if role not in operation.roles:
        return "403"
    return "403" if operation.reach is Reach.PLATFORM and where != "platform" else LET_IN


def _at_the_door(towns: TwoTowns, operation: Operation, token: str | None, scheme: str = "Bearer") -> str:
    # Of no form that any operation takes: whoever is let in writes nothing.
    body: object = None if operation.method == "GET" else []
    reasons, status = _asked(towns, operation, operation.at(town=OWN), token, body, scheme)
    refused = reasons & _AT_THE_DOOR
    if not refused:
        # Nobody is refused at the door without its being counted there.
        return LET_IN if status != 401 else "uncounted 401"
    (reason,) = refused
    return str(status) if status == _STATUS[reason] else f"{status} for {reason}"


def look(towns: TwoTowns) -> list[Looked]:
    """Have everybody look for the cases that are not everybody's: by each route that names a case, and in each list."""
    found = [operation for operation in operations_of(towns.house.services) if operation.reach is Reach.TOWN]
    return [
        looked
        for operation in found
        for person in PEOPLE
        if person.role in operation.roles
        for kind in SEES
        for looked in _looks(towns, operation, person.name, kind)
    ]


def _looks(towns: TwoTowns, operation: Operation, person: str, kind: str) -> Iterator[Looked]:
    if operation.is_about_a_case and (operation.method == "GET" or person not in SEES[kind]):
        # Who may see it is only asked to look: what changes a case would change what the next one finds.
        yield Looked(operation, person, kind, _is_there(towns, operation, person, kind))
    elif operation.method == "GET" and not operation.is_about_a_case:
        yield Looked(operation, person, kind, _is_listed(towns, operation, person, kind))


def _is_there(towns: TwoTowns, operation: Operation, person: str, kind: str) -> bool:
    case, _ = towns.cases[kind]
    body = operation.body if operation.method != "GET" else None
    reasons, _ = _asked(towns, operation, operation.at(**towns.names, case=case), towns.people[person], body)
    return UNKNOWN_CASE not in reasons


def _is_listed(towns: TwoTowns, operation: Operation, person: str, kind: str) -> bool:
    answer = towns.ask(operation.service, "GET", operation.at(**towns.names), towns.people[person])
    return any(name.encode() in answer.data for name in towns.cases[kind])


def _asked(
    towns: TwoTowns,
    operation: Operation,
    path: str,
    token: str | None,
    body: object,
    scheme: str = "Bearer",
) -> tuple[frozenset[str], int]:
    before = Counter(towns.denied(operation.service))
    answer = towns.ask(operation.service, operation.method, path, token, body, scheme)
    after = Counter(towns.denied(operation.service))
    return frozenset(after - before), answer.status_code
