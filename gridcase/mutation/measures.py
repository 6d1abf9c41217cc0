"""What can be altered in a measure: who is assessed, by what, when something is proposed, who decides and who hears."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from gridcase.mutation.figures import OTHER_SPAN, Change, mutant_of, of_readers, said, with_, without
from gridcase.mutation.mutant import Mutant, bilingual, exchanged_for, shown
from shared.kernel.texts import Text
from shared.rules.language.vocabulary import ROLES
from shared.rules.pack.model import Bound, MeasureItem, Pack, ProposalRule, Rank, Sum, TownMeasure

MEASURE, PROPOSAL = "measure", "proposal"  # kinds of a part
_HALF = Decimal("0.5")


def of_measure(pack: Pack, measure: TownMeasure) -> Iterator[Mutant]:
    """Yield every alteration of a measure and of what it proposes."""
    for change, altered in _of_measure(pack, measure):
        yield mutant_of(MEASURE, "measures", measure, change, altered)
    for proposal in measure.proposals.values():
        yield _of(measure, proposal, bilingual("dropped"), None)
        for change, other in _of_proposal(pack, proposal):
            yield _of(measure, proposal, change, other)


def _of_measure(pack: Pack, measure: TownMeasure) -> Iterator[Change]:
    now = OTHER_SPAN[measure.every]
    yield said(MEASURE, "every", measure.every, now), with_(every=now)
    for item in measure.items.values():
        left = {key: each for key, each in measure.items.items() if key != item.key}
        yield without(MEASURE, "items", item.key), with_(items=left)
        for change, other in _of_item(pack, item):
            yield change, with_(items={**measure.items, item.key: other})
    if measure.rank is not None:
        turned = Rank.LOWEST if measure.rank is Rank.HIGHEST else Rank.HIGHEST
        yield said(MEASURE, "rank", measure.rank, turned), with_(rank=turned)
    for change, readers in of_readers(pack, MEASURE, measure.readers):
        yield change, with_(readers=readers)


def _of_item(pack: Pack, item: MeasureItem) -> Iterator[tuple[Text, MeasureItem]]:
    for now in (item.most + _HALF, item.most - _HALF):
        yield said("item", "most", f"{item.key} {item.most}", now), replace(item, most=now)
    if item.figure is not None and item.less is None:
        other = item.full * 2
        yield said("item", "full", f"{item.key} {item.full}", other), replace(item, full=other)
    if item.less is not None:
        more = item.less * 2
        yield said("item", "less", f"{item.key} {item.less}", more), replace(item, less=more)
    for who in item.by:
        other_unit = exchanged_for(pack, who) if who not in ROLES else next(iter(pack.units))
        by = tuple(other_unit if each == who else each for each in item.by)
        yield said("item", "by", f"{item.key} {pack.noun(who)}", other_unit), replace(item, by=by)


def _of_proposal(pack: Pack, proposal: ProposalRule) -> Iterator[tuple[Text, ProposalRule]]:
    for change, bound in _of_bound(proposal.bound):
        yield change, replace(proposal, bound=bound)
    yield from _of_units(pack, proposal)
    for field in ("heard", "each"):
        if getattr(proposal, field):
            yield without(PROPOSAL, field, ""), with_(**{field: False})(proposal)
    if proposal.owes is not None:
        yield without(PROPOSAL, "owes", proposal.owes), replace(proposal, owes=None)
    if proposal.category is not None:
        yield without(PROPOSAL, "category", proposal.category), replace(proposal, category=None)
    for money in _other_sums(proposal.money) if proposal.money else ():
        yield said(PROPOSAL, "yuan", _sum(proposal.money), _sum(money)), replace(proposal, money=money)


def _of_units(pack: Pack, proposal: ProposalRule) -> Iterator[tuple[Text, ProposalRule]]:
    for field in ("to", "decided_by"):
        units = getattr(proposal, field)
        for unit in units:
            other = exchanged_for(pack, unit)
            left = tuple(other if each == unit else each for each in units)
            yield said(PROPOSAL, field, shown(pack, [unit]), other), with_(**{field: left})(proposal)


def _other_sums(money: Sum) -> Iterator[Sum]:
    if money.least is None or money.most is None:
        yield Sum(100, 100)
    elif money.is_open:
        yield Sum(money.least + 100, money.most)
        yield Sum(money.least, money.most + 100)
    else:
        yield Sum(money.least + 100, money.most + 100)
        yield Sum()


def _sum(money: Sum | None) -> str:
    return "open" if money is None or money.least is None else f"{money.least}..{money.most}"


def _of_bound(bound: Bound) -> Iterator[tuple[Text, Bound]]:
    for how, number in bound.numbers.items():
        for now in sorted({number + 1, max(number - 1, Decimal(0))} - {number}):
            yield said("bound", how, number, now), replace(bound, numbers={**bound.numbers, how: now})
    for field in ("times", "running", "last", "first", "rise", "against"):
        value = getattr(bound, field)
        for other in _near(value) if value is not None and value != _unsaid(field) else ():
            yield said("bound", field, value, other), with_(**{field: other})(bound)
    if bound.within is not None:
        span = OTHER_SPAN[bound.within]
        yield said("bound", "within", bound.within, span), replace(bound, within=span)
    if bound.at_least is not None:
        yield without("bound", "at_least", bound.at_least), replace(bound, at_least=None)


def _unsaid(field: str) -> int | None:
    return 1 if field in ("times", "running") else None


def _near(value: int) -> Iterator[int]:
    yield value + 1
    if value > 1:
        yield value - 1


def _of(measure: TownMeasure, proposal: ProposalRule, change: Text, other: ProposalRule | None) -> Mutant:
    """The mutant of one proposal, by its own reasons."""

    def altered(known: TownMeasure) -> TownMeasure:
        table = {key: each for key, each in known.proposals.items() if key != proposal.key}
        return replace(known, proposals={**table, proposal.key: other} if other else table)

    alter: Callable[[Any], Any] = altered
    found = mutant_of(PROPOSAL, "measures", measure, change, alter, f"{measure.key} {proposal.key}")
    return replace(found, because=proposal.because, spot=proposal.spot)
