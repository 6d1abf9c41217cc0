"""What a scenario about duties says, after reading: what was recorded, and what is expected. Plain frozen values.

Decides nothing. Instants are local labels, days are local days; what is None or empty is not looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.kernel.texts import Text
from shared.rules.pack.model import Meeting, Ordering, Spot
from shared.rules.scenario.model import Amendment

Days = Mapping[str, tuple[date, ...]]  # duty → days
Labels = Mapping[str, tuple[str, ...]]  # duty → local labels
Nouns = Mapping[str, tuple[str, ...]]  # duty or form → units and roles


@dataclass(frozen=True, slots=True)
class TrialRecord:
    """A record that somebody makes.

    Args:
        by: a unit or a role; None: whoever owes it.
        place: of the post; None: of each post.
        is_opened: it is begun only.
        called: by the scenario; corrects: another one's name.
        is_refused: it must be refused; is_late: whether it must be marked late, None: that is not looked at.
    """

    at: str
    form: str
    spot: Spot
    by: str | None = None
    place: str | None = None
    day: date | None = None
    between: tuple[str, str] | None = None
    about: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    is_opened: bool = False
    called: str | None = None
    corrects: str | None = None
    is_refused: bool = False
    is_late: bool | None = None


@dataclass(frozen=True, slots=True)
class TrialOrder:
    """What somebody has ordered; `until` None: within the time of the rules."""

    at: str
    duty: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ExpectedStanding:
    """How a duty must stand; what is None is not looked at."""

    state: str
    duty: str
    spot: Spot
    on: date | None = None
    place: str | None = None
    given: int | None = None
    lacks: int | None = None
    minutes: int | None = None
    between: tuple[tuple[str, str], ...] = ()
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeardMissing:
    """Who must hear at an instant of what is missing."""

    duty: str
    who: str
    at: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class ShownMeeting:
    """What must belong to a duty: of `meeting` the fields that are said."""

    meeting: Meeting
    said: frozenset[str]


@dataclass(frozen=True, slots=True)
class ShownOrdering:
    """How a duty must be ordered: of `ordering` the fields that are said."""

    ordering: Ordering
    said: frozenset[str]


@dataclass(frozen=True, slots=True)
class ExpectedDuties:
    """What must hold of a town's duties."""

    spot: Spot
    held_on: Days = field(default_factory=dict)
    falls_on: Mapping[str, Mapping[date, date]] = field(default_factory=dict)
    owed_on: Days = field(default_factory=dict)
    not_owed: Days = field(default_factory=dict)
    no_day: tuple[str, ...] = ()
    due: Labels = field(default_factory=dict)
    warned: Labels = field(default_factory=dict)
    held_at: Mapping[str, int] = field(default_factory=dict)
    owed_by: Nouns = field(default_factory=dict)
    standings: tuple[ExpectedStanding, ...] = ()
    heard: tuple[HeardMissing, ...] = ()
    shows: Mapping[str, ShownMeeting] = field(default_factory=dict)
    orders: Mapping[str, ShownOrdering] = field(default_factory=dict)
    sent_to: Nouns = field(default_factory=dict)
    made_by: Nouns = field(default_factory=dict)
    may_make: Nouns = field(default_factory=dict)
    readers: Nouns = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OtherTrial:
    """The same under other readings."""

    readings: Mapping[str, str]
    expected: ExpectedDuties
    spot: Spot


@dataclass(frozen=True, slots=True)
class DutyTrial:
    """One scenario about duties.

    Args:
        first, last: the days that it is about.
        seen_at: as of when it is looked at; None: the end of the last day.
        ordered: what somebody orders.
        ledger: who is in the ledger, with their class; None: nobody knows.
    """

    key: str
    title: Text
    because: tuple[str, ...]
    first: date
    last: date
    recorded: tuple[TrialRecord, ...]
    expected: ExpectedDuties
    others: tuple[OtherTrial, ...]
    spot: Spot
    seen_at: str | None = None
    ordered: tuple[TrialOrder, ...] = ()
    calendar: Amendment | None = None
    ledger: Mapping[str, str] | None = None
