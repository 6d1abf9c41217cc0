"""A case's clocks as they stand, lived again from what intake has said of it.

Limits are reckoned by the very functions that the service which keeps the clocks uses (`shared.rules.clocks`), on the
very messages that it has heard: there is no second account of them here. Must not know stores.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.contracts.messages import CaseAdmitted, CaseStep
from shared.rules.case.snapshot import CaseSnapshot
from shared.rules.case.timeline import TimelineStep
from shared.rules.clocks.case_clocks import CaseClocks, RulesFor, step_case
from shared.rules.clocks.changes import ClockChange, ClockJournal
from shared.rules.clocks.firing import fire_until


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """One thing that intake has said of a case, or would say.

    Args:
        edition: under which it is said.
    """

    edition: str
    snapshot: CaseSnapshot
    step: TimelineStep


def message_of(edition: str, said: CaseAdmitted | CaseStep, recorded_at: datetime) -> CaseMessage:
    """Return what a message means to the clocks of its case.

    Args:
        edition: under which it is said; recorded_at: when intake put it on record.
    """
    return CaseMessage(edition, said, said.happened(recorded_at))


def relive(messages: Iterable[CaseMessage], at: datetime, rules_for: RulesFor) -> CaseClocks | None:
    """Return a case with its clocks as they stand at `at`, once all its messages have been heard.

    Args:
        rules_for: what the town's rules say about a case; the town's days are those known now.

    Returns:
        None where nothing was said of it yet.
    """
    known: CaseClocks | None = None
    for message in messages:
        known = after(known, message, rules_for)
    return fired(known, at, rules_for) if known is not None else None


def after(known: CaseClocks | None, message: CaseMessage, rules_for: RulesFor) -> CaseClocks:
    """Return what a message makes of a case and its clocks."""
    return step_case(known, message.edition, message.snapshot, message.step, rules_for).case


def fired(known: CaseClocks, at: datetime, rules_for: RulesFor) -> CaseClocks:
    """Return a case once everything has been fired that has fallen due until `at`."""
    return _fired(known, at, rules_for)[0]


def ahead(
    known: CaseClocks, messages: Iterable[CaseMessage], at: datetime, rules_for: RulesFor
) -> tuple[CaseClocks, Sequence[ClockChange]]:
    """Return a case once it has heard further messages and all has been fired, and what became of its clocks."""
    changes: list[ClockChange] = []
    for message in messages:
        stepped = step_case(known, message.edition, message.snapshot, message.step, rules_for)
        known = stepped.case
        changes += stepped.changes
    known, due = _fired(known, at, rules_for)
    return known, [*changes, *due]


def _fired(known: CaseClocks, at: datetime, rules_for: RulesFor) -> tuple[CaseClocks, Sequence[ClockChange]]:
    rules, _ = rules_for(known)
    journal = ClockJournal(known.clocks)
    fire_until(journal, at, rules.repeat)
    return replace(known, clocks=journal.clocks), journal.changes
