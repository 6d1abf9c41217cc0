"""Who acts, and which of a rule's words mean that person in a case."""

from collections.abc import Collection, Iterable

from services.intake.domain.case import Case, snapshot_of
from services.intake.domain.own_grid import is_at_home
from shared.contracts.messages import Actor
from shared.rules.case.situation import situation_of
from shared.rules.decide.parties import Recipient, resolve_parties
from shared.rules.pack.model import Pack

GRID_WORKER = "grid_worker"
REPORTER = "reporter"
SUPERVISOR = "supervisor"
OPERATOR = "operator"
ENGINEER = "engineer"
_ROLES = frozenset({GRID_WORKER, "unit_staff", SUPERVISOR, OPERATOR})
# Words that mean somebody by the role or the person, not by the unit; 'supervisor' may mean either.
_NO_UNITS = frozenset({"public", "reporter", "grid worker", *_ROLES}) - {SUPERVISOR}

PLATFORM = Actor("platform")
CLOCK = Actor("clock")  # time, where a limit lets it take a step


def is_among(
    actor: Actor, who: tuple[str, ...], pack: Pack, case: Case, stands_in: Collection[str] = ()
) -> bool:
    """Tell whether any of a step's words means this actor in this case.

    Args:
        stands_in: units of the grid workers who are away and whose substitute the actor is.
    """
    if "grid worker" in who and _is_grid_worker(actor, pack, case, stands_in):
        return True
    if any(_is(actor, word, case) for word in who):
        return True
    if actor.unit is None or actor.role == REPORTER:
        return False
    named = (word for word in who if word not in _NO_UNITS)
    return any(recipient.unit == actor.unit for recipient in _recipients(pack, case, named))


def _is(actor: Actor, word: str, case: Case) -> bool:
    if word == "reporter":
        return is_reporter(actor, case)
    return word in _ROLES and actor.role == word


def names_of(who: tuple[str, ...], pack: Pack, case: Case) -> set[str]:
    """Return the units and roles whose people a step's words mean: `is_among` holds for nobody else."""
    roles = {word for word in who if word in _ROLES and word != OPERATOR}
    if "grid worker" in who and case.finder_role != GRID_WORKER:
        roles.add(GRID_WORKER)
    words = (word for word in who if word not in _ROLES - {SUPERVISOR} and word != "public")
    return roles | {recipient.unit or recipient.party for recipient in _recipients(pack, case, words)}


def _recipients(pack: Pack, case: Case, words: Iterable[str]) -> tuple[Recipient, ...]:
    wanted = tuple(words)
    return resolve_parties(pack, wanted, situation_of(snapshot_of(case))) if wanted else ()


def is_reporter(actor: Actor, case: Case) -> bool:
    """Tell whether the actor reported the case, or one that was merged into it, and is known to have."""
    return actor.person is not None and actor.person in known_reporters(case)


def known_reporters(case: Case) -> tuple[str, ...]:
    """Return everybody of whom it is known that they reported the case, whose own report it is first.

    Whoever reported anonymously is nobody: no one could say that it is the same person who speaks now.
    """
    own = case.reporter if case.reporter and not case.anonymous else None
    return (*([own] if own else []), *case.reporters)


def needs_identity(actor: Actor, case: Case) -> bool:
    """Tell whether somebody's work on a case needs to know who reported it, and what its texts say of persons.

    Supervisors and operators, the grid that found it, and units that hold a work order of it.
    """
    if actor.role in (SUPERVISOR, OPERATOR):
        return True
    if actor.role == GRID_WORKER:
        return case.finder_role == GRID_WORKER and case.finder_unit == actor.unit
    # Open work orders alone: whoever has done its share need not ask the reporter anything any more.
    return any(order.unit == actor.unit for order in case.orders)


def _is_grid_worker(actor: Actor, pack: Pack, case: Case, stands_in: Collection[str]) -> bool:
    """Whoever found it from the grid, by unit, so that shifts can change; where the public reported, the grid's own."""
    if actor.role != GRID_WORKER:
        return False
    units = [unit for unit in (actor.unit, *stands_in) if unit]
    if case.finder_role == GRID_WORKER and case.finder_unit is not None:
        return case.finder_unit in units
    return any(is_at_home(pack, unit, case.place) for unit in units)
