"""What can be altered in when notices are told: quiet times, gathering, what is urgent."""

from collections.abc import Iterator
from dataclasses import replace

from gridcase.mutation.conditions import negations
from gridcase.mutation.mutant import Mutant, bilingual, dropped, of_rule, shown
from shared.kernel.texts import Text
from shared.rules.language.vocabulary import DAYS
from shared.rules.pack.model import NoticeTimes, Pack, Quiet, Urgent

NAME = "telling"
_LATER_BY = 60  # minutes by which the end of a quiet span is moved
_DAY = 24 * 60


def of_telling(pack: Pack) -> Iterator[Mutant]:
    """Yield every alteration of when notices are told."""
    telling = pack.telling
    if telling is None:
        return
    for number, quiet in enumerate(telling.quiet):
        yield from _of_quiet(telling, number, quiet)
    if telling.gather is not None:
        yield _altered(telling, bilingual("gather-dropped"), replace(telling, gather=None))
    for rule in telling.urgent:
        yield from _of_urgent(pack, rule)


def _of_quiet(telling: NoticeTimes, number: int, quiet: Quiet) -> Iterator[Mutant]:
    def with_other(*other: Quiet) -> NoticeTimes:
        return replace(telling, quiet=(*telling.quiet[:number], *other, *telling.quiet[number + 1 :]))

    yield _altered(telling, bilingual("quiet-dropped", number=number + 1), with_other())
    for place, span in enumerate(quiet.between):
        later = (span[0], _later(span[1]))
        between = (*quiet.between[:place], later, *quiet.between[place + 1 :])
        change = bilingual("quiet-ends", was="-".join(span), now="-".join(later))
        yield _altered(telling, change, with_other(replace(quiet, between=between)))
    for day in quiet.days if len(quiet.days) > 1 else ():  # the last one dropped would be any day
        left = tuple(other for other in quiet.days if other != day)
        change = bilingual("quiet-day-dropped", number=number + 1, was=Text(DAYS.written(day, "zh"), day))
        yield _altered(telling, change, with_other(replace(quiet, days=left)))
    if quiet.office_hours is not None:
        change = bilingual("quiet-hours-turned", number=number + 1)
        yield _altered(telling, change, with_other(replace(quiet, office_hours=not quiet.office_hours)))


def _later(clock: str) -> str:
    minutes = (int(clock[:2]) * 60 + int(clock[3:]) + _LATER_BY) % _DAY
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _altered(telling: NoticeTimes, change: Text, altered: NoticeTimes) -> Mutant:
    def alter(pack: Pack) -> Pack:
        return replace(pack, telling=altered)

    return Mutant("telling", NAME, telling.spot, change, alter, because=telling.because)


def _of_urgent(pack: Pack, rule: Urgent) -> Iterator[Mutant]:
    yield dropped("urgent", rule)
    for number, event in enumerate(rule.on if len(rule.on) > 1 else ()):

        def without(urgent: Urgent, number: int = number) -> Urgent:
            return replace(urgent, on=(*urgent.on[:number], *urgent.on[number + 1 :]))

        change = bilingual("occasion-dropped", was=shown(pack, [event]))
        yield of_rule("telling", "urgent", rule, change, without, None)
    yield from negations(pack, "urgent", rule)
