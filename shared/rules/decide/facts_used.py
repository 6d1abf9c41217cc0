"""The facts that a rule looked at, for the reason that is kept beside every decision."""

from collections.abc import Mapping
from typing import Any

from shared.rules.logic.facts import Value
from shared.rules.logic.rulebook import tested_facts
from shared.rules.pack.model import BY_FACT, Pack, RoutingRule


def facts_used(pack: Pack, rule: RoutingRule, known: Mapping[str, Value]) -> dict[str, Any]:
    """Return the facts that led to a routing rule, None for a missing one.

    A rule that always holds is reached because the ones above it did not hold: then theirs are given.

    Args:
        rule: the one that decided.
        known: all facts of the case as it was when it was decided about.
    """
    names = set(tested_facts(rule.when)) or {
        name for other in pack.routing for name in tested_facts(other.when)
    }
    held = (word for word in (rule.then.lead, *rule.then.assist) if word)
    names |= {word.removeprefix(BY_FACT) for word in held if word.startswith(BY_FACT)}
    return {name: known.get(name) for name in sorted(names)}
