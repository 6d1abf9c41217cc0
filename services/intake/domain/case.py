"""A case as it stands now: all that a step or a decision needs, in one row.

Decides nothing. Instants inside `marks`, `orders` and `clocks` are RFC 3339 texts, as they are stored. The
nested values are never changed in place: whoever changes a case gives it new ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Value = bool | int | float | str


@dataclass(slots=True)
class Case:
    """One case of one town, bound to the edition under which it was reported.

    Args:
        place: key, jurisdiction, lat, lon.
        facts: declared facts as they now stand, without free texts.
        texts: free texts among the declared facts; they never leave the case file.
        marks: milestones that stand → instant at which each was last reached.
        progress: `taken` (steps of this procedure that still count), `run` (steps since the latest decision
            or reopening), `approvals` (steps that must approve before the procedure goes on).
        assignment: as last decided, in the form of the messages.
        awaiting: sequence of this case's message that still waits for a decision.
        said: how many messages this case's stream has.
        orders: open work orders: id, unit, part, issued_at, accepted_at.
        clocks: clock id → stage, state, due_at.
        linked: cases opened elsewhere because of this one: jurisdiction, case, state.
        also: further categories that it concerns.
        accepted_at: when a lead accepted it for the first time.
        extended_without_due: a reason was given for more time, and no new due instant (RC-9).
        seen_by: who may see it while rules hide it, as `domain.hiding` writes it; None: not hidden.
        asked: whom steps have asked for approval, written alike; None: nobody.
        draft: `because` (why it waits for a person) and, once one has looked, `outcome`, `at`, `by`, `reason`.
        proposal: category that the text proposed, and what matched.
        source: the device that reported it; `repeats` more alarms of it were counted here.
        reporters: references to those who reported cases merged into this one.
        merged: cases merged into this one: case, number, reporter.
        merged_into: the case that goes on in its place: case, number.
        satisfaction: reporter → satisfied, step, round, at; what each of them said last.
        redecision: the re-decision whose answer it waits for.
    """

    id: str
    town: str
    number: str
    edition: str
    category: str
    channel: str
    place: Mapping[str, Any]
    title: str | None
    text: str
    facts: Mapping[str, Value]
    texts: Mapping[str, str]
    state: str
    marks: Mapping[str, str]
    round: int
    progress: Mapping[str, Sequence[str]]
    assignment: Mapping[str, Any] | None
    lead: str | None
    level: str | None
    awaiting: int | None
    said: int
    decisions: int
    orders: Sequence[Mapping[str, Any]]
    clocks: Mapping[str, Sequence[str | None]]
    due_at: datetime | None
    breached: bool
    flagged: bool
    fallback: bool
    private: bool
    reporter: str | None
    anonymous: bool
    on_behalf: bool
    first_contact: str | None
    finder_role: str | None
    finder_unit: str | None
    linked_from: str | None
    linked: Sequence[Mapping[str, Any]]
    reported_at: datetime
    admitted_at: datetime
    changed_at: datetime
    history_n: int
    history_head: str
    also: Sequence[str] = ()
    accepted_at: datetime | None = None
    extended_without_due: bool = False
    seen_by: str | None = None
    draft: Mapping[str, Any] | None = None
    proposal: Mapping[str, Any] | None = None
    source: str | None = None
    repeats: int = 0
    reporters: Sequence[str] = ()
    merged: Sequence[Mapping[str, Any]] = ()
    merged_into: Mapping[str, Any] | None = None
    satisfaction: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    redecision: str | None = None
    asked: str | None = None

    @property
    def place_key(self) -> str | None:
        """The place's key in the pack, where one is known."""
        key: str | None = self.place.get("key")
        return key

    def stands(self, mark: str) -> bool:
        """Tell whether a milestone stands."""
        return mark in self.marks


COLUMNS = tuple(Case.__dataclass_fields__)
