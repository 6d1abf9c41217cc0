"""Who is meant by the words of a rule: lead, reporter, supervisor, a unit, a slot.

Decides which units and which kinds of person a list of words names in a situation. Must not know people: who
holds a unit, and who stands in for a vacancy, is the registry's.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.rules.case.addresses import address, key_of
from shared.rules.case.situation import Situation, all_facts, categories_of, departments_of, owner_of_place
from shared.rules.pack.categories import main_departments
from shared.rules.pack.model import BY_FACT, Pack


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody whom a rule names.

    Args:
        party: the word of the rule, or the unit's key.
        unit: address of the unit; None for the reporter, the public and the operator.
        reporter: the person who reported the case.
        public: a publication without personal data.
    """

    party: str
    unit: str | None = None
    reporter: bool = False
    public: bool = False


_Find = Callable[[Pack, Situation], Iterable[str | None]]


def resolve_parties(pack: Pack, who: Sequence[str], situation: Situation) -> tuple[Recipient, ...]:
    """Return whom the words name, each once and in the order of the words.

    A word that names nobody here (no previous lead, a level without supervisor) is passed over.

    Args:
        who: words of a rule: those of the platform, keys of units, slots; an unknown one is taken for a unit's key.
    """
    found: dict[tuple[object, ...], Recipient] = {}
    for word in who:
        for named in _recipients(pack, word, situation):
            # By whom it reaches and not by the word, so that a unit which two words mean is told once; whoever is no
            # unit (the operator) is told apart by the word.
            found.setdefault((named.unit, named.reporter, named.public, named.unit or named.party), named)
    return tuple(found.values())


def units_of(pack: Pack, who: Sequence[str], situation: Situation) -> tuple[str, ...]:
    """Return the addresses of the units that the words name, each once, in order."""
    return tuple(named.unit for named in resolve_parties(pack, who, situation) if named.unit)


def _recipients(pack: Pack, word: str, situation: Situation) -> Iterator[Recipient]:
    if word == "public":
        yield Recipient(word, public=True)
    elif word == "operator":
        yield Recipient(word)
    elif word.startswith(BY_FACT):
        yield from _by_fact(pack, word.removeprefix(BY_FACT), situation)
    elif word == "reporter":
        yield from _reporter(situation)
    else:
        find = _UNITS.get(word)
        units = find(pack, situation) if find else (address(pack, word, situation.place),)
        party = word if find else pack.noun(word)
        yield from (Recipient(party, unit) for unit in units if unit)


def _by_fact(pack: Pack, fact: str, situation: Situation) -> Iterator[Recipient]:
    """The unit that a fact names in this case; nobody where it is not known."""
    named = all_facts(pack, situation).get(fact)
    if isinstance(named, str) and named in pack.units:
        yield Recipient(named, address(pack, named, situation.place))


def _reporter(situation: Situation) -> Iterator[Recipient]:
    """The person who reported it; a grid worker who did so is reached through the own unit."""
    if situation.reporter is not None:
        yield Recipient("reporter", reporter=True)
    elif situation.finder_unit is not None:
        yield Recipient("reporter", situation.finder_unit)


def _departments(pack: Pack, situation: Situation) -> list[str]:
    return [address(pack, unit, situation.place) for unit in departments_of(pack, situation)]


def _main_department(pack: Pack, situation: Situation) -> list[str]:
    """The main department; where there is none, the fallback unit coordinates (RC-17)."""
    main = main_departments(pack, categories_of(pack, situation))
    return [address(pack, (*main, pack.fallback)[0], situation.place)]


def _other_departments(pack: Pack, situation: Situation) -> list[str]:
    main = _main_department(pack, situation)
    return [unit for unit in _departments(pack, situation) if unit not in main]


def _first_contact(pack: Pack, situation: Situation) -> list[str | None]:
    """Who took it first, until the answer (A-32); where contact moves, the lead after a hand-over (RC-18)."""
    moves = pack.reading("RC-18") == "moves" and situation.was_handed_over
    return [situation.lead if moves else situation.first_contact]


def _grid_worker(_: Pack, situation: Situation) -> list[str | None]:
    return [situation.finder_unit] if situation.finder_role == "grid_worker" else []


def _owner(pack: Pack, situation: Situation) -> list[str]:
    owner = owner_of_place(pack, situation.place)
    return [address(pack, owner, situation.place)] if owner else []


def _head_of_lead(pack: Pack, situation: Situation) -> list[str | None]:
    """Who heads the unit that leads; the unit itself where it names nobody, so that somebody always hears."""
    lead = situation.lead
    unit = pack.units.get(key_of(lead)) if lead else None
    return [address(pack, unit.head, situation.place) if unit and unit.head else lead]


def _supervisor(pack: Pack, situation: Situation) -> list[str]:
    """The unit that supervises the handling level; where that one has none, the next level's."""
    supervisors = (pack.levels[level].supervisor for level in situation.levels if level in pack.levels)
    found = next((unit for unit in supervisors if unit), None)
    return [address(pack, found, situation.place)] if found else []


_UNITS: Mapping[str, _Find] = {
    "lead": lambda _, situation: [situation.lead],
    "head of lead": _head_of_lead,
    "assisting": lambda _, situation: situation.assisting,
    "previous lead": lambda _, situation: [situation.previous_lead],
    "first contact": _first_contact,
    "grid worker": _grid_worker,
    "department of category": _main_department,
    "departments of category": _departments,
    "other departments of category": _other_departments,
    "unit of place": _owner,
    "supervisor": _supervisor,
}
