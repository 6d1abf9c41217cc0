"""Which rules, steps and procedures took part in a run, read from the case as it stands at its end.

Decides nothing about whether the run went well. A rule that would have held but was not asked for is not in it.
"""

from collections.abc import Iterable, Iterator

from gridcase.shown_case import ShownCase, ShownChange, ShownEntry, ShownReason

RULE, STEP, PROCEDURE = "rule", "step", "procedure"
EVENT = "event"  # a milestone reached, a step taken, or what a clock did: all that a notice can be on
CLOCK = "clock."
Part = tuple[str, str]  # one of the kinds, and the id, key or word


def took_part(case: ShownCase) -> frozenset[Part]:
    """Return what took part in a case: rules by id, steps and procedures by key, events by their word."""
    return frozenset(part for part in _parts(case) if part[1])


def _parts(case: ShownCase) -> Iterator[Part]:
    for decision in case.decisions:
        yield RULE, _rule(decision.reason)
        yield PROCEDURE, (decision.assignment.procedure if decision.assignment else None) or ""
    for clock in case.deadlines:
        yield RULE, _rule(clock.reason)
    for notice in case.notifications:
        yield RULE, _rule(notice.reason)
    for entry in case.history:
        change = entry.data or ShownChange()
        yield STEP, change.step or ""
        yield from ((EVENT, word) for word in _events(entry.what, change))


def occasions(history: Iterable[ShownEntry]) -> Iterator[str]:
    """Yield what happened to a case, in its order, in the words of rule files: a step before what it reached."""
    for number, entry in enumerate(history):
        events = _events(entry.what, entry.data or ShownChange())
        yield from (event for event in events if event and (number == 0 or event != "reported"))


def _events(what: str, change: ShownChange) -> Iterator[str]:
    """A case is reported without a word; every entry of a clock names its stage."""
    yield "reported"
    yield change.step or ""
    yield from change.reached or ()
    if what.startswith(CLOCK):
        yield f"{change.stage} {what.removeprefix(CLOCK)}"


def _rule(reason: ShownReason | None) -> str:
    return reason.rule if reason else ""
