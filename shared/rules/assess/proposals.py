"""What is proposed of a measure, and who decides it. Nothing is deducted, paid, dismissed or published here.

Decides for whom a proposal is made and what it would cost. Must not know what became of it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from shared.rules.assess.bounds import is_met
from shared.rules.assess.figures import Book
from shared.rules.assess.measures import MeasureStanding, PointsGiven, standings
from shared.rules.pack.model import Pack, ProposalRule
from shared.rules.worktime.spans import CalendarSpan


@dataclass(frozen=True, slots=True)
class Proposed:
    """One proposal about one subject.

    Args:
        count: how many times it is meant: once, or for each that was counted.
        yuan: None: no matter of money, or the amount is still open. least, most: the range within which it is set.
        category: of the case that a person reports once it is accepted.
        is_open: an amount belongs to it, and the policy gives none: it is flagged, and nothing is due.
    """

    measure: str
    proposal: str
    subject: str
    span: CalendarSpan
    to: tuple[str, ...]
    decided_by: tuple[str, ...]
    is_heard: bool
    count: int = 1
    yuan: int | None = None
    least: int | None = None
    most: int | None = None
    is_open: bool = False
    owes: str | None = None
    category: str | None = None


def proposed(book: Book, key: str, span: CalendarSpan, given: Iterable[PointsGiven]) -> tuple[Proposed, ...]:
    """Return what is proposed of a measure at the end of a period."""
    measure, points = book.pack.measures.get(key), tuple(given)
    if measure is None:
        return ()
    told = _told(book, key, points)
    return tuple(
        _proposed(book.pack, key, proposal, standing)
        for standing in told(span).values()
        for proposal in measure.proposals.values()
        if is_met(book.pack, proposal.bound, standing, told)
    )


def _told(
    book: Book, key: str, given: tuple[PointsGiven, ...]
) -> Callable[[CalendarSpan], Mapping[str, MeasureStanding]]:
    @cache
    def told(span: CalendarSpan) -> Mapping[str, MeasureStanding]:
        return standings(book, key, span, given)

    return told


def _proposed(pack: Pack, key: str, proposal: ProposalRule, standing: MeasureStanding) -> Proposed:
    count = int(standing.value or 0) if proposal.each else 1
    money = proposal.money
    amount = money.least if money and not money.is_open else None
    is_range = money is not None and money.least is not None and money.is_open
    return Proposed(
        measure=key,
        proposal=proposal.key,
        subject=standing.subject,
        span=standing.span,
        to=tuple(pack.noun(unit) for unit in proposal.to),
        decided_by=tuple(pack.noun(unit) for unit in proposal.decided_by),
        is_heard=proposal.heard,
        count=count,
        yuan=amount * count if amount is not None else None,
        least=money.least if money and is_range else None,
        most=money.most if money and is_range else None,
        is_open=money is not None and money.is_open,
        owes=proposal.owes,
        category=proposal.category,
    )
