"""A case as an older system gives it, well formed and not yet held against the town's rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.intake.domain.actors import PLATFORM, Actor
from services.intake.domain.milestones import CLOSED, REJECTED, SETTLED, VERIFIED
from services.intake.domain.old_draft import OldDraft
from services.intake.domain.old_published import Published
from shared.kernel.problems import Problem
from shared.rules.decide.propose import Proposal
from shared.rules.logic.facts import check_facts
from shared.rules.pack.model import Pack

REACHED_AT = {SETTLED: "settled_at", VERIFIED: "verified_at", CLOSED: "closed_at", REJECTED: "rejected_at"}


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who had it, as far as the older system says; what it leaves open the town's rules fill in."""

    lead: str | None = None
    levels: tuple[str, ...] | None = None
    assisting: tuple[str, ...] | None = None
    procedure: str | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that happened.

    Args:
        told_in: where the line says it.
        marks, undone: None: what the pack's step of this key reaches and undoes.
        assigned: not None: the case was given to somebody.
    """

    told_in: str
    step: str
    at: datetime
    by: Actor = PLATFORM
    marks: tuple[str, ...] | None = None
    undone: tuple[str, ...] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    note: str | None = None
    due_at: datetime | None = None
    assigned: Assigned | None = None


@dataclass(frozen=True, slots=True)
class Old:
    """A case as an older system gives it, well formed and not yet held against the pack.

    Args:
        answers: facts as they were reported.
        reporter: reference; identity: sealed under it.
        reached_at: milestone → instant, beside or in place of steps.
        state: what its dates must come to, where it is said.
        digest: of the line, to know it again.
        draft: it waits for a person, or once did.
        published: what stood in the public list; None: the line does not say, so its steps do.
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
    answers: Mapping[str, Any] = field(default_factory=dict)
    private: bool = False
    anonymous: bool = False
    on_behalf: bool = False
    device: str | None = None
    reporter: str | None = None
    identity: Mapping[str, str] = field(default_factory=dict)
    first_contact: str | None = None
    finder_role: str | None = None
    finder_unit: str | None = None
    state: str | None = None
    first: Assigned = field(default_factory=Assigned)
    reached_at: Mapping[str, datetime] = field(default_factory=dict)
    steps: tuple[Deed, ...] = ()
    draft: OldDraft | None = None
    proposal: Proposal | None = None
    repeats: int = 0
    published: tuple[Published, ...] | None = None

    @property
    def has_past(self) -> bool:
        """Tell whether anything has happened since it was reported."""
        return bool(self.steps or self.reached_at or self.first.lead or self.published)


def facts_of(pack: Pack, given: Mapping[str, Any], at: str) -> dict[str, Any]:
    """Return facts of any source, typed by the pack; category and place among them are passed over.

    Raises:
        FactError: a fact is not declared, or not what was declared.
    """
    rest = {name: value for name, value in given.items() if name not in ("category", "place")}
    try:
        return dict(check_facts({name: fact.type for name, fact in pack.facts.items()}, rest))
    except Problem as wrong:
        wrong.where = {**wrong.where, "field": f"{at}.{wrong.where.get('fact', '')}"}
        raise


def texts_of(pack: Pack, facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the free texts among facts; they never leave the case file."""
    return {name: str(value) for name, value in facts.items() if pack.facts[name].type.kind.value == "text"}
