"""What is said of a grid: facts that the pack names, each with its day and its source.

Decides which word holds – that of the latest day, of several of one day the one that was entered last – and who may say
anything: the operator, whoever has a part in the grid's team, and whoever may make grids. No word is taken for true.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.registry.domain.refusals import refusal
from shared.kernel.roles import Role
from shared.rules.case.addresses import address
from shared.rules.logic.facts import FactError, Value, check_facts
from shared.rules.pack.model import Pack, Teams
from shared.rules.teams.entitled import may_make_grids
from shared.web.callers import Caller


@dataclass(frozen=True, slots=True)
class GridTold:
    """What somebody says of a grid.

    Args:
        since: since when it is so, a day; source: who told.
    """

    facts: Mapping[str, Value]
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class GridFactHeld:
    """The word on a fact of a grid that holds.

    Args:
        since: a day as text, which sorts as days do; statement: id of what was said.
    """

    place: str
    fact: str
    value: Value
    since: str
    source: str
    statement: str

    def gives_way_to(self, other: "GridFactHeld") -> bool:
        """Tell whether a word that is entered now holds in the place of this one."""
        return other.since >= self.since


def check_told(pack: Pack, place: str, told: GridTold, today: date) -> GridTold:
    """Return what is said, typed and normalised.

    Raises:
        Problem: `unknown-place`, `no-facts`, `fact-ahead`, `unknown-fact` or `bad-fact`.
    """
    if place not in pack.places:
        raise refusal("unknown-place", place=place)
    if not told.facts:
        raise refusal("no-facts")
    if told.since > today:
        raise refusal("fact-ahead", since=told.since)
    return GridTold(_typed(pack.teams or Teams(), told.facts), told.since, told.source)


def _typed(teams: Teams, given: Mapping[str, Value]) -> Mapping[str, Value]:
    for fact in given:
        if fact not in teams.facts:
            raise refusal("unknown-fact", fact=fact, known=", ".join(teams.facts))
    try:
        return dict(check_facts({key: teams.facts[key].type for key in given}, given))
    except FactError as wrong:
        raise refusal("bad-fact", fact=wrong.fact, cause=wrong.cause, remedy=wrong.remedy) from wrong


def check_may_state(pack: Pack, place: str, by: Caller) -> None:
    """Let whoever may say something of a grid.

    Raises:
        Problem: `grid-not-yours`.
    """
    if by.role is not Role.OPERATOR and by.unit not in team_units(pack, place) and not _makes_grids(pack, by):
        raise refusal("grid-not-yours", place=place)


def team_units(pack: Pack, place: str) -> frozenset[str]:
    """Return the addresses of the units whose holders have a part in a place's team."""
    posts = (pack.teams or Teams()).posts.values()
    return frozenset(address(pack, unit, place) for post in posts for unit in post.units)


def _makes_grids(pack: Pack, by: Caller) -> bool:
    # Where the pack names nobody that is no word on whose grids' facts these are.
    is_said = pack.teams is not None and pack.teams.made_by is not None
    return is_said and by.unit is not None and may_make_grids(pack, by.unit)
