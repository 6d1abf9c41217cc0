"""Who is to have a terminal, who may make grids, and who has no residents to keep in touch with."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from shared.rules.case.addresses import key_of
from shared.rules.logic.facts import Value
from shared.rules.logic.inclusive import with_figure
from shared.rules.logic.truth import holds
from shared.rules.pack.model import Entitlement, Pack, Teams, includes_figure
from shared.rules.teams.known import KnownOrganisation, KnownTeams
from shared.rules.teams.posts import people_in


@dataclass(frozen=True, slots=True)
class EntitledPerson:
    """Somebody who is to have a terminal, by the post that they hold."""

    entitlement: str
    person: str


@dataclass(frozen=True, slots=True)
class EntitledOrganisation:
    """An organisation whose staff is to have terminals."""

    entitlement: str
    organisation: str


@dataclass(frozen=True, slots=True)
class WithoutContacts:
    """A member with fewer residents to keep in touch with than the least."""

    person: str
    assigned: int
    least: int


def entitled(pack: Pack, known: KnownTeams, on: date) -> tuple[EntitledPerson | EntitledOrganisation, ...]:
    """Return who is to have a terminal: holders of the posts named, and organisations that fulfil the condition."""
    teams = pack.teams or Teams()
    found: list[EntitledPerson | EntitledOrganisation] = []
    for each in teams.terminals.values():
        people = people_in(pack, each.posts, known.holders, on)
        found += [EntitledPerson(each.key, person) for person in people]
        firms = _organisations(pack, each, known.organisations)
        found += [EntitledOrganisation(each.key, firm.key) for firm in firms]
    return tuple(found)


def fulfils(pack: Pack, entitlement: Entitlement, facts: Mapping[str, Value]) -> bool:
    """Tell whether an organisation's facts fulfil the condition; '200 or more' includes 200 as RC-11 says."""
    return entitlement.when is None or holds(
        with_figure(entitlement.when, includes_figure(pack, entitlement)), facts
    )


def without_contacts(pack: Pack, known: KnownTeams, on: date) -> tuple[WithoutContacts, ...]:
    """Return the members with too few residents; where the policy gives no figure, one will do."""
    contacts = pack.teams.contacts if pack.teams else None
    if contacts is None:
        return ()
    least = contacts.least or 1
    numbers = {
        person: len(known.assigned.get(person, ()))
        for person in people_in(pack, contacts.posts, known.holders, on)
    }
    return tuple(
        WithoutContacts(person, number, least) for person, number in numbers.items() if number < least
    )


def may_make_grids(pack: Pack, unit: str) -> bool:
    """Tell whether a unit may make, change and end grids (网格事项准入制); where the pack names nobody, anybody may.

    Args:
        unit: its address; one of another town may not.
    """
    made_by = pack.teams.made_by if pack.teams else None
    if made_by is None:
        return True
    home = unit.partition("/")[0].partition(".")[0]
    return home in (pack.town, pack.part_of) and key_of(unit) in {pack.noun(named) for named in made_by.units}


def _organisations(
    pack: Pack, entitlement: Entitlement, known: Iterable[KnownOrganisation]
) -> Iterator[KnownOrganisation]:
    for each in known:
        if each.type == entitlement.organisation and fulfils(pack, entitlement, each.facts):
            yield each
