"""Which earlier cases a fact counts: what they have in common with a case, and how far back they were reported.

Decides what counts: reports that became cases of the town and stayed cases. A case that was merged is counted by the
one that goes on, what was returned or dismissed was none of the town's, and what rules hide would show by the number
that it is there. Must not know stores.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec import Struct

from services.intake.domain.case import Case
from services.intake.domain.milestones import DISMISSED, DRAFT, MERGED, REJECTED
from services.intake.domain.receipts import DuplicateCandidate
from shared.rules.logic.facts import Value
from shared.rules.pack.model import EarlierCases, Pack

NOT_COUNTED = (DRAFT.value, DISMISSED, MERGED, REJECTED)


class CountedCases(Struct, frozen=True):
    """How many earlier cases a fact counted, and which: of these only what a reader may see.

    Args:
        count: the case itself with them; most: no more were counted.
        within_days: how long before the report.
    """

    fact: str
    count: Value
    most: int | None
    same: tuple[str, ...]
    within_days: int
    cases: tuple[DuplicateCandidate, ...]


@dataclass(frozen=True, slots=True)
class EarlierCriteria:
    """What another case must have to be counted as an earlier one.

    Args:
        same: column of the case file → the value that it must have.
        since_at, until_at: between these it was reported; both ends count.
        surely_before: what was reported before this is earlier; of what came later that with a lower id than `but`.
        but: the case itself.
        most: how many are counted.
    """

    town: str
    same: Mapping[str, str]
    since_at: datetime
    until_at: datetime
    surely_before: datetime
    but: str
    most: int


# Longer than a transaction may wait, and than the clocks of two machines may differ.
_LONGEST_WAIT = timedelta(minutes=1)
_COLUMNS = {"category": "category", "place": "place_key", "reporter": "reporter", "device": "source"}


def criteria_of(pack: Pack, case: Case) -> Iterator[tuple[str, EarlierCriteria | None]]:
    """Yield each fact from earlier cases with what it counts; None where the case is like no other: it has no place,
    or nobody knows who reported it.
    """
    for name, fact in pack.facts.items():
        if fact.earlier is not None:
            yield name, _criteria(case, fact.earlier, (fact.type.high or 1) - 1)


def _criteria(case: Case, asked: EarlierCases, most: int) -> EarlierCriteria | None:
    values: dict[str, str | None] = {_COLUMNS[part]: getattr(case, _COLUMNS[part]) for part in asked.same}
    same = {column: value for column, value in values.items() if value is not None}
    if len(same) < len(values):
        return None
    at, wait = case.reported_at, _wait(case)
    since_at = at - timedelta(days=asked.days)
    return EarlierCriteria(case.town, same, since_at, at + wait, at - wait, case.id, most)


def _wait(case: Case) -> timedelta:
    """Within what time around a case's report ids tell which came first, and not instants.

    Transactions take their instants when they begin, and then wait for one another: of two processes at one moment the
    one that comes first may carry the later instant. Ids are made after the wait. What is dated back has no part in
    this: it is as old as it says, whenever it came.
    """
    return _LONGEST_WAIT if case.reported_at == case.admitted_at else timedelta()


def counted_cases(pack: Pack, case: Case, seen: Sequence[DuplicateCandidate]) -> Iterator[CountedCases]:
    """Yield what each fact from earlier cases counted for a case.

    Args:
        seen: those of the counted cases that the reader may see.
    """
    for name, counted in case.earlier.items():
        fact = pack.facts.get(name)
        if fact is not None and fact.earlier is not None and name in case.facts:
            shown = tuple(each for each in seen if each.case in counted)
            asked = fact.earlier
            yield CountedCases(name, case.facts[name], fact.type.high, asked.same, asked.days, shown)


def numbers(earlier: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Return the facts that are counted: the case itself and the earlier ones."""
    return {name: 1 + len(cases) for name, cases in earlier.items()}


def asking(pack: Pack, moved: Collection[str]) -> frozenset[str]:
    """Return the facts that count by anything that has moved: the category, the place."""
    return frozenset(
        name
        for name, fact in pack.facts.items()
        if fact.earlier and not set(fact.earlier.same).isdisjoint(moved)
    )
