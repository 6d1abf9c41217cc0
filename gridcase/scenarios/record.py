"""Which rules, steps and procedures took part in a life, read from the case as it stands at its end.

Decides nothing about whether the life went well. A rule that would have held but was not asked for is not in it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

View = Mapping[str, Any]

RULE, STEP, PROCEDURE = "rule", "step", "procedure"
EVENT = "event"  # a milestone reached, a step taken, or what a clock did: all that a notice can be on
CLOCK = "clock."
Part = tuple[str, str]  # one of the kinds, and the id, key or word


def took_part(case: View) -> frozenset[Part]:
    """Return what took part in a case: rules by id, steps and procedures by key, events by their word."""
    return frozenset(part for part in _parts(case) if part[1])


def _parts(case: View) -> Iterator[Part]:
    for decision in case["decisions"]:
        yield RULE, _rule(decision)
        yield PROCEDURE, (decision["assignment"] or {}).get("procedure") or ""
    for told in (*case["deadlines"], *case["notifications"]):
        yield RULE, _rule(told)
    for entry in case["history"]:
        data = entry["data"] or {}
        yield STEP, data.get("step") or ""
        yield from ((EVENT, word) for word in _events(entry["what"], data))


def _events(what: str, data: View) -> Iterator[str]:
    """A case is reported without a word; every entry of a clock names its stage."""
    yield "reported"
    yield data.get("step") or ""
    yield from data.get("reached") or ()
    if what.startswith(CLOCK):
        yield f"{data.get('stage')} {what.removeprefix(CLOCK)}"


def _rule(said: View) -> str:
    return (said["reason"] or {}).get("rule") or ""
