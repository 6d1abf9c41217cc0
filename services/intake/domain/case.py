"""A case as it stands now: all that a step or a decision needs, in one row.

Decides nothing. Instants inside `marks`, `orders` and `clocks` are RFC 3339 texts, as they are stored. The
nested values are never changed in place: whoever changes a case gives it new ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

    @property
    def place_key(self) -> str | None:
        """The place's key in the pack, where one is known."""
        key: str | None = self.place.get("key")
        return key

    def stands(self, mark: str) -> bool:
        """Tell whether a milestone stands."""
        return mark in self.marks


COLUMNS = tuple(Case.__dataclass_fields__)
