"""A line that comes again with another content: what has happened since it was taken, and nothing else.

Decides that a case is only continued: what was taken stays as it is, and a case on which anybody here has worked is no
longer the older system's to tell of.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from services.intake.domain.case import Case
from services.intake.domain.chain import HistoryEntry
from services.intake.domain.refusal import refusal
from services.intake.transfer.domain.imported_case import ImportedStep
from shared.kernel.instants import parse_instant
from shared.rules.logic.facts import Value
from shared.rules.pack.model import Fact, Pack

_HAPPENED = frozenset({"step", "decided"})
# What a line says of the report; compared as it stands when the steps that were taken before are replayed.
_REPORTED = ("reported_at", "category", "also", "channel", "place", "title", "text", "private", "draft")


class _Taken(Struct):
    """What the entry of a step that came from a file says of it."""

    step: str = ""
    reached: tuple[str, ...] | None = None
    at: str | None = None
    imported_from: str | None = None


def steps_since(
    history: Sequence[HistoryEntry], source: str, steps: Sequence[ImportedStep]
) -> Sequence[ImportedStep]:
    """Return the steps of a line that its case does not have yet.

    Args:
        history: of the case, all of it.

    Raises:
        Refusal: `changed-here` – somebody here has worked on it; `imported-otherwise` – a step that was taken before
            is another now, or is gone.
    """
    read = (entry.read(_Taken) for entry in history if entry.what in _HAPPENED)
    # A decision that changed nothing is on record as well: routing's, of a case whose lead was known.
    taken = [step for step in read if step.reached is not None]
    if any(step.imported_from != source for step in taken):
        raise refusal("changed-here", {"field": "number"})
    if len(taken) > len(steps):
        raise refusal("imported-otherwise", {"field": "steps"})
    for was, now in zip(taken, steps, strict=False):
        if was.step != now.step or was.at is None or parse_instant(was.at) != now.at:
            raise refusal("imported-otherwise", {"field": now.stated_in})
    return steps[len(taken) :]


def refuse_other_report(pack: Pack, case: Case, trial: Case) -> None:
    """Hold what the line says of the report against the case.

    Args:
        trial: of the line, with the steps that the case has.

    Raises:
        Refusal: `imported-otherwise` – with the field; `changed-here` – it ended, or was handed on, by other ways.
    """
    if (case.state, case.round, case.lead) != (trial.state, trial.round, trial.lead):
        raise refusal("changed-here", {"field": "number"})
    for name in _REPORTED:
        if getattr(case, name) != getattr(trial, name):
            raise refusal("imported-otherwise", {"field": name})
    if _stated(pack, case) != _stated(pack, trial):
        raise refusal("imported-otherwise", {"field": "answers"})


def _stated(pack: Pack, case: Case) -> Mapping[str, Value]:
    """The facts that somebody stated: what the platform counts is not in the file."""
    facts = {**case.facts, **case.texts}
    return {name: value for name, value in facts.items() if not _is_counted(pack.facts[name])}


def _is_counted(fact: Fact) -> bool:
    return fact.counts is not None or fact.earlier is not None
