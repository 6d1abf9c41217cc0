"""Who may make, change and end grids (网格事项准入制, P003.5): whom the pack in force names, and nobody else.

Decides what a change of grids is: another set of places that are grids, or another word on one of them. Where the pack
names nobody, whoever may publish may draw grids. The command line is asked nothing: whoever has it has the house.
"""

from dataclasses import replace

from services.registry.domain.refusals import refusal
from shared.rules.pack.model import NamedPlace, Pack, Spot
from shared.rules.teams.entitled import may_make_grids
from shared.web.callers import Caller

_NOWHERE = Spot("", 0)


def check_makes_grids(pack: Pack, by: Caller | None) -> None:
    """Let whoever may make, change and end grids.

    Args:
        pack: in force, so that nobody admits themselves.
        by: None: the command line.

    Raises:
        Problem: `not-admitted`.
    """
    made_by = pack.teams.made_by if pack.teams else None
    if made_by is None or by is None or (by.unit is not None and may_make_grids(pack, by.unit)):
        return
    raise refusal("not-admitted", units=", ".join(pack.noun(unit) for unit in made_by.units))


def changes_grids(old: Pack, new: Pack) -> bool:
    """Tell whether a pack has other grids than the one in force; where it stands in its files is no difference."""
    return _grids(old) != _grids(new)


def _grids(pack: Pack) -> list[NamedPlace]:
    """Grids in order of their keys. Facts of places are other rules' to read, and no part of how grids are drawn."""
    grids = (place for place in pack.places.values() if is_grid(pack, place))
    return sorted((replace(place, spot=_NOWHERE, facts={}) for place in grids), key=lambda place: place.key)


def is_grid(pack: Pack, place: NamedPlace) -> bool:
    """Tell whether a place is a grid: it stands for no level, or for the lowest."""
    return place.level is None or pack.noun(place.level) == next(iter(pack.levels), None)
