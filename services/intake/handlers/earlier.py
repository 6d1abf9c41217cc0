"""Counting earlier cases for a case: at its beginning, when its category or place is corrected, under another edition.

Decides when it is counted. As of the report's instant each time, so that a correction does not count what came since.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from services.intake.domain.case import Case
from services.intake.domain.change import Change
from services.intake.domain.earlier import asking, criteria_of, numbers
from services.intake.store.earlier import earlier_cases
from shared.db.work import Work
from shared.rules.pack.model import Pack

Earlier = Mapping[str, tuple[str, ...]]


def earlier_of(work: Work, pack: Pack, case: Case) -> Earlier:
    """Return the cases that each of the pack's facts from earlier cases counts, now and as of the case's report."""
    return {
        name: earlier_cases(work, criteria) if criteria else () for name, criteria in criteria_of(pack, case)
    }


def settle_earlier(work: Work, pack: Pack, case: Case, stated: Collection[str] = ()) -> None:
    """Count earlier cases for a case that begins.

    Args:
        stated: facts that an older system has counted: they stay, and nobody knows what they counted.
    """
    counted = {name: () if name in stated else cases for name, cases in earlier_of(work, pack, case).items()}
    found = {name: count for name, count in numbers(counted).items() if name not in stated}
    case.earlier, case.facts = counted, {**case.facts, **found}


def recounted(work: Work, pack: Pack, case: Case, change: Change) -> Change:
    """Return a step's change with what counts otherwise by the category or place that it corrects."""
    concerned = asking(pack, change.corrections.values)
    if not concerned:
        return change
    trial = replace(case, category=change.category or case.category, place=change.place or case.place)
    anew = {name: cases for name, cases in earlier_of(work, pack, trial).items() if name in concerned}
    return replace(change, facts={**change.facts, **numbers(anew)}, earlier={**case.earlier, **anew})
