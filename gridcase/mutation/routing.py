"""What can be altered in a routing rule: who leads, who assists, when it holds, whether it stands at all."""

from collections.abc import Iterator
from dataclasses import replace

from gridcase.mutation.conditions import negations
from gridcase.mutation.guards import assists_anyway
from gridcase.mutation.mutant import Mutant, bilingual, dropped, exchanged_for, of_rule, shown
from shared.rules.pack.model import Pack, RoutingRule, Then


def of_routing(pack: Pack, rule: RoutingRule) -> Iterator[Mutant]:
    """Yield every alteration of a routing rule."""
    yield dropped("routing", rule)
    yield from _leads(pack, rule)
    yield from _assists(pack, rule)
    yield from negations(pack, "routing", rule)


def _leads(pack: Pack, rule: RoutingRule) -> Iterator[Mutant]:
    lead = rule.then.lead
    if lead is None:
        return
    other = exchanged_for(pack, lead)
    change = bilingual("lead", was=shown(pack, [lead]), now=other)
    yield of_rule("unit", "routing", rule, change, lambda led: _with(led, replace(led.then, lead=other)))


def _assists(pack: Pack, rule: RoutingRule) -> Iterator[Mutant]:
    for number, noun in enumerate(rule.then.assist):
        was, other = shown(pack, [noun]), exchanged_for(pack, noun)

        def without(whole: RoutingRule, number: int = number) -> RoutingRule:
            return _with(whole, replace(whole.then, assist=_replaced(whole.then.assist, number, ())))

        def with_other(whole: RoutingRule, number: int = number, other: str = other) -> RoutingRule:
            return _with(whole, replace(whole.then, assist=_replaced(whole.then.assist, number, (other,))))

        if not assists_anyway(pack, noun):
            yield of_rule("unit", "routing", rule, bilingual("assist-dropped", was=was), without)
        if not (assists_anyway(pack, noun) and other in rule.then.assist):
            yield of_rule("unit", "routing", rule, bilingual("assist", was=was, now=other), with_other)


def _with(rule: RoutingRule, then: Then) -> RoutingRule:
    return replace(rule, then=then)


def _replaced(nouns: tuple[str, ...], number: int, by: tuple[str, ...]) -> tuple[str, ...]:
    return (*nouns[:number], *by, *nouns[number + 1 :])
