"""Alterations of what is reckoned (duties, forms, figures, grids) held against the scenarios about them: each on all.

Decides which readings duties can feel: those under which some duty falls, ends or stands otherwise in the years that
the calendar knows.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from gridcase.mutation.assessments import assessment_mutants
from gridcase.mutation.duties import of_duty
from gridcase.mutation.grids import of_grids
from gridcase.mutation.mutant import Mutant, bilingual
from gridcase.mutation.record_forms import of_form
from gridcase.mutation.run import MutantVerdict
from gridcase.scenarios.participants import Part
from gridcase.scenarios.reckoned import Reckoned, reckon
from gridcase.scenarios.runs import Difference
from shared.kernel.texts import Text
from shared.rules.case.timing import calendar_of
from shared.rules.duties import occurrences
from shared.rules.language.readings import READINGS
from shared.rules.pack.model import Pack, Spot

_OF_DUTIES = ("RC-14", "RC-15", "RC-16", "RC-21")
_YEARS = 3  # the last ones of the calendar: enough for every kind of move


@dataclass(frozen=True, slots=True)
class DutyVerdicts:
    """What became of the alterations of what is reckoned: duties, forms, figures, measures, documents, grids and teams.

    Args:
        verdicts: in the order of the pack.
        red: what differs while nothing is altered, by scenario.
        felt_in: by what was altered, the scenarios that turned red.
    """

    verdicts: tuple[MutantVerdict, ...]
    red: tuple[Difference, ...]
    felt_in: dict[Part, tuple[str, ...]]


def duty_mutants(pack: Pack) -> Iterator[Mutant]:
    """Yield every alteration of a pack's duties and forms, of the readings that they feel, of grids and teams."""
    for duty in pack.duties.values():
        yield from of_duty(pack, duty)
    for form in pack.records.values():
        yield from of_form(pack, form)
    yield from assessment_mutants(pack)
    for name in _OF_DUTIES if pack.duties else ():
        for value in READINGS[name].chinese:
            if value != pack.readings[name] and _is_felt(pack, name, value):
                yield _of_reading(pack, name, value)
    yield from of_grids(pack)


def judge_duties(pack: Pack, trials: Sequence[Reckoned], mutants: Iterable[Mutant]) -> DutyVerdicts:
    """Hold every alteration against every scenario that is as expected while nothing is altered."""
    plain = {trial.key: reckon(pack, trial) for trial in trials}
    sound = [trial for trial in trials if not plain[trial.key]]
    verdicts: list[MutantVerdict] = []
    felt: dict[Part, tuple[str, ...]] = {}
    for mutant in mutants:
        altered = mutant.alter(pack)
        found = [differences[0] for trial in sound if (differences := reckon(altered, trial))]
        verdicts.append(MutantVerdict(mutant, found[0] if found else None))
        red = (*felt.get(mutant.of, ()), *(difference.scenario for difference in found))
        felt[mutant.of] = tuple(dict.fromkeys(red))
    red_now = tuple(differences[0] for differences in plain.values() if differences)
    return DutyVerdicts(tuple(verdicts), red_now, felt)


def _of_reading(pack: Pack, name: str, value: str) -> Mutant:
    words = READINGS[name].chinese
    was = pack.readings[name]
    change = bilingual("reading", reading=name, was=Text(words[was], was), now=Text(words[value], value))
    spot = Spot(f"{pack.town}/pack.yaml", 1)
    return Mutant("reading", name, spot, change, lambda known: _read_as(known, name, value))


def _read_as(pack: Pack, name: str, value: str) -> Pack:
    return replace(pack, readings={**pack.readings, name: value})


def _is_felt(pack: Pack, name: str, value: str) -> bool:
    if name == "RC-21":
        return any(
            duty.owes and duty.owes.spans and name not in duty.readings for duty in pack.duties.values()
        )
    return _reckoned(pack) != _reckoned(_read_as(pack, name, value))


def _reckoned(pack: Pack) -> list[list[tuple[date | None, datetime | None, str | None]]]:
    """On which days duties fall, when they end and what is held instead: what else differs nobody would miss."""
    calendar = calendar_of(pack)
    known = [year for year in range(date.min.year, date.max.year) if calendar.covers(year)][-_YEARS:]
    if not known:
        return []
    first, last = date(known[0], 1, 1), date(known[-1], 12, 31)
    found = [occurrences(pack, calendar, duty, first, last) for duty in pack.duties.values()]
    return [[(each.on, each.due_at, each.replaced_by) for each in duty] for duty in found]
