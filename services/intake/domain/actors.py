"""Who acts, and which of a rule's words mean that person in a case."""

from dataclasses import dataclass
from typing import Any

from services.intake.domain.case import Case
from services.intake.domain.situations import situation_of
from shared.rules.decide.parties import resolve_parties
from shared.rules.pack.model import Pack

GRID_WORKER = "grid_worker"
REPORTER = "reporter"
SUPERVISOR = "supervisor"
OPERATOR = "operator"
ENGINEER = "engineer"
_ROLES = frozenset({GRID_WORKER, "unit_staff", SUPERVISOR, OPERATOR})


@dataclass(frozen=True, slots=True)
class Actor:
    """The role and unit of a token, and a reference to the person; never a name.

    Args:
        unit: 'jurisdiction/unit'.
    """

    role: str
    unit: str | None = None
    person: str | None = None

    def as_data(self) -> dict[str, Any]:
        """Return the actor as messages and histories carry it."""
        return {"role": self.role, "unit": self.unit, "person": self.person}


PLATFORM = Actor("platform")


def is_among(actor: Actor, who: tuple[str, ...], pack: Pack, case: Case) -> bool:
    """Tell whether any of a step's words means this actor in this case."""
    return any(_is(actor, word, pack, case) for word in who)


def _is(actor: Actor, word: str, pack: Pack, case: Case) -> bool:
    if word == "public":
        return False
    if word == "reporter":
        return is_reporter(actor, case)
    if word == "grid worker":
        return _is_grid_worker(actor, case)
    if word in _ROLES and actor.role == word:
        return True
    return word != OPERATOR and _is_of_unit(actor, word, pack, case)


def names_of(who: tuple[str, ...], pack: Pack, case: Case) -> set[str]:
    """Return the units and roles whose people a step's words mean: `is_among` holds for nobody else."""
    roles = {word for word in who if word in _ROLES and word != OPERATOR}
    if "grid worker" in who and case.finder_role != GRID_WORKER:
        roles.add(GRID_WORKER)
    words = tuple(word for word in who if word not in _ROLES - {SUPERVISOR} and word != "public")
    return roles | {one.unit or one.party for one in resolve_parties(pack, words, situation_of(case))}


def is_reporter(actor: Actor, case: Case) -> bool:
    """Tell whether the actor reported the case, or one that was merged into it."""
    return actor.person is not None and actor.person in (case.reporter, *case.reporters)


def _is_grid_worker(actor: Actor, case: Case) -> bool:
    """Whoever found it from the grid, by unit, so that shifts can change; any, where the public reported."""
    if actor.role != GRID_WORKER:
        return False
    found_in = case.finder_unit if case.finder_role == GRID_WORKER else None
    return found_in is None or actor.unit == found_in


def _is_of_unit(actor: Actor, word: str, pack: Pack, case: Case) -> bool:
    if actor.unit is None or actor.role == REPORTER or word in _ROLES - {SUPERVISOR}:
        return False
    return any(one.unit == actor.unit for one in resolve_parties(pack, (word,), situation_of(case)))
