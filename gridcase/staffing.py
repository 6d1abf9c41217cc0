"""Having somebody hold every unit of a town, where no real people are: in simulations and samples."""

from collections.abc import Iterator

from gridcase.registry_admin import RegistryAdmin
from shared.rules.decide import address
from shared.rules.pack.model import Pack

GRID_WORKER = "worker-1"
STAFF = "staff-1"


def grid_of(pack: Pack, place: str | None) -> str:
    """Return the unit of the grid workers of a place."""
    return f"{pack.town}.{place}/grid" if place else f"{pack.town}/grid"


def staff(registry: RegistryAdmin, pack: Pack) -> None:
    """Enter a holder, meant by a reference, for every unit of a town and of its places."""
    for unit in sorted(set(_units(pack))):
        registry.enter_member(pack.town, unit, "unit_staff", STAFF)
    for unit in sorted({grid_of(pack, place) for place in (None, *pack.places)}):
        registry.enter_member(pack.town, unit, "grid_worker", GRID_WORKER)


def _units(pack: Pack) -> Iterator[str]:
    for unit in pack.units:
        for place in (None, *pack.places):
            found = address(pack, unit, place)
            if found.startswith((f"{pack.town}/", f"{pack.town}.")):
                yield found
