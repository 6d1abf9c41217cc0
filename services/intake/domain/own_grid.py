"""Which grid workers a case's place is the own grid of.

Decides by the unit's address alone: what lies around the case's place is its own, another village or grid is not. Where
nobody knows the place, only those who work for the whole town are at home in it.
"""

from shared.rules.case.addresses import places_of
from shared.rules.case.snapshot import Place
from shared.rules.pack.model import Pack


def is_at_home(pack: Pack, unit: str | None, place: Place) -> bool:
    """Tell whether a place lies in what the unit looks after; where only a village is known, its grids do.

    Args:
        unit: 'jurisdiction/unit', the jurisdiction being the town or '<town>.<place>'; None: none.
    """
    jurisdiction, _, key = (unit or "").rpartition("/")
    if jurisdiction != pack.town and not jurisdiction.startswith(f"{pack.town}."):
        return False
    # 'elm.east-village/east-1' and 'elm.east-1/grid' are ways of one and the same grid.
    own = key if key in pack.places else jurisdiction.removeprefix(pack.town).removeprefix(".")
    known = place.key or place.jurisdiction.removeprefix(pack.town).removeprefix(".")
    around = places_of(pack, known)
    return not own or own in around or (bool(known) and known in places_of(pack, own))
