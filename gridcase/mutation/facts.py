"""What can be altered in a fact from time: where its spans begin and end, which days it names, inside or outside hours.

Decides nothing else: whether a rule asks for the fact is the rule's own alteration.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from gridcase.mutation.mutant import Mutant, bilingual
from shared.kernel.texts import Text
from shared.rules.language.vocabulary import DAYS
from shared.rules.pack.model import Fact, Pack, Times

_HOURS = 24
Alter = Callable[[Times], Times]


def of_fact(fact: Fact) -> Iterator[Mutant]:
    """Yield every alteration of a fact."""
    if fact.times is None:
        return
    for number, (begin, end) in enumerate(fact.times.between):
        for now in ((_later(begin, 1), end), (begin, _later(end, -1))):
            if now[0] != now[1]:
                change = bilingual("between", was=f"{begin}-{end}", now=f"{now[0]}-{now[1]}")
                yield _mutant(fact, change, _with_span(number, now))
    for day in fact.times.days if len(fact.times.days) > 1 else ():
        yield _mutant(fact, bilingual("day-dropped", was=Text(DAYS.written(day, "zh"), day)), _without(day))
    if fact.times.office_hours is not None:
        yield _mutant(fact, bilingual("hours-turned"), _turned)


def _with_span(number: int, span: tuple[str, str]) -> Alter:
    def altered(times: Times) -> Times:
        return replace(times, between=(*times.between[:number], span, *times.between[number + 1 :]))

    return altered


def _without(day: str) -> Alter:
    return lambda times: replace(times, days=tuple(other for other in times.days if other != day))


def _turned(times: Times) -> Times:
    return replace(times, office_hours=not times.office_hours)


def _mutant(fact: Fact, change: Text, altered: Alter) -> Mutant:
    def alter(pack: Pack) -> Pack:
        found = pack.facts[fact.type.name]
        times = altered(found.times) if found.times else None
        return replace(pack, facts={**pack.facts, fact.type.name: replace(found, times=times)})

    return Mutant("condition", fact.type.name, fact.spot, change, alter)


def _later(clock: str, hours: int) -> str:
    """Return a time of day some hours later; midnight is the beginning of the day."""
    return f"{(int(clock[:2]) + hours) % _HOURS:02d}:{clock[3:]}"
