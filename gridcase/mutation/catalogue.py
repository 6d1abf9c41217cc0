"""All alterations of a pack, section by section."""

from collections.abc import Callable, Iterator, Mapping

from gridcase.mutation.doing import of_doing
from gridcase.mutation.facts import of_fact
from gridcase.mutation.ledger import of_ledger
from gridcase.mutation.limits import of_limit
from gridcase.mutation.mutant import Mutant
from gridcase.mutation.notices import of_hidden, of_notice
from gridcase.mutation.procedures import of_procedure
from gridcase.mutation.readings import of_readings
from gridcase.mutation.routing import of_routing
from gridcase.mutation.steps import of_step
from gridcase.mutation.telling import of_telling
from gridcase.mutation.units import of_unit
from shared.rules.pack.model import Pack


def mutants_of(pack: Pack, read_with: Callable[[Mapping[str, str]], Pack]) -> Iterator[Mutant]:
    """Yield every alteration of a pack, one rule at a time.

    Args:
        read_with: builds the pack from its text with readings switched.
    """
    for rule in pack.routing:
        yield from of_routing(pack, rule)
    for limit in pack.limits:
        yield from of_limit(pack, limit)
    for notice in pack.tell:
        yield from of_notice(pack, notice)
    for hidden in pack.hidden:
        yield from of_hidden(pack, hidden)
    yield from of_telling(pack)
    for unit in pack.units.values():
        yield from of_unit(pack, unit)
    for fact in pack.facts.values():
        yield from of_fact(fact)
    yield from of_ledger(pack)
    yield from _of_steps(pack)
    yield from of_readings(pack, read_with)


def _of_steps(pack: Pack) -> Iterator[Mutant]:
    for step in pack.steps.values():
        yield from of_step(pack, step)
        yield from of_doing(pack, step)
    for procedure in pack.procedures.values():
        yield from of_procedure(pack, procedure)
