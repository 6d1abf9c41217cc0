"""What a scenario says, after reading: a case's life and what is expected of it. Plain frozen values.

Decides nothing; whoever plays a scenario gives these words their meaning. Instants are local labels of
the town's zone ('2026-03-12 24:00'); `label_to_instant` turns one into an instant.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.kernel.texts import Text
from shared.rules.logic.facts import Value
from shared.rules.pack.model import Acceptance, Spot

MAIN = "main"  # the case with which a scenario begins


@dataclass(frozen=True, slots=True)
class OpeningReport:
    """The report with which a life begins; in a changed case only what differs is given."""

    at: str | None
    category: str | None
    place: str | None
    channel: str | None
    facts: Mapping[str, Value]
    by: str | None  # a role or a unit
    text: str | None = None  # what is reported; the category is proposed by it where none is given
    also: tuple[str, ...] | None = None  # further categories
    device: str | None = None  # the machine that reports it
    person: str | None = None  # who it is in that role; another name is another person
    on_behalf: bool | None = None
    anonymous: bool | None = None


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change of the calendar in the middle of a life."""

    years: tuple[int, ...]
    holidays: Mapping[date, Text]
    make_up: Mapping[date, Text]


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a life: a step, a merging, a word on the result, a move of a work order, or amended days."""

    at: str
    step: str | None
    by: str | None
    facts: Mapping[str, Value]  # `category` and `place` among them, where the step takes them
    due_at: str | None
    refused: str | None  # None: taken; 'yes': refused; else the code of the refusal
    calendar: Amendment | None
    spot: Spot
    case: str = MAIN  # by the scenario's own name
    person: str | None = None
    into: str | None = None  # the case that goes on
    satisfied: bool | None = None
    order: str | None = None  # one of ORDER_MOVES


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that was sent; what is None is not looked at."""

    who: str
    on: str | None
    at: str | None
    spot: Spot
    times: int | None = None  # exactly so often; None: at least once
    together: int | None = None  # one of so many that one message told


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one round of a case."""

    round: int
    verdicts: Mapping[str, str]  # clock → verdict


@dataclass(frozen=True, slots=True)
class Expected:
    """What must hold; what is None or empty is not looked at (but for `assisting`: () means nobody)."""

    spot: Spot
    levels: tuple[str, ...] = ()
    lead: str | None = None  # 'none': nobody
    assisting: tuple[str, ...] | None = None
    procedure: str | None = None
    state: str | None = None
    due: Mapping[str, str] = field(default_factory=dict)  # clock → local label
    no_due: tuple[str, ...] = ()
    clocks: Mapping[str, str] = field(default_factory=dict)  # clock → state
    verdicts: Mapping[str, str] = field(default_factory=dict)  # clock → verdict
    told: tuple[Told, ...] = ()
    not_told: tuple[str, ...] = ()
    published: bool | None = None
    alarms: tuple[str, ...] = ()
    no_alarms: bool = False
    flagged: bool | None = None
    round: int | None = None
    refused_steps: tuple[str, ...] = ()
    published_at: tuple[str, ...] = ()  # levels, the town's own keys; empty: not looked at
    seen_by: tuple[str, ...] = ()
    hidden_from: tuple[str, ...] = ()
    contact: str | None = None  # unit of first contact; 'none': there is none
    rounds: tuple[Round, ...] = ()
    record: tuple[str, ...] = ()  # what happened in this order, other things between


@dataclass(frozen=True, slots=True)
class Check:
    """What must hold at an instant of the life."""

    at: str
    expected: Expected
    case: str = MAIN


@dataclass(frozen=True, slots=True)
class Other:
    """The same life under other readings or choices."""

    readings: Mapping[str, str]
    office_hours: tuple[tuple[str, str], ...] | None
    acceptance: Acceptance | None
    case: OpeningReport | None  # only what differs
    expected: Expected
    spot: Spot


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario of a town."""

    key: str
    title: Text
    because: tuple[str, ...]
    case: OpeningReport
    life: tuple[Happening, ...]
    expected: Expected | None  # at the end
    checks: tuple[Check, ...]
    others: tuple[Other, ...]
    spot: Spot
    earlier: tuple[OpeningReport, ...] = ()  # what was reported before it; nothing more happens with that
    cases: Mapping[str, OpeningReport] = field(
        default_factory=dict
    )  # further ones, by the scenario's own names

    @property
    def is_plain(self) -> bool:
        """Tell whether all of it is steps in one case that somebody reported for himself, by name."""
        events = all(event.step is not None or event.calendar is not None for event in self.life)
        return events and not (self.cases or self.case.on_behalf or self.case.anonymous)


def label_to_instant(label: str, zone: str) -> datetime:
    """Return the instant (UTC) of a local label such as '2026-03-12 24:00', the end of that day.

    Raises:
        ValueError: the label is not of that form.
    """
    day, _, clock = label.partition(" ")
    hour, minute = int(clock[:2]), int(clock[3:])
    on = date.fromisoformat(day) + timedelta(days=hour // 24)
    local = datetime(on.year, on.month, on.day, hour % 24, minute, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)
