"""One step with many cases: which steps there are, what would happen to each case, and what happened.

Decides the order in which steps are offered: what most of the cases may have comes first. Whether one may, the service
says for each case.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.console.domain.sheets import CaseSheet, ProblemSheet, StepOffer

MOST = 50  # cases at once: what a page of a list has


@dataclass(frozen=True, slots=True)
class BulkChoice:
    """A step that the reader may take with some of the cases.

    Args:
        allowed: with how many of them.
    """

    step: str
    name: str
    allowed: int


@dataclass(frozen=True, slots=True)
class BulkLine:
    """A case, and what a step would do there.

    Args:
        offer: None: the case's procedure has no such step.
    """

    case: CaseSheet
    offer: StepOffer | None

    @property
    def allowed(self) -> bool:
        """Whether the step may be taken."""
        return self.offer is not None and self.offer.allowed


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """What became of a case.

    Args:
        problem: why the step was not taken; None: it was.
        is_open: whether sending it again may help: the service was away, or busy.
        not_done: what the step was to do and did not.
    """

    case: str
    number: str
    problem: ProblemSheet | None = None
    is_open: bool = False
    not_done: tuple[str, ...] = ()


def choices_of(cases: Iterable[CaseSheet]) -> list[BulkChoice]:
    """Return the steps that may be taken with any of the cases, those with most cases first."""
    found: dict[str, BulkChoice] = {}
    for step in (step for case in cases for step in case.steps if step.allowed):
        before = found.get(step.step)
        found[step.step] = BulkChoice(step.step, step.name, (before.allowed if before else 0) + 1)
    return sorted(found.values(), key=lambda choice: -choice.allowed)


def lines_of(cases: Sequence[CaseSheet], step: str) -> list[BulkLine]:
    """Return what a step would do with each case; those with which it may be taken first."""
    lines = [BulkLine(case, next((each for each in case.steps if each.step == step), None)) for case in cases]
    return sorted(lines, key=lambda line: not line.allowed)
