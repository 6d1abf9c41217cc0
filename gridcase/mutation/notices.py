"""What can be altered in a notice, and in who sees a case early: whom it names, when it holds, whether it stands."""

from collections.abc import Iterator
from dataclasses import replace

from gridcase.mutation.conditions import negations
from gridcase.mutation.mutant import Mutant, bilingual, dropped, exchanged_for, of_rule, shown
from gridcase.scenarios.participants import EVENT
from shared.rules.pack.model import Hidden, Notice, Pack


def of_notice(pack: Pack, rule: Notice) -> Iterator[Mutant]:
    """Yield every alteration of a notice."""
    yield dropped("tell", rule)
    for number, noun in enumerate(rule.who):
        was, other = shown(pack, [noun]), exchanged_for(pack, noun)

        def with_other(notice: Notice, number: int = number, other: str = other) -> Notice:
            return replace(notice, who=(*notice.who[:number], other, *notice.who[number + 1 :]))

        def without(notice: Notice, number: int = number) -> Notice:
            return replace(notice, who=(*notice.who[:number], *notice.who[number + 1 :]))

        yield of_rule("unit", "tell", rule, bilingual("recipient", was=was, now=other), with_other)
        if len(rule.who) > 1:  # the last one dropped is the rule dropped
            yield of_rule("recipient", "tell", rule, bilingual("recipient-dropped", was=was), without)
    yield from negations(pack, "tell", rule, frozenset((EVENT, event) for event in rule.on))


def of_hidden(pack: Pack, rule: Hidden) -> Iterator[Mutant]:
    """Yield every alteration of a rule about who sees a case early."""
    yield dropped("hidden", rule)
    for number, noun in enumerate(rule.seen_by):

        def without(hidden: Hidden, number: int = number) -> Hidden:
            return replace(hidden, seen_by=(*hidden.seen_by[:number], *hidden.seen_by[number + 1 :]))

        change = bilingual("seen-by-dropped", was=shown(pack, [noun]))
        yield of_rule("recipient", "hidden", rule, change, without, None)
    yield from negations(pack, "hidden", rule)
