"""What is known of a case at one moment: the type that messages carry and every service keeps.

Decides nothing. What rules see of it is `situation`'s to say; what became of its clocks is not part of it. No
field carries a person's identity: a reporter is meant by reference.
"""

from enum import StrEnum
from typing import Annotated, ClassVar, Self

from msgspec import Meta, Struct
from msgspec.structs import replace

from shared.rules.logic.facts import Value

Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]


class CaseState(StrEnum):
    """How far a case has come: the furthest of its milestones that stand."""

    DRAFT = "draft"  # no case to anybody but intake: a person must confirm it first
    DISMISSED = "dismissed"  # a draft of which no case was made
    REPORTED = "reported"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    SETTLED = "settled"
    VERIFIED = "verified"
    REOPENED = "reopened"
    CLOSED = "closed"
    REJECTED = "rejected"
    MERGED = "merged"


class LinkDirection(StrEnum):
    """Where a linked case was opened from, as the jurisdiction sees it in which it was opened."""

    ABOVE = "above"  # by the jurisdiction that this one is part of, or one around that
    BELOW = "below"  # passed up by a jurisdiction that is part of this one
    ACROSS = "across"  # by a neighbour


class Place(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a case is.

    Args:
        key: place of the pack; None where nobody knows.
        jurisdiction: that of the place, or the town.
        lat, lon: degrees north and east, WGS 84.
    """

    key: str | None = None
    jurisdiction: str
    lat: Latitude | None = None
    lon: Longitude | None = None


class Assignment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is responsible, as last decided. Units are 'jurisdiction/unit', levels the town's own keys.

    Args:
        decision: 1, 2, 3 …: which of the case's decisions it is.
        levels: the handling one first.
        lead: None where nobody leads (a matter returned).
        previous_lead: who led before this decision.
        departments: units of the case's categories, the main one first (RC-17).
    """

    decision: int
    levels: tuple[str, ...]
    lead: str | None
    assisting: tuple[str, ...]
    previous_lead: str | None = None
    procedure: str
    departments: tuple[str, ...] = ()


class CaseSnapshot(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A case as it stands.

    Args:
        category: the one named first; also: further ones concerned (RC-17).
        facts: what reporters, steps and history say; declared facts only, and `reporters` and `repeats` where the
            platform has counted more than the one report.
        round: 1, and one more for each time that the result did not satisfy.
        assignment: None before the first decision.
        reporter: reference to whoever reported it; reporters: of cases that were merged into this one.
        first_contact: unit that took the case first (RC-18).
        finder_role, finder_unit: of whoever found it, where that was no member of the public.
        private: counted in public lists, and not shown (A-20).
        seen_by: '|name|name|', who alone sees the case while rules hide it; None: not hidden.
        asked: whom steps have asked for approval, written alike; None: nobody, and in messages before 1.2.
        linked_from: the case because of which this one was opened; link_direction: where that one lies, None in
            messages of a version before 1.1.
        handed_over: it went from one lead to another at any time; None in messages of a version before 1.1.
    """

    # Of every message that carries a snapshot; 1: link_direction, handed_over, and linked_from in steps; 2: asked.
    MINOR: ClassVar[int] = 2

    category: str
    channel: str
    place: Place
    facts: dict[str, Value]
    round: int = 1
    assignment: Assignment | None = None
    reporter: str | None = None
    reporters: tuple[str, ...] = ()
    first_contact: str | None = None
    finder_role: str | None = None
    finder_unit: str | None = None
    private: bool = False
    seen_by: str | None = None
    also: tuple[str, ...] = ()
    linked_from: str | None = None
    link_direction: LinkDirection | None = None
    handed_over: bool | None = None
    asked: str | None = None

    @property
    def snapshot(self) -> "CaseSnapshot":
        """The snapshot alone, without what a message says beside it."""
        return CaseSnapshot(**{name: getattr(self, name) for name in CaseSnapshot.__struct_fields__})

    @property
    def lead(self) -> str | None:
        """Unit that leads it now."""
        return self.assignment.lead if self.assignment else None

    @property
    def level(self) -> str | None:
        """Level that handles it now."""
        return next(iter(self.assignment.levels), None) if self.assignment else None

    def following(self, before: Self | None) -> "CaseSnapshot":
        """Return it with what a message of an older version left unsaid taken from the snapshot before.

        A sender before 1.1 named the link in the first message only, and said of a hand-over no more than its
        milestone and the previous lead.

        Args:
            before: what was known of the case until now; None: nothing.
        """
        snapshot = self.snapshot
        # Senders since 1.1 always say whether it was handed over: by that a message of an older version is known.
        if snapshot.handed_over is not None or before is None:
            return snapshot
        return replace(
            snapshot,
            handed_over=before.handed_over,
            linked_from=self.linked_from or before.linked_from,
            link_direction=self.link_direction or before.link_direction,
        )
