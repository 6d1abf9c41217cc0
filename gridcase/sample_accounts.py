"""Accounts for trying out: who works in a town that has samples, each with a first password by chance.

Decides nothing about towns: units are those of the town's own pack and of its sample cases.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gridcase.registry_admin import RegistryAdmin
from gridcase.samples import SampleCase
from gridcase.staffing import GRID_WORKER, STAFF, grid_of
from shared.kernel.roles import Role
from shared.rules.decide import address
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """An account as a table shows it; its first password is shown this once.

    Args:
        unit: 'jurisdiction/unit'; None: the role speaks for none.
    """

    login: str
    password: str
    role: Role
    town: str
    unit: str | None


def give_accounts(
    registry: RegistryAdmin, packs: Mapping[str, Pack], cases: Sequence[SampleCase]
) -> list[SampleAccount]:
    """Give each town of the sample cases an account for each who works there, and return them."""
    return [
        SampleAccount(login, password, role, town, unit)
        for town in dict.fromkeys(case.town for case in cases)
        if town in packs
        for role, unit, person in _workers(packs[town], next(case for case in cases if case.town == town))
        if (password := registry.add_account(login := f"{role}.{town}", role, town, unit, person))
    ]


def _workers(pack: Pack, case: SampleCase) -> Iterator[tuple[Role, str | None, str | None]]:
    """Role, unit and person: those who hold the town's units (`staffing`), of the unit that has something to do."""
    lead = case.lead if case.lead.startswith((f"{pack.town}/", f"{pack.town}.")) else None
    yield Role.GRID_WORKER, grid_of(pack, case.place), GRID_WORKER
    yield Role.UNIT_STAFF, lead or address(pack, pack.fallback, None), STAFF
    yield Role.SUPERVISOR, None, None
    yield Role.OPERATOR, None, None
