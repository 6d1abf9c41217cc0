"""A case as a line of an import states it: well formed, and not yet held against the town's rules.

Decides nothing but the names of the columns in which milestones have their instants.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.intake.domain.actors import PLATFORM
from services.intake.domain.case import DraftNote, ProposedCategory, ReportFlags
from services.intake.domain.drafts import CONFIRMED
from services.intake.domain.milestones import CLOSED, REJECTED, SETTLED, VERIFIED
from shared.contracts.messages import Actor
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.case.snapshot import CaseState
from shared.rules.logic.facts import Kind, Value, check_facts
from shared.rules.pack.model import Pack

# Milestone → the column that has its instant; acceptance has one of its own, for it can come with a lead.
REACHED_AT: Mapping[str, str] = {
    SETTLED: "settled_at",
    VERIFIED: "verified_at",
    CLOSED: "closed_at",
    REJECTED: "rejected_at",
}


class Unaccepted(StrEnum):
    """What becomes of a case that is open and does not say when it was accepted."""

    NOW = "now"  # the town's rules decide it today, its lead is told, its limits count from today
    REPORTED = "reported"  # accepted when it was reported: nobody is told, its limits count from then
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class StatedAssignment:
    """Who had it, as far as the older system says; what is None the town's rules fill in.

    Args:
        lead, assisting: units, 'jurisdiction/unit'; levels: the handling one first.
    """

    lead: str | None = None
    levels: tuple[str, ...] | None = None
    assisting: tuple[str, ...] | None = None
    procedure: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedStep:
    """One thing that happened.

    Args:
        stated_in: where the line says it, for whoever is told what is wrong with it.
        marks, undone: None: what the pack's step of this key reaches and undoes.
        facts: as stated; the pack has not typed them yet.
        due_at: written by a person.
        assigned: not None: the case was given to somebody.
    """

    stated_in: str
    step: str
    at: datetime
    by: Actor = PLATFORM
    marks: tuple[str, ...] | None = None
    undone: tuple[str, ...] | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)
    note: str | None = None
    due_at: datetime | None = None
    assigned: StatedAssignment | None = None


@dataclass(frozen=True, slots=True)
class ImportedPublication:
    """One record of the public list.

    Args:
        at: its instant; None: only the local day `on` was kept.
        name: of the category in both languages; None: it was counted only.
    """

    at: datetime | None
    on: date
    level: str | None = None
    state: CaseState | None = None
    round: int | None = None
    name: Text | None = None


@dataclass(frozen=True, slots=True)
class ImportedCase(ReportFlags):
    """A case of an older system.

    Args:
        answers: facts as they were reported; the pack has not typed them yet.
        lat, lon: degrees, WGS 84.
        reporter: reference; identity: sealed under it.
        first: who has it, where no step says who got it when.
        reached_at: milestone → instant, beside or in place of steps.
        state: what its dates must come to, where it is said.
        digest: of the line, to know it again.
        draft: it waits for a person, or once did.
        publications: what stood in the public list; None: the line does not say, so its steps do.
        town: whose case it says that it is; None: it does not say.
    """

    number: str
    category: str | None
    channel: str
    text: str
    reported_at: datetime
    digest: str
    also: tuple[str, ...] = ()
    place: str | None = None
    lat: float | None = None
    lon: float | None = None
    title: str | None = None
    answers: Mapping[str, Value] = field(default_factory=dict)
    device: str | None = None
    reporter: str | None = None
    identity: Mapping[str, str] = field(default_factory=dict)
    first_contact: str | None = None
    finder_role: str | None = None
    finder_unit: str | None = None
    state: str | None = None
    first: StatedAssignment = field(default_factory=StatedAssignment)
    reached_at: Mapping[str, datetime] = field(default_factory=dict)
    steps: tuple[ImportedStep, ...] = ()
    draft: DraftNote | None = None
    proposal: ProposedCategory | None = None
    repeats: int = 0
    publications: tuple[ImportedPublication, ...] | None = None
    town: str | None = None

    @property
    def is_unaccepted(self) -> bool:
        """Tell whether it is an open case of which nothing says when it was accepted."""
        waits = self.draft is not None and self.draft.outcome != CONFIRMED
        return not (waits or self.steps or self.reached_at)

    @property
    def has_past(self) -> bool:
        """Tell whether anything has happened since it was reported."""
        return bool(self.steps or self.reached_at or self.first.lead or self.publications)


def facts_of(pack: Pack, given: Mapping[str, Value], at: str) -> dict[str, Value]:
    """Return facts of any source, typed by the pack; category and place among them are passed over.

    Args:
        at: where the line states them.

    Raises:
        FactError: a fact is not declared, or not what was declared; `where` names its field.
    """
    rest = {name: value for name, value in given.items() if name not in ("category", "place")}
    try:
        return dict(
            check_facts({name: fact.type for name, fact in pack.facts.items()}, rest, exact=pack.format > 1)
        )
    except Problem as wrong:
        wrong.where = {**wrong.where, "field": f"{at}.{wrong.where.get('fact', '')}"}
        raise


def texts_of(pack: Pack, facts: Mapping[str, Value]) -> dict[str, str]:
    """Return the free texts among facts; they never leave the case file."""
    return {name: str(value) for name, value in facts.items() if pack.facts[name].type.kind is Kind.TEXT}
