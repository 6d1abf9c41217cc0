"""Who takes turns: the holders of a rota's unit, in each place that has a rota of its own. When is theirs to settle."""

from collections.abc import Iterable, Mapping
from datetime import date

from shared.rules.case.addresses import key_of, places_at
from shared.rules.pack.model import Pack, Rota
from shared.rules.teams.known import PostHolder
from shared.rules.teams.posts import jurisdiction


def turns_of(
    pack: Pack, rota: Rota, holders: Iterable[PostHolder], on: date
) -> Mapping[str | None, tuple[str, ...]]:
    """Return who takes turns, by place; None: the one rota of the town.

    Args:
        on: the local day meant: a place that has ended by then has none.
    """
    own = [each for each in holders if key_of(each.unit) == pack.noun(rota.unit)]
    if rota.level is None:
        return {None: _people(own)}
    return {
        place.key: _people(each for each in own if jurisdiction(each) == f"{pack.town}.{place.key}")
        for place in places_at(pack, pack.noun(rota.level), on)
    }


def _people(holders: Iterable[PostHolder]) -> tuple[str, ...]:
    return tuple(sorted({each.person for each in holders}))
