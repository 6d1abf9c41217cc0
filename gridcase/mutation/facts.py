"""What can be altered in a fact from time or from earlier cases: spans, days and hours; what is the same, how far back.

Decides nothing else: whether a rule asks for the fact is the rule's own alteration.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from gridcase.mutation.mutant import Mutant, bilingual
from shared.kernel.texts import Text
from shared.rules.language.vocabulary import ALIKE_EARLIER, DAYS
from shared.rules.pack.model import EarlierCases, Fact, Pack, Times

_HOURS = 24
Alter = Callable[[Times], Times]


def of_fact(fact: Fact) -> Iterator[Mutant]:
    """Yield every alteration of a fact."""
    if fact.times is not None:
        yield from _of_times(fact, fact.times)
    if fact.earlier is not None:
        yield from _of_earlier(fact, fact.earlier)


def _of_earlier(fact: Fact, earlier: EarlierCases) -> Iterator[Mutant]:
    for part in earlier.same if len(earlier.same) > 1 else ():
        same = tuple(other for other in earlier.same if other != part)
        if same != ("place",):  # which no pack can say
            was = Text(ALIKE_EARLIER.written(part, "zh"), part)
            yield _counting(fact, bilingual("same-dropped", was=was), replace(earlier, same=same))
    for days in (earlier.days - 1, earlier.days + 1):
        if days:
            yield _counting(
                fact, bilingual("window", was=earlier.days, now=days), replace(earlier, days=days)
            )


def _counting(fact: Fact, change: Text, now: EarlierCases) -> Mutant:
    def alter(pack: Pack) -> Pack:
        name = fact.type.name
        return replace(pack, facts={**pack.facts, name: replace(pack.facts[name], earlier=now)})

    return Mutant("condition", fact.type.name, fact.spot, change, alter)


def _of_times(fact: Fact, times: Times) -> Iterator[Mutant]:
    for number, (begin, end) in enumerate(times.between):
        for now in ((_later(begin, 1), end), (begin, _later(end, -1))):
            if now[0] != now[1]:
                change = bilingual("between", was=f"{begin}-{end}", now=f"{now[0]}-{now[1]}")
                yield _mutant(fact, change, _with_span(number, now))
    for day in times.days if len(times.days) > 1 else ():
        yield _mutant(fact, bilingual("day-dropped", was=Text(DAYS.written(day, "zh"), day)), _without(day))
    if times.office_hours is not None:
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
